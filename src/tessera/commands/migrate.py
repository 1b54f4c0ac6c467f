"""``tessera migrate``: bring the database up to date."""

from __future__ import annotations

import argparse
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json
from tessera.commands.preparation import prepare_database


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database up to date",
        description="Make the tables this version needs, the table of the cache included. Safe to run twice.",
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    applied = prepare_database()
    if arguments.json:
        print_json({"ok": True, "migrations": applied})
    else:
        print(f"{applied} migrations applied." if applied else "The database is up to date.")
    return 0
