"""People of the public record."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from tessera.api.queries import named_records
from tessera.api.v1.parameters import Language, PeopleQuery, Word, shaper
from tessera.api.v1.parts import part
from tessera.api.v1.schemas import Error, PersonList, PersonWhole
from tessera.portal.open_data import Data
from tessera.publications import queries

router = Router(tags=["people"])


@router.get("/people", response={200: PersonList, 422: Error}, operation_id="people", url_name="people")
def people(request: HttpRequest, wanted: Query[PeopleQuery]) -> Data:
    """Trainers, mentors and others who are named in public, by name."""
    facets = {"country": wanted.country, "organisation": wanted.organisation}
    records, count = named_records("person", text=wanted.q, facets=facets, offset=wanted.offset, limit=wanted.limit)
    write = shaper(request, {}, wanted.lang)
    return part(request, wanted, [write.person(record) for record in records], count)


@router.get(
    "/people/{id}", response={200: PersonWhole, 404: Error, 422: Error}, operation_id="person", url_name="person"
)
def person(request: HttpRequest, id: Path[Word], wanted: Query[Language]) -> Data:
    """One person with biography, posts and trainings."""
    record = queries.record("person", id, rehearsal=False)
    if record is None:
        raise Http404
    posts = [post["record"] for post in record.facts["affiliations"] if post["record"]]
    write = shaper(request, queries.cards({"organisation": posts}), wanted.lang)
    return write.person_whole(record, queries.trainings_of("person", id))
