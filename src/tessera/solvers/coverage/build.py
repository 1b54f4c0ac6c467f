"""The planning problem as a program: its options, choices, rules and limits."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from tessera.solvers.coverage.columns import Model, of_option
from tessera.solvers.coverage.model import (
    Ban,
    Fixed,
    Layer,
    PlanProblem,
    Rule,
    RuleKind,
    Trainer,
)
from tessera.solvers.coverage.money import add_budgets, add_grants
from tessera.solvers.coverage.options import new_host_options, options
from tessera.solvers.coverage.quarters import most_of, trainings_of, years
from tessera.solvers.coverage.windows import windows


def build(
    problem: PlanProblem,
    fixed: Sequence[Fixed] = (),
    *,
    forbid: Sequence[Ban] = (),
    layer: Layer = Layer.TRAINERS,
    soft: bool = True,
    new_hosts: bool = False,
) -> Model:
    """Everything that ``layer`` asks for. ``soft`` windows may be missed at a price; hard ones carry their rule.

    Whatever the order of the input, the same program comes out.
    """
    found = options(problem, fixed)
    proposed = len(found)
    if new_hosts:
        found = found + new_host_options(problem)
    model = Model(problem, found, windows(problem, found), _unit(problem), proposed)
    model.held = [model.program.column() for _option in found]
    if not found:
        model.program.column(0)  # an answer without columns would read as none
    _choices(model, fixed, with_people=layer == Layer.TRAINERS, with_grants=soft)
    _hosts(model)
    _slots(model)
    _windows(model, soft=soft)
    if layer == Layer.TRAINERS and problem.trainers:
        _trainers(model, fixed)
    if layer != Layer.COVERAGE:
        add_budgets(model)
    if soft:
        add_grants(model)
    _fix(model, fixed, forbid)
    return model


def _unit(problem: PlanProblem) -> int:
    sums = [problem.open_cost]
    for host in problem.hosts:
        sums += [host.cost, *(cost for _quarter, cost in host.costs)]
    for trainer in problem.trainers:
        sums += [trainer.fee + trainer.travel, *(trainer.fee + cost for _region, cost in trainer.travel_to)]
    for funder in problem.funders:
        sums += [funder.amount, funder.cap]
    return math.gcd(*sums) or 1


def _choices(model: Model, fixed: Sequence[Fixed], *, with_people: bool, with_grants: bool) -> None:
    """Language and theme of each training: columns only where there is a choice that matters."""
    problem = model.problem
    funders = problem.funders if with_grants else ()
    languages_matter = bool(
        (problem.trainers and with_people) or problem.limits.languages or any(one.languages for one in funders)
    )
    themes_matter = bool((problem.trainers and with_people) or any(one.themes for one in funders))
    for number, option in enumerate(model.options):
        wishes = [line for line in fixed if option.fits(line)]
        for offered, wanted, matter, columns, is_open in (
            (option.languages, [line.language for line in wishes], languages_matter, model.language,
             option.any_language and (option.staffed or not problem.trainers)),
            (option.themes, [line.theme for line in wishes], themes_matter, model.theme, False),
        ):  # fmt: skip
            asked = tuple(sorted({one for one in wanted if one is not None}))
            choices = asked or (offered if matter else () if is_open else offered[:1])
            _one_of(model, number, choices, columns, is_open=is_open and not asked)


def _one_of(
    model: Model, number: int, choices: tuple[str, ...], columns: dict[tuple[int, str], int], *, is_open: bool
) -> None:
    """One of the choices where the training is held; at most one where it may be left open."""
    if len(choices) == 1 and not is_open:
        columns[number, choices[0]] = model.held[number]
    elif choices:
        for choice in choices:
            columns[number, choice] = model.program.column()
        terms = {columns[number, choice]: 1 for choice in choices}
        model.row({**terms, model.held[number]: -1}, None, low=None if is_open else 0, high=0)


def _hosts(model: Model) -> None:
    by_host: dict[str, list[int]] = defaultdict(list)
    for number, option in enumerate(model.options):
        if option.host is not None:
            by_host[option.host].append(number)
    uses = {host.key: host.max_uses for host in model.problem.hosts}
    for host, numbers in sorted(by_host.items()):
        most = uses[host]
        if most is not None and most < len(numbers):
            rule = Rule(RuleKind.HOST_USES, host, amount=most)
            model.row({model.held[number]: 1 for number in numbers}, rule, high=most)
        by_quarter: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            by_quarter[model.options[number].quarter].append(number)
        for same in by_quarter.values():
            if len(same) > 1:
                model.row({model.held[number]: 1 for number in same}, None, high=1)


def _slots(model: Model) -> None:
    problem, limits = model.problem, model.problem.limits
    special = dict(limits.quarters)
    for quarter in range(problem.quarters):
        most = special.get(quarter, limits.per_quarter)
        if most is not None:
            terms = {model.held[number]: 1 for number in model.numbers([quarter])}
            model.row(terms, Rule(RuleKind.PER_QUARTER, first=quarter, last=quarter, amount=most), high=most)
    for year, inside in years(problem).items():
        most = trainings_of(problem, year)
        if most is not None:
            terms = {model.held[number]: 1 for number in model.numbers(inside)}
            rule = Rule(RuleKind.PER_YEAR, first=inside[0], last=inside[-1], year=year, amount=most)
            model.row(terms, rule, high=most)
    if limits.shared is not None:
        terms = {model.held[number]: 1 for number, option in enumerate(model.options) if option.shared}
        model.row(terms, Rule(RuleKind.SHARED, amount=limits.shared), high=limits.shared)
    for language, least in sorted(limits.languages):
        terms = {column: 1 for (_number, spoken), column in model.language.items() if spoken == language}
        model.row(terms, Rule(RuleKind.LANGUAGE, language, amount=least), low=least)


def _windows(model: Model, *, soft: bool) -> None:
    for window in model.windows:
        if window.overdue:
            continue
        rule = Rule(RuleKind.WINDOW, window.region, window.first, window.last)
        if soft:
            model.unmet[window.region, window.quarter] = model.program.column()
        for need in window.needs:
            terms = {model.held[number]: 1 for number in need}
            if soft:
                terms[model.unmet[window.region, window.quarter]] = 1
            model.row(terms, rule, low=1)


def _trainers(model: Model, fixed: Sequence[Fixed]) -> None:
    problem = model.problem
    trainers = sorted(problem.trainers, key=lambda trainer: trainer.key)
    for number, option in enumerate(model.options):
        if option.staffed:
            continue
        asked = {key for line in fixed if option.fits(line) for key in line.trainers}
        spoken = [language for (one, language) in of_option(model.language, number)]
        for trainer in trainers:
            free = trainer.quarters is None or option.quarter in trainer.quarters
            if trainer.key in asked or (free and set(spoken) & set(trainer.languages)):
                model.team[number, trainer.key] = model.program.column()
                if trainer.key not in asked:
                    shared = {model.language[number, one]: 1 for one in spoken if one in trainer.languages}
                    model.row({**{c: -v for c, v in shared.items()}, model.team[number, trainer.key]: 1}, None, high=0)
        team = {
            trainer.key: model.team[number, trainer.key] for trainer in trainers if (number, trainer.key) in model.team
        }
        name = option.host or ", ".join(option.serves)
        rule = Rule(RuleKind.TEAM, name, option.quarter, option.quarter, amount=problem.trainers_each)
        model.row({**dict.fromkeys(team.values(), 1), model.held[number]: -problem.trainers_each}, rule, low=0, high=0)
        for _one, theme in of_option(model.theme, number):
            knowing = {team[trainer.key]: 1 for trainer in trainers if trainer.key in team and theme in trainer.themes}
            model.row({**knowing, model.theme[number, theme]: -1}, rule, low=0)
    _trainer_time(model, trainers)


def _trainer_time(model: Model, trainers: Sequence[Trainer]) -> None:
    used: dict[tuple[str, int], list[int]] = defaultdict(list)
    for (number, key), column in model.team.items():
        used[key, model.options[number].quarter].append(column)
    for trainer in trainers:
        for quarter in range(model.problem.quarters):
            columns = used.get((trainer.key, quarter), [])
            if len(columns) > 1:
                rule = Rule(RuleKind.TRAINER_QUARTER, trainer.key, quarter, quarter, amount=1)
                model.row(dict.fromkeys(columns, 1), rule, high=1)
        for year, inside in years(model.problem).items():
            most = most_of(trainer, year)
            if most is not None:
                columns = [column for quarter in inside for column in used.get((trainer.key, quarter), [])]
                rule = Rule(RuleKind.TRAINER_YEAR, trainer.key, inside[0], inside[-1], year=year, amount=most)
                model.row(dict.fromkeys(columns, 1), rule, high=most)


def _fix(model: Model, fixed: Sequence[Fixed], forbid: Sequence[Ban]) -> None:
    for line in fixed:
        fitting = [number for number, option in enumerate(model.options) if option.fits(line)]
        name = line.host or ", ".join(sorted(line.serves))
        rule = Rule(RuleKind.FIXED, name, line.quarter, line.quarter)
        model.row({model.held[number]: 1 for number in fitting}, rule, low=1)
        for key in line.trainers:
            columns = [model.team[number, key] for number in fitting if (number, key) in model.team]
            if columns:
                model.row(dict.fromkeys(columns, 1), rule, low=1)
    for ban in forbid:
        for number, option in enumerate(model.options):
            if option.host == ban.host and ban.quarter in (None, option.quarter):
                model.program.high[model.held[number]] = 0
