"""Reads of public records: one page, one list, the catalogue with its facets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from tessera.publications.models import PublicRecord
from tessera.publications.search import search
from tessera.publications.shelf import Shelf, shelf

type Card = dict[str, Any]

FACETS = ("region", "country", "language", "topic", "year", "format", "status", "trainer", "organisation")
# Facets whose values are records, and their kind.
_NAMED = {"topic": "topic", "trainer": "person", "person": "person", "organisation": "organisation"}
# Of these only the most frequent values are shown: a page holds so many names and no more.
_LONG = ("trainer", "organisation")
_LONGEST = 40
SORTS = ("newest", "oldest", "title")
_TO_COME = ("planned", "announced", "in_delivery", "postponed")


@dataclass(frozen=True)
class Filters:
    """What a reader asked for. Of one facet any value will do; all facets and every word must hold."""

    text: str = ""
    facets: Mapping[str, list[str]] = field(default_factory=dict)
    sort: str = "newest"


@dataclass(frozen=True)
class FacetValue:
    """A value with the number of trainings it would leave; ``card`` where the value is a record."""

    value: str
    count: int
    selected: bool
    card: Card | None = None


@dataclass(frozen=True)
class Catalogue:
    """One page of trainings under filters, and what the other filters would leave.

    ``cut`` are the facets that have more values than are shown.
    """

    records: list[PublicRecord]
    total: int
    page: int
    pages: int
    facets: dict[str, list[FacetValue]]
    cut: frozenset[str]
    corrected: dict[str, list[str]]
    names: dict[tuple[str, str], Card]


def record(kind: str, slug: str, *, rehearsal: bool = True) -> PublicRecord | None:
    """The public record at an address, or None; one query."""
    found = PublicRecord.objects.filter(kind=kind, slug=slug).first()
    return None if found is None or (found.rehearsal and not rehearsal) else found


def cards(wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Card]:
    """{(kind, slug): card} of those that are public; one query, none where nothing is wanted."""
    condition = _named(wanted)
    if not condition:
        return {}
    rows = PublicRecord.objects.filter(condition).values_list("kind", "slug", "card")
    return {(kind, slug): card for kind, slug, card in rows}


def trainings_of(facet: str, value: str, *, rehearsal: bool = False) -> list[PublicRecord]:
    """Trainings with a facet value (a person, an organisation, a topic, a region), newest first; one query."""
    found = PublicRecord.objects.filter(
        kind=PublicRecord.Kind.TRAINING, facets__facet=facet, facets__value=value, **_real(rehearsal)
    )
    return list(found.defer("facts", *_FOLDED).order_by("-sort_on", "-pk"))


def listed(kind: str, *, rehearsal: bool = False) -> list[PublicRecord]:
    """All public records of a kind by sort name; trainings newest first; one query, without their facts."""
    found = PublicRecord.objects.filter(kind=kind, **_real(rehearsal)).defer("facts", *_FOLDED)
    order = ("-sort_on", "-pk") if kind == PublicRecord.Kind.TRAINING else ("sort_name", "pk")
    return list(found.order_by(*order))


def upcoming(on: date, *, region: str | None = None, rehearsal: bool = False) -> list[PublicRecord]:
    """Trainings that are to come on the day ``on`` (`is_to_come`), soonest first; one query."""
    found = PublicRecord.objects.filter(
        kind=PublicRecord.Kind.TRAINING, facets__facet="status", facets__value__in=_TO_COME, **_real(rehearsal)
    )
    if region:
        found = found.filter(pk__in=PublicRecord.objects.filter(facets__facet="region", facets__value=region))
    chosen = [r for r in found.defer("facts", *_FOLDED).order_by("sort_on", "pk") if is_to_come(r.card, on)]
    return sorted(chosen, key=lambda r: (r.sort_on is None, r.sort_on or date.max, r.pk))


def catalogue(
    filters: Filters,
    *,
    page: int = 1,
    size: int = 30,
    facet_size: int = _LONGEST,
    rehearsal: bool = False,
    books: Shelf | None = None,
) -> Catalogue:
    """One page of the trainings under ``filters``; each facet is counted under the other filters.

    At most five queries: the shelf (none where ``books`` is one that was just asked for), the text (three where it is
    mistyped), the cards of the page and of the facets; right after a change they are no more. A page past the end is the
    last one.
    """
    books = books or shelf()
    within, strong, corrected = _texts(books, filters.text, rehearsal)
    masks = {facet: _any(books, facet, values) for facet, values in filters.facets.items() if values}
    chosen = within
    for mask in masks.values():
        chosen &= mask
    ids = _sorted(books, chosen, strong, filters.sort)
    pages = max(1, -(-len(ids) // size))
    page = min(max(1, page), pages)
    shown = ids[(page - 1) * size : page * size]
    counts = {
        facet: _counts(books, facet, _without(within, masks, facet), filters.facets.get(facet, ())) for facet in FACETS
    }
    cut = frozenset(facet for facet in _LONG if len(counts[facet]) > facet_size)
    for facet in cut:
        counts[facet] = counts[facet][:facet_size] + [found for found in counts[facet][facet_size:] if found[2]]
    wanted: dict[str, set[str]] = {}
    for facet, values in counts.items():
        if facet in _NAMED:
            wanted.setdefault(_NAMED[facet], set()).update(value for value, _count, _selected in values)
    records, names = _page(shown, wanted, books)
    facets = {
        facet: [
            FacetValue(value, count, selected, names.get((_NAMED.get(facet, ""), value)))
            for value, count, selected in values
            if facet not in _NAMED or (_NAMED[facet], value) in names
        ]
        for facet, values in counts.items()
    }
    return Catalogue(records, len(ids), page, pages, facets, cut, corrected, names)


def every(filters: Filters, *, rehearsal: bool = False) -> list[PublicRecord]:
    """All trainings under ``filters`` in their order, with their facts: for calendars, feeds and tables."""
    books = shelf()
    chosen, strong, _corrected = _texts(books, filters.text, rehearsal)
    for facet, values in filters.facets.items():
        if values:
            chosen &= _any(books, facet, values)
    ids = _sorted(books, chosen, strong, filters.sort)
    if len(ids) * 2 > len(books.rows):
        rows = PublicRecord.objects.filter(kind=PublicRecord.Kind.TRAINING)
    else:
        rows = PublicRecord.objects.filter(pk__in=ids)
    found = {row.pk: row for row in rows.defer(*_FOLDED)}
    return [found[record_id] for record_id in ids if record_id in found]


def listing(
    filters: Filters, *, offset: int = 0, limit: int = 30, rehearsal: bool = False
) -> tuple[list[PublicRecord], int]:
    """(a part of the trainings under ``filters`` in their order, how many there are in all), without facets."""
    books = shelf()
    chosen, strong, _corrected = _texts(books, filters.text, rehearsal)
    for facet, values in filters.facets.items():
        if values:
            chosen &= _any(books, facet, values)
    ids = _sorted(books, chosen, strong, filters.sort)
    records, _names = _page(ids[offset : offset + limit], {}, books)
    return records, len(ids)


_FOLDED = ("names_folded", "text_folded", "related_folded")


def _real(rehearsal: bool) -> dict[str, bool]:
    return {} if rehearsal else {"rehearsal": False}


def _named(wanted: Mapping[str, Iterable[str]]) -> Q:
    condition = Q()
    for kind, slugs in wanted.items():
        chosen = sorted({slug for slug in slugs if slug})
        if chosen:
            condition |= Q(kind=kind, slug__in=chosen)
    return condition


def is_to_come(card: Card, on: date) -> bool:
    """Whether a training is planned, announced or in delivery and not over, or postponed to dates that are not over."""
    if card["status"] not in _TO_COME:
        return False
    return date.fromisoformat(card["dates"]["to"]) >= on if card["dates"] else card["status"] != "postponed"


def _texts(books: Shelf, text: str, rehearsal: bool) -> tuple[int, int, dict[str, list[str]]]:
    shown = books.all if rehearsal else books.real
    if not text.strip():
        return shown, 0, {}
    found = search(text, ("training",), rehearsal)
    return shown & books.bits(found.ids), shown & books.bits(found.strong), found.corrected


def _any(books: Shelf, facet: str, values: Iterable[str]) -> int:
    held = books.facets.get(facet, {})
    mask = 0
    for value in values:
        mask |= held.get(value, 0)
    return mask


def _without(within: int, masks: Mapping[str, int], facet: str) -> int:
    for other, mask in masks.items():
        if other != facet:
            within &= mask
    return within


def _sorted(books: Shelf, chosen: int, strong: int, sort: str) -> list[int]:
    """By the sort asked for; under a text the trainings that bear it in their names come first."""
    sort = sort if sort in SORTS else "newest"
    if not chosen & strong:
        return books.ordered(chosen, sort)
    return books.ordered(chosen & strong, sort) + books.ordered(chosen & ~strong, sort)


def _counts(books: Shelf, facet: str, under: int, selected: Iterable[str]) -> list[tuple[str, int, bool]]:
    chosen = set(selected)
    counted = [
        (value, count, value in chosen)
        for value, bits in books.facets.get(facet, {}).items()
        if (count := (bits & under).bit_count()) or value in chosen
    ]
    if facet == "year":
        return sorted(counted, key=lambda found: found[0], reverse=True)
    counted.sort(key=lambda found: (-found[1], found[0]))
    return counted


def _page(
    ids: list[int], wanted: Mapping[str, Iterable[str]], books: Shelf
) -> tuple[list[PublicRecord], dict[tuple[str, str], Card]]:
    """The records of a page and the cards of the facets' values, in one query; cards that the shelf has are not read."""
    kept = books.cards
    pairs = [(kind, slug) for kind, slugs in wanted.items() for slug in slugs]
    names: dict[tuple[str, str], Card] = {pair: kept[pair] for pair in pairs if pair in kept}
    missing: dict[str, list[str]] = {}
    for kind, slug in pairs:
        if (kind, slug) not in names:
            missing.setdefault(kind, []).append(slug)
    condition = _named(missing)
    if ids:
        condition |= Q(pk__in=ids)
    if not condition:
        return [], names
    shown, read = {}, {}
    for row in PublicRecord.objects.filter(condition).defer("facts", *_FOLDED):
        if row.kind == PublicRecord.Kind.TRAINING:
            shown[row.pk] = row
        else:
            read[row.kind, row.slug] = row.card
    books.keep(read)
    names |= read
    return [shown[record_id] for record_id in ids if record_id in shown], names
