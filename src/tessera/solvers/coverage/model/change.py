"""A what-if and its price."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tessera.solvers.coverage.model.plan import Line, Plan
from tessera.solvers.coverage.model.problem import Fixed, LevelKey, PlanProblem


@dataclass(frozen=True, slots=True)
class Ban:
    """A host's training that is not to be in the plan: in one quarter, or (None) in any."""

    host: str
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A what-if: what would have to be so, or not so, in the plan or in the problem.

    ``announced`` lines of the plan stay as they are, ``force`` are wished, ``forbid`` excluded; ``problem`` replaces
    the problem as a whole (other limits, another host, a trainer less).
    """

    announced: tuple[Fixed, ...] = ()
    force: tuple[Fixed, ...] = ()
    forbid: tuple[Ban, ...] = ()
    problem: PlanProblem | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """One level before and after a change; for windows, days, cost and early less is better, for need more."""

    key: LevelKey
    before: int | Fraction
    after: int | Fraction

    @property
    def difference(self) -> int | Fraction:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Delta:
    """How two plans differ: ``moved`` pairs (before, after) are the same host, or the same area, at another time.

    ``altered`` pairs keep host and quarter but not language, theme, trainers or cost. ``after`` without lines and with
    status INFEASIBLE: the change cannot be had.
    """

    before: Plan
    after: Plan
    kept: tuple[Line, ...]
    dropped: tuple[Line, ...]
    added: tuple[Line, ...]
    moved: tuple[tuple[Line, Line], ...]
    altered: tuple[tuple[Line, Line], ...]
    prices: tuple[Price, ...]
