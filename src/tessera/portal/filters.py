"""The query string of the catalogue, read once for the page and for every other form of the same list."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from tessera.core.folding import clean
from tessera.places.queries import reference
from tessera.programmes.models import Mode, Status
from tessera.programmes.queries import kept_scheme
from tessera.publications.queries import FACETS, SORTS, Filters, cards
from tessera.publications.shelf import Shelf, shelf_beside

# Facets whose values are records, and their kind.
RECORDS = {"topic": "topic", "trainer": "person", "organisation": "organisation"}
TEXT_LENGTH, VALUE_LENGTH, VALUES, PAGES = 200, 120, 20, 10_000


@dataclass(frozen=True)
class Asked:
    """What an address of the catalogue asks for. ``query`` is its shortest form, the same for the same list:
    facets in their order, values sorted, without page and without rehearsal records. ``books`` is the shelf, where it
    was asked for what the facets name."""

    filters: Filters
    page: int
    rehearsal: bool
    query: str
    books: Shelf | None = field(default=None, compare=False, repr=False)

    @property
    def narrowed(self) -> bool:
        """True where it is not the whole list."""
        return bool(self.filters.text or self.filters.facets)


def asked(query: QueryDict) -> Asked:
    """Read ``q``, the facets (repeated for several values), ``sort``, ``page`` and ``rehearsal=1``.

    Nothing is refused here: unknown keys are ignored, control characters fall out, what is too long is cut,
    an impossible page is the first. `answerable` leaves out what nothing has.
    """
    facets = {facet: values for facet in FACETS if (values := _values(query.getlist(facet)))}
    sort = query.get("sort", "")
    filters = Filters(
        text=clean(query.get("q", ""), lines=False)[:TEXT_LENGTH],
        facets=facets,
        sort=sort if sort in SORTS else SORTS[0],
    )
    number = query.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return Asked(
        filters=filters,
        page=min(max(page, 1), PAGES),
        rehearsal=query.get("rehearsal") == "1",
        query=query_of(filters),
    )


def answerable(query: QueryDict) -> tuple[Asked, list[tuple[str, str]]]:
    """(what an address asks for without what nothing has, each (filter, value) left out).

    The shelf's query where a topic, a person or an organisation is asked for; where a region is, see `kept_scheme`.
    """
    wanted = asked(query)
    named = {RECORDS[facet]: values for facet, values in wanted.filters.facets.items() if facet in RECORDS}
    held: Container[tuple[str, str]] = ()
    if named:
        books, held = shelf_beside((kind, slug) for kind, slugs in named.items() for slug in slugs)
        wanted = replace(wanted, books=books)
    lost = unknown(wanted.filters.facets, held)
    left_out = [(facet, value) for facet, values in lost.items() for value in values]
    sort = clean(query.get("sort", ""), lines=False)[:VALUE_LENGTH]
    if sort and sort not in SORTS:
        left_out.append(("sort", sort))
    if lost:
        kept = {
            facet: [value for value in values if value not in lost.get(facet, ())]
            for facet, values in wanted.filters.facets.items()
        }
        filters = replace(wanted.filters, facets={facet: values for facet, values in kept.items() if values})
        wanted = replace(wanted, filters=filters, query=query_of(filters))
    return wanted, left_out


def unknown(
    facets: Mapping[str, Iterable[str]], held: Container[tuple[str, str]] | None = None
) -> dict[str, list[str]]:
    """The values that are no region, country, year, public record, …, facet by facet.

    ``held`` are the public records among them, by kind and slug: one query finds them where they are not given.
    """
    if held is None:
        held = cards({RECORDS[facet]: values for facet, values in facets.items() if facet in RECORDS})
    found: dict[str, list[str]] = {}
    for facet, values in facets.items():
        if facet == "year":
            lost = [value for value in values if not (len(value) == 4 and value.isascii() and value.isdigit())]
        elif facet in RECORDS:
            lost = [value for value in values if (RECORDS[facet], value) not in held]
        else:
            known = known_values(facet)
            lost = [value for value in values if value not in known]
        if lost:
            found[facet] = lost
    return found


def known_values(facet: str) -> list[str]:
    """Every value of a facet that has a list of its own: regions, countries, languages, formats, states.

    The regions are those that the programme counts by, see `kept_scheme`; the others need no query.
    """
    places = reference()
    if facet == "region":
        return [region.code for region in kept_scheme(places).regions]
    if facet == "country":
        return sorted(places.countries)
    if facet == "language":
        return sorted(places.languages)
    return [str(value) for value in (Mode.values if facet == "format" else Status.values)]


def query_of(filters: Filters) -> str:
    """``filters`` as a query string without the question mark; "" for the whole list, newest first."""
    pairs: list[tuple[str, str]] = [("q", filters.text)] if filters.text else []
    chosen: Mapping[str, list[str]] = filters.facets
    pairs += [(facet, value) for facet in FACETS for value in sorted(chosen.get(facet, ()))]
    if filters.sort != SORTS[0]:
        pairs.append(("sort", filters.sort))
    return urlencode(pairs)


def _values(raw: list[str]) -> list[str]:
    cleaned = (clean(value, lines=False)[:VALUE_LENGTH] for value in raw)
    return list(dict.fromkeys(value for value in cleaned if value))[:VALUES]
