"""What each application would choose if reviewers had prices: it prices pairs in, and bounds every assignment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tessera.solvers.assignment.ground import Ground, Mask
from tessera.solvers.linear import Ints

NEVER = np.iinfo(np.int64).min // 4


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The pairs chosen freely, and the bound that they give on the total weight of any assignment."""

    chosen: Mask
    bound: int


def answers(ground: Ground, allowed: Mask, weight: Ints, price: Ints) -> Answers | None:
    """The best free choice of every application at these prices; None where one cannot choose enough reviewers.

    bound = sum over applications of their best choice, at weight less price, + sum over reviewers of
    max(price * most, price * least). Rules of an application are kept by choosing greedily, best first, which is
    best for sets nested inside one another (a laminar matroid); rules that cross are left out: the bound stays valid.
    """
    reduced = np.where(allowed, weight - price[None, :], NEVER)
    chosen = np.zeros(allowed.shape, dtype=bool)
    enough = _freely(ground, allowed, reduced, chosen) if _free(ground) else _by_rules(ground, allowed, reduced, chosen)
    if not enough:
        return None
    loads = np.maximum(price * ground.most, price * ground.least)
    return Answers(chosen, int(reduced[chosen].sum()) + int(loads.sum()))


def best(ground: Ground, allowed: Mask, weight: Ints, each: int) -> Mask:
    """The ``each`` pairs of most weight of every application (fewer where there are fewer), ties by id."""
    readers = allowed.shape[1]
    if readers <= each:
        return allowed
    ranked = np.where(allowed, _unique(weight), NEVER)
    edge = np.partition(ranked, readers - each, axis=1)[:, readers - each]
    return np.asarray(allowed & (ranked >= edge[:, None]), dtype=bool)


def _free(ground: Ground) -> bool:
    return ground.plain or not ground.nested


def _unique(weight: Ints) -> Ints:
    """The same order with ties broken by the place of the reviewer."""
    readers = weight.shape[1]
    return np.asarray(weight * readers + np.arange(readers - 1, -1, -1), dtype=np.int64)


def _freely(ground: Ground, allowed: Mask, reduced: Ints, chosen: Mask) -> bool:
    readers = reduced.shape[1]
    if (allowed.sum(axis=1) < ground.need).any():
        return False
    for need in np.unique(ground.need).tolist():
        rows = np.flatnonzero(ground.need == need)
        part = np.where(allowed[rows], _unique(reduced[rows]), NEVER)
        edge = np.partition(part, readers - need, axis=1)[:, readers - need]
        chosen[rows] = part >= edge[:, None]
    return True


def _by_rules(ground: Ground, allowed: Mask, reduced: Ints, chosen: Mask) -> bool:
    rules = ground.rules
    limits = ((rules.per_institution, ground.institution), (rules.per_country, ground.country))
    houses = [(most, house.tolist()) for most, house in limits if most is not None]
    order = np.argsort(-_unique(reduced), axis=1, kind="stable")
    for row in range(len(reduced)):
        left = int(ground.need[row])
        others = left - int(ground.experts[row])
        weak = ground.value[row] < rules.expert_from
        seen: dict[tuple[int, int], int] = {}
        for column in order[row].tolist():
            if not left:
                break
            keys = [(n, house[column]) for n, (_most, house) in enumerate(houses) if house[column] >= 0]
            if not allowed[row, column] or any(seen.get(key, 0) >= (houses[key[0]][0] or 0) for key in keys):
                continue
            if rules.experts and weak[column]:
                if not others:
                    continue
                others -= 1
            for key in keys:
                seen[key] = seen.get(key, 0) + 1
            chosen[row, column] = True
            left -= 1
        if left:
            return False
    return True
