"""The coverage clock on any day."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router

from tessera.api.v1.parameters import CoverageQuery
from tessera.api.v1.schemas import Coverage, Error
from tessera.places.queries import reference
from tessera.planning.clock import as_json
from tessera.portal.ground import ground
from tessera.portal.open_data import Data

router = Router(tags=["coverage"])


@router.get(
    "/coverage", response={200: Coverage, 404: Error, 422: Error}, operation_id="coverage", url_name="coverage",
    by_alias=True,
)  # fmt: skip
def coverage(request: HttpRequest, wanted: Query[CoverageQuery]) -> Data:
    """Which regions are on time, when each is due, and the days on which each was missed."""
    places = reference()
    if wanted.scheme:
        scheme = places.schemes.get(wanted.scheme)
        if scheme is None or scheme.kind == "alliance":
            raise Http404
    on = wanted.on or timezone.now().date()
    found = ground(
        on, rule=wanted.rule, reading=wanted.reading, online=wanted.online, scheme=wanted.scheme, places=places
    )
    return as_json(found.coverage)
