"""What a document may name: the keys of everything that exists, with names for saying what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tessera.accounts.models import Person
from tessera.organisations.models import Organisation
from tessera.places.queries import HOME_SCHEME, reference
from tessera.programmes.models import Series, Source, Topic


@dataclass(frozen=True)
class Known:
    """Keys > names, by what they are keys of."""

    countries: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)


def known(
    *,
    topics: Iterable[str] = (),
    organisations: Iterable[str] = (),
    people: Iterable[str] = (),
    sources: Iterable[str] = (),
    series: Iterable[str] = (),
) -> Known:
    """All that exists and is not merged away, and the keys given (those that a file is about to bring); six queries."""
    places = reference()
    return Known(
        countries=places.country_names(),
        languages={code: str(spoken.name) for code, spoken in places.languages.items()},
        areas={code: str(area.name) for code, area in places.areas.items()},
        regions={region.code: str(region.name) for region in places.regions(HOME_SCHEME)},
        topics=dict.fromkeys(topics, "") | {t.slug: str(t.name) for t in Topic.objects.only("slug", "name")},
        organisations=dict.fromkeys(organisations, "")
        | {o.slug: str(o.name) for o in Organisation.objects.present().only("slug", "name")},
        people=dict.fromkeys(people, "") | dict(Person.objects.present().values_list("slug", "display")),
        sources=dict.fromkeys(sources, "") | dict(Source.objects.values_list("code", "title")),
        series=dict.fromkeys(series, "") | {s.slug: str(s.name) for s in Series.objects.all()},
    )
