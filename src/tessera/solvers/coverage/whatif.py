"""What a change would cost, with as little else changed as possible; and how two plans differ."""

from __future__ import annotations

from collections.abc import Sequence

from tessera.solvers.coverage.engines import Engine
from tessera.solvers.coverage.ilp import solve
from tessera.solvers.coverage.model import Change, Delta, LevelKey, Line, Plan, PlanProblem, Price
from tessera.solvers.watch import Watch


def what_if(
    problem: PlanProblem,
    plan: Plan,
    change: Change,
    *,
    time_limit: float = 60.0,
    engine: Engine = "highs",
    seed: int = 0,
    watch: Watch | None = None,
) -> Delta:
    """The best plan under a change, and among equally good ones the one with the fewest differences from ``plan``.

    The levels of the problem are decided as in `plan`, but before the earliest comes the fewest differences: trainings
    dropped or added, and languages, themes and trainers of the lines of ``plan`` that are given up. What was announced
    stays. An impossible change comes back with ``after.status`` INFEASIBLE.
    """
    changed = change.problem or problem
    levels = [key for key in changed.levels if key != LevelKey.EARLY]
    early = [key for key in changed.levels if key == LevelKey.EARLY]
    after = solve(
        changed,
        [*levels, LevelKey.CHANGES, *early],
        fixed=(*change.announced, *change.force),
        forbid=change.forbid,
        hint=plan,
        near=plan.lines,
        time_limit=time_limit,
        engine=engine,
        seed=seed,
        watch=watch,
    )
    return compare(plan, after)


def compare(before: Plan, after: Plan) -> Delta:
    """How two plans differ, line by line and level by level. Each line stands in one place."""
    kept = [line for line in before.lines if line in after.lines]
    gone = [line for line in before.lines if line not in kept]
    come = [line for line in after.lines if line not in kept]
    altered = _pairs(gone, come, same_time=True)
    moved = _pairs(gone, come, same_time=False)
    prices = tuple(
        Price(level.key, level.value, other.value)
        for level in before.levels
        if (other := after.level(level.key)) is not None
    )
    return Delta(before, after, tuple(kept), tuple(gone), tuple(come), tuple(moved), tuple(altered), prices)


def _pairs(gone: list[Line], come: list[Line], *, same_time: bool) -> list[tuple[Line, Line]]:
    """Takes pairs out of both lists: the same host (and whom it serves), at the same time or at the nearest other."""
    pairs = []
    for line in list(gone):
        fitting = [
            other
            for other in come
            if _who(other) == _who(line)
            and (not same_time or (other.quarter, other.dates) == (line.quarter, line.dates))
        ]
        if fitting:
            other = min(fitting, key=lambda one: (abs(one.quarter - line.quarter), one.quarter))
            pairs.append((line, other))
            gone.remove(line)
            come.remove(other)
    return pairs


def _who(line: Line) -> tuple[str | None, Sequence[str], Sequence[str]]:
    return line.host, line.regions, line.areas
