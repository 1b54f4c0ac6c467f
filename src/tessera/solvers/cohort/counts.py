"""What counting alone shows, before any solver is asked. Each count names a conflict that nothing else can mend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessera.solvers.cohort.answers import Count, Kind, Limit, Side
from tessera.solvers.cohort.model import Is, Pool, Quota, Rules
from tessera.solvers.cohort.rows import Rows, rows_of
from tessera.solvers.linear import Ints


def counts(pool: Pool, rules: Rules, k: int) -> tuple[Count, ...]:
    """Every necessary count that fails. Soft rules are left out: they may be missed.

    ``code`` is one of
    included-and-excluded: somebody must be a member and must not;
    too-few-people: fewer than k who may be selected;
    too-many-included: more than k must be members;
    too-few-with: a minimum above the number of people with it who may be selected, or above k;
    crossed: a minimum above the maximum of the same rule;
    minima-above-seats: minima of distinct values of one feature add up to more than k;
    maxima-below-seats: maxima of a feature that everybody has add up to less than k;
    included-break: those who must be members break a maximum by themselves;
    too-costly: the k cheapest, with those who must be members, cost more than the budget.
    """
    return counts_of(rows_of(pool, rules, k), pool, rules, k)


def counts_of(rows: Rows, pool: Pool, rules: Rules, k: int) -> tuple[Count, ...]:
    """The same, of rows that are there already."""
    return tuple(_counts(rows, pool, rules, k))


def _counts(rows: Rows, pool: Pool, rules: Rules, k: int) -> Iterator[Count]:
    for one in sorted(rules.include & rules.exclude):
        yield Count("included-and-excluded", (Limit(Kind.INCLUDE, one, Side.LOWER), Limit(Kind.EXCLUDE, one)), 1, 0)
    open_ = np.flatnonzero(rows.high > 0)
    size = Limit(Kind.SIZE)
    if len(open_) < k:
        yield Count("too-few-people", (size, *_barred(rows, rules)), k, len(open_))
    if len(rules.include) > k:
        yield Count("too-many-included", (size, *_included(rules.include)), len(rules.include), k)
    people = _People(rows)
    hard = [quota for quota in rules.quotas if quota.weight is None]
    for quota in hard:
        yield from _of_quota(quota, rows, people, rules, k)
    yield from _of_features(hard, rows, people, k)
    yield from _of_included(rows, rules)
    yield from _of_costs(rows, pool, rules, k)


def _included(ids: frozenset[str]) -> tuple[Limit, ...]:
    return tuple(Limit(Kind.INCLUDE, one, Side.LOWER) for one in sorted(ids))


def _barred(rows: Rows, rules: Rules) -> tuple[Limit, ...]:
    """Why people may not be selected: pins, and one entry for each other reason."""
    pins = tuple(Limit(Kind.EXCLUDE, one) for one in sorted(rules.exclude))
    return (*pins, *(Limit(kind) for kind in sorted({one.why for one in rows.set_aside})))


class _People:
    """Whom each limit of a quota counts."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._person = np.repeat(np.arange(rows.n), np.diff(rows.start))
        self._row = {rows.terms[term].limit: row for row, term in enumerate(rows.term.tolist())}

    def of(self, limit: Limit) -> Ints:
        return self._person[self._rows.row == self._row[limit]]


def _of_quota(quota: Quota, rows: Rows, people: _People, rules: Rules, k: int) -> Iterator[Count]:
    if quota.at_least is None:
        return
    limit = Limit(Kind.QUOTA, quota.name, Side.LOWER)
    holding = people.of(limit)
    there = int(rows.high[holding].sum())
    if there < quota.at_least:
        barred = {rows.ids[i] for i in holding if not rows.high[i]}
        pins = tuple(Limit(Kind.EXCLUDE, one) for one in sorted(rules.exclude & barred))
        others = tuple(Limit(kind) for kind in sorted({one.why for one in rows.set_aside if one.applicant in barred}))
        yield Count("too-few-with", (limit, *pins, *others), quota.at_least, there)
    if quota.at_least > k:
        yield Count("too-few-with", (limit, Limit(Kind.SIZE)), quota.at_least, k)
    if quota.at_most is not None and quota.at_most < quota.at_least:
        yield Count("crossed", (limit, Limit(Kind.QUOTA, quota.name)), quota.at_least, quota.at_most)


def _of_features(hard: list[Quota], rows: Rows, people: _People, k: int) -> Iterator[Count]:
    """Minima, and maxima, of values of one feature; overlapping quotas are taken from the strongest on."""
    of: dict[str, list[tuple[Quota, frozenset[str]]]] = {}
    for quota in hard:
        if isinstance(quota.when, Is):
            of.setdefault(quota.when.feature, []).append((quota, frozenset(quota.when.values)))
    for quotas in of.values():
        minima: list[Quota] = []
        seen: set[str] = set()
        for quota, values in sorted(quotas, key=lambda each: -(each[0].at_least or 0)):
            if quota.at_least and not values & seen:
                minima.append(quota)
                seen |= values
        need = sum(quota.at_least or 0 for quota in minima)
        if len(minima) > 1 and need > k:
            lower = (Limit(Kind.QUOTA, quota.name, Side.LOWER) for quota in minima)
            yield Count("minima-above-seats", (Limit(Kind.SIZE), *lower), need, k)
        yield from _maxima([quota for quota, _values in quotas if quota.at_most is not None], rows, people, k)


def _maxima(bounded: list[Quota], rows: Rows, people: _People, k: int) -> Iterator[Count]:
    chosen: list[Quota] = []
    counted = np.zeros(rows.n, dtype=bool)
    for quota in sorted(bounded, key=lambda each: each.at_most or 0):
        mine = people.of(Limit(Kind.QUOTA, quota.name))
        if not counted[mine].all():
            chosen.append(quota)
            counted[mine] = True
    open_ = rows.high > 0
    room = sum(quota.at_most or 0 for quota in chosen) + int((open_ & ~counted).sum())
    if chosen and room < k <= open_.sum():
        upper = (Limit(Kind.QUOTA, quota.name) for quota in chosen)
        yield Count("maxima-below-seats", (Limit(Kind.SIZE), *upper), k, room)


def _of_included(rows: Rows, rules: Rules) -> Iterator[Count]:
    people = np.flatnonzero(rows.low > 0)
    if not len(people):
        return
    load = rows.load(people)
    for row in range(1, len(rows.most)):
        term = rows.terms[rows.term[row]]
        if term.weight or term.limit.side == Side.LOWER or term.limit.kind == Kind.SHARE or load[row] <= rows.most[row]:
            continue
        person = np.repeat(np.arange(rows.n), np.diff(rows.start))
        counted = {rows.ids[i] for i in person[rows.row == row] if rows.low[i]}
        limit = Limit(term.limit.kind, term.limit.name, Side.UPPER, rows.group[row])
        pins = _included(frozenset(counted) & rules.include)
        yield Count("included-break", (limit, *pins), int(load[row]), int(rows.most[row]))


def _of_costs(rows: Rows, pool: Pool, rules: Rules, k: int) -> Iterator[Count]:
    if rules.budget is None:
        return
    cost = np.array([one.cost or 0 for one in pool.applicants], dtype=np.int64)
    pinned = np.flatnonzero(rows.low > 0)
    others = np.sort(cost[(rows.high > 0) & (rows.low == 0)])[: max(0, k - len(pinned))]
    need = int(cost[pinned].sum() + others.sum())
    if need > rules.budget.at_most and len(pinned) + len(others) >= k >= len(pinned):
        limits = (Limit(Kind.BUDGET), Limit(Kind.SIZE), *_included(rules.include))
        yield Count("too-costly", limits, need, rules.budget.at_most)
