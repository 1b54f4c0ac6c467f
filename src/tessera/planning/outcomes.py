"""From a plan to what is stored of it: lines with their reasons, levels, the exact clock's own verdict. Plain JSON.

Imported inside the task only. Reasons are kinds with figures; `queries.telling` puts them into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tessera.core import edtf
from tessera.places.queries import WORKING_SCHEME
from tessera.planning import clock
from tessera.planning.clock_types import ClockPhase, ClockTraining, Coverage
from tessera.planning.models import OTHER_THEME
from tessera.planning.problems import World, days_of
from tessera.solvers.coverage import check_conflict, check_plan, explain_plan
from tessera.solvers.coverage.model import Dates, Line, Plan
from tessera.solvers.proof import Proof, Status, plain
from tessera.solvers.watch import Watch

EXPLAIN_S = 20.0
MOST_WAYS = 6
_DAY = timedelta(days=1)


def stored(value: Any) -> Any:
    """Data types of the solver as JSON keeps them: days as ISO text, fractions as "1/3"."""
    return _texts(plain(value))


def _texts(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_texts(inner) for inner in value]
    return value


def outcome(world: World, plan: Plan) -> dict[str, Any]:
    """What is kept of a plan; every figure of the clock is computed here, not taken from the solver.

    ArithmeticError where the plan does not pass its check, or the clock finds other days missed.
    """
    lines = [_line(world, line) for line in plan.lines]
    _give_reasons(world, lines)
    ends = clock.add_months(world.problem.first, 3 * world.problem.quarters) - _DAY
    figures = clock_figures(world, lines, ends)
    faults: list[Any] = []
    if plan.status in (Status.OPTIMAL, Status.FEASIBLE):
        faults = [*check_plan(world.problem, plan.lines, world.fixed).faults, *clock_faults(world, plan, lines, ends)]
    if faults:
        raise ArithmeticError(" ".join(map(str, faults)))
    return {
        "status": plan.status.value,
        "scheme": _scheme(world),
        "levels": stored(plan.levels),
        "proof": stored(plan.proof),
        "lines": lines,
        "missed": stored(plan.missed),
        "cost": plan.cost,
        "grants": plan.grants,
        "faults": [],  # plans that were computed before may have some
        "first": world.problem.first.isoformat(),
        "ends": ends.isoformat(),
        "clock": figures,
        "left_out": [list(pair) for pair in world.left_out],
        "needs": [stored(need) | {"weight": need.weight} for need in world.needs],
    }


def _scheme(world: World) -> dict[str, Any]:
    return {"code": world.scheme.code, "version": world.scheme.version}


def clock_figures(world: World, lines: Sequence[Mapping[str, Any]], ends: date) -> dict[str, Any]:
    """What the exact clock says of the lines: regions on time at the end, days missed, from when all are on time."""
    found = _coverage(world, lines, ends)
    gaps = clock.gaps(found, world.problem.first)
    last = max((end for _region, _start, end in gaps), default=None)
    all_from = world.problem.first if last is None else last + _DAY
    worst = min(
        (_coverage(world, [other for other in lines if other is not line], ends).on_time for line in lines),
        default=found.on_time,
    )
    working = world.places.scheme(WORKING_SCHEME) if WORKING_SCHEME in world.places.schemes else None
    reached = {area for line in lines for area in line["areas"]}
    waits = []
    if working is not None and world.problem.areas:
        after = clock.coverage([*_existing(world), *_clocked(world, lines)], working.pure, ends, world.settings)
        for area in after.regions:
            waits.append((area.last or world.settings.first_record, area.last is None, area.code))
    longest = min(waits, default=None)
    return {
        "on_time": found.on_time,
        "regions": len(found.regions),
        "worst": worst,
        "all_from": all_from.isoformat() if all_from <= ends else None,
        "missed": [[code, start.isoformat(), end.isoformat()] for code, start, end in gaps],
        "missed_days": sum((end - start).days + 1 for _code, start, end in gaps),
        "states": {region.code: [region.state, region.due.isoformat()] for region in found.regions},
        "areas": len(reached),
        "areas_of": len(world.problem.areas),
        "longest": [longest[2], longest[0].isoformat(), longest[1]] if longest else None,
    }


def clock_faults(world: World, plan: Plan, lines: Sequence[Mapping[str, Any]], ends: date) -> list[str]:
    """Where the days missed of the plan are not those of the exact clock, region by region.

    A training of the record whose dates are rough is read as the plan reads it: on the last day of its quarter.
    """
    missed = [(one.region, one.start_on, one.end_on) for one in plan.missed]
    return clock.plan_faults(_coverage(_as_planned(world), lines, ends), missed, world.problem.first)


def _as_planned(world: World) -> World:
    """The record as the plan takes it: what has rough dates there is held on the last day of its quarter."""
    held = {}
    for host in world.problem.hosts:
        kind, _colon, key = host.key.partition(":")
        if kind == "training" and not host.dates:
            held[key] = clock.add_months(world.problem.first, 3 * host.quarters[0] + 3) - _DAY
    phases = {key: (ClockPhase(edtf.from_days(day, day), "in_person"),) for key, day in held.items()}
    return replace(
        world, trainings=tuple(replace(one, phases=phases.get(one.key, one.phases)) for one in world.trainings)
    )


def _line(world: World, line: Line) -> dict[str, Any]:
    kind, _colon, key = (line.host or "").partition(":")
    start = clock.add_months(world.problem.first, 3 * line.quarter)
    end = clock.add_months(start, 3) - _DAY
    text = f"{start:%Y-%m}/{end:%Y-%m}"
    dates = line.dates
    if dates is not None:
        text = str(edtf.from_days(dates.start_on, dates.end_on))
    by = end
    if kind == "training":
        own = next(training for training in world.trainings if training.key == key)
        first, by, exact = days_of(own)
        text = text if exact else str(own.phases[-1].dates)
        dates = None if not exact else dates
        by = first
    return {
        "quarter": line.quarter,
        "training": key if kind == "training" else "",
        "proposal": key if kind == "proposal" else "",
        "regions": list(line.regions),
        "areas": list(line.areas),
        "language": line.language,
        "theme": None if line.theme == OTHER_THEME else line.theme,
        "trainers": list(line.trainers),
        "cost": line.cost,
        "grants": [list(pair) for pair in line.grants],
        "edtf": text,
        "starts": (dates.start_on if dates else by).isoformat(),
        "ends": (dates.end_on if dates else by).isoformat(),
        "exact": dates is not None,
    }


def _clocked(world: World, lines: Sequence[Mapping[str, Any]]) -> list[ClockTraining]:
    """New lines as announced trainings; one without exact dates is held on the last day of its quarter."""
    regions = world.scheme.by_code
    areas = world.places.scheme(WORKING_SCHEME).by_code if WORKING_SCHEME in world.places.schemes else {}
    found = []
    for number, line in enumerate(lines):
        if line["training"]:
            continue
        held = [areas[code].countries for code in line["areas"] if code in areas]
        if not held:
            held = [regions[code].countries for code in line["regions"] if code in regions]
        start, end = date.fromisoformat(line["starts"]), date.fromisoformat(line["ends"])
        found.append(clock.added(f"line:{number}", held, start, end))
    return found


def _existing(world: World) -> list[ClockTraining]:
    """The trainings of the record; what is planned counts where the plan builds on it."""
    return [
        replace(one, status="announced") if one.status == "planned" and one.key in world.counted else one
        for one in world.trainings
    ]


def _coverage(world: World, lines: Sequence[Mapping[str, Any]], on: date) -> Coverage:
    return clock.coverage([*_existing(world), *_clocked(world, lines)], world.scheme.pure, on, world.settings)


def _give_reasons(world: World, lines: list[dict[str, Any]]) -> None:
    """Why each line stands where it does: the state of its regions the day before, the wait of its areas."""
    whole = len(world.problem.regions)
    working = world.places.scheme(WORKING_SCHEME).pure if WORKING_SCHEME in world.places.schemes else None
    together = False
    for number, line in enumerate(lines):
        earlier = lines[:number]
        start = date.fromisoformat(line["starts"])
        before = _coverage(world, earlier, start - _DAY)
        reasons: list[list[Any]] = []
        for code in line["regions"]:
            region = before.region(code)
            gap = next((window for window in region.missed if window.open), None)
            if gap is not None:
                kind = "never" if region.last is None else "overdue"
                reasons.append([kind, code, gap.start.isoformat(), gap.days])
            else:
                reasons.append(["due", code, region.due.isoformat(), (region.due - start).days])
        if working is not None:
            clocked = [*_existing(world), *_clocked(world, earlier)]
            found = clock.coverage(clocked, working, start - _DAY, world.settings)
            for code in line["areas"]:
                area = found.region(code)
                reasons.append(["area_since", code, area.last.isoformat()] if area.last else ["area_never", code])
        after = _coverage(world, lines[: number + 1], start)
        if not together and after.on_time == whole > before.on_time:
            reasons.append(["together", whole])
            together = True
        line["reasons"] = reasons


def conflict(world: World, plan: Plan, watch: Watch) -> dict[str, Any] | None:
    """Why not every region can be reached in time, with the cheapest changes; None where nothing stands in the way.

    Regions that were overdue before the plan begins are named; no change of a limit makes up for those days. Where the
    limits leave no plan at all, it is they that are explained: no window is asked for. ArithmeticError where reasons or
    ways out do not pass their check.
    """
    problem = world.problem
    if plan.status == Status.INFEASIBLE:
        waived = [(region.key, quarter) for region in problem.regions for quarter in range(problem.quarters + 1)]
        problem = replace(problem, waived=tuple(waived))
    found = explain_plan(problem, fixed=world.fixed, time_limit=EXPLAIN_S, watch=watch, most=MOST_WAYS)
    wrong = check_conflict(problem, found, world.fixed, watch=watch)
    if wrong:
        raise ArithmeticError(" ".join(wrong))
    if found.feasible and not found.overdue:
        return None
    told: dict[str, Any] = stored(found)
    return told


def earlier_plan(world: World, result: Mapping[str, Any] | None) -> Plan | None:
    """The lines of a computed scenario as a plan to stay near to; None where quarters or regions are not the same.

    Lines of proposals that take no part any more are left out.
    """
    if not result or result.get("first") != world.problem.first.isoformat():
        return None
    if result.get("scheme", _scheme(world)) != _scheme(world):  # plans that were computed before name none
        return None
    hosts = {host.key for host in world.problem.hosts}
    lines = []
    for row in result["lines"]:
        host = (
            f"training:{row['training']}"
            if row["training"]
            else f"proposal:{row['proposal']}"
            if row["proposal"]
            else None
        )
        if row["quarter"] >= world.problem.quarters or (host is not None and host not in hosts):
            continue
        dates = Dates(date.fromisoformat(row["starts"]), date.fromisoformat(row["ends"])) if row["exact"] else None
        lines.append(
            Line(
                row["quarter"], host, tuple(row["regions"]), tuple(row["areas"]), row["language"], row["theme"],
                tuple(row["trainers"]), row["cost"], tuple((name, amount) for name, amount in row["grants"]), dates,
            )
        )  # fmt: skip
    proof = Proof(Status.FEASIBLE, None, None, "", "", 0.0, "")
    return Plan(Status.FEASIBLE, tuple(lines), (), (), None, proof)
