"""The coverage clock over a plan made from files: nothing is called on time that it does not call so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tessera.commands.planfiles import PlanTask
    from tessera.planning.clock_types import ClockTraining
    from tessera.solvers.coverage.model import Line, Plan

_DAY = timedelta(days=1)


def clock_faults(task: PlanTask, plan: Plan) -> list[str]:
    """Where the days missed of the plan are not those of the exact clock, which shares nothing with the solver."""
    from tessera.planning import clock

    first, ground = task.problem.first, task.ground
    last = clock.add_months(first, 3 * task.problem.quarters) - _DAY
    found = clock.coverage([*task.trainings, *_held(task, plan.lines)], ground.scheme, last, ground.settings)
    return clock.plan_faults(found, [(one.region, one.start_on, one.end_on) for one in plan.missed], first)


def _held(task: PlanTask, lines: Sequence[Line]) -> Iterator[ClockTraining]:
    """New lines as announced trainings; one without exact dates is held on the last day of its quarter."""
    from tessera.planning import clock

    announced = {one.host for one in task.fixed}
    regions = {region.code: region.countries for region in task.ground.scheme.regions}
    for number, line in enumerate(lines):
        if line.host in announced:
            continue
        day = clock.add_months(task.problem.first, 3 * line.quarter + 3) - _DAY
        start, end = (line.dates.start_on, line.dates.end_on) if line.dates else (day, day)
        held = [task.ground.area_countries[area] for area in line.areas] or [regions[code] for code in line.regions]
        yield clock.added(f"line {number}", held, start, end)
