"""Every objective against brute force, with every rule; and what must not change the answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.assignment import Affinity, Loads, Objective, Problem, Rules, faults, ilp, solve, verify
from tessera.solvers.assignment import flow as flows
from tessera.solvers.proof import Status
from tests.solvers.assignment.small import all_assignments, problems, worth

BRIEF = settings(max_examples=30, deadline=None)


def is_best(problem: Problem, objective: Objective) -> None:
    every = [*all_assignments(problem)]

    found = solve(problem, objective=objective)

    assert verify(problem, found) == ()
    if not every:
        assert found.proof.status == Status.INFEASIBLE
        return
    assert found.proof.status == Status.OPTIMAL
    assert faults(problem, found.pairs) == ()
    assert found.pairs in every
    best = max(worth(problem, objective, pairs) for pairs in every)
    assert worth(problem, objective, found.pairs) == best
    assert (found.proof.value, found.total, found.total_bound) == (best[0], best[1], best[1])


@pytest.mark.parametrize("objective", Objective)
@BRIEF
@given(data=st.data())
def test_optimum_is_that_of_brute_force(objective, data):
    is_best(data.draw(problems()), objective)


@pytest.mark.parametrize("objective", Objective)
@BRIEF
@given(data=st.data())
def test_optimum_with_experts_or_places_is_that_of_brute_force(objective, data):
    is_best(data.draw(problems(rules=True)), objective)


@pytest.mark.parametrize("objective", Objective)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_optimum_with_rules_that_cross_is_that_of_brute_force(objective, data):
    is_best(data.draw(problems(rules=True, crossing=True)), objective)


@BRIEF
@given(problem=problems())
def test_beyond_the_largest_search_the_optimum_lies_between_value_and_bound(problem):
    every = [*all_assignments(problem)]
    with pytest.MonkeyPatch.context() as bounds:
        bounds.setattr(ilp, "LARGEST", 0)
        found = solve(problem, objective=Objective.WEAKEST_APPLICATION)

    if not every:
        assert found.proof.status == Status.INFEASIBLE
        return
    assert found.pairs in every
    assert verify(problem, found) == ()
    best = max(worth(problem, Objective.WEAKEST_APPLICATION, pairs)[0] for pairs in every)
    assert found.proof.value == worth(problem, Objective.WEAKEST_APPLICATION, found.pairs)[0]
    assert found.proof.value <= best <= found.proof.bound
    assert (found.proof.status == Status.OPTIMAL) == (found.proof.value == found.proof.bound)


@BRIEF
@given(problem=problems(most_files=6), objective=st.sampled_from([Objective.TOTAL, Objective.WEAKEST_PAIR]))
def test_few_promising_pairs_widen_to_the_same_optimum(problem, objective):
    wide = solve(problem, objective=objective, connected=False)

    before = flows.WIDTH
    flows.WIDTH = 0
    try:
        narrow = solve(problem, objective=objective, connected=False)
    finally:
        flows.WIDTH = before

    assert (narrow.proof.status, narrow.proof.value, narrow.total) == (wide.proof.status, wide.proof.value, wide.total)


@BRIEF
@given(problem=problems(rules=True), objective=st.sampled_from(Objective), random=st.randoms(use_true_random=False))
def test_order_of_the_input_changes_nothing(problem, objective, random):
    def mixed(parts):
        return tuple(random.sample(list(parts), len(parts)))

    other = replace(
        problem,
        applications=mixed(problem.applications),
        reviewers=mixed(problem.reviewers),
        affinity=dict(mixed(problem.affinity.items())),
    )

    first, second = solve(problem, objective=objective), solve(other, objective=objective)

    still = replace(second.proof, seconds=first.proof.seconds)
    assert replace(second, proof=still) == first


@BRIEF
@given(problem=problems(), objective=st.sampled_from([Objective.TOTAL, Objective.WEAKEST_PAIR]))
def test_new_names_keep_the_value(problem, objective):
    files = {one.id: f"Z{9 - n}" for n, one in enumerate(problem.applications)}
    people = {one.id: f"Y{9 - n}" for n, one in enumerate(problem.reviewers)}
    renamed = Problem(
        tuple(replace(one, id=files[one.id]) for one in problem.applications),
        tuple(replace(one, id=people[one.id]) for one in problem.reviewers),
        {(files[p], people[r]): value for (p, r), value in problem.affinity.items()},
        problem.loads,
        frozenset((files[p], people[r]) for p, r in problem.conflicts),
    )

    first, second = solve(problem, objective=objective), solve(renamed, objective=objective)

    assert (first.proof.status, first.proof.value, first.total) == (
        second.proof.status, second.proof.value, second.total
    )  # fmt: skip


@BRIEF
@given(problem=problems(), objective=st.sampled_from(Objective), data=st.data())
def test_one_more_reviewer_never_lowers_and_a_conflict_never_raises(problem, objective, data):
    found = solve(problem, objective=objective)
    helper = replace(problem.reviewers[0], id="R9", languages=frozenset({"en", "es"}), loads=Loads(0, 2))
    more = {(one.id, "R9"): data.draw(st.integers(-3, 9)) for one in problem.applications}
    helped = solve(
        replace(problem, reviewers=(*problem.reviewers, helper), affinity={**problem.affinity, **more}),
        objective=objective,
    )
    if found.pairs:
        hindered = solve(replace(problem, conflicts=problem.conflicts | {found.pairs[0]}), objective=objective)
        assert helped.proof.value >= found.proof.value
        assert not hindered.pairs or hindered.proof.value <= found.proof.value


@BRIEF
@given(problem=problems(rules=True))
def test_an_array_says_the_same_as_a_mapping(problem):
    shape = (len(problem.applications), len(problem.reviewers))
    values, allowed = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=bool)
    for p, file in enumerate(problem.applications):
        for r, one in enumerate(problem.reviewers):
            if (file.id, one.id) in problem.affinity:
                values[p, r], allowed[p, r] = problem.affinity[file.id, one.id], True
    array = replace(problem, affinity=Affinity(values, allowed))

    first, second = solve(problem), solve(array)

    assert first.proof.input_sha256 == second.proof.input_sha256
    assert first.pairs == second.pairs
    assert verify(array, second) == ()


def test_a_rule_without_effect_keeps_the_answer():
    from tests.solvers.assignment.small import worked

    ruled = replace(worked(), rules=Rules(experts=1, expert_from=0, per_institution=1, per_country=1))

    assert solve(ruled, objective=Objective.TOTAL).pairs == solve(worked(), objective=Objective.TOTAL).pairs
