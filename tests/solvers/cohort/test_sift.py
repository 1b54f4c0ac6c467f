"""The search itself, where more columns stay open than the small programs take."""

import numpy as np
import pytest

from tessera.solvers.cohort.sift import search
from tessera.solvers.cohort.system import System
from tessera.solvers.proof import Status
from tessera.solvers.watch import Watch


def triangles(count, others, size):
    """``size`` of ``others`` who are worth nothing, and of threes, each worth 1, of which no two go together.

    The relaxation takes half of each of the three, 3/2 together; in whole numbers it is 1.
    """
    rows = [[0, 1 + 3 * t + i, 1 + 3 * t + (i + 1) % 3] for t in range(count) for i in range(3)] + [[0]] * others
    row = np.concatenate([np.array(one, dtype=np.int64) for one in rows])
    return System(
        np.array([1] * 3 * count + [0] * others, dtype=np.int64),
        np.zeros(len(rows), dtype=np.int64),
        np.ones(len(rows), dtype=np.int64),
        np.concatenate([[0], np.cumsum([len(one) for one in rows])]).astype(np.int64),
        row,
        np.ones(len(row), dtype=np.int64),
        np.array([size] + [1] * 3 * count, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("wanted", "status", "value"),
    [(None, Status.OPTIMAL, 200), (200, Status.OPTIMAL, 200), (201, Status.INFEASIBLE, None)],
)
def test_nothing_below_what_is_asked_for_counts_however_many_columns_stay_open(wanted, status, value):
    system = triangles(200, 400, 300)

    found = search(system, Watch(), first=np.arange(system.columns), at_least=wanted)

    assert (found.status, found.value) == (status, value)
