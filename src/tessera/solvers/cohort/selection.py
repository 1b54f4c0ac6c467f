"""The best cohort, all best cohorts, and what each rule costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tessera.solvers.cohort.answers import Limit, Price, Selection, Shortfall
from tessera.solvers.cohort.counts import counts_of
from tessera.solvers.cohort.documents import digest_of
from tessera.solvers.cohort.greedy import greedy
from tessera.solvers.cohort.model import Pool, Rules, check_together
from tessera.solvers.cohort.rows import Rows, rows_of
from tessera.solvers.cohort.stages import Hint, Standing, penalty_of, shortfalls_of, standing
from tessera.solvers.cohort.tickets import called
from tessera.solvers.cohort.ties import every, settle
from tessera.solvers.linear import Ints
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch

SOLVER = "highspy+ortools"  # relaxations, and the small programs that sifting leaves


def select(
    pool: Pool,
    rules: Rules,
    k: int,
    *,
    seed: str = "",
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> Selection:
    """Choose the best k people.

    maximise   sum_i score_i x_i     x_i in {0, 1}
    subject to sum_i x_i = k, every hard rule, and the least possible penalty of the soft ones

    ``time_limit`` is in seconds; when it is up, the best found is returned with its bound. Same pool, rules, k and
    ``seed``: same cohort, whatever the order of the input, unless the clock cut the search or ``ties_possible`` is None.
    A problem without a cohort is an answer (``Status.INFEASIBLE``; `diagnose` tells why); only data that make no sense
    raise `DataFault`. Raises `Cancelled`.
    """
    check_together(pool, rules, k)
    watch = watch or Watch(time_limit)
    digest = digest_of(pool, rules, k)
    rows = rows_of(pool, rules, k)
    if counts_of(rows, pool, rules, k):
        proof = Proof(Status.INFEASIBLE, None, None, "counting", "", watch.seconds, digest)
        return Selection((), None, None, proof, k, penalty=None, seed=seed)
    watch.say("sift")
    found = standing(rows, watch, ties=True)
    people, value, status = found.people, found.value, found.status
    if status == Status.UNKNOWN:
        people, value, status = _by_hand(pool, rules, k, rows)
    ties = found.equals
    if ties and status == Status.OPTIMAL:
        watch.say("ties", value, found.bound)
        people, ties = _settled(rows, found, seed, watch)
    penalty = penalty_of(rows, people) if value is not None else None
    told = Proof(status, value, found.bound, SOLVER, solver_version(SOLVER), watch.seconds, digest)
    return Selection(
        members=tuple(rows.ids[one] for one in people),
        value=value,
        ties_possible=ties,
        proof=told,
        size=k,
        penalty=penalty,
        penalty_bound=found.penalty_bound,
        shortfalls=_shortfalls(rows, people) if penalty else (),
        unscored=tuple(rows.ids[one] for one in people if int(one) in rows.unscored),
        set_aside=rows.set_aside,
        seed=seed,
    )


def standing_of(rows: Rows, selection: Selection, watch: Watch) -> Standing:
    """The standing that the selection is about, found again from its members: the proof comes with it."""
    members = numbered(rows, selection.members)
    return standing(rows, watch, Hint(first=members, penalty=selection.penalty_bound, incumbent=members))


def _settled(rows: Rows, found: Standing, seed: str, watch: Watch) -> tuple[Ints, bool | None]:
    assert found.proof is not None  # noqa: S101 - the caller looked
    number = {one: at for at, one in enumerate(rows.ids)}

    def order(people: Ints) -> list[int]:
        return [number[one] for one in called(seed, (rows.ids[at] for at in people))]

    x, settled = settle(found.system, found.proof, found.x, order, rows.n, watch)
    return np.flatnonzero(x[: rows.n]), True if settled else None


def _by_hand(pool: Pool, rules: Rules, k: int, rows: Rows) -> tuple[Ints, int | None, Status]:
    """When the time was up before anything was found: the greedy cohort, where it keeps the rules."""
    members = greedy(pool, rules, k)
    if members is None:
        return np.zeros(0, dtype=np.int64), None, Status.UNKNOWN
    people = np.array(numbered(rows, members), dtype=np.int64)
    return people, int(rows.score[people].sum()), Status.FEASIBLE


def _shortfalls(rows: Rows, people: Ints) -> tuple[Shortfall, ...]:
    return tuple(Shortfall(limit_of(rows, row), by) for row, by in shortfalls_of(rows, people))


def numbered(rows: Rows, ids: tuple[str, ...]) -> tuple[int, ...]:
    """The numbers of these people."""
    number = {one: at for at, one in enumerate(rows.ids)}
    return tuple(number[one] for one in ids)


def named(rows: Rows, people: Ints) -> tuple[str, ...]:
    """Their ids, sorted."""
    return tuple(rows.ids[one] for one in sorted(people.tolist()))


def limit_of(rows: Rows, row: int) -> Limit:
    """The limit that a row belongs to, with its group where the rule has many."""
    limit = rows.terms[rows.term[row]].limit
    return Limit(limit.kind, limit.name, limit.side, rows.group[row])


@dataclass(frozen=True, slots=True)
class Optima:
    """Cohorts that are equally best, sorted. ``complete``: there is no other. ``proof`` is that of their common value."""

    cohorts: tuple[tuple[str, ...], ...]
    complete: bool
    proof: Proof


def optima(
    pool: Pool,
    rules: Rules,
    selection: Selection,
    cap: int = 100,
    *,
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> Optima:
    """Every cohort as good as this one, at most ``cap`` of them. The selection must be proven optimal (ValueError)."""
    if selection.proof.status != Status.OPTIMAL:
        raise ValueError("Only a cohort that is proven best has equals.")
    watch = watch or Watch(time_limit)
    rows = rows_of(pool, rules, selection.size)
    found = standing_of(rows, selection, watch)
    if found.status != Status.OPTIMAL or found.proof is None:
        return Optima((selection.members,), complete=False, proof=selection.proof)
    sets, complete = every(found.system, found.proof, found.x, rows.n, cap, watch)
    value = selection.value
    version, asked = (
        solver_version(SOLVER),
        sha256([digest_of(pool, rules, selection.size), list(selection.members), cap]),
    )
    proof = Proof(Status.OPTIMAL, value, value, SOLVER, version, watch.seconds, asked)
    return Optima(tuple(sorted(tuple(rows.ids[one] for one in people) for people in sets)), complete, proof)


def prices(
    pool: Pool, rules: Rules, selection: Selection, *, time_limit: float = math.inf, watch: Watch | None = None
) -> tuple[Price, ...]:
    """What each limit costs in milli-points, in the order of the rules; see `Price`.

    A rule that is missed or dropped may also change the penalty of the others; the value is then that of the best
    cohort at the new least penalty, and its price may be negative.
    """
    watch = watch or Watch(time_limit)
    rows = rows_of(pool, rules, selection.size)
    base = standing_of(rows, selection, watch)
    load = rows.load(base.people)
    asked = sha256([digest_of(pool, rules, selection.size), list(selection.members), "prices"])
    told = []
    for term in range(1, len(rows.terms)):
        mine = rows.rows_of(term)
        tight = bool((load[mine] + rows.unit[mine] > rows.most[mine]).any())
        step = _gain(rows.moved(term, 1), base, watch)
        dropped = _gain(rows.without([term]), base, watch)
        status = Status.UNKNOWN if step is None or dropped is None else Status.OPTIMAL
        proof = Proof(status, dropped, dropped, SOLVER, solver_version(SOLVER), watch.seconds, asked)
        told.append(Price(rows.terms[term].limit, tight, step, dropped, proof))
    return tuple(told)


def _gain(rows: Rows, base: Standing, watch: Watch) -> int | None:
    if base.value is None or watch.over:
        return None
    members = tuple(base.people.tolist())
    other = standing(rows, watch, Hint(first=members, known=base.known, incumbent=members))
    return None if other.status != Status.OPTIMAL or other.value is None else other.value - base.value


__all__ = ["Optima", "limit_of", "named", "numbered", "optima", "prices", "select", "standing_of"]
