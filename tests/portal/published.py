"""Public records of invented trainings, people and organisations, written the way their owners write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tessera.publications.models import PublicRecord
from tessera.publications.services import Publication, publish_record

AT = datetime(2024, 3, 5, 9, 30, tzinfo=UTC)


def dated(edtf: str, earliest: str, latest: str, precision: str = "day") -> dict[str, Any]:
    start, _, end = edtf.partition("/")
    return {"edtf": edtf, "start": start, "end": end or start, "precision": precision, "basis": "stated",
            "from": earliest, "to": latest, "tentative": False}  # fmt: skip


WEEK = dated("2023-10-16/2023-10-20", "2023-10-16", "2023-10-20")
MONTH = dated("2019-11", "2019-11-01", "2019-11-30", "month")


def training(
    slug: str = "granite-2023", *, rehearsal: bool = False, at: datetime = AT, facets: Any = (), **changes: Any
) -> PublicRecord:
    """A training in Mexico for Latin America; ``changes`` are facts, those of the card included."""
    card: dict[str, Any] = {
        "title": {"en": "Museums <and> their neighbours", "fr": "Les musées et leurs voisins"},
        "subtitle": {"en": "A week of cases"},
        "summary": {"en": "Five days & five cases.", "fr": "Cinq jours, cinq cas."},
        "status": "delivered",
        "dates": WEEK,
        "format": "in_person",
        "places": [{"country": "MX", "city": "Granito"}],
        "scope": "regional",
        "regions": ["LAC"],
        "countries": [],
        "areas": [],
        "languages": ["es"],
        "topics": ["ethics"],
        "participants": {"kind": "reported", "min": 27, "max": 30, "differ": True},
        "participant_countries": 9,
        "organisations": [["basalt", "organiser"], ["slate", "partner"], ["secret", "supporter"]],
        "people": [["celia", "trainer"], ["hugo", "mentor"]],
        "order": None,
    }
    facts: dict[str, Any] = {
        "title_origin": {"en": "source"}, "title_source": {}, "former_dates": [],
        "phases": [{"mode": "in_person", "dates": WEEK}], "sessions": [],
        "duration": {"value": 5, "basis": "stated"}, "format_basis": "stated",
        "teaching": [{"code": "es", "basis": "stated"}], "interpretation": ["en"],
        "venues": [{"country": "MX", "city": "Granito", "basis": "stated", "time_zone": "America/Mexico_City"}],
        "methods": ["workshop"],
        "audience": {"scope": "regional", "countries": [], "regions": ["LAC"], "areas": [], "basis": "stated"},
        "counts": {"planned": None, "reported": [{"value": 27}, {"value": 30}], "resolved": None, "recorded": None,
                   "countries": 9},
        "capacity": {"min": 20, "max": 30}, "credits": [], "engagements": [], "study_visits": ["slate"],
        "media_credits": [], "commitments": {}, "external": [], "sources": {}, "basis": "stated",
        "changed_at": at.isoformat(),
    }  # fmt: skip
    for key, value in changes.items():
        (card if key in card else facts)[key] = value
    title = card["title"]
    return publish_record(
        Publication(
            kind="training", slug=slug, card=card, facts={**card, **facts}, names=title.values(), rehearsal=rehearsal,
            facets={"status": [card["status"]], "region": card["regions"], "topic": card["topics"],
                    "country": [place["country"] for place in card["places"]], "format": [card["format"]],
                    "year": [card["dates"]["from"][:4]] if card["dates"] else [], **dict(facets)},
            sort_on=datetime.fromisoformat(card["dates"]["from"]).date() if card["dates"] else None,
            sort_name=slug,
        ),
        at=at,
    )  # fmt: skip


def person(slug: str, name: str, *, rehearsal: bool = False, **changes: Any) -> PublicRecord:
    card = {"name": name, "sort": name, "position": {"en": "Curator"}, "country": "MX"}
    given, _, family = name.partition(" ")
    post = {"organisation": "Museum of Basalt", "record": "basalt", "current": True}
    facts = {**card, "given": given, "family": family, "other_names": [], "bio": {}, "as_of": "", "approved_on": None,
             "changed_at": AT.isoformat(), "affiliations": [post], **changes}  # fmt: skip
    return publish_record(
        Publication(kind="person", slug=slug, card=card, facts=facts, names=[name], sort_name=name, rehearsal=rehearsal,
                    facets={"country": ["MX"], "organisation": ["basalt"]}),
        at=AT,
    )  # fmt: skip


def organisation(slug: str, name: str, **changes: Any) -> PublicRecord:
    card = {"name": {"en": name}, "type": "museum", "country": "MX", "city": "Granito"}
    facts = {**card, "name_origin": {}, "also_named": [], "parent": None, "changed_at": AT.isoformat(), **changes}
    return publish_record(
        Publication(kind="organisation", slug=slug, card=card, facts=facts, names=[name], sort_name=name,
                    facets={"country": ["MX"], "type": ["museum"]}),
        at=AT,
    )  # fmt: skip


def topic(slug: str, name: str, french: str = "") -> PublicRecord:
    card = {"name": {"en": name, **({"fr": french} if french else {})}, "order": 1}
    facts = {**card, "description": {}, "changed_at": AT.isoformat()}
    return publish_record(Publication(kind="topic", slug=slug, card=card, facts=facts, names=[name]), at=AT)


def surroundings() -> None:
    """What the training refers to: topic, organisations and people; "secret" is not public."""
    topic("ethics", "Ethics", "Déontologie")
    organisation("basalt", "Museum of Basalt")
    organisation("slate", "House of Slate")
    person("celia", "Celia Pizarra")
    person("hugo", "Hugo Granito")
