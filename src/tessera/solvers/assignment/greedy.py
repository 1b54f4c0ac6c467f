"""The baseline: the best pair first, as a person with a sorted list would do it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from tessera.solvers.assignment.ground import ground
from tessera.solvers.assignment.model import Pair, Problem


@dataclass(frozen=True, slots=True)
class Greedy:
    """What the greedy way assigns, and (application, reviews it leaves unassigned). Least loads are not looked at."""

    pairs: tuple[Pair, ...]
    total: int
    missing: tuple[tuple[str, int], ...]


def greedy(problem: Problem) -> Greedy:
    """Take pairs from the highest affinity down (ties by id) while loads and rules allow."""
    laid = ground(problem)
    rules = laid.rules
    rows, columns = np.nonzero(laid.allowed)
    values = laid.value[rows, columns]
    order = np.lexsort((columns, rows, -values))
    need, load = laid.need.tolist(), laid.most.tolist()
    others = (laid.need - laid.experts).tolist()
    houses: Counter[tuple[str, int, int]] = Counter()
    taken = []
    for n in order.tolist():
        row, column = int(rows[n]), int(columns[n])
        if not need[row] or not load[column]:
            continue
        weak = bool(rules.experts) and int(values[n]) < rules.expert_from
        places = [
            (most, (kind, row, int(numbers[column])))
            for kind, most, numbers in (
                ("institution", rules.per_institution, laid.institution),
                ("country", rules.per_country, laid.country),
            )
            if most is not None and numbers[column] >= 0
        ]
        if (weak and not others[row]) or any(houses[place] >= most for most, place in places):
            continue
        need[row] -= 1
        load[column] -= 1
        others[row] -= weak
        houses.update(place for _most, place in places)
        taken.append(n)
    chosen = np.array(taken, dtype=np.int64)
    missing = tuple((laid.applications[row].id, left) for row, left in enumerate(need) if left)
    return Greedy(laid.pairs(rows[chosen], columns[chosen]), int(values[chosen].sum()), missing)
