"""An input checked, sorted by id and laid out in arrays: what every method here stands on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessera.solvers.assignment.model import (
    LARGEST_VALUE,
    Affinity,
    Application,
    Fault,
    InvalidProblem,
    Loads,
    Pair,
    Problem,
    Reviewer,
    Rules,
)
from tessera.solvers.linear import Ints
from tessera.solvers.proof import sha256

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Arrays over applications (rows) and reviewers (columns), both by id.

    ``allowed`` holds after languages, institutions and conflicts. ``institution`` and ``country`` number those of the
    reviewers, -1 where unknown.
    """

    applications: tuple[Application, ...]
    reviewers: tuple[Reviewer, ...]
    value: Ints
    allowed: Mask
    need: Ints
    least: Ints
    most: Ints
    institution: Ints
    country: Ints
    rules: Rules
    digest: str

    @property
    def reviews(self) -> int:
        return int(self.need.sum())

    @property
    def experts(self) -> Ints:
        """How many experts each application needs."""
        return np.minimum(self.need, self.rules.experts)

    @property
    def plain(self) -> bool:
        """No rule beyond the number of reviews."""
        rules = self.rules
        return not rules.experts and rules.per_institution is None and rules.per_country is None

    @property
    def nested(self) -> bool:
        """Whether the rules of an application are sets inside one another, so that flows keep them."""
        rules = self.rules
        if rules.experts:
            return rules.per_institution is None and rules.per_country is None
        if rules.per_institution is None or rules.per_country is None:
            return True
        at_home: dict[int, int] = {}
        return all(
            at_home.setdefault(int(house), int(land)) == land
            for house, land in zip(self.institution, self.country, strict=True)
            if house >= 0
        )

    def pairs(self, rows: Ints, columns: Ints) -> tuple[Pair, ...]:
        """The pairs at these places, by id."""
        order = np.lexsort((columns, rows))
        return tuple(
            (self.applications[row].id, self.reviewers[column].id)
            for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True)
        )


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number and was written as one: no float, no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def ground(problem: Problem) -> Ground:
    """Check and lay out. Raises `InvalidProblem` with every fault found."""
    faults = [*_faults_of_people(problem), *_faults_of_rules(problem.rules)]
    if faults:  # affinities speak of ids, so that these come first
        known = not any(fault.subject in ("applications", "reviewers") for fault in faults)
        raise InvalidProblem([*faults, *(_faults_of_pairs(problem) if known else ())])
    faults = [*_faults_of_pairs(problem)]
    if faults:
        raise InvalidProblem(faults)
    rows = sorted(range(len(problem.applications)), key=lambda n: problem.applications[n].id)
    columns = sorted(range(len(problem.reviewers)), key=lambda n: problem.reviewers[n].id)
    applications = tuple(problem.applications[n] for n in rows)
    reviewers = tuple(problem.reviewers[n] for n in columns)
    value, allowed = _matrices(problem, rows, columns)
    allowed &= _readable(applications, reviewers)
    row_of = {one.id: n for n, one in enumerate(applications)}
    column_of = {one.id: n for n, one in enumerate(reviewers)}
    for application, reviewer in problem.conflicts:
        allowed[row_of[application], column_of[reviewer]] = False
    value[~allowed] = 0
    loads = [one.loads or problem.loads or Loads(0, 0) for one in reviewers]
    return Ground(
        applications,
        reviewers,
        value,
        allowed,
        np.array([one.reviews for one in applications], dtype=np.int64),
        np.array([one.least for one in loads], dtype=np.int64),
        np.array([one.most for one in loads], dtype=np.int64),
        _numbered([one.institution for one in reviewers]),
        _numbered([one.country for one in reviewers]),
        problem.rules,
        _digest(applications, reviewers, loads, problem.rules, value, allowed),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _faults_of_people(problem: Problem) -> Iterator[Fault]:
    for kind, ids in (
        ("applications", [one.id for one in problem.applications]),
        ("reviewers", [one.id for one in problem.reviewers]),
    ):
        if not all(_is_text(id) and id for id in ids):
            yield Fault(kind, "every id is a text that is not empty")
        for id, times in sorted(Counter(map(str, ids)).items()):
            if times > 1:
                yield Fault(kind, f"the id {id} stands {times} times")
    for application in problem.applications:
        if not is_whole(application.reviews) or application.reviews < 1:
            yield Fault(application.id, f"reviews is {application.reviews!r}; it must be a whole number from 1")
        if not (_is_text(application.language) and _is_text(application.institution)):
            yield Fault(application.id, "language and institution are texts, empty where unknown")
    if problem.loads is not None:
        yield from _faults_of_loads("loads", problem.loads)
    for reviewer in problem.reviewers:
        yield from _faults_of_reviewer(reviewer)
        if reviewer.loads is None and problem.loads is None:
            yield Fault(reviewer.id, "has no loads, and none are given for everybody")


def _faults_of_reviewer(reviewer: Reviewer) -> Iterator[Fault]:
    languages: Any = reviewer.languages
    if not isinstance(languages, (frozenset, set)) or not all(map(_is_text, languages)):
        yield Fault(reviewer.id, "languages is a set of texts")
    if not (_is_text(reviewer.institution) and _is_text(reviewer.country)):
        yield Fault(reviewer.id, "institution and country are texts, empty where unknown")
    if reviewer.loads is not None:
        yield from _faults_of_loads(reviewer.id, reviewer.loads)


def _faults_of_loads(subject: str, loads: Loads) -> Iterator[Fault]:
    if not is_whole(loads.least) or not is_whole(loads.most):
        yield Fault(subject, f"loads of {loads.least!r} to {loads.most!r} are not whole numbers")
    elif not 0 <= loads.least <= loads.most <= LARGEST_VALUE:
        yield Fault(subject, f"loads of {loads.least} to {loads.most}: least must be from 0 and not above most")


def _faults_of_rules(rules: Rules) -> Iterator[Fault]:
    if not is_whole(rules.experts) or rules.experts < 0:
        yield Fault("rules", f"experts is {rules.experts!r}; it must be a whole number from 0")
    if not is_whole(rules.expert_from):
        yield Fault("rules", f"expert_from is {rules.expert_from!r}; it must be a whole number")
    for name in ("per_institution", "per_country"):
        most = getattr(rules, name)
        if most is not None and (not is_whole(most) or most < 1):
            yield Fault("rules", f"{name} is {most!r}; it must be a whole number from 1, or None")


def _faults_of_pairs(problem: Problem) -> Iterator[Fault]:
    rows = {one.id for one in problem.applications}
    columns = {one.id for one in problem.reviewers}
    if isinstance(problem.affinity, Affinity):
        yield from _faults_of_matrix(problem.affinity, (len(problem.applications), len(problem.reviewers)))
    else:
        value: Any
        for pair, value in problem.affinity.items():
            yield from _faults_of_pair("affinity", pair, rows, columns)
            if not is_whole(value) and not isinstance(value, np.integer):
                yield Fault("affinity", f"{pair!r} has {value!r}, which is not a whole number")
            elif abs(value) > LARGEST_VALUE:
                yield Fault("affinity", f"{pair!r} has {value}, beyond {LARGEST_VALUE} either way")
    for pair in sorted(problem.conflicts, key=repr):
        yield from _faults_of_pair("conflicts", pair, rows, columns)


def _faults_of_pair(subject: str, pair: Any, rows: set[str], columns: set[str]) -> Iterator[Fault]:
    if not isinstance(pair, tuple) or len(pair) != 2:
        yield Fault(subject, f"{pair!r} is not a pair of application and reviewer")
        return
    if pair[0] not in rows:
        yield Fault(subject, f"{pair!r} names an application that is not there")
    if pair[1] not in columns:
        yield Fault(subject, f"{pair!r} names a reviewer who is not there")


def _faults_of_matrix(affinity: Affinity, shape: tuple[int, int]) -> Iterator[Fault]:
    values, allowed = np.asarray(affinity.values), affinity.allowed
    if values.shape != shape:
        yield Fault("affinity", f"values are {values.shape}, but applications and reviewers are {shape}")
    if not np.issubdtype(values.dtype, np.integer):
        yield Fault("affinity", f"values are {values.dtype}, not whole numbers")
    elif values.size and (int(values.max()) > LARGEST_VALUE or int(values.min()) < -LARGEST_VALUE):
        yield Fault("affinity", f"values go beyond {LARGEST_VALUE} either way")
    if allowed is not None and (np.shape(allowed) != shape or np.asarray(allowed).dtype != np.bool_):
        yield Fault("affinity", f"allowed must be truth values of shape {shape}")


def _matrices(problem: Problem, rows: list[int], columns: list[int]) -> tuple[Ints, Mask]:
    shape = (len(rows), len(columns))
    affinity = problem.affinity
    if isinstance(affinity, Affinity):
        at = np.ix_(rows, columns)
        value = np.asarray(affinity.values)[at].astype(np.int64)
        given = np.ones(shape, dtype=bool) if affinity.allowed is None else np.asarray(affinity.allowed)[at]
        return value, given
    row_of = {problem.applications[n].id: place for place, n in enumerate(rows)}
    column_of = {problem.reviewers[n].id: place for place, n in enumerate(columns)}
    value, given = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    for (application, reviewer), known in affinity.items():
        value[row_of[application], column_of[reviewer]] = known
        given[row_of[application], column_of[reviewer]] = True
    return value, given


def _readable(applications: tuple[Application, ...], reviewers: tuple[Reviewer, ...]) -> Mask:
    """Who reads the language of what, and does not come from the same house."""
    languages = sorted({one.language for one in applications})
    reads = np.array([[not name or name in one.languages for one in reviewers] for name in languages], dtype=bool)
    reads = reads.reshape(len(languages), len(reviewers))
    place = {name: n for n, name in enumerate(languages)}
    readable = reads[[place[one.language] for one in applications]] if applications else reads
    houses = _numbered([*(one.institution for one in applications), *(one.institution for one in reviewers)])
    own, theirs = houses[: len(applications), None], houses[None, len(applications) :]
    return np.asarray(readable & ((own != theirs) | (own < 0)), dtype=bool)


def _numbered(names: list[str]) -> Ints:
    places: Mapping[str, int] = {name: n for n, name in enumerate(sorted(set(names) - {""}))}
    return np.array([places.get(name, -1) for name in names], dtype=np.int64)


def _digest(
    applications: tuple[Application, ...],
    reviewers: tuple[Reviewer, ...],
    loads: list[Loads],
    rules: Rules,
    value: Ints,
    allowed: Mask,
) -> str:
    """One hash for one question, whatever the order in which it was put.

    Applications, reviewers and allowed pairs enter as hashes of their own: canonical text of [id, reviews, language,
    institution] and of [id, languages, least, most, institution, country], and three little-endian 64-bit numbers for
    each pair (place of the application, place of the reviewer, value). A million pairs as text would take longer than
    the answer.
    """
    rows, columns = np.nonzero(allowed)
    listed = np.stack([rows, columns, value[rows, columns]], axis=1).astype("<i8")
    files = [[one.id, one.reviews, one.language, one.institution] for one in applications]
    people = [
        [one.id, sorted(one.languages), load.least, load.most, one.institution, one.country]
        for one, load in zip(reviewers, loads, strict=True)
    ]
    return sha256(
        {
            "applications": _hashed(files),
            "reviewers": _hashed(people),
            "rules": rules,
            "pairs": hashlib.sha256(listed.tobytes()).hexdigest(),
        }
    )


def _hashed(rows: list[list[Any]]) -> str:
    """SHA-256 of the canonical text of plain rows, without walking through them first as `proof.plain` does."""
    return hashlib.sha256(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
