"""Pool and rules as plain JSON, and back: the one form in which records publish them and digests are taken of them.

Rules of a kind stand in the order of their names, so that nothing depends on the order in which they were written.
"""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from typing import Any

from tessera.solvers.cohort.model import (
    AllOf,
    AnyOf,
    Applicant,
    Budget,
    Cap,
    Condition,
    Is,
    Not,
    Pool,
    Quota,
    Rules,
    Share,
)
from tessera.solvers.proof import sha256


def digest_of(pool: Pool, rules: Rules, k: int) -> str:
    """SHA-256 of the canonical text of what is asked."""
    return sha256({"pool": pool_document(pool), "rules": rules_document(rules), "k": k})


def pool_document(pool: Pool) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "score": one.score, "cost": one.cost, "features": dict(one.features)} for one in pool.applicants
    ]


def rules_document(rules: Rules) -> dict[str, Any]:
    return {
        "quotas": [{**fields(rule), "when": _condition(rule.when)} for rule in sorted(rules.quotas, key=_name)],
        "shares": [
            {**fields(rule), "when": _condition(rule.when), "of": None if rule.of is None else _condition(rule.of)}
            for rule in sorted(rules.shares, key=_name)
        ],
        "caps": [{**fields(rule), "but": dict(rule.but)} for rule in sorted(rules.caps, key=_name)],
        "budget": None if rules.budget is None else fields(rules.budget),
        "include": sorted(rules.include),
        "exclude": sorted(rules.exclude),
        "score_at_least": rules.score_at_least,
    }


def read_pool(told: Any) -> Pool:
    """The pool of a record. Raises `DataFault`, KeyError, TypeError, ValueError on anything else."""
    return Pool(tuple(Applicant(**only(one, {"id", "score", "cost", "features"})) for one in told))


def read_rules(told: Any) -> Rules:
    """The rules of a record; raises as `read_pool`."""
    only(told, {"quotas", "shares", "caps", "budget", "include", "exclude", "score_at_least"})
    return Rules(
        tuple(Quota(**{**rule, "when": _condition_of(rule["when"])}) for rule in told["quotas"]),
        tuple(
            Share(
                **{
                    **rule,
                    "when": _condition_of(rule["when"]),
                    "of": None if rule["of"] is None else _condition_of(rule["of"]),
                }
            )
            for rule in told["shares"]
        ),
        tuple(Cap(**rule) for rule in told["caps"]),
        None if told["budget"] is None else Budget(**told["budget"]),
        frozenset(told["include"]),
        frozenset(told["exclude"]),
        told["score_at_least"],
    )


def strict(text: str) -> Any:
    """JSON without what readers disagree about: no name twice in one object, no NaN, no infinity. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)


def only(told: Any, names: AbstractSet[str]) -> Any:
    """``told`` itself, an object of exactly these names; ValueError otherwise."""
    if set(told) != names:
        raise ValueError("A field is missing, or one too many.")
    return told


def fields(record: Any) -> dict[str, Any]:
    """The fields of a data type by name, their values as they are."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _name(rule: Quota | Share | Cap) -> str:
    return rule.name


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Is):
        return {"is": [condition.feature, list(condition.values)]}
    if isinstance(condition, Not):
        return {"not": _condition(condition.of)}
    return {"any" if isinstance(condition, AnyOf) else "all": [_condition(inner) for inner in condition.of]}


def _condition_of(told: Any) -> Condition:
    ((kind, inner),) = told.items()
    if kind == "is":
        return Is(inner[0], tuple(inner[1]))
    if kind == "not":
        return Not(_condition_of(inner))
    parts = tuple(_condition_of(one) for one in inner)
    if kind not in {"any", "all"}:
        raise ValueError("There is no such condition.")
    return AnyOf(parts) if kind == "any" else AllOf(parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number here.")
