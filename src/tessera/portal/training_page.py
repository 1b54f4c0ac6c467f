"""Everything a training's own page says, from the facts of its public record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from tessera.portal import sentences
from tessera.portal.addresses import page_path
from tessera.portal.naming import Names, initials, languages_shown, shown, written_in
from tessera.portal.outside import Outside, outside_facts
from tessera.portal.timetable import Slot, phase_lane, timetable
from tessera.portal.wording import has, joined, say, text
from tessera.publications.models import PublicRecord
from tessera.web import dates

CREDITS = ("organiser", "initiator", "partner", "supporter", "host_venue", "study_visit", "rights_holder")
TEACHING = ("trainer", "mentor")
TEXTS = ("title", "subtitle", "summary", "need", "objectives", "outcomes", "approach", "format_reason")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who took part: two letters, name, post, and the first words of the biography as the page has them."""

    letters: str
    name: SafeString
    href: str
    position: SafeString


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """The page, in the order in which it is read. Empty parts are left out by the template."""

    crumb: str
    status: str
    kind: str
    format: str
    regions: tuple[SafeString, ...]
    title: SafeString
    subtitle: SafeString
    summary: SafeString
    when: str
    reason: SafeString
    former: tuple[SafeString, ...]
    facts: tuple[tuple[str, SafeString], ...]
    lane: SafeString
    slots: tuple[Slot, ...]
    places: tuple[str, ...]
    texts: tuple[tuple[str, SafeString], ...]
    topics: tuple[SafeString, ...]
    methods: tuple[str, ...]
    promises: bool
    people: tuple[tuple[str, tuple[PersonLine, ...]], ...]
    credits: tuple[tuple[str, SafeString], ...]
    counts: tuple[tuple[str, SafeString], ...]
    differ: bool
    outside: tuple[Outside, ...]
    sources: tuple[SafeString, ...]
    media: tuple[str, ...]
    other_languages: tuple[str, ...]
    older: bool


def referred(record: PublicRecord) -> dict[str, set[str]]:
    """The records that the page names, by kind."""
    facts = record.facts
    people = {slug for slug, _role in record.card["people"]}
    people.update(slug for session in facts["sessions"] for slug in session.get("trainers", ()))
    organisations = {slug for slug, _role in record.card["organisations"]} | set(facts["study_visits"])
    return {"person": people, "organisation": organisations, "topic": set(record.card["topics"])}


def training_page(record: PublicRecord, names: Names, on: date) -> TrainingPage:
    facts, language = record.facts, names.language
    edtf = facts["dates"]["edtf"] if facts["dates"] else None
    status, kind = sentences.status_label(facts["status"], edtf, on, language)
    texts = [facts.get(key) for key in TEXTS]
    return TrainingPage(
        crumb=_crumb(facts, names),
        status=status,
        kind=kind,
        format=text(f"format.{facts['format']}", language),
        regions=tuple(names.region_link(code) for code in facts["regions"]),
        title=shown(facts["title"], language),
        subtitle=shown(facts.get("subtitle"), language),
        summary=shown(facts.get("summary"), language),
        when=sentences.when_of(facts, on, language),
        reason=_reason(facts, language),
        former=tuple(_former(facts, language)),
        facts=tuple(_in_short(facts, names)),
        lane=phase_lane(facts, names),
        slots=tuple(timetable(facts, names)),
        places=tuple(dict.fromkeys(names.place(place) for place in facts["venues"])),
        texts=tuple((text(f"text.{key}", language), prose(facts[key], language))
                    for key in ("need", "objectives", "outcomes", "approach") if facts.get(key)),
        topics=tuple(names.links("topic", facts["topics"])),
        methods=tuple(text(f"method.{m}", language) if has(f"method.{m}") else m for m in facts["methods"]),
        promises=bool((facts["commitments"].get("dissemination") or {}).get("required")),
        people=tuple(_people(facts, names)),
        credits=tuple(_credits(facts, names)),
        counts=tuple(_counts(facts, names)),
        differ=bool(facts["participants"] and facts["participants"]["differ"]),
        outside=tuple(outside_facts(facts["external"], facts["sources"], names)),
        sources=tuple(source_line(source) for source in facts["sources"].values()),
        media=tuple(facts["media_credits"]),
        other_languages=tuple(names.spoken(code) for code in languages_shown(texts, language)),
        older=language in facts.get("stale", ()),
    )  # fmt: skip


def prose(texts: Mapping[str, str], language: str) -> SafeString:
    """A text of several paragraphs, or of points where its lines begin with a dash."""
    marked = shown(texts, language)
    paragraphs = [part.strip() for part in str(marked).replace("\r", "").split("\n\n") if part.strip()]
    if len(paragraphs) < 2 or marked.startswith("<span"):
        return format_html("<p>{}</p>", SafeString(marked.replace("\n", "<br>")))
    return SafeString("".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs))


def _crumb(facts: Mapping[str, Any], names: Names) -> str:
    """Town and year, as people call a training: "Fort-de-France 2022"."""
    place = facts["places"][0] if facts["places"] else None
    where = names.place(place, country=False) if place else text(f"format.{facts['format']}", names.language)
    return f"{where} {facts['dates']['to'][:4]}" if facts["dates"] else where


def _reason(facts: Mapping[str, Any], language: str) -> SafeString:
    """Why the training had its format: "Hybrid: pandemic restrictions of 2021."."""
    reason = shown(facts.get("format_reason"), language)
    if not reason:
        return reason
    return SafeString(
        say("format.because", language, format=text(f"format.{facts['format']}", language), reason=reason)
    )


def _former(facts: Mapping[str, Any], language: str) -> list[SafeString]:
    """The dates it had before and why they were given up; of a postponed one, whose sentence names them, why alone."""
    former = facts["former_dates"]
    reasons = [shown(written_in(old.get("reason", ""), old.get("language", "")), language) for old in former]
    if facts["status"] == "postponed":
        return [reason for reason in reasons[-1:] if reason]
    said = sentences.former_dates([old["edtf"] for old in former], language)
    return [format_html("{} {}", sentence, reason) for sentence, reason in zip(said, reasons, strict=True)]


def _in_short(facts: Mapping[str, Any], names: Names) -> list[tuple[str, SafeString]]:
    """Dates, people, audience, language, length, places: (name, value)."""
    language = names.language
    count = sentences.count(facts["participants"], language)
    found: list[tuple[str, Any]] = []
    if facts["dates"]:
        found.append(("fact.dates", dates.time_words(facts["dates"]["edtf"], language)))
    else:
        unknown = "date.unrecorded" if facts["status"] in sentences.HELD else "date.undecided"
        found.append(("fact.dates", say(unknown, language)))
    found.append(("fact.where", joined([names.place(place) for place in facts["venues"]], language)))
    found.append(("fact.for", names.audience_whole(facts)))
    audience, seats = facts["audience"], facts["capacity"] or {}
    for key, group in (("career_level", "level"), ("disciplines", "disciplines")):
        if said := audience.get(key):
            word = f"{group}.{said}"
            found.append((f"fact.{key}", text(word, language) if has(word) else shown(written_in(said, ""), language)))
    if not _told_by_places(facts["participants"], seats):
        found.append(("fact.capacity", sentences.span(seats.get("min"), seats.get("max"), language)))
    found.append(("fact.people", count.whole))
    if facts["counts"]["countries"]:
        found.append(("fact.from", say("count.countries", language, n=facts["counts"]["countries"])))
    spoken = [names.spoken(code) for code in facts["languages"]]
    found.append(("fact.language", joined(spoken, language) if spoken else say("date.unrecorded_f", language)))
    if facts["interpretation"]:
        found.append(("fact.interpretation", joined([names.spoken(c) for c in facts["interpretation"]], language)))
    if facts["duration"]:
        found.append(("fact.length", say("count.days", language, n=facts["duration"]["value"])))
    return [(text(key, language), value) for key, value in found if value]


def _told_by_places(participants: Mapping[str, Any] | None, seats: Mapping[str, Any]) -> bool:
    """Whether the number of a training to come says all that its capacity does: each bound is the same."""
    if not participants or participants["kind"] != "planned":
        return False
    return all(participants[bound] == number for bound, number in seats.items() if number is not None)


def _counts(facts: Mapping[str, Any], names: Names) -> list[tuple[str, SafeString]]:
    """Every number with where it comes from, where there is more to say than the one number."""
    language, counts = names.language, facts["counts"]
    found: list[tuple[str, SafeString]] = []
    if counts["planned"]:
        number = sentences.span(counts["planned"]["min"], counts["planned"]["max"], language)
        found.append((text("count.planned", language), SafeString(escape(number))))
    numbers = []
    for reported in counts["reported"]:
        origin = (
            format_html(' <span lang="en" class="mute">({})</span>', reported["where"]) if reported.get("where") else ""
        )
        source = reported.get("source")
        if source in facts["sources"]:
            origin += format_html(' <span class="mute">{}</span>', facts["sources"][source]["title"])
        numbers.append((reported["value"], origin))
    if numbers:
        found.append((text("count.reported", language), format_html_join(SafeString("<br>"), "{}{}", numbers)))
    if counts["recorded"]:
        found.append((text("count.recorded", language), SafeString(str(counts["recorded"]))))
    return found


def _people(facts: Mapping[str, Any], names: Names) -> list[tuple[str, tuple[PersonLine, ...]]]:
    by_role: dict[str, list[PersonLine]] = {}
    for slug, role in facts["people"]:
        if not names.known("person", slug):
            continue
        card = names.cards["person", slug]
        line = PersonLine(
            initials(card["name"]), names.name("person", slug), page_path("person", slug, names.language),
            shown(card.get("position"), names.language),
        )  # fmt: skip
        by_role.setdefault(role, []).append(line)
    order = [*TEACHING, *(role for role in by_role if role not in TEACHING)]
    plural = {"trainer": "people.trainers", "mentor": "people.mentors"}
    return [
        (text(plural.get(role, f"role.{role}"), names.language), tuple(by_role[role]))
        for role in order
        if role in by_role
    ]


def _credits(facts: Mapping[str, Any], names: Names) -> list[tuple[str, SafeString]]:
    found = []
    for role in CREDITS:
        slugs = [credit["organisation"] for credit in facts["credits"] if credit["role"] == role]
        if role == "study_visit":
            slugs += [slug for slug in facts["study_visits"] if slug not in slugs]
        links = names.links("organisation", dict.fromkeys(slugs))
        if links:
            found.append(
                (text(f"by.{role}", names.language), format_html_join(SafeString("<br>"), "{}", ((x,) for x in links)))
            )
    return found


def source_line(source: Mapping[str, Any]) -> SafeString:
    """The label is ours and in English; the language of a source is that of the page behind the link."""
    named = title = format_html('<span lang="en">{}</span>', source["title"])
    if _is_web(source.get("url")):
        named = format_html('<a href="{}" hreflang="{}">{}</a>', source["url"], source.get("language") or "en", title)
    return format_html("{}, {}", named, source["publisher"]) if source.get("publisher") else named


def _is_web(url: str | None) -> bool:
    return bool(url and url.startswith(("https://", "http://")))
