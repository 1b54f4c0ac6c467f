"""What the data types refuse, all at once, and what unknown values mean."""

import math

import pytest

from tessera.solvers.cohort.faults import DataFault
from tessera.solvers.cohort.model import (
    EVERYONE,
    AllOf,
    AnyOf,
    Applicant,
    Budget,
    Cap,
    Is,
    Not,
    Pool,
    Quota,
    Rules,
    Share,
    check_together,
)


def told(refusal):
    return [(fault.subject, fault.field, fault.code.value) for fault in refusal.value.faults]


def test_pool_names_every_problem_at_once():
    with pytest.raises(DataFault) as refusal:
        Pool(
            (
                Applicant("A", 1, 0),
                Applicant("A", 2, 0),
                Applicant("B", 1.5, 0),
                Applicant("C", math.nan, 0),
                Applicant("D", True, -1),
                Applicant("E", 10**8, 10**10),
                Applicant("F", 1, 0, {"region": ""}),
                Applicant("G", 1, 0, {"region": 7}),
                Applicant("", 1, 0),
                Applicant(7, 1, 0),
            )
        )

    assert told(refusal) == [
        ("A", "id", "duplicate"),
        ("B", "score", "not-whole"),
        ("C", "score", "not-whole"),
        ("D", "score", "not-whole"),
        ("D", "cost", "too-small"),
        ("E", "score", "too-large"),
        ("E", "cost", "too-large"),
        ("F", "region", "empty"),
        ("G", "region", "not-text"),
        ("row 9", "id", "empty"),
        ("row 10", "id", "not-text"),
    ]


def test_pool_is_in_the_order_of_ids_whatever_the_input():
    one, two = Applicant("B", 1), Applicant("A", 2)

    assert Pool((one, two)).ids == ("A", "B")
    assert Pool((one, two)) == Pool((two, one))


def test_rules_name_every_problem_at_once():
    woman = Is("gender", ("f",))

    with pytest.raises(DataFault) as refusal:
        Rules(
            quotas=(
                Quota("q", woman),
                Quota("q", woman, at_least=-1),
                Quota("w", woman, at_least=1, weight=0),
                Quota("t", Is("gender", ()), at_least=True),
                Quota("x", "gender", at_most=2),
            ),
            shares=(Share("s", woman, at_least=101),),
            caps=(Cap("c", "", 1, but={"I1": 2.5}),),
            budget=Budget(1.0, step=0),
        )

    assert told(refusal) == [
        ("q", "at_least", "no-limit"),
        ("q", "name", "duplicate"),
        ("q", "at_least", "too-small"),
        ("w", "weight", "too-small"),
        ("t", "at_least", "not-whole"),
        ("t", "when values", "empty"),
        ("x", "when", "wrong-type"),
        ("s", "at_least", "too-large"),
        ("c", "feature", "empty"),
        ("c", "but I1", "not-whole"),
        ("budget", "at_most", "not-whole"),
        ("budget", "step", "too-small"),
    ]


def test_pins_on_nobody_and_pinned_people_without_cost_are_refused_together():
    pool = Pool((Applicant("A", 1), Applicant("B", 1)))
    rules = Rules(budget=Budget(5), include=frozenset({"A", "X"}), exclude=frozenset({"Y"}))

    with pytest.raises(DataFault) as refusal:
        check_together(pool, rules, 0)

    assert told(refusal) == [
        ("seats", "k", "too-small"),
        ("include", "id", "unknown-person"),
        ("exclude", "id", "unknown-person"),
        ("A", "cost", "cost-missing"),
    ]


@pytest.mark.parametrize(
    ("features", "new_or_first", "new_and_first", "not_new"),
    [
        ({"new": "yes", "first": "no"}, True, False, False),
        ({"new": "yes"}, True, None, False),
        ({"new": "no"}, None, False, True),
        ({"new": None, "first": "no"}, None, False, None),
        ({}, None, None, None),
    ],
)
def test_conditions_keep_unknown_apart(features, new_or_first, new_and_first, not_new):
    one = Applicant("A", 1, features=features)
    new, first = Is("new", ("yes",)), Is("first", ("yes",))

    assert AnyOf((new, first)).holds(one) is new_or_first
    assert AllOf((new, first)).holds(one) is new_and_first
    assert Not(new).holds(one) is not_new
    assert EVERYONE.holds(one) is True


def test_a_share_is_of_those_who_answered_or_of_those_named():
    woman, remote = Is("gender", ("f",)), Is("mode", ("remote",))
    plain, of_remote = Share("s", woman, at_least=40), Share("r", woman, at_least=40, of=remote)

    assert plain.counts(Applicant("A", features={"gender": "f"})) == (True, True)
    assert plain.counts(Applicant("A", features={"gender": "m"})) == (False, True)
    assert plain.counts(Applicant("A")) == (False, False)
    assert of_remote.counts(Applicant("A", features={"gender": "f"})) == (False, False)
    assert of_remote.counts(Applicant("A", features={"mode": "remote"})) == (False, True)
