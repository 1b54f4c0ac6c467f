"""Nothing is given out that does not pass its check: what the commands that choose and assign people have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tessera.commands import pools
from tessera.commands.failure import CommandFailed

if TYPE_CHECKING:
    from tessera.solvers.assignment.model import Fault
    from tessera.solvers.cohort.answers import Conflict, Relaxation
    from tessera.solvers.cohort.check import Broken
    from tessera.solvers.cohort.model import Rules
    from tessera.solvers.watch import Watch


def require_sound(what: str, broken: Iterable[Broken]) -> None:
    """CommandFailed that names everything in ``what`` ("The cohort") that does not hold."""
    said = "; ".join(f"{one.code} {one.who or (one.limit.name if one.limit else '')}".strip() for one in broken)
    if said:
        raise CommandFailed(f"{what} does not pass its check and is not given out: {said}.")


def require_faultless(what: str, faults: Iterable[Fault]) -> None:
    """The same of an assignment, a way out or a lottery of reviewers."""
    said = " ".join(f"{fault.subject}: {fault.message}." for fault in faults)
    if said:
        raise CommandFailed(f"{what} does not pass its check and is not given out: {said}")


def conflict_of(task: pools.CohortTask, watch: Watch) -> Conflict:
    """Why nobody can keep the rules, with ways out that were checked: of few limits, of all where few do not help, the
    least lower entry that helps by itself, and where neither does, both together.
    """
    from tessera.solvers.cohort.claims import check_conflict
    from tessera.solvers.cohort.diagnosing import diagnose

    found = diagnose(task.pool, task.rules, task.seats, watch=watch)
    if found.core and not found.relaxations and found.complete:
        found = diagnose(task.pool, task.rules, task.seats, rules_at_most=_every(task.rules), watch=watch)
    found = replace(found, relaxations=(*found.relaxations, *_lower_entry(task, watch)))
    if task.rules.score_at_least is not None and found.core and not found.relaxations and not watch.over:
        lower = replace(task.rules, score_at_least=None)
        both = diagnose(task.pool, lower, task.seats, rules_at_most=_every(lower), watch=watch)
        ways = [joined for way in both.relaxations for joined in _lower_entry(task, watch, way)]
        found = replace(found, relaxations=tuple(ways), complete=found.complete and both.complete)
    if task.rules.score_at_least is not None and watch.over:
        found = replace(found, complete=False)
    require_sound("A way out", check_conflict(task.pool, task.rules, task.seats, found))
    return found


def _every(rules: Rules) -> int:
    """No fewer than there are limits to move."""
    return 2 * sum(map(len, (rules.quotas, rules.shares, rules.caps, rules.include, rules.exclude))) + 1


def _lower_entry(task: pools.CohortTask, watch: Watch, way: Relaxation | None = None) -> Iterator[Relaxation]:
    """The highest entry below the one that is asked for with which a cohort keeps every rule; a lower one lets more in.

    With ``way`` the entry that is needed besides its moves.
    """
    from tessera.solvers.cohort.answers import Kind, Limit, Move, Relaxation, Side
    from tessera.solvers.cohort.moves import moved
    from tessera.solvers.cohort.selection import select

    entry = task.rules.score_at_least
    if entry is None:
        return
    moves, price = (way.moves, way.price) if way is not None else ((), 0)
    rules = moved(task.rules, moves)
    scores = sorted({one.score for one in task.pool.applicants if one.score is not None and one.score < entry})
    low, high, found = 0, len(scores) - 1, None
    while low <= high and not watch.over:
        middle = (low + high) // 2
        tried = select(task.pool, replace(rules, score_at_least=scores[middle]), task.seats, watch=watch)
        if tried.found:
            low, found = middle + 1, (scores[middle], tried.members)
        else:
            high = middle - 1
    if found is not None and not watch.over:
        move = Move(Limit(Kind.SCORE_LOW, "", Side.LOWER), entry, found[0], 1)
        yield Relaxation((*moves, move), price + 1, found[1])
