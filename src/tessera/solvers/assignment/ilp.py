"""Where flows end: rules that cross one another, and the application that is served worst."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tessera.solvers.assignment.answers import answers, best
from tessera.solvers.assignment.flow import Best, Floor, best_total, weakest_pair
from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.assignment.model import Certificate
from tessera.solvers.linear import TOLERANCE, Floats, Ints, Linear
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

LARGEST = 100_000  # pairs up to which the weakest application is searched for: about 1,000 x 100
FINENESS = 1_000_000  # weights of applications are told in millionths


@dataclass(slots=True, eq=False)
class Program:
    """An assignment as 0-1 columns, one for every pair of a mask, with every rule as rows."""

    linear: Linear
    rows: Ints
    columns: Ints
    need_rows: range
    load_rows: range

    def places(self, x: Floats) -> tuple[Ints, Ints]:
        used = x[: len(self.rows)] > 0.5
        return self.rows[used], self.columns[used]


@dataclass(frozen=True, slots=True, eq=False)
class Paid:
    """Columns of a repair, in a program to be filled: reviews by new people for each application, reviews beyond each
    reviewer's load, and least loads given up.
    """

    linear: Linear
    new: range
    more: range
    fewer: range


def program(ground: Ground, mask: Mask, weight: Ints, *, paid: Paid | None = None) -> Program:
    """Columns in the order of the pairs (after any ``paid`` ones); then a row for each application, each reviewer, and
    each rule that binds.
    """
    linear = paid.linear if paid else Linear(maximise=True)
    rows, columns = np.nonzero(mask)
    first = linear.columns
    linear.add_columns(weight[rows, columns].astype(float))
    needs = linear.rows
    by_row = _grouped(rows, len(mask))
    for row, places in enumerate(by_row):
        need = float(ground.need[row])
        linear.add_row(np.append(places + first, paid.new[row]) if paid else places + first, low=need, high=need)
    loads = linear.rows
    for column, places in enumerate(_grouped(columns, mask.shape[1])):
        least, most = float(ground.least[column]), float(ground.most[column])
        if paid:  # read + fewer >= least and read - more <= most
            linear.add_row(np.append(places + first, paid.fewer[column]), low=least)
            signs = np.append(np.ones(len(places)), -1.0)
            linear.add_row(np.append(places + first, paid.more[column]), signs, high=most)
        else:
            linear.add_row(places + first, low=least, high=most)
    end = linear.rows
    rules = ground.rules
    if rules.experts:
        weak = ground.value[rows, columns] < rules.expert_from
        for row, places in enumerate(by_row):
            others = places[weak[places]]
            most = int(ground.need[row] - ground.experts[row])
            if len(others) > most:
                linear.add_row(others + first, high=float(most))
    for most_of_one, house in ((rules.per_institution, ground.institution), (rules.per_country, ground.country)):
        if most_of_one is not None:
            for places in by_row:
                houses = house[columns[places]]
                for name in np.unique(houses[houses >= 0]):
                    colleagues = places[houses == name]
                    if len(colleagues) > most_of_one:
                        linear.add_row(colleagues + first, high=float(most_of_one))
    return Program(linear, rows, columns, range(needs, loads), range(loads, end))


def total_by_search(ground: Ground, mask: Mask, weight: Ints, watch: Watch) -> tuple[Status, Best | None]:
    """The assignment of most weight under rules that cross; without prices, and proven by HiGHS alone."""
    if (mask.sum(axis=1) < ground.need).any():
        return Status.INFEASIBLE, None
    whole = program(ground, mask, weight)
    outcome = whole.linear.solve(watch, told=float)
    if outcome.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return outcome.status, None
    rows, columns = whole.places(outcome.x)
    found = int(weight[rows, columns].sum())
    bound = max(found, _whole(outcome.bound, _free_bound(ground, mask, weight)))
    return outcome.status, Best(rows, columns, found, bound, np.zeros(mask.shape[1], dtype=np.int64))


def most_kept(ground: Ground, mask: Mask, kept: Mask, watch: Watch) -> tuple[Status, Best | None, int]:
    """The assignment that keeps most pairs of ``kept``, then of most total; and a bound on how many can be kept."""
    status, first = total_by_search(ground, mask, kept.astype(np.int64), watch)
    if first is None:
        return status, None, 0
    whole = program(ground, mask, ground.value)
    whole.linear.add_row(np.flatnonzero(kept[whole.rows, whole.columns]), low=float(first.weight))
    known = np.zeros(mask.shape, dtype=bool)
    known[first.rows, first.columns] = True
    outcome = whole.linear.solve(watch, start=known[whole.rows, whole.columns].astype(float))
    rows, columns = whole.places(outcome.x) if len(outcome.x) else (first.rows, first.columns)
    found = int(ground.value[rows, columns].sum())
    if outcome.status != Status.OPTIMAL or first.weight != first.bound:
        return Status.FEASIBLE, Best(rows, columns, found, found, first.price), first.bound
    return Status.OPTIMAL, Best(rows, columns, found, found, first.price), first.bound


class _Unanswered(Exception):
    """The clock cut a yes-or-no search."""


def floor_by_search(ground: Ground, watch: Watch) -> Floor | None:
    """`weakest_pair` under rules that cross. None also where the clock left even the lowest floor open."""
    zero = np.zeros_like(ground.value)

    def reached(_ground: Ground, mask: Mask) -> bool:
        status, found = total_by_search(ground, mask, zero, watch)
        if status == Status.UNKNOWN:
            raise _Unanswered
        return found is not None

    try:
        return weakest_pair(ground, watch, reached)
    except _Unanswered:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Weakest:
    """The best found for the application served worst: places, its sum, a bound on any assignment's, and on the total."""

    rows: Ints
    columns: Ints
    value: int
    bound: int
    total_bound: int
    limit: Certificate | None


def weakest_application(ground: Ground, watch: Watch) -> tuple[Status, Weakest | None]:
    """Maximise the smallest sum (NP-hard): a bound by prices, then a search up to it, then the total at that sum.

    Beyond `LARGEST` pairs the better of two flows stands (most total; best weakest pair), with the bound.
    """
    status, known = _by_flows(ground, watch)
    if known is None:
        return status, None
    rows, columns, total_bound = known.rows, known.columns, known.bound
    value = _least_sum(ground, rows, columns)
    bound, limit = _bound(ground, rows, columns, watch) if ground.nested else (_own_limit(ground, ground.allowed), None)
    if ground.allowed.sum() <= LARGEST:
        if value < bound:
            rows, columns, value, bound = _search(ground, rows, columns, bound, watch)
        rows, columns, total_bound = _richest(ground, rows, columns, value, total_bound, watch)
    status = Status.OPTIMAL if value == bound else Status.FEASIBLE
    return status, Weakest(rows, columns, value, bound, total_bound, limit)


def _by_flows(ground: Ground, watch: Watch) -> tuple[Status, Best | None]:
    """The better of two simple assignments to start from, with a bound on the total of any."""
    if not ground.nested:
        return total_by_search(ground, ground.allowed, ground.value, watch)
    floor = weakest_pair(ground, watch)
    if floor is None:
        return Status.INFEASIBLE, None
    masks = (ground.allowed & (ground.value >= floor.value), ground.allowed)
    flows = [best_total(ground, mask, ground.value, watch) for mask in masks]
    some = [one for one in flows if one is not None]
    first = max(some, key=lambda one: _least_sum(ground, one.rows, one.columns))
    return Status.FEASIBLE, replace(first, bound=some[-1].bound)


def _least_sum(ground: Ground, rows: Ints, columns: Ints) -> int:
    return int(np.bincount(rows, ground.value[rows, columns].astype(float), minlength=len(ground.need)).min())


def _own_limit(ground: Ground, allowed: Mask) -> int:
    """No application can have more than its own best reviewers give, loads left aside."""
    ranked = np.sort(np.where(allowed, ground.value, np.iinfo(np.int64).min // 4), axis=1)[:, ::-1]
    sums = np.cumsum(ranked, axis=1)[np.arange(len(ranked)), ground.need - 1]
    return int(sums.min())


def _bound(ground: Ground, rows: Ints, columns: Ints, watch: Watch) -> tuple[int, Certificate]:
    """The least of two bounds by prices: one application alone, and the linear program over promising pairs.

    The duals of the program, rounded to whole numbers, are weights of applications and prices of reviewers; these
    bound every assignment over all pairs, whatever pairs the program saw.
    """
    count, readers = ground.allowed.shape
    poorest = _poorest(ground)
    tried = [(poorest, np.zeros(readers, dtype=np.int64))]
    mask = best(ground, ground.allowed, ground.value, max(12, 3 * int(ground.need.max()))).copy()
    mask[rows, columns] = True
    if mask.sum() <= LARGEST:
        for _round in range(6):
            duals = _duals(ground, mask, watch)
            if duals is None:
                break
            tried.append(duals)
            reply = answers(ground, ground.allowed, duals[0][:, None] * ground.value, duals[1])
            if reply is None or not (reply.chosen & ~mask).any() or watch.over:
                break
            mask |= reply.chosen
    bounds = []
    for weights, price in tried:
        reply = answers(ground, ground.allowed, weights[:, None] * ground.value, price)
        if reply is not None:
            bounds.append((reply.bound // int(weights.sum()), weights, price))
    bound, weights, price = min(bounds, key=lambda one: one[0])
    certificate = Certificate(
        tuple((ground.reviewers[n].id, int(price[n])) for n in np.flatnonzero(price)),
        tuple((ground.applications[n].id, int(weights[n])) for n in np.flatnonzero(weights)),
        int(weights.sum()),
    )
    return bound, certificate


def _poorest(ground: Ground) -> Ints:
    zero = np.zeros(ground.allowed.shape[1], dtype=np.int64)
    reply = answers(ground, ground.allowed, ground.value, zero)
    weights = np.zeros(len(ground.need), dtype=np.int64)
    if reply is not None:
        weights[int(np.argmin((ground.value * reply.chosen).sum(axis=1)))] = 1
    return weights


def _duals(ground: Ground, mask: Mask, watch: Watch) -> tuple[Ints, Ints] | None:
    whole, _t, sums = _maximin(ground, mask, None)
    outcome = whole.linear.solve(watch, relaxed=True)
    if outcome.status != Status.OPTIMAL:
        return None
    weights = np.rint(np.abs(outcome.duals[sums.start : sums.stop]) * FINENESS).astype(np.int64)
    loads = whole.load_rows
    price = np.rint(outcome.duals[loads.start : loads.stop] * FINENESS).astype(np.int64)
    return (weights, price) if weights.sum() > 0 else None


def _maximin(ground: Ground, mask: Mask, limits: tuple[int, int] | None) -> tuple[Program, int, range]:
    """maximise t with every application's sum at least t."""
    whole = program(ground, mask, np.zeros_like(ground.value))
    low, high = (-math.inf, math.inf) if limits is None else limits
    t = whole.linear.add_columns([1.0], low=float(low), high=float(high))[0]
    first = whole.linear.rows
    for places in _grouped(whole.rows, len(mask)):
        values = ground.value[whole.rows[places], whole.columns[places]].astype(float)
        whole.linear.add_row(np.append(places, t), np.append(values, -1.0), low=0.0)
    return whole, t, range(first, whole.linear.rows)


def _search(ground: Ground, rows: Ints, columns: Ints, bound: int, watch: Watch) -> tuple[Ints, Ints, int, int]:
    value = _least_sum(ground, rows, columns)
    whole, t, _sums = _maximin(ground, ground.allowed, (value, bound))
    start = np.zeros(whole.linear.columns)
    known = np.zeros(ground.allowed.shape, dtype=bool)
    known[rows, columns] = True
    start[: len(whole.rows)] = known[whole.rows, whole.columns]
    start[t] = value
    outcome = whole.linear.solve(watch, start=start, told=float)
    if len(outcome.x):
        places = whole.places(outcome.x)
        if _least_sum(ground, *places) > value:
            rows, columns = places
            value = _least_sum(ground, rows, columns)
    if outcome.status == Status.OPTIMAL:
        return rows, columns, value, max(value, _whole(outcome.bound, bound))
    return rows, columns, value, max(value, min(bound, _whole(outcome.bound, bound)))


def _whole(bound: float, otherwise: int) -> int:
    """An upper bound on whole numbers, from one on the line; ``otherwise`` where the clock left none."""
    return math.floor(bound + TOLERANCE) if math.isfinite(bound) else otherwise


def _free_bound(ground: Ground, mask: Mask, weight: Ints) -> int:
    """What applications would get if loads did not matter."""
    reply = answers(ground, mask, weight, np.zeros(mask.shape[1], dtype=np.int64))
    return 0 if reply is None else reply.bound


def _richest(ground: Ground, rows: Ints, columns: Ints, value: int, bound: int, watch: Watch) -> tuple[Ints, Ints, int]:
    """The most total with every sum at least ``value``; ``bound`` holds for any total."""
    whole = program(ground, ground.allowed, ground.value)
    for places in _grouped(whole.rows, len(ground.need)):
        values = ground.value[whole.rows[places], whole.columns[places]].astype(float)
        whole.linear.add_row(places, values, low=float(value))
    known = np.zeros(ground.allowed.shape, dtype=bool)
    known[rows, columns] = True
    outcome = whole.linear.solve(watch, start=known[whole.rows, whole.columns].astype(float))
    if not len(outcome.x):
        return rows, columns, min(bound, _whole(outcome.bound, bound))
    found = whole.places(outcome.x)
    if _least_sum(ground, *found) < value or ground.value[found].sum() < ground.value[rows, columns].sum():
        found = rows, columns
    return *found, max(int(ground.value[found].sum()), min(bound, _whole(outcome.bound, bound)))


def _grouped(keys: Ints, count: int) -> list[Ints]:
    """The places of each key 0..count-1, in order."""
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.cumsum(np.bincount(keys, minlength=count))[:-1]) if count else []
