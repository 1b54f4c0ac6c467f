"""A selection as published: one canonical text that anybody can check from scratch, with nothing of the solver."""

from __future__ import annotations

from typing import Any

from tessera.solvers.cohort.answers import Kind, Limit, Selection, SetAside, Shortfall, Side
from tessera.solvers.cohort.check import Broken, check
from tessera.solvers.cohort.documents import (
    digest_of,
    only,
    pool_document,
    read_pool,
    read_rules,
    rules_document,
    strict,
)
from tessera.solvers.cohort.faults import DataFault
from tessera.solvers.cohort.model import Pool, Rules, check_together
from tessera.solvers.proof import Proof, Status, canonical, plain, sha256

FORMAT = "tessera-cohort-1"


def record(pool: Pool, rules: Rules, selection: Selection) -> str:
    """Canonical JSON of pool, rules and selection, with the SHA-256 of all three.

    The seconds that the search took are left out, so that nothing depends on the clock. Whoever publishes it takes care
    that ids name nobody.
    """
    told = plain(selection)
    del told["proof"]["seconds"]
    body = {"format": FORMAT, "pool": pool_document(pool), "rules": rules_document(rules), "selection": told}
    return canonical({"body": body, "sha256": sha256(body)})


def read(text: str) -> tuple[Pool, Rules, Selection]:
    """The three again, rules of a kind in the order of their names, the search in no time.

    Raises ValueError for a text that is no record, `DataFault` for data that make no sense.
    """
    body = _body(text)
    try:
        return read_pool(body["pool"]), read_rules(body["rules"]), _selection(body["selection"])
    except DataFault:
        raise
    except (KeyError, TypeError, AttributeError, IndexError) as problem:
        raise ValueError(f"This is not a record of a selection: {problem!r}") from problem


def verify(text: str) -> tuple[Broken, ...]:
    """Everything that is wrong with a record, by the independent checker; empty if it holds.

    Code ``digest`` says that something was changed after the record was written, ``input`` that pool or rules are not
    those of which the selection was made, ``text`` that the record is not written canonically. Raises as `read` does.
    """
    pool, rules, selection = read(text)
    check_together(pool, rules, selection.size)
    broken = list(check(pool, rules, selection))
    if selection.proof.input_sha256 != digest_of(pool, rules, selection.size):
        broken.append(Broken("input"))
    if sha256(_body(text)) != digest_told(text):
        broken.append(Broken("digest"))
    elif record(pool, rules, selection) != text.strip():
        broken.append(Broken("text"))
    return tuple(broken)


def digest_told(text: str) -> str:
    """The SHA-256 that a record says of itself: what to compare with the one that was published. ValueError."""
    _body(text)
    return str(strict(text)["sha256"])


def _body(text: str) -> dict[str, Any]:
    told = strict(text)
    try:
        body: dict[str, Any] = only(only(told, {"body", "sha256"})["body"], {"format", "pool", "rules", "selection"})
    except TypeError as problem:
        raise ValueError("This is not a record of a selection.") from problem
    if body["format"] != FORMAT:
        raise ValueError("This is not a record of a selection.")
    return body


def _selection(told: Any) -> Selection:
    told = dict(only(told, set(Selection.__dataclass_fields__)))
    proof = dict(only(told["proof"], set(Proof.__dataclass_fields__) - {"seconds"}))
    _all_are(int, told["size"], told["penalty_bound"], proof["seed"])
    _all_are(int, *(one for one in (told["value"], told["penalty"], proof["value"], proof["bound"]) if one is not None))
    _all_are(bool, *(one for one in (told["ties_possible"],) if one is not None))
    _all_are(str, told["seed"], proof["solver"], proof["version"], proof["input_sha256"])
    _all_are(str, *told["members"], *told["unscored"])
    told["proof"] = Proof(**{**proof, "status": Status(proof["status"]), "seconds": 0.0})
    told["members"], told["unscored"] = tuple(told["members"]), tuple(told["unscored"])
    told["shortfalls"] = tuple(_shortfall(only(one, {"limit", "by"})) for one in told["shortfalls"])
    told["set_aside"] = tuple(
        SetAside(one["applicant"], Kind(one["why"])) for one in told["set_aside"] if only(one, {"applicant", "why"})
    )
    _all_are(str, *(one.applicant for one in told["set_aside"]))
    return Selection(**told)


def _shortfall(told: Any) -> Shortfall:
    limit = only(told["limit"], {"kind", "name", "side", "value"})
    _all_are(int, told["by"])
    _all_are(str, limit["name"], limit["value"])
    return Shortfall(Limit(Kind(limit["kind"]), limit["name"], Side(limit["side"]), limit["value"]), told["by"])


def _all_are(kind: type, *values: object) -> None:
    """TypeError where a value is of another type: `True` is no number here, 3.0 no whole one."""
    for value in values:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not {kind.__name__}")
