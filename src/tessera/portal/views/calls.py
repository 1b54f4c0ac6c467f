"""Calls for applications: the list, the page of one, its questions for printing, the calendar of deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.calls.models import Status
from tessera.core.translated import best
from tessera.places.queries import reference
from tessera.portal import calendars, queries
from tessera.portal.addresses import page_path, root_of
from tessera.portal.call_page import PHASES, Closing, call_page, closing, phase_of, question_steps
from tessera.portal.naming import Names, shown
from tessera.publications import queries as publications
from tessera.publications.models import PublicRecord
from tessera.web.pages import public_page

SIZE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A call in the list."""

    href: str
    title: SafeString
    summary: SafeString
    status: str
    kind: str
    training: SafeString
    closing: Closing | None
    rehearsal: bool


# Time runs while these pages are read: they are made anew for every reader, and know the reader's own time zone.


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Calls that are open first, the nearest deadline on top; then those to come, then those that are over."""
    text, rehearsal = request.GET.get("q", "").strip()[:200], request.GET.get("rehearsal") == "1"
    found, corrected = queries.calls_by_deadline(text, rehearsal=rehearsal)
    now, language = timezone.now(), _language()
    order = {Status.OPEN.value: 0, Status.PUBLISHED.value: 1}
    phases = {record.pk: phase_of(record.card, now) for record in found}
    found.sort(key=lambda record: _place(record, order.get(phases[record.pk], 2)))
    page = Paginator(found, SIZE).get_page(request.GET.get("page"))
    slugs = {record.card["training"] for record in page.object_list}
    names = Names(reference(), language, publications.cards({"training": slugs}))
    rows = [_row(record, phases[record.pk], names, now, _zone(request)) for record in page.object_list]
    return render(
        request,
        "portal/calls.html",
        {"section": "calls", "rows": rows, "page": page, "text": text, "rehearsal": rehearsal, "corrected": corrected},
    )


@login_not_required
@require_safe
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Its facts, with the deadline on the clocks of the call, of the reader and of UTC."""
    record = _found(code)
    zone = _zone(request)
    page = _page(request, record, zone)
    return render(request, "portal/call.html", page)


@public_page
@require_safe
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """All questions on one page, to print and to prepare; nobody has to sign in to read them."""
    record = _found(code)
    names = Names(reference(), _language(), {})
    page = {
        "section": "calls",
        "record": record,
        "title": shown(record.card["title"], names.language),
        "steps": question_steps(record, names),
    }
    return render(request, "portal/call_questions.html", page)


@public_page
@require_safe
def calls_ics(request: HttpRequest) -> HttpResponse:
    """The deadlines of all real calls as a calendar to subscribe to."""
    found, _corrected = queries.calls_by_deadline("")
    return _calendar(request, found, _("Deadlines of calls"), "calls.ics")


@public_page
@require_safe
def call_ics(request: HttpRequest, code: str) -> HttpResponse:
    """The deadlines of one call."""
    record = publications.record("call", code, rehearsal=False)
    if record is None:
        raise Http404
    return _calendar(request, [record], best(record.card["title"], _language())[0], f"{code}.ics")


def page_of(request: HttpRequest, record: PublicRecord) -> dict[str, Any]:
    """What the page of a call shows, for the preview on the desk."""
    return _page(request, record, _zone(request))


def _page(request: HttpRequest, record: PublicRecord, zone: str | None) -> dict[str, Any]:
    training = record.card["training"]
    names = Names(reference(), _language(), publications.cards({"training": {training}}))
    return {
        "section": "calls",
        "record": record,
        "c": call_page(record, names, timezone.now(), zone),
        "training": names.link("training", training) if names.known("training", training) else "",
        "zone": request.GET.get("zone", "")[:64],
        "ics": not record.rehearsal,
    }


def _found(code: str) -> PublicRecord:
    record = publications.record("call", code)
    if record is None:
        raise Http404
    return record


def _place(record: PublicRecord, group: int) -> tuple[int, float, int]:
    """Its place in the list: the nearest deadline first while it is open or to come, the latest first afterwards."""
    closes = record.card["closes_at"]
    at = datetime.fromisoformat(closes).timestamp() if closes else 0.0
    return group, at if group < 2 else -at, record.pk


def _row(record: PublicRecord, phase: str, names: Names, now: datetime, zone: str | None) -> Row:
    training = record.card["training"]
    words, kind = PHASES[phase]
    deadline = record.card.get("deadline") if phase in (Status.OPEN, Status.PUBLISHED) else None
    return Row(
        href=page_path("call", record.slug, names.language),
        title=shown(record.card["title"], names.language),
        summary=shown(record.card["summary"], names.language),
        status=str(words),
        kind=kind,
        training=names.link("training", training) if names.known("training", training) else SafeString(""),
        closing=closing(deadline, now, zone),
        rehearsal=record.rehearsal,
    )


def _zone(request: HttpRequest) -> str | None:
    """The reader's time zone: the one asked for in the address, else the one of the account."""
    asked = request.GET.get("zone", "").strip()[:64]
    if asked:
        return asked.replace(" ", "_")
    return getattr(request.user, "time_zone", "") or None


def _calendar(request: HttpRequest, records: list[PublicRecord], name: str, file: str) -> HttpResponse:
    body = calendars.deadlines(records, root=root_of(request), language=_language(), name=name)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{file}"'
    return response


def _language() -> str:
    return get_language() or settings.MAIN_LANGUAGE
