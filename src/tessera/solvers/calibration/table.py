"""Scores checked, sorted and counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tessera.solvers.calibration.model import LARGEST_SCORE, Fault, InvalidReviews, Review
from tessera.solvers.linear import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Reviews by application, then reviewer; both numbered by id.

    ``first`` and ``second`` are the places of every ordered couple of reviews of one application (a review with
    itself included): what links reviewers.
    """

    applications: tuple[str, ...]
    reviewers: tuple[str, ...]
    row: Ints
    column: Ints
    score: Floats
    first: Ints
    second: Ints
    digest: str

    @property
    def per_application(self) -> Floats:
        return np.bincount(self.row, minlength=len(self.applications)).astype(float)

    @property
    def per_reviewer(self) -> Floats:
        return np.bincount(self.column, minlength=len(self.reviewers)).astype(float)

    def by_application(self, amounts: Floats) -> Floats:
        """Amounts of reviews added up for each application."""
        return np.bincount(self.row, amounts, minlength=len(self.applications))

    def by_reviewer(self, amounts: Floats) -> Floats:
        return np.bincount(self.column, amounts, minlength=len(self.reviewers))


def table(reviews: Iterable[Review]) -> Table:
    """Raises `InvalidReviews` with every fault."""
    given = tuple(reviews)
    faults = [*_faults(given)]
    if faults:
        raise InvalidReviews(faults)
    ordered = sorted(given, key=lambda one: (one.application, one.reviewer))
    applications = tuple(sorted({one.application for one in ordered}))
    reviewers = tuple(sorted({one.reviewer for one in ordered}))
    row_of = {name: n for n, name in enumerate(applications)}
    column_of = {name: n for n, name in enumerate(reviewers)}
    row = np.array([row_of[one.application] for one in ordered], dtype=np.int64)
    column = np.array([column_of[one.reviewer] for one in ordered], dtype=np.int64)
    score = np.array([one.score for one in ordered], dtype=float)
    first, second = _couples(np.bincount(row, minlength=len(applications)))
    return Table(applications, reviewers, row, column, score, first, second, _digest(ordered))


def _faults(reviews: tuple[Review, ...]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for n, one in enumerate(reviews):
        ids: tuple[Any, Any] = (one.application, one.reviewer)
        score: Any = one.score
        if not all(isinstance(id, str) and id for id in ids):
            yield Fault(n, f"review {n}: application and reviewer are texts that are not empty, not {ids!r}")
            continue
        if not isinstance(score, int) or isinstance(score, bool):
            yield Fault(n, f"review {n}: the score {score!r} is not a whole number")
        elif abs(score) > LARGEST_SCORE:
            yield Fault(n, f"review {n}: the score {score} is beyond {LARGEST_SCORE} either way")
        if ids in seen:
            yield Fault(n, f"review {n}: {ids[1]} has scored {ids[0]} already, in review {seen[ids]}")
        seen.setdefault(ids, n)


def _digest(ordered: list[Review]) -> str:
    """SHA-256 of the canonical text (`proof.canonical`) of [application, reviewer, score] by id."""
    listed = [[one.application, one.reviewer, one.score] for one in ordered]
    return hashlib.sha256(json.dumps(listed, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _couples(counts: Ints) -> tuple[Ints, Ints]:
    """All ordered couples of places within runs of these lengths."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    lengths = np.repeat(counts, counts)
    first = np.repeat(np.arange(len(lengths)), lengths)
    within = np.arange(len(first)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return first, np.repeat(starts, lengths) + within


def parts(laid: Table) -> Ints:
    """For each reviewer the number of its connected part, parts numbered from the largest (ties by id)."""
    label = np.arange(len(laid.reviewers))
    one, other = laid.column[laid.first], laid.column[laid.second]
    while True:
        lower = label.copy()
        np.minimum.at(lower, one, label[other])
        lower = lower[lower]
        if (lower == label).all():
            break
        label = lower
    names, sizes = np.unique(label, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((names, -sizes))] = np.arange(len(names))
    return rank[np.searchsorted(names, label)]
