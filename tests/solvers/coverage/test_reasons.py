"""Counts, reasons, ways out, and what a change costs."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.coverage import (
    check_conflict,
    check_plan,
    compare,
    eased,
    explain_plan,
    failing_counts,
    holds_forever,
    plan,
    what_if,
)
from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.model import (
    Area,
    Ban,
    Change,
    Count,
    CountKind,
    Dates,
    Easing,
    EasingKind,
    Fixed,
    Host,
    Layer,
    LevelKey,
    Limits,
    PlanProblem,
    Region,
    RuleKind,
    Trainer,
    Weights,
)
from tessera.solvers.proof import Status
from tests.solvers.coverage.cases import FIRST, all_plans, example, held, large, problems


@pytest.mark.parametrize(
    ("lengths", "holds"),
    [
        ((2, 4, 4), True),
        ((2, 4, 8, 8), True),
        ((3, 3, 6, 6), True),
        ((3, 4, 5, 8), True),
        ((8,) * 8, True),
        ((2, 3, 7), False),
        ((2, 3, 50), False),
        ((8,) * 9, False),
        ((4, 4, 4, 6, 12), False),
        ((3, 5, 5, 7, 9), False),
    ],
)
def test_windows_that_one_training_a_quarter_keeps_for_ever(lengths, holds):
    assert holds_forever(lengths) is holds


@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 2))
def test_equal_windows_hold_for_ever_if_and_only_if_there_is_room(count, length, slots):
    held = holds_forever((length,) * count, slots)
    # In turn, so many a quarter: each comes again after ceil(count / slots) quarters, and no cycle can be shorter.
    cycle = [[(quarter * slots + n) % count for n in range(slots)] for quarter in range(count)] if slots else []
    waits = [0] * count
    worst = 0
    for quarter in range(3 * count if slots else length + 1):
        for region in cycle[quarter % count] if slots else ():
            waits[region] = 0
        worst = max(worst, *waits)
        waits = [one + 1 for one in waits]
    assert held is (worst < length)


def test_too_many_states_are_not_decided():
    assert holds_forever((4, 4, 4, 6, 12), most_states=10) is None
    with pytest.raises(ValueError, match="at least one quarter"):
        holds_forever((0,))


def test_eight_due_in_the_first_year_and_seven_allowed():
    regions = tuple(Region(f"R{number}", last_quarter=-5) for number in range(8))
    problem = PlanProblem(FIRST, 8, regions, limits=Limits(per_year=7))

    conflict = explain_plan(problem)

    assert failing_counts(problem) == conflict.counts
    assert conflict.counts == (Count(CountKind.DUE_BY, tuple(region.key for region in regions), 8, 7, 3),)
    assert (conflict.feasible, conflict.layer, conflict.minimal) == (False, Layer.COVERAGE, True)
    assert (conflict.proof.status, conflict.proof.proven, conflict.proof.solver) == (Status.INFEASIBLE, True, "highspy")
    assert conflict.proof.input_sha256 == explain_plan(replace(problem, regions=regions[::-1])).proof.input_sha256
    assert conflict.proof.input_sha256 != explain_plan(problem, most=0).proof.input_sha256
    assert sorted(rule.kind for rule in conflict.core) == [RuleKind.PER_YEAR] + [RuleKind.WINDOW] * 8
    assert conflict.complete
    assert {way.easings for way in conflict.relaxations} == {
        (Easing(EasingKind.PER_YEAR, 1, year=2026),),
        *((Easing(EasingKind.WAIT, 1, f"R{number}", 4, 4),) for number in range(8)),
    }
    for way in conflict.relaxations:
        assert plan(eased(problem, way)).level(LevelKey.WINDOWS).value == 0


def test_a_host_is_asked_for_in_area_language_and_time():
    problem = PlanProblem(
        FIRST,
        8,
        (Region("AFR", due_on=date(2026, 6, 30)),),
        (Area("west", "AFR", languages=("fr",)),),
        hosts=(Host("late", areas=("west",), languages=("fr",), quarters=(5, 6)),),
    )

    conflict = explain_plan(problem, weights=Weights(wait=0))

    assert [rule.subject for rule in conflict.core] == ["AFR"]
    assert [way.easings for way in conflict.relaxations] == [
        (Easing(EasingKind.HOST, 1, "west", first=1, language="fr"),)
    ]
    assert plan(eased(problem, conflict.relaxations[0])).level(LevelKey.WINDOWS).value == 0


def test_a_trainer_is_asked_for_where_one_is_missing():
    host = Host("h", regions=("A",), languages=("fr",), quarters=(0, 1))
    problem = PlanProblem(
        FIRST, 2, (Region("A", last_quarter=-7),), hosts=(host,), trainers=(Trainer("t", ("en", "fr")),), window=8
    )

    conflict = explain_plan(problem)

    assert (conflict.layer, {rule.kind for rule in conflict.core}) == (
        Layer.TRAINERS,
        {RuleKind.WINDOW, RuleKind.TEAM},
    )
    assert {easing.kind for way in conflict.relaxations for easing in way.easings} <= {
        EasingKind.WAIT, EasingKind.TRAINER,
    }  # fmt: skip
    for way in conflict.relaxations:
        assert plan(eased(problem, way)).level(LevelKey.WINDOWS).value == 0


def test_reasons_and_ways_out_that_are_none_are_found():
    problem = example(per_year=3)
    conflict = explain_plan(problem, most=3)
    way = conflict.relaxations[0]
    cheaper = replace(way, easings=(Easing(EasingKind.PER_YEAR, 1, year=2031),))

    def wrong(**change):
        return check_conflict(problem, replace(conflict, **change))

    assert wrong() == ()
    assert wrong(core=conflict.core[1:]) == ("The reasons can hold together.",)
    assert wrong(core=(*conflict.core, replace(conflict.core[0], subject="D"))) == ("The reasons can hold together.",)
    known = {row.rule for row in build(problem, layer=conflict.layer, soft=False).program.rows if row.rule is not None}
    extra = next(rule for rule in sorted(known, key=str) if rule not in conflict.core)
    assert wrong(core=(*conflict.core, extra)) == (f"Reason {len(conflict.core) + 1} is not needed.",)
    assert wrong(core=(*conflict.core, extra), minimal=False) == ()
    assert wrong(relaxations=(way, cheaper)) == ("Way out 2 does not let every window be met.",)
    assert wrong(relaxations=(replace(cheaper, proven=False),)) == ()
    assert wrong(feasible=True) == ("Reasons are given though every window can be met.",)


def test_weights_and_counts_that_do_not_come_out_are_found():
    regions = tuple(Region(f"R{number}", last_quarter=-5) for number in range(8))
    problem = PlanProblem(FIRST, 8, regions, limits=Limits(per_year=7))
    conflict = explain_plan(problem, most=3)
    way, count = conflict.relaxations[0], conflict.counts[0]
    waits = next(one for one in conflict.relaxations if one.easings[0].kind == EasingKind.WAIT)
    longer = replace(waits, easings=(replace(waits.easings[0], amount=2),), weight=4)
    money = Easing(EasingKind.BUDGET, 250_000, year=2026)

    def wrong(**change):
        return check_conflict(problem, replace(conflict, **change))

    assert (way.weight, count.needed) == (2, 8)
    assert wrong() == ()
    assert wrong(relaxations=(replace(way, weight=1),)) == ("Way out 1 does not weigh what is said.",)
    assert wrong(relaxations=(way, replace(way, weight=0, proven=False))) == ("Way out 2 does not weigh what is said.",)
    assert wrong(relaxations=(longer,)) == ("Way out 1 does not weigh what is said.",)
    assert wrong(relaxations=(replace(way, easings=(money,), weight=4, proven=False),)) == (
        "Way out 1 does not weigh what is said.",
    )
    assert wrong(counts=(replace(count, needed=99),)) == ("Count 1 is not what comes out.",)
    assert wrong(counts=(count, replace(count, allowed=6))) == ("Count 2 is not what comes out.",)
    assert wrong(layer=None) == ("Reasons are given, and not of which layer.",)
    assert wrong(layer=None, counts=(), relaxations=()) == ("Reasons are given, and not of which layer.",)
    asked = Weights(per_year=5, wait=3)
    dear = explain_plan(problem, weights=asked)
    assert {one.weight for one in dear.relaxations} == {3}
    assert check_conflict(problem, dear, weights=asked) == ()
    assert check_conflict(problem, replace(dear, relaxations=dear.relaxations[:1])) == (
        "Way out 1 does not weigh what is said.",
    )


@settings(max_examples=25, deadline=None)
@given(st.booleans().flatmap(lambda staffed: problems(with_trainers=staffed)))
def test_what_is_explained_passes(problem: PlanProblem):
    assert check_conflict(problem, explain_plan(problem, most=4)) == ()


def test_density_is_told_where_it_cannot_go_on():
    regions = tuple(Region(f"R{number}", last_quarter=-1) for number in range(9))

    counts = failing_counts(PlanProblem(FIRST, 16, regions, limits=Limits(per_quarter=1)))

    assert [count for count in counts if count.kind == CountKind.DENSITY] == [
        Count(CountKind.DENSITY, tuple(region.key for region in regions), Fraction(9, 8), Fraction(1))
    ]


def test_a_region_with_too_few_proposals_is_told():
    problem = PlanProblem(
        FIRST, 12, (Region("A", last_quarter=-2, window=4),), hosts=(Host("h", regions=("A",), quarters=(1, 4, 8)),)
    )

    assert failing_counts(problem) == (Count(CountKind.FLOOR, ("A",), 3, 1),)


def test_a_training_on_the_very_day_counts_for_its_own_quarter():
    day = Dates(FIRST, FIRST)
    problem = PlanProblem(
        FIRST, 2, (Region("A", due_on=FIRST),), hosts=(Host("h", regions=("A",), dates=(day,)),), window=2
    )

    assert failing_counts(problem) == ()
    assert explain_plan(problem).feasible
    assert explain_plan(problem).proof.status == Status.OPTIMAL


@settings(max_examples=30, deadline=None)
@given(problems())
def test_a_failing_count_is_never_wrong(problem: PlanProblem):
    hard = [count for count in failing_counts(problem) if count.kind != CountKind.DENSITY]

    if hard:
        assert not explain_plan(problem, most=0).feasible


def test_what_if_keeps_as_much_as_it_can_and_shows_the_price():
    before = plan(example())

    delta = what_if(example(), before, Change(forbid=(Ban("C", 5),)))

    prices = {price.key: price.difference for price in delta.prices}
    assert delta.after.status == Status.OPTIMAL
    assert prices[LevelKey.WINDOWS] == 1
    assert ("C", 5) not in [(line.host, line.quarter) for line in delta.after.lines]
    assert len(delta.kept) + len(delta.dropped) + len(delta.moved) + len(delta.altered) == len(before.lines)
    assert delta.after.level(LevelKey.CHANGES).proven


def test_what_if_nothing_changes_nothing_changes():
    problem = example(last=(-3, -3, -3), per_quarter=2)
    before = plan(problem)

    delta = what_if(problem, before, Change())

    assert delta.after.lines == delta.kept == before.lines
    assert (delta.dropped, delta.added, delta.moved, delta.altered) == ((), (), (), ())
    assert delta.after.level(LevelKey.CHANGES).value == 0


def test_what_if_a_wish_comes_with_its_price_and_what_is_announced_stays():
    before = plan(example())
    announced = (Fixed(0, "B"), Fixed(1, "A"))

    delta = what_if(example(), before, Change(announced=announced, force=(Fixed(3, "A"),)))

    assert {(line.host, line.quarter) for line in delta.after.lines} >= {("B", 0), ("A", 1), ("A", 3)}
    assert check_plan(example(), delta.after.lines, (*announced, Fixed(3, "A"))).faults == ()
    assert all(price.difference >= 0 for price in delta.prices if price.key == LevelKey.WINDOWS)


def test_what_if_under_other_limits_that_leave_no_plan():
    before = plan(example())
    tight = replace(example(), limits=Limits(per_quarter=0))

    delta = what_if(example(), before, Change(announced=(Fixed(0, "B"),), problem=tight))

    assert (delta.after.status, delta.after.lines, delta.kept, delta.prices) == (Status.INFEASIBLE, (), (), ())


def one_area_not_due() -> PlanProblem:
    """A region that nobody has to reach within the plan, an area that would like to be reached, a host for it."""
    return PlanProblem(
        FIRST,
        4,
        (Region("A", last_quarter=-1),),
        (Area("a", "A", need=1),),
        hosts=(Host("h", areas=("a",), quarters=(0, 1)),),
        end_age=0,
    )


@pytest.mark.parametrize("engine", ["highs", "cpsat"])
@pytest.mark.parametrize(
    "change",
    [
        Change(problem=replace(one_area_not_due(), limits=Limits(per_year=0))),
        Change(forbid=(Ban("h"),)),
    ],
)
def test_what_if_a_plan_that_the_change_rules_out_is_no_place_to_begin(change, engine):
    before = plan(one_area_not_due())
    assert held(before.lines) == "h0"

    after = what_if(one_area_not_due(), before, change, engine=engine).after

    assert (after.status, after.lines) == (Status.OPTIMAL, ())
    assert [(level.key, level.value, level.bound) for level in after.levels] == [
        (LevelKey.WINDOWS, 0, 0),
        (LevelKey.DAYS, 0, 0),
        (LevelKey.NEED, 0, 0),
        (LevelKey.COST, 0, 0),
        (LevelKey.CHANGES, 1, 1),
        (LevelKey.EARLY, 0, 0),
    ]


def test_what_if_without_time_hands_out_no_plan_that_breaks_the_new_limits():
    before = plan(large())
    tight = replace(large(), limits=Limits(per_quarter=1, per_year=4))
    assert check_plan(tight, before.lines).faults

    after = what_if(large(), before, Change(problem=tight), time_limit=0.0).after

    assert after.status == Status.FEASIBLE
    assert after.lines
    assert check_plan(tight, after.lines).faults == ()


@st.composite
def changes(draw, problem: PlanProblem) -> Change:
    """Other limits, mostly tighter ones, and bans."""
    limits = Limits(
        per_quarter=draw(st.none() | st.integers(0, 2)),
        per_year=draw(st.none() | st.integers(0, 2)),
        budget=draw(st.none() | st.integers(0, 9).map(lambda tens: tens * 10)),
        shared=draw(st.none() | st.integers(0, 1)),
    )
    bans = draw(st.sets(st.sampled_from([host.key for host in problem.hosts]), max_size=2))
    quarter = draw(st.none() | st.integers(0, problem.quarters - 1))
    return Change(forbid=tuple(Ban(key, quarter) for key in sorted(bans)), problem=replace(problem, limits=limits))


@settings(max_examples=40, deadline=None)
@given(st.booleans().flatmap(lambda staffed: problems(with_trainers=staffed)), st.data())
def test_what_if_finds_the_best_of_all_plans_under_other_limits_and_bans(problem: PlanProblem, data):
    change = data.draw(changes(problem))
    banned = {
        (ban.host, quarter)
        for ban in change.forbid
        for quarter in (range(problem.quarters) if ban.quarter is None else (ban.quarter,))
    }

    after = what_if(problem, plan(problem), change).after

    values = {level.key: level.value for level in after.levels}
    assert after.status == Status.OPTIMAL
    assert not {(line.host, line.quarter) for line in after.lines} & banned
    assert (
        values[LevelKey.WINDOWS],
        values[LevelKey.DAYS],
        -values.get(LevelKey.NEED, Fraction(0)),
        values[LevelKey.COST],
    ) == min(
        value[:4]
        for lines, value in all_plans(change.problem)
        if not {(line.host, line.quarter) for line in lines} & banned
    )


def test_plans_are_compared_line_by_line():
    one, other = plan(example()), plan(example(per_year=3))

    delta = compare(one, other)

    assert held(one.lines) == "B0 A1 C2 B3 A4 C5 B6"
    assert held(other.lines) == "A0 C1 B2 A4 C5 B6"
    assert held(delta.kept) == "A4 C5 B6"
    assert [(old.quarter, new.quarter) for old, new in delta.moved] == [(0, 2), (1, 0), (2, 1)]
    assert (held(delta.dropped), held(delta.added)) == ("B3", "")
