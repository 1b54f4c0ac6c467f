"""``tessera cohort --withdrawn``: the cohort after withdrawals, filled from the reserve list, like for like."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tessera.commands import pools
from tessera.commands.failure import CommandFailed
from tessera.commands.gauges import gauges
from tessera.commands.solving import Answer, proof_table
from tessera.commands.sound import require_sound
from tessera.commands.tables.kinds import amount, in_points
from tessera.commands.tables.writing import Result
from tessera.commands.words import capital, counted, listed, points
from tessera.commands.words.cohort import SET_ASIDE, Speaker

if TYPE_CHECKING:
    from tessera.solvers.cohort.answers import Refill, Selection, Waitlist
    from tessera.solvers.cohort.model import Rules
    from tessera.solvers.watch import Watch


def ids(text: str) -> list[str]:
    """“A1,A7” as two ids."""
    found = [one.strip() for one in text.split(",")]
    if not all(found):
        msg = f"“{text}” is not a list of ids like A1,A7"
        raise argparse.ArgumentTypeError(msg)
    return found


@dataclass(frozen=True, slots=True)
class Filled:
    """The first cohort and its list, what became of it, and the list after: ``rules`` are those that hold then."""

    first: Selection
    waiting: Waitlist
    refill: Refill
    rules: Rules
    after: Waitlist | None


def work(task: pools.CohortTask, withdrawn: Sequence[str]) -> Callable[[Watch], Filled | Selection]:
    """Select, make the reserve list, fill the places; each step is checked. A selection alone where there is no cohort."""

    def do(watch: Watch) -> Filled | Selection:
        from tessera.solvers.cohort.check import check
        from tessera.solvers.cohort.claims import check_refill, check_waitlist
        from tessera.solvers.cohort.moves import moved
        from tessera.solvers.cohort.selection import select
        from tessera.solvers.cohort.waiting import refill, waitlist

        first = select(task.pool, task.rules, task.seats, seed=task.seed, watch=watch)
        if not first.found:
            return first
        require_sound("The cohort", check(task.pool, task.rules, first))
        waiting = waitlist(task.pool, task.rules, first, task.reserve, task.cover, watch=watch)
        require_sound("The reserve list", check_waitlist(task.pool, task.rules, first, waiting))
        gone = [one for one in dict.fromkeys(withdrawn) if one in first.members]
        others = frozenset(withdrawn) - set(first.members)  # on the list, or nowhere: they are not asked
        rules = replace(task.rules, include=task.rules.include - others, exclude=task.rules.exclude | others)
        list_ = replace(waiting, reserves=tuple(one for one in waiting.reserves if one.applicant not in others))
        stay = [one for one in first.members if one not in gone]
        filled = refill(task.pool, rules, stay, list_, gone, watch=watch)
        require_sound("The filled cohort", check_refill(task.pool, rules, first, list_, filled))
        rules = replace(rules, include=rules.include - set(gone), exclude=rules.exclude | set(gone))
        after = None
        if filled.members:
            rules = moved(rules, filled.relaxation.moves) if filled.relaxation is not None else rules
            now = replace(first, members=filled.members, value=None, proof=filled.proof)
            if task.reserve and not watch.over:
                after = waitlist(task.pool, rules, now, task.reserve, task.cover, watch=watch)
                require_sound("The new reserve list", check_waitlist(task.pool, rules, now, after))
        return Filled(first, waiting, filled, rules, after)

    return do


def refuse_beside(arguments: argparse.Namespace) -> None:
    """Options that speak of the first cohort."""
    for name in ("explain", "record", "prices", "optima"):
        if getattr(arguments, name):
            raise CommandFailed(f"--{name} is about the first cohort: leave --withdrawn out for it.", status=2)


def answer(task: pools.CohortTask, found: Filled, withdrawn: Sequence[str]) -> Answer:
    filled, speaker = found.refill, Speaker(task.rules, task.seats, task.names)
    said = list(_said(task, found, speaker, withdrawn))
    if not filled.members:
        return Answer(False, (*said, *task.notes), (proof_table(filled.proof),))
    tables = (
        Result("people", ("id", "name", "decision", "score", "cost", "reason"), tuple(_people(task, found, withdrawn))),
        _reserve(task, found.after),
        gauges(task.pool, found.rules, filled.members),
        proof_table(filled.proof),
        *([proof_table(found.after.proof, name="proof of the reserve")] if found.after is not None else []),
    )
    return Answer(True, (*said, *task.notes), tables)


def _said(task: pools.CohortTask, found: Filled, speaker: Speaker, withdrawn: Sequence[str]) -> Iterator[str]:
    filled, members = found.refill, set(found.first.members)
    asked = list(dict.fromkeys(withdrawn))
    outside = [one for one in asked if one not in members]
    if outside:
        yield f"{capital(speaker.all(outside))} had no place and will not be asked."
    if not filled.withdrawn:
        yield "No place is free; the cohort stays as it was."
        return
    yield f"{counted(len(filled.withdrawn), 'place')} free: {speaker.all(filled.withdrawn)} withdrew."
    if not filled.members:
        if filled.proof.status == "infeasible":
            yield "No cohort with those who stay keeps every rule, and no change of limits that makes one possible was found."
        else:
            yield "No cohort with those who stay was found in the time allowed; that none exists is not proven."
        return
    best = "the best" if filled.proof.status == "optimal" else "the best found in the time allowed"
    if filled.from_list:
        place = found.waiting.order.index(filled.joined[0]) + 1
        yield f"{speaker.who(filled.joined[0])}, number {place} of the reserve list, comes in: the first with whom every rule is kept."
    elif filled.relaxation is not None:
        moves = listed([speaker.move(one) for one in filled.relaxation.moves])
        yield f"No cohort with those who stay keeps every rule. The cheapest change: {moves}."
        yield f"Then {speaker.all(filled.joined)} {_come(filled.joined)} in: {best} with those who stay."
    else:
        why = "Several places are filled together" if len(filled.withdrawn) > 1 else "Nobody on the reserve list can"
        yield f"{why}: {speaker.all(filled.joined)} {_come(filled.joined)} in, {best} with those who stay."
    before = found.first.value or 0
    value = sum(one.score or 0 for one in task.pool.applicants if one.id in filled.members)
    yield f"{points(value)} together, {points(before)} before."
    yield from speaker.reserve(found.after, task.reserve, heading="Reserve list now")


def _come(people: Sequence[str]) -> str:
    return "comes" if len(people) == 1 else "come"


def _people(task: pools.CohortTask, found: Filled, withdrawn: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Members, then those who withdrew, the reserve list in its order, and the others; each by score."""
    filled, gone = found.refill, set(withdrawn)
    place = {one: number for number, one in enumerate(found.after.order if found.after else (), start=1)}
    aside = {one.applicant: str(one.why) for one in found.first.set_aside}
    stay = set(filled.members) - set(filled.joined)

    def decided(one: str) -> tuple[int, str, str]:
        if one in stay:
            return 0, "selected", "Stays."
        if one in filled.joined:
            one_place = len(filled.withdrawn) == 1
            return 0, "joins", f"Takes the place of {filled.withdrawn[0]}." if one_place else "Comes in."
        if one in gone:
            return 1, "withdrawn", "Withdrew."
        if one in place:
            return 2, f"reserve {place[one]}", "On the reserve list."
        if one in aside:
            return 3, "not selected", f"Not considered: {SET_ASIDE[aside[one]]}."
        return 3, "not selected", "Not selected."

    def turn(one: Any) -> tuple[Any, ...]:
        return (decided(one.id)[0], place.get(one.id, 0), one.score is None, -(one.score or 0), one.id)

    for one in sorted(task.pool.applicants, key=turn):
        _order, decision, reason = decided(one.id)
        cost = None if one.cost is None else amount(one.cost)
        yield (one.id, task.names.get(one.id), decision, in_points(one.score), cost, reason)


def _reserve(task: pools.CohortTask, waiting: Waitlist | None) -> Result:
    scores = {one.id: one.score for one in task.pool.applicants}
    rows = tuple(
        (number, one.applicant, task.names.get(one.applicant), in_points(scores[one.applicant]), one.steps_in_for)
        for number, one in enumerate(waiting.reserves if waiting else (), start=1)
    )
    return Result("reserve", ("place", "id", "name", "score", "steps in for"), rows)
