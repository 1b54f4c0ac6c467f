"""A change after the fact: someone drops out, a file comes late, a conflict is declared."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tessera.solvers.assignment.assigning import A_MINUTE, least_sum_of
from tessera.solvers.assignment.connect import parts
from tessera.solvers.assignment.flow import best_total
from tessera.solvers.assignment.ground import Ground, Mask, ground
from tessera.solvers.assignment.ilp import most_kept
from tessera.solvers.assignment.model import Assignment, Objective, Pair, Problem, Reassignment
from tessera.solvers.assignment.shortage import shortages
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch


def reassign(
    problem: Problem, current: Iterable[Pair], *, floor: int | None = None, watch: Watch | None = None
) -> Reassignment:
    """Assign anew with the fewest pairs dropped, and among these with the most total.

    ``problem`` is the new state; ``current`` may name people and applications that are gone, and pairs that are no
    longer allowed. New pairs have at least the affinity ``floor``; old ones may stay below. Raises `InvalidProblem`.
    """
    watch = watch or Watch(time_limit=A_MINUTE)
    laid = ground(problem)
    before = sorted({(str(application), str(reviewer)) for application, reviewer in current})
    row_of = {one.id: n for n, one in enumerate(laid.applications)}
    column_of = {one.id: n for n, one in enumerate(laid.reviewers)}
    kept_before: Mask = np.zeros(laid.allowed.shape, dtype=bool)
    for application, reviewer in before:
        if application in row_of and reviewer in column_of:
            kept_before[row_of[application], column_of[reviewer]] = True
    kept_before &= laid.allowed
    mask = laid.allowed if floor is None else laid.allowed & (kept_before | (laid.value >= floor))
    status, rows, columns, most, total_bound = _fewest_moves(laid, mask, kept_before, watch)
    solved = status in (Status.OPTIMAL, Status.FEASIBLE)
    could = int(kept_before.sum())
    stayed = int(kept_before[rows, columns].sum())
    solver = "ortools" if laid.nested else "highspy"
    values = laid.value[rows, columns]
    total = int(values.sum()) if solved else None
    digest = sha256({"problem": laid.digest, "current": before, "floor": floor})

    def proof(value: int | None, bound: int | None) -> Proof:
        return Proof(status, value, bound, solver, solver_version(solver), watch.seconds, digest)

    assignment = Assignment(
        Objective.TOTAL,
        laid.pairs(rows, columns),
        total,
        int(values.min()) if len(values) else None,
        least_sum_of(laid, rows, columns),
        total_bound,
        parts(laid, rows, columns),
        shortages(laid, mask) if status == Status.INFEASIBLE else (),
        None,
        None,
        proof(total, total_bound if solved else None),
    )
    after, known = set(assignment.pairs), set(before)
    possible = set(laid.pairs(*np.nonzero(kept_before)))
    return Reassignment(
        assignment,
        tuple(pair for pair in before if pair in after),
        tuple(pair for pair in before if pair in possible and pair not in after),
        tuple(pair for pair in before if pair not in possible),
        tuple(pair for pair in assignment.pairs if pair not in known),
        proof(could - stayed if solved else None, could - most if solved else None),
    )


def _fewest_moves(laid: Ground, mask: Mask, kept: Mask, watch: Watch) -> tuple[Status, Ints, Ints, int, int | None]:
    """Status, places, the most pairs that can stay, and a bound on the total with so many staying.

    One flow does both: a pair that stays is worth more than all differences of affinity together.
    """
    none = np.zeros(0, dtype=np.int64)
    if not laid.nested:
        status, best, most = most_kept(laid, mask, kept, watch)
        return (status, none, none, 0, None) if best is None else (status, best.rows, best.columns, most, best.bound)
    low, high = (int(laid.value[mask].min()), int(laid.value[mask].max())) if mask.any() else (0, 0)
    stay = (high - low) * laid.reviews + 1
    found = best_total(laid, mask, (laid.value - low) * mask + stay * (kept & mask), watch)
    if found is None:
        return Status.INFEASIBLE, none, none, 0, None
    most, over = divmod(found.bound, stay)
    status = Status.OPTIMAL if found.weight == found.bound else Status.FEASIBLE
    total_bound = over + low * laid.reviews if status == Status.OPTIMAL else None
    return status, found.rows, found.columns, most, total_bound
