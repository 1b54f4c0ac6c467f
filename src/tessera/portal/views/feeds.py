"""The catalogue in other forms, each at its own address with the catalogue's own query string."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.core.translated import best
from tessera.places import queries as places
from tessera.portal import calendars, feeds
from tessera.portal.addresses import root_of
from tessera.portal.filter_words import left_out_words
from tessera.portal.filters import Asked, answerable
from tessera.portal.open_data import Names, Shaper, referred
from tessera.programmes.models import Mode, Status
from tessera.publications import queries
from tessera.publications.models import PublicRecord
from tessera.web.pages import public_page
from tessera.web.punctuation import labelled


@dataclass(frozen=True)
class Listed:
    """One filtered list of real trainings with all that writing it needs."""

    asked: Asked
    records: list[PublicRecord]
    names: Names
    places: places.Reference
    root: str
    language: str

    @property
    def title(self) -> str:
        """The programme's trainings, and by what they are narrowed, in words."""
        said = [self.asked.filters.text] if self.asked.filters.text else []
        for facet, values in self.asked.filters.facets.items():
            said += [self._value(facet, value) for value in values]
        name = _("Regional trainings")
        return labelled(settings.PROGRAMME_NAME, name) + (f" ({', '.join(said)})" if said else "")

    def address(self, name: str) -> str:
        """The path of the same list as ``name`` ("trainings", "trainings_ics", …)."""
        return reverse(f"portal:{name}") + (f"?{self.asked.query}" if self.asked.query else "")

    def _value(self, facet: str, value: str) -> str:
        kinds = {"topic": "topic", "trainer": "person", "organisation": "organisation"}
        if facet in kinds:
            name = self.names.get((kinds[facet], value), {}).get("name", value)
            return name if isinstance(name, str) else best(name, self.language)[0]
        if facet == "region":
            return best(Shaper(self.names, self.places, "").region_name(value), self.language)[0] or value
        if facet in ("country", "language"):
            named = (self.places.countries if facet == "country" else self.places.languages).get(value)
            return best(named.name, self.language)[0] if named else value
        if facet in ("status", "format"):
            labels: dict[Any, Any] = dict((Status if facet == "status" else Mode).choices)
            return str(labels.get(value, value))
        return value


class Refused(Exception):
    """The address asks for what nothing here has; each filter is named in a sentence."""


type View = Callable[[HttpRequest], HttpResponse]


def _refuses(view: View) -> View:
    """Answer an address that asks for what nothing has with 400 and plain sentences: a file has no room for a notice."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Refused as refused:
            return HttpResponse(f"{refused}\n", content_type="text/plain; charset=utf-8", status=400)

    return answer


def listed(request: HttpRequest) -> Listed:
    """The list that the address asks for; rehearsal records never stand in it. Three queries, four under records.

    Raises `Refused` for a filter that nothing here has.
    """
    wanted, left_out = answerable(request.GET)
    if left_out:
        raise Refused("\n".join(left_out_words(left_out)))
    records = queries.every(wanted.filters)
    refers = referred(records)
    for facet, kind in (("topic", "topic"), ("trainer", "person"), ("organisation", "organisation")):
        refers[kind].update(wanted.filters.facets.get(facet, ()))
    return Listed(
        asked=wanted,
        records=records,
        names=queries.cards(refers),
        places=places.reference(),
        root=root_of(request),
        language=get_language() or settings.MAIN_LANGUAGE,
    )


@public_page
@require_safe
@_refuses
def trainings_ics(request: HttpRequest) -> HttpResponse:
    """The list as a calendar to subscribe to."""
    found = listed(request)
    body = calendars.calendar(
        found.records, found.names, found.places, root=found.root, language=found.language, name=found.title
    )
    return _file(body, "text/calendar; charset=utf-8", "trainings.ics")


@public_page
@require_safe
def training_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """One training as a calendar, with the hours of its sessions in their time zone."""
    record = queries.record("training", slug, rehearsal=False)
    if record is None:
        raise Http404
    names = queries.cards(referred([record]))
    language = get_language() or settings.MAIN_LANGUAGE
    body = calendars.calendar(
        [record], names, places.reference(),
        root=root_of(request), language=language, name=best(record.card["title"], language)[0], sessions=True,
    )  # fmt: skip
    return _file(body, "text/calendar; charset=utf-8", f"{slug}.ics")


@public_page
@require_safe
@_refuses
def trainings_atom(request: HttpRequest) -> HttpResponse:
    """The list as an Atom feed."""
    found = listed(request)
    body = feeds.atom(
        found.records, found.names, found.places, root=found.root, path=found.address("trainings_atom"),
        page=found.address("trainings"), query=found.asked.query, language=found.language, title=found.title,
        author=settings.PROGRAMME_NAME,
    )  # fmt: skip
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@public_page
@require_safe
@_refuses
def trainings_csv(request: HttpRequest) -> HttpResponse:
    """The list as a file for spreadsheets."""
    found = listed(request)
    body = feeds.csv_file(found.records, found.names, found.places, root=found.root, language=found.language)
    return _file(body, "text/csv; charset=utf-8", f"trainings-{found.language}.csv", attached=True)


@public_page
@require_safe
@_refuses
def trainings_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON: each training as the interface at /api/v1/ gives it, texts in every language."""
    found = listed(request)
    shaper = Shaper(found.names, found.places, found.root)
    data = {
        "title": found.title,
        "url": found.root + found.address("trainings"),
        "count": len(found.records),
        "trainings": [shaper.training(record) for record in found.records],
    }
    return HttpResponse(json.dumps(data, ensure_ascii=False, indent=1), content_type="application/json")


@public_page
@require_safe
def feeds_page(request: HttpRequest) -> HttpResponse:
    """Where calendars, feeds, files and the interface are, and what they hold."""
    return render(
        request,
        "portal/feeds.html",
        {
            "columns": feeds.column_notes(),
            "root": root_of(request),
            "trainings_path": reverse("portal:trainings"),
        },
    )


def _file(body: bytes, kind: str, name: str, *, attached: bool = False) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = f'{"attachment" if attached else "inline"}; filename="{name}"'
    return response
