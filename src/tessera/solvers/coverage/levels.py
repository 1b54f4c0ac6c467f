"""One level after the other: the best value, its proof, and the rows that hold it from then on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from fractions import Fraction
from itertools import takewhile

from tessera.solvers.coverage.columns import Model, Terms
from tessera.solvers.coverage.engines import Answer, Engine, Told, run
from tessera.solvers.coverage.model import Level, LevelKey, Line
from tessera.solvers.coverage.objectives import day_terms, need_steps
from tessera.solvers.coverage.program import Program
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

_AT_PLACES = frozenset({LevelKey.WINDOWS, LevelKey.DAYS, LevelKey.NEED, LevelKey.REACHED})  # trainers play no part


class Impossible(Exception):
    """No plan keeps every hard rule. Proven."""


class OutOfTime(Exception):
    """The time was up before any plan was found."""


class Search:
    """Levels solved in turn over one model. ``x`` is the best answer so far, in the columns of the model.

    Once the time is up the levels left are told as the answer happens to have them, without a bound.
    """

    def __init__(self, model: Model, engine: Engine, watch: Watch, seed: int, near: Sequence[Line] = ()) -> None:
        self.model, self.engine, self.watch, self.seed = model, engine, watch, seed
        self.near = near
        self.x: tuple[int, ...] = ()
        self.levels: list[Level] = []
        self.cut = False
        self.known: dict[LevelKey, Level] = {}

    def lead(self, reduced: Model, keys: Sequence[LevelKey]) -> None:
        """Solve the first levels over ``reduced``, which asks for less and has the same options, and add the rest.

        No plan is better at these levels than one that asks for less. So where its trainings can be staffed and paid,
        its values are proven for the whole problem; where not, nothing is lost but a little time.
        """
        early = list(takewhile(_AT_PLACES.__contains__, keys))
        search = Search(reduced, self.engine, self.watch, self.seed)
        search.solve(early, choice=False)
        if search.cut:
            return
        program = deepcopy(self.model.program)
        for column, other in zip(self.model.held, reduced.held, strict=True):
            program.low[column] = program.high[column] = search.x[other]
        answer = run(program, self.model.money, engine="highs", watch=self.watch, seed=self.seed)
        if answer.x:
            self.x = answer.x
            self.known = {level.key: level for level in search.levels}

    def solve(self, keys: Sequence[LevelKey], *, choice: bool = True) -> None:
        """Raises `Impossible`, `OutOfTime` or `Cancelled`."""
        steps: dict[LevelKey, Callable[[], Level | None]] = {
            LevelKey.WINDOWS: self._windows,
            LevelKey.DAYS: self._days,
            LevelKey.NEED: self._need,
            LevelKey.REACHED: self._reached,
            LevelKey.COST: self._cost,
            LevelKey.EARLY: self._early,
            LevelKey.CHANGES: self._changes,
        }
        for key in keys:
            self.watch.say(key)
            level = steps[key]()
            if level is not None:
                self.levels.append(level)
                self.watch.say(key, float(level.value), None if level.bound is None else float(level.bound))
        if not self.x:
            self._ask(self.model.program, {})
        if choice and not self.cut:
            self._choice()

    def _ask(self, program: Program, objective: Terms, start: Sequence[int] = (), told: Told | None = None) -> Answer:
        """The best answer, or the one at hand where nothing better comes in time."""
        begin = start or self.x
        answer = None
        self.cut = (
            self.cut or self.watch.over
        )  # HiGHS finds something now and then in the hundredth that it would be given
        if not self.cut:
            answer = run(
                program, objective, engine=self.engine, watch=self.watch, seed=self.seed, start=begin, told=told
            )
            if answer.status == Status.INFEASIBLE:
                raise Impossible
            self.cut = answer.status != Status.OPTIMAL
        if answer is None or answer.status == Status.UNKNOWN:
            if not self.x:
                raise OutOfTime
            value = sum(cost * begin[column] for column, cost in objective.items()) if len(begin) else 0
            bound = answer.bound if answer else None
            answer = Answer(Status.FEASIBLE, value, bound, tuple(begin))
        self.x = answer.x[: len(self.model.program.low)]
        return answer

    def _level(self, key: LevelKey, objective: Terms, constant: int = 0, unit: int = 1) -> Level:
        """Minimise over the model's own columns and hold what was reached; told meanwhile in ``unit``, turned where negative."""
        if not objective:
            return Level(key, constant, constant, proven=True)
        if key in self.known:
            value = int(self.known[key].value) - constant
            answer = Answer(Status.OPTIMAL, value, value, self.x)
        else:
            answer = self._ask(self.model.program, objective, told=lambda value: (value + constant) * unit)
        if answer.value == 0 and all(cost > 0 and self.model.program.low[c] == 0 for c, cost in objective.items()):
            for column in objective:
                self.model.program.high[column] = 0
        else:
            self.model.program.row(objective, high=answer.value)
        bound = None if answer.bound is None else answer.bound + constant
        value = answer.value + constant
        return Level(key, value, bound, proven=bound == value)

    def _windows(self) -> Level:
        beyond = sum(window.overdue for window in self.model.windows)
        return self._level(LevelKey.WINDOWS, dict.fromkeys(self.model.unmet.values(), 1), beyond)

    def _days(self) -> Level:
        columns = len(self.model.program.low)
        terms, beyond = day_terms(self.model)
        if self.x:
            missed = []
            for row in self.model.program.rows[-len(terms) :] if terms else ():
                missed.append(int(not any(self.x[column] for column, _one in row.terms if column < columns)))
            self.x = (*self.x, *missed)
        return self._level(LevelKey.DAYS, terms, beyond)

    def _need(self) -> Level | None:
        if not any(area.need for area in self.model.problem.areas):
            return None
        steps, serving = need_steps(self.model)
        needs = {area.key: area.need for area in self.model.problem.areas if area.need}
        if LevelKey.NEED in self.known:
            value = bound = Fraction(self.known[LevelKey.NEED].value)
        else:
            value, bound = self._largest([Fraction(0), *steps], needs, serving)
        self.model.program = self._with_need(value, needs, serving)
        return Level(LevelKey.NEED, value, bound, proven=bound == value)

    def _largest(
        self, steps: list[Fraction], needs: dict[str, int], serving: dict[str, list[int]]
    ) -> tuple[Fraction, Fraction]:
        """The largest of ``steps`` that can be reached and the largest not excluded: the highest first, then halving."""
        if not self.x:
            self._ask(self.model.program, {})
        low, high = 0, len(steps) - 1
        tried = high
        while low < high and not self.cut:
            program = self._with_need(steps[tried], needs, serving)
            answer = run(program, {}, engine=self.engine, watch=self.watch, seed=self.seed)
            if answer.x:
                low, self.x = tried, answer.x
            elif answer.status == Status.INFEASIBLE:
                high = tried - 1
            else:
                self.cut = True
            tried = (low + high + 1) // 2
        counts = {key: sum(self.x[self.model.held[number]] for number in serving[key]) for key in needs}
        reached = min(Fraction(counts[key], need) for key, need in needs.items())
        return reached, max(steps[high], reached)

    def _with_need(self, least: Fraction, needs: dict[str, int], serving: dict[str, list[int]]) -> Program:
        program = self.model.program
        program = Program(program.low, program.high, [*program.rows])
        for key, need in needs.items():
            if least:
                program.row({self.model.held[number]: 1 for number in serving[key]}, low=math.ceil(least * need))
        return program

    def _reached(self) -> Level:
        program = self.model.program
        terms: Terms = {}
        values = []
        for area in sorted(self.model.problem.areas, key=lambda one: one.key):
            serving = [n for n, option in enumerate(self.model.options) if area.key in option.areas]
            if area.need and serving:
                column = program.column()
                program.row({**{self.model.held[number]: 1 for number in serving}, column: -1}, low=0)
                terms[column] = -area.need
                values.append(int(bool(self.x) and any(self.x[self.model.held[number]] for number in serving)))
        if self.x:
            self.x = (*self.x, *values)
        level = self._level(LevelKey.REACHED, terms, unit=-1)
        return Level(level.key, -level.value, None if level.bound is None else -level.bound, level.proven)

    def _cost(self) -> Level:
        unit = self.model.unit
        level = self._level(LevelKey.COST, self.model.money, unit=unit)
        return Level(level.key, level.value * unit, None if level.bound is None else level.bound * unit, level.proven)

    def _early(self) -> Level:
        terms = {self.model.held[number]: option.quarter + 1 for number, option in enumerate(self.model.options)}
        return self._level(LevelKey.EARLY, terms)

    def _changes(self) -> Level:
        """Facts (training, language, theme, trainer) that are in one plan and not in the other."""
        model = self.model
        terms: Terms = {}
        constant = 0
        kept: set[int] = set()
        for line in self.near:
            number = next((n for n, option in enumerate(model.options) if option.is_of(line)), None)
            constant += 1 + len(line.trainers) + (line.language is not None) + (line.theme is not None)
            if number is None:
                continue
            kept.add(number)
            facts = [model.held[number], *(model.team.get((number, key)) for key in line.trainers)]
            if line.language is not None:
                facts.append(model.language.get((number, line.language)))
            if line.theme is not None:
                facts.append(model.theme.get((number, line.theme)))
            for column in facts:
                if column is not None:
                    terms[column] = terms.get(column, 0) - 1
        for number, column in enumerate(model.held):
            if number not in kept:
                terms[column] = terms.get(column, 0) + 1
        return self._level(LevelKey.CHANGES, terms, constant)

    def _choice(self) -> None:
        """One of the plans that are equally good, the same for either solver and for any order of the input."""
        model = self.model
        terms: Terms = {}
        facts: list[tuple[int, tuple[str, ...]]] = [
            (column, model.options[number].key) for number, column in enumerate(model.held)
        ]
        for columns in (model.language, model.theme, model.team):
            facts += [(column, (*model.options[number].key, name)) for (number, name), column in columns.items()]
        for column, key in facts:
            terms[column] = terms.get(column, 0) + _rank(key)
        levels = self.cut
        self._ask(model.program, terms)
        self.cut = levels


def _rank(key: tuple[str, ...]) -> int:
    """A weight that looks random and is not: sums of different sets of them differ, as good as always."""
    return int.from_bytes(hashlib.sha256("\n".join(key).encode()).digest()[:3])
