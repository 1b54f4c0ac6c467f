"""Selections against every cohort there is, and what must not change them."""

import os
import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.check import check
from tessera.solvers.cohort.counts import counts
from tessera.solvers.cohort.greedy import greedy
from tessera.solvers.cohort.model import Applicant, Is, Not, Pool, Quota, Rules
from tessera.solvers.cohort.moves import without
from tessera.solvers.cohort.rows import rows_of
from tessera.solvers.cohort.selection import optima, prices, select
from tessera.solvers.cohort.sift import relax
from tessera.solvers.cohort.stages import by_value
from tessera.solvers.cohort.system import prove
from tessera.solvers.cohort.tickets import called
from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled, Watch
from tests.solvers.cohort import brute

QUICK = settings(max_examples=40, deadline=None)
FEW = settings(max_examples=15, deadline=None)


def first_by_ticket(cohorts, seed):
    order = called(seed, sorted({one for members in cohorts for one in members}))
    return max(cohorts, key=lambda members: [one in members for one in order])


NAMES = {value: f"{9 - at} renamed" for at, value in enumerate(("AFR", "EUR", "LAC", "f", "m", "H", "I", "J"))}


def renamed(condition):
    if isinstance(condition, Is):
        return replace(condition, values=tuple(NAMES[value] for value in condition.values))
    if isinstance(condition, Not):
        return Not(renamed(condition.of))
    return replace(condition, of=tuple(renamed(one) for one in condition.of))


def renamed_values(features):
    return {feature: None if value is None else NAMES[value] for feature, value in features.items()}


@QUICK
@given(brute.people(), brute.rules(), st.integers(1, 4))
def test_selection_is_the_best_of_all_cohorts_and_the_first_by_ticket(pool, rules, k):
    expected = brute.best(pool, rules, k)

    selection = select(pool, rules, k, seed="s")

    assert check(pool, rules, selection) == ()
    if expected is None:
        assert (selection.proof.status, selection.members) == (Status.INFEASIBLE, ())
        return
    penalty, value, best = expected
    assert (selection.proof.status, selection.penalty, selection.value) == (Status.OPTIMAL, penalty, value)
    assert (selection.proof.bound, selection.penalty_bound) == (value, penalty)
    assert selection.members == first_by_ticket(best, "s")
    assert selection.ties_possible == (len(best) > 1)
    assert optima(pool, rules, selection, 200).cohorts == tuple(best)
    assert optima(pool, rules, selection, 1).complete == (len(best) == 1)


@QUICK
@given(brute.people(), brute.rules(), st.integers(1, 4))
def test_a_count_that_fails_is_never_wrong(pool, rules, k):
    if counts(pool, rules, k):
        assert brute.best(pool, rules, k) is None


@FEW
@given(brute.people(), brute.rules(), st.integers(2, 4), st.randoms(use_true_random=False))
def test_selection_does_not_depend_on_the_order_or_on_the_names_of_values(pool, rules, k, shuffler):
    shuffled = [replace(one, features=renamed_values(one.features)) for one in pool.applicants]
    shuffler.shuffle(shuffled)
    turned = Rules(
        tuple(replace(one, when=renamed(one.when)) for one in reversed(rules.quotas)),
        tuple(replace(one, when=renamed(one.when), of=one.of and renamed(one.of)) for one in rules.shares),
        tuple(replace(one, but={NAMES[value]: most for value, most in one.but.items()}) for one in rules.caps),
        rules.budget,
        rules.include,
        rules.exclude,
        rules.score_at_least,
    )
    first, second = select(pool, rules, k, seed="s"), select(Pool(tuple(shuffled)), turned, k, seed="s")

    assert (first.members, first.value, first.ties_possible) == (second.members, second.value, second.ties_possible)


@FEW
@given(brute.people(scored=True, unknown=False), brute.rules(soft=False), st.integers(2, 4), st.integers(1, 5))
def test_a_higher_score_keeps_a_member_and_a_dropped_rule_never_costs(pool, rules, k, more):
    selection = select(pool, rules, k, seed="s")
    assume(selection.found)
    chosen = selection.members[0]
    raised = Pool(tuple(replace(one, score=one.score + more) if one.id == chosen else one for one in pool.applicants))

    assert chosen in select(raised, rules, k, seed="s").members
    for price in prices(pool, rules, selection):
        dropped = brute.best(pool, without(rules, [price.limit]), k)
        assert price.dropped == dropped[1] - selection.value >= 0
        assert 0 <= price.step <= price.dropped


@FEW
@given(brute.people(), brute.rules(soft=False), st.integers(1, 4))
def test_the_greedy_baseline_keeps_the_rules_and_is_never_better(pool, rules, k):
    members = greedy(pool, rules, k)

    if members is not None:
        penalty, value = brute.judged(pool, rules, members)
        assert penalty == 0
        assert value <= brute.best(pool, rules, k)[1]


def many(n, score=None):
    draw = random.Random(3)  # noqa: S311 - invented people
    return Pool(
        tuple(
            Applicant(
                f"P{at:04}",
                draw.randrange(1000) if score is None else score,
                draw.randrange(1, 90) * 100,
                {"region": draw.choice("ABCDE"), "gender": draw.choice("fm"), "house": f"H{draw.randrange(n)}"},
            )
            for at in range(n)
        )
    )


def test_equal_scores_everywhere_are_settled_by_ticket():
    pool = many(300, score=500)
    rules = Rules((Quota("A", Is("region", ("A",)), 5, 6), Quota("f", Is("gender", ("f",)), 10, 10)))

    selection = select(pool, rules, 20, seed="s")

    assert (selection.value, selection.ties_possible, check(pool, rules, selection)) == (10_000, True, ())
    taken = {"A": 0, "f": 0, "m": 0}
    by_hand = []
    kept = {one.id: one for one in pool.applicants}
    for name in called("s", pool.ids):  # a person is taken while the others can still be found: here by counting
        one = kept[name]
        gender, region = one.features["gender"], one.features["region"]
        if taken[gender] == 10 or (region == "A" and taken["A"] == 6):
            continue
        left = 20 - len(by_hand) - 1
        if 5 - taken["A"] - (region == "A") > left:
            continue
        by_hand.append(name)
        taken[gender] += 1
        taken["A"] += region == "A"
        if len(by_hand) == 20:
            break
    assert selection.members == tuple(sorted(by_hand))


def test_a_feature_of_five_hundred_values_and_as_many_quotas_is_solved():
    pool = Pool(tuple(Applicant(f"P{at:04}", at % 97, 0, {"v": f"V{at % 500}"}) for at in range(1500)))
    rules = Rules(tuple(Quota(f"V{v}", Is("v", (f"V{v}",)), 1 if v < 10 else None, 1) for v in range(500)))

    selection = select(pool, rules, 30)

    assert (selection.proof.status, check(pool, rules, selection)) == (Status.OPTIMAL, ())


def test_huge_scores_weights_and_costs_stay_exact():
    pool = Pool(tuple(Applicant(f"P{at}", 10**7 - at, 10**9 - at, {"g": "ab"[at % 2]}) for at in range(12)))
    rules = Rules(
        (Quota("a", Is("g", ("a",)), 5, weight=10**6), Quota("b", Is("g", ("b",)), 5, weight=10**6)),
        budget=brute.Budget(6 * 10**9 - 40),
    )

    selection = select(pool, rules, 6, seed="s")

    penalty, value, best = brute.best(pool, rules, 6)
    assert (selection.penalty, selection.value) == (penalty, value)
    assert selection.members == first_by_ticket(best, "s")


def test_no_time_gives_the_best_known_with_its_gap_or_says_that_it_does_not_know():
    pool = many(2000)
    rules = Rules((Quota("A", Is("region", ("A",)), 5, 6),), budget=brute.Budget(30_000))

    selection = select(pool, rules, 20, time_limit=0.0)

    whole = select(pool, rules, 20)
    assert check(pool, rules, selection) == ()
    if selection.proof.status == Status.OPTIMAL:  # proven before the clock was looked at: a quick machine can
        assert (selection.proof.value, selection.proof.gap) == (whole.proof.value, 0)
    else:
        assert selection.proof.status in (Status.FEASIBLE, Status.UNKNOWN)
        assert selection.ties_possible is None
        if selection.proof.value is not None and selection.proof.bound is not None:
            assert selection.proof.value <= whole.proof.value <= selection.proof.bound


def test_people_without_score_or_cost_are_set_aside_by_name_and_never_count_as_zero():
    pool = Pool((Applicant("A", None, 1), Applicant("B", 3, None), Applicant("C", 4, 1), Applicant("D", -1, 1)))

    free = select(pool, Rules(), 2)
    paid = select(pool, Rules(budget=brute.Budget(9)), 2)
    pinned = select(pool, Rules(include=frozenset("A")), 2)

    assert (free.members, [(one.applicant, one.why.value) for one in free.set_aside]) == (
        ("B", "C"),
        [("A", "score-missing")],
    )
    assert (paid.members, [(one.applicant, one.why.value) for one in paid.set_aside]) == (
        ("C", "D"),
        [("A", "score-missing"), ("B", "cost-missing")],
    )
    assert (pinned.members, pinned.unscored, pinned.value) == (("A", "C"), ("A",), 4)


def test_the_same_cohort_comes_from_another_process():
    script = (
        "from tests.solvers.cohort.test_selection import many; from tessera.solvers.cohort.selection import select;"
        "from tessera.solvers.cohort.model import Is, Quota, Rules;"
        "rules = Rules((Quota('A', Is('region', ('A',)), 4, 5), Quota('women', Is('gender', ('f',)), 3, 4)));"
        "print(*select(many(200, score=7), rules, 9, seed='t').members)"
    )

    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout.strip()
        for seed in ("1", "2")
    }

    rules = Rules((Quota("A", Is("region", ("A",)), 4, 5), Quota("women", Is("gender", ("f",)), 3, 4)))
    assert told == {" ".join(select(many(200, score=7), rules, 9, seed="t").members)}
    assert told != {""}


def test_a_selection_is_cancelled_between_its_steps_and_inside_the_solver():
    rules = Rules((Quota("A", Is("region", ("A",)), 4, 5),))
    asked = []

    def count():
        asked.append(1)
        return False

    select(many(60, score=7), rules, 9, watch=Watch(cancelled=count))

    assert len(asked) > 2
    for wanted in (0, 1, len(asked) // 2):
        calls = iter(range(wanted))
        with pytest.raises(Cancelled):
            select(many(60, score=7), rules, 9, watch=Watch(cancelled=lambda calls=calls: next(calls, None) is None))


@settings(max_examples=60, deadline=None)
@given(brute.people(), brute.rules(soft=False), st.integers(2, 4))
def test_the_bound_of_the_relaxation_is_never_below_the_best_cohort(pool, rules, k):
    best = brute.best(pool, rules, k)
    if best is None:  # most of what is drawn: too much to be filtered out
        return
    rows = rows_of(pool, rules, k)
    system = by_value(rows, np.zeros(0, dtype=np.int64), 0)
    relaxed = relax(system, Watch(), np.arange(2))

    assert relaxed.bound.whole >= best[1]
    assert prove(system, np.linspace(3.0, -1.0, len(system.most))).whole >= best[1]  # whatever the duals
