"""Reviewers' severity and applications' merit from few scores each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tessera.solvers.calibration.equations import Solved, couples, free, mixed
from tessera.solvers.calibration.model import (
    FEW_REVIEWS,
    Calibration,
    Fault,
    InvalidReviews,
    Merit,
    Method,
    Review,
    Severity,
)
from tessera.solvers.calibration.table import Table, parts, table
from tessera.solvers.linear import Floats, Ints
from tessera.solvers.proof import Proof, Status, sha256, solver_version
from tessera.solvers.watch import Watch

LARGEST_RATIO = 1e6  # a variance below a millionth of the noise counts as none
SETTLED = 1e-7  # of all variance, between two rounds
MOST_ROUNDS = 500


def calibrate(
    reviews: Iterable[Review], *, method: Method = Method.MIXED, ridge: float = 1.0, watch: Watch | None = None
) -> Calibration:
    """Tell severity from merit.

    y_pr = m + a_p + b_r + e_pr          a ~ N(0, va), b ~ N(0, vb), e ~ N(0, ve)

    MIXED solves Henderson's mixed-model equations and takes va, vb, ve from the scores by restricted maximum
    likelihood (Harville's fixed point of the EM equations: the same solutions in fewer rounds). Where vb comes out as none,
    all biases are 0 and calibrated scores are the plain means. LEAST_SQUARES shrinks nothing: biases add up to 0 in
    each part of the review graph. RIDGE adds ``ridge`` times the squared biases to the squared errors, merits free.

    Scores are whole numbers; results are in their unit. The same scores in any order give the same figures. Memory
    grows with reviewers squared plus reviews. Raises `InvalidReviews` (every fault), `Cancelled`.
    Source: Henderson, Biometrics 31 (1975), 423-447; Harville, JASA 72 (1977), 320-338.
    """
    watch = watch or Watch()
    method = Method(method)
    laid = table(reviews)
    given: object = ridge
    if not isinstance(given, (int, float)) or not 0 < ridge < math.inf:
        raise InvalidReviews([Fault(None, f"ridge is {ridge!r}; it must be above 0 and finite")])
    group = parts(laid)
    digest = sha256({"reviews": laid.digest, "method": method, "ridge": float(ridge)})

    def proof(settled: bool) -> Proof:
        status = Status.OPTIMAL if settled else Status.FEASIBLE
        return Proof(status, None, None, "numpy", solver_version("numpy"), watch.seconds, digest)

    if not len(laid.score):
        return Calibration(method, 0.0, (), (), None, None, None, (), 0, proof(True))
    fit = _mixed(laid, watch) if method == Method.MIXED else _free(laid, method, float(ridge), group)
    raw = laid.by_application(laid.score) / laid.per_application
    calibrated = raw - laid.by_application(fit.bias[laid.column]) / laid.per_application
    members = tuple(
        tuple(laid.reviewers[n] for n in np.flatnonzero(group == part).tolist()) for part in range(int(group.max()) + 1)
    )
    expected = calibrated if fit.expected is None else fit.expected
    merits = tuple(
        Merit(name, int(count), float(plain), float(fair), float(likely), error)
        for name, count, plain, fair, likely, error in zip(
            laid.applications, laid.per_application, raw, calibrated, expected, _told(fit.merit_error, len(raw)),
            strict=True,
        )
    )  # fmt: skip
    severities = tuple(
        Severity(name, int(count), float(bias), error, bool(count < FEW_REVIEWS), int(part))
        for name, count, bias, error, part in zip(
            laid.reviewers, laid.per_reviewer, fit.bias, _told(fit.bias_error, len(fit.bias)), group, strict=True
        )
    )
    mean = fit.mean if fit.expected is not None else float(calibrated.mean())
    return Calibration(
        method, mean, merits, severities, fit.merit_variance, fit.severity_variance, fit.noise_variance, members,
        fit.rounds, proof(fit.settled),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    mean: float
    bias: Floats
    expected: Floats | None
    merit_error: Floats | None
    bias_error: Floats | None
    merit_variance: float | None
    severity_variance: float | None
    noise_variance: float | None
    rounds: int = 0
    settled: bool = True


def _told(errors: Floats | None, count: int) -> list[float | None]:
    return [None] * count if errors is None else [float(error) for error in errors]


def _free(laid: Table, method: Method, ridge: float, group: Ints) -> _Fit:
    plain = method == Method.LEAST_SQUARES
    moved, _centre = _moved(laid)
    solved = free(moved, 0.0 if plain else ridge, group.astype(float) if plain else None)
    left = len(laid.score) - len(laid.applications)
    if plain:
        left -= len(laid.reviewers) - (int(group.max()) + 1)
    rest = max(0.0, float(moved.score @ moved.score) - solved.explained)
    if left <= 0:
        return _Fit(0.0, solved.bias, None, None, None, None, None, None)
    noise = rest / left
    own = laid.per_application
    merit = np.sqrt(noise * np.maximum(0.0, 1 / own + couples(laid, solved.inverse) / own**2))
    bias = np.sqrt(noise * np.maximum(0.0, np.diag(solved.inverse)))
    return _Fit(0.0, solved.bias, None, merit, bias, None, None, noise)


def _mixed(laid: Table, watch: Watch) -> _Fit:
    moved, centre = _moved(laid)
    squares = float(moved.score @ moved.score)
    count, files, readers = len(laid.score), len(laid.applications), len(laid.reviewers)
    none = np.zeros(readers)
    raw = laid.by_application(laid.score) / laid.per_application
    if count < 2 or squares == 0.0:  # nothing varies: nobody is severe, and there is no noise to tell from anything
        return _Fit(centre, none, np.full(files, centre), None, None, 0.0, 0.0, 0.0)
    whole = squares / (count - 1)
    merit_variance = severity_variance = noise = whole / 3
    seen: list[Floats] = []
    rounds, settled = 0, False
    while not settled and rounds < MOST_ROUNDS and not watch.over:
        watch.say("calibration", done=rounds)
        rounds += 1
        before = np.array([merit_variance, severity_variance, noise])
        after = _round(moved, squares, before, whole)
        settled = bool(np.abs(after - before).max() <= SETTLED * whole)
        seen.append(after)
        if len(seen) == 3 and not settled:
            after, seen = _further(*seen), []
        merit_variance, severity_variance, noise = after.tolist()
    ridges = _ridge(noise, merit_variance), _ridge(noise, severity_variance)
    solved = mixed(moved, *ridges)
    mean = centre + solved.mean
    flat = ridges[1] >= LARGEST_RATIO
    bias = none if flat else solved.bias
    level = ridges[0] >= LARGEST_RATIO
    own = laid.per_application
    of_merit = _merit_inverse(laid, solved, ridges[0])
    with_mean = _merit_inverse(laid, solved, ridges[0], with_mean=True)
    spread = np.maximum(0.0, noise / ridges[0] - noise * of_merit)
    merit_error = np.sqrt(np.maximum(0.0, noise * with_mean + (ridges[0] / own) ** 2 * spread))
    bias_error = none if flat else np.sqrt(np.maximum(0.0, noise * np.diag(solved.inverse)[1:]))
    expected = np.full(files, mean) if level else mean + solved.merit
    if flat and not level:
        shrunk = own / (own + ridges[0])
        expected = mean + shrunk * (raw - mean)
    return _Fit(
        mean, bias, expected, merit_error, bias_error, 0.0 if level else merit_variance,
        0.0 if flat else severity_variance, noise, rounds, settled,
    )  # fmt: skip


def _round(laid: Table, squares: float, variances: Floats, whole: float) -> Floats:
    """One round of Harville's fixed point on the variances of merit, severity and noise.

    An effect's variance is the squares found over the number of effects that the scores decide.
    """
    merit_variance, severity_variance, noise = variances.tolist()
    ridges = _ridge(noise, merit_variance), _ridge(noise, severity_variance)
    solved = mixed(laid, *ridges)
    noise = max((squares - solved.explained) / (len(laid.score) - 1), whole * 1e-9)
    traces = float(_merit_inverse(laid, solved, ridges[0]).sum()), float(np.diag(solved.inverse)[1:].sum())
    found = [
        float(effect @ effect) / decided if (decided := len(effect) - ridge * trace) > 1e-9 * len(effect) else 0.0
        for effect, ridge, trace in zip((solved.merit, solved.bias), ridges, traces, strict=True)
    ]
    return np.array([*found, noise])


def _further(first: Floats, second: Floats, third: Floats) -> Floats:
    """Aitken's extrapolation of three rounds, at most ten times either way: slow only where it converges slowly."""
    bend = (third - second) - (second - first)
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = third - (third - second) ** 2 / bend
    limit = np.where(np.isfinite(limit), limit, third)
    return np.asarray(np.clip(limit, third / 10, third * 10), dtype=float)


def _moved(laid: Table) -> tuple[Table, float]:
    """Scores less the whole part of their mean: sums of squares lose no digits, and a constant for all leaves no trace."""
    whole = int(laid.score.sum()) // len(laid.score)
    return replace(laid, score=laid.score - whole), float(whole)


def _ridge(noise: float, variance: float) -> float:
    return min(noise / variance, LARGEST_RATIO) if variance > 0 else LARGEST_RATIO


def _merit_inverse(laid: Table, solved: Solved, ridge: float, *, with_mean: bool = False) -> Floats:
    """The diagonal of the inverse that belongs to each merit, or to mean plus merit.

    With D = reviews + ridge and u = (reviews, who read it): 1/D + v' S v for v = u/D, or the mean's unit vector - u/D.
    """
    own = laid.per_application
    scale = own + ridge
    inverse = solved.inverse
    to_mean = own * inverse[0, 0] + laid.by_application(inverse[0, 1:][laid.column])  # (S u) at the mean
    quadratic = own * (2 * to_mean - own * inverse[0, 0]) + couples(laid, inverse[1:, 1:])
    if with_mean:
        return 1 / scale + inverse[0, 0] - 2 * to_mean / scale + quadratic / scale**2
    return 1 / scale + quadratic / scale**2
