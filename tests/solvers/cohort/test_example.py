"""The worked example of the documentation, every number of it."""

import pytest

from tessera.solvers.cohort.answers import Kind, Reason, Side, Why
from tessera.solvers.cohort.check import check
from tessera.solvers.cohort.diagnosing import diagnose
from tessera.solvers.cohort.explaining import Explainer
from tessera.solvers.cohort.model import Quota, Rules
from tessera.solvers.cohort.selection import optima, prices, select
from tessera.solvers.cohort.tickets import called, ticket
from tessera.solvers.cohort.waiting import waitlist
from tessera.solvers.proof import Status
from tests.solvers.cohort import brute
from tests.solvers.nine import SEED, pool, rules

POOL = pool()


def test_there_are_21_cohorts_and_two_of_them_are_best():
    selection = select(POOL, rules(), 4, seed=SEED)

    assert len(brute.cohorts(POOL, rules(), 4)) == 21
    assert (selection.value, selection.proof.bound, selection.proof.status) == (359, 359, Status.OPTIMAL)
    assert selection.members == ("A1", "A2", "A3", "A6")
    assert selection.ties_possible is True
    assert optima(POOL, rules(), selection).cohorts == (("A1", "A2", "A3", "A6"), ("A1", "A2", "A3", "A7"))
    assert check(POOL, rules(), selection) == ()
    told = optima(POOL, rules(), selection)
    assert (told.complete, told.proof.status, told.proof.value, told.proof.bound) == (True, Status.OPTIMAL, 359, 359)
    assert told.proof.input_sha256 != optima(POOL, rules(), selection, 1).proof.input_sha256


def test_tickets_are_those_of_the_seed():
    assert called(SEED, POOL.ids) == ("A4", "A8", "A6", "A3", "A7", "A2", "A9", "A1", "A5")
    assert ticket(SEED, "A4").startswith("1d71379f1601")


def test_what_it_costs_to_force_somebody_in_or_out():
    explainer = Explainer(POOL, rules(), select(POOL, rules(), 4, seed=SEED))
    told = {one: explainer.of(one) for one in POOL.ids}

    assert {one: why.cost for one, why in told.items() if not isinstance(why, Why)} == {
        "A4": 2, "A5": 5, "A7": 0, "A8": 2, "A9": 8,
    }  # fmt: skip
    assert {one: why.value for one, why in told.items() if isinstance(why, Why)} == {
        "A1": 351, "A2": 357, "A3": 357, "A6": 359,
    }  # fmt: skip
    assert told["A7"].reason == Reason.TIED
    assert (told["A4"].ties_at, told["A4"].certain_above, told["A4"].leave) == (95, 95, ("A3",))
    assert [(one.move.limit.name, one.move.before, one.move.after, one.value) for one in told["A5"].changes] == [
        ("EUR", 1, 2, 361)
    ]


def test_only_one_more_from_europe_changes_the_optimum_by_itself():
    told = prices(POOL, rules(), select(POOL, rules(), 4, seed=SEED))

    assert [(one.limit.name, one.limit.side, one.step) for one in told if one.step] == [("EUR", Side.UPPER, 2)]
    assert [(one.proof.status, one.proof.value, one.proof.bound) for one in told] == [
        (Status.OPTIMAL, one.dropped, one.dropped) for one in told
    ]
    assert len({one.proof.input_sha256 for one in told}) == 1
    wider = Rules(
        tuple(Quota(q.name, q.when, q.at_least, 2) if q.name == "EUR" else q for q in rules().quotas),
        caps=rules().caps,
        budget=rules().budget,
    )
    selection = select(POOL, wider, 4)
    assert selection.value == 361
    assert optima(POOL, wider, selection).cohorts == (("A1", "A3", "A5", "A6"), ("A1", "A3", "A5", "A7"))


@pytest.mark.parametrize(
    ("budget", "value", "cohorts"),
    [
        (3000, 359, (("A1", "A2", "A3", "A6"), ("A1", "A2", "A3", "A7"))),
        (2700, 351, (("A1", "A3", "A6", "A9"), ("A1", "A3", "A7", "A9"))),
    ],
)
def test_smaller_budgets(budget, value, cohorts):
    selection = select(POOL, rules(budget), 4)

    assert selection.value == value
    assert optima(POOL, rules(budget), selection).cohorts == cohorts


def test_a_budget_of_2400_is_too_small():
    assert select(POOL, rules(2400), 4).proof.status == Status.INFEASIBLE


def test_the_minimal_relaxations_of_a_budget_of_2000():
    told = diagnose(POOL, rules(2000), 4, rules_at_most=3, steps_at_most=1)

    assert told.complete
    assert {
        frozenset((move.limit.name or move.limit.kind.value, move.limit.side.value, move.after) for move in one.moves)
        for one in told.relaxations
    } == {
        frozenset({("AFR", "lower", 0), ("EUR", "upper", 2)}),
        frozenset({("EUR", "upper", 2), ("budget", "upper", 2100)}),
        frozenset({("EUR", "upper", 2), ("LAC", "lower", 0), ("ES", "lower", 0)}),
    }
    assert {(one.kind, one.name) for one in told.core} == {(Kind.QUOTA, "EUR"), (Kind.BUDGET, "")}


def test_replacements_and_the_waiting_list():
    told = waitlist(POOL, rules(), select(POOL, rules(), 4, seed=SEED), 4)

    steps_in = {member: {one.applicant for one in told.reserves if member in one.steps_in_for} for member in POOL.ids}
    assert {member: able for member, able in steps_in.items() if able} == {
        "A2": {"A7", "A9"}, "A3": {"A4", "A5"}, "A6": {"A7"},
    }  # fmt: skip
    assert told.order == ("A4", "A5", "A7", "A9")
    assert [one.member for one in told.irreplaceable] == ["A1"]
    assert told.short == ()
