"""The thin layer over HiGHS: statuses, proofs, rays, cancelling."""

import math
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from tessera.solvers.linear import Linear
from tessera.solvers.proof import Status, canonical, sha256
from tessera.solvers.watch import Cancelled, Watch


def knapsack() -> Linear:
    program = Linear(maximise=True)
    program.add_columns([6, 5, 4])
    program.add_row([0, 1, 2], [5, 4, 3], high=7)
    return program


def test_whole_numbers_give_the_best_and_its_proof():
    outcome = knapsack().solve()

    assert outcome.status == Status.OPTIMAL
    assert (round(outcome.value), round(outcome.bound)) == (9, 9)
    assert np.round(outcome.x).tolist() == [0, 1, 1]


def test_the_relaxation_bounds_from_above_and_prices_the_row():
    outcome = knapsack().solve(relaxed=True)

    assert outcome.status == Status.OPTIMAL
    assert outcome.value == pytest.approx(9)
    assert outcome.duals == pytest.approx([1.25], abs=0.06)


def test_an_impossible_program_names_its_rows_by_a_ray():
    program = Linear()
    program.add_columns([0, 0])
    program.add_row([0, 1], low=0, high=5)
    program.add_row([0, 1], low=2)
    program.add_row([0, 1], high=1)

    outcome = program.solve(relaxed=True, want_ray=True)

    assert outcome.status == Status.INFEASIBLE
    assert [bool(abs(weight) > 1e-9) for weight in outcome.ray] == [False, True, True]
    assert program.solve().status == Status.INFEASIBLE


def test_no_rows_and_no_columns_are_programs_too():
    free = Linear(maximise=True)
    free.add_columns([3, -1])

    assert free.solve().value == pytest.approx(3)
    assert Linear().solve().status == Status.OPTIMAL


@pytest.mark.parametrize(("low", "high", "status"), [
    (0, 0, Status.OPTIMAL), (-1, 2, Status.OPTIMAL), (1, math.inf, Status.INFEASIBLE), (-math.inf, -1, Status.INFEASIBLE),
])  # fmt: skip
@pytest.mark.parametrize("relaxed", [True, False])
def test_rows_without_columns_hold_or_do_not(low, high, status, relaxed):
    program = Linear()
    program.add_row([], low=-1, high=1)
    program.add_row([], low=low, high=high)

    outcome = program.solve(relaxed=relaxed, want_ray=True)

    assert outcome.status == status
    named = [bool(weight) for weight in outcome.ray]
    assert named == ([] if status == Status.OPTIMAL else [False, True])


@pytest.mark.parametrize("relaxed", [True, False])
def test_an_empty_row_that_cannot_hold_is_impossible_whatever_the_columns(relaxed):
    program = Linear()
    program.add_columns([1])
    program.add_row([], low=1)

    assert program.solve(relaxed=relaxed).status == Status.INFEASIBLE


def test_a_watch_cancels_before_and_during_the_search():
    with pytest.raises(Cancelled):
        knapsack().solve(Watch(cancelled=lambda: True))

    hard, begun, asked = endless(), time.monotonic(), []

    def later() -> bool:
        asked.append(threading.get_ident())
        return len(asked) > 3

    with pytest.raises(Cancelled):
        hard.solve(Watch(time_limit=120, cancelled=later))
    assert set(asked) == {threading.get_ident()}
    assert time.monotonic() - begun < 100  # a second or two where nothing else runs


def test_a_report_that_fails_ends_the_search_too():
    hard, before = endless(), set(threading.enumerate())

    with pytest.raises(OSError, match="nobody listens"):
        hard.solve(Watch(time_limit=120, report=fail), told=float)

    for searching in set(threading.enumerate()) - before:
        searching.join(100)  # a second or two where nothing else runs
        assert not searching.is_alive()


def fail(_progress: object) -> None:
    raise OSError("nobody listens")


def test_a_solver_that_does_not_hear_is_not_waited_for():
    deaf, asked = threading.Event(), []

    def later() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        Watch(cancelled=later).run(lambda: deaf.wait(60), lambda: None)
    deaf.set()


def test_what_a_solver_raises_or_answers_comes_back_from_its_thread():
    watch = Watch(cancelled=lambda: False)
    assert watch.run(lambda: 7, lambda: None) == 7
    with pytest.raises(ArithmeticError, match="lost"):
        watch.run(lose, lambda: None)


def lose() -> None:
    raise ArithmeticError("lost")


def endless() -> Linear:
    """A program that takes HiGHS minutes."""
    random = np.random.default_rng(3)
    hard = Linear(maximise=True)
    hard.add_columns(random.integers(50, 100, 120))
    for _row in range(25):
        hard.add_row(range(120), random.integers(20, 90, 120).astype(float), high=1500)
    return hard


def test_a_time_limit_answers_with_what_is_known():
    outcome = endless().solve(Watch(time_limit=0.2))

    assert outcome.status in (Status.FEASIBLE, Status.UNKNOWN)
    assert not math.isnan(outcome.bound)


def test_not_a_number_is_refused():
    program = Linear()
    program.add_columns([math.nan])

    with pytest.raises(ValueError, match="not a number"):
        program.solve()


def test_canonical_text_is_one_for_one_input():
    assert canonical({"b": (1, 2), "a": {"é"}}) == '{"a":["é"],"b":[1,2]}'
    assert sha256({"b": 1, "a": 2}) == sha256({"a": 2, "b": 1})
    with pytest.raises(ValueError, match="nan"):
        canonical(math.nan)


@pytest.mark.parametrize("order", ["highspy, ortools.sat.python.cp_model", "ortools.sat.python.cp_model, highspy"])
def test_both_solvers_live_in_one_process(order):
    first, second = order.split(", ")
    code = f"import {first}; import {second}; h = highspy.Highs(); import ortools; print('both')"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "both"), done.stderr


def test_many_rows_at_once_are_the_same_program():
    program = Linear(maximise=True)
    program.add_columns([6, 5, 4])
    rows = program.add_rows(
        np.array([0, 3, 5]), np.array([0, 1, 2, 0, 1]), np.array([5, 4, 3, 1, 1]),
        low=np.array([-math.inf, -math.inf]), high=np.array([7.0, 1.0]),
    )  # fmt: skip

    assert rows == range(2)
    assert round(program.solve(tolerance=1e-9).value) == 9


def test_another_objective_needs_a_cost_for_each_column():
    program = knapsack()
    program.set_cost([1, 0, 0])

    assert np.round(program.solve().x).tolist()[0] == 1
    with pytest.raises(ValueError, match="each column"):
        program.set_cost([1])


@pytest.mark.parametrize("whole", [False, True])
def test_a_program_of_whole_and_other_columns_is_not_ended_too_early(whole):
    program = Linear()
    program.add_columns([2, 2])
    program.add_columns([-1], high=2, whole=whole)
    program.add_row([0], low=1)
    program.add_row([2, 0, 1], [1, -1, -1], high=0)
    program.add_row([0, 1, 2], [2, 2, -1], low=0)

    outcome = program.solve()

    assert (outcome.status, round(outcome.value, 6)) == (Status.OPTIMAL, 1)  # HiGHS 1.14 with presolve says 2
