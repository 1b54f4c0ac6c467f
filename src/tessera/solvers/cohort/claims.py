"""Are reasons, ways out and a waiting list what they say? Recomputed person by person, as `check` does for a cohort.

Every cohort that is named must keep the rules it is named under, and every figure must be the one that comes out. Not
shown, for it takes solving again: that no better cohort, no cheaper way out and no better list exists, and, where there
are many sets of people, that a core holds no limit too many.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from tessera.solvers.cohort.answers import (
    Conflict,
    Kind,
    Limit,
    Move,
    Reason,
    Refill,
    Selection,
    Side,
    Waitlist,
    Why,
    WhyNot,
)
from tessera.solvers.cohort.check import Broken, measured, pins, set_aside
from tessera.solvers.cohort.cores import check_core
from tessera.solvers.cohort.model import Applicant, Cap, Pool, Quota, Rules, Share
from tessera.solvers.cohort.moves import moved
from tessera.solvers.cohort.steps import check_change, check_moves
from tessera.solvers.proof import Status


def check_conflict(pool: Pool, rules: Rules, k: int, conflict: Conflict) -> tuple[Broken, ...]:
    """Each relaxation must name k people who keep every hard rule once its moves are made, at the price of the moves.

    A move begins with the number that is written, and ends where its steps lead.
    Where there are few sets of k people, the core must leave none of them and hold no limit too many.
    """
    wrong = list(check_core(pool, rules, k, conflict))
    for way in conflict.relaxations:
        astray = list(check_moves(rules, k, way.moves))
        if astray:
            wrong += astray
            continue
        wrong += _not_kept(pool, moved(rules, way.moves), k, way.members)
        price = sum(_price(rules, move) for move in way.moves)
        if price != way.price:
            wrong.append(Broken("price", want=price, found=way.price))
    return tuple(wrong)


def check_reason(pool: Pool, rules: Rules, selection: Selection, told: Why | WhyNot) -> tuple[Broken, ...]:
    """The cohort that a reason compares with must keep the rules, and differ and be worth as much as is said; where there
    is said to be none, the limits that are named must leave none, where there are few sets of people.
    """
    who = told.applicant
    inside = isinstance(told, WhyNot)
    wrong: list[Broken] = list(_wrong_core(pool, rules, selection.size, told))
    if inside == (who in selection.members):
        wrong.append(Broken("reason", who=who))
    if isinstance(told, WhyNot):
        wrong += _wrong_claims(pool, rules, selection, told)
    if not told.members:
        return (*wrong, *([Broken("figures", who=who)] if told.cost is not None or told.value is not None else []))
    pinned = replace(rules, include=rules.include - {who}, exclude=rules.exclude - {who})
    if isinstance(told, WhyNot) and told.reason == Reason.SET_ASIDE:  # as if this person could be selected
        pinned = replace(pinned, include=pinned.include | {who})
    wrong += _not_kept(pool, pinned, selection.size, told.members)
    people = {one.id: one for one in pool.applicants}
    members, before = set(told.members), set(selection.members)
    value = sum(people[one].score or 0 for one in members if one in people)
    penalty = _penalty(pool, pinned, [people[one] for one in members if one in people])
    sought = (
        (who in members) == inside
        and set(told.leave) == before - members - {who}
        and set(told.join) == members - before - {who}
    )
    if not sought:
        wrong.append(Broken("exchange", who=who))
    figures = (value, (selection.value or 0) - value, penalty - (selection.penalty or 0))
    if (told.value, told.cost, told.penalty) != figures:
        wrong.append(Broken("figures", want=figures[1], found=told.cost, who=who))
    return tuple(wrong)


def _wrong_core(pool: Pool, rules: Rules, k: int, told: Why | WhyNot) -> Iterator[Broken]:
    """The limits that stand in the way of a cohort with somebody, or of one without, leave such a one."""
    who = told.applicant
    if isinstance(told, WhyNot):
        if told.conflict is None or who in rules.exclude:
            return
        core, proof, pin = told.conflict.core, told.conflict.proof, Limit(Kind.INCLUDE, who, Side.LOWER)
        pinned = replace(rules, include=rules.include | {who})
    else:
        if told.value is not None or told.proof.status != Status.INFEASIBLE:
            return
        core, proof, pin = told.needed_for, told.proof, Limit(Kind.EXCLUDE, who)
        pinned = replace(rules, include=rules.include - {who}, exclude=rules.exclude | {who})
    yield from check_core(pool, pinned, k, Conflict((*core, pin), (), proof, minimal=False))


def _wrong_claims(pool: Pool, rules: Rules, selection: Selection, told: WhyNot) -> Iterator[Broken]:
    """The kind of reason, the score that would do, the prices of changes, and whose place could be taken."""
    who = told.applicant
    person = next((one for one in pool.applicants if one.id == who), None)
    aside = {one.applicant: one.why for one in set_aside(pool, rules)}
    reasons = {
        Reason.SET_ASIDE: told.set_aside is not None and aside.get(who) == told.set_aside,
        Reason.EXCLUDED: who in rules.exclude,
        Reason.TIED: (told.cost, told.penalty) == (0, 0),
        Reason.OUTSCORED: (told.cost or 0) > 0 and told.penalty == 0,
        Reason.SOFT: told.penalty > 0,
    }
    if person is None or not reasons.get(told.reason, True):
        yield Broken("reason", who=who)
        return
    ties = (person.score or 0) + (told.cost or 0)
    if told.reason == Reason.SET_ASIDE and rules.score_at_least is not None:
        ties = rules.score_at_least if told.penalty < 0 else max(ties, rules.score_at_least)
    if told.ties_at is not None and told.ties_at != ties:
        yield Broken("figures", want=ties, found=told.ties_at, who=who)
    for change in told.changes:
        yield from check_change(rules, selection.size, change, person.score)
        if change.price != _price(rules, change.move):
            yield Broken("price", change.move.limit, _price(rules, change.move), change.price, who)
    swaps = _Swaps(pool, rules, selection)
    for member in told.for_whom:
        if not swaps.may(member, who):
            yield Broken("steps-in", who=f"{who} {member}")


def check_waitlist(pool: Pool, rules: Rules, selection: Selection, waiting: Waitlist) -> tuple[Broken, ...]:
    """Everybody on the list can take exactly the places that are named; nobody can take those called irreplaceable.

    Called so is everybody whose place nobody can take, and short everybody whose place more people could take than are on
    the list for it, where those are fewer than asked.
    """
    return tuple(_wrong_places(pool, rules, selection, waiting))


def _wrong_places(pool: Pool, rules: Rules, selection: Selection, waiting: Waitlist) -> Iterator[Broken]:
    swaps = _Swaps(pool, rules, selection)
    scores = [swaps.people[one].score or 0 for one in waiting.order if one in swaps.people]
    rank = [
        (-(swaps.people[one].score or 0), _ticket(waiting.seed, one)) for one in waiting.order if one in swaps.people
    ]
    if len(set(waiting.order)) != len(scores) or len(waiting.order) != len(scores) or rank != sorted(rank):
        yield Broken("order")
    if sum(scores) != waiting.value:
        yield Broken("value", want=sum(scores), found=waiting.value)
    covered = dict.fromkeys(selection.members, 0)
    for one in waiting.reserves:
        places = {member for member in selection.members if swaps.may(member, one.applicant)}
        if places != set(one.steps_in_for):
            yield Broken("steps-in", want=len(places), found=len(one.steps_in_for), who=one.applicant)
        for member in places:
            covered[member] += 1
    yield from _wrong_gaps(swaps, waiting, covered)


def _wrong_gaps(swaps: _Swaps, waiting: Waitlist, covered: Mapping[str, int]) -> Iterator[Broken]:
    """Who is said to be irreplaceable or short and is not, or is and is not said to be."""
    listed = set(waiting.order)
    lonely = {one.member: one.limits for one in waiting.irreplaceable}
    for member in sorted({*waiting.short, *lonely} - covered.keys()):
        yield Broken("short" if member in waiting.short else "replaceable", who=member)
    for member, count in covered.items():
        limits = lonely.get(member)
        if limits and not count:
            fitting = swaps.anybody(member, limits)
            if fitting is not None:
                yield Broken("replaceable", limits[0], who=f"{member} {fitting}")
                continue
            other = None  # whom nobody can replace under these limits alone, nobody can under all
        elif 0 < count >= waiting.cover and limits is None:
            other = None  # enough of them: nobody asks for more
        else:
            other = swaps.first(member, listed)
        replaceable = bool(count) or other is not None
        if replaceable == (limits is not None):
            yield Broken("replaceable", who=member)
        if (count < waiting.cover and other is not None) != (member in waiting.short):
            yield Broken("short", who=member)


def check_refill(pool: Pool, rules: Rules, selection: Selection, waiting: Waitlist, told: Refill) -> tuple[Broken, ...]:
    """Those who stay, stay; nobody who withdrew is in; every rule (as moved) is kept; the first on the list who can comes."""
    return tuple(_wrong_refill(pool, rules, selection, waiting, told))


def _wrong_refill(pool: Pool, rules: Rules, selection: Selection, waiting: Waitlist, told: Refill) -> Iterator[Broken]:
    gone, members = set(told.withdrawn), set(told.members)
    stay = set(selection.members) - gone
    if told.joined != tuple(one for one in told.members if one not in stay):
        yield Broken("exchange")
    if not told.members:
        return
    for one in sorted((stay - members) | (gone & members)):
        yield Broken("exchange", who=one)
    left = replace(rules, include=rules.include - gone, exclude=rules.exclude | gone)
    moves = told.relaxation.moves if told.relaxation is not None else ()
    astray = list(check_moves(left, selection.size, moves))
    if astray:
        yield from astray
        return
    after = moved(left, moves)
    yield from _not_kept(pool, after, selection.size, told.members)
    aside = {one.applicant for one in set_aside(pool, after)}
    for one in sorted(set(told.joined) & aside):
        yield Broken("not-selectable", who=one)
    if told.relaxation is not None and told.relaxation.price != sum(_price(left, move) for move in moves):
        yield Broken("price", want=sum(_price(left, move) for move in moves), found=told.relaxation.price)
    if len(gone) == 1:
        swaps, leaver = _Swaps(pool, rules, selection), next(iter(gone))
        first = next((one for one in waiting.order if swaps.may(leaver, one)), None)
        if told.from_list != (first is not None) or (first is not None and told.joined != (first,)):
            yield Broken("order", who=first or leaver)
    elif told.from_list:
        yield Broken("order")


def _ticket(seed: str, one: str) -> bytes:
    return hmac.digest(seed.encode(), one.encode(), "sha256")


class _Swaps:
    """Who may take whose place: every hard rule kept, soft ones missed by no more than before."""

    def __init__(self, pool: Pool, rules: Rules, selection: Selection) -> None:
        self.pool, self.rules = pool, rules
        self.people = {one.id: one for one in pool.applicants}
        self.members = [self.people[one] for one in selection.members if one in self.people]
        self.before = {limit: short for limit, _w, _want, _f, short in measured(pool, rules, self.members)}
        inside = {one.id for one in self.members}
        self.out = inside | rules.exclude | {one.applicant for one in set_aside(pool, rules)}

    def may(self, member: str, other: str) -> bool:
        if other in self.out or other not in self.people:
            return False
        return self._fits(self.rules, member, other, None)

    def first(self, member: str, listed: Collection[str]) -> str | None:
        """The first by id who may take the place and is not on the list; None where nobody else may."""
        return next((one for one in self.people if one not in listed and self.may(member, one)), None)

    def anybody(self, member: str, limits: Iterable[Limit]) -> str | None:
        """Somebody who would keep these limits in the member's place; None where nobody would."""
        asked = {(one.kind, one.name, one.side) for one in limits}
        named = {(one.kind, one.name) for one in limits}
        fewer = replace(
            self.rules,
            quotas=tuple(one for one in self.rules.quotas if (Kind.QUOTA, one.name) in named),
            shares=tuple(one for one in self.rules.shares if (Kind.SHARE, one.name) in named),
            caps=tuple(one for one in self.rules.caps if (Kind.CAP, one.name) in named),
            budget=self.rules.budget if (Kind.BUDGET, "") in named else None,
        )
        fitting = (one for one in self.people if one not in self.out and self._fits(fewer, member, one, asked))
        return next(fitting, None)

    def _fits(self, rules: Rules, member: str, other: str, asked: set[tuple[Kind, str, Side]] | None) -> bool:
        people = [one for one in self.members if one.id != member] + [self.people[other]]
        return all(
            short <= (0 if weight is None else self.before.get(limit, 0))
            for limit, weight, _want, _found, short in measured(self.pool, rules, people)
            if asked is None or (limit.kind, limit.name, limit.side) in asked
        )


def _not_kept(pool: Pool, rules: Rules, k: int, ids: tuple[str, ...]) -> Iterator[Broken]:
    """What k people with these ids break of the hard rules."""
    people = {one.id: one for one in pool.applicants}
    for one in ids:
        if one not in people:
            yield Broken("unknown-member", who=one)
    members = [people[one] for one in dict.fromkeys(ids) if one in people]
    if len(members) != k or len(ids) != k:
        yield Broken("members", Limit(Kind.SIZE), k, len(members))
    yield from pins(rules, members)
    for limit, weight, want, found, short in measured(pool, rules, members):
        if short and weight is None:
            yield Broken("limit", limit, want, found)


def _penalty(pool: Pool, rules: Rules, members: list[Applicant]) -> int:
    return sum(short * (weight or 0) for _limit, weight, _want, _found, short in measured(pool, rules, members))


def _price(rules: Rules, move: Move) -> int:
    """What a move costs by the prices that the rules name; lifting a pin, or lowering the entry, costs 1."""
    if move.limit.kind in (Kind.INCLUDE, Kind.EXCLUDE, Kind.SCORE_LOW):
        return 1
    if move.limit.kind == Kind.BUDGET:
        return move.steps * (rules.budget.price if rules.budget is not None else 1)
    of_kind: dict[Kind, tuple[Quota | Share | Cap, ...]] = {
        Kind.QUOTA: rules.quotas, Kind.SHARE: rules.shares, Kind.CAP: rules.caps,
    }  # fmt: skip
    return move.steps * next((one.price for one in of_kind[move.limit.kind] if one.name == move.limit.name), 0)
