"""Trainings, and what their list can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.v1.parameters import FacetQuery, Language, TrainingQuery, Word, shaper
from tessera.api.v1.parts import part
from tessera.api.v1.schemas import Error, Facets, TrainingList, TrainingWhole
from tessera.portal.open_data import Data, Shaper, referred
from tessera.programmes.models import Mode, Status
from tessera.publications import queries
from tessera.publications.queries import FacetValue

router = Router(tags=["trainings"])


@router.get("/trainings", response={200: TrainingList, 422: Error}, operation_id="trainings", url_name="trainings")
def trainings(request: HttpRequest, wanted: Query[TrainingQuery]) -> Data:
    """The public trainings, in parts."""
    records, count = queries.listing(wanted.filters, offset=wanted.offset, limit=wanted.limit)
    write = shaper(request, queries.cards(referred(records)), wanted.lang)
    return part(request, wanted, [write.training(record) for record in records], count)


@router.get(
    "/trainings/{id}",
    response={200: TrainingWhole, 404: Error, 422: Error},
    operation_id="training",
    url_name="training",
)
def training(request: HttpRequest, id: Path[Word], wanted: Query[Language]) -> Data:
    """One training with its phases, sessions, former dates and sources."""
    record = queries.record("training", id, rehearsal=False)
    if record is None:
        raise Http404
    return shaper(request, queries.cards(referred([record], whole=True)), wanted.lang).training_whole(record)


@router.get("/facets", response={200: Facets, 422: Error}, operation_id="facets", url_name="facets")
def facets(request: HttpRequest, wanted: Query[FacetQuery]) -> Data:
    """How many trainings each value of each filter would leave, under the other filters."""
    found = queries.catalogue(wanted.filters, size=1, facet_size=10_000)
    write = shaper(request, {}, wanted.lang)
    return {
        "count": found.total,
        "facets": {facet: [_value(write, facet, value) for value in values] for facet, values in found.facets.items()},
    }


def _value(write: Shaper, facet: str, found: FacetValue) -> dict[str, Any]:
    return {
        "value": found.value,
        "name": _name(write, facet, found),
        "count": found.count,
        "selected": found.selected,
    }


def _name(write: Shaper, facet: str, found: FacetValue) -> dict[str, str]:
    if found.card is not None:
        name = found.card["name"]
        return write.everywhere(name) if isinstance(name, str) else write.text(name)
    if facet == "region":
        return write.text(write.region_name(found.value))
    if facet == "country":
        return dict(write.country(found.value)["name"])
    if facet == "language":
        return dict(write.spoken(found.value)["name"])
    labels: dict[Any, Any] = dict((Status if facet == "status" else Mode).choices)
    return write.labels(labels[found.value]) if found.value in labels else write.everywhere(found.value)
