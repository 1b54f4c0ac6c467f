"""The public records of persons and organisations."""

from __future__ import annotations

from typing import Any

from tessera.accounts.models import Person
from tessera.activity.documents import public_texts
from tessera.core.folding import fold
from tessera.core.translated import best
from tessera.organisations.models import Organisation
from tessera.places.cities import city_names
from tessera.places.queries import reference
from tessera.publications.services import Publication

type Json = dict[str, Any]


def person_publication(person: Person) -> Publication:
    """What the public sees of a person; the biography only with the date it is true of."""
    shown, stale = public_texts(
        "person", person.slug, {"position": dict(person.position), "bio": dict(person.biography)}
    )
    card: Json = {
        "name": person.display,
        "sort": person.sort_name,
        "position": shown["position"],
        "country": person.work_country_id,
    }
    if stale:
        card["stale"] = stale
    positions = sorted(person.positions.all(), key=lambda p: (p.order, p.pk))
    affiliations = [
        {
            "organisation": position.organisation_name,
            "record": position.organisation.slug if position.organisation else None,
            "title": position.title,
            "from": position.start,
            "to": position.end,
            "current": position.current,
        }
        for position in positions
    ]
    facts = card | {
        "given": person.given,
        "family": person.family,
        "other_names": list(person.other_names),
        "bio": shown["bio"] if person.as_of else {},
        "as_of": person.as_of,
        "approved_on": person.approved_on.isoformat() if person.approved_on else None,
        "affiliations": affiliations,
    }
    return Publication(
        kind="person",
        slug=person.slug,
        card=card,
        facts=facts,
        names=[person.display, person.given, person.family, *person.other_names],
        texts=[
            *shown["position"].values(),
            *facts["bio"].values(),
            *(text for position in positions for text in (position.organisation_name, position.title)),
            *_country_names(person.work_country_id),
        ],
        facets={
            "country": [person.work_country_id or ""],
            "organisation": [position.organisation.slug for position in positions if position.organisation],
        },
        sort_name=fold(person.sort_name or person.display),
        rehearsal=person.rehearsal,
    )


def organisation_publication(organisation: Organisation) -> Publication:
    """What the public sees of an organisation."""
    shown, stale = public_texts("organisation", organisation.slug, {"name": dict(organisation.name)})
    name = shown["name"]
    aliases = [alias.name for alias in sorted(organisation.aliases.all(), key=lambda a: (a.order, a.pk))]
    card: Json = {
        "name": name,
        "type": organisation.type,
        "country": organisation.country_id,
        "city": organisation.city or None,
    }
    if stale:
        card["stale"] = stale
    facts = card | {
        "name_origin": {code: origin for code, origin in organisation.name_origin.items() if code in name},
        "also_named": aliases,
        "parent": organisation.parent.slug if organisation.parent else None,
        "website": organisation.website,
    }
    return Publication(
        kind="organisation",
        slug=organisation.slug,
        card=card,
        facts=facts,
        names=[*name.values(), *aliases],
        texts=[*city_names(organisation.city, organisation.country_id), *_country_names(organisation.country_id)],
        facets={
            "country": [organisation.country_id or ""],
            "type": [organisation.type],
            "parent": [organisation.parent.slug if organisation.parent else ""],
        },
        sort_name=fold(best(name)[0]),
        rehearsal=organisation.rehearsal,
    )


def _country_names(code: str | None) -> list[str]:
    country = reference().countries.get(code or "")
    return list(country.name.values()) if country else []
