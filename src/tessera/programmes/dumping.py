"""The archive written out: the same facts in the same shape, with what was added here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tessera.activity.documents import stores
from tessera.core.translated import Translated
from tessera.organisations.documents import organisation_document, person_document
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.places.queries import STATISTICS_SCHEME, Reference, reference
from tessera.programmes.archive_states import SECTION, unusual_states
from tessera.programmes.documents import (
    DEFAULT_SCHEME,
    programme_document,
    source_document,
    topic_document,
    training_document,
)
from tessera.programmes.models import ArchiveSection, Series, Source, Topic
from tessera.programmes.queries import programme, trainings_whole

type Json = dict[str, Any]
_LAST = 1_000_000


def dump() -> Json:
    """Everything real, hidden records too (``"published": false``); rehearsal records and merged ones are left out.

    ``load`` of it into an empty database gives the same facts.
    """
    kept = {section.name: section.data for section in ArchiveSection.objects.order_by("pk")}
    here = reference()
    organisations = [
        _hidden(organisation_document(row), row.published)
        for row in organisations_whole().filter(rehearsal=False, merged_into=None)
    ]
    people = [
        _hidden(person_document(row), row.published)
        for row in persons_whole().filter(rehearsal=False, merged_into=None, anonymised_at=None)
    ]
    trainings = [_hidden(training_document(row), row.published) for row in trainings_whole().filter(rehearsal=False)]
    trainings.sort(key=lambda document: document.get("order_on_page", _LAST))
    own = programme()
    series = {row.slug: dict(row.name) for row in Series.objects.order_by("slug")}
    countries = _countries(here, {*_mentioned([organisations, people, trainings])})
    named = [topic_document(row) for row in Topic.objects.filter(rehearsal=False)]
    texts = _texts(
        {
            "organisation": organisations,
            "person": people,
            "training": trainings,
            "topic": named,
            "series": [{"id": slug, "name": name} for slug, name in series.items()],
            "programme": [{"id": own.slug, **programme_document(own)}] if own else [],
        }
    )
    return {
        "schema": "tessera-archive",
        "schema_version": "1.0",
        **kept.get("header", {}),
        "sources": [source_document(row) for row in Source.objects.order_by("order", "pk")],
        **({"programme": programme_document(own)} if own else {}),
        **({"vocabularies": kept["vocabularies"]} if "vocabularies" in kept else {}),
        "topics": {
            topic.slug: _topic(topic, n)
            for n, topic in enumerate(Topic.objects.filter(rehearsal=False).order_by("order", "pk"), 1)
        },
        **({"series": series} if series else {}),
        "region_schemes": _schemes(here, countries, kept.get("scheme_names", {})),
        "default_region_scheme": DEFAULT_SCHEME,
        "countries": countries,
        "organisations": organisations,
        "people": people,
        "trainings": trainings,
        **({SECTION: texts} if texts else {}),
    }


def _texts(records: dict[str, list[Json]]) -> Json:
    """How far texts are, of records by their kind, where that is not usual for a file; one query for each kind."""
    found = {
        kind: unusual_states(stores[kind], {document["id"]: document for document in listed})
        for kind, listed in records.items()
    }
    return {kind: states for kind, states in found.items() if states}


def _hidden(document: Json, published: bool) -> Json:
    return document if published else {**document, "published": False}


def _topic(topic: Topic, place: int) -> Json:
    """Its name; with more about it where there is more than what the name and its place in the file say."""
    document = _hidden(topic_document(topic), topic.published)
    told = {key: value for key, value in document.items() if key not in ("id", "order")}
    if topic.order != place:
        told["order"] = topic.order
    return told if told.keys() != {"name"} else document["name"]


def _schemes(here: Reference, countries: Json, names: Json) -> Json:
    """The coverage scheme whole; of the statistics the areas in which the countries of the file lie."""
    used = {facts["m49_subregion"] for facts in countries.values()}
    return {
        code: {
            "name": names.get(code, dict(here.scheme(code).name)),
            "partition": here.scheme(code).partition,
            "regions": {
                region.code: dict(region.name)
                for region in here.regions(code)
                if code != STATISTICS_SCHEME or region.code in used
            },
        }
        for code in (DEFAULT_SCHEME, STATISTICS_SCHEME)
        if code in here.schemes
    }


def _countries(here: Reference, codes: set[str]) -> Json:
    found: Json = {}
    for code in sorted(codes & here.countries.keys()):
        country = here.countries[code]
        found[code] = {
            "alpha3": country.alpha3,
            "m49": country.m49,
            "name": dict(Translated(country.name)),
            "unesco_region": here.region_of(code, DEFAULT_SCHEME),
            "m49_subregion": country.area,
        } | ({"note": country.note} if country.note else {})
    return found


def _mentioned(value: Any, key: str = "") -> Iterator[str]:
    """Every country that a record names."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _mentioned(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _mentioned(part, key)
    elif isinstance(value, str) and key in ("country", "countries", "work_country", "participant_countries"):
        yield value
