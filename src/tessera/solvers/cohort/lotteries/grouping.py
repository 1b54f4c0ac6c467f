"""People whom no rule tells apart, and the rules over counts of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from tessera.solvers.cohort.lotteries.counts import Counts, Finder, counts
from tessera.solvers.cohort.model import Applicant, Cap, Pool, Quota, Rules, Share
from tessera.solvers.linear import INF, Floats, Ints
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One limit over people: least <= sum value*x <= most, of which one shortfall of ``unit`` costs ``weight``."""

    value: Ints
    least: float
    most: float
    weight: int = 0
    unit: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """The people of each type, in the order of their first ids, and the polytope of their counts.

    ``score`` is that of one person of a type (0 where scores play no part), ``cost`` that of each column's shortfall.
    ``set_aside`` are people whom the rules keep out by themselves: excluded, no score, no cost.
    """

    types: tuple[tuple[str, ...], ...]
    counts: Counts
    score: Floats
    cost: Floats
    set_aside: tuple[str, ...]

    @property
    def size(self) -> Floats:
        return np.array([len(people) for people in self.types], dtype=float)


def group(pool: Pool, rules: Rules, k: int, *, scored: bool) -> Grouped | None:
    """People by type; with ``scored``, people of different scores are of different types.

    Without it, and without a score at which people enter, nobody needs a score. None where a rule cannot be kept by
    anybody's choice (seats without people to fill them, somebody who must and must not be in).
    """
    if rules.include & rules.exclude:
        return None
    everybody = pool.applicants
    asked = scored or rules.score_at_least is not None
    kept = [one for one in everybody if _considered(one, rules, asked)]
    ids = {one.id for one in kept}
    aside = tuple(one.id for one in everybody if one.id not in ids)
    rows = list(_rows(kept, rules, k, pool))
    table = np.array([row.value for row in rows], dtype=np.int64).T  # people x rows
    members: dict[tuple[bytes, bool, int], list[int]] = {}
    for i, one in enumerate(kept):
        key = (table[i].tobytes(), one.id in rules.include, (one.score or 0) if scored else 0)
        members.setdefault(key, []).append(i)
    groups = list(members.items())
    first = np.array([people[0] for _key, people in groups], dtype=np.int64)
    size = [len(people) for _key, people in groups]
    pinned = [key[1] for key, _people in groups]
    soft = [(r, side) for r, row in enumerate(rows) if row.weight for side in (1, -1) if _misses(row, side)]
    number = {place: len(groups) + j for j, place in enumerate(soft)}
    lines = []
    for r, row in enumerate(rows):
        values = table[first, r] if len(first) else np.zeros(0)
        columns, entries = list(range(len(groups))), [float(v) for v in values]
        for side in (1, -1):
            if (r, side) in number:
                columns.append(number[r, side])
                entries.append(side * row.unit)
        lines.append((columns, entries, row.least, row.most))
    try:
        polytope = counts(
            len(groups),
            [float(m) if pin else 0.0 for m, pin in zip(size, pinned, strict=True)] + [0.0] * len(soft),
            [float(m) for m in size] + [INF] * len(soft),
            lines,
        )
    except ValueError:
        return None
    return Grouped(
        tuple(tuple(kept[i].id for i in people) for _key, people in groups),
        polytope,
        np.array([key[2] for key, _people in groups], dtype=float),
        np.array([0.0] * len(groups) + [float(rows[r].weight) for r, _side in soft]),
        aside,
    )


def _considered(one: Applicant, rules: Rules, asked: bool) -> bool:
    if one.id in rules.include:
        return one.id not in rules.exclude
    if one.id in rules.exclude or (rules.budget is not None and one.cost is None):
        return False
    least = rules.score_at_least
    return not asked or (one.score is not None and (least is None or one.score >= least))


def _misses(row: Row, side: int) -> bool:
    """Whether the row has a limit on that side: shortfalls add on the lower one, take off on the upper."""
    return row.least > -INF if side > 0 else row.most < INF


def _rows(people: list[Applicant], rules: Rules, k: int, pool: Pool) -> Iterator[Row]:
    yield Row(np.ones(len(people), dtype=np.int64), k, k)
    for quota in sorted(rules.quotas, key=lambda rule: rule.name):
        yield from _quota_rows(people, quota)
    for share in sorted(rules.shares, key=lambda rule: rule.name):
        yield from _share_rows(people, share)
    for cap in sorted(rules.caps, key=lambda rule: rule.name):
        yield from _cap_rows(people, cap, pool)
    if rules.budget is not None:
        yield Row(np.array([one.cost or 0 for one in people], dtype=np.int64), -INF, rules.budget.at_most)


def _quota_rows(people: list[Applicant], quota: Quota) -> Iterator[Row]:
    holds = [quota.when.holds(one) for one in people]
    known = np.array([value is True for value in holds], dtype=np.int64)
    upper = np.array([value is not False for value in holds], dtype=np.int64) if quota.unknown_counts else known
    least = -INF if quota.at_least is None else quota.at_least
    most = INF if quota.at_most is None else quota.at_most
    weight = quota.weight or 0
    if not weight and (known == upper).all():
        yield Row(known, least, most, weight)
        return
    if quota.at_least is not None:
        yield Row(known, least, INF, weight)
    if quota.at_most is not None:
        yield Row(upper, -INF, most, weight)


def _share_rows(people: list[Applicant], share: Share) -> Iterator[Row]:
    told = [share.counts(one) for one in people]
    above = np.array([line for line, _base in told], dtype=np.int64)
    base = np.array([inside for _line, inside in told], dtype=np.int64)
    if share.at_least is not None:
        yield Row(100 * above - share.at_least * base, 0, INF, share.weight or 0, 100)
    if share.at_most is not None:
        yield Row(100 * above - share.at_most * base, -INF, 0, share.weight or 0, 100)


def _cap_rows(people: list[Applicant], cap: Cap, pool: Pool) -> Iterator[Row]:
    """A row for each group of the pool: people of unknown value count in all, also in one whose people are set aside."""
    values = [one.value(cap.feature) for one in people]
    unknown = np.array([value is None and cap.unknown_counts for value in values], dtype=np.int64)
    for name in sorted({value for one in pool.applicants if (value := one.value(cap.feature)) is not None}):
        inside = np.array([value == name for value in values], dtype=np.int64) + unknown
        most = cap.but.get(name, cap.at_most)
        if inside.sum() > most:
            yield Row(inside, -INF, most, cap.weight or 0)
    if unknown.sum() > cap.at_most:
        yield Row(unknown, -INF, cap.at_most, cap.weight or 0)


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The largest value over all panels, by `Finder`; ``proven`` unless the time was up, ``bound`` in any case."""

    status: Status
    value: int
    bound: float


def largest(counts: Counts, cost: Floats, watch: Watch, *, seed: int = 0) -> Best:
    """The largest cost'x over whole costs."""
    finder = Finder(counts, watch, seed=seed)
    if not cost.any():
        cost = np.zeros(counts.columns)
        panel = finder.any_panel(cost, finder.all)
        if panel is None:
            return Best(Status.UNKNOWN if watch.over else Status.INFEASIBLE, 0, INF)
        return Best(Status.OPTIMAL, 0, 0.0)
    value: int | None = None
    while True:
        found = finder.best(cost, -INF if value is None else value + 0.5)
        if found.panel is None:
            if value is None:
                return Best(Status.UNKNOWN if watch.over else Status.INFEASIBLE, 0, INF)
            proven = found.bound < value + 1
            return Best(Status.OPTIMAL if proven else Status.FEASIBLE, value, max(found.bound, value))
        value = round(float(cost @ found.panel))


def with_row(counts_: Counts, columns: Iterable[int], values: Iterable[float], least: float, most: float) -> Counts:
    """One limit more."""
    pairs = [(c, v) for c, v in zip(columns, values, strict=True) if v]
    index = np.array([c for c, _v in pairs], dtype=np.int64)
    return replace(
        counts_,
        start=np.append(counts_.start, counts_.start[-1] + len(pairs)),
        row=np.append(counts_.row, np.full(len(pairs), counts_.rows)),
        column=np.append(counts_.column, index),
        value=np.append(counts_.value, [v for _c, v in pairs]),
        least=np.append(counts_.least, least),
        most=np.append(counts_.most, most),
    )


def only_near(grouped: Grouped, cost: Floats, target: float, watch: Watch) -> Grouped:
    """Narrower limits of each column: what anything of at least ``target`` may take, by reduced costs.

    A column that is off its place in the relaxation by u gives away at least u times its reduced cost. Types that can be
    in nothing so good are left out.
    """
    polytope = grouped.counts
    relaxed = Finder(polytope, watch).relaxed(cost)
    if relaxed is None:
        return grouped
    x, reduced, value = relaxed
    room = value - target + 1e-9 * abs(value) + 1e-3
    far = np.floor(room / np.maximum(np.abs(reduced), 1e-12))
    low = np.where(reduced < 0, polytope.low, np.maximum(polytope.low, np.round(x) - far))
    high = np.where(reduced > 0, polytope.high, np.minimum(polytope.high, np.round(x) + far))
    still = np.abs(reduced) <= 1e-12
    low, high = np.where(still, polytope.low, low), np.where(still, polytope.high, high)
    kept = np.flatnonzero((high > 0) | (np.arange(polytope.columns) >= polytope.types))
    number = np.full(polytope.columns, -1)
    number[kept] = np.arange(len(kept))
    rows = []
    for r in range(polytope.rows):
        entries = slice(polytope.start[r], polytope.start[r + 1])
        mine = number[polytope.column[entries]] >= 0
        rows.append(
            (
                number[polytope.column[entries]][mine].tolist(),
                polytope.value[entries][mine].tolist(),
                float(polytope.least[r]),
                float(polytope.most[r]),
            )
        )
    types = [t for t in kept.tolist() if t < polytope.types]
    return Grouped(
        tuple(grouped.types[t] for t in types),
        counts(len(types), low[kept], high[kept], rows),
        grouped.score[types],
        grouped.cost[kept],
        grouped.set_aside,
    )
