"""Names of regions and working areas, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from tessera.places.queries import WORKING_SCHEME, RegionInfo, reference
from tessera.programmes.queries import kept_scheme
from tessera.web.punctuation import labelled


def region_name(code: str) -> str:
    """The name of a region of the programme, or of another coverage scheme; the code where none in force knows it."""
    places = reference()
    return _name(places.coverage_region(code, kept_scheme(places).code), code)


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
