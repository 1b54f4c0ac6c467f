"""Writing places: the reference data that ships with the project, and schemes with their versions."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.core.errors import DomainError, InvalidDocument
from tessera.core.models import ContentVersion, LoadedRecord
from tessera.core.versions import bump_content_version
from tessera.places import datafiles
from tessera.places.models import Area, Country, Language, Region, RegionAssignment, RegionScheme
from tessera.places.queries import REFERENCE_ROW, forget_reference
from tessera.places.schemes import AssignmentRow, RegionRow, RowError, scheme_errors

FILES = ("countries", "languages", "m49", "tilegrid", "unesco", "unesco_split", "working_areas")
KINDS = {
    "unesco": RegionScheme.Kind.COVERAGE,
    "unesco_split": RegionScheme.Kind.COVERAGE,
    "m49_subregions": RegionScheme.Kind.STATISTICS,
    "working_areas": RegionScheme.Kind.WORKING,
}


class InvalidScheme(DomainError):
    """A scheme that may not be activated; ``rows`` are the `RowError`s."""

    message = gettext_lazy("This scheme was not activated: some of its rows contradict each other or are missing.")

    def __init__(self, rows: list[RowError]) -> None:
        self.rows = rows
        super().__init__()

    @property
    def sentences(self) -> list[str]:
        """What is wrong, row by row, in the active language."""
        return [_(row.message) % row.params for row in self.rows]


@transaction.atomic
def load_reference_data(at: datetime) -> bool:
    """Fill the tables of places from the files that ship with the project; True where something changed.

    Safe to repeat: what is there is left as it is until a file changes. Names, numbers and areas then follow the
    files; a scheme of the files comes in as a new version where its number is new, and is put in force only where
    no version of it is.
    """
    digest = hashlib.sha256(json.dumps([datafiles.read(name) for name in FILES], sort_keys=True).encode()).hexdigest()
    known, _created = LoadedRecord.objects.get_or_create(source="project", kind="places", key="files")
    if known.digest == digest and Country.objects.exists():
        return False
    _load_areas()
    _load_countries()
    _load_languages()
    for code in datafiles.SCHEMES:
        _load_scheme(code, datafiles.read("m49" if code == "m49_subregions" else code))
    known.digest, known.loaded_at = digest, at
    known.save()
    places_changed()
    return True


def places_changed() -> None:
    """Tell every process that places are no longer as they were; in the caller's transaction."""
    ContentVersion.objects.update_or_create(pk=REFERENCE_ROW, defaults={"number": secrets.randbits(62) + 1})
    bump_content_version()
    forget_reference()


def tile_codes() -> frozenset[str]:
    """The countries and territories of the map: what a partition must place."""
    return frozenset(datafiles.read("tilegrid"))


def errors_of(scheme: RegionScheme) -> list[RowError]:
    """What keeps ``scheme`` from being activated, in the order of its regions and their countries."""
    regions = list(scheme.regions.order_by("order", "pk"))
    # A partition may be nested: ``within`` names a region of the same scheme there, of the coverage scheme elsewhere.
    own = {region.code for region in regions}
    region_rows = [
        RegionRow(n, region.code, region.within if region.within in own else None)
        for n, region in enumerate(regions, 1)
    ]
    pairs = RegionAssignment.objects.filter(region__scheme=scheme).order_by("region__order", "region_id", "country_id")
    assignment_rows = [
        AssignmentRow(n, country, region)
        for n, (country, region) in enumerate(pairs.values_list("country_id", "region__code"), 1)
    ]
    return scheme_errors(
        region_rows,
        assignment_rows,
        countries=Country.objects.values_list("code", flat=True),
        required=tile_codes(),
        partition=scheme.partition,
    )


@transaction.atomic
def activate_scheme(scheme: RegionScheme, *, by: Any, at: datetime, reason: str = "") -> RegionScheme:
    """Put a version of a scheme in force instead of the one before; `InvalidScheme` where its rows do not hold.

    A coverage scheme must be a partition of the tiles of the map. Whoever shows trainings by region rebuilds them:
    see ``programmes.services.activate_scheme``.
    """
    scheme = RegionScheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.active:
        return scheme
    errors = errors_of(scheme)
    if errors:
        raise InvalidScheme(errors)
    before = RegionScheme.objects.filter(code=scheme.code, active=True).first()
    RegionScheme.objects.filter(code=scheme.code, active=True).update(active=False)
    scheme.active = scheme.was_active = True
    scheme.save(update_fields=["active", "was_active"])
    record(
        "scheme.activated",
        scheme,
        by=by,
        at=at,
        before=str(before.version) if before else "",
        after=str(scheme.version),
        reason=reason,
    )
    places_changed()
    return scheme


def scheme_document(scheme: RegionScheme) -> dict[str, Any]:
    """A version of a scheme as plain JSON: what ``save_scheme`` takes."""
    held: dict[int, list[str]] = {}
    pairs = RegionAssignment.objects.filter(region__scheme=scheme).order_by("country_id")
    for region_id, country in pairs.values_list("region_id", "country_id"):
        held.setdefault(region_id, []).append(country)
    return {
        "code": scheme.code,
        "version": scheme.version,
        "kind": scheme.kind,
        "name": dict(scheme.name),
        "partition": scheme.partition,
        "source": scheme.source,
        "regions": [
            {
                "code": region.code,
                "name": dict(region.name),
                "within": region.within,
                "label": region.label,
                "countries": held.get(region.pk, []),
            }
            for region in scheme.regions.order_by("order", "pk")
        ],
    }


@transaction.atomic
def save_scheme(document: Mapping[str, Any], *, by: Any, at: datetime, reason: str = "") -> RegionScheme:
    """Write a scheme as a new version that is not in force; a version that never was in force is replaced.

    Rows that no table can hold (an unknown country, a region listed twice) are refused by path; whether the scheme
    is a partition is asked when it is activated.
    """
    errors = _document_errors(document)
    if errors:
        raise InvalidDocument(errors)
    code = document["code"]
    scheme = RegionScheme.objects.filter(code=code, version=document.get("version") or 0).first()
    if scheme is None or scheme.active or scheme.was_active:
        latest = RegionScheme.objects.filter(code=code).order_by("-version").first()
        scheme = RegionScheme(code=code, version=latest.version + 1 if latest else 1)
        before: dict[str, Any] = {}
    else:
        before = scheme_document(scheme)
        scheme.regions.all().delete()
    scheme.kind, scheme.name, scheme.partition = document["kind"], document["name"], bool(document["partition"])
    scheme.source = document.get("source", "")
    scheme.save()
    _write_regions(scheme, document["regions"])
    after = scheme_document(scheme)
    record(
        "scheme.edited" if before else "scheme.created",
        scheme,
        by=by,
        at=at,
        reason=reason,
        changes={"regions": [before.get("regions"), after["regions"]]} if before != after else {},
        document=after,
        version=scheme.version,
    )
    return scheme


def _document_errors(document: Mapping[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not document.get("code"):
        errors["code"] = [_("A scheme needs a code.")]
    if document.get("kind") not in RegionScheme.Kind.values:
        errors["kind"] = [_("Say what the scheme is for.")]
    if not any((document.get("name") or {}).values()):
        errors["name"] = [_("A scheme needs a name.")]
    known = set(Country.objects.values_list("code", flat=True))
    seen: set[str] = set()
    for n, region in enumerate(document.get("regions") or []):
        path = f"regions[{n}]"
        if not region.get("code") or region["code"] in seen:
            errors[f"{path}.code"] = [_("Each region needs a code of its own.")]
        seen.add(region.get("code", ""))
        countries = region.get("countries") or []
        for place, country in enumerate(countries):
            if country not in known:
                errors[f"{path}.countries[{place}]"] = [
                    _("%(code)s is not the code of a country or territory.") % {"code": country}
                ]
        if len(set(countries)) != len(countries):
            errors[f"{path}.countries"] = [_("A country is listed twice in this region.")]
    return errors


def _write_regions(scheme: RegionScheme, regions: list[Mapping[str, Any]]) -> None:
    rows = Region.objects.bulk_create(
        Region(
            scheme=scheme,
            code=region["code"],
            name=region["name"],
            within=region.get("within") or region.get("region") or "",
            label=region.get("label") or [],
            order=n,
        )
        for n, region in enumerate(regions)
    )
    RegionAssignment.objects.bulk_create(
        RegionAssignment(region=row, country_id=country)
        for row, region in zip(rows, regions, strict=True)
        for country in [*region["countries"], *region.get("territories", ())]
    )


def _load_areas() -> None:
    for area in datafiles.read("m49")["areas"]:  # an area stands after its parent
        Area.objects.update_or_create(code=area["code"], defaults={"name": area["name"], "parent_id": area["parent"]})


def _load_countries() -> None:
    areas = set(Area.objects.values_list("code", flat=True))
    Country.objects.bulk_create(
        [
            Country(
                code=code,
                alpha3=facts.get("alpha3") or "",
                m49=facts.get("m49") or "",
                name=facts["name"],
                area_id=facts["subregion"] if facts.get("subregion") in areas else None,
            )
            for code, facts in datafiles.read("countries")["countries"].items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["alpha3", "m49", "name", "area"],
    )


def _load_languages() -> None:
    Language.objects.bulk_create(
        [
            Language(code=code, name=facts["name"], endonym=facts.get("endonym", ""), direction=facts.get("dir", "ltr"))
            for code, facts in datafiles.read("languages")["languages"].items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "endonym", "direction"],
    )


def _load_scheme(code: str, data: Mapping[str, Any]) -> None:
    if RegionScheme.objects.filter(code=code, version=data["version"]).exists():
        return
    regions = data.get("regions") or [area for area in data["areas"] if area["countries"]]
    active = not RegionScheme.objects.filter(code=code, active=True).exists()
    scheme = RegionScheme.objects.create(
        code=code,
        version=data["version"],
        kind=KINDS[code],
        name=data["name"],
        partition=data["partition"],
        active=active,
        was_active=active,
    )
    _write_regions(scheme, regions)
