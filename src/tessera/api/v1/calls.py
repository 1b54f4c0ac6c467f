"""Calls for applications of the public record."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.queries import call_records
from tessera.api.v1.call_schemas import CallList, CallWhole
from tessera.api.v1.parameters import CallQuery, Language, Word, shaper
from tessera.api.v1.parts import part
from tessera.api.v1.schemas import Error
from tessera.portal import open_calls
from tessera.portal.open_data import Data
from tessera.publications import queries

router = Router(tags=["calls"])


@router.get("/calls", response={200: CallList, 422: Error}, operation_id="calls", url_name="calls")
def calls(request: HttpRequest, wanted: Query[CallQuery]) -> Data:
    """The public calls, the latest deadline first, with their strands."""
    facets: dict[str, Sequence[str]] = {"call_status": wanted.status, "training": wanted.training}
    records, count = call_records(text=wanted.q, facets=facets, offset=wanted.offset, limit=wanted.limit)
    write = shaper(request, queries.cards(open_calls.trainings_of(record for record, _facts in records)), wanted.lang)
    return part(request, wanted, [open_calls.call(write, record, facts) for record, facts in records], count)


@router.get("/calls/{id}", response={200: CallWhole, 404: Error, 422: Error}, operation_id="call", url_name="call")
def call(request: HttpRequest, id: Path[Word], wanted: Query[Language]) -> Data:
    """One call with its texts, strands, packages, limits and what became of its dates."""
    record = queries.record("call", id, rehearsal=False)
    if record is None:
        raise Http404
    return open_calls.call_whole(shaper(request, queries.cards(open_calls.trainings_of([record])), wanted.lang), record)
