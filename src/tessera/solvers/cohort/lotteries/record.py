"""A lottery as JSON, and back: what is published, and what the commitment is the SHA-256 of."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tessera.solvers.cohort.documents import fields, pool_document, rules_document, strict
from tessera.solvers.cohort.lotteries.model import Commitment, Draw, Lottery, Objective
from tessera.solvers.cohort.model import Pool, Rules
from tessera.solvers.proof import canonical

FORMAT = "tessera-lottery-1"


def lottery_input(pool: Pool, rules: Rules, k: int, band: int | None, objective: Objective) -> dict[str, Any]:
    """What a lottery is made from."""
    return {
        "pool": pool_document(pool),
        "rules": rules_document(rules),
        "k": k,
        "band": band,
        "objective": objective.value,
    }


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
        **({} if lottery.asked is None else {"asked": lottery.asked.value}),
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


def read_fraction(told: Any) -> Fraction:
    """A probability as written: two whole numbers in lowest terms. Raises ValueError."""
    if not (isinstance(told, list) and len(told) == 2 and all(type(part) is int for part in told)) or told[1] < 1:
        raise ValueError("A probability is two whole numbers.")
    found = Fraction(told[0], told[1])
    if [found.numerator, found.denominator] != told:
        raise ValueError("A probability stands in lowest terms.")
    return found


def _draw(draw: Draw) -> dict[str, Any]:
    return {**fields(draw), "members": list(draw.members)}
