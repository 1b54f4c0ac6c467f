"""A planning problem: regions, areas, hosts, trainers, money, limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST = 400  # quarters, in windows and in horizons
LARGEST = 10**12  # the largest sum of money or weight that is taken


class LevelKey(StrEnum):
    """What is decided in turn. Each level is optimal among the plans that are best at those before it."""

    WINDOWS = "windows"  # fewest windows of a region without a training
    DAYS = "days"  # fewest days beyond a due day, inside the quarters planned
    NEED = "need"  # largest smallest (trainings delivered / need) over the areas
    REACHED = "reached"  # most need among areas reached at all (only where asked for)
    COST = "cost"  # least cost less grants
    EARLY = "early"  # smallest sum of quarter numbers + 1, so the fewest and earliest trainings
    CHANGES = "changes"  # fewest trainings, languages, themes, trainers that differ from another plan (what-if)


LEVELS = (LevelKey.WINDOWS, LevelKey.DAYS, LevelKey.NEED, LevelKey.COST, LevelKey.EARLY)


@dataclass(frozen=True, slots=True)
class Region:
    """A region that has to be reached at least every ``window`` quarters (None: as the problem says).

    History counts: ``due_on`` is the exact day by which the next training has to start; without it, ``last_on`` (the
    exact last day of the last training) gives it; without that, ``last_quarter``. With none of the three there is no
    training on record and the region is overdue from the start.
    """

    key: str
    last_quarter: int | None = None
    last_on: date | None = None
    due_on: date | None = None
    window: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A working area inside a region: ``need`` is its weight (0: none), ``languages`` those that serve it (empty: any)."""

    key: str
    region: str
    need: int = 1
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dates:
    """Exact first and last day of a training; it belongs to the quarter of its first day.

    ``rough``: the days by which dates that are not exact count. Read harshly (latest start, earliest end) they may end
    before they start.
    """

    start_on: date
    end_on: date
    rough: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """A proposal: who would hold a training, for which regions and areas (all at once), when and at what cost.

    An area brings its region with it. ``quarters`` are those in which it may be held at a day still open, ``dates``
    exact ones. ``costs`` overrides ``cost`` by quarter. ``max_uses`` None: as often as there are quarters; never
    twice in one quarter. No ``languages``: the language is left open; no ``themes``: any theme of the problem.
    ``staffed``: its trainers are found already and are none of the problem's, so nobody is assigned.
    """

    key: str
    regions: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    quarters: tuple[int, ...] = ()
    dates: tuple[Dates, ...] = ()
    cost: int = 0
    costs: tuple[tuple[int, int], ...] = ()
    max_uses: int | None = 1
    staffed: bool = False


@dataclass(frozen=True, slots=True)
class Trainer:
    """``quarters`` None: always available. ``travel_to`` overrides ``travel`` by region (the dearest one counts).

    ``max_in`` overrides ``max_a_year`` by calendar year.
    """

    key: str
    languages: tuple[str, ...]
    themes: tuple[str, ...] = ()
    quarters: tuple[int, ...] | None = None
    fee: int = 0
    travel: int = 0
    travel_to: tuple[tuple[str, int], ...] = ()
    max_a_year: int | None = None
    max_in: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Funder:
    """Gives up to ``amount`` for each training that matches every earmark (empty: any), ``cap`` in all.

    Nothing is given unless at least ``minimum`` trainings match.
    """

    key: str
    amount: int
    cap: int
    minimum: int = 0
    regions: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class YearLimit:
    """Another limit for one calendar year; None: the general one."""

    year: int
    trainings: int | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many trainings, so much cost (before grants); None: no limit.

    ``quarters`` overrides ``per_quarter``: (quarter, trainings). ``shared``: how many trainings of the plan may serve
    several areas (or, without areas, regions). ``languages``: at least so many trainings in a language, in all.
    """

    per_quarter: int | None = None
    per_year: int | None = None
    budget: int | None = None
    years: tuple[YearLimit, ...] = ()
    quarters: tuple[tuple[int, int], ...] = ()
    shared: int | None = None
    languages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """A planning problem; `InputError` with every fault where it makes no sense.

    ``first`` is the first day of a calendar quarter. ``end_age``: the last training of each region lies at most so many
    quarters before the end (None: the window), so that the next plan inherits no debt; 0 asks for nothing. Without
    ``trainers`` nobody is assigned. ``open_hosts``: may trainings be planned whose host is to be found, at ``open_cost``
    each (None: only where there are no hosts)? Such a training serves one area (one region, where it has no areas) or
    all of one group of ``shares``. ``waived`` windows, (region, quarter by whose start it should have been reached
    within the window), are not asked for.
    """

    first: date
    quarters: int
    regions: tuple[Region, ...]
    areas: tuple[Area, ...] = ()
    hosts: tuple[Host, ...] = ()
    trainers: tuple[Trainer, ...] = ()
    funders: tuple[Funder, ...] = ()
    limits: Limits = Limits()
    themes: tuple[str, ...] = ()
    window: int = 8
    end_age: int | None = None
    trainers_each: int = 2
    open_hosts: bool | None = None
    open_cost: int = 0
    shares: tuple[tuple[str, ...], ...] = ()
    waived: tuple[tuple[str, int], ...] = ()
    levels: tuple[LevelKey, ...] = LEVELS

    def __post_init__(self) -> None:
        from tessera.solvers.coverage.validation import faults

        found = faults(self)
        if found:
            raise InputError(found)


class InputError(ValueError):
    """The problem makes no sense; ``faults`` says everything that is wrong."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A training that has to be in the plan, announced or wished: its host, or whom it serves where none is found yet.

    ``serves`` are areas, or regions without areas. What is None or empty is left to the solver.
    """

    quarter: int
    host: str | None = None
    serves: tuple[str, ...] = ()
    language: str | None = None
    theme: str | None = None
    trainers: tuple[str, ...] = ()
