"""``tessera verify-selection``: whether a published record is in order, checked from scratch."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tessera.commands.arguments import print_json
from tessera.commands.failure import CommandFailed
from tessera.commands.lottery import is_lottery, read_record
from tessera.commands.tables.kinds import plain_decimal
from tessera.commands.words import points
from tessera.commands.words.cohort import Speaker
from tessera.commands.words.lottery import OFFERED, fault


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "verify-selection",
        help="check a published record of a selection or a lottery",
        description="Recompute everything that a published record says, by code that shares nothing with the solver but "
        "the data types: rules kept, figures right, commitment, tickets and draw. Status 0 where all of it holds, 1 where "
        "something does not. Needs no database.",
    )
    parser.add_argument("record", metavar="RECORD", type=Path, help="the published file (.json)")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    text = read_record(arguments.record)
    kind, codes, sentences = _lottery(text) if is_lottery(text) else _selection(text)
    if arguments.json:
        print_json({"command": "verify-selection", "ok": not codes, "kind": kind, "faults": list(codes)})
    else:
        print("\n".join(sentences))
    return 1 if codes else 0


def _selection(text: str) -> tuple[str, tuple[str, ...], list[str]]:
    from tessera.solvers.cohort.faults import DataFault
    from tessera.solvers.cohort.record import digest_told, read, verify

    try:
        pool, rules, selection = read(text)
        found = verify(text)
    except DataFault as fault:
        said = [f"  - {one.subject}, {one.field}: {one.code} {one.found}".rstrip() for one in fault.faults]
        return "selection", ("data",), ["The data of this record make no sense:", *said]
    except (ValueError, RecursionError, OverflowError) as error:
        sentence = "This is no record of a selection or a lottery."
        raise CommandFailed(sentence, status=2) from error
    speaker = Speaker(rules, selection.size, {})
    if found:
        codes = tuple(dict.fromkeys(one.code for one in found))
        return "selection", codes, ["The record of this selection is not in order:", *map(speaker.broken, found)]
    if not selection.members:
        return (
            "selection",
            (),
            ["The record is in order; it says that there is no cohort, which only solving again can show."],
        )
    proof = selection.proof
    said = [
        "The record of this selection is in order: every rule is kept, and the figures are right.",
        f"Selected: {', '.join(selection.members)}; {points(selection.value or 0)} together.",
        f"SHA-256 of the record: {digest_told(text)}.",
        f"SHA-256 of its input: {proof.input_sha256}.",
        f"It claims: {proof.status!s}, value {plain_decimal(int(selection.value or 0), 3)}, bound "
        + ("unknown" if proof.bound is None else plain_decimal(int(proof.bound), 3))
        + ". That no better cohort exists only solving it again can show.",
    ]
    return "selection", (), said


def _lottery(text: str) -> tuple[str, tuple[str, ...], list[str]]:
    from tessera.solvers.cohort.documents import strict
    from tessera.solvers.cohort.lotteries import commitment_of, faults

    codes = faults(text)
    if codes:
        return "lottery", codes, ["The record of this lottery is not in order:", *(fault(one) for one in codes)]
    commitment = commitment_of(text)
    body = strict(text)["body"]
    said = [
        "The record of this lottery is in order: every cohort keeps the rules, and tickets and chances follow.",
        f"Commitment: {commitment.sha256}.",
    ]
    if "asked" in body:
        said.append(OFFERED)
    if commitment.drawn is None:
        said.append("Nothing has been drawn yet.")
    else:
        said.append(f"The draw follows from “{commitment.drawn.source_value}”: {', '.join(commitment.drawn.members)}.")
    said.append("That no fairer lottery exists is what the record claims; only solving it again can show that.")
    return "lottery", (), said
