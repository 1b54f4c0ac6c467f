"""The cheapest change after which an assignment exists: a flow with arcs that cost something."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from tessera.solvers.assignment.assigning import A_MINUTE
from tessera.solvers.assignment.ground import Ground, ground
from tessera.solvers.assignment.ilp import Paid, program
from tessera.solvers.assignment.model import FAIR_PRICES, Fault, InvalidProblem, NewReviewers, Prices, Problem, Repair
from tessera.solvers.assignment.network import cheapest, network
from tessera.solvers.linear import TOLERANCE, Ints, Linear
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch


def repair(problem: Problem, *, prices: Prices = FAIR_PRICES, watch: Watch | None = None) -> Repair:
    """The least paid reviews that make the problem possible.

    minimise   more * (reviews beyond loads) + new * (reviews by new people) + fewer * (least loads given up)
    subject to everything that `solve` asks

    People to be found read one language (any, for applications without one) and each application once; their number
    is the least that can take the reviews found, not itself minimised. Among repairs that cost the same the flow
    solver's choice stands. ``proof.value`` is the cost, ``proof.bound`` the least it can be. Raises `InvalidProblem`.
    """
    watch = watch or Watch(time_limit=A_MINUTE)
    laid = ground(problem)
    whole = [getattr(prices, name) for name in prices.__dataclass_fields__]
    if any(price is not None and (not isinstance(price, int) or not 0 <= price <= 1_000_000) for price in whole):
        raise InvalidProblem([Fault("prices", "each is a whole number from 0 to 1,000,000, or None")])
    each = prices.new_load or (problem.loads.most if problem.loads else int(laid.most.max(initial=0)))
    if not each:
        prices = replace(prices, new=None)
    if laid.nested:
        found, bound = _by_flow(laid, prices), None
        status = Status.INFEASIBLE if found is None else Status.OPTIMAL
    else:
        status, found, bound = _by_search(laid, prices, watch)
    solver = "ortools" if laid.nested else "highspy"
    asked = sha256({"problem": laid.digest, "prices": prices, "each": each})

    def proof(cost: int | None) -> Proof:
        least = cost if bound is None or status == Status.OPTIMAL else bound
        return Proof(status, cost, least, solver, solver_version(solver), watch.seconds, asked)

    if found is None:
        return Repair((), (), (), proof(None))
    more, fewer, new = found
    cost = sum(
        (price or 0) * int(amounts.sum())
        for price, amounts in ((prices.more, more), (prices.fewer, fewer), (prices.new, new))
    )
    return Repair(_raised(laid, more), _raised(laid, fewer), _people(laid, new, each), proof(cost))


def _raised(laid: Ground, amounts: Ints) -> tuple[tuple[str, int], ...]:
    return tuple((laid.reviewers[n].id, int(amounts[n])) for n in np.flatnonzero(amounts).tolist())


def _people(laid: Ground, new: Ints, each: int) -> tuple[NewReviewers, ...]:
    reviews: Counter[str] = Counter()
    deepest: Counter[str] = Counter()
    files: dict[str, list[str]] = {}
    for row in np.flatnonzero(new).tolist():
        file, amount = laid.applications[row], int(new[row])
        reviews[file.language] += amount
        deepest[file.language] = max(deepest[file.language], amount)
        files.setdefault(file.language, []).append(file.id)
    return tuple(
        NewReviewers(name, max(-(-reviews[name] // each), deepest[name]), reviews[name], each, tuple(files[name]))
        for name in sorted(reviews)
    )


def _by_flow(laid: Ground, prices: Prices) -> tuple[Ints, Ints, Ints] | None:
    """Reviews beyond each load, least loads given up, and reviews by new people for each application."""
    net = network(laid, laid.allowed, np.zeros_like(laid.value))
    count, readers, arcs = net.applications, net.reviewers, len(net.tail)
    rows, columns = np.arange(count), np.arange(count, count + readers)
    limit = laid.reviews if prices.more_at_most is None else min(prices.more_at_most, laid.reviews)
    kinds = (
        (columns, np.full(readers, net.sink), np.full(readers, limit), prices.more),
        (np.full(readers, net.sink), columns, laid.least, prices.fewer),
        (rows, np.full(count, net.sink), laid.need, prices.new),
    )
    for tail, head, high, price in kinds:
        net.tail, net.head = np.concatenate([net.tail, tail]), np.concatenate([net.head, head])
        net.low = np.concatenate([net.low, np.zeros(len(tail), dtype=np.int64)])
        net.high = np.concatenate([net.high, high if price is not None else np.zeros(len(tail), dtype=np.int64)])
        net.cost = np.concatenate([net.cost, np.full(len(tail), price or 0)])
    flow = cheapest(net)
    if flow is None:
        return None
    more, fewer, new = np.split(flow[arcs:], [readers, 2 * readers])
    return more, fewer, new


def _by_search(laid: Ground, prices: Prices, watch: Watch) -> tuple[Status, tuple[Ints, Ints, Ints] | None, int | None]:
    """The same for rules that cross, by HiGHS: the paid reviews are columns of their own. With a bound on their cost."""
    linear = Linear()
    count, readers = laid.allowed.shape
    limit = laid.reviews if prices.more_at_most is None else prices.more_at_most
    more = linear.add_columns([prices.more or 0] * readers, high=float(limit if prices.more is not None else 0))
    fewer = linear.add_columns(
        [prices.fewer or 0] * readers, high=laid.least.astype(float) if prices.fewer is not None else 0.0
    )
    new = linear.add_columns([prices.new or 0] * count, high=laid.need.astype(float) if prices.new is not None else 0.0)
    whole = program(laid, laid.allowed, np.zeros_like(laid.value), paid=Paid(linear, new, more, fewer))
    outcome = whole.linear.solve(watch)
    bound = math.ceil(outcome.bound - TOLERANCE) if math.isfinite(outcome.bound) else 0
    if not len(outcome.x):
        return outcome.status, None, bound if outcome.status == Status.UNKNOWN else None
    x = np.rint(outcome.x).astype(np.int64)
    return outcome.status, (x[more.start : more.stop], x[fewer.start : fewer.stop], x[new.start : new.stop]), bound
