"""The checker lets true claims pass and finds false ones, whoever made them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.commands.failure import CommandFailed
from tessera.commands.sound import require_sound
from tessera.solvers.cohort.answers import Irreplaceable, Kind, Limit, Reason, Reserve, Side
from tessera.solvers.cohort.check import Broken
from tessera.solvers.cohort.claims import check_conflict, check_reason, check_refill, check_waitlist
from tessera.solvers.cohort.diagnosing import diagnose
from tessera.solvers.cohort.explaining import Explainer, explain
from tessera.solvers.cohort.model import Applicant, Budget, Pool, Rules
from tessera.solvers.cohort.selection import select
from tessera.solvers.cohort.waiting import refill, waitlist
from tests.solvers.cohort import brute
from tests.solvers.nine import SEED, pool, rules

POOL = pool()
FEW = settings(max_examples=12, deadline=None)


@FEW
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4))
def test_what_the_solver_claims_passes(people, rules, k):
    selection = select(people, rules, k, seed="s")
    if not selection.found:
        assert check_conflict(people, rules, k, diagnose(people, rules, k)) == ()
        return
    explainer = Explainer(people, rules, selection)

    for who in people.ids:
        assert check_reason(people, rules, selection, explainer.of(who)) == ()
    waiting = waitlist(people, rules, selection, 3)
    assert check_waitlist(people, rules, selection, waiting) == ()
    for gone in (selection.members[:1], selection.members[-2:]):
        stay = [one for one in selection.members if one not in gone]
        filled = refill(people, rules, stay, waiting, gone)
        assert check_refill(people, rules, selection, waiting, filled) == ()


@pytest.fixture
def selection():
    return select(POOL, rules(), 4, seed=SEED)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"cost": 4}, ["figures", "figures"]),
        ({"ties_at": 1}, ["figures"]),
        ({"reason": Reason.TIED}, ["reason"]),
        ({"leave": ()}, ["exchange"]),
        ({"members": ("A1", "A3", "A5", "A6")}, ["limit", "exchange", "figures"]),
        ({"for_whom": ("A1", "A3")}, ["steps-in"]),
    ],
)
def test_a_false_reason_for_somebody_outside_is_found(selection, change, codes):
    told = explain(POOL, rules(), selection, "A5")
    assert (told.cost, told.for_whom) == (5, ("A3",))

    assert [one.code for one in check_reason(POOL, rules(), selection, replace(told, **change))] == codes


@pytest.mark.parametrize(
    ("change", "code"), [({"value": 1}, "figures"), ({"applicant": "A9"}, "reason"), ({"join": ()}, "exchange")]
)
def test_a_false_reason_for_a_member_is_found(selection, change, code):
    told = explain(POOL, rules(), selection, "A1")
    assert told.cost == 8

    assert code in [one.code for one in check_reason(POOL, rules(), selection, replace(told, **change))]


def test_a_way_out_that_is_none_or_dearer_than_said_is_found():
    told = diagnose(POOL, rules(2000), 4, rules_at_most=3, steps_at_most=1)
    way = told.relaxations[0]

    def codes(**change):
        claim = replace(told, relaxations=(replace(way, **change),))
        return [one.code for one in check_conflict(POOL, rules(2000), 4, claim)]

    assert codes() == []
    assert codes(price=way.price + 1) == ["price"]
    assert codes(members=way.members[1:])[0] == "members"
    assert "limit" in codes(members=("A1", "A2", "A3", "A6"))
    assert "limit" in codes(moves=way.moves[1:])


def test_a_core_that_can_be_kept_or_holds_too_much_is_found():
    told = diagnose(POOL, rules(2000), 4)
    other = Limit(Kind.QUOTA, "ASP", Side.UPPER)

    def codes(core, **change):
        claim = replace(told, core=tuple(core), **change)
        return [(one.code, one.limit) for one in check_conflict(POOL, rules(2000), 4, claim)]

    assert codes(told.core) == []
    assert [code for code, _limit in codes(told.core[1:])] == ["core-kept"]
    assert codes([*told.core, other]) == [("core-needless", other)]
    assert codes([*told.core, other], minimal=False) == []


def test_a_core_of_many_people_is_not_tried():
    crowd = Pool(tuple(Applicant(f"P{at}", at, 1) for at in range(40)))
    tight = Rules(budget=Budget(3))

    assert check_conflict(crowd, tight, 20, replace(diagnose(crowd, tight, 20), core=(Limit(Kind.SIZE),))) == ()


def test_a_false_place_on_the_list_is_found(selection):
    told = waitlist(POOL, rules(), selection, 4)
    first = told.reserves[0]
    gone = Irreplaceable(first.steps_in_for[0], ())
    core = Limit(Kind.QUOTA, "AFR", Side.UPPER)
    lonely = next(one for one in told.irreplaceable)

    def codes(**change):
        return [one.code for one in check_waitlist(POOL, rules(), selection, replace(told, **change))]

    assert codes() == []
    assert codes(value=told.value - 1) == ["value"]
    assert codes(reserves=(replace(first, steps_in_for=()), *told.reserves[1:])) == ["steps-in"]
    assert codes(reserves=(Reserve("A8", ("A1",)), *told.reserves)) == ["order", "value", "steps-in"]
    assert codes(irreplaceable=(*told.irreplaceable, gone)) == ["replaceable"]
    assert codes(irreplaceable=(replace(lonely, limits=(core,)),)) == ["replaceable"]


def test_a_list_in_another_order_is_found():
    equal = Pool(tuple(Applicant(f"P{at}", 5 if at else 9, 0) for at in range(6)))
    selection = select(equal, Rules(), 1, seed="s")
    told = waitlist(equal, Rules(), selection, 4)

    def codes(**change):
        return [one.code for one in check_waitlist(equal, Rules(), selection, replace(told, **change))]

    assert codes() == []
    assert codes(reserves=told.reserves[::-1]) == ["order"]
    assert codes(reserves=(told.reserves[1], told.reserves[0], *told.reserves[2:])) == ["order"]
    assert codes(seed="z") == ["order"]


def test_a_place_that_was_filled_out_of_turn_or_against_the_rules_is_found(selection):
    waiting = waitlist(POOL, rules(), selection, 4)
    stay = ("A1", "A2", "A6")
    told = refill(POOL, rules(), stay, waiting, ["A3"])
    second = replace(told, members=("A1", "A2", "A5", "A6"), joined=("A5",))

    def codes(told):
        return [one.code for one in check_refill(POOL, rules(), selection, waiting, told)]

    assert (told.joined, codes(told)) == (("A4",), [])
    assert codes(second) == ["order"]
    assert codes(replace(told, from_list=False)) == ["order"]
    assert codes(replace(told, members=("A1", "A2", "A3", "A6"), joined=("A3",))) == ["exchange", "excluded", "order"]
    assert codes(replace(told, members=("A1", "A4", "A6", "A9"), joined=("A4",)))[0] == "exchange"
    assert "limit" in codes(replace(told, members=("A1", "A2", "A6", "A8"), joined=("A8",)))


def test_what_does_not_hold_is_named_and_not_given_out():
    broken = (Broken("steps-in", who="A8 A1"), Broken("limit", Limit(Kind.QUOTA, "AFR")))

    with pytest.raises(CommandFailed) as failed:
        require_sound("The reserve list", broken)

    assert str(failed.value) == (
        "The reserve list does not pass its check and is not given out: steps-in A8 A1; limit AFR."
    )
    require_sound("The reserve list", ())
