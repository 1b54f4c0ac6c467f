"""``tessera doctor``: is everything there that the site needs?"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json

type Finding = tuple[bool, str]


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="check what the site needs",
        description="Check database, migrations, cache, worker, mail, outbox, catalogues and static files. "
        "Exits 1 where anything is wrong.",
    )
    parser.add_argument(
        "--records",
        action="store_true",
        help="also build every public record again, compare, and take it back (locks the database meanwhile)",
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from django.utils.translation import override

    from tessera.commands import examinations

    checks: dict[str, Callable[[], Finding]] = {
        "database": examinations.database,
        "migrations": examinations.migrations,
        "cache": examinations.cache,
        "worker": examinations.worker,
        "mail": examinations.mail,
        "outbox": examinations.outbox,
        "catalogues": examinations.catalogues,
        "static files": examinations.static_files,
    }
    if arguments.records:
        checks["public records"] = examinations.public_records
    with override("en"):
        findings = {name: _examine(check) for name, check in checks.items()}
    well = all(ok for ok, _detail in findings.values())
    if arguments.json:
        rows = [{"name": name, "ok": ok, "detail": detail} for name, (ok, detail) in findings.items()]
        print_json({"ok": well, "checks": rows})
    else:
        for name, (ok, detail) in findings.items():
            print(f"{'ok  ' if ok else 'BAD '} {name}: {detail}")
    return 0 if well else 1


def _examine(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # a doctor reports whatever is wrong
        return False, f"{type(error).__name__}: {' '.join(str(error).split())}"
