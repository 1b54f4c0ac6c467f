"""Which options keep a region on time in a quarter, and on which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tessera.solvers.coverage.model import PlanProblem, Region
from tessera.solvers.coverage.options import Option
from tessera.solvers.coverage.quarters import DAY, due_after, first_day, first_due, last_day, window_of


@dataclass(frozen=True, slots=True)
class Window:
    """A region should be on time on every day of a quarter (of the first day after the plan, for quarter T).

    Each of ``needs`` asks for one of its options, by number. ``first`` to ``last`` are the quarters in which an undated
    training would do. ``overdue``: nothing that could be planned holds it.
    """

    region: str
    quarter: int
    first: int
    last: int
    needs: tuple[tuple[int, ...], ...]
    overdue: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the planned quarters which one of ``options`` takes out of the missed ones; history does not."""

    region: str
    days: int
    options: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Reach:
    option: int
    start: date
    due: date


def _reaches(problem: PlanProblem, options: list[Option], region: Region) -> list[_Reach]:
    """The options that hold days of a region.

    One that is due before it starts (a harsh reading of dates rougher than the limit) holds no day for certain.
    """
    window = window_of(problem, region)
    reaches = [
        _Reach(number, option.start_on, due_after(option.end_on, window))
        for number, option in enumerate(options)
        if region.key in option.regions
    ]
    return [reach for reach in reaches if reach.due >= reach.start]


def _cut(low: date, high: date, breaks: set[date]) -> list[tuple[date, date]]:
    """The days from ``low`` to ``high``, both included, cut before each break."""
    starts = [low, *sorted(day for day in breaks if low < day <= high)]
    return list(zip(starts, [*[day - DAY for day in starts[1:]], high], strict=True))


def windows(problem: PlanProblem, options: list[Option]) -> list[Window]:
    """Every window that is asked for and that history does not hold, by region and quarter.

    An option holds the days after its first one up to its due day, so the next training starts on or before it.
    """
    waived = set(problem.waived)
    found = []
    for region in sorted(problem.regions, key=lambda one: one.key):
        due, length = first_due(problem, region), window_of(problem, region)
        reaches = _reaches(problem, options, region)
        breaks = {reach.start + DAY for reach in reaches} | {reach.due + DAY for reach in reaches} | {due + DAY}
        for quarter in range(problem.quarters):
            low, high = first_day(problem.first, quarter), last_day(problem.first, quarter)
            if due >= high or (region.key, quarter) in waived:
                continue
            needs = {
                tuple(reach.option for reach in reaches if reach.start < start and reach.due >= end)
                for start, end in _cut(low, high, breaks)
                if end > due
            }
            lacking = quarter == 0 and () in needs
            found.append(
                Window(region.key, quarter, max(0, quarter - length), quarter - 1, tuple(sorted(needs)), lacking)
            )
        last = _end_window(problem, options, region, due, length)
        if last is not None and (region.key, problem.quarters) not in waived:
            found.append(last)
    return found


def _end_window(problem: PlanProblem, options: list[Option], region: Region, due: date, length: int) -> Window | None:
    age = length if problem.end_age is None else problem.end_age
    after = first_day(problem.first, problem.quarters)
    if age == 0 or due_after(due, age - length) >= after:
        return None
    holding = tuple(
        number
        for number, option in enumerate(options)
        if region.key in option.regions and due_after(option.end_on, age) >= after
    )
    first = max(0, problem.quarters - age)
    return Window(region.key, problem.quarters, first, problem.quarters - 1, (holding,), overdue=False)


def spans(problem: PlanProblem, options: list[Option]) -> list[Span]:
    """The days of the planned quarters that history does not hold, each with the options that would.

    An option holds its first day too: the missed window ends the day before.
    """
    found = []
    low, high = problem.first, last_day(problem.first, problem.quarters - 1)
    for region in sorted(problem.regions, key=lambda one: one.key):
        due = first_due(problem, region)
        reaches = _reaches(problem, options, region)
        breaks = {reach.start for reach in reaches} | {reach.due + DAY for reach in reaches} | {due + DAY}
        for start, end in _cut(low, high, breaks):
            if end > due:
                holding = tuple(reach.option for reach in reaches if reach.start <= start and reach.due >= end)
                found.append(Span(region.key, (end - start).days + 1, holding))
    return found
