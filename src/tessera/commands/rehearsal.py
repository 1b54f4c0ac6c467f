"""``tessera rehearsal``: invented people, organisations and trainings, in and out."""

from __future__ import annotations

import argparse
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "rehearsal",
        help="load or remove the rehearsal data",
        description="Rehearsal records are invented, marked wherever they show, and never counted.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    load = acts.add_parser(
        "load",
        help="bring the rehearsal data in",
        description="Bring the rehearsal data in, again where it was removed. What was edited here stays.",
    )
    load.add_argument("--json", action="store_true", help="report as JSON")
    load.set_defaults(run=run_load)
    remove = acts.add_parser(
        "remove",
        help="remove all of it",
        description="Remove every rehearsal record with its accounts, mails and history. Real records stay as they are.",
    )
    remove.add_argument("--json", action="store_true", help="report as JSON")
    remove.set_defaults(run=run_remove)


def run_load(arguments: argparse.Namespace) -> int:
    site.start()
    from dataclasses import asdict

    from django.utils import timezone
    from django.utils.translation import override

    from tessera.commands.load import summary
    from tessera.programmes.rehearsal import load_rehearsal

    with override("en"):
        report = load_rehearsal(timezone.now(), again=True)
        if arguments.json:
            print_json({"ok": True, **asdict(report)})
        else:
            print(summary(report))
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    site.start()
    from django.utils import timezone

    from tessera.programmes.rehearsal import remove_rehearsal

    removed = remove_rehearsal(timezone.now())
    if arguments.json:
        print_json({"ok": True, "removed": removed.counts})
    elif removed.total:
        print("Removed: " + ", ".join(f"{number} {kind}" for kind, number in removed.counts.items()) + ".")
    else:
        print("There was no rehearsal record.")
    return 0
