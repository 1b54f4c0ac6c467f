"""Which single limits, looser by one step, bring a person into a best cohort: all limits asked at once.

For each limit t let V(t) be the best value with the person and W(t) the best without, once t is looser by one step. Wanted
are the t with V(t) >= W(t). The selection itself keeps the looser rules, so W(t) >= S*, and a limit with V(t) < S* is none.

One program asks for all that are left:

maximise   sum s_i x_i - sum_t (known_t - S*) r_t      x_person = 1, r_t in {0, 1}, sum_t r_t <= 1
subject to a_t x - step_t r_t <= most_t                for each limit

where known_t <= W(t) is the value of some cohort without the person under t. Where nothing reaches S*, no limit is left:
that one proof takes the place of one for each. Else it names a limit and its V(t); whether a cohort without the person
beats that is asked for this limit alone, and what is found may do for others too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.answers import Kind
from tessera.solvers.cohort.rows import Rows
from tessera.solvers.cohort.sift import search
from tessera.solvers.cohort.system import Bound, System
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

BEGIN = 150  # columns to begin a relaxation with


@dataclass(frozen=True, slots=True)
class Loosened:
    """A limit (its term) that does it, the value then, and whether nothing without the person is as good."""

    term: int
    value: int
    certain: bool


class Loosening:
    """``rows`` without a pin on the person ``at``; ``goal`` is S*, ``members`` the selection, ``like`` a bound near by."""

    def __init__(
        self, rows: Rows, at: int, goal: int, members: tuple[int, ...], like: Bound | None, watch: Watch
    ) -> None:
        self.rows, self.at, self.goal, self.watch = rows, at, goal, watch
        self.inside, self.outside = rows.with_pins(include=[at]), rows.with_pins(exclude=[at])
        self.like = like
        self.members = np.array(sorted(members), dtype=np.int64)

    def of(self, terms: list[int]) -> Iterator[Loosened]:
        """Those of these limits that do it; fewer where the time is up."""
        left = dict.fromkeys(terms, self.goal)  # the value of a cohort without the person under this limit
        while left and not self._late():
            hit = self._best(left)
            if hit is None:
                return
            term, value = hit
            known = left.pop(term)
            if self.rows.terms[term].limit.kind == Kind.SHARE:
                exact = self._one(self.inside.moved(term, 1), known)  # the program above leaves shares too much room
                if exact is None:
                    continue
                value = exact[0]
            other = self._one(self.outside.moved(term, 1), value)
            if self._late():
                return
            if other is None or other[0] == value:
                yield Loosened(term, value, other is None)
            else:
                self._spread(left, other[1], other[0])

    def _late(self) -> bool:
        """Whether the time is up: what was not found then is not known not to be there."""
        return self.watch.over

    def _best(self, left: dict[int, int]) -> tuple[int, int] | None:
        """(limit, V of it) where that is furthest above what is known without the person; None where no V is."""
        terms = list(left)
        system = self._joint(terms, [left[term] - self.goal for term in terms])
        n = self.rows.n
        found = search(system, self.watch, first=self._first(system.columns), at_least=self.goal)
        if found.status != Status.OPTIMAL:
            return None
        chosen = np.flatnonzero(found.x[n:])
        return (terms[int(chosen[0])], int(self.rows.score @ found.x[:n])) if len(chosen) else None

    def _joint(self, terms: list[int], lifts: list[int]) -> System:
        rows, inside = self.rows, self.inside
        last = len(rows.most)
        row, value, length = [rows.row], [rows.value], []
        for term in terms:
            mine = rows.rows_of(term)
            row.append(np.append(mine, last))
            value.append(np.append(np.full(len(mine), -self._step(term)), 1))
            length.append(len(mine) + 1)
        count = len(terms)
        return System(
            np.concatenate([rows.score, -np.array(lifts, dtype=np.int64)]),
            np.concatenate([inside.low, np.zeros(count, dtype=np.int64)]),
            np.concatenate([inside.high, np.ones(count, dtype=np.int64)]),
            np.concatenate([rows.start, rows.start[-1] + np.cumsum(length, dtype=np.int64)]),
            np.concatenate(row),
            np.concatenate(value),
            np.append(rows.most, 1),
        )

    def _step(self, term: int) -> int:
        one = self.rows.terms[term]
        if (
            one.limit.kind == Kind.SHARE
        ):  # by so many per cent for each who answered: at most as many as there are seats
            return abs(self.rows.after(term, 1) - one.written) * self.rows.k
        return one.unit

    def _one(self, rows: Rows, at_least: int) -> tuple[int, Ints] | None:
        """(value, members) of the best cohort that reaches this; None where there is none, or the time was up."""
        system = _hard(rows)
        found = search(system, self.watch, first=self._first(system.columns), at_least=at_least)
        if found.status != Status.OPTIMAL or found.value is None:
            return None
        return found.value, np.flatnonzero(found.x)

    def _first(self, columns: int) -> Ints:
        """Those who looked best in a like question, the members, and what is no person."""
        n = self.rows.n
        worth = self.rows.score if self.like is None else self.like.worth[:n]
        best = np.argpartition(-worth, min(BEGIN, n - 1))[:BEGIN]
        return np.unique(np.concatenate([best, self.members, [self.at], np.arange(n, columns)]))

    def _spread(self, left: dict[int, int], members: Ints, value: int) -> None:
        """This cohort without the person, for every limit under which it may be."""
        over = np.flatnonzero(self.rows.load(members) > self.rows.most)
        broken = {int(self.rows.term[row]) for row in over}
        for term, known in left.items():
            if (
                value > known
                and broken <= {term}
                and _hard(self.rows.moved(term, 1)).keeps(_as_x(self.rows.n, members))
            ):
                left[term] = value


def _hard(rows: Rows) -> System:
    """Every rule as a hard one: what has no penalty."""
    return System(rows.score, rows.low, rows.high, rows.start, rows.row, rows.value, rows.most)


def _as_x(n: int, members: Ints) -> Ints:
    x = np.zeros(n, dtype=np.int64)
    x[members] = 1
    return x
