"""CLDR's knowledge of a language: how it writes numbers, dates, lists and the names of things."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language


def locale_of(language: str | None = None) -> Locale:
    """The locale of a language tag ("fr", "pt-br"), of the active language by default.

    A variant that CLDR does not know takes its language; a language that it does not know takes CLDR's root, which
    writes in no language ("2022-10-03" among dates, see ``tessera.web.grammar``).
    """
    return _locale(language or get_language() or "en")


@cache
def _locale(language: str) -> Locale:
    while language:
        try:
            return Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            language = language.rpartition("-")[0]
    return Locale("root")
