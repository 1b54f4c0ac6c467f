"""The fairest point of the relaxation Q, by a chain of linear programs.

Stage by stage: maximise z subject to x in Q, x_t >= z*m_t for every type still free, x_t >= p_t*m_t for every type
settled before. A free type whose row has a positive dual has the probability z in every solution of the stage, so it is
settled at z. What comes out is leximin over Q, and since every lottery over panels is a point of Q, no lottery is fairer.
Source: as in Flanigan et al., Nature 596 (2021), 548-552, there over panels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.lotteries.counts import Counts, hot, run
from tessera.solvers.linear import INF, Floats
from tessera.solvers.watch import Watch

DUAL = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """``chance`` of one person of each type, leximin over Q, and a point x of Q that has it.

    ``bound`` is the first stage's z: no lottery gives everybody more. Where the time was up, ``chance`` is None.
    """

    chance: Floats | None
    x: Floats
    bound: float


def leximin_of_relaxation(counts: Counts, size: Floats, watch: Watch) -> Point | None:
    """The leximin point, ``size`` being the number of people of each type; None where Q is empty.

    Types that Q itself keeps out (no point has any of them) get 0 and do not lower the bound.
    """
    import highspy

    highs, types, z = hot(counts, extra=1), counts.types, counts.columns
    for t in range(types):
        highs.addRow(0.0, INF, 2, np.array([t, z], dtype=np.int32), np.array([1.0, -size[t]]))
    free, chance = np.ones(types, dtype=bool), np.zeros(types)
    x, bound = np.zeros(counts.columns), INF
    while free.any():
        if not run(highs, watch):
            return Point(None, x, min(bound, 1.0))
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        x = np.asarray(solution.col_value)[:z]
        level = float(solution.col_value[z])
        duals = np.abs(np.asarray(solution.row_dual)[counts.rows :]) * size
        settled = free & (duals > DUAL)
        if not settled.any():  # z is at its own limit of 1: everybody left can be certain
            settled = free.copy()
        if bound == INF and level > DUAL:
            bound = level
        chance[settled] = level if level > DUAL else 0.0
        for t in np.flatnonzero(settled).tolist():
            highs.changeCoeff(counts.rows + t, z, 0.0)
            highs.changeRowBounds(counts.rows + t, chance[t] * size[t], INF)
        free &= ~settled
        watch.say("bounding", bound=min(bound, 1.0), done=int((~free).sum()), of=types)
    x = np.clip(x, counts.low, counts.high)
    return Point(chance, x, 0.0 if bound == INF else bound)
