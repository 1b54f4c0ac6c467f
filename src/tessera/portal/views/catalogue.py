"""The catalogue of trainings: search, facets, sorting, and the same list in other forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tessera.core.folding import fold
from tessera.places.queries import reference
from tessera.portal import rows
from tessera.portal.filter_words import LABELS, left_out_words, value_name
from tessera.portal.filters import Asked, answerable
from tessera.portal.naming import Names
from tessera.publications import queries
from tessera.publications.queries import FacetValue
from tessera.web.pages import public_page

SIZE = 30
ANY = {
    "region": _("Any region"),
    "topic": _("Any subject"),
    "year": _("Any year"),
    "format": _("Any format"),
    "country": _("Any country or territory"),
    "language": _("Any language"),
    "status": _("Any status"),
    "trainer": _("Any trainer"),
    "organisation": _("Any organisation"),
}
SHOWN = ("region", "topic", "year", "format")
MORE = ("country", "language", "status", "trainer", "organisation")
# Where the most frequent values are shown, the page that has them all.
WHOLE = {
    "trainer": ("portal:people", _("All people")),
    "organisation": ("portal:organisations", _("All organisations")),
}
ALPHABETIC = {"region", "topic", "country", "language", "trainer", "organisation"}


@dataclass(frozen=True, slots=True)
class Facet:
    """One select of the filter: ``options`` are written out already, with the number each would leave.

    ``whole`` is (address, words) of the page that has the values left out, None where none is.
    """

    key: str
    label: Any
    any: Any
    options: SafeString
    whole: tuple[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    without: str


@public_page
@require_safe
def trainings(request: HttpRequest) -> HttpResponse:
    """The list; an address with empty or superfluous parts leads to the clean one.

    A filter that nothing here has is left out and named, with 400.
    """
    wanted, left_out = answerable(request.GET)
    if any(not value for _key, values in request.GET.lists() for value in values):
        return HttpResponseRedirect(_address(request, wanted))
    language, on = get_language() or settings.MAIN_LANGUAGE, timezone.now().date()
    found = queries.catalogue(
        wanted.filters, page=wanted.page, size=SIZE, rehearsal=wanted.rehearsal, books=wanted.books
    )
    places = reference()
    missing = rows.venue_slugs(found.records) - {slug for kind, slug in found.names if kind == "organisation"}
    more = queries.cards({"organisation": missing}) if missing and not found.corrected else {}
    cards = {**found.names, **more}
    names = Names(places, language, cards)
    selects = {key: _facet(key, found.facets.get(key, ()), names, cut=key in found.cut) for key in (*SHOWN, *MORE)}
    drawn = rows.strip(found.records, language, on) if found.pages == 1 else None
    page: dict[str, Any] = {
        "section": "trainings",
        "asked": wanted,
        "left_out": left_out_words(left_out),
        "found": found,
        "page": Paginator(range(found.total), SIZE).get_page(found.page),
        "rows": rows.training_rows(found.records, names, on),
        "facets": [selects[key] for key in SHOWN],
        "more": [selects[key] for key in MORE],
        "more_open": any(key in wanted.filters.facets for key in MORE),
        "chips": _chips(wanted, names),
        "sorts": _sorts(wanted, request.path),
        "strip": drawn[0] if drawn else "",
        "gaps": " ".join(drawn[1]) if drawn and not wanted.narrowed else "",
        "corrected": [(typed, ", ".join(used)) for typed, used in found.corrected.items()],
        "first_year": min((r.sort_on.year for r in found.records if r.sort_on), default=None),
    }
    return render(request, "portal/trainings.html", page, status=400 if left_out else 200)


def _address(request: HttpRequest, wanted: Asked) -> str:
    query = QueryDict(wanted.query, mutable=True)
    if wanted.page > 1:
        query["page"] = str(wanted.page)
    if wanted.rehearsal:
        query["rehearsal"] = "1"
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _facet(key: str, values: Iterable[FacetValue], names: Names, *, cut: bool) -> Facet:
    named = [(value_name(key, v.value, names), v) for v in values]
    if key in ALPHABETIC:
        named.sort(key=lambda pair: _folded(pair[0]))
    options = "".join(
        f'<option value="{escape(v.value)}"{" selected" if v.selected else ""}>{escape(name)} ({v.count})</option>'
        for name, v in named
    )
    whole = (reverse(WHOLE[key][0]), WHOLE[key][1]) if cut else None
    return Facet(key, LABELS[key], ANY[key], SafeString(options), whole)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold(name)


def _chips(wanted: Asked, names: Names) -> list[Chip]:
    base = QueryDict(wanted.query, mutable=True)
    if wanted.rehearsal:
        base["rehearsal"] = "1"
    chips = []
    if wanted.filters.text:
        chips.append(Chip(str(_("Words")), wanted.filters.text, _without(base, "q", wanted.filters.text)))
    for key, values in wanted.filters.facets.items():
        for value in values:
            chips.append(Chip(str(LABELS[key]), value_name(key, value, names), _without(base, key, value)))
    return chips


def _without(base: QueryDict, key: str, value: str) -> str:
    query = base.copy()
    query.setlist(key, [other for other in base.getlist(key) if other != value])
    return f"?{query.urlencode()}" if query.urlencode() else "?"


def _sorts(wanted: Asked, path: str) -> SafeString:
    """Links to the other orders; the present one is only words."""
    words = {"newest": _("newest first"), "oldest": _("oldest first"), "title": _("by title")}
    parts: list[SafeString] = []
    for sort, label in words.items():
        if sort == wanted.filters.sort:
            parts.append(format_html('<b aria-current="true">{}</b>', label))
            continue
        query = QueryDict(wanted.query, mutable=True)
        query.pop("sort", None)
        if sort != "newest":
            query["sort"] = sort
        if wanted.rehearsal:
            query["rehearsal"] = "1"
        parts.append(format_html('<a href="{}?{}">{}</a>', path, query.urlencode(), label))
    return SafeString(" ".join(parts))
