"""Soft rules first, then the score: two sifted programs, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.rows import NO_LIMIT, Rows
from tessera.solvers.cohort.sift import search
from tessera.solvers.cohort.system import Best, Bound, System
from tessera.solvers.linear import Floats, Ints
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The best cohort under some rows: first the least penalty, then the highest value among cohorts of that penalty.

    ``people`` are the numbers of the members, empty where there are none. ``system`` and ``proof`` are of the last
    program that was sifted: all cohorts of the least penalty, by value. ``penalty_bound`` is proven.
    """

    status: Status
    people: Ints
    value: int | None
    bound: int | None
    penalty: int | None
    penalty_bound: int
    system: System
    proof: Bound | None
    x: Ints
    equals: bool | None = None

    @property
    def known(self) -> Floats | None:
        """The duals, for a like system; those of a row are kept when rows come and go only if their number stays."""
        return None if self.proof is None else self.proof.duals / 2.0**self.proof.digits


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known from a like question, to save time: columns in use, duals, a penalty that cannot be beaten, a cohort.

    The cohort is looked at only where it keeps the rows, and the duals only beside it.
    """

    first: tuple[int, ...] = ()
    known: Floats | None = None
    penalty: int = 0
    incumbent: tuple[int, ...] = ()


def standing(
    rows: Rows, watch: Watch, hint: Hint | None = None, *, ties: bool = False, at_least: int | None = None
) -> Standing:
    """Find it; with ``ties``, and whether another is as good.

    With ``at_least`` only cohorts of the hint's penalty and of at least that value count: INFEASIBLE where there is none.
    """
    hint = hint or Hint()
    soft = np.flatnonzero((rows.weight > 0) & (rows.most < NO_LIMIT))
    lowest = hint.penalty
    people = rows.n if ties else 0
    system = by_value(rows, soft, lowest)
    first = _first(rows, hint)
    rank = -np.concatenate([rows.score, np.zeros(len(soft), dtype=np.int64)]).astype(float)
    incumbent = _as_columns(rows, system, soft, hint.incumbent) if hint.incumbent else None
    known = _fitting(hint.known, system)
    best = search(system, watch, first=first, known=known, incumbent=incumbent, people=people, at_least=at_least)
    bound = lowest
    if at_least is None and best.status == Status.INFEASIBLE and len(soft):
        milder = search(by_penalty(rows, soft), watch, first=first, besides=rank)
        if milder.value is None:
            return _standing(rows, system, milder, None, max(lowest, -(milder.bound or 0)))
        bound = max(lowest, -(milder.bound if milder.bound is not None else 0))
        system = by_value(rows, soft, -milder.value)
        chosen = np.flatnonzero(milder.x[: rows.n])
        best = search(system, watch, first=np.union1d(first, chosen), people=people)
        if best.value is None:  # the time was up: the mildest cohort is one, whatever its value
            x = milder.x
            best = Best(Status.FEASIBLE, int(system.cost @ x), None, x, best.proof)
        if milder.status != Status.OPTIMAL and best.status == Status.OPTIMAL:
            best = Best(Status.FEASIBLE, best.value, best.bound, best.x, best.proof, best.equals)
    return _standing(rows, system, best, soft, bound)


def _standing(rows: Rows, system: System, best: Best, soft: Ints | None, penalty_bound: int) -> Standing:
    people = np.flatnonzero(best.x[: rows.n]) if len(best.x) else np.zeros(0, dtype=np.int64)
    penalty = None
    if best.value is not None and soft is not None:
        penalty = penalty_of(rows, people)
    return Standing(
        best.status, people, best.value, best.bound, penalty, penalty_bound, system, best.proof, best.x, best.equals
    )


def shortfalls_of(rows: Rows, people: Ints) -> list[tuple[int, int]]:
    """(row, people missing or too many) of every soft row that these members miss."""
    over = rows.load(people) - rows.most
    missed = np.flatnonzero((over > 0) & (rows.weight > 0))
    return [(int(row), int(-(-over[row] // rows.unit[row]))) for row in missed]


def penalty_of(rows: Rows, people: Ints) -> int:
    return sum(int(rows.weight[row]) * by for row, by in shortfalls_of(rows, people))


def by_value(rows: Rows, soft: Ints, penalty: int) -> System:
    """Maximise the score among cohorts of at most this penalty. With none allowed, soft rows are as hard as others."""
    if penalty == 0:
        return System(rows.score, rows.low, rows.high, rows.start, rows.row, rows.value, rows.most)
    return _with_shortfalls(rows, soft, rows.score, np.zeros(len(soft), dtype=np.int64), penalty)


def by_penalty(rows: Rows, soft: Ints) -> System:
    """Maximise minus the penalty."""
    return _with_shortfalls(rows, soft, np.zeros_like(rows.score), -rows.weight[soft], None)


def _with_shortfalls(rows: Rows, soft: Ints, cost: Ints, soft_cost: Ints, penalty: int | None) -> System:
    """Columns n.. are the shortfalls of the soft rows; with a penalty, one more row holds their weighted sum."""
    unit, weight = rows.unit[soft], rows.weight[soft]
    largest = np.zeros(len(rows.most), dtype=np.int64)
    np.add.at(largest, rows.row, np.maximum(rows.value, 0) * np.repeat(rows.high, np.diff(rows.start)))
    ceiling = np.maximum(0, -(-(largest[soft] - rows.most[soft]) // unit))
    row, value, each = [soft], [-unit], 1
    most = rows.most
    if penalty is not None:
        each = 2
        row.append(np.full(len(soft), len(rows.most)))
        value.append(weight)
        most = np.append(most, penalty)
        ceiling = np.minimum(ceiling, penalty // np.maximum(weight, 1))
    return System(
        np.concatenate([cost, soft_cost]),
        np.concatenate([rows.low, np.zeros_like(ceiling)]),
        np.concatenate([rows.high, ceiling]),
        np.concatenate([rows.start, rows.start[-1] + each * np.arange(1, len(soft) + 1)]),
        np.concatenate([rows.row, np.stack(row, axis=1).ravel()]),
        np.concatenate([rows.value, np.stack(value, axis=1).ravel()]),
        most,
    )


def _as_columns(rows: Rows, system: System, soft: Ints, members: tuple[int, ...]) -> Ints | None:
    """These members as x of the system; None where they break a row of it."""
    x = np.zeros(system.columns, dtype=np.int64)
    x[list(members)] = 1
    if system.columns > rows.n:
        place = {int(row): rows.n + at for at, row in enumerate(soft)}
        for row, by in shortfalls_of(rows, np.array(sorted(members), dtype=np.int64)):
            x[place[row]] = by
    return x if system.keeps(x) else None


def _fitting(known: Floats | None, system: System) -> Floats | None:
    """The duals, where they are of as many rows; rows that are there no longer weigh nothing."""
    if known is None or len(known) != len(system.most):
        return None
    return np.where(system.most >= NO_LIMIT, 0.0, known)


def _first(rows: Rows, hint: Hint) -> Ints:
    """Columns to begin with: the best by score, and the best and the cheapest of every limit that asks for people."""
    open_ = np.flatnonzero(rows.high > 0)
    best = open_[np.argsort(-rows.score[open_], kind="stable")[:400]]
    parts = [best, np.array(hint.first, dtype=np.int64)]
    asks = np.flatnonzero(rows.most < 0)
    if len(asks):
        person = np.repeat(np.arange(rows.n), np.diff(rows.start))
        for one in asks:
            mine = person[(rows.row == one) & (rows.value < 0)]
            mine = mine[rows.high[mine] > 0]
            parts.append(mine[np.argsort(-rows.score[mine], kind="stable")[:30]])
    return np.unique(np.concatenate(parts))


__all__ = ["Hint", "Standing", "by_penalty", "by_value", "penalty_of", "shortfalls_of", "standing"]
