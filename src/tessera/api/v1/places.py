"""Regions and the schemes they belong to."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.v1.parameters import Language, RegionQuery, Word, shaper
from tessera.api.v1.schemas import Error, RegionList, SchemeList, SchemeWhole
from tessera.places.queries import SchemeInfo
from tessera.portal.open_data import Data, Shaper

router = Router(tags=["places"])


@router.get("/regions", response={200: RegionList, 404: Error, 422: Error}, operation_id="regions", url_name="regions")
def regions(request: HttpRequest, wanted: Query[RegionQuery]) -> Data:
    """The regions of a scheme with their countries."""
    write = shaper(request, {}, wanted.lang)
    if wanted.scheme not in write.places.schemes:
        raise Http404
    return {"scheme": wanted.scheme, "results": _regions(write, write.places.scheme(wanted.scheme))}


@router.get("/schemes", response={200: SchemeList, 422: Error}, operation_id="schemes", url_name="schemes")
def schemes(request: HttpRequest, wanted: Query[Language]) -> Data:
    """The schemes in force."""
    write = shaper(request, {}, wanted.lang)
    found = [_scheme(write, scheme) for scheme in write.places.schemes.values()]
    return {"count": len(found), "results": found}


@router.get(
    "/schemes/{code}", response={200: SchemeWhole, 404: Error, 422: Error}, operation_id="scheme", url_name="scheme"
)
def scheme(request: HttpRequest, code: Path[Word], wanted: Query[Language]) -> Data:
    """One scheme with its regions."""
    write = shaper(request, {}, wanted.lang)
    if code not in write.places.schemes:
        raise Http404
    found = write.places.scheme(code)
    return {**_scheme(write, found), "regions": _regions(write, found)}


def _scheme(write: Shaper, scheme: SchemeInfo) -> Data:
    return {
        "code": scheme.code,
        "name": write.text(scheme.name),
        "version": scheme.version,
        "kind": scheme.kind,
        "partition": scheme.partition,
    }


def _regions(write: Shaper, scheme: SchemeInfo) -> list[Data]:
    return [
        {
            "code": region.code,
            "name": write.text(region.name),
            "within": region.within or None,
            "countries": sorted(region.countries),
        }
        for region in scheme.regions
    ]
