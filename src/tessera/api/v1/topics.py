"""Topics of trainings."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.v1.parameters import Language, Word, shaper
from tessera.api.v1.schemas import Error, Topic, TopicList
from tessera.portal.open_data import Data
from tessera.publications import queries
from tessera.publications.models import PublicRecord

router = Router(tags=["topics"])


@router.get("/topics", response={200: TopicList, 422: Error}, operation_id="topics", url_name="topics")
def topics(request: HttpRequest, wanted: Query[Language]) -> Data:
    """Every topic, in the order of the catalogue."""
    records = list(PublicRecord.objects.filter(kind="topic", rehearsal=False).order_by("sort_name", "pk"))
    write = shaper(request, {}, wanted.lang)
    return {"count": len(records), "results": [write.topic(record) for record in records]}


@router.get("/topics/{id}", response={200: Topic, 404: Error, 422: Error}, operation_id="topic", url_name="topic")
def topic(request: HttpRequest, id: Path[Word], wanted: Query[Language]) -> Data:
    """One topic. Its trainings: `/trainings?topic=…`."""
    record = queries.record("topic", id, rehearsal=False)
    if record is None:
        raise Http404
    return shaper(request, {}, wanted.lang).topic(record)
