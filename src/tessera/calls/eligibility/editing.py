"""One change to the rules at a time, on their document: what the builder's buttons do. Each returns a new document.

A part is the key of a strand, or ``EVERYBODY``; within it a rule is named by its key, in groups too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from tessera.calls.eligibility.model import TO_SET
from tessera.calls.eligibility.reading import DATED, GROUPS

type Document = dict[str, Any]

EVERYBODY = "-"


def rules_in(document: Mapping[str, Any], part: str) -> list[Document]:
    """The rules of a part, as they stand."""
    if part == EVERYBODY:
        return list(document.get("rules", ()))
    return list(document.get("strands", {}).get(part, {}).get("rules", ()))


def walk(rules: list[Document], group: str = "") -> Iterator[tuple[Document, str]]:
    """(rule, key of the group that holds it or "") of every rule, groups before their members."""
    for rule in rules:
        yield rule, group
        yield from walk(rule.get("rules", []), rule["key"])


def rule_in(document: Mapping[str, Any], part: str, key: str) -> Document | None:
    return next((rule for rule, _group in walk(rules_in(document, part)) if rule["key"] == key), None)


def group_of(document: Mapping[str, Any], part: str, key: str) -> str:
    """The key of the group that holds the rule; "" where it stands on its own."""
    return next((group for rule, group in walk(rules_in(document, part)) if rule["key"] == key), "")


def undated(document: Mapping[str, Any]) -> Document:
    """With every day and year that belongs to one edition left to be set, in groups and strands too."""
    fresh = _copy(document)
    for part in (EVERYBODY, *fresh.get("strands", {})):
        for rule, _group in walk(rules_in(fresh, part)):
            params = rule.get("params", {})
            params.update({name: TO_SET for name in DATED.get(rule["kind"], ()) if params.get(name)})
    return fresh


def left_to_set(document: Mapping[str, Any]) -> list[tuple[Document, str]]:
    """(rule, setting) for each that a copy left out and nobody has set since."""
    parts = (EVERYBODY, *document.get("strands", {}))
    return [
        (rule, name)
        for part in parts
        for rule, _group in walk(rules_in(document, part))
        for name in DATED.get(rule["kind"], ())
        if rule.get("params", {}).get(name) == TO_SET
    ]


def rule_keys(document: Mapping[str, Any]) -> list[str]:
    """Every key of every part."""
    parts = [EVERYBODY, *document.get("strands", {})]
    return [rule["key"] for part in parts for rule, _group in walk(rules_in(document, part))]


def weight_of(document: Mapping[str, Any], part: str, key: str) -> str:
    """The weight of a rule: its own, or that of the group around it."""
    for rule in rules_in(document, part):
        if any(one["key"] == key for one, _group in walk([rule])):
            return str(rule.get("weight", "hard"))
    return "hard"


def with_rule(
    document: Mapping[str, Any], part: str, rule: Mapping[str, Any], was: str = "", group: str = ""
) -> Document:
    """With ``rule`` in the place of ``was``, or last in ``group`` or in the part; it moves where its group differs."""
    fresh = _copy(document)
    mine = deepcopy(dict(rule))
    if was and group_of(fresh, part, was) == group:
        siblings, n = _place(_part(fresh, part), was) or ([], 0)
        siblings[n] = mine
        return _tidy(fresh)
    if was:
        fresh = without_rule(fresh, part, was)
    holder = rule_in(fresh, part, group) if group else None
    if holder is not None:
        mine.pop("weight", None)
        holder["rules"].append(mine)
    else:
        _part(fresh, part).append(mine)
    return _tidy(fresh)


def beside(
    document: Mapping[str, Any], part: str, rule: Mapping[str, Any], other: str, kind: str, group_key: str
) -> Document:
    """With ``rule`` and the rule ``other`` in a new group of ``kind`` in the place of that one, with its weight."""
    fresh = _copy(document)
    place = _place(_part(fresh, part), other)
    if place is None:
        return fresh
    siblings, n = place
    held = siblings[n]
    group: Document = {"key": group_key, "kind": kind}
    if "weight" in held:
        group["weight"] = held.pop("weight")
    mine = {name: value for name, value in rule.items() if name != "weight"}
    siblings[n] = {**group, "rules": [held, deepcopy(mine)]}
    return _tidy(fresh)


def without_rule(document: Mapping[str, Any], part: str, key: str) -> Document:
    """Without the rule; a group that has no member left goes too."""
    fresh = _copy(document)
    place = _place(_part(fresh, part), key)
    if place:
        siblings, n = place
        del siblings[n]
    own = _part(fresh, part)
    own[:] = _without_empty(own)
    return _tidy(fresh)


def moved_rule(document: Mapping[str, Any], part: str, key: str, by: int) -> Document:
    """One place up (-1) or down (1) among its like: those of the part, or of its group."""
    fresh = _copy(document)
    place = _place(_part(fresh, part), key)
    if place:
        siblings, n = place
        if 0 <= n + by < len(siblings):
            siblings[n], siblings[n + by] = siblings[n + by], siblings[n]
    return _tidy(fresh)


def _without_empty(rules: list[Document]) -> list[Document]:
    found = []
    for rule in rules:
        if rule["kind"] in GROUPS:
            rule["rules"] = _without_empty(rule["rules"])
            if not rule["rules"]:
                continue
        found.append(rule)
    return found


def _place(rules: list[Document], key: str) -> tuple[list[Document], int] | None:
    for n, rule in enumerate(rules):
        if rule["key"] == key:
            return rules, n
        found = _place(rule.get("rules", []), key)
        if found:
            return found
    return None


def _part(document: Document, part: str) -> list[Document]:
    """The list of a part, made where it is missing."""
    holder = document if part == EVERYBODY else document.setdefault("strands", {}).setdefault(part, {})
    rules: list[Document] = holder.setdefault("rules", [])
    return rules


def _copy(document: Mapping[str, Any]) -> Document:
    return deepcopy(dict(document)) if document else {"rules": []}


def _tidy(document: Document) -> Document:
    """Without strands that have no rule."""
    strands = {key: part for key, part in document.get("strands", {}).items() if part.get("rules")}
    fresh = {"rules": document.get("rules", [])}
    return fresh | ({"strands": strands} if strands else {})
