"""Reads of organisations and persons: the finder, and where merged records went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import models

from tessera.accounts.models import Person
from tessera.core.folding import words
from tessera.organisations import finder
from tessera.organisations.models import Organisation
from tessera.publications.search import forgiven, nearness

_CANDIDATES = 80


@dataclass(frozen=True)
class Match:
    """An existing record that may be meant. ``score`` runs from 0 to 1 (every word, no error)."""

    kind: str
    slug: str
    label: str
    detail: str
    score: float
    published: bool
    rehearsal: bool


def organisations_whole() -> models.QuerySet[Organisation]:
    """Organisations with all that their documents hold; three queries for any number of rows."""
    return Organisation.objects.select_related("parent").prefetch_related("aliases").order_by("pk")


def persons_whole() -> models.QuerySet[Person]:
    """Persons with all that their documents hold; four queries for any number of rows."""
    return Person.objects.prefetch_related("positions__organisation__aliases").order_by("pk")


def similar_people(text: str, limit: int = 8) -> list[Match]:
    """Persons whose names are like ``text``, best first, drafts too; two queries."""
    scores = _scores("person", text)
    rows = Person.objects.present().filter(pk__in=scores, anonymised_at=None).order_by("slug")
    found = [
        Match("person", row.slug, row.display, str(row.position), scores[row.pk], row.published, row.rehearsal)
        for row in rows
    ]
    return _best(found, limit)


def similar_organisations(text: str, limit: int = 8) -> list[Match]:
    """Organisations whose names or aliases are like ``text``, best first, drafts too; two queries."""
    scores = _scores("organisation", text)
    rows = Organisation.objects.present().filter(pk__in=scores).select_related("country").order_by("slug")
    found = []
    for row in rows:
        place = ", ".join(filter(None, [row.city, str(row.country) if row.country else ""]))
        found.append(Match("organisation", row.slug, str(row), place, scores[row.pk], row.published, row.rehearsal))
    return _best(found, limit)


def moved_to(kind: str, slug: str) -> str | None:
    """The slug of the record into which ``slug`` was merged (through any number of merges), or None."""
    model: type[Person | Organisation]
    if kind == "person":
        model = Person
    elif kind == "organisation":
        model = Organisation
    else:
        return None
    row = model.objects.filter(slug=slug).select_related("merged_into").first()
    while row is not None and row.merged_into_id is not None:
        row = row.merged_into
        if row is not None and row.merged_into_id is None:
            return row.slug
    return None


def _scores(kind: Literal["person", "organisation"], text: str) -> dict[int, float]:
    """{id: score} of the entries that hold at least half of the words of ``text``, errors forgiven."""
    typed = list(dict.fromkeys(words(text)))
    scores: dict[int, float] = {}
    for record_id, padded in finder.candidates(kind, typed, _CANDIDATES):
        held = padded.split()
        total = 0.0
        for word in typed:
            limit = forgiven(word)
            errors = min((nearness(word, name, limit) for name in held), default=limit + 1)
            if errors <= limit:
                total += 1 - errors / (len(word) + 1) - (0.05 if word not in held else 0)
        score = total / len(typed)
        if score >= 0.45:
            scores[record_id] = round(score, 3)
    return scores


def _best(found: list[Match], limit: int) -> list[Match]:
    return sorted(found, key=lambda match: (-match.score, match.label, match.slug))[:limit]
