"""Writing what the public sees."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tessera.core.folding import words
from tessera.publications.models import PublicFacet, PublicRecord, PublicWord

# Facets whose values are records: a training is found by their names.
REFERENCES = ("person", "organisation", "topic")
_MAX_WORD = 120


@dataclass(frozen=True)
class Publication:
    """What ``publish_record`` writes. ``names`` are found by prefix and with typing errors, ``texts`` by word."""

    kind: str
    slug: str
    card: Mapping[str, Any]
    facts: Mapping[str, Any]
    names: Iterable[str]
    texts: Iterable[str] = ()
    facets: Mapping[str, Iterable[str]] = field(default_factory=dict)
    sort_on: date | None = None
    sort_name: str = ""
    rehearsal: bool = False


@transaction.atomic
def publish_record(publication: Publication, *, at: datetime) -> PublicRecord:
    """Make the public page, list entry, facets and search text equal to ``publication``; safe to repeat.

    Where the names of the record change, the trainings that refer to it are found by the new ones.
    """
    kind, slug = publication.kind, publication.slug
    record = PublicRecord.objects.filter(kind=kind, slug=slug).first() or PublicRecord(kind=kind, slug=slug)
    old_names = record.names_folded
    wanted = {(facet, str(value)) for facet, values in publication.facets.items() for value in values if value}
    record.rehearsal = publication.rehearsal
    record.shelf = f"rehearsal{kind}" if publication.rehearsal else kind
    record.card, record.facts = dict(publication.card), dict(publication.facts)
    record.sort_on, record.sort_name = publication.sort_on, publication.sort_name[:300]
    record.names_folded, record.text_folded = _folded(publication.names), _folded(publication.texts)
    record.related_folded = _names_of(wanted) if kind == PublicRecord.Kind.TRAINING else ""
    record.stamp, record.changed_at = time.time_ns(), at
    record.save()
    present = {(f.facet, f.value): f.pk for f in record.facets.all()}
    PublicFacet.objects.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
    PublicFacet.objects.bulk_create(
        PublicFacet(record=record, facet=facet, value=value) for facet, value in sorted(wanted - present.keys())
    )
    if old_names != record.names_folded:
        _count_words(old_names, record.names_folded)
        _tell_dependents(kind, slug)
    return record


@transaction.atomic
def withdraw_record(kind: str, slug: str) -> None:
    """Take the page of ``slug`` from the public; nothing happens where there is none."""
    record = PublicRecord.objects.filter(kind=kind, slug=slug).first()
    if record is None:
        return
    record.delete()
    _count_words(record.names_folded, "")
    _tell_dependents(kind, slug)


def _folded(texts: Iterable[str]) -> str:
    seen: dict[str, None] = {}
    for text in texts:
        for word in words(text):
            seen.setdefault(word)
    return " ".join(seen)


def _names_of(facets: Iterable[tuple[str, str]]) -> str:
    """The folded names of the records that ``facets`` name, each word once."""
    by_kind: dict[str, list[str]] = {}
    for facet, value in facets:
        if facet in REFERENCES:
            by_kind.setdefault(facet, []).append(value)
    names: list[str] = []
    for kind in REFERENCES:
        if kind in by_kind:
            found = PublicRecord.objects.filter(kind=kind, slug__in=by_kind[kind]).order_by("slug")
            names += found.values_list("names_folded", flat=True)
    return _folded(names)


def _tell_dependents(kind: str, slug: str) -> None:
    """Rewrite what the trainings that refer to a record are found by."""
    if kind not in REFERENCES:
        return
    ids = list(
        PublicFacet.objects.filter(facet=kind, value=slug, record__kind=PublicRecord.Kind.TRAINING).values_list(
            "record_id", flat=True
        )
    )
    for start in range(0, len(ids), 200):
        _rewrite_related(ids[start : start + 200])


def _rewrite_related(ids: list[int]) -> None:
    values: dict[int, dict[str, list[str]]] = {}
    slugs: dict[str, set[str]] = {}
    pairs = PublicFacet.objects.filter(record_id__in=ids, facet__in=REFERENCES).order_by("facet", "value")
    for record_id, facet, value in pairs.values_list("record_id", "facet", "value"):
        values.setdefault(record_id, {}).setdefault(facet, []).append(value)
        slugs.setdefault(facet, set()).add(value)
    names = {
        (kind, slug): text
        for kind, wanted in slugs.items()
        for slug, text in PublicRecord.objects.filter(kind=kind, slug__in=wanted).values_list("slug", "names_folded")
    }
    changed = []
    for record in PublicRecord.objects.filter(pk__in=ids).only("pk", "related_folded", "stamp"):
        held = values.get(record.pk, {})
        related = _folded(
            names[kind, slug] for kind in REFERENCES for slug in sorted(held.get(kind, ())) if (kind, slug) in names
        )
        if related != record.related_folded:
            record.related_folded, record.stamp = related, time.time_ns()
            changed.append(record)
    PublicRecord.objects.bulk_update(changed, ["related_folded", "stamp"])


def _count_words(old: str, new: str) -> None:
    """Keep the list of the words of names; always in the same order, so that two writers never wait crosswise."""
    before, after = ({word for word in text.split() if len(word) <= _MAX_WORD} for text in (old, new))
    gone, come = sorted(before - after), sorted(after - before)
    if come:
        PublicWord.objects.bulk_create(
            [PublicWord(word=word, padded=f"  {word} ", records=0) for word in come], ignore_conflicts=True
        )
        PublicWord.objects.filter(word__in=come).update(records=F("records") + 1)
    if gone:
        PublicWord.objects.filter(word__in=gone).update(records=F("records") - 1)
        PublicWord.objects.filter(word__in=gone, records__lte=0).delete()
