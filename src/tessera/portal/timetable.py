"""When a training meets: phases and sessions as rows, and the phases drawn by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_time, get_timezone_gmt, get_timezone_location
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from tessera.portal.naming import Names, shown
from tessera.portal.wording import joined, say, text
from tessera.web import dates, lanes
from tessera.web.locales import locale_of
from tessera.web.punctuation import listed

UTC_NAMES = frozenset({"UTC", "UCT", "Universal", "Zulu", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A row of the timetable."""

    name: SafeString
    when: SafeString
    where: str
    about: SafeString


def timetable(facts: Mapping[str, Any], names: Names) -> list[Slot]:
    """The timetable: sessions where they are listed, else phases where there are several or they say more."""
    language, slots = names.language, []
    phases = facts["phases"]
    if len(phases) > 1 or any(phase.get("sessions") for phase in phases):
        for phase in phases:
            name = text(f"format.{phase['mode']}", language)
            when = (
                dates.time_words(phase["dates"]["edtf"], language)
                if phase["dates"]
                else say("date.undecided", language)
            )
            where = (
                ""
                if phase["mode"] == "online"
                else joined([names.place(p, country=False) for p in facts["venues"]], language)
            )
            about = say("count.sessions", language, n=phase["sessions"]) if phase.get("sessions") else ""
            slots.append(Slot(SafeString(escape(name)), SafeString(when), where, SafeString(escape(about))))
    for session in facts["sessions"]:
        zone = phases[session["phase"]].get("time_zone") if session.get("phase") is not None else None
        trainers = joined(
            [str(names.link("person", s)) for s in session.get("trainers", ()) if names.known("person", s)], language
        )
        slots.append(
            Slot(
                shown(session["title"], language),
                _session_time(session, zone, names),
                session.get("room", ""),
                SafeString(trainers or escape(text(f"session.{session['kind']}", language))),
            )
        )
    return slots


def _session_time(session: Mapping[str, Any], zone: str | None, names: Names) -> SafeString:
    language = names.language
    if not session.get("starts"):
        return SafeString("")
    clock = ZoneInfo(zone or "UTC")

    def told(moment: datetime, day: bool) -> str:
        time = format_time(moment, "short", locale=locale_of(language))
        return f"{dates.in_words(moment.date(), language)}, {time}" if day else time

    start = datetime.fromisoformat(session["starts"]).astimezone(clock)
    words = told(start, day=True)
    if session.get("ends"):
        end = datetime.fromisoformat(session["ends"]).astimezone(clock)
        joint, other = ("–", False) if end.date() == start.date() else (" – ", True)
        words += joint + told(end, day=other)
    named = format_html('<time datetime="{}">{}</time>', start.isoformat(), words)
    return format_html('{} <span class="mute">({})</span>', named, clock_words(start, names))


def clock_words(at: datetime, names: Names) -> str:
    """Whose clock a moment is told on: "Qatar Time", "heure : Qatar", with the city where a country has several.

    Its offset where the zone is of no country that has a name here, or is an abbreviation ("CET"), whatever city CLDR
    takes that for; "UTC" by whichever of its names.
    """
    zone, locale = str(at.tzinfo), locale_of(names.language)
    if zone.removeprefix("Etc/") in UTC_NAMES:
        return "UTC"
    known = get_global("zone_aliases").get(zone, zone)
    country = get_global("zone_territories").get(known, "")
    if "/" not in zone or country not in names.places.countries or country not in locale.territories:
        return get_timezone_gmt(at, "long", locale=locale)
    place = names.country(country)
    if len(get_global("territory_zones").get(country, ())) > 1:
        city = get_timezone_location(known, locale=locale, return_city=True)
        place = locale.zone_formats["fallback"] % {"0": city, "1": place}
    return str(locale.zone_formats["region"] % place)


def phase_lane(facts: Mapping[str, Any], names: Names) -> SafeString:
    """The phases drawn by month, for a training of several dated phases; nothing otherwise."""
    phases = [(p, dates.read(p["dates"]["edtf"])) for p in facts["phases"] if p["dates"]]
    if len(phases) < 2:
        return SafeString("")
    first = min(e.earliest_start for _p, e in phases if e.earliest_start)
    last = max(e.latest_end for _p, e in phases if e.latest_end)
    first = first.replace(day=1)
    end = (last.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month + 1
    if months > 24:
        return SafeString("")
    labels = [dates.short_month((first.month - 1 + n) % 12 + 1, names.language) for n in range(months)]
    labels.append("")  # a blank month, so that the last tiles have room
    end = (end + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    bands, numbers, days, joins = [], [], [], []
    said: list[str] = []
    before: date | None = None
    for phase, edtf in phases:
        start, stop = edtf.earliest_start or first, edtf.latest_end or end
        count = phase.get("sessions") or 0
        if before is not None and start > before:
            joins.append((before, start))
        if phase["mode"] == "online" or edtf.is_rough:
            bands.append((start, stop + timedelta(days=1)))
            step = (stop - start) / (count * 2) if count else timedelta()
            numbers += [start + step * (2 * n + 1) for n in range(count)]
        else:
            days.append((start + (stop - start) / 2, count or min((stop - start).days + 1, 5)))
        before = max(stop, before) if before else stop
        mode = text(f"format.{phase['mode']}", names.language)
        said.append(f"{mode}, {dates.in_words(phase['dates']['edtf'], names.language)}")
    lane = lanes.MonthLane(first, end, tuple(labels), tuple(bands), tuple(numbers), tuple(days), tuple(joins))
    return lanes.month_lane(lane, listed(said, names.language))
