"""The cohort as a program in whole numbers, and the bound that a set of duals proves of it (see `sift`)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tessera.solvers.linear import Floats, Ints, Linear
from tessera.solvers.proof import Status

DIGITS = 30


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The program in whole numbers, entries by column: ``row[start[j]:start[j + 1]]`` and ``value``."""

    cost: Ints
    low: Ints
    high: Ints
    start: Ints
    row: Ints
    value: Ints
    most: Ints

    @property
    def columns(self) -> int:
        return len(self.cost)

    def load(self, x: Ints) -> Ints:
        """sum a*x of every row."""
        total = np.zeros(len(self.most), dtype=np.int64)
        lengths = self.start[1:] - self.start[:-1]
        used = np.repeat(x, lengths)
        there = used != 0
        np.add.at(total, self.row[there], self.value[there] * used[there])
        return total

    def keeps(self, x: Ints) -> bool:
        """Whether every row and every limit of a column is kept, in exact arithmetic."""
        load = self.load(x)
        inside = bool((x >= self.low).all() and (x <= self.high).all())
        return inside and load[0] == self.most[0] and bool((load <= self.most).all())


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """Duals in multiples of 2^-``digits``, what each column is worth at them, and the bound they prove.

    ``total`` is z and ``worth`` d, both times 2^digits.
    """

    duals: Ints
    digits: int
    worth: Ints
    total: int

    @property
    def whole(self) -> int:
        """The largest whole number that is not above the bound."""
        return self.total >> self.digits

    def free(self, system: System, target: int) -> tuple[Ints, Ints]:
        """(columns that may take more than one value in anything of at least ``target``, the others' values)."""
        best = np.where(self.worth > 0, system.high, system.low)
        room = self.total - (target << self.digits)  # how much may be given away
        most = min(room, 2**62)
        return np.flatnonzero((np.abs(self.worth) <= most) & (system.low < system.high)), best


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """What sifting found: x over all columns, its value, and the least bound that was proven.

    ``equals``: another x is as good; None where nobody asked or the time was up.
    """

    status: Status
    value: int | None
    bound: int | None
    x: Ints
    proof: Bound | None
    equals: bool | None = None


def prove(system: System, duals: Floats) -> Bound:
    """The exact bound of these duals; those of rows other than the first are taken at least 0."""
    digits = DIGITS
    largest = np.zeros(len(system.most))
    np.maximum.at(largest, system.row, np.abs(system.value))
    size = float(np.abs(duals) @ np.minimum(largest, 1e12)) + float(np.abs(system.cost).max(initial=0)) + 1
    while digits and size * 2.0**digits > 2.0**61:
        digits -= 1
    scaled = np.rint(duals * 2.0**digits).astype(np.int64)
    scaled[1:] = np.maximum(scaled[1:], 0)
    spent = np.add.reduceat(scaled[system.row] * system.value, system.start[:-1])
    worth = system.cost * (1 << digits) - spent
    used = np.flatnonzero(scaled)
    total = sum(y * most for y, most in zip(scaled[used].tolist(), system.most[used].tolist(), strict=True))
    best = np.where(worth > 0, system.high, system.low)
    there = np.flatnonzero(best)
    total += sum(d * x for d, x in zip(worth[there].tolist(), best[there].tolist(), strict=True))
    return Bound(scaled, digits, worth, total)


def program(system: System, columns: Ints, fixed: Ints, *, whole: bool) -> Linear:
    """The program over ``columns``, all others held at their value in ``fixed`` (which is read only there).

    Rows that hold whatever the columns do are left out; row 0 stays the first.
    """
    linear, _rows = reduced_program(system, columns, fixed, whole=whole)
    return linear


def reduced_program(system: System, columns: Ints, fixed: Ints, *, whole: bool) -> tuple[Linear, Ints]:
    outside = fixed.copy()
    outside[columns] = 0
    most = system.most - system.load(outside)
    lengths = system.start[columns + 1] - system.start[columns]
    place = np.repeat(np.arange(len(columns)), lengths)
    offset = np.repeat(system.start[columns] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    at = offset + np.arange(int(lengths.sum()))
    row, value = system.row[at], system.value[at]
    high, low = system.high[columns], system.low[columns]
    largest = np.zeros(len(most))
    np.add.at(largest, row, np.where(value > 0, value * high[place], value * low[place]).astype(float))
    needed = largest > most
    needed[0] = True
    kept = np.flatnonzero(needed)
    number = np.cumsum(needed) - 1
    mine = needed[row]
    row, place, value = number[row[mine]], place[mine], value[mine]
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(len(kept) + 1))
    linear = Linear(maximise=True)
    linear.add_columns(system.cost[columns].astype(float), low=low.astype(float), high=high.astype(float), whole=whole)
    limits = most[kept].astype(float)
    floor = np.full(len(kept), -math.inf)
    floor[0] = limits[0]
    linear.add_rows(starts, place[order], value[order], low=floor, high=limits)
    return linear, kept
