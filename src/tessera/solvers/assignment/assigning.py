"""Who reads what: the question put, answered and proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tessera.solvers.assignment.connect import connect, parts
from tessera.solvers.assignment.flow import best_total, weakest_pair
from tessera.solvers.assignment.ground import Ground, Mask, ground
from tessera.solvers.assignment.ilp import floor_by_search, total_by_search, weakest_application
from tessera.solvers.assignment.model import (
    NO_RULES,
    Affinity,
    Application,
    Assignment,
    Certificate,
    Loads,
    Objective,
    Pair,
    Problem,
    Reviewer,
    Rules,
    Shortage,
)
from tessera.solvers.assignment.shortage import shortages
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch

A_MINUTE = 60.0


def assign(
    applications: Iterable[Application],
    reviewers: Iterable[Reviewer],
    affinity: Affinity | Mapping[Pair, int],
    *,
    objective: Objective = Objective.WEAKEST_PAIR,
    loads: Loads | None = None,
    conflicts: Iterable[Pair] = (),
    rules: Rules = NO_RULES,
    connected: bool = True,
    give_up: int = 0,
    watch: Watch | None = None,
) -> Assignment:
    """Give every application its reviewers, best under the objective. See `solve`; this makes the `Problem`."""
    problem = Problem(tuple(applications), tuple(reviewers), affinity, loads, frozenset(conflicts), rules)
    return solve(problem, objective=objective, connected=connected, give_up=give_up, watch=watch)


def solve(
    problem: Problem,
    *,
    objective: Objective = Objective.WEAKEST_PAIR,
    connected: bool = True,
    give_up: int = 0,
    watch: Watch | None = None,
) -> Assignment:
    """The best assignment of a problem.

    maximise   sum A_pr x_pr        (or the least A_pr with x_pr = 1, or the least sum of any p)     x_pr in {0, 1}
    subject to sum over r of x_pr = reviews of p
               least_r <= sum over p of x_pr <= most_r
               x_pr = 0 for conflicts, unread languages, the same institution, and pairs without affinity
               the rules

    Values are whole numbers (milli-points). ``connected`` joins the parts of the review graph at equal total (giving
    up to ``give_up`` of the total where that is not enough). Same problem in any order, same answer: everything is
    sorted by id, and among equals the flow solver's choice on arcs in that order stands. An impossible problem is an
    answer with `Shortage`s. Without a ``watch`` a search ends after a minute, with its gap. Raises `InvalidProblem`
    (every fault), `Cancelled`, `network.TooLarge`.
    """
    watch = watch or Watch(time_limit=A_MINUTE)
    laid = ground(problem)
    found = _found(laid, Objective(objective), watch)
    rows, columns = found.rows, found.columns
    if connected and len(rows):
        least_sum = found.value if objective == Objective.WEAKEST_APPLICATION else None
        rows, columns = connect(laid, found.mask, rows, columns, give_up=give_up, least_sum=least_sum, watch=watch)
    values = laid.value[rows, columns]
    solved = found.status in (Status.OPTIMAL, Status.FEASIBLE)
    total = int(values.sum()) if solved else None
    value = total if objective == Objective.TOTAL else found.value
    status = found.status
    if status == Status.OPTIMAL and value != found.bound:  # swaps that cost something were asked for
        status = Status.FEASIBLE
    solver = "ortools" if laid.nested and objective != Objective.WEAKEST_APPLICATION else "highspy"
    asked = {"problem": laid.digest, "objective": Objective(objective), "connected": connected, "give_up": give_up}
    return Assignment(
        Objective(objective),
        laid.pairs(rows, columns),
        total,
        int(values.min()) if len(values) else None,
        least_sum_of(laid, rows, columns),
        found.total_bound,
        parts(laid, rows, columns),
        found.shortages,
        found.certificate,
        found.limit,
        Proof(status, value, found.bound, solver, solver_version(solver), watch.seconds, sha256(asked)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    status: Status
    mask: Mask
    rows: Ints
    columns: Ints
    value: int | None = None
    bound: int | None = None
    total_bound: int | None = None
    shortages: tuple[Shortage, ...] = ()
    certificate: Certificate | None = None
    limit: Certificate | None = None


def _found(laid: Ground, objective: Objective, watch: Watch) -> _Found:
    if objective == Objective.WEAKEST_APPLICATION and len(laid.applications):
        return _weakest_application(laid, watch)
    if objective == Objective.TOTAL or not len(laid.applications):
        return _total(laid, laid.allowed, watch)
    return _weakest_pair(laid, watch)


def _total(laid: Ground, mask: Mask, watch: Watch) -> _Found:
    if laid.nested:
        best = best_total(laid, mask, laid.value, watch)
        status = Status.INFEASIBLE
    else:
        status, best = total_by_search(laid, mask, laid.value, watch)
    if best is None:
        return _none(laid, mask, status)
    status = Status.OPTIMAL if best.weight == best.bound else Status.FEASIBLE
    certificate = certificate_of(laid, best.price) if laid.nested else None
    return _Found(
        status, mask, best.rows, best.columns, best.weight, best.bound, best.bound, certificate=certificate
    )  # fmt: skip


def _weakest_pair(laid: Ground, watch: Watch) -> _Found:
    floor = weakest_pair(laid, watch) if laid.nested else floor_by_search(laid, watch)
    if floor is None:
        status = Status.UNKNOWN if watch.over and not laid.nested else Status.INFEASIBLE
        return _none(laid, laid.allowed, status)
    mask = laid.allowed & (laid.value >= floor.value)
    found = _total(laid, mask, watch)
    if found.status in (Status.INFEASIBLE, Status.UNKNOWN):  # a search that the clock cut
        return _Found(Status.UNKNOWN, mask, found.rows, found.columns)
    value = int(laid.value[found.rows, found.columns].min())
    why: tuple[Shortage, ...] = ()
    if floor.proven and floor.above is not None:
        why = shortages(laid, laid.allowed & (laid.value >= floor.above), floor.above)
    bound = max(value, floor.value if floor.proven else floor.bound)
    return _Found(
        Status.OPTIMAL if value == bound else Status.FEASIBLE,
        mask, found.rows, found.columns, value, bound, found.total_bound, why, found.certificate,
    )  # fmt: skip


def _weakest_application(laid: Ground, watch: Watch) -> _Found:
    status, weakest = weakest_application(laid, watch)
    if weakest is None:
        return _none(laid, laid.allowed, status)
    return _Found(
        status, laid.allowed, weakest.rows, weakest.columns, weakest.value, weakest.bound, weakest.total_bound,
        limit=weakest.limit,
    )  # fmt: skip


def _none(laid: Ground, mask: Mask, status: Status) -> _Found:
    none = np.zeros(0, dtype=np.int64)
    why = shortages(laid, laid.allowed) if status == Status.INFEASIBLE else ()
    return _Found(status, mask, none, none, shortages=why)


def certificate_of(laid: Ground, price: Ints) -> Certificate:
    """Prices by id, those of 0 left out."""
    return Certificate(tuple((laid.reviewers[n].id, int(price[n])) for n in np.flatnonzero(price).tolist()))


def least_sum_of(laid: Ground, rows: Ints, columns: Ints) -> int | None:
    """The sum of the application that got least; None without any pair."""
    if not len(rows):
        return None
    sums = np.zeros(len(laid.applications), dtype=np.int64)
    np.add.at(sums, rows, laid.value[rows, columns])
    return int(sums.min())
