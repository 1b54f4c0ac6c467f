"""What a page tells machines in its head: schema.org data, previews of shared addresses, the list's other forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel.core import get_global
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.core.translated import best
from tessera.places.queries import Reference, reference
from tessera.portal.addresses import page_path, root_of
from tessera.portal.jsonld import Describer, Thing, script_text
from tessera.portal.open_data import Names
from tessera.publications.models import PublicRecord

register = template.Library()

FORMS = (
    ("trainings_ics", "text/calendar"),
    ("trainings_atom", "application/atom+xml"),
    ("trainings_csv", "text/csv"),
    ("trainings_json", "application/json"),
)


@register.simple_tag(takes_context=True)
def training_jsonld(
    context: Context, record: PublicRecord, names: Names, places: Reference | None = None
) -> SafeString | str:
    """The training as schema.org data; nothing for a rehearsal record. One query where ``places`` is not given."""
    return "" if record.rehearsal else _script(_describer(context, names, places).training(record))


@register.simple_tag(takes_context=True)
def person_jsonld(
    context: Context, record: PublicRecord, names: Names, places: Reference | None = None
) -> SafeString | str:
    return "" if record.rehearsal else _script(_describer(context, names, places).person(record))


@register.simple_tag(takes_context=True)
def organisation_jsonld(
    context: Context, record: PublicRecord, names: Names, places: Reference | None = None
) -> SafeString | str:
    return "" if record.rehearsal else _script(_describer(context, names, places).organisation(record))


@register.simple_tag(takes_context=True)
def home_jsonld(context: Context) -> SafeString:
    """The site and its search."""
    return _script(Describer({}, Reference(0), _root(context), _language(), timezone.now().date()).site())


@register.simple_tag(takes_context=True)
def share_meta(
    context: Context, title: Any, description: Any = "", image: str = "", kind: str = "website"
) -> SafeString:
    """How the page presents itself where its address is shared (Open Graph, Twitter). ``image`` is a path."""
    request: HttpRequest = context["request"]
    root, language = _root(context), _language()
    others = [code for code in settings.INTERFACE_LANGUAGES if code != language]
    picture = root + (image or f"/{language}/share.png")
    pairs = [
        ("og:type", kind),
        ("og:site_name", settings.PROGRAMME_NAME),
        ("og:title", title),
        ("og:description", description),
        ("og:url", root + request.path),
        ("og:locale", _territory(language)),
        *(("og:locale:alternate", _territory(code)) for code in others),
        ("og:image", picture),
        ("og:image:type", "image/png"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:alt", _("A map of the world in tiles; the countries concerned are set.")),
    ]
    return format_html(
        '{}<meta name="twitter:card" content="summary_large_image">',
        format_html_join("", '<meta property="{}" content="{}">\n', [pair for pair in pairs if pair[1]]),
    )


@register.simple_tag(takes_context=True)
def training_share_meta(context: Context, record: PublicRecord) -> SafeString:
    """The same for a training, with its own map; a rehearsal record asks robots to leave it alone instead."""
    if record.rehearsal:
        return mark_safe('<meta name="robots" content="noindex, nofollow">')
    card, language = record.card, _language()
    text = best(card.get("summary"))[0] or best(card.get("subtitle"))[0]
    image = page_path("training", record.slug, language) + "share.png"
    return share_meta(context, best(card["title"])[0], text[:300], image, "article")


@register.simple_tag
def list_alternates(query: str = "") -> SafeString:
    """Links to the same list as calendar, feed, file and data."""
    asked = f"?{query}" if query else ""
    links = [(kind, reverse(f"portal:{name}") + asked) for name, kind in FORMS]
    return format_html_join("", '<link rel="alternate" type="{}" href="{}">\n', links)


def _script(graph: Sequence[Thing]) -> SafeString:
    return mark_safe(f'<script type="application/ld+json">{script_text(graph)}</script>')  # noqa: S308 - escaped there


def _describer(context: Context, names: Names, places: Reference | None) -> Describer:
    return Describer(names, places or reference(), _root(context), _language(), timezone.now().date())


def _root(context: Context | Mapping[str, Any]) -> str:
    return root_of(context["request"])


def _territory(language: str) -> str:
    """A language with the country that Open Graph wants: "en_GB", and else CLDR's likeliest ("fr_FR", "pt_BR")."""
    if language == "en":
        return "en_GB"
    parts = get_global("likely_subtags").get(language, language.replace("-", "_")).split("_")
    return "_".join((parts[0], parts[-1].upper()) if len(parts) > 1 else parts)


def _language() -> str:
    return get_language() or settings.MAIN_LANGUAGE
