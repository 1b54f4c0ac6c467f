"""Public records as schema.org data: Course with its CourseInstance, people, organisations, the site.

Every value comes from the record; what it does not know is left out. Roles that schema.org has no word for
(partner, initiator, mentor, …) are contributors with the name of their role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tessera.core import edtf
from tessera.core.translated import best
from tessera.places.cities import city_name
from tessera.places.queries import Reference
from tessera.portal.addresses import page_path
from tessera.portal.open_data import Names
from tessera.portal.sentences import is_over
from tessera.programmes.models import Credit, Engagement, Mode
from tessera.programmes.queries import kept_scheme
from tessera.publications.models import PublicRecord

type Thing = dict[str, Any]

CONTEXT = "https://schema.org"
COURSE_MODES = {"in_person": "Onsite", "online": "Online", "hybrid": "Blended"}
ATTENDANCE = {
    "in_person": f"{CONTEXT}/OfflineEventAttendanceMode",
    "online": f"{CONTEXT}/OnlineEventAttendanceMode",
    "hybrid": f"{CONTEXT}/MixedEventAttendanceMode",
}
CONTRIBUTORS = {"partner", "initiator", "study_visit", "mentor", "needs_originator"}


def script_text(graph: Sequence[Thing]) -> str:
    """The text of the script element: JSON in which nothing can end the element or open another."""
    text = json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@dataclass(frozen=True)
class Describer:
    """Describes records for readers of ``language``; ``names`` are the cards of what they refer to."""

    names: Names
    places: Reference
    root: str
    language: str
    on: date

    def site(self) -> list[Thing]:
        """The site, and how its catalogue is searched by address."""
        home = f"{self.root}/{self.language}/"
        return [
            {
                "@type": "WebSite",
                "@id": f"{home}#site",
                "url": home,
                "name": settings.PROGRAMME_NAME,
                "inLanguage": list(settings.INTERFACE_LANGUAGES),
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": {"@type": "EntryPoint", "urlTemplate": f"{home}trainings/?q={{search_term_string}}"},
                    "query-input": "required name=search_term_string",
                },
            }
        ]

    def training(self, record: PublicRecord) -> list[Thing]:
        """The course, held once, with its phases and sessions; and the way to its page."""
        facts, address = record.facts, self._address("training", record.slug)
        name = self._text(facts["title"])
        course = {
            "@type": "Course",
            "@id": f"{address}#course",
            "url": address,
            "name": name,
            "alternateName": self._text(facts.get("subtitle")),
            "description": self._text(facts.get("summary")) or self._text(facts.get("subtitle")) or name,
            # whoever began a training gives it where no organiser is on record
            "provider": self._organisations(facts, "organiser") or self._organisations(facts, "initiator"),
            "about": [
                {"@type": "DefinedTerm", "name": self._text(card["name"]), "url": self._address("topic", slug)}
                for slug in facts["topics"]
                if (card := self.names.get(("topic", slug)))
            ],
            "audience": self._audience(facts),
            "image": f"{address}share.png",
            "dateModified": record.changed_at.isoformat(timespec="seconds"),
            "hasCourseInstance": self._instance(facts, address, name),
        }
        trail = [(_("Trainings"), f"{self.root}/{self.language}/trainings/"), (name, address)]
        return [_kept(course), self.crumbs(trail)]

    def person(self, record: PublicRecord) -> list[Thing]:
        facts, address = record.facts, self._address("person", record.slug)
        current = [post for post in facts["affiliations"] if post["current"]]
        described = {
            **self._person(record.slug, record.card),
            "givenName": facts["given"],
            "familyName": facts["family"],
            "alternateName": list(facts["other_names"]),
            "description": self._text(facts["bio"]),
            "worksFor": [
                self._organisation(post["record"])
                if ("organisation", post["record"]) in self.names
                else {"@type": "Organization", "name": post["organisation"]}
                for post in current
            ],
            "workLocation": self._country(record.card["country"]) if record.card["country"] else None,
        }
        trail = [(_("People"), f"{self.root}/{self.language}/people/"), (record.card["name"], address)]
        return [_kept(described), self.crumbs(trail)]

    def organisation(self, record: PublicRecord) -> list[Thing]:
        facts, card = record.facts, record.card
        parent = facts["parent"]
        described = {
            **self._organisation(record.slug, card),
            "alternateName": list(facts["also_named"]),
            "sameAs": facts.get("website"),
            "address": self._address_of(card["city"], card["country"]),
            "parentOrganization": self._organisation(parent) if ("organisation", parent) in self.names else None,
        }
        return [_kept(described), self.crumbs([(self._text(card["name"]), described["url"])])]

    def crumbs(self, trail: Sequence[tuple[str, str]]) -> Thing:
        """The way from the home page to the page, as (name, address) pairs."""
        whole = [(settings.PROGRAMME_NAME, f"{self.root}/{self.language}/"), *trail]
        return {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": n, "name": name, "item": address}
                for n, (name, address) in enumerate(whole, start=1)
            ],
        }

    def _instance(self, facts: Mapping[str, Any], address: str, name: str) -> Thing:
        seats = facts["capacity"] or {}
        return _kept(
            {
                "@type": ["CourseInstance", "EducationEvent"],
                "@id": f"{address}#training",
                "url": address,
                "name": name,
                "description": self._text(facts.get("summary")),
                "courseMode": COURSE_MODES[facts["format"]],
                "eventAttendanceMode": ATTENDANCE[facts["format"]],
                "eventStatus": f"{CONTEXT}/{_event_status(facts, self.on)}",
                **_dates(facts["dates"]),
                "previousStartDate": _previous_start(facts),
                "duration": f"P{facts['duration']['value']}D" if facts["duration"] else None,
                "inLanguage": list(facts["languages"]),
                "location": self._locations(facts, address),
                "organizer": self._organisations(facts, "organiser"),
                "sponsor": self._organisations(facts, "supporter"),
                "instructor": [
                    self._person(slug, self.names["person", slug])
                    for slug, role in facts["people"]
                    if role == "trainer" and ("person", slug) in self.names
                ],
                "contributor": self._contributors(facts),
                "maximumAttendeeCapacity": seats.get("max"),
                "subEvent": self._phases(facts, address, name) + self._sessions(facts),
            }
        )

    def _phases(self, facts: Mapping[str, Any], address: str, name: str) -> list[Thing]:
        places = self._places(facts["places"])
        return [
            _kept(
                {
                    "@type": "EducationEvent",
                    "name": f"{name} ({Mode(phase['mode']).label})",
                    "eventAttendanceMode": ATTENDANCE[phase["mode"]],
                    "eventStatus": f"{CONTEXT}/{_event_status(facts, self.on)}",
                    **_dates(phase["dates"]),
                    "location": [_virtual(address)] if phase["mode"] == "online" else places,
                }
            )
            for phase in facts["phases"]
        ]

    def _sessions(self, facts: Mapping[str, Any]) -> list[Thing]:
        return [
            _kept(
                {
                    "@type": "EducationEvent",
                    "name": self._text(session["title"]),
                    "startDate": session.get("starts"),
                    "endDate": session.get("ends"),
                    "performer": [
                        self._person(slug, self.names["person", slug])
                        for slug in session.get("trainers", ())
                        if ("person", slug) in self.names
                    ],
                }
            )
            for session in facts["sessions"]
        ]

    def _locations(self, facts: Mapping[str, Any], address: str) -> list[Thing]:
        found = [] if facts["format"] == "online" else self._places(facts["places"])
        for slug, role in facts["organisations"]:
            card = self.names.get(("organisation", slug))
            if role == "host_venue" and card:
                where = self._address_of(card["city"], card["country"])
                found.append(_kept({"@type": "Place", "name": self._text(card["name"]), "address": where}))
        if facts["format"] != "in_person":
            found.append(_virtual(address))
        return found

    def _places(self, places: Iterable[Mapping[str, Any]]) -> list[Thing]:
        return [
            {
                "@type": "Place",
                "name": city_name(place["city"] or "", place["country"], self.language)
                or self._country_name(place["country"]),
                "address": self._address_of(place["city"], place["country"]),
            }
            for place in places
        ]

    def _contributors(self, facts: Mapping[str, Any]) -> list[Thing]:
        roles: list[Thing] = []
        for slug, role in facts["organisations"]:
            if role in CONTRIBUTORS and ("organisation", slug) in self.names:
                label = str(Credit.Role(role).label)
                roles.append({"@type": "Role", "roleName": label, "contributor": self._organisation(slug)})
        for slug, role in facts["people"]:
            card = self.names.get(("person", slug))
            if role in CONTRIBUTORS and card:
                label = str(Engagement.Role(role).label)
                roles.append({"@type": "Role", "roleName": label, "contributor": self._person(slug, card)})
        return roles

    def _audience(self, facts: Mapping[str, Any]) -> Thing | None:
        if facts["countries"]:
            areas = [self._country(code) for code in facts["countries"]]
        else:
            names = [self._area_name(code) for code in facts["areas"]] or [
                self._region_name(code) for code in facts["regions"]
            ]
            areas = [{"@type": "AdministrativeArea", "name": name} for name in names if name]
        return {"@type": "Audience", "geographicArea": areas} if areas else None

    def _organisations(self, facts: Mapping[str, Any], role: str) -> list[Thing]:
        return [
            self._organisation(slug)
            for slug, found in facts["organisations"]
            if found == role and ("organisation", slug) in self.names
        ]

    def _organisation(self, slug: str, card: Mapping[str, Any] | None = None) -> Thing:
        address = self._address("organisation", slug)
        name = self._text((card or self.names["organisation", slug])["name"])
        return {"@type": "Organization", "@id": address, "name": name, "url": address}

    def _person(self, slug: str, card: Mapping[str, Any]) -> Thing:
        address = self._address("person", slug)
        return _kept(
            {
                "@type": "Person",
                "@id": address,
                "name": card["name"],
                "url": address,
                "jobTitle": self._text(card["position"]),
            }
        )

    def _address_of(self, city: str | None, country: str | None) -> Thing | None:
        if not city and not country:
            return None
        locality = city_name(city or "", country, self.language)
        return _kept({"@type": "PostalAddress", "addressLocality": locality, "addressCountry": country})

    def _country(self, code: str) -> Thing:
        return {"@type": "Country", "name": self._country_name(code), "identifier": code}

    def _country_name(self, code: str) -> str:
        country = self.places.countries.get(code)
        return self._text(country.name) if country else code

    def _area_name(self, code: str) -> str:
        area = self.places.areas.get(code)
        return self._text(area.name) if area else ""

    def _region_name(self, code: str) -> str:
        region = self.places.coverage_region(code, kept_scheme(self.places).code)
        return self._text(region.name) if region else ""

    def _address(self, kind: str, slug: str) -> str:
        return self.root + page_path(kind, slug, self.language)

    def _text(self, texts: Mapping[str, str] | None) -> str:
        return best(texts, self.language)[0]


def _kept(thing: Thing) -> Thing:
    """``thing`` without what is not known."""
    return {key: value for key, value in thing.items() if value not in (None, "", [])}


def _virtual(address: str) -> Thing:
    return {"@type": "VirtualLocation", "url": address}


def _event_status(facts: Mapping[str, Any], on: date) -> str:
    if facts["status"] == "cancelled":
        return "EventCancelled"
    if facts["status"] == "postponed":  # with its new dates until they are over: then there are none again
        return "EventRescheduled" if facts["dates"] and not is_over(facts["dates"]["edtf"], on) else "EventPostponed"
    return "EventRescheduled" if facts["former_dates"] and facts["dates"] else "EventScheduled"


def _dates(dates: Mapping[str, Any] | None) -> Thing:
    """Start and end as exactly as they are known: a day, a month or a year (ISO 8601)."""
    if not dates:
        return {}
    value = edtf.parse(dates["edtf"], allow_open=True)
    return {"startDate": _iso(value.start), "endDate": _iso(value.end)}


def _previous_start(facts: Mapping[str, Any]) -> list[str] | str | None:
    found = [_iso(edtf.parse(former["edtf"], allow_open=True).start) for former in facts["former_dates"]]
    known = [start for start in found if start]
    return known[0] if len(known) == 1 else known or None


def _iso(point: edtf.Point | None) -> str | None:
    if point is None:
        return None
    month = "" if point.month is None or point.season is not None else f"-{point.month:02d}"
    return f"{point.year:04d}{month}" + (f"-{point.day:02d}" if point.day else "")
