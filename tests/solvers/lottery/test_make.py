"""Lotteries against all panels; time, cancelling, odd pools."""

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.lotteries import TICKETS, Objective, commit, draw, faults, lottery, publish
from tessera.solvers.cohort.model import Applicant, Budget, Cap, DataFault, Is, Pool, Quota, Rules, Share
from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled
from tests.solvers import nine
from tests.solvers.cohort import brute
from tests.solvers.lottery.crowds import crowd
from tests.solvers.lottery.leximin import leximin
from tests.solvers.lottery.panels import all_panels

F = Fraction
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def members_of(found, panel):
    """One way to fill a panel: the first people of each type."""
    return {one for t, count in panel.counts for one in found.types[t][:count]}


@pytest.mark.parametrize(
    ("band", "chances"),
    [
        (0, "1 1 1 0 0 1/2 1/2 0 0"),
        (2, "1 1/2 1/2 1/2 0 1/2 1/2 1/2 0"),
        (5, "1 1/2 1/3 1/3 1/3 1/2 1/2 1/2 0"),
        (8, "2/3 1/2 1/3 1/3 1/3 1/2 1/2 1/2 1/3"),
        (12, "3/4 5/12 1/3 1/3 1/3 1/2 1/2 5/12 5/12"),
        (None, "2/3 4/9 1/3 1/3 1/3 1/2 1/2 4/9 4/9"),
    ],
)
def test_lottery_of_the_worked_example_is_leximin(band, chances):
    pool, rules = nine.pool(1000, 100), nine.rules(money=100)

    found = lottery(pool, rules, 4, band=None if band is None else band * 1000)

    assert found.proof.status == Status.OPTIMAL
    assert {one: p.limit_denominator(1000) for one, p in found.marginals.items()} == dict(
        zip(pool.ids, map(F, chances.split()), strict=True)
    )
    assert max(abs(p - p.limit_denominator(1000)) for p in found.marginals.values()) < F(1, 10**8)
    assert set(found.never) == {one for one, p in found.marginals.items() if p == 0}
    assert found.best == (None if band is None else 359_000)


def test_maximin_of_the_worked_example_raises_the_lowest_only():
    pool, rules = nine.pool(1000, 100), nine.rules(money=100)

    for band in (0, 2000, 8000, 12_000, None):
        found = lottery(pool, rules, 4, band=band, objective="maximin")
        fair = lottery(pool, rules, 4, band=band)

        assert found.proof.status == Status.OPTIMAL
        assert found.proof.value == pytest.approx(fair.proof.value, abs=1e-6)
        assert found.never == fair.never


@st.composite
def problems(draw):
    n = draw(st.integers(3, 9))
    value = st.sampled_from(["a", "b", "c", None])
    people = tuple(
        Applicant(
            f"P{i}",
            draw(st.sampled_from([None, *range(6)])),
            draw(st.sampled_from([None, 0, 1, 2, 3])),
            {"x": draw(value), "y": draw(value), "z": draw(value)},
        )
        for i in range(n)
    )
    weight = st.sampled_from([None, None, 1, 2])
    limit = st.sampled_from([None, 0, 1, 2])
    quotas = []
    for name in draw(st.sets(st.sampled_from("xyz"), max_size=3)):
        low, high = draw(limit), draw(limit)
        if low is not None or high is not None:
            when = Is(name, (draw(st.sampled_from("ab")),))
            quotas.append(Quota(name, when, low, high, draw(weight), draw(st.booleans())))
    shares = draw(st.sampled_from([(), (Share("s", Is("y", ("a",)), 30, 70, weight=draw(weight)),)]))
    caps = draw(st.sampled_from([(), (Cap("c", "z", 1, {"a": 2}, draw(weight)),)]))
    budget = draw(st.sampled_from([None, None, Budget(4)]))
    barred = frozenset(draw(st.sets(st.sampled_from(["P0", "P1"]), max_size=1)))
    pool = Pool(people)
    return pool, Rules(tuple(quotas), shares, caps, budget, exclude=barred), draw(st.integers(1, min(4, n)))


@QUICK
@given(problems(), st.sampled_from([0, 1, 3, None]))
def test_leximin_equals_that_over_all_panels(problem, band):
    pool, rules, k = problem
    panels = all_panels(pool, rules, k, band)

    found = lottery(pool, rules, k, band=band)

    if not panels:
        assert found.proof.status == Status.INFEASIBLE
        assert found.panels == ()
        return
    assert found.proof.status == Status.OPTIMAL
    assert {one: float(p) for one, p in found.marginals.items()} == pytest.approx(
        dict(leximin(pool.ids, panels)), abs=2e-6
    )
    assert sum(found.marginals.values()) == k
    assert sum(found.tickets) == TICKETS
    assert {tuple(sorted(members_of(found, panel))) for panel in found.panels} <= set(panels)
    for people in found.types:
        assert len({found.marginals[one] for one in people}) == 1
    nobody = {one for one in pool.ids if not any(one in panel for panel in panels)}
    assert set(found.never) | set(found.set_aside) == nobody
    commitment = commit(found, source="x")
    assert faults(publish(found, commitment.closed(draw(commitment, found, "value")))) == ()


@QUICK
@given(problems(), st.sampled_from([0, 2, None]))
def test_maximin_has_the_highest_lowest_chance(problem, band):
    pool, rules, k = problem
    panels = all_panels(pool, rules, k, band)

    found = lottery(pool, rules, k, band=band, objective=Objective.MAXIMIN)

    if panels:
        due = min(p for p in leximin(pool.ids, panels).values() if p > 0)
        assert found.proof.status == Status.OPTIMAL
        assert min(float(p) for p in found.marginals.values() if p > 0) == pytest.approx(due, abs=2e-6)


def test_lottery_is_the_same_for_shuffled_people_and_rules():
    people, rules = crowd(40)
    first = lottery(Pool(tuple(people)), rules, 10, band=None)
    random.Random(1).shuffle(people)  # noqa: S311

    second = lottery(Pool(tuple(people)), replace(rules, quotas=rules.quotas[::-1]), 10, band=None)

    assert second.marginals == first.marginals
    assert (second.panels, second.tickets, second.types) == (first.panels, first.tickets, first.types)
    assert second.proof.input_sha256 == first.proof.input_sha256


def test_renaming_people_renames_their_chances():
    people, rules = crowd(30)
    first = lottery(Pool(tuple(people)), rules, 10, band=None)
    renamed = Pool(tuple(replace(one, id=f"Q{999 - int(one.id[1:])}") for one in people))

    second = lottery(renamed, rules, 10, band=None)

    mine = {f"Q{999 - int(one[1:])}": float(p) for one, p in first.marginals.items()}
    assert {one: float(p) for one, p in second.marginals.items()} == pytest.approx(mine, abs=2e-6)


def test_lottery_is_the_same_in_every_process():
    program = (
        "from tests.solvers.lottery.crowds import crowd\n"
        "from tessera.solvers.cohort.lotteries import commit, lottery\n"
        "from tessera.solvers.cohort.model import Pool\n"
        "people, rules = crowd(40)\n"
        "print(commit(lottery(Pool(tuple(people)), rules, 10, band=500), source='x').sha256)\n"
    )
    people, rules = crowd(40)
    here = commit(lottery(Pool(tuple(people)), rules, 10, band=500), source="x").sha256

    there = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }

    assert there == {here}


def test_time_up_gives_the_best_found_with_its_gap_or_nothing():
    people, rules = crowd(120)
    for limit in (0.0, 0.02, 0.1):
        found = lottery(Pool(tuple(people)), rules, 10, band=5000, time_limit=limit)

        assert found.proof.status in (Status.UNKNOWN, Status.FEASIBLE, Status.OPTIMAL)
        if found.panels:
            assert found.proof.value <= found.proof.bound <= 1
            assert sum(found.marginals.values()) == 10
        else:
            assert found.proof.status == Status.UNKNOWN
            assert set(found.marginals.values()) == {0}


def cut_after_the_first_stage(limit=1.5):
    """The worked example twelve points wide, its clock run down once the smallest chance is proven."""

    def report(progress):
        if progress.step == "leximin" and progress.done:
            time.sleep(limit)

    pool, rules = nine.pool(1000, 100), nine.rules(money=100)
    return lottery(pool, rules, 4, band=12_000, time_limit=limit, report=report)


def test_leximin_whose_time_is_up_offers_the_maximin_lottery_that_it_has():
    found = cut_after_the_first_stage()

    pool, rules = nine.pool(1000, 100), nine.rules(money=100)
    best = lottery(pool, rules, 4, band=12_000, objective="maximin")
    assert (found.objective, found.asked) == (Objective.MAXIMIN, Objective.LEXIMIN)
    assert (found.proof.status, found.proof.input_sha256) == (Status.OPTIMAL, best.proof.input_sha256)
    assert found.proof.value == pytest.approx(best.proof.value, abs=1e-6)
    assert min(found.marginals.values()) == found.proof.value
    assert found.proof.bound == pytest.approx(1 / 3, abs=1e-6)
    assert (best.asked, lottery(pool, rules, 4, band=12_000).asked) == (None, None)


def test_a_record_says_that_leximin_was_asked_for_and_is_verified_so():
    found = cut_after_the_first_stage()
    text = publish(found, commit(found, source="x"))

    assert json.loads(text)["body"]["asked"] == "leximin"
    assert faults(text) == ()
    for change in ({"asked": "maximin"}, {"objective": "leximin"}, {"asked": None}):
        body = {**json.loads(text)["body"], **change}
        assert "asked" in faults(json.dumps({**json.loads(text), "body": body}))


def test_cancelling_ends_the_search():
    people, rules = crowd(60)
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Cancelled):
        lottery(Pool(tuple(people)), rules, 10, band=5000, cancelled=cancelled)


def test_progress_is_told_by_steps():
    people, rules = crowd(40)
    steps = []

    lottery(Pool(tuple(people)), rules, 10, band=None, report=lambda progress: steps.append(progress.step))

    assert list(dict.fromkeys(steps))[:3] == ["bounding", "taking apart", "mixing"]


def test_more_seats_than_people_is_infeasible():
    found = lottery(Pool((Applicant("A", 1), Applicant("B", 2))), Rules(), 3, band=None)

    assert found.proof.status == Status.INFEASIBLE
    assert found.marginals == {"A": 0, "B": 0}


def test_nobody_at_all_is_infeasible():
    assert lottery(Pool(()), Rules(), 1, band=0).proof.status == Status.INFEASIBLE


def test_contradictory_quotas_are_infeasible():
    pool = Pool(tuple(Applicant(f"P{i}", 0, None, {"x": "a"}) for i in range(5)))
    rules = Rules((Quota("low", Is("x", ("a",)), 3), Quota("high", Is("x", ("a",)), None, 2)))

    assert lottery(pool, rules, 3, band=None).proof.status == Status.INFEASIBLE


@pytest.mark.parametrize("band", [0, None])
def test_somebody_who_must_and_must_not_be_in_is_infeasible(band):
    rules = replace(nine.rules(money=100), include=frozenset({"A1"}), exclude=frozenset({"A1"}))

    found = lottery(nine.pool(1000, 100), rules, 4, band=band)

    assert (found.proof.status, found.panels) == (Status.INFEASIBLE, ())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(brute.people(at_most=6), brute.rules(), st.integers(1, 3), st.booleans(), st.sampled_from([0, 2, None]))
def test_a_lottery_under_any_rules_is_leximin_over_the_cohorts_of_the_checker(pool, rules, k, crossed, band):
    """Soft rules, pins, unknown values that count in every group: the same cohorts as those of the selection's check."""
    if crossed:
        rules = replace(rules, exclude=rules.exclude | rules.include)
    people = pool
    if band is None and rules.score_at_least is None:  # nobody needs a score
        people = Pool(tuple(replace(one, score=one.score or 0) for one in pool.applicants))
    there = brute.cohorts(people, rules, k)

    found = lottery(pool, rules, k, band=band)

    if not there:
        assert (found.proof.status, found.panels) == (Status.INFEASIBLE, ())
        return
    least = min(penalty for penalty, _value in there.values())
    best = max(value for penalty, value in there.values() if penalty == least)
    panels = [ids for ids, told in there.items() if told[0] == least and (band is None or told[1] >= best - band)]
    fair = leximin(pool.ids, panels)
    assert (found.proof.status, found.penalty) == (Status.OPTIMAL, least)
    assert found.best == (None if band is None else best)
    assert max(abs(float(p) - fair[one]) for one, p in found.marginals.items()) < 1e-6
    assert faults(publish(found, commit(found, source="s"))) == ()


def test_all_equal_scores_give_everybody_the_same():
    pool = Pool(tuple(Applicant(f"P{i}", 70_000) for i in range(7)))

    found = lottery(pool, Rules(), 3, band=0)

    assert set(found.marginals.values()) == {F(3, 7)}
    assert found.types == (pool.ids,)


def test_people_without_a_score_take_part_only_where_none_is_asked_for():
    pool = Pool((Applicant("A", 1), Applicant("B"), Applicant("C", 3)))

    assert lottery(pool, Rules(), 1, band=None).set_aside == ()
    assert lottery(pool, Rules(), 1, band=5).set_aside == ("B",)
    entered = lottery(pool, Rules(score_at_least=2), 1, band=None)
    assert (entered.set_aside, entered.marginals["C"]) == (("A", "B"), 1)


def test_pinned_people_are_certain():
    pool = Pool(tuple(Applicant(f"P{i}", i) for i in range(5)))

    found = lottery(pool, Rules(include=frozenset({"P0"}), exclude=frozenset({"P4"})), 2, band=None)

    assert found.marginals == {"P0": 1, "P1": F(1, 3), "P2": F(1, 3), "P3": F(1, 3), "P4": 0} or [
        float(p) for p in found.marginals.values()
    ] == pytest.approx([1, 1 / 3, 1 / 3, 1 / 3, 0])


@pytest.mark.parametrize("band", [-1, 1.5, float("nan"), True])
def test_a_band_that_is_no_whole_number_is_refused(band):
    with pytest.raises(DataFault):
        lottery(Pool((Applicant("A", 1),)), Rules(), 1, band=band)


def test_an_unknown_objective_is_refused():
    with pytest.raises(ValueError, match="fairest"):
        lottery(Pool((Applicant("A", 1),)), Rules(), 1, band=0, objective="fairest")


def test_huge_scores_keep_their_last_point():
    pool = Pool(tuple(Applicant(f"P{i}", 10_000_000 - (i > 2)) for i in range(6)))

    found = lottery(pool, Rules(), 2, band=0)

    assert [float(p) for p in found.marginals.values()] == pytest.approx([2 / 3] * 3 + [0] * 3)


def test_a_feature_of_500_values_with_one_each():
    pool = Pool(tuple(Applicant(f"P{i:04}", 0, None, {"x": str(i % 500)}) for i in range(1000)))

    found = lottery(pool, Rules(caps=(Cap("one", "x", 1),)), 30, band=None, time_limit=20)

    assert {round(float(p), 6) for p in found.marginals.values()} == {0.03}


def test_what_a_lottery_is_made_from_is_plain_json():
    pool, rules = nine.pool(1000, 100), nine.rules(money=100)
    from tessera.solvers.cohort.documents import read_pool, read_rules
    from tessera.solvers.cohort.lotteries.record import lottery_input

    told = json.loads(json.dumps(lottery_input(pool, rules, 4, 0, Objective.LEXIMIN)))

    assert read_pool(told["pool"]) == pool
    assert set(read_rules(told["rules"]).quotas) == set(rules.quotas)


@pytest.mark.parametrize("objective", list(Objective))
def test_people_in_no_panel_do_not_hold_down_the_rest(objective):
    pool = Pool(tuple(Applicant(f"P{i}", score) for i, score in enumerate([0, 1, 3, 3, 3, 3])))

    found = lottery(pool, Rules(), 4, band=2, objective=objective)

    assert found.never == ("P0",)
    assert [float(p) for p in found.marginals.values()] == pytest.approx([0] + [0.8] * 5, abs=1e-6)
