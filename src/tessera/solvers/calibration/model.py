"""Scores as they were given, and what they say of applications and reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tessera.solvers.proof import Proof

LARGEST_SCORE = 10**9  # either way, in the unit of the input (milli-points)
FEW_REVIEWS = 5  # below, a reviewer's severity is told with a warning


class Method(StrEnum):
    """How reviewers' severity is told from applications' merit."""

    MIXED = "mixed"  # both are draws around a mean; variances from the scores themselves
    LEAST_SQUARES = "least_squares"  # no shrinkage; severities add up to 0 in each part
    RIDGE = "ridge"  # severities are pulled to 0 by a fixed weight; merits are not


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's score of one application, a whole number (milli-points)."""

    application: str
    reviewer: str
    score: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the scores: which review, counted from 0 (None: an argument), and what."""

    review: int | None
    message: str


class InvalidReviews(ValueError):
    """The scores cannot be meant. ``faults`` lists everything that is wrong, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.message for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Merit:
    """An application: the plain mean of its scores, and the mean it would have had from an average reviewer.

    ``calibrated`` is ``raw`` less the mean bias of those who read it. ``expected`` is the merit drawn towards the mean
    of all as far as few or noisy reviews advise (mixed model; else the same as ``calibrated``). ``error`` is the
    standard error of ``calibrated``; None where the scores cannot tell noise from the rest.
    """

    application: str
    reviews: int
    raw: float
    calibrated: float
    expected: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Severity:
    """A reviewer: by how much the scores lie above (generous) or below (severe) those of the others.

    ``error`` is the standard error of ``bias``. ``few``: fewer than `FEW_REVIEWS` reviews, so that little is known.
    ``part`` is the place of the reviewer's part in ``Calibration.parts``.
    """

    reviewer: str
    reviews: int
    bias: float
    error: float | None
    few: bool
    part: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Raw and calibrated scores of every application, by id, and the severity of every reviewer, by id.

    All in the unit of the input. Variances are None where the method does not tell them. ``parts`` are the reviewers
    whose scores can be compared, the largest part first: where there are more than one, nothing in the scores tells a
    severe group from weak applications, and ``comparable`` is False. ``proof.status`` is optimal where the equations
    are solved and the variances have settled, feasible where the rounds or the time ran out first; it has no value
    or bound.
    """

    method: Method
    mean: float
    merits: tuple[Merit, ...]
    severities: tuple[Severity, ...]
    merit_variance: float | None
    severity_variance: float | None
    noise_variance: float | None
    parts: tuple[tuple[str, ...], ...]
    rounds: int
    proof: Proof

    @property
    def comparable(self) -> bool:
        return len(self.parts) <= 1
