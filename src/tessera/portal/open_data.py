"""Public records as plain data for machines: one shape for the JSON list, the CSV file and the interface.

Texts are objects by language, names stand beside every code, other records come as (id, name). Nothing is said
here that the public page does not say; a record named in the facts that is not public itself is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from tessera.core.translated import best
from tessera.places.queries import Reference
from tessera.portal.addresses import page_addresses
from tessera.portal.naming import written_in
from tessera.programmes.queries import kept_scheme
from tessera.publications.models import PublicRecord

type Names = Mapping[tuple[str, str], Mapping[str, Any]]
type Data = dict[str, Any]


@dataclass(frozen=True)
class Shaper:
    """Turns records into data: ``names`` are the cards of what they refer to, ``root`` the site's address.

    ``language`` narrows each text to the one that a reader of that language would see; "" keeps all of them.
    """

    names: Names
    places: Reference
    root: str
    language: str = ""

    def text(self, texts: Mapping[str, str] | None) -> dict[str, str]:
        """``texts`` without empty ones; only the best for ``language`` where one is set."""
        if not self.language:
            return {code: text for code, text in (texts or {}).items() if text}
        text, found = best(texts, self.language)
        return {found: text} if text else {}

    def everywhere(self, text: str) -> dict[str, str]:
        """A text that is the same in every language."""
        return dict.fromkeys([self.language] if self.language else settings.INTERFACE_LANGUAGES, text)

    def labels(self, label: Any) -> dict[str, str]:
        """A word of the interface in every language (or in ``language`` alone)."""
        found = {}
        for code in [self.language] if self.language else settings.INTERFACE_LANGUAGES:
            with translation.override(code):
                found[code] = str(label)
        return found

    def training(self, record: PublicRecord) -> Data:
        """A training as a list shows it."""
        card = record.card
        return {
            "id": record.slug,
            "url": page_addresses(self.root, "training", record.slug),
            "title": self.text(card["title"]),
            "subtitle": self.text(card.get("subtitle")),
            "summary": self.text(card.get("summary")),
            "status": card["status"],
            "dates": self.dates(card["dates"]),
            "format": card["format"],
            "places": [self.place(place) for place in card["places"]],
            "scope": card["scope"],
            "regions": self.regions(card["regions"]),
            "countries": [self.country(code) for code in card["countries"]],
            "areas": [self.area(code) for code in card["areas"]],
            "languages": [self.spoken(code) for code in card["languages"]],
            "topics": [
                {"id": slug, "name": self.text(self.names["topic", slug]["name"])}
                for slug in card["topics"]
                if ("topic", slug) in self.names
            ],
            "participants": card["participants"],
            "participant_countries": card["participant_countries"],
            "organisations": self.named("organisation", card["organisations"]),
            "people": self.named("person", card["people"]),
            "changed_at": record.changed_at.isoformat(),
        }

    def training_whole(self, record: PublicRecord) -> Data:
        """A training with everything its page shows."""
        facts = record.facts
        return {
            **self.training(record),
            **{name: self.text(facts.get(name)) for name in ("need", "objectives", "outcomes", "approach")},
            "title_origin": facts["title_origin"],
            "former_dates": [
                {
                    "edtf": former["edtf"],
                    "reason": self.text(written_in(former.get("reason", ""), former.get("language", ""))),
                    "changed_on": former.get("changed_on"),
                }
                for former in facts["former_dates"]
            ],
            "phases": [
                {
                    "mode": phase["mode"],
                    "dates": self.dates(phase["dates"]),
                    "sessions": phase.get("sessions"),
                    "time_zone": phase.get("time_zone"),
                }
                for phase in facts["phases"]
            ],
            "sessions": [self.session(session) for session in facts["sessions"]],
            "duration_days": (facts["duration"] or {}).get("value"),
            "format_reason": self.text(facts.get("format_reason")),
            "interpretation": [self.spoken(code) for code in facts["interpretation"]],
            "methods": facts["methods"],
            "capacity": facts["capacity"],
            "reported": [
                {"value": count["value"], "source": count.get("source")} for count in facts["counts"]["reported"]
            ],
            "study_visits": self._known("organisation", facts["study_visits"]),
            "sources": [
                {"code": code, **{key: source.get(key) for key in ("title", "publisher", "url", "language")}}
                for code, source in facts["sources"].items()
            ],
        }  # fmt: skip

    def person(self, record: PublicRecord) -> Data:
        return {
            "id": record.slug,
            "url": page_addresses(self.root, "person", record.slug),
            "name": record.card["name"],
            "position": self.text(record.card["position"]),
            "country": self.country(record.card["country"]) if record.card["country"] else None,
            "changed_at": record.changed_at.isoformat(),
        }

    def person_whole(self, record: PublicRecord, trainings: Iterable[PublicRecord]) -> Data:
        """A person with biography, posts and trainings."""
        facts = record.facts
        return {
            **self.person(record),
            "given_name": facts["given"],
            "family_name": facts["family"],
            "other_names": facts["other_names"],
            "biography": self.text(facts["bio"]),
            "biography_as_of": facts.get("as_of") or None,
            "affiliations": [
                {
                    "organisation": post["organisation"],
                    "id": post["record"] if ("organisation", post["record"]) in self.names else None,
                    "title": post.get("title"),
                    "since": post.get("from"),
                    "until": post.get("to"),
                    "current": post["current"],
                }
                for post in facts["affiliations"]
            ],
            "trainings": self.roles("people", record.slug, trainings),
        }

    def organisation(self, record: PublicRecord) -> Data:
        return {
            "id": record.slug,
            "url": page_addresses(self.root, "organisation", record.slug),
            "name": self.text(record.card["name"]),
            "type": record.card["type"],
            "country": self.country(record.card["country"]) if record.card["country"] else None,
            "city": record.card["city"],
            "changed_at": record.changed_at.isoformat(),
        }

    def organisation_whole(self, record: PublicRecord, trainings: Iterable[PublicRecord]) -> Data:
        """An organisation with its other names, its parent and its trainings."""
        parent = record.facts["parent"]
        return {
            **self.organisation(record),
            "also_named": record.facts["also_named"],
            "parent": self.known("organisation", parent) if ("organisation", parent) in self.names else None,
            "website": record.facts.get("website"),
            "trainings": self.roles("organisations", record.slug, trainings),
        }

    def topic(self, record: PublicRecord) -> Data:
        return {
            "id": record.slug,
            "url": page_addresses(self.root, "topic", record.slug),
            "name": self.text(record.card["name"]),
            "description": self.text(record.facts["description"]),
            "changed_at": record.changed_at.isoformat(),
        }

    def session(self, session: Mapping[str, Any]) -> Data:
        return {
            "title": self.text(session["title"]),
            "kind": session["kind"],
            "phase": session.get("phase"),
            "starts": session.get("starts"),
            "ends": session.get("ends"),
            "trainers": self._known("person", session.get("trainers", ())),
        }

    def roles(self, field: str, slug: str, trainings: Iterable[PublicRecord]) -> list[Data]:
        """The trainings in which ``slug`` stands among ``field`` ("people", "organisations"), a role each."""
        return [
            {"id": training.slug, "title": self.text(training.card["title"]), "role": role}
            for training in trainings
            for named, role in training.card[field]
            if named == slug
        ]

    def named(self, kind: str, roles: Iterable[tuple[str, str]]) -> list[Data]:
        """Records of ``kind`` with their role, in order; those that are not public are left out."""
        return [{**self.known(kind, slug), "role": role} for slug, role in roles if (kind, slug) in self.names]

    def known(self, kind: str, slug: str) -> Data:
        """A record that is public: its id and its name. A person's name is one text in every language."""
        name = self.names[kind, slug]["name"]
        return {"id": slug, "name": name if kind == "person" else self.text(name)}

    def dates(self, dates: Mapping[str, Any] | None) -> Data | None:
        if dates is None:
            return None
        return {
            "edtf": dates["edtf"],
            "precision": dates["precision"],
            "earliest": dates["from"],
            "latest": dates["to"],
            "tentative": dates.get("tentative", False),
        }

    def place(self, place: Mapping[str, Any]) -> Data:
        return {"country": self.country(place["country"]), "city": place["city"]}

    def country(self, code: str) -> Data:
        country = self.places.countries.get(code)
        return {"code": code, "name": self.text(country.name if country else {})}

    def spoken(self, code: str) -> Data:
        language = self.places.languages.get(code)
        return {"code": code, "name": self.text(language.name if language else {})}

    def area(self, code: str) -> Data:
        area = self.places.areas.get(code)
        return {"code": code, "name": self.text(area.name if area else {})}

    def regions(self, codes: Iterable[str]) -> list[Data]:
        """Regions of the scheme that the programme counts by, else of whichever in force holds the code."""
        return [{"code": code, "name": self.text(self.region_name(code))} for code in codes]

    def region_name(self, code: str) -> Mapping[str, str]:
        region = self.places.coverage_region(code, kept_scheme(self.places).code)
        return region.name if region else {}

    def _known(self, kind: str, slugs: Iterable[str]) -> list[Data]:
        return [self.known(kind, slug) for slug in slugs if (kind, slug) in self.names]


def referred(records: Iterable[PublicRecord], *, whole: bool = False) -> dict[str, set[str]]:
    """What the trainings' cards (or, ``whole``, their facts) refer to, as `publications.queries.cards` takes it."""
    found: dict[str, set[str]] = {"topic": set(), "organisation": set(), "person": set()}
    for record in records:
        found["topic"].update(record.card["topics"])
        found["organisation"].update(slug for slug, _role in record.card["organisations"])
        found["person"].update(slug for slug, _role in record.card["people"])
        if whole:
            found["organisation"].update(record.facts["study_visits"])
            for session in record.facts["sessions"]:
                found["person"].update(session.get("trainers", ()))
    return found
