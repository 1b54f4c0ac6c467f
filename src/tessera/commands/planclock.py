"""The coverage clock over a plan made from files: nothing is called on time that it does not call so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tessera.commands.plancells import quarter_start

if TYPE_CHECKING:
    from tessera.commands.planfiles import PlanTask
    from tessera.planning.clock_types import ClockTraining
    from tessera.solvers.coverage.model import Line, Plan


def clock_faults(task: PlanTask, plan: Plan) -> list[str]:
    """Where the days missed of the plan are not those of the exact clock, which shares nothing with the solver."""
    from tessera.planning.clock import coverage

    first, ground = task.problem.first, task.ground
    last = quarter_start(first, task.problem.quarters) - timedelta(days=1)
    found = coverage([*task.trainings, *_held(task, plan.lines)], ground.scheme, last, ground.settings)
    theirs = {
        (region.code, max(gap.start, first), gap.end)
        for region in found.regions
        for gap in region.missed
        if gap.end >= first
    }
    ours = {(one.region, one.start_on, one.end_on) for one in plan.missed}
    return [
        f"{region}: missed from {start} to {end} by {'the clock' if (region, start, end) in theirs else 'the plan'} only."
        for region, start, end in sorted(ours ^ theirs)
    ]


def _held(task: PlanTask, lines: Sequence[Line]) -> Iterator[ClockTraining]:
    """New lines as announced trainings; one without exact dates is held on the last day of its quarter."""
    from tessera.core import edtf
    from tessera.planning.clock_types import ClockPhase, ClockTraining

    announced = {one.host for one in task.fixed}
    regions = {region.code: region.countries for region in task.ground.scheme.regions}
    for number, line in enumerate(lines):
        if line.host in announced:
            continue
        day = quarter_start(task.problem.first, line.quarter + 1) - timedelta(days=1)
        start, end = (line.dates.start_on, line.dates.end_on) if line.dates else (day, day)
        held = [task.ground.area_countries[area] for area in line.areas] or [regions[code] for code in line.regions]
        yield ClockTraining(
            f"line {number}", "announced", "regional", frozenset[str]().union(*held),
            (ClockPhase(edtf.from_days(start, end)),),
        )  # fmt: skip
