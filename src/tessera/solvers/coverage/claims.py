"""Are the reasons and ways out of a conflict what they say? Solved again, and judged by others than those who claim it.

The rules of a core must leave no answer to the other solver; each way out must leave a plan that `check` finds to keep
every rule of the eased problem and to miss no window but those lost before the plan begins. Weights are added up and
counts counted again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.check import check_plan
from tessera.solvers.coverage.counts import failing_counts
from tessera.solvers.coverage.engines import run
from tessera.solvers.coverage.ilp import in_order, solve
from tessera.solvers.coverage.model import (
    Conflict,
    Easing,
    EasingKind,
    Fixed,
    LevelKey,
    PlanProblem,
    Relaxation,
    Weights,
)
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
    weights: Weights | None = None,
    time_limit: float = 20.0,
    watch: Watch | None = None,
) -> tuple[str, ...]:
    """What does not hold of a conflict, as sentences; what the time did not suffice to judge is not called wrong.

    That a core holds no rule too many is judged in problems of at most `SMALL` columns. Of ways out that are not called
    proven only the weight is judged. ``weights`` are those that were asked for. ``time_limit`` is in seconds. Raises
    `Cancelled`.
    """
    outer = watch or Watch()
    watch = Watch(min(time_limit, outer.remaining), outer.report, outer.cancelled)
    wrong = list(_miscounted(problem, conflict, fixed, weights or Weights()))
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


def _miscounted(problem: PlanProblem, conflict: Conflict, fixed: Sequence[Fixed], weights: Weights) -> Iterator[str]:
    """What shows without solving anything."""
    if conflict.core or conflict.relaxations or conflict.counts:
        if conflict.feasible:
            yield "Reasons are given though every window can be met."
        if conflict.layer is None:
            yield "Reasons are given, and not of which layer."
    counted = failing_counts(in_order(problem), fixed) if conflict.counts else ()
    for number, count in enumerate(conflict.counts, start=1):
        if count not in counted:
            yield f"Count {number} is not what comes out."
    for number, way in enumerate(conflict.relaxations, start=1):
        if way.weight != _weight(way, weights):
            yield f"Way out {number} does not weigh what is said."


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


def _weight(way: Relaxation, weights: Weights) -> int | None:
    """What its changes weigh together; None where one of them is no change of so much."""
    total = 0
    for easing in way.easings:
        unit = weights.budget_step if easing.kind == EasingKind.BUDGET else 1
        each = getattr(weights, easing.kind)
        if easing.amount < unit or easing.amount % unit or not each or not _is_as_long(easing):
            return None
        total += easing.amount // unit * each
    return total


def _is_as_long(easing: Easing) -> bool:
    """A wait is of the quarters that it names, a host found is one."""
    if easing.kind == EasingKind.WAIT:
        named = easing.first is not None and easing.last is not None
        return named and easing.amount == (easing.last or 0) - (easing.first or 0) + 1
    return easing.kind != EasingKind.HOST or easing.amount == 1
