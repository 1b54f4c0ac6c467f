"""The waiting list, and what happens when somebody withdraws."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tessera.solvers.cohort.answers import Irreplaceable, Limit, Refill, Relaxation, Reserve, Selection, Waitlist
from tessera.solvers.cohort.diagnosing import core_of, diagnose
from tessera.solvers.cohort.documents import digest_of
from tessera.solvers.cohort.model import Pool, Rules
from tessera.solvers.cohort.moves import moved
from tessera.solvers.cohort.replacements import replacements
from tessera.solvers.cohort.rows import Rows, rows_of
from tessera.solvers.cohort.selection import SOLVER, named, numbered, select
from tessera.solvers.cohort.tickets import called
from tessera.solvers.linear import Ints, Linear
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch


def waitlist(
    pool: Pool,
    rules: Rules,
    selection: Selection,
    size: int,
    cover: int = 2,
    *,
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> Waitlist:
    """Choose who waits.

    R_i are the people who can take the place of member i alone with every rule kept.
    First   minimise sum_i max(0, min(cover, |R_i|) - |W and R_i|)     over lists W of ``size`` people of the R_i
    then    maximise sum_{j in W} score_j.

    Fewer than ``size`` where there are not so many. People who are alike in all R_i and in score are told apart by
    ticket. Raises ValueError for a selection without members, or a negative size or cover.
    """
    if not selection.members or size < 0 or cover < 0:
        raise ValueError("A waiting list needs a cohort, a size and a cover of at least 0.")
    watch = watch or Watch(time_limit)
    rows = rows_of(pool, rules, selection.size)
    members = np.sort(np.array(numbered(rows, selection.members), dtype=np.int64))
    able = replacements(rows, members)
    ticket = {one: at for at, one in enumerate(called(selection.seed, (rows.ids[j] for j in _union(able))))}
    people = _candidates(rows, able, size, ticket)
    inside = (
        np.stack([np.isin(people, one) for one in able]) if len(people) else np.zeros((len(members), 0), dtype=bool)
    )
    goal = np.array([min(cover, len(one)) for one in able])
    chosen, missing, status = _choose(rows, people, inside, goal, min(size, len(people)), watch)
    order = sorted(chosen.tolist(), key=lambda j: (-int(rows.score[people[j]]), ticket[rows.ids[people[j]]]))
    value = int(rows.score[people[chosen]].sum()) if len(chosen) else 0
    digest = sha256([digest_of(pool, rules, selection.size), list(selection.members), size, cover])
    return Waitlist(
        reserves=tuple(
            Reserve(
                rows.ids[people[j]], tuple(rows.ids[i] for i, takes in zip(members, inside[:, j], strict=True) if takes)
            )
            for j in order
        ),
        irreplaceable=tuple(
            Irreplaceable(rows.ids[i], _needed(rows, rules, members, int(i), watch))
            for i, one in zip(members, able, strict=True)
            if not len(one)
        ),
        short=tuple(rows.ids[i] for i, lacks in zip(members, missing, strict=True) if lacks),
        value=value,
        cover=cover,
        proof=Proof(
            status,
            value,
            value if status == Status.OPTIMAL else None,
            SOLVER,
            solver_version(SOLVER),
            watch.seconds,
            digest,
        ),
        seed=selection.seed,
    )


def refill(
    pool: Pool,
    rules: Rules,
    accepted: Iterable[str],
    waitlist: Waitlist,
    withdrawn: Iterable[str],
    *,
    time_limit: float = math.inf,
    watch: Watch | None = None,
) -> Refill:
    """Fill the places of those who withdrew; those who accepted stay whatever happens.

    One vacancy: the first on the list with whom every rule is kept, soft ones being missed no more than before. Several,
    or none on the list: the best cohort with those who accepted fixed; where that does not exist, with the cheapest
    relaxation that makes it possible, of however many limits (never one that lifts the place of somebody who accepted).
    """
    watch = watch or Watch(time_limit)
    stay, gone = frozenset(accepted), frozenset(withdrawn)
    if stay & gone:
        raise ValueError("Somebody cannot accept and withdraw: " + ", ".join(sorted(stay & gone)))
    k = len(stay) + len(gone)
    rows = rows_of(pool, rules, k)
    unknown = (stay | gone) - set(rows.ids)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    if len(gone) == 1:
        before = np.array(numbered(rows, tuple(stay | gone)), dtype=np.int64)
        leaver = numbered(rows, tuple(gone))[0]
        order = np.array(numbered(rows, tuple(one for one in waitlist.order if one not in stay | gone)), dtype=np.int64)
        able = replacements(rows, before, only=np.sort(order))[int(np.searchsorted(np.sort(before), leaver))]
        first = next((one for one in order.tolist() if one in set(able.tolist())), None)
        if first is not None:
            people = np.append(before[before != leaver], first)
            proof = Proof(
                Status.FEASIBLE,
                int(rows.score[people].sum()),
                None,
                "list",
                "",
                watch.seconds,
                digest_of(pool, rules, k),
            )
            return Refill(named(rows, people), (rows.ids[first],), tuple(sorted(gone)), True, None, proof)
    fixed = replace(rules, include=stay, exclude=(rules.exclude - stay) | gone)
    return _anew(pool, fixed, k, stay, gone, waitlist.seed, watch)


def _anew(
    pool: Pool, fixed: Rules, k: int, stay: frozenset[str], gone: frozenset[str], seed: str, watch: Watch
) -> Refill:
    found = select(pool, fixed, k, seed=seed, watch=watch)
    relaxation: Relaxation | None = None
    if found.proof.status == Status.INFEASIBLE:
        every = len(rows_of(pool, fixed, k).terms)
        conflict = diagnose(pool, fixed, k, rules_at_most=every, sets_at_most=1, lift_pins=False, watch=watch)
        if conflict.relaxations:
            relaxation = conflict.relaxations[0]
            found = select(pool, moved(fixed, relaxation.moves), k, seed=seed, watch=watch)
    joined = tuple(one for one in found.members if one not in stay)
    return Refill(found.members, joined, tuple(sorted(gone)), False, relaxation, found.proof)


def _union(able: list[Ints]) -> Ints:
    return np.unique(np.concatenate(able)) if able else np.zeros(0, dtype=np.int64)


def _candidates(rows: Rows, able: list[Ints], size: int, ticket: dict[str, int]) -> Ints:
    """Of people who can replace the same members, only the best ``size`` can be of use."""
    people = _union(able)
    if not len(people):
        return people
    signs = np.packbits(np.stack([np.isin(people, one) for one in able]), axis=0).T
    _unique, kind = np.unique(signs, axis=0, return_inverse=True)
    tickets = np.array([ticket[rows.ids[one]] for one in people])
    order = np.lexsort((tickets, -rows.score[people], kind.ravel()))
    sorted_kind = kind.ravel()[order]
    first = np.searchsorted(sorted_kind, sorted_kind)
    return np.sort(people[order[np.arange(len(order)) - first < size]])


def _choose(
    rows: Rows, people: Ints, inside: np.ndarray, goal: Ints, size: int, watch: Watch
) -> tuple[Ints, list[bool], Status]:
    """(places in ``people``, for each member whether the cover falls short, how far the proof goes)."""
    none = np.zeros(0, dtype=np.int64)
    if not size:
        return none, [bool(one > 0) for one in goal], Status.OPTIMAL
    asked = np.flatnonzero(goal > 0)

    def program(cost: np.ndarray, lacking: np.ndarray) -> Linear:
        linear = Linear(maximise=True)
        linear.add_columns(np.concatenate([cost, lacking]), high=np.concatenate([np.ones(len(people)), goal[asked]]))
        linear.add_row(np.arange(len(people)), low=size, high=size)
        for at, i in enumerate(asked):
            index = np.append(np.flatnonzero(inside[i]), len(people) + at)
            linear.add_row(index, low=float(goal[i]))
        return linear

    least = program(np.zeros(len(people)), -np.ones(len(asked))).solve(watch)
    if not len(least.x):
        return none, [bool(one > 0) for one in goal], Status.UNKNOWN
    best = program(rows.score[people].astype(float), np.zeros(len(asked)))
    if len(asked):
        best.add_row(np.arange(len(people), len(people) + len(asked)), high=float(round(-least.value)))
    outcome = best.solve(watch)
    proven = outcome.status == least.status == Status.OPTIMAL
    x = outcome.x if len(outcome.x) else least.x
    chosen = np.flatnonzero(np.rint(x[: len(people)]) > 0)
    short = [bool(inside[i, chosen].sum() < goal[i]) for i in range(len(goal))]
    return chosen, short, Status.OPTIMAL if proven else Status.FEASIBLE


def _needed(rows: Rows, rules: Rules, members: Ints, leaver: int, watch: Watch) -> tuple[Limit, ...]:
    """Limits that nobody meets together in this member's place; a pin that holds the member is reason enough."""
    others = [int(one) for one in members if one != leaver]
    load = rows.load(members)
    most = rows.tolerated(load)
    weightless = tuple(replace(term, weight=0) for term in rows.terms)
    held = replace(rows.with_pins(include=others, exclude=[leaver]), most=most, terms=weightless)
    stay = frozenset(rows.ids[one] for one in others)
    pinned = replace(rules, include=stay, exclude=rules.exclude | {rows.ids[leaver]})
    core = core_of(held, pinned, watch, needed=True)
    return tuple(one for one in core if one.name not in stay and one.name != rows.ids[leaver])
