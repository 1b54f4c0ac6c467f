"""Where and when the next trainings should be: fewest missed windows first, then need, then cost, each proved."""

from tessera.solvers.coverage.check import check_plan
from tessera.solvers.coverage.claims import check_conflict
from tessera.solvers.coverage.counts import failing_counts, holds_forever
from tessera.solvers.coverage.greedy import plan_greedily
from tessera.solvers.coverage.ilp import plan
from tessera.solvers.coverage.reasons import explain_plan
from tessera.solvers.coverage.relaxations import eased
from tessera.solvers.coverage.whatif import compare, what_if

__all__ = [
    "check_conflict",
    "check_plan",
    "compare",
    "eased",
    "explain_plan",
    "failing_counts",
    "holds_forever",
    "plan",
    "plan_greedily",
    "what_if",
]
