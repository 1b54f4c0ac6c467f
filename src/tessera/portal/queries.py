"""Reads for public pages that only they need: lists in pages, people and parts of an organisation, topics with counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q

from tessera.publications.models import PublicFacet, PublicRecord
from tessera.publications.search import search

SIZE = 30
_FOLDED = ("names_folded", "text_folded", "related_folded", "facts")


@dataclass(frozen=True)
class ListPage:
    """One page of a kind's list by name. ``corrected``: typed > looked for instead."""

    records: list[PublicRecord]
    total: int
    page: int
    pages: int
    corrected: dict[str, list[str]] = field(default_factory=dict)


def list_page(kind: str, *, text: str = "", page: int = 1, size: int = SIZE, rehearsal: bool = False) -> ListPage:
    """Public records of ``kind`` by sort name, those with the words of ``text``; two queries, three more for a text."""
    found = PublicRecord.objects.filter(kind=kind)
    if not rehearsal:
        found = found.filter(rehearsal=False)
    corrected: dict[str, list[str]] = {}
    if text.strip():
        hits = search(text, (kind,), rehearsal)
        corrected = hits.corrected
        found = found.filter(pk__in=hits.ids)
    total = found.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    rows = found.defer(*_FOLDED).order_by("sort_name", "pk")[(page - 1) * size : page * size]
    return ListPage(list(rows) if total else [], total, page, pages, corrected)


def belonging_to(slug: str, *, limit: int = 60) -> tuple[list[PublicRecord], list[PublicRecord]]:
    """(parts of the organisation, people who hold or held a post in it), real ones by name; one query."""
    rows = PublicRecord.objects.filter(
        Q(kind=PublicRecord.Kind.ORGANISATION, facets__facet="parent")
        | Q(kind=PublicRecord.Kind.PERSON, facets__facet="organisation"),
        facets__value=slug,
        rehearsal=False,
    ).defer(*_FOLDED)
    found = list(rows.order_by("sort_name", "pk")[:limit])
    parts = [row for row in found if row.kind == PublicRecord.Kind.ORGANISATION]
    return parts, [row for row in found if row.kind == PublicRecord.Kind.PERSON]


def training_counts(facet: str, *, rehearsal: bool = False) -> dict[str, int]:
    """How many trainings have each value of a facet; one query."""
    rows = PublicFacet.objects.filter(facet=facet, record__kind=PublicRecord.Kind.TRAINING)
    if not rehearsal:
        rows = rows.filter(record__rehearsal=False)
    return dict(rows.values_list("value").annotate(n=Count("pk")).order_by("value"))


def latest(limit: int) -> list[PublicRecord]:
    """The newest real trainings by their first day, those to come included; one query."""
    found = PublicRecord.objects.filter(kind=PublicRecord.Kind.TRAINING, rehearsal=False, sort_on__isnull=False)
    return list(found.defer(*_FOLDED).order_by("-sort_on", "-pk")[:limit])


def calls_by_deadline(
    text: str, *, rehearsal: bool = False, limit: int = 500
) -> tuple[list[PublicRecord], dict[str, list[str]]]:
    """(public calls, the latest deadline first, what was looked for instead of a mistyped word); one query, or two for a
    text. At most ``limit``."""
    found = PublicRecord.objects.filter(kind=PublicRecord.Kind.CALL)
    if not rehearsal:
        found = found.filter(rehearsal=False)
    corrected: dict[str, list[str]] = {}
    if text.strip():
        hits = search(text, (PublicRecord.Kind.CALL,), rehearsal)
        corrected = hits.corrected
        found = found.filter(pk__in=hits.ids)
    rows = found.defer(*_FOLDED).order_by("-sort_on", "-pk")[:limit]
    return list(rows), corrected


def calls_of_training(slug: str) -> list[PublicRecord]:
    """The public calls for a training, the nearest deadline first; one query."""
    found = PublicRecord.objects.filter(kind=PublicRecord.Kind.CALL, facets__facet="training", facets__value=slug)
    return list(found.defer(*_FOLDED).order_by("sort_on", "pk"))
