"""The front door and the home page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.http import require_safe

from tessera.portal import boards, rows, sentences
from tessera.portal.ground import ground
from tessera.portal.naming import Names, shown
from tessera.portal.queries import latest
from tessera.publications import queries
from tessera.web import dates
from tessera.web.pages import public_page

AHEAD, PAST = 3, 3


@login_not_required
@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """To the home page in the language the reader's browser asks for."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The goal in a sentence, the next training or that none is planned, the map, what is next and just past."""
    found = ground(timezone.now().date())
    language = get_language() or settings.MAIN_LANGUAGE
    to_come = queries.upcoming(found.on)
    ahead = {record.pk for record in to_come}
    past = [record for record in latest(PAST + len(ahead)) if record.pk not in ahead][:PAST]
    named = [*to_come[:AHEAD], *past]
    names = Names(found.places, language, queries.cards({"organisation": rows.venue_slugs(named)}))
    region_rows = boards.region_rows(found, names)
    nearest = to_come[0] if to_come else None
    page = {
        "map": boards.map_view(found, names),
        "on": dates.in_words(found.on, language),
        "months": found.settings.months,
        "first_year": found.settings.first_record.year,
        "regions": region_rows.values(),
        "nearest": rows.training_row(nearest, names, found.on) if nearest else None,
        "nearest_summary": shown(nearest.card.get("summary"), language) if nearest else "",
        "nearest_when": sentences.when(
            nearest.card["status"], nearest.card["dates"]["edtf"] if nearest.card["dates"] else None, found.on, language,
            tentative=bool(nearest.card["dates"] and nearest.card["dates"].get("tentative")),
        ) if nearest else "",
        "rows": rows.training_rows(named, names, found.on),
    }  # fmt: skip
    return render(request, "portal/home.html", page)
