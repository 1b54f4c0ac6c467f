"""A repair put to the test: the problem as it would be then, and whether an assignment exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tessera.solvers.assignment.assigning import solve
from tessera.solvers.assignment.check import allowed_pairs, verify
from tessera.solvers.assignment.model import (
    FAIR_PRICES,
    Fault,
    Loads,
    Objective,
    Prices,
    Problem,
    Repair,
    Reviewer,
)
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch


def repaired(problem: Problem, change: Repair) -> Problem:
    """The problem with a repair made, people to be found included: as experts, and of no institution or country."""
    more, fewer = dict(change.more), dict(change.fewer)
    people = []
    for one in problem.reviewers:
        loads = one.loads or problem.loads or Loads(0, 0)
        least = loads.least - fewer.get(one.id, 0)
        people.append(replace(one, loads=Loads(least, max(least, loads.most + more.get(one.id, 0)))))
    affinity = {(file, name): value for file, row in allowed_pairs(problem).items() for name, value in row.items()}
    taken = {one.id for one in problem.reviewers}
    for group in change.new:
        for n in range(group.people):
            name = f"new {group.language} {n}"
            while name in taken:
                name += "+"
            people.append(Reviewer(name, frozenset({group.language}), Loads(0, group.each)))
            affinity |= {
                (file.id, name): max(problem.rules.expert_from, 1)
                for file in problem.applications
                if file.language in ("", group.language)
            }
    return replace(problem, reviewers=tuple(people), affinity=affinity)


def verify_repair(
    problem: Problem, change: Repair, *, prices: Prices = FAIR_PRICES, watch: Watch | None = None
) -> tuple[Fault, ...]:
    """Every claim of a repair that does not hold, but for its being cheapest (a search's word): an assignment that
    passes its check exists once it is made, and it costs what is said. A check that the clock cuts finds nothing.
    """
    if change.proof.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return ()
    return tuple(_wrong(problem, change, prices, watch))


def _wrong(problem: Problem, change: Repair, prices: Prices, watch: Watch | None) -> Iterator[Fault]:
    cost = (
        (prices.more or 0) * sum(number for _one, number in change.more)
        + (prices.fewer or 0) * sum(number for _one, number in change.fewer)
        + (prices.new or 0) * sum(one.reviews for one in change.new)
    )
    if cost != change.proof.value:
        yield Fault("repair", f"costs {cost}, not {change.proof.value}")
    then = repaired(problem, change)
    found = solve(then, objective=Objective.TOTAL, watch=watch)
    if found.proof.status == Status.INFEASIBLE:
        yield Fault("repair", "leaves no assignment that keeps every rule")
    yield from verify(then, found)
