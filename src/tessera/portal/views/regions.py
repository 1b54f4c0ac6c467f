"""Regions: their list, their pages, and "Next training in my region?" in two steps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tessera.core.folding import fold
from tessera.places.queries import WORKING_SCHEME, RegionInfo
from tessera.portal import boards, rows
from tessera.portal.ground import Ground, ground
from tessera.portal.naming import Names
from tessera.publications import queries
from tessera.publications.models import PublicRecord
from tessera.web.pages import public_page


@public_page
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """The regions of the goal and how each stands."""
    found = ground(timezone.now().date())
    names = Names(found.places, _language(), {})
    page = {"section": "coverage", "rows": boards.region_rows(found, names).values()}
    return render(request, "portal/regions.html", page)


@public_page
@require_safe
def region(request: HttpRequest, code: str) -> HttpResponse:
    """One region: state, trainings to come and past, working areas, countries."""
    found = ground(timezone.now().date())
    info = found.scheme.by_code.get(code.upper())
    if info is None:
        raise Http404
    if code != code.lower():
        return redirect("portal:region", code.lower(), permanent=True)
    held = queries.trainings_of("region", info.code)
    names = Names(found.places, _language(), queries.cards({"organisation": rows.venue_slugs(held)}))
    ahead = {r.slug for r in held if queries.is_to_come(r.card, found.on)}
    to_come = sorted((r for r in held if r.slug in ahead), key=lambda r: (str(r.sort_on), r.slug))
    past = [record for record in held if record.slug not in ahead]
    page = {
        "section": "coverage",
        "row": boards.region_rows(found, names)[info.code],
        "code": info.code,
        "to_come": rows.training_rows(to_come, names, found.on),
        "past": rows.training_rows(past, names, found.on),
        "areas": [
            (area.name.best(names.language)[0], _sorted_countries(area, names))
            for area in found.places.regions(WORKING_SCHEME)
            if area.within == info.code
        ],
        "countries": _sorted_countries(info, names),
    }
    return render(request, "portal/region.html", page)


@public_page
@require_safe
def next_training(request: HttpRequest) -> HttpResponse:
    """Step 1 asks for a country or a region; step 2 answers with the trainings to come, or that none is planned."""
    if any(not value for _key, values in request.GET.lists() for value in values):
        return HttpResponseRedirect(request.path)
    found = ground(timezone.now().date())
    language = _language()
    country, code = request.GET.get("country", "").upper(), request.GET.get("region", "").upper()
    names = Names(found.places, language, {})
    page: dict[str, Any] = {"section": "trainings", "asked": False}
    if country or code:
        info = found.scheme.by_code.get(code) if code else _region_of(found, country)
        known = (code in found.scheme.by_code) if code else country in found.places.countries
        if not known:
            page["wrong"] = country or code
        else:
            page.update(_answer(found, names, country if not code else "", info))
    if not page["asked"]:
        page["regions"] = [(r.code, names.region(r.code)) for r in found.scheme.regions]
        choices = [(c.code, c.name.best(language)[0]) for c in found.places.countries.values()]
        page["countries"] = sorted(choices, key=lambda choice: fold(choice[1]))
    return render(request, "portal/next.html", page, status=400 if "wrong" in page else 200)


def _answer(found: Ground, names: Names, country: str, info: RegionInfo | None) -> dict[str, Any]:
    to_come = [record for record in queries.upcoming(found.on) if _is_for(found, record, country, info)]
    cards = queries.cards({"organisation": rows.venue_slugs(to_come)})
    answer: dict[str, Any] = {
        "asked": True,
        "place": names.country(country) if country else names.region(info.code) if info else "",
        "rows": rows.training_rows(to_come, Names(found.places, names.language, cards), found.on),
        "query": f"country={country}" if country and info is None else f"region={info.code}" if info else "",
    }
    if info is not None:
        answer["region"] = boards.region_rows(found, names)[info.code]
    return answer


def _is_for(found: Ground, record: PublicRecord, country: str, info: RegionInfo | None) -> bool:
    """Whether the training is for the country asked for, or for some country of the region."""
    laid = found.trainings.get(record.slug)
    if laid is not None:
        return country in laid.clock.countries if country else bool(info and laid.clock.countries & info.countries)
    if country and (record.card["scope"] == "national" or record.card["countries"]):
        return country in record.card["countries"]
    return info is not None and info.code in record.card["regions"]


def _region_of(found: Ground, country: str) -> RegionInfo | None:
    code = found.scheme.region_of(country)
    return found.scheme.by_code[code] if code else None


def _sorted_countries(info: RegionInfo, names: Names) -> list[str]:
    return sorted((names.country(code) for code in info.countries), key=fold)


def _language() -> str:
    return get_language() or settings.MAIN_LANGUAGE
