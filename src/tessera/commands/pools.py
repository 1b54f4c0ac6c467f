"""Applicants and rules from files, for the commands that choose people."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tessera.commands.poolrules import COST_MOST, COUNT_MOST, SCORE_MOST, CohortTask, RulesReader
from tessera.commands.solving import reading, require_known
from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, nearest
from tessera.commands.tables.reading import Column, folded, read_table
from tessera.commands.tables.rules import read_rules

__all__ = ["SCORE_MOST", "CohortTask", "add_files", "asked_task", "read_task", "seats"]


def asked_task(arguments: argparse.Namespace, *beside: Path) -> CohortTask:
    """The task that the command line names; CommandFailed, and every fault told, where there is none.

    ``beside`` are further inputs that no result may be written over.
    """
    with reading(arguments, [arguments.applicants, arguments.rules, *beside]) as faults:
        task = read_task(
            arguments.applicants, arguments.rules, faults, ignore=arguments.ignore_column, seats=arguments.seats
        )
        if task is not None:
            require_known(arguments.explain, task.pool.ids, faults, "nobody")
            require_known(getattr(arguments, "withdrawn", ()), task.pool.ids, faults, "nobody", after="--withdrawn")
    assert task is not None  # noqa: S101  a fault has ended the command
    return task


def read_task(
    applicants: Path, rules: Path, faults: Faults, *, ignore: Sequence[str] = (), seats: int | None = None
) -> CohortTask | None:
    """Read both files; None where they cannot be used, and then ``faults`` says why."""
    table = read_table(
        applicants,
        (
            Column("id", kinds.identifier, needed=True, filled=True, unique=True),
            Column("name", kinds.text),
            Column("score", kinds.milli(-SCORE_MOST, SCORE_MOST)),
            Column("cost", kinds.money(COST_MOST)),
        ),
        faults,
        others=kinds.text,
        ignore=ignore,
    )
    keys = read_rules(rules, faults)
    if table is not None and "score" not in table.headings and "score" not in map(folded, table.headings):
        close = nearest("score", table.others)
        if close is not None:
            faults.add(table.file, f"there is no column “score”; is it the one called “{close}”?", column=close)
    if keys is None:
        return None
    reader = RulesReader(table, keys, faults)
    found = reader.read(seats)
    if table is None or found is None or faults.found:
        return None
    return reader.task(table, found)


def seats(text: str) -> int:
    """A number of seats."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= COUNT_MOST or len(text) > 7:
        msg = f"“{text}” is not a whole number from 1 to {COUNT_MOST}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def add_files(parser: argparse.ArgumentParser) -> None:
    """The two files that these commands read."""
    parser.add_argument("applicants", metavar="APPLICANTS", type=Path, help="one row a person (.csv, .xlsx or .json)")
    parser.add_argument("rules", metavar="RULES", type=Path, help="seats and rules (.toml or .json)")
    parser.add_argument("--seats", type=seats, metavar="N", help="another number of seats than the rules say")
