"""Generated pools for the benches of cohorts: invented people, eight overlapping features, one seed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bench._figures import Figure
from tessera.solvers.cohort.answers import Kind, Limit, Side
from tessera.solvers.cohort.check import check
from tessera.solvers.cohort.claims import check_conflict
from tessera.solvers.cohort.diagnosing import diagnose
from tessera.solvers.cohort.explaining import explain
from tessera.solvers.cohort.model import AllOf, Applicant, Budget, Cap, Is, Pool, Quota, Rules, Share
from tessera.solvers.cohort.moves import without
from tessera.solvers.cohort.rows import rows_of
from tessera.solvers.cohort.selection import select
from tessera.solvers.cohort.stages import by_value
from tessera.solvers.cohort.system import program
from tessera.solvers.proof import Status

SEATS = 30

COUNTRIES = 60
SHARES = {
    "region": (("AFR", 0.34), ("LAC", 0.26), ("APA", 0.18), ("ENA", 0.14), ("ARB", 0.08)),
    "gender": (("f", 0.57), ("m", 0.4), ("x", 0.03)),
    "language": (("en", 0.5), ("fr", 0.22), ("es", 0.28)),
    "age": (("young", 0.3), ("middle", 0.5), ("senior", 0.2)),
    "museum": (("art", 0.25), ("history", 0.3), ("science", 0.15), ("community", 0.2), ("site", 0.1)),
    "size": (("small", 0.45), ("medium", 0.35), ("large", 0.2)),
    "first": (("yes", 0.7), ("no", 0.3)),
    "post": (("curator", 0.4), ("educator", 0.25), ("conservator", 0.2), ("director", 0.15)),
}


def pool_of(n: int, seed: int = 1) -> Pool:
    """n people: scores round 58 points that lean on region and size, costs by country, some values unknown."""
    random = np.random.default_rng(seed)
    values = {
        name: random.choice([value for value, _p in shares], size=n, p=[p for _value, p in shares])
        for name, shares in SHARES.items()
    }
    unknown = random.random(n) < 0.04
    lean = 6.0 * (values["region"] == "ENA") + 4.0 * (values["size"] == "large") - 5.0 * (values["region"] == "ARB")
    scores = np.clip(random.normal(58, 9, n) + lean, 0, 100)
    countries = random.choice(COUNTRIES, size=n, p=_falling(COUNTRIES))
    fares = random.integers(20, 240, COUNTRIES) * 1000
    institutions = random.integers(0, max(2, int(n * 0.75)), n)
    people = []
    for at in range(n):
        features = {name: str(of[at]) for name, of in values.items()}
        if unknown[at]:
            features["gender"] = None  # type: ignore[assignment]
        features |= {"country": f"C{countries[at]:02}", "institution": f"I{institutions[at]:05}"}
        cost = int(fares[countries[at]] + 100 * random.integers(0, 400))
        people.append(Applicant(f"P{at:05}", round(float(scores[at]) * 1000), cost, features))
    return Pool(tuple(people))


def _falling(count: int) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1) ** 0.8
    return weights / weights.sum()


def rules_of(pool: Pool, k: int = 30, seed: int = 1) -> Rules:
    """Quotas on eight features, a share of women, at most three of a country, one of an institution, a budget.

    They are drawn round some cohort that was picked blindly, so there is one at every size of the pool.
    """
    cohort = _blindly(pool, k, seed)
    quotas = []
    for feature, shares in SHARES.items():
        if feature == "gender":
            continue
        for value, _share in shares:
            there = sum(one.features[feature] == value for one in cohort)
            quotas.append(Quota(f"{feature} {value}", Is(feature, (value,)), max(0, there - 1), there + 2))
    return Rules(
        quotas=tuple(quotas),
        shares=(Share("women", Is("gender", ("f",)), 40, 70),),
        caps=(Cap("country", "country", 3), Cap("institution", "institution", 1)),
        budget=Budget(sum(one.cost or 0 for one in cohort)),
    )


def _blindly(pool: Pool, k: int, seed: int) -> list[Applicant]:
    """k people who keep the caps and the share."""
    random = np.random.default_rng(seed)
    cohort: list[Applicant] = []
    for at in random.permutation(len(pool)):
        one = pool.applicants[at]
        country, institution = one.features["country"], one.features["institution"]
        fits = sum(other.features["country"] == country for other in cohort) < 3
        fits &= all(other.features["institution"] != institution for other in cohort)
        women = sum(other.features["gender"] == "f" for other in cohort)
        fits &= one.features["gender"] == ("f" if women * 2 < len(cohort) + 1 else "m")
        if fits:
            cohort.append(one)
        if len(cohort) == k:
            break
    return cohort


def whole_program(pool: Pool, rules: Rules, k: int) -> tuple[float, float]:
    """(optimum, seconds of processor time) of the whole program given to HiGHS at once, rows included."""
    began = time.process_time()
    rows = rows_of(pool, rules, k)
    system = by_value(rows, np.zeros(0, dtype=np.int64), 0)
    everybody = np.arange(rows.n)
    outcome = program(system, everybody, np.zeros(rows.n, dtype=np.int64), whole=True).solve()
    return outcome.value, time.process_time() - began


def timed(rounds: int, work: Callable[[], object]) -> float:
    """Median of the processor time in seconds; all of this is one thread."""
    seen = []
    for _round in range(rounds):
        began = time.process_time()
        work()
        seen.append(time.process_time() - began)
    return statistics.median(seen)


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Selections by size, against the whole program; a why-not; conflicts and relaxations. Processor time."""
    rounds, seeds = (1, (1,)) if quick else (3, (1, 2, 3))
    medians = {}
    for n in (100, 1000, 5000, 20_000):
        seconds = []
        unproven = 0
        for seed in seeds:
            pool = pool_of(n, seed)
            rules = rules_of(pool, SEATS, seed)
            selection = select(pool, rules, SEATS, seed="bench")
            unproven += selection.proof.status != Status.OPTIMAL or bool(check(pool, rules, selection))
            seconds.append(timed(rounds, lambda pool=pool, rules=rules: select(pool, rules, SEATS, seed="bench")))
        medians[n] = statistics.median(seconds)
        yield Figure(f"cohort: select {SEATS} of {n}, median", medians[n], "s", 3.0 if n == 20_000 else None)
        yield Figure(f"cohort: of {len(seeds)} selections of {n}, not proven best or not right", unproven, "", 0)
    yield Figure(
        "cohort: growth of the time from 1,000 to 20,000 people (20 times)", medians[20_000] / medians[1000], "x"
    )
    yield from _against_the_whole(seeds)
    yield from _why_not(rounds, seeds)
    yield from _conflicts(rounds)


def _against_the_whole(seeds: tuple[int, ...]) -> Iterator[Figure]:
    ratios, different = [], 0
    for seed in seeds:
        pool = pool_of(20_000, seed)
        rules = rules_of(pool, SEATS, seed)
        began = time.process_time()
        selection = select(pool, rules, SEATS, seed="bench")
        ours = time.process_time() - began
        value, theirs = whole_program(pool, rules, SEATS)
        different += round(value) != selection.value
        ratios.append(ours / theirs)
    yield Figure(
        "cohort: select 30 of 20000 / the whole program given to HiGHS, median", statistics.median(ratios), "x", 1 / 3
    )
    yield Figure("cohort: of these optima, different", different, "", 0)


def _why_not(rounds: int, seeds: tuple[int, ...]) -> Iterator[Figure]:
    for n in (1000, 20_000):
        plain, cheapest, full = [], [], []
        for seed in seeds:
            pool = pool_of(n, seed)
            rules = rules_of(pool, SEATS, seed)
            selection = select(pool, rules, SEATS, seed="bench")
            one = timed(rounds, lambda pool=pool, rules=rules: select(pool, rules, SEATS, seed="bench"))
            for who in _near(pool, selection.members):
                for seen, at_most in ((plain, 0), (cheapest, 1), (full, None)):

                    def ask(pool=pool, rules=rules, of=selection, who=who, at_most=at_most):
                        return explain(pool, rules, of, who, changes=at_most != 0, changes_at_most=at_most)

                    seen.append(timed(1, ask) / one)
        what = f"cohort: one why-not of {n} people, with the cheapest change of a rule / one selection, median"
        yield Figure(what, statistics.median(cheapest), "x", 2.0)
        yield Figure("cohort: the same with every change of a rule, median", statistics.median(full), "x")
        yield Figure("cohort: the same without the changes of a rule, median", statistics.median(plain), "x")


def _near(pool: Pool, members: tuple[str, ...]) -> list[str]:
    """Four people outside: the best by score, and three of the next hundred."""
    order = sorted(pool.applicants, key=lambda one: (-(one.score or 0), one.id))
    outside = [one.id for one in order if one.id not in members]
    return [outside[at] for at in (0, 10, 30, 90) if at < len(outside)]


def contradicting(pool: Pool, rules: Rules) -> Rules:
    """The rules with quotas that contradict each other, whoever applies: 18 young and 18 of small museums, 5 of both.

    Of 30 seats at least 6 are then held by people who are both. Every other rule stays.
    """
    young, small = Is("age", ("young",)), Is("size", ("small",))
    others = tuple(one for one in rules.quotas if not one.name.startswith(("age ", "size ")))
    clash = (
        Quota("18 young", young, 18),
        Quota("18 small", small, 18),
        Quota("5 of both", AllOf((young, small)), None, 5),
    )
    return replace(rules, quotas=(*others, *clash))


def _conflicts(rounds: int) -> Iterator[Figure]:
    """Core and least relaxation, as `diagnose` gives them, of a budget too small and of quotas that contradict."""
    pool = pool_of(5000, 1)
    rules = rules_of(pool, SEATS, 1)
    assert rules.budget is not None
    cheapest = sum(
        sorted(one.cost or 0 for one in pool.applicants)[:SEATS]
    )  # who come from the nearest countries alone
    poor = replace(rules, budget=replace(rules.budget, at_most=cheapest * 11 // 10))
    for name, tight in (("a budget too small", poor), ("quotas that contradict", contradicting(pool, rules))):
        core = timed(rounds, lambda tight=tight: diagnose(pool, tight, SEATS, sets_at_most=0))
        yield Figure(f"cohort: {name}, core at 5000 people", core, "s", 1.0)
        least = timed(rounds, lambda tight=tight: diagnose(pool, tight, SEATS, sets_at_most=1))
        yield Figure(f"cohort: {name}, core and least relaxation at 5000 people", least, "s", 10.0)
        yield Figure(f"cohort: {name}, what is wrong with them", _wrong(pool, tight), "", 0)


def _wrong(pool: Pool, rules: Rules) -> int:
    """Cores that are empty, that can be kept, or that hold a limit too many; relaxations that are not there or no way out."""
    told = diagnose(pool, rules, SEATS, sets_at_most=1)
    only = without(rules, set(limits_of(rules)) - set(told.core))
    wrong = not told.core or select(pool, only, SEATS).proof.status != Status.INFEASIBLE
    kept = [one for one in told.core if not select(pool, without(only, [one]), SEATS).found]
    return int(wrong) + len(kept) + int(not told.relaxations) + len(check_conflict(pool, rules, SEATS, told))


def limits_of(rules: Rules) -> Iterator[Limit]:
    """Every limit of the rules; these have no pins."""
    for kind, named in ((Kind.QUOTA, rules.quotas), (Kind.SHARE, rules.shares)):
        for one in named:
            yield Limit(kind, one.name, Side.LOWER)
            yield Limit(kind, one.name, Side.UPPER)
    for cap in rules.caps:
        yield Limit(Kind.CAP, cap.name)
    yield Limit(Kind.BUDGET)
