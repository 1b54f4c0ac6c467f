"""Quarters and days of a planning problem."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache

from tessera.solvers.coverage.model import PlanProblem, Region, Trainer

DAY = timedelta(days=1)


@cache
def first_day(first: date, quarter: int) -> date:
    """The first day of a quarter, counted from the one that begins on ``first``."""
    month = first.year * 12 + first.month - 1 + 3 * quarter
    return date(month // 12, month % 12 + 1, 1)


def last_day(first: date, quarter: int) -> date:
    return first_day(first, quarter + 1) - DAY


def quarter_of(first: date, day: date) -> int:
    return (day.year * 12 + day.month - first.year * 12 - first.month) // 3


def due_after(day: date, quarters: int) -> date:
    """The same day so many quarters later, or the last day of that month where there is no such day."""
    month = day.year * 12 + day.month - 1 + 3 * quarters
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def year_of(problem: PlanProblem, quarter: int) -> int:
    return first_day(problem.first, quarter).year


def years(problem: PlanProblem) -> dict[int, tuple[int, ...]]:
    """The quarters planned in each calendar year."""
    found: dict[int, list[int]] = {}
    for quarter in range(problem.quarters):
        found.setdefault(year_of(problem, quarter), []).append(quarter)
    return {year: tuple(inside) for year, inside in found.items()}


def window_of(problem: PlanProblem, region: Region) -> int:
    return problem.window if region.window is None else region.window


def first_due(problem: PlanProblem, region: Region) -> date:
    """By when the history of a region asks for its next training to start; without any, the day before the plan."""
    if region.due_on is not None:
        return region.due_on
    if region.last_on is not None:
        return due_after(region.last_on, window_of(problem, region))
    if region.last_quarter is not None:
        return last_day(problem.first, region.last_quarter + window_of(problem, region))
    return problem.first - DAY


def trainings_of(problem: PlanProblem, year: int) -> int | None:
    """How many trainings a year may hold; None: any number."""
    own = next((one.trainings for one in problem.limits.years if one.year == year), None)
    return problem.limits.per_year if own is None else own


def most_of(trainer: Trainer, year: int) -> int | None:
    """How many trainings a trainer gives in a year; None: any number."""
    return dict(trainer.max_in).get(year, trainer.max_a_year)


def budget_of(problem: PlanProblem, year: int) -> int | None:
    """What the trainings of a year may cost, before grants; None: anything."""
    own = next((one.budget for one in problem.limits.years if one.year == year), None)
    return problem.limits.budget if own is None else own
