"""One training."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tessera.places.queries import reference
from tessera.portal import queries as portal
from tessera.portal import rows, training_page
from tessera.portal.addresses import page_path
from tessera.portal.call_page import PHASES, phase_of
from tessera.portal.naming import Names, shown
from tessera.publications import queries
from tessera.publications.models import PublicRecord
from tessera.web.pages import public_page


@public_page
@require_safe
def training(request: HttpRequest, slug: str) -> HttpResponse:
    """Its facts, as they are known; a merged record leads to where it went."""
    record = queries.record("training", slug)
    if record is None:
        raise Http404
    language = get_language() or settings.MAIN_LANGUAGE
    now = timezone.now()
    page = {
        **page_of(record, now.date()),
        "section": "trainings",
        "calls": [
            (
                page_path("call", row.slug, language),
                shown(row.card["title"], language),
                *PHASES[phase_of(row.card, now)],
            )
            for row in portal.calls_of_training(slug)
        ],
        "ics": bool(record.facts["dates"]) and not record.rehearsal,
    }
    return render(request, "portal/training.html", page)


def page_of(record: PublicRecord, on: date) -> dict[str, Any]:
    """What the page of a training tells of it, for the preview on the desk too; one query more where it has a series."""
    language = get_language() or settings.MAIN_LANGUAGE
    series = record.facts.get("series")
    held = queries.trainings_of("series", series["slug"], rehearsal=record.rehearsal) if series else []
    others = [other for other in held if other.slug != record.slug]
    wanted = training_page.referred(record)
    cards = queries.cards({**wanted, "organisation": wanted["organisation"] | rows.venue_slugs(others)})
    names = Names(reference(), language, cards)
    return {
        "record": record,
        "names": cards,
        "places": names.places,
        "t": training_page.training_page(record, names, on),
        "series": shown(series["name"], language) if series else "",
        "editions": rows.training_rows(others, names, on),
    }
