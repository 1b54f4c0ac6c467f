"""Region schemes: their versions, who is where, and a new version."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tessera.activity.history import entries
from tessera.activity.queries import activity_of
from tessera.core.errors import InvalidDocument
from tessera.core.permissions import require
from tessera.core.translated import Translated
from tessera.places import datafiles
from tessera.places.forms import SchemeForm
from tessera.places.models import Country, RegionScheme
from tessera.places.reading import table_of
from tessera.places.services import InvalidScheme, errors_of, save_scheme, scheme_document
from tessera.web.tilemap import Band, Tile, TileGroup, svg


def schemes(request: HttpRequest) -> HttpResponse:
    """Every scheme with its versions, the one in force first."""
    require(request.user, "places.view_scheme")
    rows = RegionScheme.objects.order_by("kind", "code", "-active", "-version")
    return render(request, "places/schemes.html", {"schemes": rows})


def scheme(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version: its regions and countries as a map and as a table, and what keeps it from being in force."""
    row = get_object_or_404(RegionScheme, code=code, version=version)
    require(request.user, "places.view_scheme", row)
    regions = _regions(row)
    page = {
        "scheme": row,
        "regions": regions,
        "map": _map(row, regions),
        "errors": [] if row.active else InvalidScheme(errors_of(row)).sentences,
        "entries": entries(activity_of(row)[:10], with_revision=False),
        "versions": RegionScheme.objects.filter(code=code).order_by("-version"),
    }
    return render(request, "places/scheme.html", page)


def table(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The version as a CSV file that can be changed and handed in again."""
    row = get_object_or_404(RegionScheme, code=code, version=version)
    require(request.user, "places.view_scheme", row)
    response = HttpResponse(table_of(row), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.code}-{row.version}.csv"'
    return response


def new(request: HttpRequest) -> HttpResponse:
    """Hand in a version; it is not in force until it is put in force. Nothing is written while a row is wrong."""
    require(request.user, "places.edit_scheme")
    before = RegionScheme.objects.filter(code=request.GET.get("of", "")).order_by("-active", "-version").first()
    initial = {"code": before.code, "kind": before.kind, "partition": before.partition} if before else {}
    if before:
        initial |= {f"name_{code}": name for code, name in before.name.items()}
    posted = request.method == "POST"
    form = SchemeForm(
        request.POST if posted else None, request.FILES if posted else None, before=before, initial=initial
    )
    if posted and form.is_valid():
        try:
            row = save_scheme(form.document, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except InvalidDocument as refused:
            for path, texts in refused.errors.items():
                for text in texts:
                    form.add_error(path if path in form.fields else "text", text)
        else:
            messages.success(request, _("Version %(n)s was handed in. It is not in force yet.") % {"n": row.version})
            return redirect("places:scheme", row.code, row.version)
    page = {"form": form, "before": before}
    return render(request, "places/new.html", page, status=422 if form.errors else 200)


def _regions(row: RegionScheme) -> list[dict[str, Any]]:
    names = {country.code: str(country.name) for country in Country.objects.order_by("code")}
    return [
        {
            **region,
            "name": Translated(region["name"]),
            "countries": sorted((names.get(code, code), code) for code in region["countries"]),
        }
        for region in scheme_document(row)["regions"]
    ]


def _map(row: RegionScheme, regions: list[dict[str, Any]]) -> str:
    grid = datafiles.read("tilegrid")
    bands: cycle[Band] = cycle(("a", "b", "n"))
    groups = []
    for region in regions:
        held = [code for _name, code in region["countries"] if code in grid]
        band = next(bands)
        label = region["label"]
        groups.append(
            TileGroup(
                str(region["name"]),
                ngettext("%(n)s country or territory", "%(n)s countries and territories", len(region["countries"]))
                % {"n": len(region["countries"])},
                None,
                (label[0], label[1], label[2]) if len(label) == 3 else None,
                tuple(Tile(code, grid[code][0], grid[code][1], band) for code in held),
            )
        )
    return svg(tuple(groups), _("The regions of “%(name)s” on the map.") % {"name": row.name}, "scheme")
