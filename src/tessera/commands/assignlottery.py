"""``tessera assign --randomise``: a lottery over who reads what, so that nobody can count on a pair."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from tessera.commands.failure import CommandFailed
from tessera.commands.reviewfiles import AssignmentTask
from tessera.commands.solving import Answer, proof_table
from tessera.commands.sound import require_faultless
from tessera.commands.tables.kinds import in_points, plain_decimal
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, listed
from tessera.commands.words.reviews import who_reads

if TYPE_CHECKING:
    from tessera.solvers.assignment.model import Pair, Randomised
    from tessera.solvers.watch import Watch

PARTS_MOST = 10_000


def cap(text: str) -> Fraction:
    """A probability above 0 and of at most 1: “1/2”, “0.5” or “50%”."""
    try:
        value = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if not 0 < value <= 1 or value.denominator > PARTS_MOST:
        msg = f"“{text}” is not a probability like 1/2, 0.5 or 50%, in at most {PARTS_MOST:,} parts"
        raise argparse.ArgumentTypeError(msg)
    return value


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lottery, the assignment drawn from it (None without a seed), and whether there is one without the cap."""

    lottery: Randomised
    pairs: tuple[Pair, ...] | None
    uncapped: bool = True


def work(task: AssignmentTask, most: Fraction, seed: str | None) -> Callable[[Watch], Drawn]:
    """Make the lottery, check it, and draw where there is a seed."""

    def do(watch: Watch) -> Drawn:
        from tessera.solvers import assignment as solver
        from tessera.solvers.assignment.network import TooLarge

        try:
            lottery = solver.randomise(task.problem, most, watch=watch)
            if str(lottery.proof.status) == "unknown":
                return Drawn(lottery, None)
            if not lottery.assignments:
                found = solver.solve(task.problem, objective=solver.Objective.TOTAL, watch=watch)
                return Drawn(lottery, None, bool(found.pairs))
        except solver.InvalidProblem as invalid:
            sentence = " ".join(f"{fault.subject}: {fault.message}." for fault in invalid.faults)
            raise CommandFailed(sentence, status=2) from invalid
        except TooLarge as error:
            raise CommandFailed(f"The numbers are too large: {error}") from error
        pairs = None if seed is None else solver.draw(lottery, seed)
        faults = solver.verify_lottery(task.problem, lottery) + solver.faults(
            task.problem, pairs or lottery.assignments[0]
        )
        require_faultless("The lottery", faults)
        return Drawn(lottery, pairs)

    return do


def answer(task: AssignmentTask, found: Drawn, seed: str | None, asked: list[str]) -> Answer:
    lottery = found.lottery
    if not lottery.assignments:
        return Answer(False, (_none(found), *task.notes), (proof_table(lottery.proof),))
    parts = sum(lottery.tickets)
    expected = Fraction(int(lottery.proof.value or 0), parts)
    worth = float(expected) / 1000
    sentences = [
        (
            f"A lottery over {counted(len(lottery.assignments), 'assignment')} of {counted(parts, 'ticket')}: no pair is likelier "
            f"than {_per_cent(lottery.cap)}."
        ),
        f"The sum of affinities to be expected is {plain_decimal(round(expected), 3)}. Proven best possible.",
        *_told(task, found, seed),
        *task.notes,
        *_explained(task, found, asked),
    ]
    chances = tuple(_chances(task, lottery))
    heading = ("file", "title", "reviewer", "name", "affinity", "probability", "tickets")
    tables = [
        Result("chances", heading, chances),
        Result(
            "lottery",
            ("assignment", "tickets", "pairs"),
            tuple(
                (number, tickets, tuple(f"{file} {reviewer}" for file, reviewer in pairs))
                for number, (pairs, tickets) in enumerate(
                    zip(lottery.assignments, lottery.tickets, strict=True), start=1
                )
            ),
        ),
        proof_table(replace(lottery.proof, value=worth, bound=worth)),
    ]
    if found.pairs is not None:
        drawn = set(found.pairs)
        pairs = tuple(row[:6] for row in chances if (row[0], row[2]) in drawn)
        tables.insert(0, Result("pairs", heading[:6], pairs))
    return Answer(True, tuple(sentences), tuple(tables), {"seed": seed, "cap": str(lottery.cap)})


def _none(found: Drawn) -> str:
    """Why there is no lottery."""
    if str(found.lottery.proof.status) == "unknown":
        return "The lottery was not finished in the time allowed: give it more with --time-limit."
    if found.uncapped:
        per_cent = _per_cent(found.lottery.cap)
        return f"No lottery keeps every pair at {per_cent} or less, though an assignment exists: raise the cap."
    return "There is no assignment that keeps every rule: without --randomise the reasons are named."


def _told(task: AssignmentTask, found: Drawn, seed: str | None) -> Iterator[str]:
    if found.pairs is None:
        yield "Nothing is drawn yet: “--seed TEXT” draws one of them, the same one every time."
        return
    from tessera.solvers.assignment.check import allowed_pairs

    allowed = allowed_pairs(task.problem)
    total = sum(allowed[file][reviewer] for file, reviewer in found.pairs)
    yield (
        f"Drawn with the seed “{seed}”: {counted(len(found.pairs), 'review')} given out, affinity "
        f"{plain_decimal(total, 3)} together."
    )


def _explained(task: AssignmentTask, found: Drawn, asked: list[str]) -> Iterator[str]:
    parts = sum(found.lottery.tickets)
    for one in dict.fromkeys(asked):
        if found.pairs is not None:
            yield who_reads(task.problem, found.pairs, one, task.names)
        likely = [
            f"{share.reviewer if share.application == one else share.application} {_per_cent(Fraction(share.tickets, parts))}"
            for share in found.lottery.shares
            if one in (share.application, share.reviewer)
        ]
        yield f"{one} in the lottery: {listed(likely) or 'nobody'}."


def _chances(task: AssignmentTask, lottery: Randomised) -> Iterator[tuple[object, ...]]:
    from tessera.solvers.assignment.check import allowed_pairs

    allowed = allowed_pairs(task.problem)
    parts = sum(lottery.tickets)
    for share in lottery.shares:
        yield (
            share.application,
            task.names.get(share.application),
            share.reviewer,
            task.names.get(share.reviewer),
            in_points(allowed[share.application][share.reviewer]),
            str(Fraction(share.tickets, parts)),
            share.tickets,
        )


def _per_cent(share: Fraction) -> str:
    """“1/3 (33.3 %)”; “1” where it is certain."""
    return f"{share} ({float(share) * 100:.3g} %)" if share != 1 else "1"
