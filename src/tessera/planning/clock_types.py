"""What goes into the coverage clock and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tessera.core.edtf import Edtf
from tessera.places.audiences import Scope

Rule = Literal["strict", "lenient"]
Reading = Literal["kind", "harsh"]
State = Literal["on_time", "due_soon", "overdue"]
Band = Literal["a", "b", "c", "d", "n"]


@dataclass(frozen=True, slots=True)
class ClockPhase:
    """A dated part of a training. ``mode`` is in_person, online or hybrid (hybrid is not online)."""

    dates: Edtf
    mode: str = "in_person"

    def __post_init__(self) -> None:
        if self.dates.is_open:
            raise ValueError(f"a phase of a training has a start and an end, not {self.dates}")


@dataclass(frozen=True, slots=True)
class ClockTraining:
    """A training as the clock sees it.

    ``countries`` is the resolved audience (`tessera.places.audiences.resolve_audience`). ``stated``
    holds, by scheme code, the regions that the audience itself names; under any other scheme than
    `ClockSettings.home_scheme` a region that is reached without being named is marked "derived".
    A training without phases passes its own dates as one phase.
    """

    key: str
    status: str
    scope: Scope
    countries: frozenset[str]
    phases: tuple[ClockPhase, ...]
    stated: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """The programme's goal and how its record is read.

    ``online`` False leaves online phases out. ``soon_days``: how long before its due day a region
    is called due soon.
    """

    first_record: date = date(2018, 9, 1)
    months: int = 24
    rule: Rule = "strict"
    reading: Reading = "kind"
    online: bool = True
    soon_days: int = 180
    home_scheme: str = "unesco"


@dataclass(frozen=True, slots=True)
class Reach:
    """A training that reached a region. ``until`` is the last day by which the next has to start.

    ``end`` lies in the future while the training runs; in the harsh reading of a rough date it may
    come before ``start``. ``confirmed`` is False where nobody has yet said that it was held.
    """

    training: str
    start: date
    end: date
    until: date
    confirmed: bool
    derived: bool


@dataclass(frozen=True, slots=True)
class Projection:
    """A training still to come: never counted, only drawn.

    ``until`` is the due day it would give the region; ``days_late`` the missed days before it, 0
    where it comes in time.
    """

    training: str
    status: str
    start: date
    end: date
    until: date
    days_late: int
    derived: bool

    @property
    def in_time(self) -> bool:
        return self.days_late == 0


@dataclass(frozen=True, slots=True)
class MissedWindow:
    """Days on which a region waited beyond its limit: both ends belong to it; an open one ends on the day asked."""

    start: date
    end: date
    open: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class RegionClock:
    """The state of one region on the day asked.

    ``last`` is None where there is no training on record; ``due`` then follows from the first
    record alone (``due_from_record``: earlier history unknown). ``certain``: the kind and the harsh
    reading give the same state, due day and missed windows. ``confirmed`` is False where the
    training behind ``last`` is only announced and nobody has yet said that it was held.
    """

    code: str
    state: State
    last: date | None
    due: date
    missed: tuple[MissedWindow, ...]
    reaches: tuple[Reach, ...]
    projections: tuple[Projection, ...]
    running: bool
    due_from_record: bool
    confirmed: bool
    certain: bool

    @property
    def missed_days(self) -> int:
        return sum(window.days for window in self.missed)

    @property
    def projected_due(self) -> date:
        """The due day once every projected training has been held."""
        return max([self.due, *(projection.until for projection in self.projections)])


@dataclass(frozen=True, slots=True)
class Coverage:
    """The clock of every region of a scheme, in the order of the scheme."""

    on: date
    scheme: str
    settings: ClockSettings
    regions: tuple[RegionClock, ...]

    @property
    def on_time(self) -> int:
        """How many regions are not overdue; a region due soon is on time."""
        return sum(region.state != "overdue" for region in self.regions)

    def region(self, code: str) -> RegionClock:
        """The clock of one region; KeyError where the scheme has no such region."""
        for region in self.regions:
            if region.code == code:
                return region
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago something was last reached: whole months, and the map's band of shades.

    Bands: a up to 12 months, b up to 24, c up to 48, d more, n never on record. A band is measured
    in exact days (the due day itself is still b), so a region in c or d is overdue.
    """

    last: date | None
    months: int | None
    band: Band


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages of regions and of countries. A one-country training sets the tile of its country only."""

    regions: Mapping[str, Age]
    countries: Mapping[str, Age]


@dataclass(frozen=True, slots=True)
class BestWindow:
    """The most regions that trainings reached within any one limit (24 months), and where it lies.

    ``start`` and ``end`` are None where nothing was reached.
    """

    count: int
    start: date | None
    end: date | None
    regions: tuple[str, ...]
