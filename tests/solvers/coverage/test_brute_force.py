"""Every plan listed: the solver's is the best, for either solver, and what explanations claim comes true."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.coverage import check_conflict, check_plan, eased, explain_plan, plan
from tessera.solvers.coverage.model import Layer, LevelKey, Limits, PlanProblem, Trainer
from tessera.solvers.proof import Status
from tests.solvers.coverage.cases import all_plans, example, example_costs, held, problems

ORDER = (LevelKey.WINDOWS, LevelKey.DAYS, LevelKey.NEED, LevelKey.COST, LevelKey.EARLY)


def worth(found) -> tuple:
    values = {level.key: level.value for level in found.levels}
    values[LevelKey.NEED] = -values.get(LevelKey.NEED, Fraction(0))
    return tuple(values[key] for key in ORDER)


def test_worked_example_has_two_plans_and_the_best_costs_53():
    found = plan(example())

    assert (len(example_costs()), example_costs()[0]) == (2, 53)
    assert (found.status, held(found.lines)) == (Status.OPTIMAL, "B0 A1 C2 B3 A4 C5 B6")
    assert [(level.key, level.value, level.bound) for level in found.levels] == [
        (LevelKey.WINDOWS, 0, 0),
        (LevelKey.DAYS, 0, 0),
        (LevelKey.COST, 53, 53),
        (LevelKey.EARLY, 28, 28),
    ]


@pytest.mark.parametrize("limits", [{"per_year": 3}, {"last": (-3, -3, -3)}])
def test_worked_example_with_three_a_year_or_all_due_at_once_cannot_be_met(limits):
    assert example_costs(**limits) == []
    assert plan(example(**limits)).level(LevelKey.WINDOWS).value > 0
    assert not explain_plan(example(**limits), most=0).feasible


def test_worked_example_all_due_at_once_with_two_a_quarter_costs_48():
    limits = {"last": (-3, -3, -3), "per_quarter": 2}

    assert (len(example_costs(**limits)), example_costs(**limits)[0]) == (64, 48)
    assert plan(example(**limits)).level(LevelKey.COST).value == 48
    assert explain_plan(example(**limits)).feasible


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_plan_is_the_best_of_all(problem: PlanProblem):
    found = plan(problem)

    assert found.status == Status.OPTIMAL
    assert not check_plan(problem, found.lines).faults
    assert worth(found) == min(value for _lines, value in all_plans(problem))


@settings(max_examples=20, deadline=None)
@given(problems(with_trainers=True))
def test_the_plan_with_trainers_is_the_best_of_all(problem: PlanProblem):
    found = plan(problem)

    assert found.status == Status.OPTIMAL
    assert worth(found) == min(value for _lines, value in all_plans(problem))


@settings(max_examples=4, deadline=None)
@given(problems(with_trainers=True))
def test_both_solvers_give_the_same_plan(problem: PlanProblem):
    one, other = plan(problem, engine="highs"), plan(problem, engine="cpsat")

    assert one.levels == other.levels
    assert one.lines == other.lines
    assert (one.proof.solver, other.proof.solver) == ("highspy", "ortools")


@settings(max_examples=25, deadline=None)
@given(st.booleans().flatmap(lambda staffed: problems(with_trainers=staffed)))
def test_explanations_come_true(problem: PlanProblem):
    conflict = explain_plan(problem, most=4)

    overdue = sum(key in conflict.overdue for key in (region.key for region in problem.regions))
    fewest = plan(problem).level(LevelKey.WINDOWS).value
    assert conflict.proven
    assert conflict.feasible == (fewest == overdue)
    assert bool(conflict.core) != conflict.feasible
    assert check_conflict(problem, conflict) == ()
    for way in conflict.relaxations:
        assert way.proven
        assert plan(eased(problem, way)).level(LevelKey.WINDOWS).value == overdue
        for left_out in way.easings:
            fewer = replace(way, easings=tuple(easing for easing in way.easings if easing != left_out))
            assert plan(eased(problem, fewer)).level(LevelKey.WINDOWS).value > overdue


@settings(max_examples=15, deadline=None)
@given(problems(), st.sampled_from(["per_year", "budget", "per_quarter"]))
def test_more_room_never_makes_a_plan_worse(problem: PlanProblem, name: str):
    now = getattr(problem.limits, name)
    more = Limits(**{**_fields(problem.limits), name: None if now is None else now + 10})

    assert worth(plan(replace(problem, limits=more))) <= worth(plan(problem))


@settings(max_examples=12, deadline=None)
@given(problems(with_trainers=True), st.booleans())
def test_one_trainer_or_host_more_never_makes_a_plan_worse(problem: PlanProblem, trainer: bool):
    if trainer:
        new = replace(problem.trainers[0], key="t9", fee=20, max_a_year=None, max_in=())
        more = replace(problem, trainers=(*problem.trainers, new))
    else:
        new = replace(problem.hosts[0], key="h9", cost=30, quarters=(0, 1), dates=())
        more = replace(problem, hosts=(*problem.hosts, new))

    assert worth(plan(more)) <= worth(plan(problem))


def _fields(limits: Limits) -> dict:
    return {name: getattr(limits, name) for name in Limits.__slots__}


@settings(max_examples=15, deadline=None)
@given(problems(with_trainers=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(problem: PlanProblem, dice):
    def mixed(things):
        return tuple(dice.sample(things, len(things)))

    shuffled = replace(
        problem, regions=mixed(problem.regions), areas=mixed(problem.areas), hosts=mixed(problem.hosts),
        trainers=mixed(problem.trainers), funders=mixed(problem.funders),
    )  # fmt: skip
    one, other = plan(problem), plan(shuffled)

    assert (one.lines, one.levels, one.proof.input_sha256) == (other.lines, other.levels, other.proof.input_sha256)


@settings(max_examples=10, deadline=None)
@given(problems())
def test_other_names_give_the_same_values(problem: PlanProblem):
    renamed = replace(problem, hosts=tuple(replace(host, key=f"z{host.key[::-1]}") for host in problem.hosts))

    assert worth(plan(renamed)) == worth(plan(problem))


@pytest.mark.parametrize("layer", [Layer.COVERAGE, Layer.BUDGET, Layer.TRAINERS])
def test_the_first_layer_that_fails_is_named(layer):
    problem = example()
    if layer == Layer.COVERAGE:
        problem = example(per_year=3)
    elif layer == Layer.BUDGET:
        problem = replace(problem, limits=replace(problem.limits, budget=20))
    else:
        one = Trainer("only", ("en",), quarters=tuple(range(7)), max_a_year=3)
        problem = replace(problem, trainers=(one,), trainers_each=1)

    conflict = explain_plan(problem, most=0)

    assert (conflict.feasible, conflict.layer, conflict.minimal) == (False, layer, True)
