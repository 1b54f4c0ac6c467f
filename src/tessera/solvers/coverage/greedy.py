"""The baseline: quarter by quarter, whoever is due first, with the cheapest host and team at hand."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tessera.solvers.coverage.columns import trainer_cost
from tessera.solvers.coverage.model import Line, PlanProblem
from tessera.solvers.coverage.options import Option, due_of, options
from tessera.solvers.coverage.quarters import budget_of, first_due, last_day, most_of, trainings_of, year_of


def plan_greedily(problem: PlanProblem) -> tuple[Line, ...]:
    """A plan that keeps every limit but looks no further than the next due day; no grants, least numbers not sought."""
    return tuple(sorted(_Greedy(problem).run(), key=lambda line: (line.quarter, line.host or "", line.regions)))


class _Greedy:
    def __init__(self, problem: PlanProblem) -> None:
        self.problem = problem
        self.due = {region.key: first_due(problem, region) for region in problem.regions}
        self.served: Counter[str] = Counter()
        self.uses: Counter[str] = Counter()
        self.by_year: Counter[int] = Counter()
        self.spent: Counter[int] = Counter()
        self.busy: Counter[tuple[str, int]] = Counter()
        self.shared = 0
        self.lines: list[Line] = []

    def run(self) -> list[Line]:
        offered = options(self.problem)
        special = dict(self.problem.limits.quarters)
        for quarter in range(self.problem.quarters):
            slots = special.get(quarter, self.problem.limits.per_quarter)
            taken = 0
            while slots is None or taken < slots:
                here = [option for option in offered if option.quarter == quarter]
                line = self._next(here, last_day(self.problem.first, quarter + 1))
                if line is None:
                    break
                taken += 1
        return self.lines

    def _next(self, here: list[Option], horizon: date) -> Line | None:
        """A training for the region that is due first, if it is due by the end of the next quarter."""
        for region in sorted(self.due, key=lambda key: (self.due[key], key)):
            if self.due[region] >= horizon:
                return None
            fitting = [option for option in here if region in option.regions]
            order = sorted(fitting, key=lambda one: (sum(self.served[a] for a in one.areas), one.cost, one.key))
            for option in order:
                line = self._hold(option)
                if line is not None:
                    return line
        return None

    def _hold(self, option: Option) -> Line | None:
        year = year_of(self.problem, option.quarter)
        most = trainings_of(self.problem, year)
        if most is not None and self.by_year[year] >= most:
            return None
        if option.host is not None:
            uses = next(host.max_uses for host in self.problem.hosts if host.key == option.host)
            taken = any((line.host, line.quarter) == (option.host, option.quarter) for line in self.lines)
            if taken or (uses is not None and self.uses[option.host] >= uses):
                return None
        elif any(option.is_of(line) for line in self.lines):
            return None
        if option.shared and self.problem.limits.shared is not None and self.shared >= self.problem.limits.shared:
            return None
        return self._staffed(option, year)

    def _staffed(self, option: Option, year: int) -> Line | None:
        budget = budget_of(self.problem, year)
        for language in option.languages or (None,):
            for theme in option.themes or (None,):
                team = self._team(option, language, theme, year)
                if team is None:
                    continue
                trainers = {trainer.key: trainer for trainer in self.problem.trainers}
                cost = option.cost + sum(trainer_cost(trainers[key], option) for key in team)
                if budget is not None and self.spent[year] + cost > budget:
                    continue
                line = Line(
                    option.quarter, option.host, option.regions, option.areas, language, theme, team, cost,
                    dates=option.dates,
                )  # fmt: skip
                self._note(line, option, year)
                return line
        return None

    def _team(self, option: Option, language: str | None, theme: str | None, year: int) -> tuple[str, ...] | None:
        if option.staffed or not self.problem.trainers:
            return ()
        free = [
            trainer
            for trainer in self.problem.trainers
            if language in trainer.languages
            and (trainer.quarters is None or option.quarter in trainer.quarters)
            and not any(trainer.key in line.trainers for line in self.lines if line.quarter == option.quarter)
            and ((most := most_of(trainer, year)) is None or self.busy[trainer.key, year] < most)
        ]
        order = sorted(free, key=lambda trainer: (trainer_cost(trainer, option), trainer.key))
        first = [trainer for trainer in order if theme is None or theme in trainer.themes][:1]
        others = [trainer for trainer in order if trainer not in first][: self.problem.trainers_each - 1]
        if not first or len(others) < self.problem.trainers_each - 1:
            return None
        return tuple(sorted(trainer.key for trainer in (*first, *others)))

    def _note(self, line: Line, option: Option, year: int) -> None:
        self.lines.append(line)
        self.by_year[year] += 1
        self.spent[year] += line.cost
        self.shared += option.shared
        self.served.update(line.areas)
        self.busy.update((key, year) for key in line.trainers)
        if line.host is not None:
            self.uses[line.host] += 1
        for region in line.regions:
            self.due[region] = max(self.due[region], due_of(self.problem, option, region))
