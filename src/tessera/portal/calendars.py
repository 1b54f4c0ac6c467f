"""Trainings as iCalendar (RFC 5545).

What stands in a calendar: a phase whose days are known, as an event of whole days; in a training's own calendar
also each session whose hours are known, in the time zone of its phase. A date known only to the month (or season,
or year) is left out, because a calendar cannot say "some day in October". Of a postponed training without new
days, and of a cancelled one, the days it had stand as cancelled, so that subscribed calendars strike them out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from tessera.core import edtf
from tessera.core.translated import best
from tessera.places.cities import city_name
from tessera.places.queries import Reference
from tessera.portal.addresses import page_path
from tessera.portal.open_data import Names
from tessera.programmes.models import Mode, Status
from tessera.publications.models import PublicRecord
from tessera.web.punctuation import listed

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://tessera.invalid/")
CANCELLED, TENTATIVE, CONFIRMED = "CANCELLED", "TENTATIVE", "CONFIRMED"
_TENTATIVE_STATUSES = {"proposed", "planned", "postponed"}


@dataclass(frozen=True)
class Slot:
    """One event to be: its place in the training (``part``), whole days or hours, and its state."""

    part: str
    start: date
    end: date
    state: str
    title: Mapping[str, str] | None = None
    mode: str = ""


def stable_id(*parts: str) -> str:
    """An id that stays the same on every server and in every language for the same thing."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def calendar(
    records: Iterable[PublicRecord], names: Names, places: Reference, *, root: str, language: str, name: str,
    sessions: bool = False,
) -> bytes:  # fmt: skip
    """The calendar of ``records`` for readers of ``language``, called ``name``; with ``sessions`` their hours too."""
    whole = Calendar()
    whole.add("prodid", f"-//Tessera//Trainings//{language.upper()}")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    writer = _Writer(names, places, root, language)
    for record in records:
        for slot in slots(record, sessions=sessions):
            whole.add_component(writer.event(record, slot))
    if not whole.subcomponents:
        whole.add_component(Timezone.from_tzid("Etc/UTC"))  # a calendar may not be without any component
    whole.add_missing_timezones()
    return whole.to_ical()


def deadlines(records: Iterable[PublicRecord], *, root: str, language: str, name: str) -> bytes:
    """The deadlines of calls: for each strand with a deadline of its own an event that ends when it closes.

    The event is the last hour; of a cancelled call it is cancelled. Times are in UTC, so that every calendar shows them
    on its own clock.
    """
    whole = Calendar()
    whole.add("prodid", f"-//Tessera//Calls//{language.upper()}")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for record in records:
        for event in _deadline_events(record, root, language):
            whole.add_component(event)
    if not whole.subcomponents:
        whole.add_component(Timezone.from_tzid("Etc/UTC"))  # a calendar may not be without any component
    return whole.to_ical()


def _deadline_events(record: PublicRecord, root: str, language: str) -> Iterator[Event]:
    facts = record.facts
    title, spoken = best(facts["title"], language)
    told: dict[str, tuple[str, Mapping[str, str]]] = {}
    for strand in facts["strands"]:
        if strand["deadline"]:
            told.setdefault(strand["deadline"]["closes_at"], (strand["key"], strand["name"]))
    for closes_at, (key, strand_name) in told.items():
        event = Event()
        part = best(strand_name, language)[0] if len(told) > 1 else ""
        words = _("Deadline: %(call)s") % {"call": f"{title} ({part})" if part else title}
        end = datetime.fromisoformat(closes_at).astimezone(UTC)
        event.add("uid", stable_id("call", record.slug, key if len(told) > 1 else ""))
        event.add("summary", words, parameters={"LANGUAGE": spoken or language})
        event.add("dtstamp", record.changed_at.astimezone(UTC))
        event.add("last-modified", record.changed_at.astimezone(UTC))
        event.add("sequence", len(facts["date_changes"]) + (facts["status"] == "cancelled"))
        event.add("dtstart", end - timedelta(hours=1))
        event.add("dtend", end)
        event.add("status", CANCELLED if facts["status"] == "cancelled" else CONFIRMED)
        event.add("transp", "TRANSPARENT")
        event.add("url", root + page_path("call", record.slug, language))
        text, spoken = best(facts["summary"], language)
        if text:
            event.add("description", text, parameters={"LANGUAGE": spoken})
        yield event


def slots(record: PublicRecord, *, sessions: bool = False) -> Iterator[Slot]:
    """The events of a training: its phases known to the day, or the days it had before it was called off."""
    facts = record.facts
    called_off = facts["status"] == "cancelled"
    tentative = facts["status"] in _TENTATIVE_STATUSES or bool((facts["dates"] or {}).get("tentative"))
    state = CANCELLED if called_off else TENTATIVE if tentative else CONFIRMED
    parts = [(str(n), phase["dates"], phase["mode"]) for n, phase in enumerate(facts["phases"])]
    if not any(dates for _part, dates, _mode in parts):
        parts = [("0", facts["dates"], facts["format"])]
    found = [
        Slot(part, *days, state, mode=mode if len(parts) > 1 else "")
        for part, dates, mode in parts
        if (days := known_days(dates["edtf"] if dates else None))
    ]
    if not found and facts["status"] in ("postponed", "cancelled"):
        for former in reversed(facts["former_dates"]):
            if days := known_days(former["edtf"]):
                found = [Slot("0", *days, CANCELLED)]
                break
    yield from found
    if sessions:
        yield from _hours(facts, state)


def known_days(text: str | None) -> tuple[date, date] | None:
    """First and last day of an EDTF date, where both are known exactly."""
    if not text:
        return None
    value = edtf.parse(text, allow_open=True)
    if value.precision != "day" or value.qualifier or value.is_open:
        return None
    first, last = value.earliest_start, value.latest_end
    return (first, last) if first and last else None


def _hours(facts: Mapping[str, Any], state: str) -> Iterator[Slot]:
    for n, session in enumerate(facts["sessions"]):
        if session.get("starts") and session.get("ends"):
            zone = _zone(facts, session.get("phase"))
            start, end = (datetime.fromisoformat(session[key]).astimezone(zone) for key in ("starts", "ends"))
            yield Slot(f"session-{n}", start, end, state, title=session["title"])


def _zone(facts: Mapping[str, Any], phase: int | None) -> ZoneInfo | Any:
    named = [facts["phases"][phase].get("time_zone")] if phase is not None and phase < len(facts["phases"]) else []
    named += [venue.get("time_zone") for venue in facts["venues"]]
    for name in filter(None, named):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


@dataclass(frozen=True)
class _Writer:
    names: Names
    places: Reference
    root: str
    language: str

    def event(self, record: PublicRecord, slot: Slot) -> Event:
        facts, event = record.facts, Event()
        title, spoken = best(facts["title"], self.language)
        if slot.title is not None:
            part, spoken_part = best(slot.title, self.language)
            title = f"{part} ({title})" if part else title
            spoken = spoken_part or spoken
        elif slot.mode:
            title = f"{title} ({Mode(slot.mode).label})"
        event.add("uid", stable_id("training", record.slug, slot.part))
        event.add("summary", title, parameters={"LANGUAGE": spoken or self.language})
        event.add("dtstamp", record.changed_at.astimezone(UTC))
        event.add("last-modified", record.changed_at.astimezone(UTC))
        event.add("sequence", len(facts["former_dates"]) + (facts["status"] == "cancelled"))
        event.add("dtstart", slot.start)
        # The end of an event of whole days is the day after the last.
        event.add("dtend", slot.end if isinstance(slot.end, datetime) else slot.end + timedelta(days=1))
        event.add("status", slot.state)
        event.add("transp", "OPAQUE" if isinstance(slot.start, datetime) else "TRANSPARENT")
        event.add("url", self.root + page_path("training", record.slug, self.language))
        if where := listed((self._place(place) for place in facts["places"]), self.language):
            event.add("location", where, parameters={"LANGUAGE": self.language})
        event.add("description", "\n".join(self._description(record)), parameters={"LANGUAGE": self.language})
        if topics := [best(card["name"], self.language)[0] for card in self._cards("topic", facts["topics"])]:
            event.add("categories", topics, parameters={"LANGUAGE": self.language})
        return event

    def _description(self, record: PublicRecord) -> Iterator[str]:
        facts = record.facts
        yield str(Status(facts["status"]).label)
        for texts in (facts.get("subtitle"), facts["summary"]):
            if text := best(texts, self.language)[0]:
                yield text
        organisers = [slug for slug, role in facts["organisations"] if role == "organiser"]
        if names := [best(card["name"], self.language)[0] for card in self._cards("organisation", organisers)]:
            yield _("Organised by %(organisations)s") % {"organisations": listed(names, self.language)}

    def _cards(self, kind: str, slugs: Iterable[str]) -> list[Mapping[str, Any]]:
        return [self.names[kind, slug] for slug in slugs if (kind, slug) in self.names]

    def _place(self, place: Mapping[str, Any]) -> str:
        country = self.places.countries.get(place["country"])
        name = best(country.name, self.language)[0] if country else place["country"]
        city = city_name(place["city"] or "", place["country"], self.language)
        return f"{city}, {name}" if city else name
