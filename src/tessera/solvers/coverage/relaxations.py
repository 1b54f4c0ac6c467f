"""The cheapest changes that make every window possible, all of them, and what a problem is once they are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.columns import Model, Terms
from tessera.solvers.coverage.engines import run
from tessera.solvers.coverage.model import (
    Easing,
    EasingKind,
    Fixed,
    Host,
    Layer,
    Limits,
    PlanProblem,
    Relaxation,
    Rule,
    RuleKind,
    Trainer,
    Weights,
    YearLimit,
)
from tessera.solvers.coverage.program import Row
from tessera.solvers.coverage.quarters import budget_of, most_of, trainings_of
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

_LATER = 20_000  # one unit of weight; whole sums of quarters of new hosts stay below it


@dataclass(slots=True)
class _Slacks:
    """``columns``: what one more of a column is; ``groups``: columns that are one change when changes are listed."""

    columns: dict[int, Easing] = field(default_factory=dict)
    weights: Terms = field(default_factory=dict)
    groups: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))


def relaxations(
    problem: PlanProblem,
    fixed: Sequence[Fixed],
    layer: Layer,
    weights: Weights,
    *,
    most: int,
    watch: Watch,
) -> tuple[list[Relaxation], bool]:
    """The cheapest relaxations under one layer, at most so many, and whether these are all; not yet proven further.

    minimise the weighted sum of slacks; then the same again without what was found, while the sum stays the same. Of
    the times at which a new host would do, the latest is named.
    """
    open_hosts = problem.open_hosts or (problem.open_hosts is None and not problem.hosts)
    model = build(problem, fixed, layer=layer, soft=False, new_hosts=bool(weights.host) and not open_hosts)
    slacks = _slacks(model, weights)
    program = model.program
    active = {}
    for key, columns in sorted(slacks.groups.items()):
        active[key] = program.column()
        for column in columns:
            program.row({column: 1, active[key]: -program.high[column]}, high=0)
    found: list[Relaxation] = []
    start: tuple[int, ...] = ()
    while True:
        if len(found) >= most:
            return found, False
        answer = run(program, slacks.weights, engine="highs", watch=watch, start=start)
        if answer.status == Status.INFEASIBLE:
            return found, True
        if answer.status != Status.OPTIMAL:
            return found, False
        weight = sum(-(-slacks.weights[c] // _LATER) * answer.x[c] for c in slacks.columns)
        if found and weight > found[0].weight:
            return found, True
        found.append(Relaxation(_easings(model, slacks, answer.x), weight, proven=False))
        used = {active[key]: 1 for key, columns in slacks.groups.items() if any(answer.x[c] for c in columns)}
        if not used:
            return found, True
        program.row(used, high=len(used) - 1)


def _slacks(model: Model, weights: Weights) -> _Slacks:
    slacks = _Slacks()
    program = model.program
    named: dict[Rule, int] = {}
    for number, row in enumerate(program.rows):
        if row.rule is None:
            continue
        told = _slack(model, row.rule, weights)
        if told is None:
            continue
        easing, weight, high, step = told
        if row.rule not in named:
            column = named[row.rule] = program.column(high)
            slacks.columns[column], slacks.weights[column] = easing, weight * _LATER
            slacks.groups[_group(easing)].append(column)
        terms = dict(row.terms)
        terms[named[row.rule]] = step
        program.rows[number] = Row(tuple(sorted(terms.items())), row.low, row.high, row.rule)
    for number in range(model.proposed, len(model.options)):
        option, column = model.options[number], model.held[number]
        easing = Easing(EasingKind.HOST, 1, option.serves[0], option.quarter)
        slacks.columns[column], slacks.weights[column] = easing, weights.host * _LATER - option.quarter
        slacks.groups[_group(easing)].append(column)
    return slacks


def _slack(model: Model, rule: Rule, weights: Weights) -> tuple[Easing, int, int, int] | None:
    """(one unit of the change, its weight, at most so many, what a unit adds to the row); None where there is none."""
    kind, step, high = rule.kind, -1, max(len(model.options), 1)
    easing: Easing | None = None
    weight = 0
    if kind == RuleKind.WINDOW and rule.last is not None:
        easing = Easing(EasingKind.WAIT, 1, rule.subject, rule.last + 1, rule.last + 1)
        weight, step, high = weights.wait, 1, 1
    elif kind == RuleKind.PER_QUARTER:
        easing, weight = Easing(EasingKind.PER_QUARTER, 1, first=rule.first), weights.per_quarter
    elif kind == RuleKind.PER_YEAR:
        easing, weight = Easing(EasingKind.PER_YEAR, 1, year=rule.year), weights.per_year
    elif kind == RuleKind.HOST_USES:
        easing, weight = Easing(EasingKind.HOST_USES, 1, rule.subject), weights.host_uses
    elif kind == RuleKind.SHARED:
        easing, weight = Easing(EasingKind.SHARED, 1), weights.shared
    elif kind == RuleKind.LANGUAGE and rule.amount is not None:
        easing, weight, step, high = Easing(EasingKind.LANGUAGE, 1, rule.subject), weights.language, 1, rule.amount
    elif kind == RuleKind.BUDGET:
        easing, weight = Easing(EasingKind.BUDGET, weights.budget_step, year=rule.year), weights.budget
        step, high = -(weights.budget_step // model.unit), 10_000
    elif kind == RuleKind.TEAM and rule.amount is not None:
        easing = Easing(EasingKind.TRAINER, 1, rule.subject, rule.first, rule.first)
        weight, step, high = weights.trainer, 1, rule.amount
    elif kind == RuleKind.TRAINER_YEAR:
        easing, weight = Easing(EasingKind.TRAINER_YEAR, 1, rule.subject, year=rule.year), weights.trainer_year
    return (easing, weight, high, step) if easing is not None and weight and step else None


def _group(easing: Easing) -> tuple[str, ...]:
    """Changes that a person would call the same: a region's waiting, a new host in an area, whatever the quarter."""
    when = "" if easing.kind in (EasingKind.WAIT, EasingKind.HOST) else str(easing.first)
    return (easing.kind, easing.subject, when, str(easing.year))


def _easings(model: Model, slacks: _Slacks, x: Sequence[int]) -> tuple[Easing, ...]:
    found = []
    waits: dict[str, list[int]] = defaultdict(list)
    for column, easing in slacks.columns.items():
        if not x[column]:
            continue
        if easing.kind == EasingKind.WAIT and easing.first is not None:
            waits[easing.subject].append(easing.first)
        elif easing.kind == EasingKind.HOST:
            number = model.held.index(column)
            found.append(replace(easing, language=_name(model.language, x, number), theme=None))
        elif easing.kind == EasingKind.TRAINER:
            found.append(_trainer(model, easing, x, x[column]))
        else:
            found.append(replace(easing, amount=easing.amount * x[column]))
    for region, quarters in waits.items():
        found += [Easing(EasingKind.WAIT, len(run), region, run[0], run[-1]) for run in _runs(sorted(quarters))]
    return tuple(sorted(found, key=lambda one: (one.kind, one.subject, one.first or 0, one.year or 0)))


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _trainer(model: Model, easing: Easing, x: Sequence[int], amount: int) -> Easing:
    for number, option in enumerate(model.options):
        name = option.host or ", ".join(option.serves)
        if x[model.held[number]] and (name, option.quarter) == (easing.subject, easing.first):
            language, theme = _name(model.language, x, number), _name(model.theme, x, number)
            return replace(easing, amount=amount, language=language, theme=theme)
    return replace(easing, amount=amount)


def _name(columns: dict[tuple[int, str], int], x: Sequence[int], number: int) -> str | None:
    return next((name for (one, name), column in sorted(columns.items()) if one == number and x[column]), None)


def eased(problem: PlanProblem, relaxation: Relaxation) -> PlanProblem:
    """The problem once every change of a relaxation is made. New hosts and trainers get keys that begin with "new-"."""
    for number, easing in enumerate(relaxation.easings):
        problem = _eased(problem, easing, f"new-{number}")
    return problem


def _eased(problem: PlanProblem, easing: Easing, key: str) -> PlanProblem:
    limits, kind = problem.limits, easing.kind
    if kind == EasingKind.WAIT and easing.first is not None and easing.last is not None:
        waived = [(easing.subject, quarter) for quarter in range(easing.first, easing.last + 1)]
        return replace(problem, waived=(*problem.waived, *waived))
    if kind == EasingKind.HOST and easing.first is not None:
        areas = (easing.subject,) if any(area.key == easing.subject for area in problem.areas) else ()
        host = Host(
            key,
            regions=() if areas else (easing.subject,),
            areas=areas,
            languages=() if easing.language is None else (easing.language,),
            quarters=(easing.first,),
            cost=problem.open_cost,
        )
        return replace(problem, hosts=(*problem.hosts, host))
    if kind == EasingKind.HOST_USES:
        hosts = tuple(
            replace(host, max_uses=host.max_uses + easing.amount)
            if host.key == easing.subject and host.max_uses is not None
            else host
            for host in problem.hosts
        )
        return replace(problem, hosts=hosts)
    if kind == EasingKind.TRAINER and easing.first is not None:
        themes = () if easing.theme is None else (easing.theme,)
        new = tuple(
            Trainer(f"{key}-{number}", (easing.language or "",), themes, (easing.first,))
            for number in range(easing.amount)
        )
        return replace(problem, trainers=(*problem.trainers, *new))
    if kind == EasingKind.TRAINER_YEAR:
        return replace(problem, trainers=tuple(_giving_more(trainer, easing) for trainer in problem.trainers))
    return replace(problem, limits=_eased_limits(problem, limits, easing))


def _giving_more(trainer: Trainer, easing: Easing) -> Trainer:
    year = easing.year or 0
    most = most_of(trainer, year)
    if trainer.key != easing.subject or most is None:
        return trainer
    return replace(trainer, max_in=tuple(sorted({**dict(trainer.max_in), year: most + easing.amount}.items())))


def _eased_limits(problem: PlanProblem, limits: Limits, easing: Easing) -> Limits:
    if easing.kind == EasingKind.SHARED:
        return replace(limits, shared=(limits.shared or 0) + easing.amount)
    if easing.kind == EasingKind.LANGUAGE:
        least = tuple(
            (language, count - easing.amount if language == easing.subject else count)
            for language, count in limits.languages
        )
        return replace(limits, languages=least)
    if easing.kind == EasingKind.PER_QUARTER and easing.first is not None:
        special = dict(limits.quarters)
        now = special.get(easing.first, limits.per_quarter) or 0
        special[easing.first] = now + easing.amount
        return replace(limits, quarters=tuple(sorted(special.items())))
    year = easing.year or 0
    own = next((one for one in limits.years if one.year == year), YearLimit(year))
    if easing.kind == EasingKind.PER_YEAR:
        own = replace(own, trainings=(trainings_of(problem, year) or 0) + easing.amount)
    else:
        own = replace(own, budget=(budget_of(problem, year) or 0) + easing.amount)
    return replace(limits, years=(*(one for one in limits.years if one.year != year), own))
