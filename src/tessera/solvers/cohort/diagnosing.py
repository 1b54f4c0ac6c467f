"""Why there is no cohort, and the least that would have to give."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tessera.solvers.cohort.answers import Conflict, Kind, Limit, Move, Relaxation, Side
from tessera.solvers.cohort.counts import counts_of
from tessera.solvers.cohort.documents import digest_of
from tessera.solvers.cohort.model import Cap, Pool, Quota, Rules, Share, check_together
from tessera.solvers.cohort.moves import moved
from tessera.solvers.cohort.rows import NO_LIMIT, Rows, rows_of
from tessera.solvers.cohort.selection import SOLVER, named
from tessera.solvers.cohort.sift import relax, search
from tessera.solvers.cohort.stages import standing
from tessera.solvers.cohort.system import System
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, solver_version
from tessera.solvers.watch import Watch


def diagnose(
    pool: Pool,
    rules: Rules,
    k: int,
    *,
    rules_at_most: int = 3,
    steps_at_most: int | None = None,
    sets_at_most: int = 20,
    lift_pins: bool = True,
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> Conflict:
    """Find limits that cannot hold together, and all minimal sets of moves that make a cohort possible.

    Soft rules are left out, since they may be missed. A relaxation moves at most ``rules_at_most`` limits, each by at
    most ``steps_at_most`` of its steps (None: as far as it takes); among those of one set of limits it is one of least
    price; at most ``sets_at_most`` are listed (0: only the core is looked for). Pins may be lifted, for a price of 1
    each. Where a cohort exists, core and relaxations are empty and the proof says so.
    """
    check_together(pool, rules, k)
    watch = watch or Watch(time_limit)
    rows = rows_of(pool, rules, k)
    counted = counts_of(rows, pool, rules, k)
    finder = _Finder(rows, rules, watch)
    watch.say("conflict")
    core = finder.core()
    status = Status.OPTIMAL if core is None else Status.INFEASIBLE if core.proven else Status.UNKNOWN
    relaxations: tuple[Relaxation, ...] = ()
    complete = core is None or sets_at_most > 0
    if core is not None and sets_at_most:
        watch.say("relaxations")
        relaxations, complete = _relaxations(
            pool, rules, _Program(rows, rules, rules_at_most, steps_at_most, lift_pins), watch, sets_at_most
        )
    proof = Proof(status, None, None, SOLVER, solver_version(SOLVER), watch.seconds, digest_of(pool, rules, k))
    limits = () if core is None else core.limits
    return Conflict(limits, relaxations, proof, counted, core is None or core.minimal, complete)


def core_of(rows: Rows, rules: Rules, watch: Watch, *, needed: bool = False) -> tuple[Limit, ...]:
    """An irreducible set of limits that leaves no cohort; empty where there is one.

    Cut by the clock it may hold limits that are not needed; with ``needed`` it is empty then too.
    """
    core = _Finder(rows, rules, watch).core()
    return () if core is None or (needed and not (core.minimal and core.proven)) else core.limits


@dataclass(frozen=True, slots=True)
class _Core:
    limits: tuple[Limit, ...]
    minimal: bool
    proven: bool


@dataclass(frozen=True, slots=True)
class _Element:
    """Something that may be dropped: a limit of the rows, or a pin."""

    limit: Limit
    term: int = -1
    person: int = -1


class _Finder:
    """Deletion filter: leave a limit out; if there is still no cohort, it is not needed for the conflict.

    To leave out the pin of somebody who would else be set aside leaves the leave to be a member, so that leaving out
    never makes anything harder.
    """

    def __init__(self, rows: Rows, rules: Rules, watch: Watch) -> None:
        self.rows = rows
        self.watch = watch
        number = {one: at for at, one in enumerate(rows.ids)}
        hard = [at for at, term in enumerate(rows.terms) if at and not term.weight]
        self.elements = [_Element(rows.terms[at].limit, term=at) for at in hard]
        self.soft = [at for at, term in enumerate(rows.terms) if term.weight]
        for one in sorted(rules.include):
            self.elements.append(_Element(Limit(Kind.INCLUDE, one, Side.LOWER), person=number[one]))
        for one in sorted(rules.exclude):
            self.elements.append(_Element(Limit(Kind.EXCLUDE, one), person=number[one]))
        self.barred = {number[one.applicant] for one in rows.set_aside}
        self.active = np.argsort(-rows.score, kind="stable")[:400]

    def core(self) -> _Core | None:
        relaxed_ray: set[int] = set()
        there = self._possible(self.elements, relaxed_ray)
        if there:
            return None
        kept = list(self.elements)
        if relaxed_ray:
            fewer = [one for one in kept if one.term < 0 or one.term in relaxed_ray]
            if self._possible(fewer) is False:
                kept = fewer
        minimal = there is False
        for one in list(kept):
            if one not in kept:
                continue
            rest = [other for other in kept if other is not one]
            ray: set[int] = set()
            found = self._possible(rest, ray)
            if found is False:
                kept = rest
                fewer = [other for other in rest if other.term < 0 or other.term in ray]
                if ray and len(fewer) < len(rest) and self._possible(fewer) is False:
                    kept = fewer
            elif found is None:
                minimal = False
        limits = tuple(one.limit for one in kept) or (Limit(Kind.SIZE),)
        return _Core(limits, minimal, there is False)

    def _possible(self, kept: Iterable[_Element], ray: set[int] | None = None) -> bool | None:
        """Whether a cohort keeps these; None when the time is up. Fills ``ray`` with the terms that contradict."""
        if self.watch.over:
            return None
        rows = self._with(list(kept))
        if (rows.low > rows.high).any():
            return False
        system = System(
            np.zeros(rows.n, dtype=np.int64), rows.low, rows.high, rows.start, rows.row, rows.value, rows.most
        )
        relaxed = relax(system, self.watch, self.active)
        self.active = relaxed.active  # like questions need like people
        if relaxed.ray is not None:
            if ray is not None:
                used = np.flatnonzero(np.abs(relaxed.ray) > 1e-9)
                ray.update(int(term) for term in rows.term[used])
            return False
        tie = -rows.score.astype(float)
        found = search(system, self.watch, first=relaxed.active, besides=tie)
        return {Status.OPTIMAL: True, Status.FEASIBLE: True, Status.INFEASIBLE: False}.get(found.status)

    def _with(self, kept: list[_Element]) -> Rows:
        rows = self.rows
        terms = {one.term for one in kept}
        dropped = [one.term for one in self.elements if one.term >= 0 and one.term not in terms]
        low, high = np.zeros_like(rows.low), np.ones_like(rows.high)
        high[list(self.barred)] = 0
        for one in kept:
            if one.limit.kind == Kind.INCLUDE:
                low[one.person] = high[one.person] = 1
        for one in kept:
            if one.limit.kind == Kind.EXCLUDE:
                high[one.person] = 0
        return replace(rows.without([*dropped, *self.soft]), low=low, high=high)


def _relaxations(
    pool: Pool, rules: Rules, program: _Program, watch: Watch, cap: int
) -> tuple[tuple[Relaxation, ...], bool]:
    """(minimal sets of moves by price, whether these are all)."""
    found: list[Relaxation] = []
    supports: list[frozenset[int]] = []
    while len(found) < cap:
        if watch.over:
            return _by_price(found), False
        answer = program.solve(supports, watch)
        if answer is None:
            return _by_price(found), True
        support, amounts, people, proven = answer
        if not proven:
            return _by_price(found), False
        supports.append(support)
        found.append(_minimal(pool, rules, program.told(amounts, people), watch))
        watch.say("relaxations", done=len(found))
    return _by_price(found), program.solve(supports, watch) is None


def _minimal(pool: Pool, rules: Rules, told: Relaxation, watch: Watch) -> Relaxation:
    """The same without moves that are not needed: per cents of a share may give more room than was counted in people."""
    if all(move.limit.kind != Kind.SHARE for move in told.moves):
        return told
    k = len(told.members)
    for move in told.moves:
        rest = tuple(one for one in told.moves if one != move)
        rows = rows_of(pool, moved(rules, rest), k)
        soft = [at for at, term in enumerate(rows.terms) if term.weight]
        found = standing(rows.without(soft), watch) if rest else None
        if found is not None and len(found.people):
            told = Relaxation(rest, sum(_price(rules, one) for one in rest), named(rows, found.people))
    return told


def _price(rules: Rules, move: Move) -> int:
    if move.before is None:
        return 1
    if move.limit.kind == Kind.BUDGET:
        return move.steps * (rules.budget.price if rules.budget else 1)
    named_rules: tuple[Quota | Share | Cap, ...] = (*rules.quotas, *rules.shares, *rules.caps)
    return move.steps * next(one.price for one in named_rules if one.name == move.limit.name)


def _by_price(found: list[Relaxation]) -> tuple[Relaxation, ...]:
    return tuple(sorted(found, key=lambda one: (one.price, len(one.moves), [move.limit for move in one.moves])))


class _Program:
    """minimise sum price_t u_t over x, whole u_t >= 0 and b_t in {0, 1}: a_t x - unit_t u_t <= most_t, u_t <= U_t b_t.

    b says which limits move. Supersets of what was found are cut off: sum of b over the set <= its size - 1.
    """

    def __init__(self, rows: Rows, rules: Rules, size: int, steps: int | None, lift: bool) -> None:
        self.rows = rows
        number = {one: at for at, one in enumerate(rows.ids)}
        self.terms = [at for at, term in enumerate(rows.terms) if at and not term.weight]
        self.includes = [number[one] for one in sorted(rules.include)] if lift else []
        self.excludes = [number[one] for one in sorted(rules.exclude)] if lift else []
        self.lift = lift
        self.size = size
        self.barred = np.array(sorted({number[one.applicant] for one in rows.set_aside}), dtype=np.int64)
        self.count = len(self.terms) + len(self.includes) + len(self.excludes)
        self.most_steps = self._ceilings(steps)

    def _ceilings(self, steps: int | None) -> list[int]:
        rows = self.rows
        largest = np.zeros(len(rows.most), dtype=np.int64)
        open_ = np.ones(rows.n, dtype=np.int64)
        np.add.at(largest, rows.row, np.maximum(rows.value, 0) * np.repeat(open_, np.diff(rows.start)))
        told = []
        for term in self.terms:
            mine = rows.rows_of(term)
            over = largest[mine] - rows.most[mine]
            top = int((-(-over // rows.terms[term].unit)).max(initial=0))
            by_size = rows.k * 100 if rows.terms[term].limit.kind in (Kind.QUOTA, Kind.CAP) else top
            told.append(max(0, min(top, by_size, steps if steps is not None else top)))
        return told + [1] * (len(self.includes) + len(self.excludes))

    def solve(
        self, supports: list[frozenset[int]], watch: Watch
    ) -> tuple[frozenset[int], list[int], Ints, bool] | None:
        system = self._system(supports)
        n, count = self.rows.n, self.count
        first = np.concatenate([np.argsort(-self.rows.score, kind="stable")[:400], np.arange(n, n + 2 * count)])
        rank = np.concatenate([-self.rows.score, np.full(2 * count, -(10**9))]).astype(float)
        best = search(system, watch, first=first, besides=rank)
        if best.status == Status.INFEASIBLE:
            return None
        if best.value is None:
            return frozenset(), [], np.zeros(0, dtype=np.int64), False
        amounts = best.x[n : n + count].tolist()
        support = frozenset(at for at, amount in enumerate(amounts) if amount)
        return support, amounts, np.flatnonzero(best.x[:n]), best.status == Status.OPTIMAL

    def _system(self, supports: list[frozenset[int]]) -> System:
        rows, n, count = self.rows, self.rows.n, self.count
        low, high = rows.low, rows.high
        if self.lift:
            low, high = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
            high[self.barred] = 0
        entries: list[tuple[int, int, int]] = []  # (column, row, value)
        most = np.where(rows.weight > 0, NO_LIMIT, rows.most).tolist()
        price = []
        for at, term in enumerate(self.terms):
            entries += [(n + at, int(row), -rows.terms[term].unit) for row in rows.rows_of(term)]
            price.append(rows.terms[term].price)
        for at, person in enumerate(self.includes, len(self.terms)):  # x >= 1 - u
            entries += [(person, len(most), -1), (n + at, len(most), -1)]
            most.append(-1)
            price.append(1)
            if person in rows.doubtful:  # not pinned, not selectable: x <= 1 - u
                entries += [(person, len(most), 1), (n + at, len(most), 1)]
                most.append(1)
        for at, person in enumerate(self.excludes, len(self.terms) + len(self.includes)):  # x <= u
            entries += [(person, len(most), 1), (n + at, len(most), -1)]
            most.append(0)
            price.append(1)
        for at, ceiling in enumerate(self.most_steps):  # u <= U b
            entries += [(n + at, len(most), 1), (n + count + at, len(most), -ceiling)]
            most.append(0)
        entries += [(n + count + at, len(most), 1) for at in range(count)]
        most.append(self.size)
        for support in supports:
            entries += [(n + count + at, len(most), 1) for at in support]
            most.append(len(support) - 1)
        added = np.array(entries, dtype=np.int64).reshape(-1, 3)
        column = np.concatenate([np.repeat(np.arange(n), np.diff(rows.start)), added[:, 0]])
        order = np.argsort(column, kind="stable")
        start = np.searchsorted(column[order], np.arange(n + 2 * count + 1))
        return System(
            np.concatenate(
                [np.zeros(n, dtype=np.int64), -np.array(price, dtype=np.int64), np.zeros(count, dtype=np.int64)]
            ),
            np.concatenate([low, np.zeros(2 * count, dtype=np.int64)]),
            np.concatenate([high, np.array(self.most_steps, dtype=np.int64), np.ones(count, dtype=np.int64)]),
            start.astype(np.int64),
            np.concatenate([rows.row, added[:, 1]])[order],
            np.concatenate([rows.value, added[:, 2]])[order],
            np.array(most, dtype=np.int64),
        )

    def told(self, amounts: list[int], people: Ints) -> Relaxation:
        """The moves in the numbers that would be written; of a share, the per cent that this cohort keeps."""
        rows = self.rows
        moves, price = [], 0
        for at, amount in enumerate(amounts):
            if not amount:
                continue
            if at >= len(self.terms):
                pin = at - len(self.terms)
                lifted = pin < len(self.includes)
                person = self.includes[pin] if lifted else self.excludes[pin - len(self.includes)]
                kind, side = (Kind.INCLUDE, Side.LOWER) if lifted else (Kind.EXCLUDE, Side.UPPER)
                moves.append(Move(Limit(kind, rows.ids[person], side), None, None, 1))
                price += 1
                continue
            term = rows.terms[self.terms[at]]
            if term.limit.kind == Kind.SHARE:
                after = self._share(self.terms[at], people)
            else:
                after = rows.after(self.terms[at], amount)
            moves.append(Move(term.limit, term.written, after, amount))
            price += amount * term.price
        return Relaxation(tuple(moves), price, named(rows, people))

    def _share(self, term: int, people: Ints) -> int:
        """The whole per cent nearest to the rule that these people keep."""
        rows = self.rows
        written, side = rows.terms[term].written, rows.terms[term].limit.side
        row, _place, value = rows.entries(people)
        mine = value[row == rows.rows_of(term)[0]]
        above = written - mine if side == Side.LOWER else mine + written
        part, base = int(above.sum()), len(mine)
        return part // base if side == Side.LOWER else -(-part // base)


__all__ = ["core_of", "diagnose"]
