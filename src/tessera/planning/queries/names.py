"""Names of regions and working areas, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, reference
from tessera.web.punctuation import labelled


def region_name(code: str, scheme: str = HOME_SCHEME) -> str:
    """The name of a region of a scheme; the code itself where the scheme does not know it (any more)."""
    places = reference()
    found = next((r for r in places.regions(scheme) if r.code == code), None)
    return found.name.best(get_language())[0] if found else code


def area_name(code: str) -> str:
    """The name of a working area with the region in which it lies: "Asia and the Pacific: Pacific" ("Africa in French" names its own)."""
    found = next((r for r in reference().regions(WORKING_SCHEME) if r.code == code), None)
    if found is None:
        return code
    region, area = region_name(found.within), found.name.best(get_language())[0]
    return area if area.startswith(region.split()[0]) or not found.within else labelled(region, area)
