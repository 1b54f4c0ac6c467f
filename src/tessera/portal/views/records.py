"""People, organisations and topics: their lists and their pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tessera.core.edtf import EdtfError
from tessera.core.folding import clean
from tessera.organisations.models import OrganisationType
from tessera.organisations.queries import moved_to
from tessera.places.queries import reference
from tessera.portal import queries, rows
from tessera.portal.addresses import page_path
from tessera.portal.naming import Names, initials, languages_shown, shown
from tessera.portal.training_page import prose
from tessera.publications import queries as publications
from tessera.publications.models import PublicRecord
from tessera.web import dates
from tessera.web.pages import public_page

TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A person or an organisation in a list."""

    href: str
    name: SafeString
    about: SafeString
    place: str
    letters: str
    rehearsal: SafeString


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds or held, as a source says it (titles are in English there)."""

    name: SafeString
    title: str
    when: str
    current: bool


class Moved(Exception):
    """The record was merged; ``path`` is where it is now."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path)


def _follows(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Lead readers of an old address to the record's new one, for good."""

    @wraps(view)
    def follow(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except Moved as moved:
            return HttpResponsePermanentRedirect(moved.path)

    return follow


@public_page
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return _list(request, "person", "portal/people.html")


@public_page
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    return _list(request, "organisation", "portal/organisations.html")


@public_page
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All topics in their order, with the number of trainings of each."""
    names = Names(reference(), _language(), {})
    counts = queries.training_counts("topic")
    found = publications.listed("topic", rehearsal=request.GET.get("rehearsal") == "1")
    lines = [(_line(record, names), counts.get(record.slug, 0)) for record in found]
    return render(request, "portal/topics.html", {"section": "trainings", "lines": lines})


@public_page
@require_safe
@_follows
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody in a professional role: posts, biography with its date, trainings with the role in each."""
    return render(request, "portal/person.html", person_page(_found("person", slug)))


def person_page(record: PublicRecord) -> dict[str, Any]:
    """What the page of a person shows; the same for a draft before it is published."""
    slug = record.slug
    held = publications.trainings_of("person", slug, rehearsal=record.rehearsal)
    facts, language = record.facts, _language()
    slugs = {post["record"] for post in facts["affiliations"] if post["record"]} | rows.venue_slugs(held)
    names = Names(reference(), language, publications.cards({"organisation": slugs}))
    return {
        "section": "people",
        "record": record,
        "names": {**names.cards, ("person", slug): record.card},
        "places": names.places,
        "name": record.card["name"],
        "letters": initials(record.card["name"]),
        "position": shown(facts.get("position"), language),
        "country": names.country(facts["country"]) if facts.get("country") else "",
        "bio": prose(facts["bio"], language) if facts.get("bio") else "",
        "as_of": _date(facts.get("as_of")),
        "approved_on": _date(facts.get("approved_on")),
        "other_names": facts.get("other_names") or [],
        "posts": [_post(post, names) for post in facts["affiliations"]],
        "rows": rows.training_rows(held, names, timezone.now().date(), role_of=("people", slug)),
        **_languages([facts.get("position"), facts.get("bio")], facts, names),
    }


@public_page
@require_safe
@_follows
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation: what it is part of, its parts, its people, and the trainings with what it did in each."""
    return render(request, "portal/organisation.html", organisation_page(_found("organisation", slug)))


def organisation_page(record: PublicRecord) -> dict[str, Any]:
    """As ``person_page``."""
    slug = record.slug
    held = publications.trainings_of("organisation", slug, rehearsal=record.rehearsal)
    parts, members = queries.belonging_to(slug)
    facts, language = record.facts, _language()
    parent = facts.get("parent")
    wanted = rows.venue_slugs(held) | ({parent} if parent else set())
    cards = {**publications.cards({"organisation": wanted}), ("organisation", slug): record.card}
    names = Names(reference(), language, cards)
    return {
        "section": "people",
        "record": record,
        "names": cards,
        "places": names.places,
        "name": shown(facts["name"], language),
        "kind": _type(facts["type"]),
        "place": _place(facts, names),
        "also_named": facts.get("also_named") or [],
        "website": _web(facts.get("website")),
        "parent": names.link("organisation", parent) if parent and names.known("organisation", parent) else "",
        "parts": [_line(part, names) for part in parts],
        "members": [_line(member, names) for member in members],
        "rows": rows.training_rows(held, names, timezone.now().date(), role_of=("organisations", slug)),
        **_languages([facts["name"]], facts, names),
    }


@public_page
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic and its trainings."""
    return render(request, "portal/topic.html", topic_page(_found("topic", slug)))


def topic_page(record: PublicRecord) -> dict[str, Any]:
    """As ``person_page``."""
    slug = record.slug
    held = publications.trainings_of("topic", slug, rehearsal=record.rehearsal)
    language = _language()
    names = Names(reference(), language, publications.cards({"organisation": rows.venue_slugs(held)}))
    return {
        "section": "trainings",
        "record": record,
        "name": shown(record.card["name"], language),
        "about": prose(record.facts["description"], language) if record.facts.get("description") else "",
        "rows": rows.training_rows(held, names, timezone.now().date()),
        **_languages([record.card["name"], record.facts.get("description")], record.facts, names),
    }


def _list(request: HttpRequest, kind: str, template: str) -> HttpResponse:
    if any(not value for _key, values in request.GET.lists() for value in values):
        kept = QueryDict(mutable=True)
        kept.update(
            {key: value for key, value in request.GET.dict().items() if value and key in ("q", "page", "rehearsal")}
        )
        return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
    words = clean(request.GET.get("q", ""), lines=False)[:TEXT_LENGTH]
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    rehearsal = request.GET.get("rehearsal") == "1"
    found = queries.list_page(kind, text=words, page=page, rehearsal=rehearsal)
    names = Names(reference(), _language(), {})
    context = {
        "section": "people",
        "words": words,
        "found": found,
        "rehearsal": rehearsal,
        "page": Paginator(range(found.total), queries.SIZE).get_page(found.page),
        "lines": [_line(record, names) for record in found.records],
        "corrected": [(typed, ", ".join(used)) for typed, used in found.corrected.items()],
    }
    return render(request, template, context)


def _line(record: PublicRecord, names: Names) -> Line:
    card, kind = record.card, record.kind
    cards = {(kind, record.slug): card}
    own = Names(names.places, names.language, cards)
    about = SafeString("")
    if kind == "person":
        about = shown(card.get("position"), names.language)
    elif kind == "organisation":
        about = SafeString(escape(_type(card["type"])))
    place = _place(card, names)
    return Line(
        href=own.href(kind, record.slug),
        name=own.name(kind, record.slug),
        about=about,
        place=place,
        letters=initials(card["name"]) if kind == "person" else "",
        rehearsal=rows.rehearsal_tag(names.language) if record.rehearsal else SafeString(""),
    )


def _post(post: Mapping[str, Any], names: Names) -> Post:
    slug = post.get("record") or ""
    known = names.known("organisation", slug)
    start, end = post.get("from"), post.get("to")
    span = f"{start}/{end}" if start and end else f"{start}/.." if start else f"../{end}" if end else ""
    try:
        when = dates.in_words(span, names.language) if span else ""
    except EdtfError:
        when = " – ".join(part for part in (start, end) if part)
    name = names.link("organisation", slug) if known else SafeString(shown({"en": post["organisation"]}, "en"))
    return Post(name, post.get("title") or "", when, post["current"])


def _found(kind: str, slug: str) -> PublicRecord:
    """The public record at an address; `Moved` where it was merged into another."""
    record = publications.record(kind, slug)
    if record is None:
        target = moved_to(kind, slug)
        if target and publications.record(kind, target):
            raise Moved(page_path(kind, target, _language()))
        raise Http404
    return record


def _languages(texts: list[Mapping[str, str] | None], facts: Mapping[str, Any], names: Names) -> dict[str, Any]:
    others = [names.spoken(code) for code in languages_shown(texts, names.language)]
    return {"other_languages": others, "older": names.language in facts.get("stale", ())}


def _type(key: str) -> str:
    return str(OrganisationType(key).label) if key in OrganisationType.values else ""


def _place(facts: Mapping[str, Any], names: Names) -> str:
    """The town and the country, as far as they are known."""
    city = names.city(facts.get("city") or "", facts.get("country"))
    return ", ".join(part for part in (city, _country(facts, names)) if part)


def _country(facts: Mapping[str, Any], names: Names) -> str:
    return names.country(facts["country"]) if facts.get("country") else ""


def _date(edtf: str | None) -> str:
    return dates.in_words(edtf) if edtf else ""


def _web(url: str | None) -> str:
    return url if url and url.startswith(("https://", "http://")) else ""


def _language() -> str:
    return get_language() or settings.MAIN_LANGUAGE
