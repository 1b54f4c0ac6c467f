"""Who can take whose place alone, with every rule kept."""

from __future__ import annotations

import numpy as np

from tessera.solvers.cohort.rows import Rows
from tessera.solvers.linear import Ints


def replacements(rows: Rows, members: Ints, only: Ints | None = None) -> list[Ints]:
    """For each member, in the order of their numbers, the people j outside with every row kept by members - i + j.

    A soft row may be missed by no more than the members miss it together. ``only`` asks about these people alone.
    """
    members = np.sort(members)
    load = rows.load(members)
    most = rows.tolerated(load)
    outside = rows.high > 0
    outside[members] = False
    people = np.flatnonzero(outside) if only is None else only[outside[only]]
    row, place, value = rows.entries(people)
    told = []
    for one in members:
        room = most - (load - rows.load(np.array([one])))
        short = room < 0  # rows that need somebody who counts in them
        breaks = np.zeros(len(people), dtype=bool)
        np.logical_or.at(breaks, place, value > room[row])
        serves = np.zeros(len(people), dtype=np.int64)
        np.add.at(serves, place, short[row].astype(np.int64))
        told.append(people[~breaks & (serves == int(short.sum()))])
    return told
