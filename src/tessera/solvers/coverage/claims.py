"""Are the reasons and ways out of a conflict what they say? Solved again, and judged by others than those who claim it.

The rules of a core must leave no answer to the other solver; each way out must leave a plan that `check` finds to keep
every rule of the eased problem and to miss no window but those lost before the plan begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.check import check_plan
from tessera.solvers.coverage.engines import run
from tessera.solvers.coverage.ilp import in_order, solve
from tessera.solvers.coverage.model import Conflict, Fixed, LevelKey, PlanProblem
from tessera.solvers.coverage.program import Program
from tessera.solvers.coverage.relaxations import eased
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

SMALL = 1_500  # columns: a fraction of a second for each rule of a core


def check_conflict(
    problem: PlanProblem,
    conflict: Conflict,
    fixed: Sequence[Fixed] = (),
    *,
    time_limit: float = 20.0,
    watch: Watch | None = None,
) -> tuple[str, ...]:
    """What does not hold of a conflict, as sentences; what the time did not suffice to judge is not called wrong.

    That a core holds no rule too many is judged in problems of at most `SMALL` columns. Ways out that are not called
    proven are not judged. ``time_limit`` is in seconds. Raises `Cancelled`.
    """
    outer = watch or Watch()
    watch = Watch(min(time_limit, outer.remaining), outer.report, outer.cancelled)
    wrong = []
    if conflict.feasible and (conflict.core or conflict.relaxations):
        wrong.append("Reasons are given though every window can be met.")
    if conflict.core and conflict.layer is not None and not watch.over:
        model = build(in_order(problem), fixed, layer=conflict.layer, soft=False)
        asked = set(conflict.core)
        known = {row.rule for row in model.program.rows}
        rows = [row for row in model.program.rows if row.rule is None or row.rule in asked]
        program = Program(model.program.low, model.program.high, rows)
        if asked - known or run(program, {}, engine="cpsat", watch=watch).x:
            wrong.append("The reasons can hold together.")
        elif conflict.minimal and len(program.low) <= SMALL:
            wrong += _needless(program, conflict, watch)
    for number, way in enumerate(conflict.relaxations, start=1):
        if not way.proven or watch.over:
            continue
        easier = eased(problem, way)
        found = solve(easier, (LevelKey.WINDOWS,), fixed=fixed, time_limit=watch.remaining, watch=watch)
        judged = check_plan(easier, found.lines, fixed)
        missed = {region for region, _quarter in judged.unmet} - set(conflict.overdue)
        if found.status == Status.INFEASIBLE or (found.status == Status.OPTIMAL and (judged.faults or missed)):
            wrong.append(f"Way out {number} does not let every window be met.")
    return tuple(wrong)


def _needless(program: Program, conflict: Conflict, watch: Watch) -> list[str]:
    """Rules of the core without which the rest cannot hold together either."""
    wrong = []
    for number, rule in enumerate(conflict.core, start=1):
        if watch.over:
            break
        rest = Program(program.low, program.high, [row for row in program.rows if row.rule != rule])
        if run(rest, {}, engine="cpsat", watch=watch).status == Status.INFEASIBLE:
            wrong.append(f"Reason {number} is not needed.")
    return wrong
