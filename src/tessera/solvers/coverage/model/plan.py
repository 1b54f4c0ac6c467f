"""A plan: its lines, its levels, the days it misses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tessera.solvers.coverage.model.problem import Dates, LevelKey
from tessera.solvers.proof import Proof, Status


@dataclass(frozen=True, slots=True)
class Line:
    """One training of a plan. ``host`` None: to be found. ``cost`` holds host, fees and travel; ``grants`` (funder, sum)."""

    quarter: int
    host: str | None
    regions: tuple[str, ...]
    areas: tuple[str, ...] = ()
    language: str | None = None
    theme: str | None = None
    trainers: tuple[str, ...] = ()
    cost: int = 0
    grants: tuple[tuple[str, int], ...] = ()
    dates: Dates | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The value reached at one level and what is proven of it; proven where value == bound.

    `LevelKey.NEED` is a fraction (trainings for one unit of need), every other level a whole number.
    """

    key: LevelKey
    value: int | Fraction
    bound: int | Fraction | None
    proven: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """Days of the planned quarters on which a region waits beyond its limit, both included; open: to the end."""

    region: str
    start_on: date
    end_on: date
    open: bool

    @property
    def days(self) -> int:
        return (self.end_on - self.start_on).days + 1


@dataclass(frozen=True, slots=True)
class Plan:
    """``status`` is OPTIMAL where every level is proven; INFEASIBLE and UNKNOWN come without lines.

    ``missed`` are the missed days as `tessera.solvers.coverage.check` finds them from exact days; ``all_from`` is the
    day from which all regions are on time together until the end, if there is one. ``proof`` has the value and bound
    of the first level that is not proven, else of the last.
    """

    status: Status
    lines: tuple[Line, ...]
    levels: tuple[Level, ...]
    missed: tuple[Missed, ...]
    all_from: date | None
    proof: Proof

    def level(self, key: LevelKey) -> Level | None:
        return next((level for level in self.levels if level.key == key), None)

    @property
    def cost(self) -> int:
        return sum(line.cost for line in self.lines)

    @property
    def grants(self) -> int:
        return sum(amount for line in self.lines for _funder, amount in line.grants)
