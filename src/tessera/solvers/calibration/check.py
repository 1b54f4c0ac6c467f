"""A calibration checked from scratch: plain sums over the reviews, no linear algebra."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tessera.solvers.calibration.model import FEW_REVIEWS, Calibration, Method, Review


def verify(reviews: Iterable[Review], claim: Calibration, *, ridge: float = 1.0) -> tuple[str, ...]:
    """Every claim that does not hold, each as a sentence: means, calibrated scores, the equations, parts, warnings."""
    return tuple(_untrue(tuple(reviews), claim, ridge))


def _untrue(reviews: tuple[Review, ...], claim: Calibration, ridge: float) -> Iterator[str]:
    of_file: dict[str, list[Review]] = defaultdict(list)
    of_reader: dict[str, list[Review]] = defaultdict(list)
    for one in reviews:
        of_file[one.application].append(one)
        of_reader[one.reviewer].append(one)
    bias = {one.reviewer: one.bias for one in claim.severities}
    if sorted(of_file) != [one.application for one in claim.merits] or sorted(of_reader) != [*bias]:
        yield "Applications or reviewers are not those of the scores."
        return
    near = 1e-6 * max([1.0, *(abs(one.score) for one in reviews)])
    for merit in claim.merits:
        own = of_file[merit.application]
        raw = sum(one.score for one in own) / len(own)
        fair = raw - sum(bias[one.reviewer] for one in own) / len(own)
        if merit.reviews != len(own) or abs(merit.raw - raw) > near or abs(merit.calibrated - fair) > near:
            yield f"{merit.application}: raw {raw}, calibrated {fair} when counted."
    yield from _unsolved(of_file, of_reader, claim, ridge, near)
    for severity in claim.severities:
        count = len(of_reader[severity.reviewer])
        if severity.reviews != count or severity.few != (count < FEW_REVIEWS):
            yield f"{severity.reviewer}: {count} reviews when counted."
        if severity.reviewer not in claim.parts[severity.part]:
            yield f"{severity.reviewer} is not in the part named."
    if sorted(claim.parts) != sorted(_parts(of_file, of_reader)):
        yield "Parts are not those of the review graph."


def _unsolved(
    of_file: dict[str, list[Review]],
    of_reader: dict[str, list[Review]],
    claim: Calibration,
    ridge: float,
    near: float,
) -> Iterator[str]:
    """Each reviewer's own equation: what is left of the scores after merit adds up to the bias, with its ridge."""
    if claim.method == Method.MIXED:
        if not claim.severity_variance or claim.noise_variance is None:
            if any(one.bias for one in claim.severities):
                yield "Biases differ though severity does not vary."
            return
        ridge = claim.noise_variance / claim.severity_variance
    elif claim.method == Method.LEAST_SQUARES:
        ridge = 0.0
        for part in claim.parts:
            if abs(math.fsum(one.bias for one in claim.severities if one.reviewer in part)) > near * len(part):
                yield f"The biases of the part of {part[0]} do not add up to 0."
    merit = {one.application: one.expected for one in claim.merits}
    for severity in claim.severities:
        own = of_reader[severity.reviewer]
        left = math.fsum(one.score - merit[one.application] - severity.bias for one in own) - ridge * severity.bias
        if abs(left) > near * (len(own) + ridge):
            yield f"{severity.reviewer}: the bias leaves {left} of the scores over."


def _parts(of_file: dict[str, list[Review]], of_reader: dict[str, list[Review]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for start in sorted(of_reader):
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for review in of_reader[waiting.pop()]:
                new = {one.reviewer for one in of_file[review.application]} - part
                part |= new
                waiting.extend(new)
        seen |= part
        found.append(tuple(sorted(part)))
    return found
