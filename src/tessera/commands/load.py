"""``tessera load``: take an archive file in."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json
from tessera.commands.failure import CommandFailed


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "load",
        help="take an archive file in",
        description="Check a whole archive file and, only where every row is clean, write what is new or changed in "
        "it. Records edited here since the last load are kept as they are and named. A second run changes nothing.",
    )
    parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    parser.add_argument("--check", action="store_true", help="only check; write nothing")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    data = read_json(arguments.file)
    site.start()
    from django.utils import timezone
    from django.utils.translation import override

    from tessera.programmes import archive
    from tessera.programmes.archive_checks import check

    with override("en"):
        try:
            if arguments.check:
                rows = check(data)
                if rows:
                    raise archive.ArchiveRefused(rows)
                report = archive.LoadReport()
            else:
                report = archive.load(data, at=timezone.now())
        except archive.ArchiveRefused as refused:
            return _refuse(refused, as_json=arguments.json)
    if arguments.json:
        print_json({"ok": True, **asdict(report)})
    elif arguments.check:
        print("The file can be loaded.")
    else:
        print(summary(report))
        for line in report.kept:
            print(f"  kept: {line}")
    return 0


def read_json(name: str) -> Any:
    """The JSON in file ``name`` ("-": standard input); CommandFailed says why there is none."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        sentence = f"There is no file “{name}”."
        raise CommandFailed(sentence, status=2) from None
    except (OSError, UnicodeDecodeError) as error:
        sentence = f"“{name}” cannot be read: {error}."
        raise CommandFailed(sentence, status=2) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        sentence = f"“{name}” is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        raise CommandFailed(sentence, status=2) from error
    except (RecursionError, ValueError) as error:
        problem = "is nested too deeply" if isinstance(error, RecursionError) else "holds a number that is too long"
        raise CommandFailed(f"“{name}” {problem}.", status=2) from error


def summary(report: Any) -> str:
    """What a load did, in one line."""
    return (
        f"{len(report.created)} records created, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged, {len(report.kept)} kept as they are here."
    )


def _refuse(refused: Any, *, as_json: bool) -> int:
    if as_json:
        rows = [{"path": row.path, "key": row.key, "problem": str(row.problem)} for row in refused.rows]
        print_json({"ok": False, "rows": rows})
    else:
        for row in refused.rows:
            print(row, file=sys.stderr)
    raise CommandFailed(str(refused))
