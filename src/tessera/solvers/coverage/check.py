"""Recomputes a plan from scratch: every rule, every figure, every day. Shares only the data types with the solver.

The clock of a region, in exact days: from the last day of a training it has ``window`` quarters of calendar months for
the next one to start; a missed window runs from the day after the due day to the day before the next start.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tessera.solvers.coverage.model import Fixed, Line, Missed, PlanProblem, Region

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Check:
    """``faults`` are sentences, empty where the plan keeps every rule. The rest are its figures.

    ``certain``: also on time where each undated training may fall on any day of its quarter. ``unmet``: (region,
    quarter) of every window that is missed, quarter T for the end of the plan.
    """

    faults: tuple[str, ...]
    unmet: tuple[tuple[str, int], ...]
    missed: tuple[Missed, ...]
    all_from: date | None
    certain: bool
    need: Fraction | None
    reached: int
    cost: int
    grants: int
    early: int

    @property
    def days(self) -> int:
        return sum(missed.days for missed in self.missed)


def check_plan(problem: PlanProblem, lines: Sequence[Line], fixed: Sequence[Fixed] = ()) -> Check:
    """Every figure of a plan, and what is wrong with it."""
    faults = [
        *_line_faults(problem, lines, fixed),
        *_slot_faults(problem, lines),
        *_money_faults(problem, lines),
        *_trainer_faults(problem, lines),
        *_team_faults(problem, lines, fixed),
        *_fixed_faults(lines, fixed),
    ]
    missed = [gap for region in _regions(problem) for gap in _missed(problem, region, lines)]
    served = Counter(key for line in lines for key in line.areas)
    needs = {area.key: area.need for area in problem.areas if area.need}
    return Check(
        faults=tuple(faults),
        unmet=tuple(
            (region.key, quarter)
            for region in _regions(problem)
            for quarter in range(problem.quarters + 1)
            if (region.key, quarter) not in problem.waived and not _window_held(problem, region, quarter, lines)
        ),
        missed=tuple(missed),
        all_from=_all_from(problem, missed),
        certain=not missed and all(_certain(problem, region, lines) for region in problem.regions),
        need=min((Fraction(served[key], need) for key, need in needs.items()), default=None),
        reached=sum(need for key, need in needs.items() if served[key]),
        cost=sum(line.cost for line in lines),
        grants=sum(amount for line in lines for _funder, amount in line.grants),
        early=sum(line.quarter + 1 for line in lines),
    )


def _regions(problem: PlanProblem) -> list[Region]:
    return sorted(problem.regions, key=lambda region: region.key)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _starts(problem: PlanProblem, quarter: int) -> date:
    return _months_on(problem.first, 3 * quarter)


def _ends(problem: PlanProblem, quarter: int) -> date:
    return _starts(problem, quarter + 1) - ONE


def _days_of(problem: PlanProblem, line: Line) -> tuple[date, date]:
    if line.dates:
        return line.dates.start_on, line.dates.end_on
    return _ends(problem, line.quarter), _ends(problem, line.quarter)


def _months(problem: PlanProblem, region: Region) -> int:
    return 3 * (region.window or problem.window)


def _due(problem: PlanProblem, region: Region) -> date:
    if region.due_on:
        return region.due_on
    if region.last_on:
        return _months_on(region.last_on, _months(problem, region))
    if region.last_quarter is not None:
        return _ends(problem, region.last_quarter + _months(problem, region) // 3)
    return problem.first - ONE


def _held(problem: PlanProblem, region: Region, lines: Sequence[Line]) -> list[tuple[date, date]]:
    """Start and due day of each training of a region, in the order of time.

    One that is due before it starts (a harsh reading of dates rougher than the limit) holds no day for certain.
    """
    days = [_days_of(problem, line) for line in lines if region.key in line.regions]
    held = sorted((start, _months_on(end, _months(problem, region))) for start, end in days)
    return [(start, due) for start, due in held if due >= start]


def _missed(problem: PlanProblem, region: Region, lines: Sequence[Line]) -> Iterator[Missed]:
    """Walks through the trainings of a region, inside the planned quarters."""
    held_to = max(_due(problem, region), problem.first - ONE)
    last = _ends(problem, problem.quarters - 1)
    for start, due in _held(problem, region, lines):
        if start > held_to + ONE:
            yield Missed(region.key, held_to + ONE, start - ONE, open=False)
        held_to = max(held_to, due)
    if held_to < last:
        yield Missed(region.key, held_to + ONE, last, open=True)


def _window_held(problem: PlanProblem, region: Region, quarter: int, lines: Sequence[Line]) -> bool:
    """Is every day of the quarter on time, a training counting for the days after its first?"""
    if quarter == problem.quarters:
        return _end_held(problem, region, lines)
    held_to, last = _due(problem, region), _ends(problem, quarter)
    day = max(_starts(problem, quarter), held_to + ONE)
    while day <= last:
        dues = [due for start, due in _held(problem, region, lines) if start < day <= due]
        if not dues:
            return False
        day = max(dues) + ONE
    return True


def _end_held(problem: PlanProblem, region: Region, lines: Sequence[Line]) -> bool:
    months = _months(problem, region)
    age = months if problem.end_age is None else 3 * problem.end_age
    after = _starts(problem, problem.quarters)
    ends = [_days_of(problem, line)[1] for line in lines if region.key in line.regions]
    return (
        not age
        or _months_on(_due(problem, region), age - months) >= after
        or any(_months_on(end, age) >= after for end in ends)
    )


def _certain(problem: PlanProblem, region: Region, lines: Sequence[Line]) -> bool:
    """The harsh reading: an undated training may start on the last day of its quarter and end on its first."""
    months, held_to = _months(problem, region), _due(problem, region)
    for line in sorted((line for line in lines if region.key in line.regions), key=lambda line: line.quarter):
        start, end = _days_of(problem, line)
        due = _months_on(end if line.dates else _starts(problem, line.quarter), months)
        if due < start:
            continue
        if start > held_to + ONE:
            return False
        held_to = max(held_to, due)
    return held_to >= _ends(problem, problem.quarters - 1)


def _all_from(problem: PlanProblem, missed: Sequence[Missed]) -> date | None:
    if any(gap.open for gap in missed):
        return None
    return max([problem.first, *(gap.end_on + ONE for gap in missed)])


def _line_faults(problem: PlanProblem, lines: Sequence[Line], fixed: Sequence[Fixed]) -> Iterator[str]:
    hosts = {host.key: host for host in problem.hosts}
    areas = {area.key: area for area in problem.areas}
    announced = {(line.host, line.quarter) for line in fixed}
    for line in lines:
        name = f"{line.host or ', '.join(line.areas or line.regions)} in quarter {line.quarter}"
        if not 0 <= line.quarter < problem.quarters:
            yield f"{name}: the quarter is not planned."
        if not {areas[key].region for key in line.areas} <= set(line.regions):
            yield f"{name}: an area without its region."
        is_fixed = (line.host, line.quarter) in announced
        if (
            line.language
            and not is_fixed
            and any(areas[key].languages and line.language not in areas[key].languages for key in line.areas)
        ):
            yield f"{name}: an area is not served in {line.language}."
        if line.host is None:
            serves = line.areas or line.regions
            if len(serves) > 1 and not is_fixed and set(serves) not in [set(share) for share in problem.shares]:
                yield f"{name}: no group that may share a training."
            continue
        if line.host not in hosts:
            yield f"{name}: no such host."
            continue
        yield from _host_faults(problem, line, name, is_fixed=is_fixed)
    for (host, quarter), count in Counter((line.host, line.quarter) for line in lines if line.host).items():
        if count > 1:
            yield f"{host} in quarter {quarter}: {count} times."
    for host, count in Counter(line.host for line in lines if line.host).items():
        most = hosts[host].max_uses if host in hosts else None
        if most is not None and count > most:
            yield f"{host}: {count} trainings, {most} allowed."


def _host_faults(problem: PlanProblem, line: Line, name: str, *, is_fixed: bool) -> Iterator[str]:
    host = next(one for one in problem.hosts if one.key == line.host)
    if line.dates:
        begun = line.dates.start_on
        if line.dates not in host.dates or not _starts(problem, line.quarter) <= begun <= _ends(problem, line.quarter):
            yield f"{name}: dates that were not proposed."
    elif line.quarter not in host.quarters and not is_fixed:
        yield f"{name}: the host is not available."
    whole = set(host.regions) | {area.region for area in problem.areas if area.key in host.areas}
    if set(line.regions) != whole or set(line.areas) != set(host.areas):
        yield f"{name}: serves others than the host proposes."
    if line.language and host.languages and line.language not in host.languages and not is_fixed:
        yield f"{name}: the host does not offer {line.language}."
    if line.theme and host.themes and line.theme not in host.themes and not is_fixed:
        yield f"{name}: the host does not offer {line.theme}."


def _slot_faults(problem: PlanProblem, lines: Sequence[Line]) -> Iterator[str]:
    limits = problem.limits
    by_quarter = Counter(line.quarter for line in lines)
    for quarter, count in sorted(by_quarter.items()):
        most = next((n for q, n in limits.quarters if q == quarter), limits.per_quarter)
        if most is not None and count > most:
            yield f"Quarter {quarter}: {count} trainings, {most} allowed."
    for year, count in sorted(Counter(_starts(problem, line.quarter).year for line in lines).items()):
        own = next((one.trainings for one in limits.years if one.year == year), None)
        most = limits.per_year if own is None else own
        if most is not None and count > most:
            yield f"{year}: {count} trainings, {most} allowed."
    shared = sum(len(line.areas or line.regions) > 1 for line in lines)
    if limits.shared is not None and shared > limits.shared:
        yield f"{shared} shared trainings, {limits.shared} allowed."
    spoken = Counter(line.language for line in lines)
    for language, least in limits.languages:
        if spoken[language] < least:
            yield f"{spoken[language]} trainings in {language}, {least} asked for."


def _money_faults(problem: PlanProblem, lines: Sequence[Line]) -> Iterator[str]:
    spent: Counter[int] = Counter()
    for line in lines:
        name = f"{line.host or ', '.join(line.areas or line.regions)} in quarter {line.quarter}"
        if line.cost != _cost(problem, line):
            yield f"{name}: costs {_cost(problem, line)}, not {line.cost}."
        spent[_starts(problem, line.quarter).year] += line.cost
    for year, cost in sorted(spent.items()):
        own = next((one.budget for one in problem.limits.years if one.year == year), None)
        budget = problem.limits.budget if own is None else own
        if budget is not None and cost > budget:
            yield f"{year}: costs {cost}, {budget} allowed."
    if sum(amount for line in lines for _key, amount in line.grants) > sum(line.cost for line in lines):
        yield "More grants than costs."
    for funder in problem.funders:
        matching = [line for line in lines if _matches(problem, line, funder.key)]
        given = [(line, amount) for line in lines for key, amount in line.grants if key == funder.key]
        if any(line not in matching or not 0 <= amount <= funder.amount for line, amount in given):
            yield f"{funder.key}: a grant that its earmarks or its amount do not allow."
        if sum(amount for _line, amount in given) > funder.cap:
            yield f"{funder.key}: more than its cap."
        if any(amount for _line, amount in given) and len(matching) < funder.minimum:
            yield f"{funder.key}: {len(matching)} trainings match, at least {funder.minimum} asked for."


def _cost(problem: PlanProblem, line: Line) -> int:
    host = next((one for one in problem.hosts if one.key == line.host), None)
    cost = problem.open_cost
    if host is not None:
        cost = next((own for quarter, own in host.costs if quarter == line.quarter), host.cost)
    for trainer in problem.trainers:
        if trainer.key in line.trainers:
            ways = dict(trainer.travel_to)
            cost += trainer.fee + max((ways.get(region, trainer.travel) for region in line.regions), default=0)
    return cost


def _matches(problem: PlanProblem, line: Line, key: str) -> bool:
    funder = next(one for one in problem.funders if one.key == key)
    year = _starts(problem, line.quarter).year
    return (
        (not funder.regions or not set(funder.regions).isdisjoint(line.regions))
        and (not funder.areas or not set(funder.areas).isdisjoint(line.areas))
        and (not funder.languages or line.language in funder.languages)
        and (not funder.themes or line.theme in funder.themes)
        and (not funder.years or year in funder.years)
    )


def _trainer_faults(problem: PlanProblem, lines: Sequence[Line]) -> Iterator[str]:
    if not problem.trainers:
        if any(line.trainers for line in lines):
            yield "Trainers who are not there."
        return
    trainers = {trainer.key: trainer for trainer in problem.trainers}
    staffed = {host.key for host in problem.hosts if host.staffed}
    for line in lines:
        name = f"{line.host or ', '.join(line.areas or line.regions)} in quarter {line.quarter}"
        if line.host in staffed:
            if line.trainers or line.theme:
                yield f"{name}: it has trainers of its own."
            continue
        team = [trainers[key] for key in line.trainers if key in trainers]
        if len(set(line.trainers)) != problem.trainers_each or len(team) != len(line.trainers):
            yield f"{name}: not {problem.trainers_each} different trainers."
        if line.theme and not any(line.theme in trainer.themes for trainer in team):
            yield f"{name}: nobody knows {line.theme}."
    for key, trainer in sorted(trainers.items()):
        own = [line for line in lines if key in line.trainers]
        if any(count > 1 for count in Counter(line.quarter for line in own).values()):
            yield f"{key}: twice in one quarter."
        years = Counter(_starts(problem, line.quarter).year for line in own)
        for year, count in sorted(years.items()):
            most = next((own for one, own in trainer.max_in if one == year), trainer.max_a_year)
            if most is not None and count > most:
                yield f"{key}: {count} trainings in {year}, {most} allowed."


def _fixed_faults(lines: Sequence[Line], fixed: Sequence[Fixed]) -> Iterator[str]:
    for wish in fixed:
        fitting = [
            line
            for line in lines
            if line.quarter == wish.quarter
            and line.host == wish.host
            and (wish.host is not None or set(line.areas or line.regions) == set(wish.serves))
            and (wish.language is None or line.language == wish.language)
            and (wish.theme is None or line.theme == wish.theme)
            and set(wish.trainers) <= set(line.trainers)
        ]
        if not fitting:
            yield f"What is fixed in quarter {wish.quarter} ({wish.host or ', '.join(wish.serves)}) is not in the plan."


def _team_faults(problem: PlanProblem, lines: Sequence[Line], fixed: Sequence[Fixed]) -> Iterator[str]:
    """Trainers who are not free, or do not speak the language, except where somebody fixed them."""
    trainers = {trainer.key: trainer for trainer in problem.trainers}
    for line in lines:
        wished = {
            key for wish in fixed if (wish.host, wish.quarter) == (line.host, line.quarter) for key in wish.trainers
        }
        for key in set(line.trainers) - wished:
            trainer = trainers.get(key)
            if trainer is None:
                continue
            if trainer.quarters is not None and line.quarter not in trainer.quarters:
                yield f"{key} is not free in quarter {line.quarter}."
            if line.language not in trainer.languages:
                yield f"{key} does not speak {line.language}."
