"""The baseline: what a careful person does with a sorted list. No proof, and often no cohort."""

from __future__ import annotations

import numpy as np

from tessera.solvers.cohort.answers import Side
from tessera.solvers.cohort.model import Pool, Rules
from tessera.solvers.cohort.rows import Rows, rows_of
from tessera.solvers.linear import Ints


def greedy(pool: Pool, rules: Rules, k: int) -> tuple[str, ...] | None:
    """First those who must be in, then whoever serves most minima still open, then by score; ids, sorted.

    Nobody is taken who breaks a maximum, a cap or the budget at that moment. None where the seats do not fill or a
    hard rule is missed at the end. Soft rules are not looked at.
    """
    rows = rows_of(pool, rules, k)
    chosen = np.flatnonzero(rows.low > 0)
    if len(chosen) > k or (rows.high[chosen] < 1).any():
        return None
    hard = (rows.weight == 0) & (np.arange(len(rows.most)) > 0)
    lower = np.array([term.limit.side == Side.LOWER for term in rows.terms])[rows.term]
    while len(chosen) < k:
        one = _next(rows, chosen, hard & lower, hard & ~lower)
        if one is None:
            return None
        chosen = np.append(chosen, one)
    if (rows.load(chosen)[hard] > rows.most[hard]).any():
        return None
    return tuple(sorted(rows.ids[one] for one in chosen))


def _next(rows: Rows, chosen: Ints, lower: Ints, upper: Ints) -> int | None:
    load = rows.load(chosen)
    room = np.where(upper, rows.most - load, np.iinfo(np.int64).max)
    breaks = np.logical_or.reduceat((rows.value > room[rows.row]) & (rows.value > 0), rows.start[:-1])
    asked = lower & (load > rows.most)
    serves = np.add.reduceat(((rows.value < 0) & asked[rows.row]).astype(np.int64), rows.start[:-1])
    able = (rows.high > 0) & ~breaks
    able[chosen] = False
    people = np.flatnonzero(able)
    if not len(people):
        return None
    return int(people[np.lexsort((-rows.score[people], -serves[people]))[0]])
