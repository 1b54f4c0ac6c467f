"""Texts of another language inside a page: their language, and their direction where it is not the page's."""

from __future__ import annotations

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def direction(language: str) -> str:
    """ "rtl" or "ltr": which way ``language`` is written."""
    return "rtl" if language.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"


def in_language(text: str, language: str) -> SafeString:
    """``text`` marked as ``language``, and with its direction where the reader's language runs the other way."""
    own = get_language() or settings.MAIN_LANGUAGE
    if direction(language) == direction(own):
        return format_html('<span lang="{}">{}</span>', language, text)
    return format_html('<span lang="{}" dir="{}">{}</span>', language, direction(language), text)
