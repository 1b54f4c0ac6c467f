"""Why not every window can be met, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from tessera.solvers.proof import Proof


class Layer(StrEnum):
    """What is asked for in turn when a problem cannot be met; each holds what those before it hold."""

    COVERAGE = "coverage"  # windows, trainings a quarter and a year, hosts
    BUDGET = "budget"  # the yearly sums
    TRAINERS = "trainers"  # enough of them, with the languages and themes


class RuleKind(StrEnum):
    """A rule that takes part in a conflict, and below what its `Rule` says."""

    WINDOW = "window"  # subject: region, from first to last quarter (both included) at least one training
    PER_QUARTER = "per_quarter"  # in quarter first, at most amount trainings
    PER_YEAR = "per_year"  # from first to last (the quarters of year), at most amount trainings
    HOST_USES = "host_uses"  # subject: host, at most amount trainings
    SHARED = "shared"  # at most amount shared trainings
    LANGUAGE = "language"  # subject: language, at least amount trainings
    BUDGET = "budget"  # in year, at most amount
    FIXED = "fixed"  # subject: host or whom it serves, quarter first: already fixed
    TEAM = "team"  # subject: host, quarter first: amount trainers who share its language and know its theme
    TRAINER_QUARTER = "trainer_quarter"  # subject: trainer, one training in quarter first
    TRAINER_YEAR = "trainer_year"  # subject: trainer, at most amount trainings in year


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with the figures that a sentence about it needs (see `RuleKind`)."""

    kind: RuleKind
    subject: str = ""
    first: int | None = None
    last: int | None = None
    year: int | None = None
    amount: int | None = None


class EasingKind(StrEnum):
    """A change that makes a problem possible, and below what its `Easing` says."""

    PER_QUARTER = "per_quarter"  # amount more trainings in quarter first
    PER_YEAR = "per_year"  # amount more trainings in year
    WAIT = "wait"  # let region subject wait amount quarters longer, from first to last
    HOST = "host"  # find a host in subject (area or region), in language, for quarter first, the latest that would do
    HOST_USES = "host_uses"  # host subject holds amount trainings more
    SHARED = "shared"  # amount more shared trainings
    LANGUAGE = "language"  # amount trainings in subject fewer
    BUDGET = "budget"  # amount more money in year
    TRAINER = "trainer"  # find a trainer with language and theme for quarter first
    TRAINER_YEAR = "trainer_year"  # trainer subject gives amount trainings more in year


@dataclass(frozen=True, slots=True)
class Easing:
    """One change, with the figures that a sentence about it needs (see `EasingKind`)."""

    kind: EasingKind
    amount: int
    subject: str = ""
    first: int | None = None
    last: int | None = None
    year: int | None = None
    language: str | None = None
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes that together make every window possible; no part of them does. ``weight`` as `Weights` counts it.

    ``proven`` False: possible as far as the layer of the conflict asks; the time was up before the later layers were
    known.
    """

    easings: tuple[Easing, ...]
    weight: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of a change weighs, when the cheapest is looked for; 0: not to be offered.

    ``budget`` is for each begun ``budget_step`` of money.
    """

    per_quarter: int = 2
    per_year: int = 2
    wait: int = 2
    host: int = 3
    host_uses: int = 3
    shared: int = 2
    language: int = 2
    budget: int = 2
    budget_step: int = 100_000
    trainer: int = 3
    trainer_year: int = 2


class CountKind(StrEnum):
    """A count that a plan cannot get around."""

    DUE_BY = "due_by"  # needed trainings fall due by quarter, only allowed fit (``regions`` are those due)
    DENSITY = "density"  # all windows together ask for needed trainings (allowed: so many fit) for ever; quarter: None
    FLOOR = "floor"  # region must be trained needed times in the plan, its proposals allow only allowed


@dataclass(frozen=True, slots=True)
class Count:
    """A necessary count that fails: ``needed`` > ``allowed``. See `CountKind`."""

    kind: CountKind
    regions: tuple[str, ...]
    needed: int | Fraction
    allowed: int | Fraction
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why not every window can be met, if so (``feasible`` False).

    ``layer`` is the first that cannot be met; ``core`` are rules of which none can be left out of the reasons;
    ``relaxations`` are the cheapest ways out, every one where ``complete``. ``overdue`` are regions already late at the
    start, which no plan can change. ``proven`` False: the time was up; ``minimal`` False: the core may hold too much.
    ``proof`` says INFEASIBLE where there is a conflict, OPTIMAL where there is none.
    """

    feasible: bool
    layer: Layer | None
    core: tuple[Rule, ...]
    counts: tuple[Count, ...]
    relaxations: tuple[Relaxation, ...]
    overdue: tuple[str, ...]
    proven: bool
    minimal: bool
    complete: bool
    proof: Proof
