"""What goes in: applicants, and the rules as people wrote them.

Whole numbers only: scores in milli-points, money in minor units (cents), percentages in whole points. A float, NaN or a
boolean where a number belongs is refused, and so are two applicants of one id: `DataFault` lists every problem found,
not only the first. Rules that cannot hold together are no fault of the data: they are an answer (`diagnose`).

What is missing stays missing. A person without a score is not selected unless pinned, and then adds nothing to the value;
a person without a cost is not selected where there is a budget. An unknown value of a feature counts toward no minimum,
and toward a maximum only where the rule says so. Nothing is imputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tessera.solvers.cohort.faults import DataFault, Fault, FaultCode, text, whole

SCORE_MOST = 10**7  # milli-points, of either sign: ten thousand points
COST_MOST = 10**9  # minor units
COUNT_MOST = 10**6  # people, weights and prices


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person. ``score`` is in milli-points, ``cost`` in minor units; None is missing.

    ``features`` maps a feature to this person's value: region, gender, language, institution, country ... None, or no
    entry, is unknown. The empty text is a value like any other and is refused, since it nearly always means unknown.
    """

    id: str
    score: int | None = None
    cost: int | None = None
    features: Mapping[str, str | None] = field(default_factory=dict, hash=False)

    def value(self, feature: str) -> str | None:
        return self.features.get(feature)


@dataclass(frozen=True, slots=True)
class Pool:
    """All applicants, kept in the order of their ids, so that no result depends on the order of the input.

    Raises `DataFault`.
    """

    applicants: tuple[Applicant, ...]

    def __post_init__(self) -> None:
        given = tuple(self.applicants)
        faults = list(_faults_of_people(given))
        if faults:
            raise DataFault(faults)
        object.__setattr__(self, "applicants", tuple(sorted(given, key=lambda one: one.id)))

    def __len__(self) -> int:
        return len(self.applicants)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.applicants)


@dataclass(frozen=True, slots=True)
class Is:
    """The feature has one of these values. Unknown where the person's value is."""

    feature: str
    values: tuple[str, ...]

    def holds(self, one: Applicant) -> bool | None:
        value = one.value(self.feature)
        return None if value is None else value in self.values


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the conditions holds ("new country OR first time"): true if one is, else unknown if one is, else false."""

    of: tuple[Condition, ...]

    def holds(self, one: Applicant) -> bool | None:
        return _any(condition.holds(one) for condition in self.of)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds: false if one is, else unknown if one is, else true. Of none, it holds for everybody."""

    of: tuple[Condition, ...]

    def holds(self, one: Applicant) -> bool | None:
        return _not(_any(_not(condition.holds(one)) for condition in self.of))


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold. Unknown stays unknown."""

    of: Condition

    def holds(self, one: Applicant) -> bool | None:
        return _not(self.of.holds(one))


Condition = Is | AnyOf | AllOf | Not
EVERYONE = AllOf(())


@dataclass(frozen=True, slots=True)
class Quota:
    """at_least <= number of members for whom ``when`` holds <= at_most.

    Hard where ``weight`` is None. A soft quota may be missed: each person missing or too many costs ``weight``, and the
    sum of these costs is made least before any score is looked at. Unknown never counts toward ``at_least``; toward
    ``at_most`` only with ``unknown_counts``. ``price`` is what moving a limit by one person costs in a relaxation.
    """

    name: str
    when: Condition
    at_least: int | None = None
    at_most: int | None = None
    weight: int | None = None
    unknown_counts: bool = False
    price: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """at_least <= 100 * members for whom ``when`` holds / members of the base <= at_most, in whole per cent.

    The base is those who answered: for whom ``when`` is known; or, where ``of`` is given, those for whom ``of`` holds
    (then only they count above the line too). Kept in integers, 100*n >= at_least*base, so an empty base keeps it.
    Missed by m people: m is the least whole number with 100*(n + m) >= at_least*base (with - m for the upper limit).
    ``weight`` and ``price`` as in `Quota`, for each of these people.
    """

    name: str
    when: Condition
    at_least: int | None = None
    at_most: int | None = None
    of: Condition | None = None
    weight: int | None = None
    price: int = 1

    def counts(self, one: Applicant) -> tuple[bool, bool]:
        """Whether the person counts above the line, and in the base."""
        holds = self.when.holds(one)
        base = holds is not None if self.of is None else self.of.holds(one) is True
        return base and holds is True, base


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``at_most`` members share one value of ``feature`` ("one per institution"); ``but`` has other numbers.

    People whose value is unknown share it with nobody, unless ``unknown_counts``: then each of them counts in every
    group, since they may belong to it, and together they are held to ``at_most`` as a group of their own. Soft with a
    ``weight``, for each person too many in each group. ``price`` is that of one more person in every group.
    """

    name: str
    feature: str
    at_most: int
    but: Mapping[str, int] = field(default_factory=dict, hash=False)
    weight: int | None = None
    unknown_counts: bool = False
    price: int = 1


@dataclass(frozen=True, slots=True)
class Budget:
    """The sum of the members' costs is at most ``at_most`` minor units.

    In a relaxation it grows in steps of ``step`` minor units (None: a hundredth of it, at least 1), each at ``price``.
    """

    at_most: int
    step: int | None = None
    price: int = 1

    @property
    def unit(self) -> int:
        return max(1, self.at_most // 100) if self.step is None else self.step


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules as written; names are unique among quotas, shares and caps together. Raises `DataFault`.

    ``include`` are ids that must be members, ``exclude`` ids that must not. ``score_at_least`` (milli-points) bars
    everybody below it who is not in ``include``.
    """

    quotas: tuple[Quota, ...] = ()
    shares: tuple[Share, ...] = ()
    caps: tuple[Cap, ...] = ()
    budget: Budget | None = None
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    score_at_least: int | None = None

    def __post_init__(self) -> None:
        for name in ("quotas", "shares", "caps"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("include", "exclude"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        faults = list(_faults_of_rules(self))
        if faults:
            raise DataFault(faults)


def check_together(pool: Pool, rules: Rules, k: int) -> None:
    """Raise `DataFault` where pool, rules and number of seats do not belong together: a pin on nobody, no seats."""
    faults = list(whole("seats", "k", k, 1, COUNT_MOST))
    people = {one.id: one for one in pool.applicants}
    for name, pins in (("include", rules.include), ("exclude", rules.exclude)):
        faults += [Fault(FaultCode.UNKNOWN_PERSON, name, "id", one) for one in sorted(pins - people.keys())]
    if rules.budget is not None:
        costless = [one for one in sorted(rules.include & people.keys()) if people[one].cost is None]
        faults += [Fault(FaultCode.COST_MISSING, one, "cost") for one in costless]
    if faults:
        raise DataFault(faults)


def _any(values: Iterable[bool | None]) -> bool | None:
    found: bool | None = False
    for value in values:
        if value:
            return True
        if value is None:
            found = None
    return found


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _faults_of_people(given: tuple[Any, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row, one in enumerate(given, 1):
        if not isinstance(one, Applicant):
            yield Fault(FaultCode.WRONG_TYPE, f"row {row}", "applicant", type(one).__name__)
            continue
        yield from text(f"row {row}", "id", one.id)
        subject = str(one.id)
        if subject in seen:
            yield Fault(FaultCode.DUPLICATE, subject, "id", f"row {row}")
        seen.add(subject)
        if one.score is not None:
            yield from whole(subject, "score", one.score, -SCORE_MOST, SCORE_MOST)
        if one.cost is not None:
            yield from whole(subject, "cost", one.cost, 0, COST_MOST)
        for feature, value in one.features.items():
            if not (type(feature) is str and feature and (value is None or (type(value) is str and value))):
                yield from text(subject, "feature", feature)
                yield from text(subject, str(feature), value) if value is not None else ()


def _faults_of_rules(rules: Rules) -> Iterator[Fault]:
    seen: set[str] = set()
    for kind, of_kind in ((Quota, rules.quotas), (Share, rules.shares), (Cap, rules.caps)):
        for rule in of_kind:
            if not isinstance(rule, kind):
                yield Fault(FaultCode.WRONG_TYPE, "rules", kind.__name__, type(rule).__name__)
                continue
            yield from text("rule", "name", rule.name)
            if str(rule.name) in seen:
                yield Fault(FaultCode.DUPLICATE, str(rule.name), "name")
            seen.add(str(rule.name))
            yield from _faults_of_rule(rule)
    if rules.budget is not None:
        yield from whole("budget", "at_most", rules.budget.at_most, 0, COST_MOST * 1000)
        yield from whole("budget", "price", rules.budget.price, 1, COUNT_MOST)
        if rules.budget.step is not None:
            yield from whole("budget", "step", rules.budget.step, 1, COST_MOST)
    for name in ("include", "exclude"):
        for pin in sorted(getattr(rules, name), key=str):
            yield from text(name, "id", pin)
    if rules.score_at_least is not None:
        yield from whole("score_at_least", "score", rules.score_at_least, -SCORE_MOST, SCORE_MOST)


def _faults_of_rule(rule: Any) -> Iterator[Fault]:
    name = str(rule.name)
    if rule.weight is not None:
        yield from whole(name, "weight", rule.weight, 1, COUNT_MOST)
    yield from whole(name, "price", rule.price, 1, COUNT_MOST)
    if isinstance(rule, Cap):
        yield from text(name, "feature", rule.feature)
        yield from whole(name, "at_most", rule.at_most, 0, COUNT_MOST)
        for value, most in rule.but.items():
            yield from text(name, "but", value)
            yield from whole(name, f"but {value}", most, 0, COUNT_MOST)
        return
    if rule.at_least is None and rule.at_most is None:
        yield Fault(FaultCode.NO_LIMIT, name, "at_least")
    for limit in ("at_least", "at_most"):
        if getattr(rule, limit) is not None:
            yield from whole(name, limit, getattr(rule, limit), 0, 100 if isinstance(rule, Share) else COUNT_MOST)
    yield from _faults_of_condition(name, "when", rule.when)
    if isinstance(rule, Share) and rule.of is not None:
        yield from _faults_of_condition(name, "of", rule.of)


def _faults_of_condition(subject: str, name: str, condition: Any) -> Iterator[Fault]:
    if isinstance(condition, Is):
        yield from text(subject, f"{name} feature", condition.feature)
        if type(condition.values) is not tuple or not condition.values:
            yield Fault(FaultCode.EMPTY, subject, f"{name} values", repr(condition.values))
            return
        for value in condition.values:
            yield from text(subject, f"{name} values", value)
    elif isinstance(condition, (AnyOf, AllOf)):
        for inner in condition.of:
            yield from _faults_of_condition(subject, name, inner)
    elif isinstance(condition, Not):
        yield from _faults_of_condition(subject, name, condition.of)
    else:
        yield Fault(FaultCode.WRONG_TYPE, subject, name, type(condition).__name__)


__all__ = [
    "COST_MOST",
    "COUNT_MOST",
    "EVERYONE",
    "SCORE_MOST",
    "AllOf",
    "AnyOf",
    "Applicant",
    "Budget",
    "Cap",
    "Condition",
    "DataFault",
    "Fault",
    "FaultCode",
    "Is",
    "Not",
    "Pool",
    "Quota",
    "Rules",
    "Share",
    "check_together",
]
