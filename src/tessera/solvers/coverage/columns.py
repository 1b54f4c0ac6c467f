"""A program with the meaning of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tessera.solvers.coverage.model import (
    PlanProblem,
    Rule,
    Trainer,
)
from tessera.solvers.coverage.options import Option
from tessera.solvers.coverage.program import Program
from tessera.solvers.coverage.windows import Window

Terms = dict[int, int]


@dataclass(slots=True)
class Model:
    """A program with the meaning of its columns.

    ``held``: one column for each option. ``language`` and ``theme`` may be that same column, where there is one choice
    only. ``unmet`` has a column for each soft window. ``unit``: money columns and rows count in so many minor units.
    Options from number ``proposed`` on are hosts that nobody has proposed.
    """

    problem: PlanProblem
    options: list[Option]
    windows: list[Window]
    unit: int
    proposed: int
    program: Program = field(default_factory=Program)
    held: list[int] = field(default_factory=list)
    language: dict[tuple[int, str], int] = field(default_factory=dict)
    theme: dict[tuple[int, str], int] = field(default_factory=dict)
    team: dict[tuple[int, str], int] = field(default_factory=dict)
    grant: dict[str, int] = field(default_factory=dict)
    matching: dict[str, dict[int, int]] = field(default_factory=dict)
    unmet: dict[tuple[str, int], int] = field(default_factory=dict)
    money: Terms = field(default_factory=dict)

    def row(
        self, terms: Mapping[int, int], rule: Rule | None, *, low: int | None = None, high: int | None = None
    ) -> None:
        self.program.row(terms, low=low, high=high, rule=rule)

    def numbers(self, quarters: Sequence[int]) -> list[int]:
        inside = set(quarters)
        return [number for number, option in enumerate(self.options) if option.quarter in inside]

    def costs(self, quarters: Sequence[int]) -> Terms:
        """What the trainings of some quarters cost, in units."""
        inside = set(self.numbers(quarters))
        trainers = {trainer.key: trainer for trainer in self.problem.trainers}
        terms = {self.held[number]: self.options[number].cost // self.unit for number in inside}
        if not self.team:
            for number in inside:
                terms[self.held[number]] += self._cheapest_team(self.options[number]) // self.unit
        for (number, key), column in self.team.items():
            if number in inside:
                terms[column] = trainer_cost(trainers[key], self.options[number]) // self.unit
        return {column: cost for column, cost in terms.items() if cost}

    def _cheapest_team(self, option: Option) -> int:
        """A team costs at least this, where trainers are left for later."""
        if option.staffed:
            return 0
        costs = sorted(
            trainer_cost(trainer, option)
            for trainer in self.problem.trainers
            if trainer.quarters is None or option.quarter in trainer.quarters
        )
        return sum(costs[: self.problem.trainers_each])


def trainer_cost(trainer: Trainer, option: Option) -> int:
    """Fee and travel for one training; to several regions the dearest travel counts."""
    travel = dict(trainer.travel_to)
    return trainer.fee + max((travel.get(region, trainer.travel) for region in option.regions), default=trainer.travel)


def of_option(columns: Mapping[tuple[int, str], int], number: int) -> list[tuple[int, str]]:
    return sorted(key for key in columns if key[0] == number)


def is_open(model: Model, number: int) -> bool:
    """Whether the language of a training may be left open: any would do, nobody is to teach it, nothing is fixed."""
    option = model.options[number]
    if not option.any_language or (model.problem.trainers and not option.staffed):
        return False
    return all(column != model.held[number] for (one, _name), column in model.language.items() if one == number)
