"""Components of the design (DESIGN.md), as template tags. Each takes named arguments and sees no context.

All of them are shown at /styleguide/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet
from django.http import QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.core.translated import best
from tessera.web import punctuation
from tessera.web.dates import moment_in_words
from tessera.web.directions import in_language, language_attributes
from tessera.web.weight import WEIGHT_MARK

register = template.Library()

KINDS = ("done", "part", "due", "late", "info", "")


@register.simple_tag
def colon() -> str:
    """The colon between a label and what it says, as the reader's language sets it; a space follows in the template."""
    return punctuation.colon()


@register.simple_tag
def semicolon() -> str:
    """The semicolon between parts, likewise."""
    return punctuation.semicolon()


@register.filter
def listed(parts: Iterable[object]) -> str:
    """Parts in one line, with semicolons between them."""
    return punctuation.listed(parts)


@register.simple_tag
def mark() -> SafeString:
    """The mark of the house: two halves of a token."""
    return mark_safe(
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="fa" d="M2 2H16V8H12V14H8V22H2Z"/>'
        '<path class="fd" d="M18 2H22V22H10V16H14V10H18Z"/></svg>'
    )


@register.simple_tag
def mosaic() -> SafeString:
    """Five tiles, for the foot of the page."""
    return mark_safe(
        '<svg class="mosaic" viewBox="0 0 50 10" aria-hidden="true"><path class="t-a" d="M0.5 0.5h9v9h-9z"/>'
        '<path class="t-a" d="M10.5 0.5h9v9h-9z"/><path class="t-b" d="M20.5 0.5h9v9h-9z"/>'
        '<path class="t-d" d="M31.7 1.7h6.6v6.6h-6.6z"/><path class="t-n" d="M40.8 .8h8.4v8.4h-8.4z"/></svg>'
    )


_KEPT_PARTS: dict[tuple[str, str, str, str], SafeString] = {}


@register.simple_tag
def kept_part(name: str, section: str = "") -> SafeString:
    """A part of the shell that depends on the language and the section alone: rendered once in each process."""
    language = get_language() or settings.MAIN_LANGUAGE
    key = (name, language, section, settings.PROGRAMME_NAME)
    if key not in _KEPT_PARTS:
        told = {"section": section, "language": language, "programme_name": settings.PROGRAMME_NAME}
        _KEPT_PARTS[key] = mark_safe(get_template(name).render(told))
    return _KEPT_PARTS[key]


@register.simple_tag
def page_weight() -> str:
    """The reader's page weight; the shell writes the figure in once the page is compressed."""
    return _("This page: %(size)s kB") % {"size": WEIGHT_MARK}


@register.simple_tag
def status(text: Any, kind: str = "") -> SafeString:
    """A status: a tile and its words. ``kind`` is done, part, due, late, info or "" (not begun)."""
    return format_html('<span class="{}">{}</span>', f"st {kind}".strip(), text)


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """A moment as date and time with its zone, in the reader's language; nothing for None."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    said = f"{moment_in_words(local)} {local.tzname()}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), said)


@register.simple_tag
def translated(texts: Mapping[str, str] | None, language: str | None = None) -> SafeString | str:
    """Translated text in the reader's language; in another where that is missing, marked with its own ``lang``.

    Where that one is written in the other direction than the reader's, it is marked with its ``dir`` too.
    """
    text, found = best(texts, language)
    if not text or found == (language or get_language()):
        return text
    return in_language(text, found)


@register.simple_tag
def written_in(language: str) -> SafeString | str:
    """The attributes of a tag around text in ``language``: ``lang``, and ``dir`` where the page runs the other way."""
    return language_attributes(language) if language else ""


@register.filter
def fallback_language(texts: Mapping[str, str] | None) -> str:
    """The language that ``translated`` falls back to, or "" where the reader's own is there."""
    text, found = best(texts)
    return found if text and found != get_language() else ""


@register.filter
def note_kind(tags: str) -> str:
    """The note's kind for the tags of a message."""
    return {"error": "late", "warning": "due", "success": "done"}.get(
        tags.rsplit(maxsplit=1)[-1] if tags else "", "info"
    )


@register.simple_block_tag
def note(content: str, kind: str = "info", alert: bool = False) -> SafeString:
    """A message from the system, with what to do."""
    role = mark_safe(' role="alert"') if alert else ""
    return format_html('<div class="note {}"{}>{}</div>', kind, role, mark_safe(content))


@register.simple_block_tag
def panel(content: str, key: bool = False, label: str = "") -> SafeString:
    """A thing one can act on. ``key`` once a page."""
    named = format_html(' aria-label="{}"', label) if label else ""
    return format_html(
        '<section class="panel stack{}"{}>{}</section>', " key" if key else "", named, mark_safe(content)
    )


@register.simple_block_tag
def section(content: str, heading: Any, id: str, about: Any = "", full: bool = False) -> SafeString:
    """A section: its name in the margin, its matter beside it."""
    said = format_html("<p>{}</p>", about) if about else ""
    return format_html(
        '<section class="sec{}" aria-labelledby="{}"><header><h2 id="{}">{}</h2>{}</header>{}</section>',
        " full" if full else "", id, id, heading, said, mark_safe(content),
    )  # fmt: skip


@register.simple_block_tag
def void(content: str, heading: Any, level: int = 2) -> SafeString:
    """Empty state: what will be here, why it is not yet, one action."""
    return format_html('<div class="void"><h{} class="as3">{}</h{}>{}</div>', level, heading, level, mark_safe(content))


@register.simple_block_tag
def scroll_table(content: str, label: Any) -> SafeString:
    """A table that scrolls by itself on a narrow screen; ``label`` is a name that no heading has."""
    return format_html(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>', label, mark_safe(content)
    )


@register.simple_tag
def facts(pairs: Iterable[tuple[Any, Any]]) -> SafeString:
    """Figures at a glance: (name, value) pairs; pairs without a value are left out."""
    rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", [(n, v) for n, v in pairs if v not in ("", None)])
    return format_html('<dl class="facts">{}</dl>', rows)


@register.inclusion_tag("components/crumbs.html")
def crumbs(*trail: Any) -> dict[str, Any]:
    """Where the reader is: label, address, label, address, …, label."""
    labels, urls = trail[::2], [*trail[1::2], ""]
    return {"trail": list(zip(labels, urls, strict=False))}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the next and previous page; everything else in the address stays."""
    query: QueryDict = context["request"].GET.copy()

    def at(number: int) -> str:
        query["page"] = str(number)
        return query.urlencode()

    return {
        "page": page,
        "previous": at(page.previous_page_number()) if page.has_previous() else "",
        "next": at(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """Every error of the forms, each with a link to its field; shown first, read out at once."""
    return {"errors": [e for form in forms if form is not None for e in _errors(form)]}


def _errors(form: BaseForm | BaseFormSet[Any]) -> list[dict[str, Any]]:
    if isinstance(form, BaseFormSet):
        loose = [{"anchor": "", "label": "", "text": text} for text in form.non_form_errors()]
        return loose + [error for part in form.forms for error in _errors(part)]
    found = []
    for name, texts in form.errors.items():
        anchor: str = ""
        label: Any = ""
        if name in form.fields:
            anchor, label = form[name].id_for_label or form[name].auto_id, form[name].label
        found += [{"anchor": anchor, "label": label, "text": text} for text in texts]
    return found


@register.simple_tag
def pips(done: int, total: int, now: int = 0) -> SafeString:
    """``done`` of ``total`` as tiles; ``now`` (1 or 0) half-filled after them. Words must stand beside it."""
    marks = []
    for n in range(total):
        x = n * 16
        if n < done:
            marks.append(format_html('<rect class="fb" x="{}" width="13" height="13"/>', x))
        elif now and n == done:
            marks.append(
                format_html('<path class="fa" d="M{} 0h13v13h-13zM{} 2v4.5h9v-4.5z" fill-rule="evenodd"/>', x, x + 2)
            )
        else:
            marks.append(
                format_html('<rect class="f0 se" x="{}" y="1" width="11" height="11" stroke-width="2"/>', x + 1)
            )
    width = total * 16 - 3
    return format_html(
        '<svg class="pips" viewBox="0 0 {} 13" width="{}" height="13" aria-hidden="true">{}</svg>',
        width, width, mark_safe("".join(marks)),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The present address's query with ``changes`` (None removes a key); the page number starts again."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def error_tiles() -> SafeString:
    """A field of tiles with one fallen out, for error pages."""
    kinds = "cbbcabababbdaaabbbbcbaabab"
    tiles = []
    for n in range(27):
        x, y = n % 9 * 10, n // 9 * 10
        if n == 13:
            tiles.append(f'<path class="t-n" d="M{x}.8 {y}.8h8.4v8.4h-8.4z"/>')
        else:
            tiles.append(f'<path class="t-{kinds[n - (n > 13)]}" d="M{x}.5 {y}.5h9v9h-9z"/>')
    return mark_safe(f'<svg class="gap" viewBox="0 0 90 30" aria-hidden="true">{"".join(tiles)}</svg>')
