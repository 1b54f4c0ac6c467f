"""What only the desk shows: differences, moments, and values of documents in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.web.dates import time_words
from tessera.web.differences import marked_diff
from tessera.web.directions import in_language, language_attributes
from tessera.web.locales import full_day
from tessera.web.sections.paths import is_empty
from tessera.web.sections.translations import language_name
from tessera.web.sections.values import Key, Texts

register = template.Library()


@register.simple_tag
def difference(old: Any, new: Any, language: str = "") -> SafeString:
    """What changed from one text to the other, marked word by word; ``language`` is that of both."""
    return marked_diff(str(old or ""), str(new or ""), language)


@register.simple_tag
def weekday(at: datetime) -> SafeString:
    """A day in full: "Tuesday 11 July 2023"."""
    words = full_day(at.date())
    return format_html('<time datetime="{}">{}</time>', at.date().isoformat(), words[:1].upper() + words[1:])


@register.simple_tag
def edtf(text: str) -> SafeString:
    """A date in words, as precise as it is known."""
    return time_words(text)


@register.simple_tag
def told(value: Any, language: str = "") -> SafeString | str:
    """A value of a document for people: text, yes or no, a list, pairs; "nothing" where there is nothing.

    A text in a ``language`` is marked as it, and so is each of `Texts`; keys of the record stand as code.
    """
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if is_empty(value):
        return format_html('<span class="mute">{}</span>', _("nothing"))
    if isinstance(value, Texts):
        texts = ((code, language_name(code), language_attributes(code), text) for code, text in value.items())
        rows = format_html_join("", '<dt lang="{}">{}</dt><dd{}>{}</dd>', texts)
        return format_html('<dl class="pairs">{}</dl>', rows)
    if isinstance(value, Mapping):
        pairs = [(told(key), told(part)) for key, part in value.items() if not is_empty(part)]
        return format_html('<dl class="pairs">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs))
    if isinstance(value, list):
        if all(isinstance(part, Key) for part in value):
            return format_html_join(", ", "<code>{}</code>", ((part,) for part in value))
        if all(isinstance(part, str | int) for part in value):
            return ", ".join(str(part) for part in value)
        return format_html(
            '<ol class="shown">{}</ol>', format_html_join("", "<li>{}</li>", ((told(part),) for part in value))
        )
    if isinstance(value, Key):
        return format_html("<code>{}</code>", value)
    if language and language != get_language() and isinstance(value, str):
        return in_language(value, language)
    return str(value)
