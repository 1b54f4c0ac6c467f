"""A published lottery checked from scratch, by code that shares nothing with its making but the data types.

Checked: the commitment; that people of a type are alike under every rule; that every panel keeps every hard rule, has the
recorded penalty and stays in the band; that tickets, probabilities and the draw are what follows. Not checked, because it
takes solving it again: that ``best`` is the best score, and that no fairer lottery exists (what ``claim`` says).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tessera.solvers.cohort.documents import read_pool, read_rules, strict
from tessera.solvers.cohort.lotteries.record import FORMAT, read_fraction
from tessera.solvers.cohort.model import Applicant, Cap, Pool, Quota, Rules, Share

BODY = {
    "format", "pool", "rules", "k", "band", "objective", "best", "penalty", "types", "panels", "tickets", "marginals",
    "never", "set_aside", "claim", "source", "seed_sha256",
}  # fmt: skip
DRAW = {"commitment", "source_value", "seed", "number", "panel", "members"}
ALL_TICKETS = 4294967296


def verify(published_json: str) -> bool:
    """Whether a published file is in order; with ``draw`` null, everything but the draw. Never raises."""
    return not faults(published_json)


def faults(published_json: str) -> tuple[str, ...]:
    """What is wrong with a published file, as codes with their subject ("panel-breaks-rule:3:women"); empty if nothing."""
    try:
        told = strict(published_json)
        if (
            type(told) is not dict
            or set(told) != {"body", "commitment", "draw"}
            or set(told["body"]) - {"asked"} != BODY
        ):
            return ("not-a-lottery",)
        found = list(_faults_of_body(told["body"]))
        text = json.dumps(told["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if hashlib.sha256(text.encode()).hexdigest() != told["commitment"]:
            found.append("commitment")
        if not found and told["draw"] is not None:
            found += _faults_of_draw(told["body"], told["commitment"], told["draw"])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError):
        return ("not-a-lottery",)
    return tuple(found)


def _faults_of_body(told: dict[str, Any]) -> Iterator[str]:
    pool, rules = read_pool(told["pool"]), read_rules(told["rules"])
    people = {one.id: one for one in pool.applicants}
    if told["format"] != FORMAT:
        yield "format"
    if told["objective"] not in {"leximin", "maximin"} or type(told["k"]) is not int:
        yield "objective"
    if "asked" in told and (told["asked"], told["objective"]) != ("leximin", "maximin"):
        yield "asked"
    if set(told["claim"]) != {"status", "smallest", "bound"} or told["claim"]["status"] not in {"optimal", "feasible"}:
        yield "claim"
    if not all(type(told[name]) is int or told[name] is None for name in ("band", "best", "penalty")):
        yield "not-whole"
    if (told["band"] is None) != (told["best"] is None):
        yield "band"
    if bool(told["source"].strip()) == (told["seed_sha256"] is not None):
        yield "source"
    members = [one for group in told["types"] for one in group]
    if len(set(members)) != len(members) or not all(told["types"]):
        yield "type-twice"
    scored, aside = told["band"] is not None, set(told["set_aside"])
    considered = [one for one in pool.applicants if one.id not in aside]
    groups = _groups(pool, rules)
    crowded = {cap.name: _crowded(cap, considered, groups[cap.name]) for cap in rules.caps}
    for t, group in enumerate(told["types"]):
        if len({_marks(people[one], rules, crowded, scored=scored) for one in group}) > 1:
            yield f"type-not-alike:{t}"
    yield from _faults_of_panels(told, people, rules, groups)
    yield from _faults_of_tickets(told, pool)


Groups = Mapping[str, frozenset[str]]  # every value in the pool of the feature of a cap, by the cap's name


def _groups(pool: Pool, rules: Rules) -> Groups:
    return {
        cap.name: frozenset(value for one in pool.applicants if (value := one.value(cap.feature)) is not None)
        for cap in rules.caps
    }


def _marks(
    one: Applicant, rules: Rules, crowded: Mapping[str, tuple[frozenset[str], bool]], *, scored: bool
) -> tuple[Any, ...]:
    """All that any rule can see of a person: the limits the person counts in, where they can bite at all."""
    quotas = []
    for quota in rules.quotas:
        holds = quota.when.holds(one)
        counts = holds is True or (quota.unknown_counts and holds is None)
        quotas.append((quota.at_least is not None and holds is True, quota.at_most is not None and counts))
    shares = []
    for share in rules.shares:
        above, base = share.counts(one)
        shares.append([100 * above - limit * base for limit in (share.at_least, share.at_most) if limit is not None])
    return (
        tuple(quotas),
        tuple(map(tuple, shares)),
        tuple(_counted(one.value(cap.feature), cap, *crowded[cap.name]) for cap in rules.caps),
        one.cost if rules.budget is not None else None,
        one.id in rules.include,
        one.id in rules.exclude,
        (one.score or 0) if scored else None,
    )


def _counted(value: str | None, cap: Cap, full: frozenset[str], alone: bool) -> tuple[frozenset[str], bool]:
    """The crowded groups in which a person of this value counts, and whether among the unknown ones too."""
    if value is None:
        return (full, alone) if cap.unknown_counts else (frozenset(), False)
    return full & {value}, False


def _crowded(cap: Cap, people: Iterable[Applicant], groups: frozenset[str]) -> tuple[frozenset[str], bool]:
    """The groups in which more people count than a cap allows, and whether the unknown ones are too many by themselves."""
    sizes = Counter(one.value(cap.feature) for one in people)
    unknown = sizes[None] if cap.unknown_counts else 0
    full = frozenset(name for name in groups if sizes[name] + unknown > cap.but.get(name, cap.at_most))
    return full, unknown > cap.at_most


def _faults_of_panels(
    told: dict[str, Any], people: dict[str, Applicant], rules: Rules, groups: Groups
) -> Iterator[str]:
    if not told["panels"] or told["panels"] != sorted(told["panels"]):
        yield "panel-order"
    if len({json.dumps(panel) for panel in told["panels"]}) != len(told["panels"]):
        yield "panel-twice"
    for j, panel in enumerate(told["panels"]):
        numbers = [t for t, _count in panel]
        whole = all(type(part) is int for pair in panel for part in pair)
        if not whole or numbers != sorted(set(numbers)) or (numbers and numbers[0] < 0):
            yield f"panel-malformed:{j}"
            continue
        if any(not 1 <= count <= len(told["types"][t]) for t, count in panel):
            yield f"panel-malformed:{j}"
            continue
        members = [people[one] for t, count in panel for one in told["types"][t][:count]]
        for name in _broken(members, rules, told["k"], groups):
            yield f"panel-breaks-rule:{j}:{name}"
        if _penalty(members, rules, groups) != told["penalty"]:
            yield f"panel-penalty:{j}"
        if told["band"] is not None and sum(one.score or 0 for one in members) < told["best"] - told["band"]:
            yield f"panel-outside-band:{j}"


def _broken(members: Sequence[Applicant], rules: Rules, k: int, groups: Groups) -> Iterator[str]:
    """The hard rules that these people do not keep."""
    ids = {one.id for one in members}
    if len(ids) != k:
        yield "size"
    if rules.include - ids:
        yield "include"
    if rules.exclude & ids:
        yield "exclude"
    free = [one for one in members if one.id not in rules.include]
    least = rules.score_at_least
    if least is not None and any(one.score is None or one.score < least for one in free):
        yield "score_at_least"
    if rules.budget is not None and (
        any(one.cost is None for one in members) or sum(one.cost or 0 for one in members) > rules.budget.at_most
    ):
        yield "budget"
    for rule in _all(rules):
        if rule.weight is None and _missed(members, rule, groups):
            yield rule.name


def _penalty(members: Sequence[Applicant], rules: Rules, groups: Groups) -> int:
    return sum(rule.weight * _missed(members, rule, groups) for rule in _all(rules) if rule.weight is not None)


def _all(rules: Rules) -> tuple[Quota | Share | Cap, ...]:
    return (*rules.quotas, *rules.shares, *rules.caps)


def _missed(members: Sequence[Applicant], rule: Quota | Share | Cap, groups: Groups) -> int:
    """By how many people a rule is missed, on both sides and in all groups together."""
    if isinstance(rule, Quota):
        held = [rule.when.holds(one) for one in members]
        known, maybe = held.count(True), held.count(True) + (held.count(None) if rule.unknown_counts else 0)
        short = max(0, (rule.at_least or 0) - known)
        return short + (0 if rule.at_most is None else max(0, maybe - rule.at_most))
    if isinstance(rule, Share):
        told = [rule.counts(one) for one in members]
        above, base = sum(line for line, _base in told), sum(inside for _line, inside in told)
        short = max(0, -(-((rule.at_least or 0) * base - 100 * above) // 100))
        return short + (0 if rule.at_most is None else max(0, -(-(100 * above - rule.at_most * base) // 100)))
    sizes = Counter(one.value(rule.feature) for one in members)
    unknown = sizes[None] if rule.unknown_counts else 0
    over = sum(max(0, sizes[name] + unknown - rule.but.get(name, rule.at_most)) for name in groups[rule.name])
    return over + max(0, unknown - rule.at_most)


def _faults_of_tickets(told: dict[str, Any], pool: Pool) -> Iterator[str]:
    tickets, panels, types = told["tickets"], told["panels"], told["types"]
    if not all(type(part) is int for panel in panels for pair in panel for part in pair):
        return  # told already; a text times the tickets would be gigabytes of it
    if not all(type(ticket) is int and ticket > 0 for ticket in tickets) or len(tickets) != len(panels):
        yield "tickets"
        return
    if sum(tickets) != ALL_TICKETS:
        yield "tickets"
    due = {one.id: Fraction(0) for one in pool.applicants}
    for panel, ticket in zip(panels, tickets, strict=True):
        for t, count in panel:
            for one in types[t]:
                due[one] += Fraction(ticket * count, len(types[t]) * ALL_TICKETS)
    if {one: read_fraction(p) for one, p in told["marginals"].items()} != due:
        yield "marginals"
    for name in ("never", "set_aside"):
        if sorted(set(told[name])) != told[name] or any(due[one] for one in told[name]):
            yield name


def _faults_of_draw(told: dict[str, Any], commitment: str, drawn: dict[str, Any]) -> Iterator[str]:
    if set(drawn) != DRAW or drawn["commitment"] != commitment or not drawn["source_value"]:
        yield "draw"
        return
    value = drawn["source_value"].encode()
    if told["seed_sha256"] not in (None, hashlib.sha256(value).hexdigest()):
        yield "secret-seed"
    seed = hashlib.sha256(commitment.encode() + value).digest()
    # The tickets add up to 2^32, which divides 2^64: the first number is never refused.
    number = int.from_bytes(hashlib.sha256(seed + bytes(4)).digest()[:8], "big") % ALL_TICKETS
    panel, passed = -1, 0
    while passed <= number:
        panel += 1
        passed += told["tickets"][panel]
    members: list[str] = []
    for t, count in told["panels"][panel]:
        order = sorted((hmac.new(seed, one.encode(), hashlib.sha256).digest(), one) for one in told["types"][t])
        members += [one for _ticket, one in order[:count]]
    due = {"seed": seed.hex(), "number": number, "panel": panel, "members": sorted(members)}
    for name, right in due.items():
        if drawn[name] != right or type(drawn[name]) is not type(right):
            yield f"draw-{name}"
