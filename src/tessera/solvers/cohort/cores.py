"""Can the limits of a core not hold together, and is none of them needless? By trying every cohort, where they are few.

One pass suffices: of every set of k people it is asked which limits of the core it breaks. Where each breaks one, the core
holds; where some set breaks that one limit alone, the rest of the core can be kept without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import comb

from tessera.solvers.cohort.answers import Conflict, Kind, Limit, Side
from tessera.solvers.cohort.check import Broken, measured, set_aside
from tessera.solvers.cohort.model import Applicant, Pool, Rules

FEW = 5_000  # sets of people; a second or so

Key = tuple[Kind, str, Side]


def check_core(pool: Pool, rules: Rules, k: int, conflict: Conflict) -> Iterator[Broken]:
    """What is not true of a core; nothing is said where there are more than `FEW` sets of k people to try."""
    if not conflict.core:
        return
    core = {_key(limit): limit for limit in conflict.core}
    size = (Kind.SIZE, "", Side.UPPER)
    core.pop(size, None)
    people = _selectable(pool, rules)
    if comb(len(people), k) > FEW:
        return
    asked = _only(rules, set(core))
    alone: set[Key] = set()
    for members in combinations(people, k):
        broken = set(_broken(pool, asked, core, list(members)))
        if not broken:
            yield Broken("core-kept", who=" ".join(one.id for one in members))
            return
        if len(broken) == 1:
            alone |= broken
    if conflict.minimal:
        for key, limit in sorted(core.items()):
            if key not in alone:
                yield Broken("core-needless", limit)


def _selectable(pool: Pool, rules: Rules) -> list[Applicant]:
    """Whom no rule but a pin keeps out; who must be in may be, whatever the score or the cost."""
    aside = {one.applicant for one in set_aside(pool, rules)}
    return [one for one in pool.applicants if one.id not in aside]


def _only(rules: Rules, core: set[Key]) -> Rules:
    """The rules of which the core has a limit, as hard ones: only they need measuring."""
    named = {(kind, name) for kind, name, _side in core}
    return replace(
        rules,
        quotas=tuple(replace(one, weight=None) for one in rules.quotas if (Kind.QUOTA, one.name) in named),
        shares=tuple(replace(one, weight=None) for one in rules.shares if (Kind.SHARE, one.name) in named),
        caps=tuple(replace(one, weight=None) for one in rules.caps if (Kind.CAP, one.name) in named),
        budget=rules.budget if (Kind.BUDGET, "") in named else None,
    )


def _broken(pool: Pool, rules: Rules, core: dict[Key, Limit], members: list[Applicant]) -> Iterator[Key]:
    ids = {one.id for one in members}
    for key in core:
        kind, name, _side = key
        if (kind == Kind.INCLUDE and name not in ids) or (kind == Kind.EXCLUDE and name in ids):
            yield key
    for limit, _weight, _want, _found, short in measured(pool, rules, members):
        if short and _key(limit) in core:
            yield _key(limit)


def _key(limit: Limit) -> Key:
    """The limit whatever its group."""
    return limit.kind, limit.name, limit.side
