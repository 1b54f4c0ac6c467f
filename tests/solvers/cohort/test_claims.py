"""The checker lets true claims pass and finds false ones, whoever made them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.commands.failure import CommandFailed
from tessera.commands.sound import require_sound
from tessera.solvers.cohort.answers import Change, Irreplaceable, Kind, Limit, Move, Reason, Relaxation, Reserve, Side
from tessera.solvers.cohort.check import Broken
from tessera.solvers.cohort.claims import check_conflict, check_reason, check_refill, check_waitlist
from tessera.solvers.cohort.diagnosing import diagnose
from tessera.solvers.cohort.explaining import Explainer, explain
from tessera.solvers.cohort.model import Applicant, Budget, Is, Pool, Rules, Share
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


def test_a_move_from_another_number_or_by_other_steps_is_found():
    people, tight = POOL, rules(2000)
    told = diagnose(people, tight, 4)
    of_budget = next(way for way in told.relaxations if [move.limit.kind for move in way.moves] == [Kind.BUDGET])
    pinned = replace(tight, include=frozenset({"A8"}))
    of_pin = next(
        way for way in diagnose(people, pinned, 4).relaxations if Kind.INCLUDE in {one.limit.kind for one in way.moves}
    )

    def codes(way, rules=tight, price=None, **change):
        move = replace(way.moves[0], **change)
        price = way.price if price is None else price
        claim = replace(told, core=(), relaxations=(replace(way, moves=(move, *way.moves[1:]), price=price),))
        return [one.code for one in check_conflict(people, rules, 4, claim)]

    move = of_budget.moves[0]
    assert (move.before, move.after, move.steps, of_budget.price) == (
        2000,
        2000 + 100 * move.steps,
        move.steps,
        move.steps,
    )
    assert codes(of_budget) == codes(of_pin, pinned) == []
    assert codes(of_budget, before=2100) == ["move"]
    assert codes(of_budget, steps=0, price=0) == ["move"]
    assert codes(of_budget, steps=1, price=1) == ["move"]
    assert codes(of_budget, after=move.after + 50) == ["move"]
    assert codes(of_budget, limit=replace(move.limit, side=Side.LOWER)) == ["move"]
    assert codes(of_budget, limit=Limit(Kind.QUOTA, "nobody")) == ["move"]
    twice = replace(of_budget, moves=(move, move), price=2 * move.steps)
    assert [one.code for one in check_conflict(people, tight, 4, replace(told, core=(), relaxations=(twice,)))] == [
        "move"
    ]
    pin = next(at for at, one in enumerate(of_pin.moves) if one.limit.kind == Kind.INCLUDE)
    of_pin = replace(of_pin, moves=(of_pin.moves[pin], *of_pin.moves[:pin], *of_pin.moves[pin + 1 :]))
    assert codes(of_pin, pinned) == []
    assert codes(of_pin, pinned, steps=0, price=of_pin.price - 1) == ["move"]
    assert codes(of_pin, pinned, before=0) == ["move"]
    assert codes(of_pin, pinned, limit=Limit(Kind.INCLUDE, "A9", Side.LOWER)) == ["move"]


@pytest.mark.parametrize("side", [Side.LOWER, Side.UPPER])
def test_a_move_of_a_share_is_to_what_its_people_keep(side):
    people = Pool(tuple(Applicant(f"P{at}", at, 0, {"gender": "mf"[at < 2]}) for at in range(8)))
    low, high = (60, None) if side == Side.LOWER else (None, 40)
    women = "f" if side == Side.LOWER else "m"
    tight = Rules(shares=(Share("share", Is("gender", (women,)), low, high),))
    told = diagnose(people, tight, 5)
    way = told.relaxations[0]
    limit = Limit(Kind.SHARE, "share", side)
    assert way.moves == (Move(limit, 60, 40, 1),) if side == Side.LOWER else (Move(limit, 40, 60, 1),)

    def codes(price=1, **change):
        claim = replace(told, relaxations=(replace(way, moves=(replace(way.moves[0], **change),), price=price),))
        return [one.code for one in check_conflict(people, tight, 5, claim)]

    assert codes() == []
    assert codes(before=50) == ["move"]
    assert codes(steps=0, price=0) == ["move"]
    assert codes(steps=2, price=2) == ["move"]
    assert codes(after=50 + 1) == ["move"]


def test_a_change_from_another_number_or_to_another_is_found(selection):
    told = explain(POOL, rules(), selection, "A5")
    change = told.changes[0]

    def codes(**wrong):
        claim = replace(told, changes=(replace(change, move=replace(change.move, **wrong)),))
        return [one.code for one in check_reason(POOL, rules(), selection, claim)]

    limit = Limit(Kind.QUOTA, "EUR", Side.UPPER)
    assert change.move == Move(limit, 1, 2, 1)
    assert codes() == []
    assert codes(before=2, after=3) == ["move"]
    assert codes(after=3) == ["move"]
    assert codes(steps=2) == ["move", "price"]
    assert codes(after=None) == ["move"]


def test_an_entry_that_is_lowered_to_another_score_is_found():
    entry = replace(rules(), score_at_least=85)
    selection = select(POOL, replace(entry, quotas=()), 4, seed=SEED)
    told = explain(POOL, replace(entry, quotas=()), selection, "A6")
    move = Move(Limit(Kind.SCORE_LOW, "", Side.LOWER), 85, 84, 1)
    change = Change(move, 1, 0, certain=False)

    def codes(**wrong):
        claim = replace(told, changes=(replace(change, move=replace(move, **wrong)),))
        return [one.code for one in check_reason(POOL, replace(entry, quotas=()), selection, claim)]

    assert told.reason == Reason.SET_ASIDE
    assert codes() == []
    assert codes(before=86) == codes(after=80) == codes(limit=replace(move.limit, side=Side.UPPER)) == ["move"]


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


def test_a_list_that_hides_who_lacks_somebody_is_found(selection):
    told = waitlist(POOL, rules(), selection, 1)

    def codes(told, **change):
        return [(one.code, one.who) for one in check_waitlist(POOL, rules(), selection, replace(told, **change))]

    assert [(one.applicant, one.steps_in_for) for one in told.reserves] == [("A7", ("A2", "A6"))]
    assert ([one.member for one in told.irreplaceable], told.short) == (["A1"], ("A2", "A3"))
    assert codes(told) == []
    assert codes(told, short=()) == [("short", "A2"), ("short", "A3")]
    assert codes(told, short=("A2",)) == [("short", "A3")]
    assert codes(told, irreplaceable=()) == [("replaceable", "A1")]
    assert codes(told, short=("A1", "A2", "A3")) == [("short", "A1")]
    assert codes(told, short=("A2", "A3", "A6")) == [("short", "A6")]
    assert codes(told, short=("A2", "A3", "A9")) == [("short", "A9")]
    assert codes(told, reserves=(), value=0) == [("short", "A6")]
    assert codes(told, irreplaceable=(*told.irreplaceable, Irreplaceable("A6", ()))) == [("replaceable", "A6")]


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
    budget = Move(Limit(Kind.BUDGET), 3500, 3600, 1)
    assert "move" in codes(replace(told, relaxation=Relaxation((budget,), 1, told.members)))


def test_what_does_not_hold_is_named_and_not_given_out():
    broken = (Broken("steps-in", who="A8 A1"), Broken("limit", Limit(Kind.QUOTA, "AFR")))

    with pytest.raises(CommandFailed) as failed:
        require_sound("The reserve list", broken)

    assert str(failed.value) == (
        "The reserve list does not pass its check and is not given out: steps-in A8 A1; limit AFR."
    )
    require_sound("The reserve list", ())
