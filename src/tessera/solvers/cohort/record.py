"""A selection as published: one canonical text that anybody can check from scratch."""

from __future__ import annotations

import json
from typing import Any

from tessera.solvers.cohort.answers import Kind, Limit, Selection, SetAside, Shortfall, Side
from tessera.solvers.cohort.check import Broken, check
from tessera.solvers.cohort.faults import DataFault
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
    check_together,
)
from tessera.solvers.cohort.selection import digest_of
from tessera.solvers.proof import Proof, Status, canonical, plain

FORMAT = "tessera-cohort-1"


def record(pool: Pool, rules: Rules, selection: Selection) -> str:
    """Canonical JSON of pool, rules and selection. Whoever publishes it takes care that ids name nobody."""
    written = plain(rules)
    for kind in ("quotas", "shares"):
        for row, rule in zip(written[kind], getattr(rules, kind), strict=True):
            row["when"] = _written(rule.when)
            if kind == "shares" and rule.of is not None:
                row["of"] = _written(rule.of)
    return canonical({"format": FORMAT, "pool": pool, "rules": written, "selection": selection})


def read(text: str) -> tuple[Pool, Rules, Selection]:
    """The three again. Raises ValueError for a text that is no record, `DataFault` for data that make no sense."""
    try:
        told = json.loads(text, parse_constant=_refuse)
        if told["format"] != FORMAT:
            raise ValueError("This is not a record of a selection.")
        pool = Pool(tuple(Applicant(**one) for one in told["pool"]["applicants"]))
        return pool, _rules(told["rules"]), _selection(told["selection"])
    except DataFault:
        raise
    except (KeyError, TypeError, AttributeError, IndexError) as problem:
        raise ValueError(f"This is not a record of a selection: {problem!r}") from problem


def verify(text: str) -> tuple[Broken, ...]:
    """Everything that is wrong with a record, by the independent checker; empty if it holds.

    Code ``input`` says that pool or rules are not those of which the selection was made, ``text`` that the record is not
    written canonically. Raises as `read` does.
    """
    pool, rules, selection = read(text)
    check_together(pool, rules, selection.size)
    broken = list(check(pool, rules, selection))
    if selection.proof.input_sha256 != digest_of(pool, rules, selection.size):
        broken.append(Broken("input"))
    if record(pool, rules, selection) != text.strip():
        broken.append(Broken("text"))
    return tuple(broken)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number.")


def _written(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Is):
        return {"is": condition.feature, "values": list(condition.values)}
    if isinstance(condition, Not):
        return {"not": _written(condition.of)}
    return {"any" if isinstance(condition, AnyOf) else "all": [_written(one) for one in condition.of]}


def _condition(told: dict[str, Any]) -> Condition:
    if "is" in told:
        return Is(told["is"], tuple(told["values"]))
    if "not" in told:
        return Not(_condition(told["not"]))
    if "any" in told:
        return AnyOf(tuple(_condition(one) for one in told["any"]))
    return AllOf(tuple(_condition(one) for one in told["all"]))


def _rules(told: dict[str, Any]) -> Rules:
    told = dict(told)
    told["quotas"] = tuple(Quota(**{**one, "when": _condition(one["when"])}) for one in told["quotas"])
    told["shares"] = tuple(
        Share(**{**one, "when": _condition(one["when"]), "of": one["of"] and _condition(one["of"])})
        for one in told["shares"]
    )
    told["caps"] = tuple(Cap(**one) for one in told["caps"])
    told["budget"] = None if told["budget"] is None else Budget(**told["budget"])
    return Rules(**told)


def _selection(told: dict[str, Any]) -> Selection:
    told = dict(told)
    proof = dict(told["proof"])
    told["proof"] = Proof(**{**proof, "status": Status(proof["status"])})
    told["members"], told["unscored"] = tuple(told["members"]), tuple(told["unscored"])
    told["shortfalls"] = tuple(Shortfall(_limit(one["limit"]), one["by"]) for one in told["shortfalls"])
    told["set_aside"] = tuple(SetAside(one["applicant"], Kind(one["why"])) for one in told["set_aside"])
    return Selection(**told)


def _limit(told: dict[str, str]) -> Limit:
    return Limit(Kind(told["kind"]), told["name"], Side(told["side"]), told["value"])
