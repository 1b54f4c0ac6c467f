"""Lists of trainings as Atom (RFC 4287) and as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tessera.core.translated import best
from tessera.places.cities import city_name
from tessera.places.queries import Reference
from tessera.portal.addresses import page_path
from tessera.portal.calendars import stable_id
from tessera.portal.open_data import Data, Names
from tessera.programmes.models import Status
from tessera.publications.models import PublicRecord
from tessera.web import dates

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EMPTY_SINCE = datetime(2018, 9, 1, tzinfo=UTC)  # what an empty feed says of its last change
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(
    records: Sequence[PublicRecord], names: Names, places: Reference, *,
    root: str, path: str, page: str, query: str, language: str, title: str, author: str,
) -> bytes:  # fmt: skip
    """A feed of ``records`` whose own address is ``root + path`` and whose page is ``root + page``.

    The ids depend on neither host nor language, so that a reader's program never shows an entry twice.
    """
    feed = ET.Element("feed", {"xmlns": ATOM, XML_LANG: language})
    _add(feed, "id", f"urn:uuid:{stable_id('feed', language, query)}")
    _add(feed, "title", title)
    changed = max((record.changed_at for record in records), default=EMPTY_SINCE)
    _add(feed, "updated", _moment(changed))
    _add(feed, "link", rel="self", type="application/atom+xml", href=root + path)
    _add(feed, "link", rel="alternate", type="text/html", hreflang=language, href=root + page)
    _add(_add(feed, "author"), "name", author)
    _add(feed, "generator", "Tessera")
    for record in records:
        _entry(feed, record, names, places, root, language)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="utf-8")


def _entry(feed: ET.Element, record: PublicRecord, names: Names, places: Reference, root: str, language: str) -> None:
    card = record.card
    entry = ET.SubElement(feed, "entry")
    title, spoken = best(card["title"], language)
    _add(entry, "id", f"urn:uuid:{stable_id('training', record.slug)}")
    _add(entry, "title", title, **({XML_LANG: spoken} if spoken and spoken != language else {}))
    _add(entry, "updated", _moment(record.changed_at))
    for code in sorted({language, *card["title"]}):
        _add(
            entry, "link", rel="alternate", type="text/html", hreflang=code,
            href=root + page_path("training", record.slug, code),
        )  # fmt: skip
    for slug in _with_role(card["organisations"], "organiser"):
        if ("organisation", slug) in names:
            _add(_add(entry, "author"), "name", best(names["organisation", slug]["name"], language)[0])
    for slug in card["topics"]:
        if ("topic", slug) in names:
            _add(entry, "category", term=slug, label=best(names["topic", slug]["name"], language)[0])
    summary, spoken = best(card.get("summary"), language)
    said = [
        str(Status(card["status"]).label),
        _when(card["dates"], language),
        *_where(card["places"], places, language),
    ]
    line = " · ".join(filter(None, said))
    _add(entry, "summary", line + (f"\n{summary}" if summary else ""))


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, tag, attributes)
    if text:
        made.text = _NOT_XML.sub("", text)
    return made


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _when(value: Mapping[str, Any] | None, language: str) -> str:
    return dates.in_words(value["edtf"], language) if value else ""


def _where(found: Iterable[Mapping[str, Any]], places: Reference, language: str) -> Iterator[str]:
    for place in found:
        country = places.countries.get(place["country"])
        name = best(country.name, language)[0] if country else place["country"]
        city = city_name(place["city"] or "", place["country"], language)
        yield f"{city}, {name}" if city else name


def _with_role(roles: Iterable[Sequence[str]], *wanted: str) -> list[str]:
    return [slug for slug, role in roles if role in wanted]


# The columns of the CSV file and what each holds; the page about feeds prints them.
COLUMNS: Mapping[str, str] = {
    "id": gettext_noop("name of the training in addresses; it never changes"),
    "title": gettext_noop("title in the language of the file, in another where it is missing"),
    "title_language": gettext_noop("language of that title (BCP 47)"),
    "status": gettext_noop("planned, announced, in_delivery, delivered, followed_up, closed, postponed or cancelled"),
    "dates": gettext_noop("dates as they are known (EDTF): 2019-11 is some day of November 2019"),
    "earliest": gettext_noop("earliest day on which it can have begun"),
    "latest": gettext_noop("latest day on which it can have ended"),
    "format": gettext_noop("in_person, online or hybrid"),
    "places": gettext_noop("cities and countries, joined by “; ”"),
    "place_countries": gettext_noop("countries of the places (ISO 3166-1)"),
    "scope": gettext_noop("audience: national, regional or interregional"),
    "regions": gettext_noop("codes of the regions reached"),
    "audience_countries": gettext_noop("countries the audience names (ISO 3166-1)"),
    "languages": gettext_noop("teaching languages (BCP 47)"),
    "topics": gettext_noop("names of the topics"),
    "participants_min": gettext_noop("participants; where sources differ, the lowest number"),
    "participants_max": gettext_noop("participants; where sources differ, the highest number"),
    "participants_kind": gettext_noop("planned, reported or recorded"),
    "organisers": gettext_noop("names of the organisers"),
    "partners": gettext_noop("names of partners, supporters and initiators"),
    "trainers": gettext_noop("names of the trainers"),
    "mentors": gettext_noop("names of the mentors"),
    "url": gettext_noop("address of the page"),
    "changed_at": gettext_noop("last change (UTC)"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(records: Iterable[PublicRecord], names: Names, places: Reference, *, root: str, language: str) -> bytes:
    """One line a training under COLUMNS: UTF-8 with a byte order mark, commas, CRLF (RFC 4180).

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for record in records:
        row = _row(record, names, places, root, language)
        writer.writerow([safe_cell(row[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe_cell(value: Any) -> Any:
    """``value`` as a cell that no spreadsheet runs; None becomes an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _row(record: PublicRecord, names: Names, places: Reference, root: str, language: str) -> Data:
    card = record.card
    title, spoken = best(card["title"], language)
    when, seats = card["dates"] or {}, card["participants"] or {}
    people, organisations = card["people"], card["organisations"]

    def called(kind: str, slugs: Iterable[str]) -> str:
        cards = [names[kind, slug]["name"] for slug in slugs if (kind, slug) in names]
        return "; ".join(name if isinstance(name, str) else best(name, language)[0] for name in cards)

    return {
        "id": record.slug,
        "title": title,
        "title_language": spoken,
        "status": card["status"],
        "dates": when.get("edtf"),
        "earliest": when.get("from"),
        "latest": when.get("to"),
        "format": card["format"],
        "places": "; ".join(_where(card["places"], places, language)),
        "place_countries": "; ".join(dict.fromkeys(place["country"] for place in card["places"])),
        "scope": card["scope"],
        "regions": "; ".join(card["regions"]),
        "audience_countries": "; ".join(card["countries"]),
        "languages": "; ".join(card["languages"]),
        "topics": called("topic", card["topics"]),
        "participants_min": seats.get("min"),
        "participants_max": seats.get("max"),
        "participants_kind": seats.get("kind"),
        "organisers": called("organisation", _with_role(organisations, "organiser")),
        "partners": called("organisation", _with_role(organisations, "partner", "supporter", "initiator")),
        "trainers": called("person", _with_role(people, "trainer")),
        "mentors": called("person", _with_role(people, "mentor")),
        "url": root + page_path("training", record.slug, language),
        "changed_at": _moment(record.changed_at),
    }


def column_notes() -> list[tuple[str, str]]:
    """(column, what it holds) in the reader's language."""
    return [(column, _(note)) for column, note in COLUMNS.items()]
