"""Trainings as rows of a list: every string prepared here, so that templates only place them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from tessera.core.edtf import Edtf
from tessera.portal import sentences
from tessera.portal.addresses import page_path
from tessera.portal.naming import Names, shown
from tessera.portal.wording import joined, say, text
from tessera.publications.models import PublicRecord
from tessera.web import dates, lanes

GAP_DAYS = 400


@dataclass(frozen=True, slots=True)
class Row:
    """One training of a list. ``big`` and ``small`` are its date in the margin; ``kind`` is the tile of its status."""

    href: str
    title: SafeString
    big: str
    small: str
    where: SafeString
    audience: str
    role: str
    status: str
    kind: str
    figure: str
    word: str
    differ: SafeString
    rehearsal: SafeString

    def html(self, level: int) -> SafeString:
        """The row as an entry of a list whose headings have ``level``; written here because lists are long."""
        status = f'<span class="st {self.kind}">{escape(self.status)}</span><br>' if self.kind != "done" else ""
        figure = f"<b>{self.figure}</b> " if self.figure else ""
        meta = "".join(
            f"<span>{part}</span>" for part in (self.where, escape(self.audience), escape(self.role)) if part
        )
        differ = f'<p class="small mute">{self.differ}</p>' if self.differ else ""
        return SafeString(
            f'<li class="entry act"><p class="date">{self.big}<span>{self.small}</span></p><div class="stack tight">'
            f'<h{level} class="as3"><a href="{self.href}">{self.title}</a></h{level}>'
            f'<p class="meta">{meta}{self.rehearsal}</p>{differ}</div>'
            f'<p class="count">{status}{figure}{escape(self.word)}</p></li>'
        )


def training_rows(
    records: Iterable[PublicRecord], names: Names, on: date, *, role_of: tuple[str, str] | None = None
) -> list[Row]:
    """Rows for ``records``; ``role_of`` ("people", slug) tells in which role somebody stands in each."""
    return [training_row(record, names, on, role_of=role_of) for record in records]


def training_row(record: PublicRecord, names: Names, on: date, *, role_of: tuple[str, str] | None = None) -> Row:
    card = record.card
    edtf = card["dates"]["edtf"] if card["dates"] else None
    status, kind = sentences.status_label(card["status"], edtf, on, names.language)
    count = sentences.count(card["participants"], names.language)
    big, small = margin_of(card, names.language)
    return Row(
        href=page_path("training", record.slug, names.language),
        title=shown(card["title"], names.language),
        big=big,
        small=small,
        where=where_words(card, names),
        audience=names.audience(card),
        role=_roles(card, role_of, names.language) if role_of else "",
        status=status,
        kind=kind,
        figure=count.figure,
        word=count.word,
        differ=sources_differ(names.language) if count.differ else SafeString(""),
        rehearsal=rehearsal_tag(names.language) if record.rehearsal else SafeString(""),
    )


def sources_differ(language: str) -> SafeString:
    return format_html(
        '<span class="st due">{}</span> {}', text("people.disagree", language), text("people.kept", language)
    )


def rehearsal_tag(language: str) -> SafeString:
    """The mark of what was invented to practise with."""
    return format_html('<span class="tag">{}</span>', text("word.rehearsal", language))


def margin_of(card: dict[str, Any], language: str) -> tuple[str, str]:
    """The date for the margin; what is known instead where there is none."""
    if card["dates"]:
        return dates.margin(card["dates"]["edtf"], language)
    unknown = "date.unrecorded" if card["status"] in sentences.HELD else "date.undecided"
    return "–", say(unknown, language)


def where_words(card: dict[str, Any], names: Names) -> SafeString:
    """Town (or country) and the houses: "Lagos: Yemisi Shyllon Museum of Art"; "Online" where it has no place."""
    if not card["places"]:
        return SafeString(escape(say("format.online", names.language)) if card["format"] == "online" else "")
    national = card["scope"] == "national"
    place = escape(
        joined([names.place(p, country=not (national and p["city"])) for p in card["places"]], names.language)
    )
    houses = [
        names.name("organisation", slug)
        for slug, role in card["organisations"]
        if role == "host_venue" and names.known("organisation", slug)
    ]
    if not houses:
        return SafeString(place)
    return SafeString(say("place.venues", names.language, place=place, venues=", ".join(houses)))


def venue_slugs(records: Iterable[PublicRecord]) -> set[str]:
    """The organisations that rows name: the houses in which trainings were held."""
    return {slug for record in records for slug, role in record.card["organisations"] if role == "host_venue"}


def _roles(card: dict[str, Any], role_of: tuple[str, str], language: str) -> str:
    field, wanted = role_of
    found = dict.fromkeys(role for slug, role in card[field] if slug == wanted)
    return joined([say(f"role.{role}", language) for role in found], language)


def strip(records: Sequence[PublicRecord], language: str, on: date) -> tuple[SafeString, list[str]] | None:
    """Every dated training of ``records`` on one line of years, and the long gaps in words; None below two."""
    dated = sorted(
        (
            (span[0], span[1], record)
            for record in records
            if record.card["dates"] and (span := _span(record.card["dates"]))
        ),
        key=lambda found: (found[0], found[1], found[2].slug),
    )
    if len(dated) < 2:
        return None
    scale = lanes.Scale(dated[0][0].year, max(end for _start, end, _record in dated).year)
    blocks: list[lanes.Block] = []
    for start, end, record in dated:
        kind = mark_of(record.card, on)
        if (end - start).days > 92:
            blocks.append(lanes.Block(start, end, kind, band=True))
        else:
            blocks.append(lanes.Block(start, end, kind))
    gaps, latest = [], dated[0][1]
    for start, end, _record in dated[1:]:
        if (start - latest).days > GAP_DAYS:
            gaps.append((latest + timedelta(days=1), start - timedelta(days=1)))
        latest = max(latest, end)
    said = [
        say("gap", language, first=dates.month_year(first, language), last=dates.month_year(last, language))
        for first, last in gaps
    ]
    label = say("strip.label", language, n=len(dated), first=dates.month_year(dated[0][0], language),
                last=dates.month_year(dated[-1][0], language))  # fmt: skip
    return lanes.timeline(blocks, gaps, scale, label), said


def mark_of(card: dict[str, Any], on: date) -> lanes.MarkKind:
    """The sign of a training on a line of time."""
    if card["scope"] == "national":
        return "national"
    if card["status"] in sentences.HELD:
        return "held"
    if card["status"] in ("announced", "in_delivery"):
        return "unconfirmed" if sentences.is_over(card["dates"]["edtf"], on) else "announced"
    return "proposed"


def _span(known: dict[str, Any]) -> tuple[date, date] | None:
    value: Edtf = dates.read(known["edtf"])
    if value.earliest_start is None or value.latest_end is None:
        return None
    return value.earliest_start, value.latest_end
