"""Repairs, re-assignments, lotteries and the joining of the review graph: each claim put to the test."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.assignment import (
    Affinity,
    Application,
    InvalidProblem,
    Loads,
    NewReviewers,
    Objective,
    Prices,
    Problem,
    Reviewer,
    Rules,
    assign,
    draw,
    faults,
    randomise,
    reassign,
    repair,
    repaired,
    solve,
    verify,
    verify_lottery,
    verify_moves,
    verify_repair,
)
from tessera.solvers.proof import Status
from tests.solvers.assignment.small import all_assignments, pairs_of, problems, worked

BRIEF = settings(max_examples=30, deadline=None)
FEW = settings(max_examples=20, deadline=None)


@BRIEF
@given(
    problem=problems(rules=True),
    prices=st.sampled_from([Prices(), Prices(3, 2, 5), Prices(1, None, 1), Prices(None, 1, 1)]),
)
def test_a_repair_makes_the_problem_possible(problem, prices):
    change = repair(problem, prices=prices)

    if change.proof.status == Status.INFEASIBLE:
        assert None in (prices.more, prices.new)
        return
    assert solve(repaired(problem, change)).proof.status == Status.OPTIMAL
    assert verify_repair(problem, change, prices=prices) == ()
    cost = sum(n for _name, n in change.more) * (prices.more or 0)
    cost += sum(n for _name, n in change.fewer) * prices.fewer + sum(one.reviews for one in change.new) * (
        prices.new or 0
    )
    assert change.proof.value == cost
    assert (cost == 0) == bool(solve(problem).pairs)


@FEW
@given(problem=problems(rules=True, crossing=True))
def test_a_repair_under_rules_that_cross_makes_the_problem_possible(problem):
    change = repair(problem)

    assert solve(repaired(problem, change)).proof.status == Status.OPTIMAL
    assert (change.proof.value == 0) == bool(solve(problem).pairs)


@FEW
@given(problem=problems(most_files=3))
def test_no_cheaper_change_of_loads_would_do(problem):
    """Against every change of loads of less cost; people to be found are ruled out."""
    change = repair(problem, prices=Prices(new=None))
    if change.proof.status == Status.INFEASIBLE:
        return
    loads = [one.loads or problem.loads for one in problem.reviewers]
    spans = [[*product(range(min(load.least, 2) + 1), range(3))] for load in loads]
    for steps in product(*spans):
        if sum(down + up for down, up in steps) < min(change.proof.value, 3):
            people = [
                replace(one, loads=Loads(load.least - down, load.most + up))
                for one, load, (down, up) in zip(problem.reviewers, loads, steps, strict=True)
            ]
            assert not any(all_assignments(replace(problem, reviewers=tuple(people))))


def test_fourteen_spanish_files_need_one_more_reviewer_or_six_more_reviews():
    files = tuple(Application(f"S{n:02}", 3, "es") for n in range(14))
    people = tuple(Reviewer(f"R{n}", frozenset({"es"})) for n in range(4))
    affinity = {(file.id, one.id): 5 for file in files for one in people}
    problem = Problem(files, people, affinity, Loads(0, 9))

    dear = repair(problem, prices=Prices(more=3, new=1))
    longer = repair(problem, prices=Prices(more=1, new=3))

    assert [(one.language, one.people, one.reviews, one.each) for one in dear.new] == [("es", 1, 6, 9)]
    assert isinstance(dear.new[0], NewReviewers)
    assert (dear.more, dear.fewer, dear.proof.value) == ((), (), 6)
    assert (sum(n for _name, n in longer.more), longer.new, longer.proof.value) == (6, (), 6)
    assert repair(problem, prices=Prices(more=1, new=None, more_at_most=1)).proof.status == Status.INFEASIBLE
    with pytest.raises(InvalidProblem):
        repair(problem, prices=Prices(more=-1))


def fewest(problem: Problem, current) -> tuple[int, int]:
    """(pairs kept, total) of the best re-assignment, by brute force."""
    return max(
        (len(set(pairs) & set(current)), sum(problem.affinity[pair] for pair in pairs))
        for pairs in all_assignments(problem)
    )


@BRIEF
@given(problem=problems(rules=True), data=st.data())
def test_a_late_file_and_a_drop_out_move_as_few_as_can_be(problem, data):
    before = solve(problem, objective=Objective.TOTAL).pairs
    gone = data.draw(st.sampled_from(problem.reviewers)).id
    late = Application("P9", 1)
    after = replace(
        problem,
        applications=(*problem.applications, late),
        reviewers=tuple(one for one in problem.reviewers if one.id != gone),
        affinity={pair: value for pair, value in problem.affinity.items() if pair[1] != gone}
        | {("P9", one.id): data.draw(st.integers(-3, 9)) for one in problem.reviewers if one.id != gone},
        conflicts=frozenset(pair for pair in problem.conflicts if pair[1] != gone),
    )

    new = reassign(after, before)

    if not new.assignment.pairs:
        assert not any(all_assignments(after))
        assert verify(after, new.assignment) == ()
        return
    assert faults(after, new.assignment.pairs) == ()
    assert (len(new.kept), new.assignment.total) == fewest(after, before)
    assert new.proof.value == new.proof.bound == len(new.dropped)
    assert verify_moves(after, before, new) == ()
    assert new.assignment.total_bound == new.assignment.total
    assert sorted([*new.kept, *new.dropped, *new.lost]) == sorted(before)
    assert sorted([*new.kept, *new.added]) == sorted(new.assignment.pairs)
    assert {pair for pair in before if pair[1] == gone} == set(new.lost)


@FEW
@given(problem=problems(rules=True, crossing=True))
def test_rules_that_cross_move_as_few_as_can_be(problem):
    before = solve(problem, objective=Objective.TOTAL).pairs
    if before:
        after = replace(problem, conflicts=problem.conflicts | {before[0]})
        new = reassign(after, before)
        if new.assignment.pairs:
            assert (len(new.kept), new.assignment.total) == fewest(after, before)
            assert new.lost == (before[0],)
            assert verify_moves(after, before, new) == ()


def test_a_drop_out_of_the_worked_example_moves_two_pairs_and_no_more():
    before = pairs_of("45", "12", "13", "23")
    after = replace(
        worked(),
        reviewers=worked().reviewers[:4],
        affinity={pair: value for pair, value in worked().affinity.items() if pair[1] != "R5"},
    )

    new = reassign(after, before)

    assert new.lost == (("P1", "R5"),)
    assert (len(new.dropped), len(new.kept)) == (1, 6)
    assert (new.proof.value, new.proof.bound) == (1, 1)
    assert verify_moves(after, before, new) == ()
    assert verify_moves(after, before, replace(new, kept=new.kept[1:]))
    assert verify_moves(after, before, replace(new, dropped=(), lost=(*new.lost, *new.dropped)))


def test_nothing_moves_where_nothing_changed_even_for_a_better_total():
    poor = pairs_of("15", "12", "23", "35")

    new = reassign(worked(), poor, floor=3)

    assert new.assignment.pairs == poor
    assert (new.dropped, new.lost, new.added) == ((), (), ())


@BRIEF
@given(problem=problems(rules=True), cap=st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(3, 7), Fraction(1)]))
def test_no_pair_of_a_lottery_is_likelier_than_the_cap(problem, cap):
    lottery = randomise(problem, cap)

    if not lottery.assignments:
        assert lottery.proof.status == Status.INFEASIBLE
        assert cap < 1 or not any(all_assignments(problem))
        return
    tickets = sum(lottery.tickets)
    assert tickets == cap.denominator
    assert min(lottery.tickets) > 0
    shares = {}
    for pairs, times in zip(lottery.assignments, lottery.tickets, strict=True):
        assert faults(problem, pairs) == ()
        for pair in pairs:
            shares[pair] = shares.get(pair, 0) + times
    assert {(one.application, one.reviewer): one.tickets for one in lottery.shares} == shares
    assert max(shares.values()) <= cap * tickets
    assert lottery.proof.value == sum(problem.affinity[pair] * times for pair, times in shares.items())
    assert verify_lottery(problem, lottery) == ()
    assert verify_lottery(problem, replace(lottery, tickets=(*lottery.tickets[:-1], lottery.tickets[-1] + 1)))
    assert verify_lottery(problem, replace(lottery, shares=lottery.shares[1:]))
    assert verify_lottery(problem, replace(lottery, cap=Fraction(1, 10_000)))


@FEW
@given(problem=problems(most_files=3), cap=st.sampled_from([Fraction(1, 2), Fraction(2, 3)]))
def test_the_lottery_is_worth_as_much_as_the_linear_program_over_all_assignments(problem, cap):
    from tessera.solvers.linear import Linear

    every = [*all_assignments(problem)]
    program = Linear(maximise=True)
    program.add_columns([sum(problem.affinity[pair] for pair in pairs) for pairs in every], whole=False)
    program.add_row(range(len(every)), low=1, high=1)
    for pair in problem.affinity:
        among = [n for n, pairs in enumerate(every) if pair in pairs]
        if among:
            program.add_row(among, high=float(cap))
    outcome = program.solve(relaxed=True) if every else None

    lottery = randomise(problem, cap)

    if outcome is None or outcome.status == Status.INFEASIBLE:
        assert lottery.assignments == ()
    else:
        assert lottery.proof.value / cap.denominator == pytest.approx(outcome.value)


def test_a_cap_of_one_is_the_best_assignment_and_the_draw_is_a_function_of_the_seed():
    sure = randomise(worked(), Fraction(1))
    half = randomise(worked(), Fraction(1, 2))

    assert sure.assignments == (solve(worked(), objective=Objective.TOTAL).pairs,)
    assert {draw(half, f"seed {n}") for n in range(40)} == set(half.assignments)
    assert draw(half, "2026-12-01") == draw(half, "2026-12-01")
    assert half.proof.value / 2 < sure.proof.value
    for cap in (0.5, Fraction(0), Fraction(3, 2), Fraction(1, 10**6)):
        with pytest.raises(InvalidProblem):
            randomise(worked(), cap)
    with pytest.raises(InvalidProblem):
        randomise(replace(worked(), rules=Rules(1, 1, 1)), Fraction(1))
    with pytest.raises(ValueError, match="no assignment"):
        draw(randomise(replace(worked(), loads=Loads(0, 1)), Fraction(1)), "seed")


def two_islands() -> Problem:
    """Readers of one school would each read their own files twice over; all affinities equal across."""
    files = tuple(Application(f"P{n}", 2) for n in range(6))
    people = tuple(Reviewer(f"R{n}") for n in range(4))
    affinity = {(file.id, one.id): 5 + 0 * n for n, file in enumerate(files) for one in people}
    return Problem(files, people, affinity, Loads(3, 3))


def test_islands_are_joined_at_equal_total():
    apart = tuple((f"P{n}", f"R{r}") for n in range(6) for r in ((0, 1) if n < 3 else (2, 3)))
    from tessera.solvers.assignment.connect import connect, parts
    from tessera.solvers.assignment.ground import ground

    laid = ground(two_islands())
    rows = laid.reviews and [int(p[1]) for p, _r in apart]
    columns = [int(r[1]) for _p, r in apart]
    import numpy as np

    before = (np.array(rows), np.array(columns))
    after = connect(laid, laid.allowed, *before)

    assert parts(laid, *before) == (("R0", "R1"), ("R2", "R3"))
    assert parts(laid, *after) == (("R0", "R1", "R2", "R3"),)
    assert faults(two_islands(), laid.pairs(*after)) == ()
    assert len(set(laid.pairs(*after)) - set(apart)) == 2


def test_islands_are_joined_at_a_price_only_when_it_is_allowed():
    files = [Application(f"P{n}", 2) for n in range(6)]
    people = [Reviewer(f"R{n}") for n in range(4)]
    affinity = {
        (file.id, one.id): 9 if (p < 3) == (r < 2) else 5
        for p, file in enumerate(files)
        for r, one in enumerate(people)
    }

    apart = assign(files, people, affinity, loads=Loads(3, 3), objective=Objective.TOTAL)
    joined = assign(files, people, affinity, loads=Loads(3, 3), objective=Objective.TOTAL, give_up=8)

    assert (apart.total, apart.parts) == (108, (("R0", "R1"), ("R2", "R3")))
    assert (joined.total, joined.total_bound, joined.parts) == (100, 108, (("R0", "R1", "R2", "R3"),))
    assert (joined.proof.status, joined.proof.gap) == (Status.FEASIBLE, 8)
    assert verify(Problem(tuple(files), tuple(people), affinity, Loads(3, 3)), joined) == ()


@BRIEF
@given(problem=problems(rules=True, most_files=6), objective=st.sampled_from(Objective))
def test_joining_never_costs_and_never_parts(problem, objective):
    joined = solve(problem, objective=objective)
    plain = solve(problem, objective=objective, connected=False)

    assert (joined.proof.status, joined.proof.value, joined.total) == (
        plain.proof.status,
        plain.proof.value,
        plain.total,
    )
    assert len(joined.parts) <= len(plain.parts)
    assert verify(problem, joined) == ()


@BRIEF
@given(problem=problems(rules=True), data=st.data())
def test_a_repair_that_lacks_a_part_or_costs_something_else_is_found_out(problem, data):
    change = repair(problem)
    parts = [(name, at) for name in ("more", "fewer", "new") for at in range(len(getattr(change, name)))]
    if not parts:
        return
    name, at = data.draw(st.sampled_from(parts))
    left = tuple(one for n, one in enumerate(getattr(change, name)) if n != at)
    lacking = replace(change, **{name: left})

    wrong = verify_repair(problem, lacking)
    assert [one.subject for one in wrong] == ["repair"] * len(wrong)
    assert any(one.message.startswith("costs ") for one in wrong)

    cost = sum(n for _one, n in (*lacking.more, *lacking.fewer)) + sum(one.reviews for one in lacking.new)
    cheaper = replace(lacking, proof=replace(change.proof, value=cost, bound=cost))
    if not lacking.new:  # somebody new may have time left; loads are exact, and the repair was the cheapest
        assert [one.message for one in verify_repair(problem, cheaper)] == [
            "leaves no assignment that keeps every rule"
        ]


def test_a_repair_of_affinities_in_an_array_is_put_to_the_test_too():
    files = tuple(Application(f"P{n}", 2, language="fr") for n in range(3))
    readers = (Reviewer("R1", frozenset({"fr"})), Reviewer("R2", frozenset({"es"})))
    problem = Problem(files, readers, Affinity(np.ones((3, 2), dtype=np.int64)), loads=Loads(0, 2))
    change = repair(problem)

    assert change.proof.value == 4
    assert verify_repair(problem, change) == ()
    assert verify_repair(problem, replace(change, new=())) != ()
