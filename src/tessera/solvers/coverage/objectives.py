"""The objectives of the levels that ask for columns of their own: days missed and need."""

from __future__ import annotations

import math
from fractions import Fraction

from tessera.solvers.coverage.columns import Model, Terms
from tessera.solvers.coverage.model import (
    PlanProblem,
)
from tessera.solvers.coverage.quarters import trainings_of, years
from tessera.solvers.coverage.windows import spans


def need_steps(model: Model) -> tuple[list[Fraction], dict[str, list[int]]]:
    """The values above 0 that the smallest of (trainings / need) over the areas could take, and who serves which area."""
    serving = {
        area.key: [number for number, option in enumerate(model.options) if area.key in option.areas]
        for area in model.problem.areas
        if area.need
    }
    needs = {area.key: area.need for area in model.problem.areas if area.need}
    most = min((Fraction(len(serving[key]), need) for key, need in needs.items()), default=Fraction(0))
    broadest = max((len(option.areas) for option in model.options), default=0)
    room = _room(model.problem, len(model.options)) * broadest
    steps = {Fraction(count, need) for key, need in needs.items() for count in range(1, len(serving[key]) + 1)}
    kept = [
        step
        for step in sorted(steps)
        if step <= most and sum(math.ceil(step * need) for need in needs.values()) <= room
    ]
    return kept, serving


def _room(problem: PlanProblem, many: int) -> int:
    """At most so many trainings fit the slots."""
    special = dict(problem.limits.quarters)
    total = 0
    for year, inside in years(problem).items():
        slots = [special.get(quarter, problem.limits.per_quarter) for quarter in inside]
        fit = sum(many if slot is None else slot for slot in slots)
        most = trainings_of(problem, year)
        total += fit if most is None else min(fit, most)
    return min(total, many)


def day_terms(model: Model) -> tuple[Terms, int]:
    """Columns and rows for the days missed: the objective, and the days that no plan can save."""
    terms: Terms = {}
    beyond = 0
    for span in spans(model.problem, model.options):
        if not span.options:
            beyond += span.days
            continue
        column = model.program.column()
        model.program.row({**{model.held[number]: 1 for number in span.options}, column: 1}, low=1)
        terms[column] = span.days
    return terms, beyond
