"""Organisations of the public record."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.queries import named_records
from tessera.api.v1.parameters import Language, OrganisationQuery, Word, shaper
from tessera.api.v1.parts import part
from tessera.api.v1.schemas import Error, OrganisationList, OrganisationWhole
from tessera.portal.open_data import Data
from tessera.publications import queries

router = Router(tags=["organisations"])


@router.get(
    "/organisations", response={200: OrganisationList, 422: Error}, operation_id="organisations",
    url_name="organisations",
)  # fmt: skip
def organisations(request: HttpRequest, wanted: Query[OrganisationQuery]) -> Data:
    """Organisers, partners, supporters and venues, by name."""
    records, count = named_records(
        "organisation", text=wanted.q, facets={"country": wanted.country, "type": wanted.type},
        offset=wanted.offset, limit=wanted.limit,
    )  # fmt: skip
    write = shaper(request, {}, wanted.lang)
    return part(request, wanted, [write.organisation(record) for record in records], count)


@router.get(
    "/organisations/{id}", response={200: OrganisationWhole, 404: Error, 422: Error}, operation_id="organisation",
    url_name="organisation",
)  # fmt: skip
def organisation(request: HttpRequest, id: Path[Word], wanted: Query[Language]) -> Data:
    """One organisation with its other names and its trainings."""
    record = queries.record("organisation", id, rehearsal=False)
    if record is None:
        raise Http404
    parent = record.facts["parent"]
    write = shaper(request, queries.cards({"organisation": [parent] if parent else []}), wanted.lang)
    return write.organisation_whole(record, queries.trainings_of("organisation", id))
