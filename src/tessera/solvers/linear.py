"""Linear and mixed-integer programs, built as arrays and given to HiGHS."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

INF = math.inf
FAR = 1e19  # HiGHS writes 1e20 or infinity where it has no value
TOLERANCE = 1e-6
ROW_TOLERANCE = 1e-7  # by how much HiGHS lets a row be missed


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What HiGHS answered. Arrays are empty where there is no such thing.

    ``value`` and ``bound`` are in the sense of the program (a bound is an upper one when maximising). ``duals`` and
    ``reduced`` are of an LP, signed as changes of the value for one unit more of the row's or column's limit. ``ray``
    proves an LP infeasible: the rows of non-zero weight cannot hold together.
    """

    status: Status
    value: float
    bound: float
    x: Floats
    duals: Floats
    reduced: Floats
    ray: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """A program by rows: row r has ``index[start[r]:start[r + 1]]`` and the values beside."""

    cost: Floats
    low: Floats
    high: Floats
    start: Ints
    index: Ints
    value: Floats
    row_low: Floats
    row_high: Floats


class Linear:
    """maximise or minimise c'x subject to row limits and column limits.

    Columns and rows are numbered from 0 in the order in which they were added.
    """

    def __init__(self, *, maximise: bool = False) -> None:
        self.maximise = maximise
        self._cost: list[Floats] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._whole: list[NDArray[np.bool_]] = []
        self._row_low: list[float] = []
        self._row_high: list[float] = []
        self._index: list[Ints] = []
        self._value: list[Floats] = []
        self.columns = 0

    @property
    def rows(self) -> int:
        return len(self._row_low)

    def add_columns(
        self,
        cost: Sequence[float] | Floats,
        *,
        low: float | Sequence[float] | Floats = 0.0,
        high: float | Sequence[float] | Floats = 1.0,
        whole: bool | Sequence[bool] = True,
    ) -> range:
        """Add columns; ``whole`` ones take whole numbers only. Returns their numbers."""
        costs = np.asarray(cost, dtype=float)
        count = len(costs)
        self._cost.append(costs)
        self._low.append(np.broadcast_to(np.asarray(low, dtype=float), count).copy())
        self._high.append(np.broadcast_to(np.asarray(high, dtype=float), count).copy())
        self._whole.append(np.broadcast_to(np.asarray(whole, dtype=bool), count).copy())
        first, self.columns = self.columns, self.columns + count
        return range(first, self.columns)

    def set_cost(self, cost: Sequence[float] | Floats) -> None:
        """Another objective over the columns that there are."""
        costs = np.asarray(cost, dtype=float)
        if len(costs) != self.columns:
            raise ValueError("A cost for each column is needed.")
        self._cost = [costs]

    def add_row(
        self,
        index: Iterable[int] | Ints,
        value: Sequence[float] | Floats | float = 1.0,
        *,
        low: float = -INF,
        high: float = INF,
    ) -> int:
        """Add ``low <= sum value*x[index] <= high``; returns the row's number. An index stands once in a row."""
        columns = np.asarray(index if isinstance(index, np.ndarray) else list(index), dtype=np.int64)
        self._index.append(columns)
        self._value.append(np.broadcast_to(np.asarray(value, dtype=float), len(columns)).copy())
        self._row_low.append(low)
        self._row_high.append(high)
        return self.rows - 1

    def add_rows(self, start: Ints, index: Ints, value: Floats | Ints, *, low: Floats, high: Floats) -> range:
        """Add many rows at once: row r has ``index[start[r]:start[r + 1]]`` and its values. Returns their numbers."""
        first = self.rows
        cuts = np.asarray(start[1:-1], dtype=np.int64)
        self._index += np.split(np.asarray(index, dtype=np.int64), cuts)
        self._value += np.split(np.asarray(value, dtype=float), cuts)
        self._row_low += np.asarray(low, dtype=float).tolist()
        self._row_high += np.asarray(high, dtype=float).tolist()
        return range(first, self.rows)

    def solve(
        self,
        watch: Watch | None = None,
        *,
        relaxed: bool = False,
        seed: int = 0,
        time_limit: float = INF,
        gap: float = 0.5,
        start: Floats | None = None,
        want_ray: bool = False,
        tolerance: float | None = None,
        told: Callable[[float], float] | None = None,
    ) -> Outcome:
        """Ask HiGHS, on one thread and with a fixed seed.

        ``relaxed`` drops the demand for whole numbers. With integer costs an absolute ``gap`` of 0.5 is a proof.
        ``want_ray`` asks an infeasible LP for its Farkas ray, which needs presolve off. ``tolerance`` is by how much a row
        or a whole number may be missed (HiGHS: 1e-7 and 1e-6), for programs of large coefficients. The shorter of ``time_limit``
        and what the watch has left holds. Presolve stays off where some columns are whole and others not: with it, HiGHS 1.14
        calls wrong answers optimal there. ``told`` puts value and bound into the unit in which the watch notes them while
        whole numbers are searched (None: it does not). Raises `Cancelled`.
        """
        import highspy

        watch = watch or Watch()
        watch.check()
        if not self.columns:
            return self._without_columns(tolerance or ROW_TOLERANCE)
        highs = self._loaded(highspy, relaxed)
        highs.setOptionValue("random_seed", seed)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", gap)
        limit = min(time_limit, watch.remaining)
        if math.isfinite(limit):
            highs.setOptionValue("time_limit", max(limit, 0.01))
        if want_ray:
            highs.setOptionValue("presolve", "off")
            highs.setOptionValue("solver", "simplex")
        if not relaxed and self.is_mixed:
            highs.setOptionValue("presolve", "off")
        if tolerance is not None:
            highs.setOptionValue("primal_feasibility_tolerance", tolerance)
            highs.setOptionValue("mip_feasibility_tolerance", tolerance)
        if start is not None and not relaxed:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        _run(highs, watch, None if relaxed else told)
        watch.check()
        return _outcome(highspy, highs, relaxed or not self.has_whole, want_ray)

    def _without_columns(self, tolerance: float) -> Outcome:
        """Every row sums to nothing; HiGHS does not look whether it may, and calls the program solved."""
        none = np.zeros(0)
        for row, (low, high) in enumerate(zip(self._row_low, self._row_high, strict=True)):
            if math.isnan(low) or math.isnan(high):
                raise ValueError("A limit or a cost is not a number.")
            if not low - tolerance <= 0 <= high + tolerance:
                ray = np.zeros(self.rows)
                ray[row] = 1.0 if low > 0 else -1.0
                return Outcome(Status.INFEASIBLE, math.nan, math.nan, none, none, none, ray)
        return Outcome(Status.OPTIMAL, 0.0, 0.0, none, np.zeros(self.rows), none, none)

    @property
    def has_whole(self) -> bool:
        return any(bool(part.any()) for part in self._whole)

    @property
    def is_mixed(self) -> bool:
        """Whether some columns take whole numbers only and others, that are not held at one number, any."""
        if not self.has_whole:
            return False
        return any(
            bool((~whole & (low < high)).any())
            for whole, low, high in zip(self._whole, self._low, self._high, strict=True)
        )

    def arrays(self) -> Arrays:
        """The program as it stands."""
        lengths = np.fromiter((len(part) for part in self._index), dtype=np.int64, count=self.rows)
        return Arrays(
            _joined(self._cost),
            _joined(self._low),
            _joined(self._high),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            _joined(self._index).astype(np.int64),
            _joined(self._value),
            np.asarray(self._row_low, dtype=float),
            np.asarray(self._row_high, dtype=float),
        )

    def _loaded(self, highspy: Any, relaxed: bool) -> Any:
        given = self.arrays()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.sense_ = highspy.ObjSense.kMaximize if self.maximise else highspy.ObjSense.kMinimize
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = given.cost, given.low, given.high
        lp.row_lower_, lp.row_upper_ = given.row_low, given.row_high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = given.start.astype(np.int32)
        lp.a_matrix_.index_ = given.index.astype(np.int32)
        lp.a_matrix_.value_ = given.value
        if not relaxed and self.has_whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(whole)] for part in self._whole for whole in part]
        if any(
            np.isnan(part).any() for part in (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
        ):
            raise ValueError("A limit or a cost is not a number.")
        if np.isnan(lp.a_matrix_.value_).any():
            raise ValueError("A coefficient is not a number.")
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        if highs.passModel(lp) == highspy.HighsStatus.kError:
            raise ValueError("HiGHS refused the program.")
        return highs


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0)


def _run(highs: Any, watch: Watch, told: Callable[[float], float] | None) -> None:
    """Let HiGHS search; it asks now and then, not always within a second, whether it should end."""
    over = threading.Event()

    def ask(event: Any) -> None:
        if over.is_set():
            event.interrupt()

    def note(event: Any) -> None:
        found, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if told is not None:
            watch.note(*(told(one) if abs(one) < FAR else None for one in (found, bound)))

    if told is not None and watch.report is not None:
        highs.cbMipImprovingSolution += note
        highs.cbMipInterrupt += note
    if watch.cancelled is not None or watch.report is not None:  # a report that fails ends the search too
        highs.cbSimplexInterrupt += ask
        highs.cbIpmInterrupt += ask
        highs.cbMipInterrupt += ask
    watch.run(highs.run, over.set)


def _outcome(highspy: Any, highs: Any, relaxed: bool, want_ray: bool) -> Outcome:
    known = highspy.HighsModelStatus
    said = highs.getModelStatus()
    info = highs.getInfo()
    none = np.zeros(0)
    if said in (known.kInfeasible, known.kUnboundedOrInfeasible):
        ray = none
        if want_ray:
            _status, has_ray, values = highs.getDualRay()
            ray = np.asarray(values, dtype=float) if has_ray else none
        return Outcome(Status.INFEASIBLE, math.nan, math.nan, none, none, none, ray)
    if said in (known.kUnbounded, known.kModelError, known.kSolveError, known.kLoadError):
        raise ArithmeticError(f"HiGHS could not solve the program: {highs.modelStatusToString(said)}.")
    bound = float(info.objective_function_value if relaxed else info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(Status.UNKNOWN, math.nan, math.nan if relaxed else bound, none, none, none, none)
    solution = highs.getSolution()
    return Outcome(
        Status.OPTIMAL if said in (known.kOptimal, known.kModelEmpty) else Status.FEASIBLE,
        float(info.objective_function_value),
        bound if said == known.kOptimal or not relaxed else math.nan,
        np.asarray(solution.col_value, dtype=float),
        np.asarray(solution.row_dual, dtype=float) if relaxed else none,
        np.asarray(solution.col_dual, dtype=float) if relaxed else none,
        none,
    )


__all__ = ["INF", "TOLERANCE", "Cancelled", "Floats", "Ints", "Linear", "Outcome", "Watch"]
