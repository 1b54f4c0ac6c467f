"""Panels as counts of people of each type, and the search for single panels.

People whom no rule tells apart are of one type, and only how many of them a panel has matters. So a panel is a vector of
whole numbers within limits, and all panels together the whole points of a polytope Q.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessera.solvers.linear import INF, Floats, Ints, Linear
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch

Flags = NDArray[np.bool_]

WHOLE = 1e-7  # a solver's number this near to a whole one is that
BESIDES = 40  # columns looked at besides the fractional ones, before all are
ANY = 1e12  # a gap with which the first panel met will do
SCALE = 1e4  # costs are brought to this size, since HiGHS takes 1e-6 for nothing


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The polytope Q: ``low <= x <= high`` and ``least <= sum value*x[column] <= most`` for every row.

    The first ``types`` columns count people of one type; those behind them are shortfalls of soft rules. Entries are
    kept row by row: those of row r are ``start[r]:start[r + 1]``, and ``row`` says the same for each entry.
    """

    types: int
    low: Floats
    high: Floats
    start: Ints
    row: Ints
    column: Ints
    value: Floats
    least: Floats
    most: Floats

    @property
    def columns(self) -> int:
        return len(self.low)

    @property
    def rows(self) -> int:
        return len(self.least)

    def load(self, x: Floats) -> Floats:
        """sum value*x of every row; exact for whole numbers below 2^53."""
        return np.bincount(self.row, self.value * x[self.column], minlength=self.rows).astype(float)

    def keeps(self, x: Floats) -> bool:
        """Whether a vector of whole numbers is a panel."""
        load = self.load(x)
        inside = (x >= self.low).all() and (x <= self.high).all()
        return bool(inside and (load >= self.least).all() and (load <= self.most).all())


def counts(
    types: int,
    low: Iterable[float],
    high: Iterable[float],
    rows: Iterable[tuple[Iterable[int], Iterable[float], float, float]],
) -> Counts:
    """Counts from rows (columns, values, least, most). A row without entries must hold by itself: ValueError."""
    start, column, value, least, most = [0], [], [], [], []
    for columns, values, lower, upper in rows:
        entries = [(int(c), float(v)) for c, v in zip(columns, values, strict=True) if v]
        if not entries and not lower <= 0 <= upper:
            raise ValueError("A row without entries cannot be kept.")
        if entries:
            column += [c for c, _v in entries]
            value += [v for _c, v in entries]
            start.append(len(column))
            least.append(lower)
            most.append(upper)
    lengths = np.diff(start)
    return Counts(
        types,
        np.asarray(list(low), dtype=float),
        np.asarray(list(high), dtype=float),
        np.asarray(start, dtype=np.int64),
        np.repeat(np.arange(len(lengths)), lengths),
        np.asarray(column, dtype=np.int64),
        np.asarray(value, dtype=float),
        np.asarray(least, dtype=float),
        np.asarray(most, dtype=float),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A part of Q: narrower limits of columns and rows."""

    low: Floats
    high: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A panel, or None, and what no panel of the face can exceed (``-inf``: the face has no panel at all)."""

    panel: Floats | None
    bound: float


class Finder:
    """Panels of Q that are good for given costs. One relaxation is kept in HiGHS and started hot each time."""

    def __init__(self, counts: Counts, watch: Watch, *, seed: int = 0) -> None:
        self.counts, self.watch, self.seed = counts, watch, seed
        self.all = Face(counts.low, counts.high, counts.least, counts.most)
        self._highs = hot(counts)
        self._columns = np.arange(counts.columns, dtype=np.int32)
        self._every = np.arange(counts.columns, dtype=np.int64)
        self._rows = np.arange(counts.rows, dtype=np.int32)

    def any_panel(self, cost: Floats, face: Face) -> Floats | None:
        """Some panel of the face, with a cost near the highest; None where there is none or the time is up."""
        relaxed = self.relaxed(cost, face)
        if relaxed is None:
            return None
        x, reduced, _value = relaxed
        panel = self._rounded(cost, face, x, reduced, gap=ANY)
        return self._whole(cost, face, self._every, x, gap=ANY)[0] if panel is None else panel

    def best(self, cost: Floats, above: float) -> Found:
        """A panel of more than ``above``, as soon as one is met; else a proof that there is none.

        In the second case the bound is not above ``above``, to within the solver's tolerances, unless the time is up.
        """
        scale = SCALE / max(float(np.abs(cost).max()), 1e-300)
        cost, above = cost * scale, above * scale
        relaxed = self.relaxed(cost, self.all)
        if relaxed is None:
            return Found(None, INF if self.watch.over else -INF)
        x, reduced, value = relaxed
        slack = 1e-9 * max(1.0, abs(above) if math.isfinite(above) else 1.0)
        if value <= above + slack:
            return Found(None, value / scale)
        panel = self._rounded(cost, self.all, x, reduced, gap=0.02 * abs(value))
        if panel is not None and float(cost @ panel) > above + slack:
            return Found(panel, value / scale)
        floor = max(above, float(cost @ panel)) if panel is not None else above
        # A column whose reduced cost is larger than what may be given away stays where the relaxation has it.
        open_ = np.flatnonzero(np.abs(reduced) <= value - floor + slack) if math.isfinite(floor) else self._every
        better, bound = self._whole(cost, self.all, open_, x, gap=slack)
        if better is not None and float(cost @ better) > above + slack:
            return Found(better, max(bound, floor) / scale)
        return Found(None, max(bound, floor) / scale)

    def relaxed(self, cost: Floats, face: Face | None = None) -> tuple[Floats, Floats, float] | None:
        """(x, reduced costs, value) of the relaxation; None where the face is empty or the time is up."""
        import highspy

        face = face or self.all
        self.watch.check()
        if self.watch.over:
            return None
        highs, size = self._highs, self.counts.columns
        highs.changeColsCost(size, self._columns, cost)
        highs.changeColsBounds(size, self._columns, face.low, face.high)
        highs.changeRowsBounds(self.counts.rows, self._rows, face.least, face.most)
        if not run(highs, self.watch):
            return None
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        value = float(highs.getInfo().objective_function_value)
        return np.asarray(solution.col_value), np.asarray(solution.col_dual), value

    def _rounded(self, cost: Floats, face: Face, x: Floats, reduced: Floats, *, gap: float) -> Floats | None:
        """A panel near the relaxation's solution: all but few columns stay at their whole numbers."""
        whole = np.round(x)
        fractional = np.abs(x - whole) > WHOLE
        if not fractional.any():
            return whole if self.counts.keeps(whole) else None
        likely = np.where(fractional, -1.0, np.abs(reduced))
        likely[(face.low >= face.high) & ~fractional] = INF
        near = np.argsort(likely, kind="stable")[: int(fractional.sum()) + BESIDES]
        near = np.sort(near[np.isfinite(likely[near])])
        return self._whole(cost, face, near, x, gap=gap)[0]

    def _whole(self, cost: Floats, face: Face, open_: Ints, x: Floats, *, gap: float) -> tuple[Floats | None, float]:
        """The best panel with all columns but ``open_`` at x, and its bound: -inf where there is none."""
        counts = self.counts
        fixed = np.round(x)
        fixed[open_] = 0
        number = np.full(counts.columns, -1)
        number[open_] = np.arange(len(open_))
        load = counts.load(fixed)
        place = number[counts.column]
        mine = place >= 0
        starts = np.concatenate([[0], np.cumsum(mine)])[counts.start]
        place, value = place[mine], counts.value[mine]
        program = Linear(maximise=True)
        program.add_columns(cost[open_], low=face.low[open_], high=face.high[open_])
        for r in range(counts.rows):
            first, last = starts[r], starts[r + 1]
            lower, upper = face.least[r] - load[r], face.most[r] - load[r]
            if first == last:
                if lower > 0 or upper < 0:
                    return None, -INF
                continue
            program.add_row(place[first:last], value[first:last], low=lower, high=upper)
        if self.watch.over:
            return None, INF
        outcome = program.solve(self.watch, seed=self.seed, gap=gap)
        constant = float(cost @ fixed)
        if outcome.status == Status.INFEASIBLE:
            return None, -INF
        bound = outcome.bound + constant
        if len(outcome.x) == 0:
            return None, bound if math.isfinite(bound) else INF
        panel = fixed
        panel[open_] = np.round(outcome.x)
        return (panel, bound) if counts.keeps(panel) else (None, bound)


def hot(counts: Counts, *, extra: int = 0) -> Any:
    """The relaxation in HiGHS, to be changed and run again; ``extra`` columns more, free of the rows, in [0, 1]."""
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = counts.columns + extra, counts.rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([np.zeros(counts.columns), np.ones(extra)])
    lp.col_lower_ = np.concatenate([counts.low, np.zeros(extra)])
    lp.col_upper_ = np.concatenate([counts.high, np.ones(extra)])
    lp.row_lower_, lp.row_upper_ = counts.least, counts.most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = counts.start.astype(np.int32)
    lp.a_matrix_.index_ = counts.column.astype(np.int32)
    lp.a_matrix_.value_ = counts.value
    highs = quiet()
    highs.passModel(lp)
    return highs


def quiet() -> Any:
    """HiGHS on one thread, silent, with the tightest tolerances it takes."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-10)
    highs.setOptionValue("dual_feasibility_tolerance", 1e-10)
    return highs


def run(highs: Any, watch: Watch) -> bool:
    """Solve a relaxation again, within what time is left; False where that is up. Raises `Cancelled`."""
    watch.check()
    if watch.over:
        return False
    if math.isfinite(watch.remaining):
        # HiGHS counts the time of all its runs together.
        highs.setOptionValue("time_limit", highs.getRunTime() + watch.remaining)
    highs.run()
    watch.check()
    return not watch.over
