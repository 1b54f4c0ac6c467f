"""Joining the parts of the review graph by swaps, so that all scores can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.linear import Ints
from tessera.solvers.watch import Watch


def parts(ground: Ground, rows: Ints, columns: Ints) -> tuple[tuple[str, ...], ...]:
    """Reviewers by connected part of the review graph, each sorted, the largest first; who reads nothing is in none."""
    label = _labels(len(ground.applications), len(ground.reviewers), rows, columns)
    groups: dict[int, list[str]] = {}
    for column in np.unique(columns).tolist():
        groups.setdefault(int(label[len(ground.applications) + column]), []).append(ground.reviewers[column].id)
    return tuple(sorted((tuple(group) for group in groups.values()), key=lambda group: (-len(group), group)))


@dataclass(frozen=True, slots=True)
class Change:
    """Pair ``first`` goes to another reviewer; ``second`` goes the other way, or None where a load has room."""

    first: int
    second: int | None
    column: int
    loss: int


def connect(
    ground: Ground,
    allowed: Mask,
    rows: Ints,
    columns: Ints,
    *,
    give_up: int = 0,
    least_sum: int | None = None,
    watch: Watch | None = None,
) -> tuple[Ints, Ints]:
    """Swap pairs between parts while that joins them; returns the new places.

    A swap that takes a pair out of a circle of the graph joins two parts for certain. Swaps at equal total come first;
    dearer ones as long as all together cost at most ``give_up``. Every rule, every load and ``least_sum`` (of any one
    application) still hold. Where no such swap is left the parts stay: the result is then as it is, not an error.
    """
    watch = watch or Watch()
    rows, columns = rows.copy(), columns.copy()
    while not watch.over:
        watch.check()
        change = _joining(ground, allowed, rows, columns, give_up, least_sum)
        if change is None:
            break
        if change.second is not None:
            columns[change.second] = columns[change.first]
        columns[change.first] = change.column
        give_up -= change.loss
    return rows, columns


def _joining(
    ground: Ground, allowed: Mask, rows: Ints, columns: Ints, give_up: int, least_sum: int | None
) -> Change | None:
    count = len(ground.applications)
    label = _labels(count, len(ground.reviewers), rows, columns)
    home = label[rows]
    names, sizes = np.unique(home, return_counts=True)
    if len(names) < 2:
        return None
    circling = ~_bridges(count, rows, columns)
    found: Change | None = None
    for name in names[np.argsort(sizes, kind="stable")].tolist():
        for first in np.flatnonzero(home == name).tolist():
            for change in _changes(ground, allowed, rows, columns, home, circling, label, first):
                if change.loss > (give_up if found is None else found.loss - 1):
                    break
                if _keeps(ground, rows, columns, change, least_sum):
                    found = change
                    break
            if found is not None and found.loss <= 0:
                return found
    return found


def _changes(
    ground: Ground,
    allowed: Mask,
    rows: Ints,
    columns: Ints,
    home: Ints,
    circling: Mask,
    label: Ints,
    first: int,
) -> Iterator[Change]:
    """What could become of one pair so that its part joins another, the cheapest first."""
    row, column = int(rows[first]), int(columns[first])
    value = ground.value
    swaps = (home != home[first]) & allowed[row, columns] & allowed[rows, column] & (circling | circling[first])
    other = np.flatnonzero(swaps)
    loss = value[row, column] + value[rows[other], columns[other]] - value[row, columns[other]]
    loss = loss - value[rows[other], column]
    best = [(int(loss[n]), int(columns[other[n]]), int(other[n])) for n in np.argsort(loss, kind="stable")[:20]]
    if circling[first]:
        load = np.bincount(columns, minlength=len(ground.reviewers))
        if load[column] > ground.least[column]:
            free = allowed[row] & (load < ground.most) & (load > 0)
            free &= label[len(ground.applications) :] != home[first]
            moves = [(int(value[row, column] - value[row, n]), n, -1) for n in np.flatnonzero(free).tolist()]
            best = sorted(best + moves)
    for cost, to, second in best:
        yield Change(first, None if second < 0 else second, to, cost)


def _keeps(ground: Ground, rows: Ints, columns: Ints, change: Change, least_sum: int | None) -> bool:
    after = columns.copy()
    if change.second is not None:
        after[change.second] = columns[change.first]
    after[change.first] = change.column
    touched = {int(rows[change.first])} | (set() if change.second is None else {int(rows[change.second])})
    return all(_holds(ground, row, after[rows == row], least_sum) for row in touched)


def _holds(ground: Ground, row: int, readers: Ints, least_sum: int | None) -> bool:
    rules, value = ground.rules, ground.value[row, readers]
    if len(set(readers.tolist())) < len(readers) or (least_sum is not None and int(value.sum()) < least_sum):
        return False
    if rules.experts and int((value >= rules.expert_from).sum()) < int(ground.experts[row]):
        return False
    for most, house in ((rules.per_institution, ground.institution), (rules.per_country, ground.country)):
        known = house[readers][house[readers] >= 0]
        if most is not None and len(known) and int(np.bincount(known).max()) > most:
            return False
    return True


def _labels(count: int, readers: int, rows: Ints, columns: Ints) -> Ints:
    """The smallest node of its part for every node; reviewers are numbered after applications."""
    label = np.arange(count + readers)
    ends = columns + count
    while True:
        lower = label.copy()
        np.minimum.at(lower, rows, label[ends])
        np.minimum.at(lower, ends, label[rows])
        lower = lower[lower]
        if (lower == label).all():
            return label
        label = lower


def _bridges(count: int, rows: Ints, columns: Ints) -> Mask:
    """Which pairs hold their part together (Tarjan's lowest links, without recursion)."""
    around: dict[int, list[tuple[int, int]]] = {}
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        around.setdefault(row, []).append((column + count, number))
        around.setdefault(column + count, []).append((row, number))
    bridge = np.zeros(len(rows), dtype=bool)
    entered: dict[int, int] = {}
    low: dict[int, int] = {}
    for root, first in around.items():
        if root in entered:
            continue
        entered[root] = low[root] = len(entered)
        path = [(root, -1, iter(first))]
        while path:
            node, by, rest = path[-1]
            for other, number in rest:
                if number == by:
                    continue
                if other in entered:
                    low[node] = min(low[node], entered[other])
                else:
                    entered[other] = low[other] = len(entered)
                    path.append((other, number, iter(around[other])))
                    break
            else:
                path.pop()
                if path:
                    parent = path[-1][0]
                    low[parent] = min(low[parent], low[node])
                    bridge[by] = low[node] > entered[parent]
    return bridge
