"""Is a move what it says: from the number that is written, by whole steps, to the number that follows?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tessera.solvers.cohort.answers import Change, Kind, Limit, Move, Side
from tessera.solvers.cohort.check import Broken
from tessera.solvers.cohort.model import Quota, Rules, Share

PINS = (Kind.INCLUDE, Kind.EXCLUDE)


def check_moves(rules: Rules, k: int, moves: Iterable[Move]) -> Iterator[Broken]:
    """Each move of a way out, of ``k`` people: once, of a limit that is written, at least by a step.

    Of a share the number is the whole per cent that some k people keep who miss the rule by so many people as steps.
    """
    seen = set()
    for move in moves:
        if move.limit in seen or not _is_written(rules, move) or not _is_by_steps(rules, k, move):
            yield Broken("move", move.limit, written(rules, move.limit), move.before)
        seen.add(move.limit)


def check_change(rules: Rules, k: int, change: Change, score: int | None) -> Iterator[Broken]:
    """A change is one step further; of the entry, down to this ``score``."""
    move = change.move
    if not _is_written(rules, move) or move.limit.kind in PINS or move.steps != 1:
        yield Broken("move", move.limit, written(rules, move.limit), move.before)
        return
    lowered = move.limit.kind == Kind.SCORE_LOW
    after = score if lowered else _after(rules, move, -(-100 // k) if move.limit.kind == Kind.SHARE else 1)
    if move.after != after or move.after == move.before:
        yield Broken("move", move.limit, after, move.after)


def written(rules: Rules, limit: Limit) -> int | None:
    """The number that the rules have for this limit; None where they have none."""
    kind, name, lower = limit.kind, limit.name, limit.side == Side.LOWER
    if kind == Kind.BUDGET:
        return rules.budget.at_most if rules.budget is not None and not (name or lower) else None
    if kind == Kind.SCORE_LOW:
        return rules.score_at_least if lower and not name else None
    if kind == Kind.CAP:
        return next((one.at_most for one in rules.caps if one.name == name and not lower), None)
    of_kind: dict[Kind, tuple[Quota | Share, ...]] = {Kind.QUOTA: rules.quotas, Kind.SHARE: rules.shares}
    return next((one.at_least if lower else one.at_most for one in of_kind.get(kind, ()) if one.name == name), None)


def _is_written(rules: Rules, move: Move) -> bool:
    limit = move.limit
    if limit.value:  # the groups of a cap move alike
        return False
    if limit.kind in PINS:
        pinned = rules.include if limit.kind == Kind.INCLUDE else rules.exclude
        side = Side.LOWER if limit.kind == Kind.INCLUDE else Side.UPPER
        return limit.name in pinned and limit.side == side and move.before is None
    return move.before is not None and move.before == written(rules, limit)


def _is_by_steps(rules: Rules, k: int, move: Move) -> bool:
    if move.limit.kind in PINS:
        return move.after is None and move.steps == 1
    if move.after is None or move.before is None or move.steps < 1:
        return False
    if move.limit.kind == Kind.SCORE_LOW:
        return move.after < move.before and move.steps == 1
    if move.limit.kind == Kind.SHARE:
        return move.after != move.before and move.steps in set(_missed(move.before, move.after, move.limit.side, k))
    return move.after != move.before and move.after == _after(rules, move, move.steps)


def _after(rules: Rules, move: Move, units: int) -> int:
    """So many units looser; nothing goes below 0, and no share above 100."""
    before = move.before or 0
    if move.limit.kind == Kind.BUDGET and rules.budget is not None:
        units *= rules.budget.unit
    if move.limit.side == Side.LOWER:
        return max(0, before - units)
    return min(100, before + units) if move.limit.kind == Kind.SHARE else before + units


def _missed(before: int, after: int, side: Side, k: int) -> Iterator[int]:
    """By how many people at most k miss a share of ``before`` per cent who keep ``after``, and no whole one between."""
    for base in range(1, k + 1):
        for found in range(base + 1):
            if side == Side.LOWER and 100 * found // base == after:
                yield -(-before * base // 100) - found
            elif side == Side.UPPER and -(-100 * found // base) == after:
                yield found - before * base // 100
