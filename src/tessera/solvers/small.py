"""Programs of some dozens of whole columns, by CP-SAT on one thread.

What sifting leaves is so small that HiGHS spends its time on preparing. CP-SAT, without preparations and cuts of its own,
needs a fifth of it, and it reckons in whole numbers, so that no row is missed by rounding. One worker and a fixed seed:
the same answer every time, unless the clock cut the search.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from tessera.solvers.linear import Floats, Linear, Outcome
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

MOST = 2**62


def solve_small(linear: Linear, watch: Watch) -> Outcome:
    """The best of a program whose columns are all whole and whose numbers are whole; exact. Raises `Cancelled`."""
    from ortools.sat.python import cp_model

    watch.check()
    program = linear.arrays()
    model = cp_model.CpModel()
    columns = [
        model.new_int_var(low, high, "") for low, high in zip(_whole(program.low), _whole(program.high), strict=True)
    ]
    index, value = program.index.tolist(), _whole(program.value)
    limits = zip(pairwise(program.start.tolist()), _whole(program.row_low), _whole(program.row_high), strict=True)
    for (first, last), low, high in limits:
        if first == last:
            if not low <= 0 <= high:
                return _nothing(Status.INFEASIBLE)
            continue
        total = cp_model.LinearExpr.weighted_sum([columns[at] for at in index[first:last]], value[first:last])
        model.add_linear_constraint(total, low, high)
    objective = cp_model.LinearExpr.weighted_sum(columns, _whole(program.cost))
    if program.cost.any():
        (model.maximize if linear.maximise else model.minimize)(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 1
    solver.parameters.cut_level = 0
    solver.parameters.cp_model_presolve = False
    solver.parameters.random_seed = 0
    if math.isfinite(watch.remaining):
        solver.parameters.max_time_in_seconds = max(watch.remaining, 0.01)
    said = watch.run(lambda: solver.solve(model), solver.stop_search)
    watch.check()
    if said == cp_model.INFEASIBLE:
        return _nothing(Status.INFEASIBLE)
    if said == cp_model.MODEL_INVALID:
        raise ArithmeticError("CP-SAT refused the program.")
    bound = float(solver.best_objective_bound) if program.cost.any() else 0.0
    if said not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _nothing(Status.UNKNOWN, bound if math.isfinite(bound) and abs(bound) < MOST else math.nan)
    x: Floats = np.array([solver.value(column) for column in columns], dtype=float)
    found = float(program.cost @ x)
    best = said == cp_model.OPTIMAL
    none = np.zeros(0)
    return Outcome(Status.OPTIMAL if best else Status.FEASIBLE, found, found if best else bound, x, none, none, none)


def _whole(numbers: Floats) -> list[int]:
    """Whole numbers; what is endless becomes as large as CP-SAT takes it."""
    return [int(one) for one in np.clip(np.rint(numbers), -MOST, MOST).tolist()]


def _nothing(status: Status, bound: float = math.nan) -> Outcome:
    none = np.zeros(0)
    return Outcome(status, math.nan, bound, none, none, none, none)
