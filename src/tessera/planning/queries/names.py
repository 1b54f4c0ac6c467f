"""Names of regions and working areas, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from tessera.places.queries import WORKING_SCHEME, Reference, RegionInfo, SchemeInfo, reference, scheme_version
from tessera.programmes.queries import kept_scheme
from tessera.web.punctuation import labelled


def region_name(code: str, scheme: SchemeInfo | None = None) -> str:
    """The name of a region of ``scheme`` (default: the programme's), or of another coverage scheme in force; else the code."""
    places = reference()
    scheme = scheme or kept_scheme(places)
    return _name(scheme.by_code.get(code) or places.coverage_region(code, scheme.code), code)


def scheme_of_plan(result: Mapping[str, Any], places: Reference) -> SchemeInfo:
    """The version of the scheme in whose regions a plan was computed, in force or not.

    Of plans that were computed before this was kept nothing says which it was: they are read with the programme's own
    of today, as they were until then. So is a plan whose version is gone from the record.
    """
    told = result.get("scheme")
    held = scheme_version(places, told["code"], told["version"]) if told else None
    return held or kept_scheme(places)


def is_outdated(result: Mapping[str, Any], places: Reference) -> bool:
    """Whether the regions of a plan, as it knew them, are no longer in force."""
    told = result.get("scheme")
    held = places.schemes.get(told["code"]) if told else None
    return told is not None and (held is None or held.version != told["version"])


def area_name(code: str) -> str:
    """The name of a working area with the region in which it lies: "Asia and the Pacific: Pacific" ("Africa in French" names its own)."""
    places = reference()
    found = next((r for r in places.regions(WORKING_SCHEME) if r.code == code), None)
    if found is None:
        return code
    region = _name(places.coverage_region(found.within), found.within)  # working areas lie in the default scheme
    area = _name(found, code)
    return area if area.startswith(region.split()[0]) or not found.within else labelled(region, area)


def _name(region: RegionInfo | None, code: str) -> str:
    return region.name.best(get_language())[0] if region else code
