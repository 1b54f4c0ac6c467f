"""What a plan costs, and what funders give: budgets and grants as rows of the program."""

from __future__ import annotations

from collections.abc import Sequence

from tessera.solvers.coverage.columns import Model, is_open, of_option
from tessera.solvers.coverage.model import (
    Funder,
    Rule,
    RuleKind,
)
from tessera.solvers.coverage.options import Option
from tessera.solvers.coverage.quarters import budget_of, year_of, years


def add_budgets(model: Model) -> None:
    for year, inside in years(model.problem).items():
        budget = budget_of(model.problem, year)
        if budget is not None:
            rule = Rule(RuleKind.BUDGET, first=inside[0], last=inside[-1], year=year, amount=budget)
            model.row(model.costs(inside), rule, high=budget // model.unit)


def add_grants(model: Model) -> None:
    program, unit = model.program, model.unit
    everything = model.costs(range(model.problem.quarters))
    for funder in sorted(model.problem.funders, key=lambda one: one.key):
        matching = {}
        for number, option in enumerate(model.options):
            column = _match(model, funder, number, option)
            if column is not None:
                matching[number] = column
        most = min(funder.cap, funder.amount * len(matching)) // unit
        grant = program.column(most)
        model.grant[funder.key], model.matching[funder.key] = grant, matching
        count = dict.fromkeys(matching.values(), 1)
        program.row({grant: 1, **dict.fromkeys(count, -(funder.amount // unit))}, high=0)
        if funder.minimum > 1:
            used = program.column()
            program.row({grant: 1, used: -most}, high=0)
            program.row({**count, used: -funder.minimum}, low=0)
    model.money = {**everything, **dict.fromkeys(model.grant.values(), -1)}
    if model.grant:
        program.row(model.money, low=0)


def _match(model: Model, funder: Funder, number: int, option: Option) -> int | None:
    """The column that says whether an option, if held, is one that a funder pays for; None: never."""
    if not matches_place(funder, option.regions, option.areas, year_of(model.problem, option.quarter)):
        return None
    if funder.languages and is_open(model, number):
        return None  # no language was named by anybody who would hold it
    held = model.held[number]
    limits = []
    for earmarks, columns in ((funder.languages, model.language), (funder.themes, model.theme)):
        if earmarks:
            offered = of_option(columns, number)
            fitting = [columns[key] for key in offered if key[1] in earmarks]
            if not fitting:
                return None
            if len(fitting) < len(offered):
                limits.append(fitting)
    if not limits:
        return held
    column = model.program.column()
    for fitting in limits:
        model.program.row({**dict.fromkeys(fitting, -1), column: 1}, high=0)
    return column


def matches_place(funder: Funder, regions: Sequence[str], areas: Sequence[str], year: int) -> bool:
    return (
        (not funder.regions or bool(set(funder.regions) & set(regions)))
        and (not funder.areas or bool(set(funder.areas) & set(areas)))
        and (not funder.years or year in funder.years)
    )
