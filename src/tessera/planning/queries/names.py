"""Names of regions and working areas, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from tessera.places.queries import WORKING_SCHEME, reference
from tessera.web.punctuation import labelled


def region_name(code: str) -> str:
    """The name of a region of a coverage scheme; the code itself where none in force knows it (any more)."""
    found = reference().coverage_region(code)
    return found.name.best(get_language())[0] if found else code


def area_name(code: str) -> str:
    """The name of a working area with the region in which it lies: "Asia and the Pacific: Pacific" ("Africa in French" names its own)."""
    found = next((r for r in reference().regions(WORKING_SCHEME) if r.code == code), None)
    if found is None:
        return code
    region, area = region_name(found.within), found.name.best(get_language())[0]
    return area if area.startswith(region.split()[0]) or not found.within else labelled(region, area)
