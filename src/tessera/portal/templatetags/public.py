"""Marks of public pages: their address in every language, text with its language, dates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tessera.portal.addresses import root_of
from tessera.portal.rows import Row

register = template.Library()


@register.simple_tag(takes_context=True)
def page_links(context: Context, query: str = "") -> SafeString:
    """The one address of this page, and the same page in every language; ``query`` is what belongs to it."""
    request = context["request"]
    root, tail = root_of(request), f"?{query}" if query else ""
    language, _, rest = request.path.lstrip("/").partition("/")
    pairs = [(code, f"{root}/{code}/{rest}{tail}") for code in settings.INTERFACE_LANGUAGES]
    pairs.append(("x-default", f"{root}/{settings.MAIN_LANGUAGE}/{rest}{tail}"))
    links = format_html_join("", '<link rel="alternate" hreflang="{}" href="{}">\n', pairs)
    return format_html('<link rel="canonical" href="{}">\n{}', root + request.path + tail, links)


@register.simple_tag
def training_list(rows: Iterable[Row], level: int = 2) -> SafeString:
    """Trainings as entries of a list; ``level`` is the level of their headings."""
    return SafeString(f'<ul class="list">\n{"\n".join(row.html(level) for row in rows)}\n</ul>')
