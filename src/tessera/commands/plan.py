"""``tessera plan``: where and when the next trainings should be, from spreadsheets."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.commands.failure import CommandFailed
from tessera.commands.planclock import clock_faults
from tessera.commands.planfiles import Files, PlanTask, read_plan
from tessera.commands.solving import Answer, add_common, give, proof_table, reading, search, whole
from tessera.commands.tables.faults import meant
from tessera.commands.tables.kinds import amount
from tessera.commands.tables.writing import Result
from tessera.commands.words import counted, listed, money
from tessera.commands.words.plan import Planner

if TYPE_CHECKING:
    from tessera.solvers.coverage.model import Conflict, Plan
    from tessera.solvers.watch import Watch


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "plan",
        help="plan the next trainings under limits, from files",
        description="Say where and when the next trainings should be so that no region waits too long: fewest missed "
        "windows first, then fewest days missed, then need, then cost, each proven. Needs no database.",
    )
    parser.add_argument("trainings", metavar="TRAININGS", type=Path, help="past and announced trainings, one a row")
    parser.add_argument("limits", metavar="LIMITS", type=Path, help="horizon, rule and limits (.toml or .json)")
    parser.add_argument("--hosts", metavar="FILE", type=Path, help="proposals of hosts, one a row")
    parser.add_argument("--trainers", metavar="FILE", type=Path, help="trainers, one a row")
    parser.add_argument("--funders", metavar="FILE", type=Path, help="funders with what they give, one a row")
    parser.add_argument(
        "--explain",
        action="append",
        default=[],
        metavar="ID",
        help="say what the plan does for a region (may be repeated)",
    )
    parser.add_argument(
        "--engine", choices=("highs", "cpsat"), default="highs", help="which solver proves it (default: %(default)s)"
    )
    add_common(parser)
    parser.add_argument("--seed", type=whole, default=0, metavar="N", help="seed of the solver (default: %(default)s)")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class _Found:
    plan: Plan
    conflict: Conflict | None


def run(arguments: argparse.Namespace) -> int:
    files = Files(arguments.trainings, arguments.limits, arguments.hosts, arguments.trainers, arguments.funders)
    with reading(arguments, files.all) as faults:
        task = read_plan(files, faults, ignore=arguments.ignore_column)
        if task is not None:
            known = [region.key for region in task.problem.regions]
            for one in arguments.explain:
                if one not in known:
                    faults.add("--explain", f"there is no region “{one}”; {meant(one, known)}")
    assert task is not None  # noqa: S101  a fault has ended the command
    found = search(lambda watch: _search(task, arguments, watch), arguments.time_limit)
    answer = _answer(task, found, arguments.explain)
    status = give(arguments, "plan", answer)
    return 1 if found.conflict is not None and not found.conflict.feasible else status


def _search(task: PlanTask, arguments: argparse.Namespace, watch: Watch) -> _Found:
    from tessera.solvers import coverage

    plan = coverage.plan(
        task.problem,
        fixed=task.fixed,
        time_limit=watch.time_limit,
        engine=arguments.engine,
        seed=arguments.seed,
        watch=watch,
    )
    if plan.lines or str(plan.status) in ("optimal", "feasible"):
        faults = [*coverage.check_plan(task.problem, plan.lines, task.fixed).faults, *clock_faults(task, plan)]
        if faults:
            sentence = f"The plan does not pass its check and is not given out: {' '.join(map(str, faults))}"
            raise CommandFailed(sentence)
    if not plan.missed and str(plan.status) != "infeasible":
        return _Found(plan, None)
    conflict = coverage.explain_plan(task.problem, fixed=task.fixed, watch=watch)
    wrong = coverage.check_conflict(task.problem, conflict, task.fixed, watch=watch)
    if wrong:
        raise CommandFailed(f"The reasons do not pass their check and are not given out: {' '.join(wrong)}")
    return _Found(plan, conflict)


def _answer(task: PlanTask, found: _Found, asked: list[str]) -> Answer:
    planner = Planner(task.problem, task.names)
    plan = found.plan
    because = planner.conflict(found.conflict) if found.conflict is not None else ()
    late = _late(found.conflict)
    if str(plan.status) == "infeasible":
        said = ("No plan keeps what is fixed together with the limits.", *because, *task.notes)
        return Answer(False, said, (proof_table(plan.proof, digits=0),))
    if str(plan.status) == "unknown":
        said = ("No plan was found in the time allowed; that none exists is not proven.", *task.notes)
        return Answer(False, said, (proof_table(plan.proof, digits=0),))
    last = planner.quarter(task.problem.quarters - 1)
    sentences = [
        f"{counted(len(plan.lines), 'training')} from {planner.quarter(0)} to {last}, {money(plan.cost)} in cost"
        + (f", {money(plan.grants)} of it from funders." if plan.grants else "."),
        _proven(plan),
        *([f"All regions are on time together from {plan.all_from}."] if plan.all_from is not None else []),
        *([late] if late else []),
        *(planner.missed(one) for one in plan.missed),
        *because,
        *task.notes,
        *(_explained(planner, task, plan, one) for one in dict.fromkeys(asked)),
    ]
    tables = (
        _lines(planner, task, plan),
        Result(
            "missed",
            ("region", "from", "to", "days", "open at the end"),
            tuple((one.region, one.start_on, one.end_on, one.days, one.open) for one in plan.missed),
        ),
        _regions(task, plan, planner),
        Result("levels", ("level", "value", "bound", "proven"), tuple(planner.level(one) for one in plan.levels)),
        proof_table(plan.proof, digits=0),
    )
    extra = {"reasons": list(because)} if because else {}
    return Answer(True, tuple(sentences), tables, extra)


def _proven(plan: Plan) -> str:
    if str(plan.status) == "optimal":
        return "Proven best possible at every level."
    open_levels = [str(level.key) for level in plan.levels if not level.proven]
    return f"The time was up: best found; not proven best in {listed(open_levels)}."


def _late(conflict: Conflict | None) -> str:
    if conflict is None or not conflict.overdue:
        return ""
    one = len(conflict.overdue) == 1
    return (
        f"{listed(conflict.overdue)} {'is' if one else 'are'} overdue, or {'falls' if one else 'fall'} due before the "
        "first quarter is over: a plan by quarters comes too late there."
    )


def _lines(planner: Planner, task: PlanTask, plan: Plan) -> Result:
    announced = {one.host for one in task.fixed}
    rows = []
    for line, why in zip(plan.lines, planner.reasons(plan.lines), strict=True):
        rows.append(
            (
                planner.quarter(line.quarter),
                line.dates.start_on if line.dates and not line.dates.rough else None,
                line.dates.end_on if line.dates and not line.dates.rough else None,
                planner.named(line.host) if line.host else "to be found",
                "announced" if line.host in announced else "planned",
                line.regions,
                line.areas,
                line.language,
                line.theme,
                tuple(planner.named(one) for one in line.trainers),
                amount(line.cost),
                tuple(f"{planner.named(one)} {money(amount)}" for one, amount in line.grants),
                why,
            )
        )
    heading = (
        "quarter", "first day", "last day", "host", "state", "regions", "areas", "language", "theme", "trainers",
        "cost", "grants", "why",
    )  # fmt: skip
    return _without_empty(Result("plan", heading, tuple(rows)), {"quarter", "host", "regions", "cost", "why"})


def _without_empty(table: Result, kept: set[str]) -> Result:
    """The table without columns in which nothing stands."""
    wanted = [
        column
        for column, name in enumerate(table.heading)
        if name in kept or any(row[column] not in (None, (), "") for row in table.rows)
    ]
    return Result(
        table.name,
        tuple(table.heading[column] for column in wanted),
        tuple(tuple(row[column] for column in wanted) for row in table.rows),
    )


def _regions(task: PlanTask, plan: Plan, planner: Planner) -> Result:
    missed: dict[str, int] = {}
    for one in plan.missed:
        missed[one.region] = missed.get(one.region, 0) + one.days
    rows = []
    for region in task.coverage.regions:
        lines = [line for line in plan.lines if region.code in line.regions]
        first = min((planner.days(line)[0] for line in lines), default=None)
        rows.append(
            (
                region.code,
                region.last,
                region.due,
                region.state.replace("_", " "),
                len(lines),
                first,
                missed.get(region.code, 0),
            )
        )
    heading = ("region", "last training", "due by", "state before", "trainings", "first one by", "days missed")
    return Result("regions", heading, tuple(rows))


def _explained(planner: Planner, task: PlanTask, plan: Plan, region: str) -> str:
    """What the plan does for one region."""
    clock = next(one for one in task.coverage.regions if one.code == region)
    history = f"the last training ended on {clock.last}" if clock.last is not None else "there is no training on record"
    lines = [line for line in plan.lines if region in line.regions]
    where = [
        f"{planner.quarter(line.quarter)} ({planner.named(line.host) if line.host else 'host to be found'})"
        for line in lines
    ]
    gets = f"the plan reaches it in {listed(where)}" if where else "the plan does not reach it"
    missed = [planner.missed(one) for one in plan.missed if one.region == region]
    end = " ".join(missed) if missed else "No day is missed."
    return f"{region}: {history}, the next is due by {clock.due}; {gets}. {end}"
