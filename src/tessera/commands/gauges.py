"""How a cohort stands to each rule, counted from the people themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tessera.commands.tables.kinds import amount
from tessera.commands.tables.writing import Result

if TYPE_CHECKING:
    from tessera.solvers.cohort.model import Applicant, Cap, Pool, Quota, Rules, Share

HEADING = ("rule", "kind", "at least", "at most", "now", "of", "kept", "soft")


def gauges(pool: Pool, rules: Rules, members: Iterable[str]) -> Result:
    """A line for each rule; shares in whole people and in per cent, the budget in the unit of the files.

    A cap has a line for its fullest group, and one for each group that is over.
    """
    chosen = set(members)
    people = [one for one in pool.applicants if one.id in chosen]
    rows: list[tuple[Any, ...]] = [_quota(quota, people) for quota in rules.quotas]
    rows += [_share(share, people) for share in rules.shares]
    for cap in rules.caps:
        rows += _cap(cap, people)
    if rules.budget is not None:
        spent = sum(one.cost or 0 for one in people)
        most = amount(rules.budget.at_most)
        rows.append(
            (
                "budget",
                "budget",
                None,
                most,
                amount(spent),
                None,
                spent <= rules.budget.at_most,
                False,
            )
        )
    return Result("gauges", HEADING, tuple(rows))


def _quota(quota: Quota, people: Sequence[Applicant]) -> tuple[Any, ...]:
    answers = [quota.when.holds(one) for one in people]
    sure = sum(answer is True for answer in answers)
    most = sure + (sum(answer is None for answer in answers) if quota.unknown_counts else 0)
    kept = (quota.at_least is None or sure >= quota.at_least) and (quota.at_most is None or most <= quota.at_most)
    return (quota.name, "quota", quota.at_least, quota.at_most, most, None, kept, quota.weight is not None)


def _share(share: Share, people: Sequence[Applicant]) -> tuple[Any, ...]:
    counted = [share.counts(one) for one in people]
    above, base = sum(one for one, _base in counted), sum(base for _one, base in counted)
    kept = (share.at_least is None or 100 * above >= share.at_least * base) and (
        share.at_most is None or 100 * above <= share.at_most * base
    )
    limits = [None if limit is None else f"{limit} %" for limit in (share.at_least, share.at_most)]
    return (share.name, "share", *limits, above, base, kept, share.weight is not None)


def _cap(cap: Cap, people: Sequence[Applicant]) -> list[tuple[Any, ...]]:
    groups = Counter(one.value(cap.feature) for one in people)
    unknown = groups.pop(None, 0) if cap.unknown_counts else 0
    groups.pop(None, None)
    rows = []
    ranked = sorted(
        groups.items(), key=lambda group: (-group[1] + cap.but.get(str(group[0]), cap.at_most), str(group[0]))
    )
    for number, (value, count) in enumerate(ranked):
        most = cap.but.get(str(value), cap.at_most)
        over = count + unknown > most
        if number == 0 or over:
            name = f"{cap.name}: {value}"
            rows.append((name, "cap", None, most, count + unknown, None, not over, cap.weight is not None))
    return rows or [(cap.name, "cap", None, cap.at_most, unknown, None, unknown <= cap.at_most, cap.weight is not None)]
