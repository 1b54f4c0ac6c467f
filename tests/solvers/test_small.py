"""Small programs in whole numbers, against trying every answer."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.linear import Linear
from tessera.solvers.proof import Status
from tessera.solvers.small import solve_small
from tessera.solvers.watch import Cancelled, Watch

NUMBERS = st.integers(-9, 9)


@settings(max_examples=60, deadline=None)
@given(st.booleans(), st.lists(NUMBERS, min_size=1, max_size=5), st.data())
def test_the_best_of_all_answers_is_found_or_that_there_is_none(maximise, cost, data):
    n = len(cost)
    rows = data.draw(st.lists(st.tuples(st.lists(NUMBERS, min_size=n, max_size=n), NUMBERS, NUMBERS), max_size=3))
    program = Linear(maximise=maximise)
    program.add_columns(cost, high=2)
    for row, low, width in rows:
        program.add_row(range(n), row, low=low, high=low + abs(width) if width else math.inf)

    outcome = solve_small(program, Watch())

    values = [
        sum(c * x for c, x in zip(cost, point, strict=True))
        for point in product(range(3), repeat=n)
        if all(
            low <= sum(a * x for a, x in zip(row, point, strict=True)) <= (low + abs(width) if width else math.inf)
            for row, low, width in rows
        )
    ]
    if not values:
        assert outcome.status == Status.INFEASIBLE
        return
    best = max(values) if maximise else min(values)
    assert (outcome.status, outcome.value, outcome.bound) == (Status.OPTIMAL, best, best)
    assert float(np.array(cost) @ outcome.x) == best


def test_a_row_without_columns_is_held_to_its_limits():
    program = Linear()
    program.add_columns([1])
    program.add_row([], [], low=1)

    assert solve_small(program, Watch()).status == Status.INFEASIBLE


def test_it_ends_when_somebody_asks_for_its_end():
    program = Linear()
    program.add_columns([1])

    with pytest.raises(Cancelled):
        solve_small(program, Watch(cancelled=lambda: True))


def test_without_time_it_says_that_it_does_not_know_or_answers():
    program = Linear(maximise=True)
    program.add_columns([3, 5, 4])
    program.add_row([0, 1, 2], [2, 4, 3], high=5)

    assert solve_small(program, Watch(time_limit=0.0)).status in (Status.UNKNOWN, Status.FEASIBLE, Status.OPTIMAL)
