"""Rules with limits moved: what a relaxation or a change asks for, done to the rules as written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tessera.solvers.cohort.answers import Kind, Limit, Move, Side
from tessera.solvers.cohort.model import Rules


def moved(rules: Rules, moves: Iterable[Move]) -> Rules:
    """The rules after these moves; `Move.after` None lifts a pin, for a cap every group's number grows alike."""
    for move in moves:
        rules = _moved(rules, move)
    return rules


def _moved(rules: Rules, move: Move) -> Rules:
    kind, name = move.limit.kind, move.limit.name
    if kind == Kind.INCLUDE:
        return replace(rules, include=rules.include - {name})
    if kind == Kind.EXCLUDE:
        return replace(rules, exclude=rules.exclude - {name})
    assert move.after is not None  # noqa: S101 - only pins are lifted
    if kind == Kind.SCORE_LOW:
        return replace(rules, score_at_least=move.after)
    if kind == Kind.BUDGET:
        assert rules.budget is not None  # noqa: S101 - it has moved
        return replace(rules, budget=replace(rules.budget, at_most=move.after))
    if kind == Kind.CAP:
        more = move.after - (move.before or 0)
        caps = tuple(
            replace(one, at_most=one.at_most + more, but={value: most + more for value, most in one.but.items()})
            if one.name == name
            else one
            for one in rules.caps
        )
        return replace(rules, caps=caps)
    side: dict[str, Any] = {"at_least" if move.limit.side == Side.LOWER else "at_most": move.after}
    if kind == Kind.QUOTA:
        return replace(rules, quotas=tuple(replace(one, **side) if one.name == name else one for one in rules.quotas))
    return replace(rules, shares=tuple(replace(one, **side) if one.name == name else one for one in rules.shares))


def without(rules: Rules, limits: Iterable[Limit]) -> Rules:
    """The rules without these limits; a rule that has none left goes."""
    gone = set(limits)

    def kept(kind: Kind, one: Any) -> Any:
        if Limit(kind, one.name, Side.LOWER) in gone:
            one = replace(one, at_least=None) if one.at_most is not None else None
        if one is not None and Limit(kind, one.name, Side.UPPER) in gone:
            one = replace(one, at_most=None) if one.at_least is not None else None
        return one

    plain = {(limit.kind, limit.name) for limit in gone}
    return replace(
        rules,
        quotas=tuple(new for one in rules.quotas if (new := kept(Kind.QUOTA, one)) is not None),
        shares=tuple(new for one in rules.shares if (new := kept(Kind.SHARE, one)) is not None),
        caps=tuple(one for one in rules.caps if (Kind.CAP, one.name) not in plain),
        budget=None if (Kind.BUDGET, "") in plain else rules.budget,
        include=frozenset(one for one in rules.include if (Kind.INCLUDE, one) not in plain),
        exclude=frozenset(one for one in rules.exclude if (Kind.EXCLUDE, one) not in plain),
    )
