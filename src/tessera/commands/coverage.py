"""``tessera coverage``: which regions are reached, due, overdue on a day."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import day, print_json
from tessera.commands.failure import CommandFailed

STATES = {"on_time": "on time", "due_soon": "due soon", "overdue": "overdue"}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "coverage",
        help="which regions are reached, due, overdue",
        description="The coverage clock on a day: the last training of each region, when the next is due, and the days "
        "missed, from the trainings on record (rehearsal left out).",
    )
    parser.add_argument("--on", type=day, metavar="DATE", help="the day, YYYY-MM-DD (default: today, UTC)")
    parser.add_argument("--scheme", metavar="CODE", help="a region scheme in force (default: the programme's own)")
    parser.add_argument(
        "--rule",
        choices=("strict", "lenient"),
        default="strict",
        help="whether trainings for one country count for its region: strict no, lenient yes (default: %(default)s)",
    )
    parser.add_argument(
        "--reading",
        choices=("kind", "harsh"),
        default="kind",
        help="how rough dates are read: kind earliest start and latest end, harsh the reverse (default: %(default)s)",
    )
    parser.add_argument("--without-online", action="store_true", help="leave online phases out")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from tessera.planning.queries import UnknownScheme, coverage_report

    on = arguments.on or datetime.now(UTC).date()
    try:
        report = coverage_report(
            on,
            scheme=arguments.scheme,
            rule=arguments.rule,
            reading=arguments.reading,
            online=not arguments.without_online,
        )
    except UnknownScheme as error:
        sentence = f"There is no scheme “{error.code}” in force: there are {', '.join(error.known)}."
        raise CommandFailed(sentence, status=2) from None
    if arguments.json:
        print_json(report.as_json())
        return 0
    online = "without online phases" if arguments.without_online else "online phases included"
    print(f"{report.scheme.code} on {on}, {arguments.rule} rule, {arguments.reading} reading, {online}")
    width = max([6, *(len(region.code) for region in report.coverage.regions)])
    print(f"{'region':{width}}  {'state':8}  {'last':10}  {'due':10}  missed days")
    for region in report.coverage.regions:
        last = str(region.last or "none")
        missed = ", ".join(
            f"{window.start} to {window.end if not window.open else 'now'} ({window.days})" for window in region.missed
        )
        print(f"{region.code:{width}}  {STATES[region.state]:8}  {last:10}  {region.due!s:10}  {missed or 'none'}")
    print(f"{report.coverage.on_time} of {len(report.coverage.regions)} regions on time.")
    return 0
