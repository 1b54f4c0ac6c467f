"""The coverage of the regions on any day: map, clock, the table behind both, the rule in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.core.edtf import EdtfError, parse
from tessera.places.queries import Reference, reference
from tessera.portal import boards
from tessera.portal.filter_words import left_out_words
from tessera.portal.ground import Ground, ground
from tessera.portal.naming import Names
from tessera.programmes.queries import kept_scheme
from tessera.web import dates
from tessera.web.pages import public_page
from tessera.web.punctuation import listed

FIRST_YEAR, LAST_YEAR = 1946, 2199
# The switches of the rule: name > (default, other).
SWITCHES = {"rule": ("strict", "lenient"), "reading": ("kind", "harsh"), "online": ("yes", "no")}


@public_page
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """``on``, ``rule``, ``reading``, ``online`` and ``scheme`` choose; an impossible day is answered at its field.

    Another value that nothing here has is left out and named. Both with 400.
    """
    if any(not value for _key, values in request.GET.lists() for value in values):
        kept = QueryDict(mutable=True)
        kept.update({key: value for key, value in request.GET.dict().items() if value})
        return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
    language, places = get_language() or settings.MAIN_LANGUAGE, reference()
    today = timezone.now().date()
    chosen = {
        name: request.GET.get(name, "") if request.GET.get(name) in values else values[0]
        for name, values in SWITCHES.items()
    }
    schemes = [code for code, held in places.schemes.items() if held.kind == "coverage" and held.partition]
    scheme = request.GET.get("scheme", "") if request.GET.get("scheme") in schemes else ""
    known: dict[str, Collection[str]] = {**SWITCHES, "scheme": schemes}
    left_out = [
        (name, request.GET[name])
        for name, values in known.items()
        if name in request.GET and request.GET[name] not in values
    ]
    on, wrong = _day(request.GET.get("on"), today)
    found = ground(
        on,
        rule="lenient" if chosen["rule"] == "lenient" else "strict",
        reading="harsh" if chosen["reading"] == "harsh" else "kind",
        online=chosen["online"] == "yes",
        scheme=scheme,
        places=places,
    )
    names = Names(places, language, {})
    rows = boards.region_rows(found, names)
    asked = {
        **({"on": on.isoformat()} if on != today else {}),
        **{name: value for name, value in chosen.items() if value != SWITCHES[name][0]},
        **({"scheme": scheme} if scheme else {}),
    }
    page = {
        "section": "coverage",
        "wrong": wrong,
        "left_out": left_out_words(left_out),
        "typed": request.GET.get("on", ""),
        "on": on,
        "on_words": dates.in_words(on, language),
        "is_today": on == today,
        "map": boards.map_view(found, names),
        "clock": boards.clock_view(found, names),
        "rows": rows.values(),
        "overdue": sum(region.state == "overdue" for region in found.coverage.regions),
        "months": found.settings.months,
        "first_record": dates.in_words(found.settings.first_record, language),
        "best": found.best.count,
        "best_regions": listed(rows[code].name for code in found.best.regions),
        "best_span": _span(found, language),
        "switches": _switches(asked),
        "schemes": _schemes(asked, places, found, schemes, language),
        "asked": asked,
        "query": _query(asked),
        "whole": len(found.scheme.regions),
    }
    return render(request, "portal/coverage.html", page, status=400 if wrong or left_out else 200)


def _day(text: str | None, today: date) -> tuple[date, str]:
    """(the day asked for, what is wrong with it)."""
    if text is None:
        return today, ""
    try:
        point = parse(text.strip()).start
    except EdtfError as error:
        return today, _(error.message) % error.params
    if point is None or point.is_rough or point.day is None:
        return today, _("Write a day, for example 2023-10-31.")
    day = point.earliest
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return today, _("Write a day between %(first)s and %(last)s, for example 2023-10-31.") % {
            "first": FIRST_YEAR,
            "last": LAST_YEAR,
        }
    return day, ""


def _query(asked: dict[str, str], **changes: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in {**asked, **changes}.items() if value})
    return query.urlencode()


def _switches(asked: dict[str, str]) -> list[dict[str, Any]]:
    """Each switch with its two states as links."""
    words = {
        "rule": (_("Trainings for one country"), {
            "strict": _("count for that country only (strict)"), "lenient": _("count for its region (lenient)")}),
        "reading": (_("Rough dates"), {
            "kind": _("read kindly"), "harsh": _("read harshly")}),
        "online": (_("Online phases"), {"yes": _("count"), "no": _("do not count")}),
    }  # fmt: skip
    found = []
    for name, (label, values) in words.items():
        default = SWITCHES[name][0]
        present = asked.get(name, default)
        links = [
            (text, _query(asked, **{name: "" if value == default else value}), value == present)
            for value, text in values.items()
        ]
        found.append({"label": label, "links": links})
    return found


def _schemes(
    asked: dict[str, str], places: Reference, found: Ground, schemes: list[str], language: str
) -> list[tuple[str, str, bool]]:
    """The coverage schemes in force as links; none where there is but one."""
    if len(schemes) < 2:
        return []
    home = kept_scheme(places).code
    return [
        (
            places.scheme(code).name.best(language)[0],
            _query(asked, scheme="" if code == home else code),
            code == found.scheme.code,
        )
        for code in schemes
    ]


def _span(found: Ground, language: str) -> str:
    if found.best.start is None or found.best.end is None:
        return ""
    return dates.in_words(f"{found.best.start}/{found.best.end}", language)
