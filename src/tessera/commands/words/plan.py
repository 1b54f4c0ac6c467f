"""Sentences about a plan: why each training is there, what is missed, and why the rules cannot be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tessera.commands.words import capital, counted, listed, money
from tessera.planning.clock import add_months

if TYPE_CHECKING:
    from tessera.solvers.coverage.model import (
        Conflict,
        Count,
        Easing,
        Level,
        Line,
        Missed,
        PlanProblem,
        Relaxation,
        Rule,
    )

LEVELS = {
    "windows": "windows without a training",
    "days": "days missed",
    "need": "least trainings for one unit of need",
    "reached": "need of the areas reached",
    "cost": "cost less grants",
    "early": "sum of the quarters' numbers",
    "changes": "lines changed",
}


class Planner:
    """Speaks about one problem; ``names`` are titles and people's names by key."""

    def __init__(self, problem: PlanProblem, names: dict[str, str]) -> None:
        self._problem = problem
        self._names = names

    def quarter(self, number: int) -> str:
        """“2027-Q1”."""
        first = self.first_day(number)
        return f"{first.year}-Q{(first.month + 2) // 3}"

    def first_day(self, number: int) -> date:
        month = self._problem.first.year * 12 + self._problem.first.month - 1 + 3 * number
        return date(month // 12, month % 12 + 1, 1)

    def last_day(self, number: int) -> date:
        return self.first_day(number + 1) - timedelta(days=1)

    def span(self, first: int, last: int) -> str:
        return self.quarter(first) if first == last else f"{self.quarter(first)} to {self.quarter(last)}"

    def named(self, key: str) -> str:
        return f"{self._names[key]} ({key})" if key in self._names else key

    def days(self, line: Line) -> tuple[date, date]:
        """The days on which a training starts and ends as far as they are known: else the last day of its quarter."""
        if line.dates is not None:
            return line.dates.start_on, line.dates.end_on
        return self.last_day(line.quarter), self.last_day(line.quarter)

    def reasons(self, lines: Sequence[Line]) -> tuple[str, ...]:
        """For each line, in the order given, what it does for its regions."""
        due = {region.key: region.due_on for region in self._problem.regions if region.due_on is not None}
        windows = {region.key: region.window or self._problem.window for region in self._problem.regions}
        said: dict[int, str] = {}
        for number, line in sorted(enumerate(lines), key=lambda one: (self.days(one[1])[0], one[0])):
            start, end = self.days(line)
            parts = []
            for region in line.regions:
                by = due.get(region)
                if by is None:
                    parts.append(f"{region} has no training on record")
                elif start > by:
                    parts.append(f"{region} is due by {by}; this is {counted((start - by).days, 'day')} late")
                else:
                    parts.append(f"{region} is due by {by}")
                due[region] = max(by or date.min, add_months(end, 3 * windows[region]))
            said[number] = f"{capital('; '.join(parts))}."
        return tuple(said[number] for number in range(len(lines)))

    def missed(self, missed: Missed) -> str:
        end = "to the end of the plan" if missed.open else f"to {missed.end_on}"
        return f"{missed.region} waits too long from {missed.start_on} {end} ({counted(missed.days, 'day')})."

    def level(self, level: Level) -> tuple[str, str, str, bool]:
        """A level of the plan: what, its value, what is proven of it."""
        cents = str(level.key) == "cost"

        def written(value: object) -> str:
            return "" if value is None else money(value) if cents and isinstance(value, int) else str(value)

        return LEVELS[str(level.key)], written(level.value), written(level.bound), level.proven

    def rule(self, rule: Rule) -> str:
        """A rule that takes part in a conflict."""
        kind, subject = str(rule.kind), rule.subject
        first, last = rule.first or 0, rule.last if rule.last is not None else rule.first or 0
        number = rule.amount or 0
        said = {
            "window": self._window(subject, max(first, 0), last),
            "per_quarter": f"{self.quarter(first)} takes {counted(number, 'training')} at most",
            "per_year": f"{rule.year} takes {counted(number, 'training')} at most",
            "hosts": f"the proposals for {subject} allow no more",
            "host_uses": f"{self.named(subject)} holds {counted(number, 'training')} at most",
            "shared": f"{counted(number, 'training')} may be shared at most",
            "language": f"{counted(number, 'training')} in “{subject}” at least",
            "budget": f"the budget of {rule.year} is {money(number)}",
            "fixed": f"{self.named(subject)} in {self.quarter(first)} is fixed already",
            "team": f"{self.named(subject)} in {self.quarter(first)} needs {counted(number, 'trainer')} who share its "
            "language, one who knows its theme",
            "trainer_quarter": f"{self.named(subject)} gives one training in {self.quarter(first)}",
            "trainer_year": f"{self.named(subject)} gives {counted(number, 'training')} in {rule.year} at most",
        }
        return said[kind]

    def _window(self, subject: str, first: int, last: int) -> str:
        if last < first:  # nothing but exact days in the quarter itself would do
            return f"{subject} needs a training early in {self.quarter(first)}: it falls due before the quarter is over"
        return f"{subject} needs a training in {self.span(first, last)}"

    def easing(self, easing: Easing) -> str:
        """A change, as a thing to do."""
        number, subject = easing.amount, easing.subject
        first, last = easing.first or 0, easing.last if easing.last is not None else easing.first or 0
        more = counted(number, "more training", "more trainings")
        speaks = f" in “{easing.language}”" if easing.language else ""
        knows = f" who knows “{easing.theme}”" if easing.theme else ""
        until = f" (any quarter to {self.quarter(last)} would do)" if last > first else ""
        said = {
            "per_quarter": f"allow {more} in {self.quarter(first)}",
            "per_year": f"allow {more} in {easing.year}",
            "wait": f"let {subject} wait {counted(number, 'quarter')} longer ({self.span(first, last)})",
            "host": f"find a host in {subject}{speaks} for {self.quarter(first)}{until}",
            "host_uses": f"let {self.named(subject)} hold {more}",
            "shared": f"let {more} be shared",
            "language": f"ask for {counted(number, 'training')} fewer in “{subject}”",
            "budget": f"add {money(number)} to the budget of {easing.year}",
            "trainer": f"find {counted(number, 'trainer')}{speaks}{knows} for {self.quarter(first)}",
            "trainer_year": f"ask {self.named(subject)} for {more} in {easing.year}",
        }
        return said[str(easing.kind)]

    def relaxation(self, relaxation: Relaxation) -> str:
        return f"{capital(listed([self.easing(one) for one in relaxation.easings]))}."

    def count(self, count: Count) -> str:
        """What counting alone shows."""
        regions = listed(count.regions)

        def one(single: str, several: str) -> str:
            return single if len(count.regions) == 1 else several

        if str(count.kind) == "due_by":
            return (
                f"{regions} {one('falls', 'fall')} due by the end of {self.quarter(count.quarter or 0)}: "
                f"{counted(int(count.needed), 'training is', 'trainings are')} needed, and there is room for {count.allowed}."
            )
        if str(count.kind) == "density":
            return f"For ever, {regions} {one('asks', 'ask')} for more trainings a quarter ({count.needed}) than fit ({count.allowed})."
        return f"{regions} must be trained {counted(int(count.needed), 'time')} in the plan; the proposals allow {count.allowed}."

    def conflict(self, conflict: Conflict) -> tuple[str, ...]:
        """Why not every region can be reached in time, and the cheapest changes."""
        if conflict.feasible:
            return ()
        if not conflict.core and not conflict.counts:
            return ("Whether every region can be reached in time was not found in the time allowed.",)
        said = ["Not every region can be reached in time. It cannot be met because:"]
        said += [f"  - {capital(self.rule(one))}." for one in sorted(conflict.core, key=_order)]
        said += [f"  - {self.count(one)}" for one in conflict.counts]
        if not conflict.minimal:
            said.append("  Some of these may not be needed to show it: the time was up.")
        if conflict.relaxations:
            said.append("Any one of these changes, the cheapest, makes it possible:")
            said += [f"  - {self.relaxation(one)}" for one in conflict.relaxations]
            if not conflict.complete:
                said.append("  There may be others.")
        return tuple(said)


def _order(rule: Rule) -> tuple[str, int, str]:
    return str(rule.kind), rule.first if rule.first is not None else 0, rule.subject
