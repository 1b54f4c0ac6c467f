"""Pool and rules as rows of whole numbers: every limit is sum a*x <= most, lower ones with their signs turned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tessera.solvers.cohort.answers import Kind, Limit, SetAside, Side
from tessera.solvers.cohort.model import AllOf, AnyOf, Applicant, Cap, Condition, Is, Not, Pool, Quota, Rules, Share
from tessera.solvers.linear import Ints

NO_LIMIT = 10**15  # more than any sum of coefficients of k people


@dataclass(frozen=True, slots=True)
class Term:
    """One limit as written, with what its rows need: weight 0 is hard; ``unit`` is one step in the rows' numbers."""

    limit: Limit
    written: int
    weight: int
    unit: int
    price: int


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """People 0..n-1 in the order of their ids; rows 0..m-1, of which row 0 is sum x = k.

    Entries are kept by person: ``row[start[i]:start[i + 1]]`` and ``value`` likewise. ``most`` is each row's limit and
    ``term`` which of ``terms`` it belongs to (a cap has a row for each group, named in ``group``). ``low`` and ``high``
    bound each person's x by pins and by who was set aside; ``doubtful`` are those who would be, were they not pinned.
    """

    ids: tuple[str, ...]
    score: Ints
    low: Ints
    high: Ints
    start: Ints
    row: Ints
    value: Ints
    most: Ints
    term: Ints
    terms: tuple[Term, ...]
    group: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    unscored: frozenset[int]
    doubtful: frozenset[int]

    @property
    def n(self) -> int:
        return len(self.ids)

    @property
    def k(self) -> int:
        return int(self.most[0])

    @property
    def unit(self) -> Ints:
        return np.array([term.unit for term in self.terms], dtype=np.int64)[self.term]

    @property
    def weight(self) -> Ints:
        return np.array([term.weight for term in self.terms], dtype=np.int64)[self.term]

    def entries(self, people: Ints) -> tuple[Ints, Ints, Ints]:
        """(row, place in ``people``, value) of all entries of these people."""
        lengths = self.start[people + 1] - self.start[people]
        place = np.repeat(np.arange(len(people)), lengths)
        first = np.repeat(self.start[people] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
        at = first + np.arange(int(lengths.sum()))
        return self.row[at], place, self.value[at]

    def load(self, people: Ints) -> Ints:
        """sum a*x of every row, exactly."""
        row, _place, value = self.entries(people)
        total = np.zeros(len(self.most), dtype=np.int64)
        np.add.at(total, row, value)
        return total

    def tolerated(self, load: Ints) -> Ints:
        """The most each row may hold beside people of this load: a soft row may be missed by as many steps as they miss it."""
        missed = np.maximum(0, -(-(load - self.most) // self.unit))
        return np.where(self.weight > 0, self.most + self.unit * missed, self.most)

    def rows_of(self, term: int) -> Ints:
        return np.flatnonzero(self.term == term)

    def with_pins(self, *, include: Iterable[int] = (), exclude: Iterable[int] = ()) -> Rows:
        """These people in, or out, whatever the rules say of them."""
        low, high = self.low.copy(), self.high.copy()
        for one in include:
            low[one] = high[one] = 1
        for one in exclude:
            low[one] = high[one] = 0
        return replace(self, low=low, high=high)

    def moved(self, term: int, steps: int) -> Rows:
        """This limit looser by so many of its steps (`after` says to which number)."""
        one = self.terms[term]
        if one.limit.kind == Kind.SHARE:
            value = self.value.copy()
            value[self.row == self.rows_of(term)[0]] -= abs(self.after(term, steps) - one.written)
            return replace(self, value=value)
        most = self.most.copy()
        most[self.term == term] += steps * one.unit
        return replace(self, most=most)

    def after(self, term: int, steps: int) -> int:
        """The number that would be written. A step of a share is so many per cent that one person fits in more."""
        one = self.terms[term]
        unit = -(-100 // self.k) if one.limit.kind == Kind.SHARE else one.unit
        if one.limit.side == Side.LOWER:
            return max(0, one.written - steps * unit)
        highest = 100 if one.limit.kind == Kind.SHARE else NO_LIMIT
        return min(highest, one.written + steps * unit)

    def without(self, dropped: Iterable[int]) -> Rows:
        """These limits not there. The size stays."""
        most, terms = self.most.copy(), list(self.terms)
        for term in dropped:
            most[self.term == term] = NO_LIMIT
            terms[term] = replace(terms[term], weight=0)
        return replace(self, most=most, terms=tuple(terms))


def rows_of(pool: Pool, rules: Rules, k: int) -> Rows:
    """Build the rows. Groups of a cap that are too small to exceed it have none."""
    people = pool.applicants
    builder = _Builder(len(people))
    builder.add(Term(Limit(Kind.SIZE), k, 0, 1, 1), np.arange(len(people)), 1, k)
    features = _Features(people)
    for quota in rules.quotas:
        _add_quota(builder, quota, features.holds(quota.when))
    for share in rules.shares:
        of = None if share.of is None else features.holds(share.of)
        _add_share(builder, share, features.holds(share.when), of)
    for cap in rules.caps:
        _add_cap(builder, cap, *features.codes(cap.feature))
    if rules.budget is not None:
        cost = np.array([one.cost or 0 for one in people], dtype=np.int64)
        paid = np.flatnonzero(cost)
        term = Term(Limit(Kind.BUDGET), rules.budget.at_most, 0, rules.budget.unit, rules.budget.price)
        builder.add(term, paid, cost[paid], rules.budget.at_most)
    aside = tuple(_set_aside(people, rules))
    barred = {one.applicant for one in aside} | rules.exclude
    start, row, value = builder.by_person()
    return Rows(
        ids=pool.ids,
        score=np.array([one.score or 0 for one in people], dtype=np.int64),
        low=np.array([one.id in rules.include for one in people], dtype=np.int64),
        high=np.array([one.id not in barred for one in people], dtype=np.int64),
        start=start,
        row=row,
        value=value,
        most=np.array(builder.most, dtype=np.int64),
        term=np.array(builder.term, dtype=np.int64),
        terms=tuple(builder.terms),
        group=tuple(builder.group),
        set_aside=aside,
        unscored=frozenset(i for i, one in enumerate(people) if one.score is None),
        doubtful=frozenset(
            i for i, one in enumerate(people) if one.id in rules.include and _why_aside(one, rules) is not None
        ),
    )


def _set_aside(people: tuple[Applicant, ...], rules: Rules) -> Iterable[SetAside]:
    for one in people:
        why = None if one.id in rules.include else _why_aside(one, rules)
        if why is not None:
            yield SetAside(one.id, why)


def _why_aside(one: Applicant, rules: Rules) -> Kind | None:
    if one.score is None:
        return Kind.SCORE_MISSING
    if rules.score_at_least is not None and one.score < rules.score_at_least:
        return Kind.SCORE_LOW
    return Kind.COST_MISSING if one.cost is None and rules.budget is not None else None


class _Features:
    """Values of features as numbers, made once for each feature that a rule asks for."""

    def __init__(self, people: tuple[Applicant, ...]) -> None:
        self._people = people
        self._known: dict[str, tuple[Ints, list[str]]] = {}

    def codes(self, feature: str) -> tuple[Ints, list[str]]:
        """Each person's value as a number from 0, -1 for unknown; and the values in sorted order."""
        if feature not in self._known:
            values = [one.features.get(feature) for one in self._people]
            names = sorted({value for value in values if value is not None})
            number: dict[str | None, int] = {name: code for code, name in enumerate(names)}
            number[None] = -1
            self._known[feature] = np.array([number[value] for value in values], dtype=np.int64), names
        return self._known[feature]

    def holds(self, condition: Condition) -> Ints:
        """1 where the condition holds, 0 where not, -1 where that is unknown."""
        if isinstance(condition, Is):
            codes, names = self.codes(condition.feature)
            wanted = np.array([*(name in condition.values for name in names), False], dtype=np.int64)
            return np.where(codes < 0, -1, wanted[codes])
        if isinstance(condition, Not):
            return _turned(self.holds(condition.of))
        parts = [self.holds(inner) for inner in condition.of]
        if isinstance(condition, AllOf):
            return _turned(self._any([_turned(part) for part in parts]))
        assert isinstance(condition, AnyOf)  # noqa: S101 - tells the type checker that these are all
        return self._any(parts)

    def _any(self, parts: list[Ints]) -> Ints:
        if not parts:
            return np.zeros(len(self._people), dtype=np.int64)
        table = np.stack(parts)
        return np.where((table == 1).any(axis=0), 1, np.where((table == -1).any(axis=0), -1, 0))


def _turned(holds: Ints) -> Ints:
    return np.where(holds < 0, -1, 1 - holds)


class _Builder:
    def __init__(self, n: int) -> None:
        self.n = n
        self.terms: list[Term] = []
        self.most: list[int] = []
        self.term: list[int] = []
        self.group: list[str] = []
        self._parts: list[tuple[Ints, Ints, Ints]] = []

    def add(self, term: Term, people: Ints, value: int | Ints, most: int) -> None:
        """A limit of one row."""
        self.terms.append(term)
        row = np.full(len(people), len(self.most), dtype=np.int64)
        self._parts.append((row, people, np.broadcast_to(np.asarray(value, dtype=np.int64), len(people))))
        self.most.append(most)
        self.term.append(len(self.terms) - 1)
        self.group.append("")

    def add_groups(self, term: Term, row: Ints, people: Ints, most: Ints, names: list[str]) -> None:
        """A limit of many rows; ``row`` counts from the first of them."""
        self.terms.append(term)
        self._parts.append((row + len(self.most), people, np.ones(len(people), dtype=np.int64)))
        self.most += most.tolist()
        self.term += [len(self.terms) - 1] * len(names)
        self.group += names

    def by_person(self) -> tuple[Ints, Ints, Ints]:
        row, person, value = (np.concatenate([part[i] for part in self._parts]) for i in range(3))
        order = np.argsort(person, kind="stable")
        start = np.searchsorted(person[order], np.arange(self.n + 1))
        return start.astype(np.int64), row[order], value[order]


def _add_quota(builder: _Builder, quota: Quota, holds: Ints) -> None:
    weight = quota.weight or 0
    if quota.at_least is not None:
        term = Term(Limit(Kind.QUOTA, quota.name, Side.LOWER), quota.at_least, weight, 1, quota.price)
        builder.add(term, np.flatnonzero(holds == 1), -1, -quota.at_least)
    if quota.at_most is not None:
        counted = holds != 0 if quota.unknown_counts else holds == 1
        term = Term(Limit(Kind.QUOTA, quota.name, Side.UPPER), quota.at_most, weight, 1, quota.price)
        builder.add(term, np.flatnonzero(counted), 1, quota.at_most)


def _add_share(builder: _Builder, share: Share, holds: Ints, of: Ints | None) -> None:
    base = holds >= 0 if of is None else of == 1
    people = np.flatnonzero(base)
    above = 100 * (holds[people] == 1)
    for side, percent in ((Side.LOWER, share.at_least), (Side.UPPER, share.at_most)):
        if percent is not None:
            term = Term(Limit(Kind.SHARE, share.name, side), percent, share.weight or 0, 100, share.price)
            value = percent - above if side == Side.LOWER else above - percent
            builder.add(term, people, value, 0)


def _add_cap(builder: _Builder, cap: Cap, codes: Ints, names: list[str]) -> None:
    unknown = np.flatnonzero(codes < 0) if cap.unknown_counts else np.zeros(0, dtype=np.int64)
    most = np.array([cap.but.get(name, cap.at_most) for name in names], dtype=np.int64)
    size = np.bincount(codes[codes >= 0], minlength=len(names)) + len(unknown)
    rows = np.flatnonzero(size > most)
    number = np.full(len(names) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    mine = np.flatnonzero(number[codes] >= 0)  # the last place is for unknown, and stays -1
    row = np.concatenate([number[codes[mine]], np.repeat(np.arange(len(rows)), len(unknown))])
    people = np.concatenate([mine, np.tile(unknown, len(rows))])
    named = [names[code] for code in rows]
    if len(unknown) > cap.at_most:  # people of unknown value alone, where no group has a row or all have room
        row = np.concatenate([row, np.full(len(unknown), len(rows))])
        people = np.concatenate([people, unknown])
        most, named = np.append(most[rows], cap.at_most), [*named, ""]
    else:
        most = most[rows]
    term = Term(Limit(Kind.CAP, cap.name), cap.at_most, cap.weight or 0, 1, cap.price)
    builder.add_groups(term, row, people, most, named)
