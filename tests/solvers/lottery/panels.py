"""Every panel there is, by trying all; rules read by code of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from tessera.solvers.cohort.model import Applicant, Pool, Rules


def misses(people: Sequence[Applicant], rules: Rules) -> Iterator[tuple[int | None, int]]:
    """(weight, by how many people missed) of every rule."""
    for quota in rules.quotas:
        told = [quota.when.holds(one) for one in people]
        yes = sum(value is True for value in told)
        maybe = sum(value is not False for value in told) if quota.unknown_counts else yes
        low = 0 if quota.at_least is None else quota.at_least - yes
        high = 0 if quota.at_most is None else maybe - quota.at_most
        yield quota.weight, max(0, low) + max(0, high)
    for share in rules.shares:
        told_share = [share.counts(one) for one in people]
        above, base = sum(a for a, _b in told_share), sum(b for _a, b in told_share)
        m = 0
        while share.at_least is not None and 100 * (above + m) < share.at_least * base:
            m += 1
        n = 0
        while share.at_most is not None and 100 * (above - n) > share.at_most * base:
            n += 1
        yield share.weight, m + n
    for cap in rules.caps:
        sizes = Counter(one.value(cap.feature) for one in people)
        sizes.pop(None, None)
        yield cap.weight, sum(max(0, size - cap.but.get(name or "", cap.at_most)) for name, size in sizes.items())
    if rules.budget is not None:
        yield None, max(0, sum(one.cost or 0 for one in people) - rules.budget.at_most)


def all_panels(pool: Pool, rules: Rules, k: int, band: int | None) -> list[tuple[str, ...]]:
    """F(band): ids of every panel that keeps the hard rules, misses the soft ones least, and is near enough to the best."""
    free = [
        one
        for one in pool.applicants
        if one.id not in rules.exclude
        and (one.id in rules.include or band is None or one.score is not None)
        and (one.id in rules.include or rules.budget is None or one.cost is not None)
    ]
    found = []
    for people in combinations(free, k):
        if not rules.include <= {one.id for one in people}:
            continue
        told = list(misses(people, rules))
        if any(by for weight, by in told if weight is None):
            continue
        penalty = sum(weight * by for weight, by in told if weight is not None)
        found.append((penalty, sum(one.score or 0 for one in people), tuple(one.id for one in people)))
    least = min((penalty for penalty, _score, _ids in found), default=0)
    best = max((score for penalty, score, _ids in found if penalty == least), default=0)
    return [ids for penalty, score, ids in found if penalty == least and (band is None or score >= best - band)]
