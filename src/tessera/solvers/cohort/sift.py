"""The best cohort by sifting: exact, and quick because almost nobody needs to be looked at.

maximise   sum c_j x_j            x_j whole, low_j <= x_j <= high_j
subject to sum_j a_rj x_j <= most_r   (row 0: = most_0)

Columns are the people, and a shortfall for each row of a soft rule. Steps:

1. The relaxation over all columns, itself by sifting: solve it over a few hundred, price all others, add those that
   would improve it, again until none does.
2. Its duals y, rounded to multiples of 2^-30, give in exact integer arithmetic the bound
   z(y) = sum_r y_r most_r + sum_j max(d_j low_j, d_j high_j),   d_j = c_j - sum_r y_r a_rj,
   which holds for every y >= 0, whatever the solver's tolerances.
3. The whole-number program over the columns in use and the 50 next best (else the 400, else all): an incumbent of
   value S.
4. floor(z) = S proves it. Else a column with z - |d_j| < S + 1 stays at the end where the bound has it in anything
   better, and the program over the rest, some dozens of people, is the last one. Asked for equals too, it takes S for
   S + 1 and leaves the incumbent out.

Programs of at most 500 columns go to CP-SAT (`small`), in whole numbers; larger ones, which are rare, to HiGHS.

Source: reduced-cost fixing as in Nemhauser and Wolsey, Integer and Combinatorial Optimization (1988), II.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.system import Best, Bound, System, prove, reduced_program
from tessera.solvers.linear import Floats, Ints, Outcome
from tessera.solvers.proof import Status
from tessera.solvers.small import solve_small
from tessera.solvers.watch import Watch

ADDED, BESIDES, FEW = 400, (50, 400), 500
ROUNDS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The relaxation over all columns: its bound, the columns in use, and all columns that were looked at.

    ``ray`` instead, weights of rows that cannot hold together, where it is infeasible (`prove_none` says that exactly).
    """

    bound: Bound | None
    used: Ints
    active: Ints
    ray: Floats | None = None


def relax(system: System, watch: Watch, active: Ints) -> Relaxed:
    """Solve the relaxation by sifting, from these columns on. With the time up, the bound may be a loose one."""
    nothing = np.zeros(system.columns, dtype=np.int64)
    open_ = system.high > 0
    active = np.union1d(active[open_[active]], np.flatnonzero(system.low > 0))
    if not open_.any():
        broken = np.flatnonzero((system.most < 0) | ((np.arange(len(system.most)) == 0) & (system.most != 0)))
        ray = np.zeros(len(system.most))
        ray[broken[:1]] = 1.0
        return Relaxed(prove(system, ray * 0), active, active, ray if len(broken) else None)
    if not len(active):
        active = np.flatnonzero(open_)
    bound: Bound | None = None
    for _round in range(ROUNDS):
        watch.check()
        linear, kept = reduced_program(system, active, nothing, whole=False)
        outcome = linear.solve(watch, relaxed=True)
        infeasible = outcome.status == Status.INFEASIBLE
        if infeasible:
            outcome = linear.solve(watch, relaxed=True, want_ray=True)
        outside = open_.copy()
        outside[active] = False
        duals = np.zeros(len(system.most))
        if infeasible:
            if not outcome.ray.any():
                active, more = np.flatnonzero(open_), bool(outside.any())
                if more:
                    continue
                return Relaxed(None, active, active, np.ones(len(system.most)))
            duals[kept] = outcome.ray
            duals = _oriented(system, active, duals)
            gain = _against(system, duals)
            helps = np.flatnonzero(outside & (gain < -1e-9))
            if not len(helps):
                return Relaxed(None, active, active, duals)
            active = np.union1d(active, _some(helps, gain))
            continue
        if outcome.status != Status.OPTIMAL:
            return Relaxed(bound, active, active)
        duals[kept] = outcome.duals
        bound = prove(system, duals)
        used = active[outcome.x > 1e-7]
        better = np.flatnonzero(outside & (bound.worth > 0))
        if not len(better) or bound.whole <= math.floor(outcome.value + 1e-6):
            return Relaxed(bound, used, active)
        active = np.union1d(active, _some(better, -bound.worth.astype(float)))
    return relax(system, watch, np.flatnonzero(open_)) if len(active) < open_.sum() else Relaxed(bound, active, active)


def _some(columns: Ints, key: Floats) -> Ints:
    """Of ``columns`` the `ADDED` of least key."""
    if len(columns) <= ADDED:
        return columns
    return columns[np.argpartition(key[columns], ADDED)[:ADDED]]


def _against(system: System, duals: Floats) -> Floats:
    """sum_r y_r a_rj of every column."""
    return np.add.reduceat(duals[system.row] * system.value, system.start[:-1])


def _oriented(system: System, active: Ints, ray: Floats) -> Floats:
    """The ray with the sign in which it contradicts: least possible y*A*x above y*most, y >= 0 but for row 0."""
    best, chosen = -math.inf, ray
    for candidate in (ray, -ray):
        duals = candidate.copy()
        duals[1:] = np.maximum(duals[1:], 0)
        gain = _against(system, duals)[active]
        least = float(np.minimum(gain * system.low[active], gain * system.high[active]).sum())
        over = least - float(duals @ np.where(duals != 0, system.most, 0))
        if over > best:
            best, chosen = over, duals
    return chosen


def search(
    system: System,
    watch: Watch,
    *,
    first: Ints,
    known: Floats | None = None,
    besides: Floats | None = None,
    incumbent: Ints | None = None,
    people: int = 0,
    at_least: int | None = None,
) -> Best:
    """The best x, proven, unless the time is up.

    ``first`` are columns to begin with. ``known`` are duals of a like system: where their bound is good enough for the
    incumbent no relaxation is solved. ``besides`` ranks columns of equal worth, lowest first. ``incumbent`` is some x that keeps
    every row. With ``people``, the number of columns that are people, it is also told whether another set of people is
    as good. With ``at_least``, nothing below that value counts: INFEASIBLE where there is no x that reaches it.
    """
    none = np.zeros(0, dtype=np.int64)
    if known is not None and incumbent is not None:
        closed = _close(system, watch, prove(system, known), incumbent, FEW, people)
        if closed is not None:
            return closed
    relaxed = relax(system, watch, first)
    if relaxed.ray is not None:
        return Best(Status.INFEASIBLE, None, None, none, None)
    if relaxed.bound is None:
        return _stopped(system, incumbent, None)
    proof = relaxed.bound
    _tell(watch, people, None, proof)
    if at_least is not None and incumbent is None:
        reached = _reach(system, watch, proof, at_least)
        if reached is not None:
            return reached
    for width in (*BESIDES, system.columns):
        if incumbent is None:
            incumbent, status = _around(system, watch, proof, relaxed.used, width, besides)
            if status == Status.UNKNOWN:
                return _stopped(system, None, proof)
    if incumbent is None:
        return Best(Status.INFEASIBLE, None, None, none, proof)
    _tell(watch, people, int(system.cost @ incumbent), proof)
    closed = _close(system, watch, proof, incumbent, system.columns, people)
    best = closed if closed is not None else _stopped(system, incumbent, proof)
    if at_least is not None and best.bound is not None and best.bound < at_least:
        return Best(Status.INFEASIBLE, None, None, none, proof)
    return best


def _tell(watch: Watch, people: int, value: int | None, proof: Bound) -> None:
    """Report value and bound of a selection; programs of other questions are too many and too quick."""
    if people:
        watch.say(watch.step, value, proof.whole)


def _around(
    system: System, watch: Watch, proof: Bound, used: Ints, width: int, besides: Floats | None
) -> tuple[Ints | None, Status]:
    """The best over these columns and the ``width`` of greatest worth besides."""
    open_ = np.flatnonzero(system.high > 0)
    tie = np.zeros(system.columns) if besides is None else besides
    order = open_[np.lexsort((tie[open_], -proof.worth[open_]))]
    columns = np.union1d(np.union1d(used, order[:width]), np.flatnonzero(system.low > 0))
    columns = columns[system.high[columns] > 0]
    x, outcome = solve_whole(system, watch, columns, np.zeros(system.columns, dtype=np.int64))
    return (x if len(x) else None), outcome.status


def _reach(system: System, watch: Watch, proof: Bound, target: int) -> Best | None:
    """The best of all that reach ``target``; None where more than `FEW` columns are open, or the time was up."""
    none = np.zeros(0, dtype=np.int64)
    if proof.whole < target:
        return Best(Status.INFEASIBLE, None, None, none, proof)
    free, fixed = proof.free(system, target)
    if len(free) > FEW:
        return None
    x, outcome = solve_whole(system, watch, free, fixed, at_least=target)
    if outcome.status == Status.INFEASIBLE:
        return Best(Status.INFEASIBLE, None, None, none, proof)
    if outcome.status != Status.OPTIMAL:
        return None
    value = int(system.cost @ x)
    return Best(Status.OPTIMAL, value, value, x, proof)


def _close(system: System, watch: Watch, proof: Bound, incumbent: Ints, most: int, people: int) -> Best | None:
    """Prove the incumbent or find the best; None where more than ``most`` columns are open."""
    while True:
        value = int(system.cost @ incumbent)
        if proof.whole <= value and not people:
            return Best(Status.OPTIMAL, value, value, incumbent, proof)
        wanted = value if people else value + 1
        free, fixed = proof.free(system, wanted)
        if len(free) > most:
            return None
        cuts = (np.flatnonzero(incumbent[:people]),) if people else ()
        x, outcome = solve_whole(system, watch, free, fixed, at_least=wanted, cuts=cuts)
        found = int(system.cost @ x) if len(x) else value - 1
        if outcome.status in (Status.OPTIMAL, Status.INFEASIBLE) and found <= value:
            return Best(Status.OPTIMAL, value, value, incumbent, proof, found == value if people else None)
        if found > value:
            incumbent = x
        if outcome.status == Status.OPTIMAL:
            if people:
                continue  # better than the incumbent; whether it has equals is not known yet
            return Best(Status.OPTIMAL, found, found, incumbent, proof)
        value = max(value, found)
        outside = int(system.cost @ fixed) - int(system.cost[free] @ fixed[free])
        above = proof.whole if math.isnan(outcome.bound) else outside + math.floor(min(outcome.bound, 1e15) + 1e-6)
        bound = max(value, min(proof.whole, above))
        return Best(Status.OPTIMAL if bound == value else Status.FEASIBLE, value, bound, incumbent, proof)


def _stopped(system: System, incumbent: Ints | None, proof: Bound | None) -> Best:
    bound = None if proof is None else proof.whole
    if incumbent is None:
        return Best(Status.UNKNOWN, None, bound, np.zeros(0, dtype=np.int64), proof)
    value = int(system.cost @ incumbent)
    status = Status.OPTIMAL if bound == value else Status.FEASIBLE
    return Best(status, value, bound, incumbent, proof)


def solve_whole(
    system: System,
    watch: Watch,
    columns: Ints,
    fixed: Ints,
    *,
    at_least: int | None = None,
    cost: Floats | None = None,
    cuts: tuple[Ints, ...] = (),
) -> tuple[Ints, Outcome]:
    """(x over all columns, what HiGHS said) over ``columns``, all others at ``fixed``; x is empty where none was found.

    ``at_least`` asks for a value of at least that, ``cost`` for another objective over ``columns``; each of ``cuts`` is
    a set of columns that may not all be 1. What HiGHS returns is rounded and held to every row in exact arithmetic; a
    miss is asked again with the tightest tolerances, and raises ArithmeticError if it stays.
    """
    outside = fixed.copy()
    outside[columns] = 0
    given = int(system.cost @ outside)
    if not len(columns):
        return _nothing_open(system, outside, at_least, cuts)
    for tolerance in (None, 1e-9):
        linear, _kept = reduced_program(system, columns, outside, whole=True)
        if at_least is not None:
            worth = system.cost[columns]
            linear.add_row(np.flatnonzero(worth), worth[worth != 0].astype(float), low=float(at_least - given))
        for cut in cuts:
            inside = np.flatnonzero(np.isin(columns, cut))
            linear.add_row(inside, low=-math.inf, high=float(len(cut) - int(outside[cut].sum()) - 1))
        if cost is not None:
            linear.set_cost(cost)
        few = len(columns) <= FEW
        outcome = solve_small(linear, watch) if few else linear.solve(watch, tolerance=tolerance)
        if not len(outcome.x):
            return np.zeros(0, dtype=np.int64), outcome
        x = outside.copy()
        x[columns] = np.rint(outcome.x).astype(np.int64)
        held = at_least is None or int(system.cost @ x) >= at_least
        if held and system.keeps(x) and all(int(x[cut].sum()) < len(cut) for cut in cuts):
            return x, outcome
    raise ArithmeticError("HiGHS broke a rule by more than rounding explains.")


def _nothing_open(system: System, x: Ints, at_least: int | None, cuts: tuple[Ints, ...]) -> tuple[Ints, Outcome]:
    """The answer where no column is left to choose: x itself, or nothing."""
    none = np.zeros(0)
    kept = system.keeps(x) and all(int(x[cut].sum()) < len(cut) for cut in cuts)
    value = int(system.cost @ x)
    if not kept or (at_least is not None and value < at_least):
        return np.zeros(0, dtype=np.int64), Outcome(Status.INFEASIBLE, math.nan, math.nan, none, none, none, none)
    return x, Outcome(Status.OPTIMAL, float(value), float(value), x.astype(float), none, none, none)
