"""Severity and merit: worked by hand, against dense algebra, and as they must behave."""

import math
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.solvers.calibration import InvalidReviews, Method, Review, calibrate, verify
from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled, Watch

# ALGORITHMS 5.3
WORKED = [("P1", "R1", 8), ("P1", "R2", 6), ("P2", "R2", 6), ("P2", "R3", 9), ("P3", "R1", 7), ("P3", "R3", 8)]


def reviews_of(told, unit: int = 1) -> list[Review]:
    return [Review(file, reader, score * unit) for file, reader, score in told]


@st.composite
def sets(draw: st.DrawFn, least: int = 1) -> list[Review]:
    files, readers = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    couples = [(p, r) for p in range(files) for r in range(readers)]
    some = draw(st.lists(st.sampled_from(couples), min_size=min(least, len(couples)), unique=True))
    return [Review(f"P{p}", f"R{r}", draw(st.integers(0, 5000))) for p, r in some]


def simulated(files: int, readers: int, each: int, bias: float, seed: int = 5):
    random = np.random.default_rng(seed)
    merit, severity = random.normal(0, 1000, files), random.normal(0, 1000 * bias, readers)
    told = [
        Review(f"P{p:04}", f"R{r:03}", round(5000 + merit[p] + severity[r] + random.normal(0, 1000)))
        for p in range(files)
        for r in random.choice(readers, each, replace=False).tolist()
    ]
    return told, merit, severity


def test_least_squares_turn_the_order_of_the_worked_example():
    found = calibrate(reviews_of(WORKED), method=Method.LEAST_SQUARES)

    assert [one.raw for one in found.merits] == [7, 7.5, 7.5]
    assert [one.calibrated for one in found.merits] == pytest.approx([23 / 3, 23 / 3, 20 / 3], abs=1e-12)
    assert [one.bias for one in found.severities] == pytest.approx([1 / 3, -5 / 3, 4 / 3], abs=1e-12)
    assert verify(reviews_of(WORKED), found) == ()


def test_a_ridge_on_the_biases_of_the_worked_example():
    found = calibrate(reviews_of(WORKED), method=Method.RIDGE, ridge=1)

    assert [one.calibrated for one in found.merits] == pytest.approx([37 / 5, 38 / 5, 7], abs=1e-12)
    assert [one.bias for one in found.severities] == pytest.approx([1 / 5, -1, 4 / 5], abs=1e-12)
    assert verify(reviews_of(WORKED), found) == ()


def solved_in_fractions(reviews: list[Review], ridge: int) -> list[Fraction]:
    """Biases of the ridge by Gauss in fractions: merits first, then biases, every equation written out."""
    files = sorted({one.application for one in reviews})
    readers = sorted({one.reviewer for one in reviews})
    names = [*files, *readers]
    rows = [[Fraction(0)] * (len(names) + 1) for _name in names]
    for one in reviews:
        both = (names.index(one.application), len(files) + readers.index(one.reviewer))
        for row in both:
            for column in both:
                rows[row][column] += 1
            rows[row][-1] += one.score
    for n in range(len(files), len(names)):
        rows[n][n] += ridge
    for n in range(len(rows)):
        pivot = next(m for m in range(n, len(rows)) if rows[m][n])
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [value / rows[n][n] for value in rows[n]]
        for m in range(len(rows)):
            if m != n:
                rows[m] = [value - rows[m][n] * own for value, own in zip(rows[m], rows[n], strict=True)]
    return [row[-1] for row in rows[len(files) :]]


@settings(max_examples=40, deadline=None)
@given(told=sets(), ridge=st.integers(1, 4))
def test_the_ridge_is_that_of_fractions(told, ridge):
    found = calibrate(told, method=Method.RIDGE, ridge=ridge)

    exact = solved_in_fractions(told, ridge)
    assert [one.bias for one in found.severities] == pytest.approx([float(one) for one in exact], abs=1e-6)


def likelihood(told: list[Review], variances: np.ndarray) -> float:
    """The restricted log-likelihood, by dense matrices over the reviews."""
    files = sorted({one.application for one in told})
    readers = sorted({one.reviewer for one in told})
    y = np.array([one.score for one in told], dtype=float)
    a = np.array([[one.application == name for name in files] for one in told], dtype=float)
    b = np.array([[one.reviewer == name for name in readers] for one in told], dtype=float)
    v = variances[0] * a @ a.T + variances[1] * b @ b.T + variances[2] * np.eye(len(y))
    inverse = np.linalg.inv(v)
    ones = inverse.sum()
    mean = (inverse @ y).sum() / ones
    return -(np.linalg.slogdet(v)[1] + math.log(ones) + (y - mean) @ inverse @ (y - mean)) / 2


@pytest.mark.parametrize("seed", range(4))
def test_variances_are_a_peak_of_the_restricted_likelihood(seed):
    told, _merit, _severity = simulated(20, 6, 3, 0.8, seed)
    told = sorted(told, key=lambda one: (one.application, one.reviewer))

    found = calibrate(told)

    at = np.array([found.merit_variance, found.severity_variance, found.noise_variance])
    assert found.proof.status == Status.OPTIMAL
    assert (at > 0).all()
    best = likelihood(told, at)
    for n in range(3):
        for factor in (0.98, 1.02):
            near = at.copy()
            near[n] *= factor
            assert likelihood(told, near) < best


def test_errors_and_effects_are_those_of_dense_mixed_model_algebra():
    told, _merit, _severity = simulated(12, 5, 2, 0.8, 2)
    told = sorted(told, key=lambda one: (one.application, one.reviewer))
    found = calibrate(told)
    va, vb, ve = found.merit_variance, found.severity_variance, found.noise_variance
    files = [one.application for one in found.merits]
    readers = [one.reviewer for one in found.severities]
    y = np.array([one.score for one in told], dtype=float)
    a = np.array([[one.application == name for name in files] for one in told], dtype=float)
    b = np.array([[one.reviewer == name for name in readers] for one in told], dtype=float)
    v = va * a @ a.T + vb * b @ b.T + ve * np.eye(len(y))
    inverse = np.linalg.inv(v)
    weights = inverse.sum(axis=0) / inverse.sum()  # of the mean
    keep = np.eye(len(y)) - np.outer(np.ones(len(y)), weights)
    to_bias = vb * b.T @ inverse @ keep
    to_fair = (a.T / a.sum(axis=0)[:, None]) @ (np.eye(len(y)) - b @ to_bias)

    assert [one.bias for one in found.severities] == pytest.approx(to_bias @ y, rel=1e-6)
    assert [one.calibrated for one in found.merits] == pytest.approx(to_fair @ y, rel=1e-8)
    noise = to_fair @ (va * a @ a.T + vb * b @ b.T + ve * np.eye(len(y))) @ to_fair.T
    noise += va * np.eye(len(files)) - va * (to_fair @ a + (to_fair @ a).T)
    assert [one.error for one in found.merits] == pytest.approx(np.sqrt(np.diag(noise)), rel=1e-5)
    off = to_bias @ v @ to_bias.T + vb * np.eye(len(readers)) - vb * (to_bias @ b + (to_bias @ b).T)
    assert [one.error for one in found.severities] == pytest.approx(np.sqrt(np.diag(off)), rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(told=sets(), method=st.sampled_from(Method))
def test_every_calibration_holds_what_it_claims(told, method):
    assert verify(told, calibrate(told, method=method)) == ()


@settings(max_examples=40, deadline=None)
@given(told=sets(), method=st.sampled_from(Method), random=st.randoms(use_true_random=False))
def test_order_changes_nothing(told, method, random):
    first = calibrate(told, method=method)
    second = calibrate(random.sample(told, len(told)), method=method)

    assert replace(second, proof=replace(second.proof, seconds=first.proof.seconds)) == first


@settings(max_examples=40, deadline=None)
@given(told=sets(), method=st.sampled_from(Method), more=st.integers(-10_000, 10_000))
def test_a_constant_for_all_scores_leaves_the_biases(told, method, more):
    first = calibrate(told, method=method)
    second = calibrate([replace(one, score=one.score + more) for one in told], method=method)

    near = pytest.approx([one.bias for one in first.severities], abs=1e-3)
    assert [one.bias for one in second.severities] == near
    assert [one.calibrated - more for one in second.merits] == pytest.approx(
        [one.calibrated for one in first.merits], abs=1e-3
    )


@settings(max_examples=40, deadline=None)
@given(told=sets(), more=st.integers(-3000, 3000))
def test_a_constant_for_one_reviewer_moves_only_the_biases(told, more):
    name = told[0].reviewer
    first = calibrate(told, method=Method.LEAST_SQUARES)
    second = calibrate(
        [replace(one, score=one.score + more * (one.reviewer == name)) for one in told], method=Method.LEAST_SQUARES
    )

    part = next(part for part in first.parts if name in part)
    before = {one.reviewer: one.bias for one in first.severities if one.reviewer in part}
    after = {one.reviewer: one.bias for one in second.severities if one.reviewer in part}
    for other in part:
        moved = (after[name] - after[other]) - (before[name] - before[other])
        assert moved == pytest.approx(more if other != name else 0, abs=1e-6)
    files = {one.application for one in told if one.reviewer in part}
    shifts = [
        new.calibrated - old.calibrated
        for old, new in zip(first.merits, second.merits, strict=True)
        if old.application in files
    ]
    assert shifts == pytest.approx([shifts[0]] * len(shifts), abs=1e-6)


def test_names_of_reviewers_may_be_swapped():
    names = {"R1": "R2", "R2": "R1", "R3": "R3"}
    for method in Method:
        first = calibrate(reviews_of(WORKED, 1000), method=method)
        second = calibrate(
            [replace(one, reviewer=names[one.reviewer]) for one in reviews_of(WORKED, 1000)], method=method
        )

        assert {names[one.reviewer]: one.bias for one in first.severities} == pytest.approx(
            {one.reviewer: one.bias for one in second.severities}, abs=1e-3
        )


def test_without_severity_the_plain_mean_stands():
    told = [Review(f"P{p}", f"R{r}", 1000 * p + (r % 2) * (-1) ** p * 10) for p in range(8) for r in range(4)]

    found = calibrate(told)

    assert found.severity_variance == 0
    assert [one.calibrated for one in found.merits] == [one.raw for one in found.merits]
    assert {one.bias for one in found.severities} == {0}


def test_calibrating_comes_nearer_to_the_truth_and_costs_nothing_without_bias():
    told, merit, _severity = simulated(600, 40, 3, 0.8)
    found = calibrate(told)
    raw = np.corrcoef([one.raw for one in found.merits], merit)[0, 1]
    fair = np.corrcoef([one.calibrated for one in found.merits], merit)[0, 1]
    off = np.array([one.calibrated for one in found.merits]) - merit

    assert fair > raw + 0.04
    assert np.std(off / [one.error for one in found.merits]) == pytest.approx(1, abs=0.1)
    without, truth, _none = simulated(600, 40, 3, 0.0)
    level = calibrate(without)
    raw = np.corrcoef([one.raw for one in level.merits], truth)[0, 1]
    assert np.corrcoef([one.calibrated for one in level.merits], truth)[0, 1] > raw - 0.005


def test_two_groups_that_never_meet_cannot_be_compared():
    told = [*reviews_of(WORKED), Review("Q1", "S1", 3), Review("Q1", "S2", 4)]
    for method in Method:
        found = calibrate(told, method=method)

        assert found.parts == (("R1", "R2", "R3"), ("S1", "S2"))
        assert not found.comparable
        assert [one.part for one in found.severities] == [0, 0, 0, 1, 1]
    assert calibrate(reviews_of(WORKED)).comparable


def test_reviewers_with_few_reviews_are_marked():
    told = [Review(f"P{p}", f"R{r}", 100 * p + 7 * r) for p in range(5) for r in range(2) if (p, r) != (4, 1)]

    assert [(one.reviews, one.few) for one in calibrate(told).severities] == [(5, False), (4, True)]


def test_nothing_and_next_to_nothing_have_answers():
    for method in Method:
        assert calibrate([], method=method).merits == ()
        (alone,) = calibrate([Review("P1", "R1", 7)], method=method).merits
        assert (alone.raw, alone.calibrated, alone.error) == (7, pytest.approx(7), None)
        same = calibrate([Review(f"P{p}", f"R{r}", 5) for p in range(3) for r in range(3)], method=method)
        assert [one.calibrated for one in same.merits] == pytest.approx([5, 5, 5])


def test_every_fault_is_listed():
    bad = [
        Review("P1", "R1", 7), Review("P1", "R1", 8), Review("", "R1", 1), Review("P2", "R1", 1.5),
        Review("P3", "R1", math.nan), Review("P4", "R1", True), Review("P5", "R1", 10**10), Review("P6", None, 3),
    ]  # fmt: skip

    with pytest.raises(InvalidReviews) as refused:
        calibrate(bad)

    assert [fault.review for fault in refused.value.faults] == [1, 2, 3, 4, 5, 6, 7]
    with pytest.raises(InvalidReviews):
        calibrate([], ridge=math.nan)


def test_a_watch_cancels_and_a_time_limit_is_told():
    told, _merit, _severity = simulated(30, 6, 2, 0.5)
    with pytest.raises(Cancelled):
        calibrate(told, watch=Watch(cancelled=lambda: True))

    assert calibrate(told, watch=Watch(time_limit=0)).proof.status == Status.FEASIBLE


def test_figures_are_the_same_in_another_process():
    code = (
        "from tessera.solvers.calibration import Review, calibrate\n"
        "told = [Review(f'P{p}', f'R{r}', (p * 37 + r * 91) % 50) for p in range(20) for r in range(5) if (p + r) % 3]\n"
        "print([one.calibrated for one in calibrate(told).merits])"
    )
    run = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]

    assert run[0] == run[1] != ""
