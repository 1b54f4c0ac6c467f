"""HiGHS or CP-SAT runs a program; both give the same best value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tessera.solvers.coverage.program import Program
from tessera.solvers.linear import INF, Linear
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

Engine = Literal["highs", "cpsat"]
Told = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Answer:
    """``value`` and ``bound`` of the objective, which is minimised; ``x`` whole numbers, empty where nothing was found."""

    status: Status
    value: int
    bound: int | None
    x: tuple[int, ...]


def run(
    program: Program,
    objective: Mapping[int, int],
    *,
    engine: Engine,
    watch: Watch,
    seed: int = 0,
    start: Sequence[int] = (),
    told: Told | None = None,
) -> Answer:
    """Minimise ``objective``; an empty one asks for any answer. Raises `Cancelled`.

    ``told`` puts its value into the unit in which the watch notes value and bound meanwhile; without it nothing is noted.
    """
    answer = _highs if engine == "highs" else _cpsat
    return answer(program, objective, watch, seed, start, told)


def linear(program: Program, objective: Mapping[int, int] | None = None) -> Linear:
    """The program as arrays for HiGHS."""
    built = Linear()
    costs = np.zeros(len(program.low))
    for column, cost in (objective or {}).items():
        costs[column] = cost
    built.add_columns(costs, low=program.low, high=program.high)
    for row in program.rows:
        built.add_row(
            [column for column, _value in row.terms],
            [value for _column, value in row.terms],
            low=-INF if row.low is None else row.low,
            high=INF if row.high is None else row.high,
        )
    return built


def _highs(
    program: Program, objective: Mapping[int, int], watch: Watch, seed: int, start: Sequence[int], told: Told | None
) -> Answer:
    begin = np.asarray(start, dtype=float) if len(start) == len(program.low) else None
    outcome = linear(program, objective).solve(watch, seed=seed, start=begin, told=told)
    if outcome.status in (Status.INFEASIBLE, Status.UNKNOWN):
        bound = None if math.isnan(outcome.bound) or math.isinf(outcome.bound) else math.ceil(outcome.bound - 1e-6)
        return Answer(outcome.status, 0, bound, ())
    x = tuple(round(value) for value in outcome.x)
    value = sum(cost * x[column] for column, cost in objective.items())
    if outcome.status == Status.OPTIMAL:
        return Answer(Status.OPTIMAL, value, value, x)
    return Answer(Status.FEASIBLE, value, math.ceil(outcome.bound - 1e-6) if math.isfinite(outcome.bound) else None, x)


def _cpsat(
    program: Program, objective: Mapping[int, int], watch: Watch, seed: int, start: Sequence[int], told: Told | None
) -> Answer:
    from ortools.sat.python import cp_model

    watch.check()
    model = cp_model.CpModel()
    columns = [model.new_int_var(low, high, "") for low, high in zip(program.low, program.high, strict=True)]
    for number, row in enumerate(program.rows):
        if number % 200 == 0:
            watch.check()
        terms = cp_model.LinearExpr.weighted_sum(
            [columns[column] for column, _value in row.terms], [value for _column, value in row.terms]
        )
        low = cp_model.INT_MIN if row.low is None else row.low
        high = cp_model.INT_MAX if row.high is None else row.high
        if row.terms:
            model.add_linear_constraint(terms, low, high)
        elif not low <= 0 <= high:
            return Answer(Status.INFEASIBLE, 0, None, ())
    if objective:
        model.minimize(
            cp_model.LinearExpr.weighted_sum([columns[column] for column in objective], list(objective.values()))
        )
    if len(start) == len(columns):
        for column, value in zip(columns, start, strict=True):
            model.add_hint(column, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 8
    solver.parameters.linearization_level = 2
    solver.parameters.interleave_search = True
    solver.parameters.random_seed = seed
    if math.isfinite(watch.remaining):
        solver.parameters.max_time_in_seconds = max(watch.remaining, 0.01)
    listener = _listen(solver, watch, told) if objective and told is not None and watch.report is not None else None
    said = watch.run(lambda: solver.solve(model, listener), solver.stop_search)
    watch.check()
    if said == cp_model.INFEASIBLE:
        return Answer(Status.INFEASIBLE, 0, None, ())
    bound = math.ceil(solver.best_objective_bound - 1e-6) if objective else 0
    if said not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(Status.UNKNOWN, 0, bound, ())
    x = tuple(int(solver.value(column)) for column in columns)
    value = sum(cost * x[column] for column, cost in objective.items())
    if said == cp_model.OPTIMAL:
        return Answer(Status.OPTIMAL, value, value, x)
    return Answer(Status.FEASIBLE, value, bound, x)


def _listen(solver: Any, watch: Watch, told: Told) -> Any:
    """Notes what CP-SAT finds and proves while it searches."""
    from ortools.sat.python import cp_model

    found: list[float | None] = [None]

    class Listener(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            found[0] = told(self.objective_value)
            watch.note(found[0], told(self.best_objective_bound))

    solver.best_bound_callback = lambda bound: watch.note(found[0], told(bound))
    return Listener()
