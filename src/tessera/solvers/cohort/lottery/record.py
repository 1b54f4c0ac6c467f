"""A lottery as JSON, and back: what is published, and what the commitment is the SHA-256 of."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from tessera.solvers.cohort.lottery.model import Commitment, Draw, Lottery, Objective
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
from tessera.solvers.proof import canonical

FORMAT = "tessera-lottery-1"


def lottery_input(pool: Pool, rules: Rules, k: int, band: int | None, objective: Objective) -> dict[str, Any]:
    """What a lottery is made from."""
    return {"pool": _pool(pool), "rules": _rules(rules), "k": k, "band": band, "objective": objective.value}


def body(lottery: Lottery, source: str, seed_sha256: str | None) -> dict[str, Any]:
    """Everything that the commitment fixes. Nothing in it depends on the clock."""
    return {
        "format": FORMAT,
        **lottery_input(lottery.pool, lottery.rules, lottery.k, lottery.band, lottery.objective),
        "best": lottery.best,
        "penalty": lottery.penalty,
        "types": [list(people) for people in lottery.types],
        "panels": [[list(pair) for pair in panel.counts] for panel in lottery.panels],
        "tickets": list(lottery.tickets),
        "marginals": {one: [p.numerator, p.denominator] for one, p in lottery.marginals.items()},
        "never": list(lottery.never),
        "set_aside": list(lottery.set_aside),
        "claim": {"status": lottery.proof.status.value, "smallest": lottery.proof.value, "bound": lottery.proof.bound},
        "source": source,
        "seed_sha256": seed_sha256,
    }


def publish(lottery: Lottery, commitment: Commitment) -> str:
    """The file to publish: before the draw, and again after it with what was drawn."""
    return canonical(
        {
            "body": body(lottery, commitment.source, commitment.seed_sha256),
            "commitment": commitment.sha256,
            "draw": None if commitment.drawn is None else _draw(commitment.drawn),
        }
    )


def commitment_of(published_json: str) -> Commitment:
    """The commitment that a published file tells, its draw included. Raises ValueError; `verify` is what checks it."""
    told = strict(published_json)
    try:
        drawn = told["draw"]
        return Commitment(
            told["commitment"],
            told["body"]["source"],
            told["body"]["seed_sha256"],
            None if drawn is None else Draw(**{**drawn, "members": tuple(drawn["members"])}),
        )
    except (KeyError, TypeError) as missing:
        raise ValueError("This is no published lottery.") from missing


def strict(text: str) -> Any:
    """JSON without what readers disagree about: no name twice in one object, no NaN, no infinity. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)


def read_pool(told: Any) -> Pool:
    """The pool of a record. Raises `DataFault`, KeyError, TypeError, ValueError on anything else."""
    return Pool(tuple(Applicant(**_only(one, {"id", "score", "cost", "features"})) for one in told))


def read_rules(told: Any) -> Rules:
    """The rules of a record; raises as `read_pool`."""
    _only(told, {"quotas", "shares", "caps", "budget", "include", "exclude", "score_at_least"})
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


def read_fraction(told: Any) -> Fraction:
    """A probability as written: two whole numbers in lowest terms. Raises ValueError."""
    if not (isinstance(told, list) and len(told) == 2 and all(type(part) is int for part in told)) or told[1] < 1:
        raise ValueError("A probability is two whole numbers.")
    found = Fraction(told[0], told[1])
    if [found.numerator, found.denominator] != told:
        raise ValueError("A probability stands in lowest terms.")
    return found


def _pool(pool: Pool) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "score": one.score, "cost": one.cost, "features": dict(one.features)} for one in pool.applicants
    ]


def _rules(rules: Rules) -> dict[str, Any]:
    quotas = sorted(rules.quotas, key=lambda rule: rule.name)
    shares = sorted(rules.shares, key=lambda rule: rule.name)
    caps = sorted(rules.caps, key=lambda rule: rule.name)
    return {
        "quotas": [{**_fields(rule, Quota), "when": _condition(rule.when)} for rule in quotas],
        "shares": [
            {
                **_fields(rule, Share),
                "when": _condition(rule.when),
                "of": None if rule.of is None else _condition(rule.of),
            }
            for rule in shares
        ],
        "caps": [{**_fields(rule, Cap), "but": dict(rule.but)} for rule in caps],
        "budget": None if rules.budget is None else _fields(rules.budget, Budget),
        "include": sorted(rules.include),
        "exclude": sorted(rules.exclude),
        "score_at_least": rules.score_at_least,
    }


def _fields(rule: Any, kind: Any) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in kind.__dataclass_fields__}


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


def _draw(draw: Draw) -> dict[str, Any]:
    return {**_fields(draw, Draw), "members": list(draw.members)}


def _only(told: Any, names: set[str]) -> Any:
    if set(told) != names:
        raise ValueError("A field is missing, or one too many.")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number here.")
