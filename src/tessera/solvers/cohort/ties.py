"""Among everything that is best, one by ticket, or all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tessera.solvers.cohort.sift import solve_whole
from tessera.solvers.cohort.system import Bound, System
from tessera.solvers.linear import Floats, Ints
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

BLOCK = 16  # people at once: weights up to 2^15 stay far from what the solver rounds


def settle(
    system: System, proof: Bound, x: Ints, order: Callable[[Ints], list[int]], people: int, watch: Watch
) -> tuple[Ints, bool]:
    """(the x that comes first of all that are as good as this one, whether the time sufficed to find it).

    Columns 0..people-1 are people, ``order`` puts some of them in order. x comes before y if at the first person in
    whom they differ it has 1. Several people are asked of one program, with weights 2^15, 2^14 ...
    """
    value = int(system.cost @ x)
    free, _fixed = proof.free(system, value)
    mine = free[free < people]
    waiting = order(mine)
    low, high = system.low.copy(), system.high.copy()
    for at in range(0, len(waiting), BLOCK):
        block = np.array(waiting[at : at + BLOCK], dtype=np.int64)
        if not x[block].all():
            here = replace(system, low=low, high=high)
            left = free[low[free] < high[free]]
            first, status = _first(here, x, left, block, value, watch)
            if status != Status.OPTIMAL:
                return x, False
            x = first
        low[block] = high[block] = x[block]
        if low[mine[x[mine] == 1]].all():
            break  # every seat that was open is taken
    return x, True


def _first(system: System, x: Ints, free: Ints, block: Ints, value: int, watch: Watch) -> tuple[Ints, Status]:
    weight: Floats = np.zeros(system.columns)
    weight[block] = 2.0 ** np.arange(len(block) - 1, -1, -1)
    fixed = np.where(system.low == system.high, system.low, x)
    found, outcome = solve_whole(system, watch, free, fixed, at_least=value, cost=weight[free])
    return found, outcome.status if len(found) else Status.UNKNOWN


def every(system: System, proof: Bound, x: Ints, people: int, cap: int, watch: Watch) -> tuple[list[Ints], bool]:
    """(at most ``cap`` sets of people that are as good as x, x's own first; whether these are all)."""
    value = int(system.cost @ x)
    free, fixed = proof.free(system, value)
    found = [np.flatnonzero(x[:people])]
    while len(found) < cap and not watch.over:
        other, outcome = solve_whole(system, watch, free, fixed, at_least=value, cuts=tuple(found))
        if outcome.status == Status.INFEASIBLE:
            return found, True
        if not len(other):
            return found, False
        found.append(np.flatnonzero(other[:people]))
    if len(found) < cap:
        return found, False
    _other, outcome = solve_whole(system, watch, free, fixed, at_least=value, cuts=tuple(found))
    return found, outcome.status == Status.INFEASIBLE
