"""The exact method: flows over promising pairs, widened until prices prove that no other pair can help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tessera.solvers.assignment.answers import answers, best
from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.assignment.network import cheapest, feasible, network, prices
from tessera.solvers.linear import Ints
from tessera.solvers.watch import Watch

WIDTH = 24  # pairs of every application that a flow starts with, and at least four times its reviews


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """An assignment of most weight: its places, its weight, and the prices that bound every other's."""

    rows: Ints
    columns: Ints
    weight: int
    bound: int
    price: Ints


def possible(ground: Ground, allowed: Mask) -> tuple[Ints, Ints] | None:
    """Some assignment over these pairs, or None where there is none (proven by max-flow)."""
    if (allowed.sum(axis=1) < ground.need).any():
        return None
    zero = np.zeros(allowed.shape, dtype=np.int64)
    for mask in (_promising(ground, allowed, ground.value), allowed):
        net = network(ground, mask, zero)
        flow, missing, _cut = feasible(net)
        if not missing:
            used = flow[: len(net.rows)] > 0
            return net.rows[used], net.columns[used]
        if mask.sum() == allowed.sum():
            break
    return None


def best_total(ground: Ground, allowed: Mask, weight: Ints, watch: Watch) -> Best | None:
    """The assignment of most weight over ``allowed``; None where there is none. Needs nested rules.

    A flow over the best pairs of every application gives prices of reviewers; at these each application answers with
    the pairs it would choose among all. Where the answers are worth no more than the flow, the flow is best of all
    (weak duality); else they join in. Every round adds a pair or ends.
    """
    mask = _promising(ground, allowed, weight)
    known: Best | None = None
    while True:
        watch.check()
        net = network(ground, mask, weight)
        flow = cheapest(net)
        if flow is None:
            if mask.sum() == allowed.sum():
                return None
            some = possible(ground, allowed)
            if some is None:
                return None
            mask = mask.copy()
            mask[some] = True
            continue
        used = flow[: len(net.rows)] > 0
        rows, columns = net.rows[used], net.columns[used]
        price = prices(net, flow)
        reply = None if price is None else answers(ground, allowed, weight, price)
        if price is None or reply is None:
            raise ArithmeticError("The flow is not of least cost.")
        found = int(weight[rows, columns].sum())
        bound = reply.bound if known is None else min(reply.bound, known.bound)
        known = Best(rows, columns, found, bound, price if known is None or reply.bound <= known.bound else known.price)
        watch.say("total", found, bound)
        if found == bound or watch.over:
            return known
        mask = mask | reply.chosen


@dataclass(frozen=True, slots=True)
class Floor:
    """The largest affinity found that every pair can have, and the largest not yet ruled out.

    ``above`` is the smallest affinity known to be out of reach; None where there is none larger.
    """

    value: int
    bound: int
    above: int | None

    @property
    def proven(self) -> bool:
        return self.value == self.bound


def weakest_pair(ground: Ground, watch: Watch, reached: Callable[[Ground, Mask], bool] | None = None) -> Floor | None:
    """Binary search for the largest floor over which an assignment exists; None where there is none at all.

    ``reached`` judges one floor's pairs: by max-flow where it is None, which needs nested rules. No application can
    have a floor above its own need-th best affinity, so the search starts at the least of these and gallops down:
    high floors leave few pairs and are quick to judge.
    """
    if (ground.allowed.sum(axis=1) < ground.need).any():
        return None
    steps = np.unique(ground.value[ground.allowed])
    ranked = np.sort(np.where(ground.allowed, ground.value, steps[0] if len(steps) else 0), axis=1)
    own = ranked[np.arange(len(ranked)), ranked.shape[1] - ground.need] if len(ranked) else steps[-1:]
    top = int(np.searchsorted(steps, own.min()))
    above, at, stride = top + 1, top, 1
    judge = reached or _by_flow
    while not judge(ground, ground.allowed & (ground.value >= steps[at])):
        watch.check()
        above = at
        if at == 0:
            return None
        at, stride = max(0, at - stride), stride * 2
    while above - at > 1 and not watch.over:
        watch.say("weakest pair", float(steps[at]), float(steps[above - 1]))
        middle = (above + at) // 2
        if judge(ground, ground.allowed & (ground.value >= steps[middle])):
            at = middle
        else:
            above = middle
    return Floor(int(steps[at]), int(steps[above - 1]), int(steps[above]) if above < len(steps) else None)


def _by_flow(ground: Ground, mask: Mask) -> bool:
    return possible(ground, mask) is not None


def _promising(ground: Ground, allowed: Mask, weight: Ints) -> Mask:
    width = max(WIDTH, 4 * int(ground.need.max(initial=0)))
    return best(ground, allowed, weight, width)
