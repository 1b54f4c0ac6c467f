"""Texts of another language inside a page: their language, and their direction where it is not the page's."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info

from tessera.web.locales import locale_of


@cache
def direction(language: str) -> str:
    """ "rtl" or "ltr": which way ``language`` is written, as the page of that language says it of itself."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:  # a language of neither interface nor content
        return locale_of(language).text_direction


def language_attributes(language: str) -> SafeString:
    """``lang``, and ``dir`` where the reader's language runs the other way, for a tag around text in ``language``."""
    own = get_language() or settings.MAIN_LANGUAGE
    if direction(language) == direction(own):
        return format_html(' lang="{}"', language)
    return format_html(' lang="{}" dir="{}"', language, direction(language))


def in_language(text: str, language: str) -> SafeString:
    """``text`` marked as ``language``."""
    return format_html("<span{}>{}</span>", language_attributes(language), text)
