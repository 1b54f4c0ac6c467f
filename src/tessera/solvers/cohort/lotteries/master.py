"""The mixture of known panels that gives the most, and the search for panels that would give more.

maximise   z            over weights w_P >= 0 with sum w_P = 1
subject to sum_P w_P P_t / unit_t >= z            for every free type t
           sum_P w_P P_t / unit_t >= level_t      for every settled type t

With duals y (of the types, those of free ones adding up to 1) every mixture of all panels has
z <= max_P sum_t y_t P_t / unit_t - sum_{t settled} y_t level_t, so that the best panel for the costs y/unit either
improves the mixture or proves it (column generation).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.lotteries.counts import Finder, Flags, quiet, run
from tessera.solvers.linear import INF, Floats
from tessera.solvers.watch import Watch

STEP = 1e-9  # an improvement below this is none
DUAL = 1e-7
NEAR = 1e-7  # a bound this near to the value proves it


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """``z`` and the weights of the panels that give it; ``duals`` of the types, and what a panel must exceed."""

    z: float
    weights: Floats
    duals: Floats
    price: float


class Master:
    """Panels known so far, and the program over them, kept in HiGHS and started hot."""

    def __init__(self, unit: Floats, watch: Watch) -> None:
        self.unit, self.watch = unit, watch
        self.panels: list[Floats] = []
        self.free = np.ones(len(unit), dtype=bool)
        self.level = np.zeros(len(unit))
        self._known: set[bytes] = set()
        self._highs = quiet()
        self._highs.changeObjectiveSense(_maximise())
        rows = len(unit)
        self._highs.addVar(0.0, INF)
        self._highs.changeColCost(0, 1.0)
        for _t in range(rows):
            self._highs.addRow(0.0, INF, 1, np.array([0], dtype=np.int32), np.array([-1.0]))
        self._highs.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))

    def add(self, panels: Iterable[Floats]) -> bool:
        """Add panels; False where none of them is new."""
        grown = False
        for panel in panels:
            key = panel.astype(np.int64).tobytes()
            if key in self._known:
                continue
            self._known.add(key)
            self.panels.append(panel)
            there = np.flatnonzero(panel[: len(self.unit)])
            index = np.append(there, len(self.unit)).astype(np.int32)
            self._highs.addCol(0.0, 0.0, INF, len(index), index, np.append(panel[there] / self.unit[there], 1.0))
            grown = True
        return grown

    def settle(self, types: Flags, level: float) -> None:
        """From now on these types get at least ``level``, and z is that of the others."""
        for t in np.flatnonzero(types).tolist():
            self._highs.changeCoeff(t, 0, 0.0)
            self._highs.changeRowBounds(t, level, INF)
            self.level[t] = level
            self.free[t] = False
        if not self.free.any():
            self._highs.changeColBounds(0, 0.0, 0.0)

    def mix(self) -> Mixture | None:
        """The best mixture of the known panels; None where the time is up."""
        import highspy

        if not run(self._highs, self.watch):
            return None
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()  # start cold: a hot basis may have gone bad
            if not run(self._highs, self.watch):
                return None
            if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                raise ArithmeticError("HiGHS could not mix the panels.")
        solution = self._highs.getSolution()
        values = np.asarray(solution.col_value)
        duals = np.abs(np.asarray(solution.row_dual)[:-1])
        z = float(values[0])
        return Mixture(z, np.maximum(values[1:], 0.0), duals, z + float(duals[~self.free] @ self.level[~self.free]))


@dataclass(frozen=True, slots=True, eq=False)
class Raised:
    """The best mixture found; no mixture at all has more than ``bound``, and ``proven`` says that this one has it."""

    mixture: Mixture | None
    bound: float
    proven: bool


def raise_lowest(
    master: Master,
    finder: Finder,
    *,
    step: str,
    bound: float = INF,
    goal: float = INF,
    hopeless: float = -INF,
    rounds: float = INF,
) -> Raised:
    """Column generation until nothing improves, z reaches ``goal``, the bound is below ``hopeless``, or time is up.

    At most ``rounds`` searches for a panel. Only where nothing improves are the duals those of all panels.
    """
    mixture: Mixture | None = None
    for turn in itertools.count():
        mixed = master.mix()
        if mixed is None:
            return Raised(mixture, bound, False)
        mixture = mixed
        finder.watch.say(step, mixture.z, bound if bound < INF else None, int((~master.free).sum()), len(master.unit))
        if mixture.z >= goal:
            return Raised(mixture, max(bound, mixture.z), True)
        if turn >= rounds:
            return Raised(mixture, bound, False)
        cost = np.zeros(finder.counts.columns)
        cost[: len(master.unit)] = mixture.duals / master.unit
        found = finder.best(cost, mixture.price + STEP)
        if finder.watch.over:
            return Raised(mixture, bound, False)
        bound = min(bound, max(found.bound - mixture.price + mixture.z, mixture.z))
        if found.panel is None or not master.add([found.panel]):
            return Raised(mixture, bound, found.panel is None and found.bound <= mixture.price + NEAR)
        if bound < hopeless:
            return Raised(mixture, bound, False)
    raise AssertionError  # counting does not end


def _maximise() -> object:
    import highspy

    return highspy.ObjSense.kMaximize
