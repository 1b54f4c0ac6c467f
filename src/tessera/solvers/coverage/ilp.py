"""The exact plan: levels in turn, each proven, and the lines read from the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.check import Check, check_plan
from tessera.solvers.coverage.columns import Model, trainer_cost
from tessera.solvers.coverage.engines import Engine
from tessera.solvers.coverage.greedy import plan_greedily
from tessera.solvers.coverage.levels import Impossible, OutOfTime, Search
from tessera.solvers.coverage.model import Ban, Fixed, Layer, Level, LevelKey, Line, Plan, PlanProblem
from tessera.solvers.proof import Proof, Status, plain, sha256, solver_version
from tessera.solvers.watch import Watch


def plan(
    problem: PlanProblem,
    *,
    fixed: Sequence[Fixed] = (),
    hint: Plan | None = None,
    time_limit: float = 60.0,
    engine: Engine = "highs",
    seed: int = 0,
    watch: Watch | None = None,
) -> Plan:
    """Say where and when trainings are held, level after level (`PlanProblem.levels`), each proven.

    minimise   the number of (region, quarter) windows without a training,
    then       the days on which a region is beyond its due day,
    then       maximise min over areas of trainings / need,
    then       minimise cost less grants,
    then       minimise the sum of (quarter + 1) over the trainings

    subject to the limits for each quarter and year, hosts' dates and uses, budgets, trainers (available, sharing the
    language, one of them knowing the theme, one training a quarter each, so many a year) and what is ``fixed``.

    Among equally good plans the choice is the same for either ``engine`` ("highs" or "cpsat") and any order of the
    input, unless the clock cut the search. ``hint`` is a plan to begin from, left aside where it breaks a rule of this
    problem. ``time_limit`` is in seconds; once it is up the best plan found is given, with what is proven of each level.
    A problem without a plan is an answer (``Status.INFEASIBLE``): only ``fixed``, least numbers of a language or a lack
    of money or trainers for what is fixed can cause it, since windows are soft. Raises `InputError` and `Cancelled`.
    """
    levels = problem.levels
    return solve(problem, levels, fixed=fixed, hint=hint, time_limit=time_limit, engine=engine, seed=seed, watch=watch)


def solve(
    problem: PlanProblem,
    levels: Sequence[LevelKey],
    *,
    fixed: Sequence[Fixed] = (),
    forbid: Sequence[Ban] = (),
    hint: Plan | None = None,
    near: Sequence[Line] = (),
    time_limit: float = 60.0,
    engine: Engine = "highs",
    seed: int = 0,
    watch: Watch | None = None,
) -> Plan:
    """As `plan`, with levels of one's own, hosts' trainings that are forbidden, and the plan to stay near to."""
    outer = watch or Watch()
    watch = Watch(min(time_limit, outer.remaining), outer.report, outer.cancelled)
    problem = in_order(problem)
    watch.say("model")
    model = build(problem, fixed, forbid=forbid)
    search = Search(model, engine, watch, seed, near)
    if hint is not None and hint.lines:
        begun = columns_of(model, hint.lines)
        if model.program.admits(begun):
            search.x = begun
    try:
        if model.team and not search.x:
            reduced = build(problem, fixed, forbid=forbid, layer=Layer.BUDGET)
            search.lead(reduced, levels)
        search.solve(levels)
    except Impossible:
        return _without(problem, fixed, forbid, Status.INFEASIBLE, engine, seed, watch)
    except OutOfTime:
        lines = plan_greedily(problem)
        if fixed or forbid or check_plan(problem, lines).faults:
            return _without(problem, fixed, forbid, Status.UNKNOWN, engine, seed, watch)
        found = check_plan(problem, lines)
        told = tuple(
            Level(key, value, None, proven=False) for key in levels if (value := figure(found, key)) is not None
        )
        return _plan(problem, fixed, forbid, lines, told, engine, seed, watch)
    lines = lines_of(model, search.x)
    found = check_plan(problem, lines, fixed)
    if found.faults:
        raise ArithmeticError(f"The plan fails its check: {' '.join(found.faults)}")
    told = tuple(_told(level, found) for level in search.levels)
    return _plan(problem, fixed, forbid, lines, told, engine, seed, watch)


def _told(level: Level, found: Check) -> Level:
    """A level as the finished plan has it: later levels may better one that was cut short."""
    value = figure(found, level.key)
    if value is None or value == level.value:
        return level
    if level.proven:
        raise ArithmeticError(f"Level {level.key} is {level.value} for the solver and {value} for the check.")
    return Level(level.key, value, level.bound, proven=level.bound == value)


def figure(found: Check, key: LevelKey) -> int | Fraction | None:
    """What the independent check says of a level; None for the need where there is none, and for changes."""
    values: Mapping[LevelKey, int | Fraction | None] = {
        LevelKey.WINDOWS: len(found.unmet),
        LevelKey.DAYS: found.days,
        LevelKey.NEED: found.need,
        LevelKey.REACHED: found.reached,
        LevelKey.COST: found.cost - found.grants,
        LevelKey.EARLY: found.early,
    }
    return values.get(key)


def _plan(
    problem: PlanProblem,
    fixed: Sequence[Fixed],
    forbid: Sequence[Ban],
    lines: tuple[Line, ...],
    levels: tuple[Level, ...],
    engine: Engine,
    seed: int,
    watch: Watch,
) -> Plan:
    found = check_plan(problem, lines, fixed)
    open_level = next((level for level in levels if not level.proven), levels[-1] if levels else None)
    status = Status.OPTIMAL if all(level.proven for level in levels) else Status.FEASIBLE
    value = None if open_level is None else _number(open_level.value)
    bound = None if open_level is None or open_level.bound is None else _number(open_level.bound)
    proof = _proof(problem, fixed, forbid, status, value, bound, engine, seed, watch)
    return Plan(status, lines, levels, found.missed, found.all_from, proof)


def _number(value: int | Fraction) -> int | float:
    return int(value) if value == int(value) else float(value)


def _without(
    problem: PlanProblem,
    fixed: Sequence[Fixed],
    forbid: Sequence[Ban],
    status: Status,
    engine: Engine,
    seed: int,
    watch: Watch,
) -> Plan:
    proof = _proof(problem, fixed, forbid, status, None, None, engine, seed, watch)
    return Plan(status, (), (), (), None, proof)


def _proof(
    problem: PlanProblem,
    fixed: Sequence[Fixed],
    forbid: Sequence[Ban],
    status: Status,
    value: float | None,
    bound: float | None,
    engine: Engine,
    seed: int,
    watch: Watch,
) -> Proof:
    package = "highspy" if engine == "highs" else "ortools"
    said = digest_of(problem, fixed, forbid=tuple(forbid))
    return Proof(status, value, bound, package, solver_version(package), watch.seconds, said, seed)


def digest_of(problem: PlanProblem, fixed: Sequence[Fixed], **asked: Any) -> str:
    """SHA-256 of everything that was asked, in one order."""
    return sha256(_texts(plain({"problem": in_order(problem), "fixed": tuple(fixed), **asked})))


def _texts(value: Any) -> Any:
    """Days as ISO text, so that the input can be written as JSON."""
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def in_order(problem: PlanProblem) -> PlanProblem:
    """The same problem with everything that has a key sorted by it."""
    return replace(
        problem,
        regions=tuple(sorted(problem.regions, key=lambda one: one.key)),
        areas=tuple(sorted(problem.areas, key=lambda one: one.key)),
        hosts=tuple(sorted(problem.hosts, key=lambda one: one.key)),
        trainers=tuple(sorted(problem.trainers, key=lambda one: one.key)),
        funders=tuple(sorted(problem.funders, key=lambda one: one.key)),
    )


def columns_of(model: Model, lines: Sequence[Line]) -> tuple[int, ...]:
    """An answer in the columns of the model that says what the lines say, as far as they can be said."""
    x = [0] * len(model.program.low)
    for line in lines:
        number = next((n for n, option in enumerate(model.options) if option.is_of(line)), None)
        if number is None:
            continue
        x[model.held[number]] = 1
        named = [
            (model.language, line.language),
            (model.theme, line.theme),
            *((model.team, key) for key in line.trainers),
        ]
        for columns, name in named:
            column = columns.get((number, name)) if name is not None else None
            if column is not None:
                x[column] = 1
    for window in model.windows:
        column = model.unmet.get((window.region, window.quarter))
        if column is not None:
            x[column] = int(not all(any(x[model.held[n]] for n in need) for need in window.needs))
    return tuple(x)


def lines_of(model: Model, x: Sequence[int]) -> tuple[Line, ...]:
    """The trainings that an answer holds, by time and key."""
    trainers = {trainer.key: trainer for trainer in model.problem.trainers}
    grants = _shares(model, x)
    lines = []
    for number, option in enumerate(model.options):
        if not x[model.held[number]]:
            continue
        team = tuple(sorted(key for (one, key), column in model.team.items() if one == number and x[column]))
        cost = option.cost + sum(trainer_cost(trainers[key], option) for key in team)
        lines.append(
            Line(
                quarter=option.quarter,
                host=option.host,
                regions=option.regions,
                areas=option.areas,
                language=_chosen(model.language, x, number),
                theme=_chosen(model.theme, x, number),
                trainers=team,
                cost=cost,
                grants=tuple(grants.get(number, ())),
                dates=option.dates,
            )
        )
    return tuple(lines)


def _chosen(columns: Mapping[tuple[int, str], int], x: Sequence[int], number: int) -> str | None:
    return next((name for (one, name), column in sorted(columns.items()) if one == number and x[column]), None)


def _shares(model: Model, x: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """Each funder's sum, given to its trainings in the order of time, at most its amount each."""
    shares: dict[int, list[tuple[str, int]]] = {}
    amounts = {funder.key: funder.amount for funder in model.problem.funders}
    for key, column in sorted(model.grant.items()):
        left = x[column] * model.unit
        for number, match in sorted(model.matching[key].items()):
            given = min(left, amounts[key]) if x[match] else 0
            if given:
                shares.setdefault(number, []).append((key, given))
                left -= given
    return shares
