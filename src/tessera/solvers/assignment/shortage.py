"""Why there is no assignment: the min cut of the flow, read as sets that anybody can count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.assignment.model import Offer, Rules, Shortage, Side
from tessera.solvers.assignment.network import feasible, network
from tessera.solvers.linear import Ints


def shortages(ground: Ground, allowed: Mask, floor: int | None = None) -> tuple[Shortage, ...]:
    """Every shortage of the min cut, each connected in itself, the largest first; empty where there is none.

    First applications against loads alone; where these fit, what reviewers were promised at least. For rules that
    cross, each is tried without the other: the first that fails by itself is told.
    """
    for rules in _flows(ground):
        part = replace(ground, rules=rules)
        found = [*_of_applications(part, allowed, floor)] or [*_of_reviewers(part, allowed, floor)]
        if found:
            return tuple(sorted(found, key=lambda one: (-one.missing, one.short)))
    return ()


def _flows(ground: Ground) -> Iterator[Rules]:
    rules = ground.rules
    if ground.nested:
        yield rules
        return
    yield replace(rules, per_institution=None, per_country=None)
    yield replace(rules, experts=0, per_country=None)
    yield replace(rules, experts=0, per_institution=None)


def _of_applications(ground: Ground, allowed: Mask, floor: int | None) -> Iterator[Shortage]:
    net = network(ground, allowed, np.zeros(allowed.shape, dtype=np.int64), least=np.zeros_like(ground.least))
    _flow, missing, cut = feasible(net)
    if not missing:
        return
    rows = np.flatnonzero(cut[: net.applications])
    full = np.flatnonzero(cut[net.applications : net.sink])
    for part_rows, part_full in _parts(allowed, rows, full):
        within = allowed[part_rows]
        degree = within.sum(axis=0)
        others = np.ones(allowed.shape[1], dtype=bool)
        others[part_full] = False
        given = np.where(others, np.minimum(degree, ground.most), ground.most)
        taken = sum(_takes(ground, row, allowed[row] & others) for row in part_rows.tolist())
        offer = int(given[part_full].sum()) + taken
        need = int(ground.need[part_rows].sum())
        if need > offer:
            offers = tuple(
                Offer(ground.reviewers[n].id, int(given[n]), not bool(others[n])) for n in np.flatnonzero(degree)
            )
            short = tuple(ground.applications[n].id for n in part_rows.tolist())
            yield Shortage(Side.APPLICATIONS, short, need, offers, offer, _language(ground, part_rows), floor)


def _of_reviewers(ground: Ground, allowed: Mask, floor: int | None) -> Iterator[Shortage]:
    promised = np.flatnonzero(ground.least)
    if ground.least.sum() > ground.reviews:
        groups = [(np.arange(len(allowed)), promised)]
    else:
        net = network(ground, allowed, np.zeros(allowed.shape, dtype=np.int64))
        _flow, missing, cut = feasible(net)
        if not missing:
            return
        unfilled = promised[~cut[net.applications : net.sink][promised]]
        readable = np.flatnonzero(allowed[:, unfilled].any(axis=1))
        groups = _parts(allowed, readable, unfilled)
    for rows, columns in groups:
        from_them = np.zeros(allowed.shape[1], dtype=bool)
        from_them[columns] = True
        takes = [(row, _takes(ground, row, allowed[row] & from_them)) for row in rows.tolist()]
        offers = tuple(Offer(ground.applications[row].id, amount) for row, amount in takes if amount)
        offer, need = sum(one.reviews for one in offers), int(ground.least[columns].sum())
        if need > min(offer, ground.reviews):
            short = tuple(ground.reviewers[n].id for n in columns.tolist())
            yield Shortage(Side.REVIEWERS, short, need, offers, offer, _language(ground, rows), floor)


def _takes(ground: Ground, row: int, among: Mask) -> int:
    """The most reviews that an application can have from these reviewers under its (nested) rules."""
    columns = np.flatnonzero(among)
    need, rules = int(ground.need[row]), ground.rules
    if rules.experts:
        weak = int((ground.value[row, columns] < rules.expert_from).sum())
        return min(need, len(columns) - weak + min(weak, need - int(ground.experts[row])))
    count: dict[tuple[int, int], int] = {}
    taken = 0
    for column in columns.tolist():
        keys = []
        if rules.per_institution is not None and ground.institution[column] >= 0:
            keys.append((0, int(ground.institution[column]), rules.per_institution))
        if rules.per_country is not None and ground.country[column] >= 0:
            keys.append((1, int(ground.country[column]), rules.per_country))
        if all(count.get(key[:2], 0) < key[2] for key in keys):
            taken += 1
            for key in keys:
                count[key[:2]] = count.get(key[:2], 0) + 1
    return min(need, taken)


def _parts(allowed: Mask, rows: Ints, columns: Ints) -> list[tuple[Ints, Ints]]:
    """The connected parts of these applications and reviewers under the allowed pairs."""
    seen_rows, seen_columns = np.zeros(len(rows), dtype=bool), np.zeros(len(columns), dtype=bool)
    within = allowed[np.ix_(rows, columns)]
    parts = []
    starts = [(n, True) for n in range(len(rows))] + [(n, False) for n in range(len(columns))]
    for start, is_row in starts:
        if (seen_rows if is_row else seen_columns)[start]:
            continue
        own_rows, own_columns = np.zeros_like(seen_rows), np.zeros_like(seen_columns)
        (own_rows if is_row else own_columns)[start] = True
        while True:
            wider_columns = own_columns | within[own_rows].any(axis=0)
            wider_rows = own_rows | within[:, wider_columns].any(axis=1)
            if (wider_rows == own_rows).all() and (wider_columns == own_columns).all():
                break
            own_rows, own_columns = wider_rows, wider_columns
        seen_rows |= own_rows
        seen_columns |= own_columns
        parts.append((rows[own_rows], columns[own_columns]))
    return parts


def _language(ground: Ground, rows: Ints) -> str:
    names = {ground.applications[row].language for row in rows.tolist()}
    return names.pop() if len(names) == 1 else ""
