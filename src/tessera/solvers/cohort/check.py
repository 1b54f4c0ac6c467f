"""Is this cohort what it says? Recomputed person by person, with nothing of the solver but the data types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tessera.solvers.cohort.answers import Kind, Limit, Selection, SetAside, Shortfall, Side
from tessera.solvers.cohort.model import Applicant, Cap, Pool, Quota, Rules, Share
from tessera.solvers.proof import Status


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that does not hold. ``limit`` is the rule, where it is one; ``want`` and ``found`` its numbers.

    Codes: members, order, unknown-member, twice, lower, upper, included, excluded, not-selectable, value, penalty, bound,
    shortfalls, unscored, set-aside; of `claims` also limit, price, move, reason, exchange, figures, steps-in, short, replaceable.
    """

    code: str
    limit: Limit | None = None
    want: int | None = None
    found: int | None = None
    who: str = ""


def check(pool: Pool, rules: Rules, selection: Selection) -> tuple[Broken, ...]:
    """Everything that is wrong with a selection; empty if it keeps its rules and its figures are right.

    That no better cohort exists is not shown here; what is shown is that the claim is consistent: value <= bound, and
    value = bound where it says optimal. A selection without members has nothing to check but that it claims nothing.
    """
    if not selection.members:
        claims = selection.value is not None or selection.proof.status in (Status.OPTIMAL, Status.FEASIBLE)
        return (Broken("value"),) if claims else ()
    return tuple(_broken(pool, rules, selection))


def _broken(pool: Pool, rules: Rules, selection: Selection) -> Iterator[Broken]:
    people = {one.id: one for one in pool.applicants}
    for one in selection.members:
        if one not in people:
            yield Broken("unknown-member", who=one)
    if len(set(selection.members)) < len(selection.members):
        yield Broken("twice")
    if list(selection.members) != sorted(selection.members):
        yield Broken("order")
    if len(selection.members) != selection.size:
        yield Broken("members", Limit(Kind.SIZE), selection.size, len(selection.members))
    members = [people[one] for one in selection.members if one in people]
    yield from pins(rules, members)
    penalty = 0
    missed = []
    for limit, weight, want, found, short in measured(pool, rules, members):
        if short and weight is None:
            yield Broken("lower" if limit.side == Side.LOWER else "upper", limit, want, found)
        elif short:
            missed.append(Shortfall(limit, short))
        penalty += short * (weight or 0)
    yield from _figures(selection, members, penalty)
    if sorted(selection.shortfalls, key=_of_limit) != sorted(missed, key=_of_limit):
        yield Broken("shortfalls")
    if selection.unscored != tuple(sorted(one.id for one in members if one.score is None)):
        yield Broken("unscored")
    if selection.set_aside != tuple(set_aside(pool, rules)):
        yield Broken("set-aside")


def _of_limit(missed: Shortfall) -> tuple[Limit, int]:
    return missed.limit, missed.by


def set_aside(pool: Pool, rules: Rules) -> Iterator[SetAside]:
    """Whom the rules keep out by themselves, by id; who must be a member is not asked."""
    for one in pool.applicants:
        if one.id in rules.include:
            continue
        if one.score is None:
            yield SetAside(one.id, Kind.SCORE_MISSING)
        elif rules.score_at_least is not None and one.score < rules.score_at_least:
            yield SetAside(one.id, Kind.SCORE_LOW)
        elif one.cost is None and rules.budget is not None:
            yield SetAside(one.id, Kind.COST_MISSING)


def pins(rules: Rules, members: list[Applicant]) -> Iterator[Broken]:
    there = {one.id for one in members}
    for one in sorted(rules.include - there):
        yield Broken("included", Limit(Kind.INCLUDE, one, Side.LOWER), who=one)
    for one in sorted(rules.exclude & there):
        yield Broken("excluded", Limit(Kind.EXCLUDE, one), who=one)
    for person in members:
        if person.id in rules.include:
            continue
        if person.score is None:
            yield Broken("not-selectable", Limit(Kind.SCORE_MISSING), who=person.id)
        elif rules.score_at_least is not None and person.score < rules.score_at_least:
            yield Broken("not-selectable", Limit(Kind.SCORE_LOW), rules.score_at_least, person.score, person.id)
        if person.cost is None and rules.budget is not None:
            yield Broken("not-selectable", Limit(Kind.COST_MISSING), who=person.id)


def _figures(selection: Selection, members: list[Applicant], penalty: int) -> Iterator[Broken]:
    value = sum(one.score for one in members if one.score is not None)
    if value != selection.value:
        yield Broken("value", want=value, found=selection.value)
    if penalty != selection.penalty or penalty < selection.penalty_bound:
        yield Broken("penalty", want=penalty, found=selection.penalty)
    bound, optimal = selection.proof.bound, selection.proof.status == Status.OPTIMAL
    same_penalty = penalty == selection.penalty_bound
    if optimal and (bound != value or not same_penalty):
        yield Broken("bound", want=value, found=None if bound is None else int(bound))
    if bound is not None and bound < value and same_penalty:
        yield Broken("bound", want=value, found=int(bound))


Measure = tuple[Limit, int | None, int, int, int]  # limit, weight (None: hard), want, found, people short or too many


def measured(pool: Pool, rules: Rules, members: list[Applicant]) -> Iterator[Measure]:
    for quota in rules.quotas:
        yield from _quota(quota, members)
    for share in rules.shares:
        yield from _share(share, members)
    for cap in rules.caps:
        yield from _cap(cap, pool, members)
    if rules.budget is not None:
        cost = sum(one.cost or 0 for one in members)
        most = rules.budget.at_most
        yield Limit(Kind.BUDGET), None, most, cost, max(0, cost - most)


def _quota(quota: Quota, members: list[Applicant]) -> Iterator[Measure]:
    told = [quota.when.holds(one) for one in members]
    certain, possible = told.count(True), told.count(True) + told.count(None)
    if quota.at_least is not None:
        limit = Limit(Kind.QUOTA, quota.name, Side.LOWER)
        yield limit, quota.weight, quota.at_least, certain, max(0, quota.at_least - certain)
    if quota.at_most is not None:
        found = possible if quota.unknown_counts else certain
        limit = Limit(Kind.QUOTA, quota.name, Side.UPPER)
        yield limit, quota.weight, quota.at_most, found, max(0, found - quota.at_most)


def _share(share: Share, members: list[Applicant]) -> Iterator[Measure]:
    counted = [share.counts(one) for one in members]
    above, base = sum(one for one, _base in counted), sum(base for _one, base in counted)
    if share.at_least is not None:
        needed = -(-share.at_least * base // 100)
        limit = Limit(Kind.SHARE, share.name, Side.LOWER)
        yield limit, share.weight, share.at_least, above, max(0, needed - above)
    if share.at_most is not None:
        allowed = share.at_most * base // 100
        limit = Limit(Kind.SHARE, share.name, Side.UPPER)
        yield limit, share.weight, share.at_most, above, max(0, above - allowed)


def _cap(cap: Cap, pool: Pool, members: list[Applicant]) -> Iterator[Measure]:
    groups: dict[str, int] = {}
    unknown = 0
    for one in members:
        value = one.value(cap.feature)
        if value is None:
            unknown += cap.unknown_counts
        else:
            groups[value] = groups.get(value, 0) + 1
    if unknown:  # each of them may belong to any group there is
        for one in pool.applicants:
            groups.setdefault(one.value(cap.feature) or "", 0)
    for value, count in sorted(groups.items()):
        most = cap.but.get(value, cap.at_most)
        found = count + unknown
        yield Limit(Kind.CAP, cap.name, Side.UPPER, value), cap.weight, most, found, max(0, found - most)
