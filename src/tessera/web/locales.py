"""CLDR's knowledge of a language: how it writes numbers, dates, lists and the names of things."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language


def locale_of(language: str | None = None) -> Locale:
    """The locale of a language tag ("fr", "pt-br"), of the active language by default.

    A variant that CLDR does not know takes its language; a language that it does not know takes CLDR's root, which
    writes in no language ("2022-10-03" among dates, see ``tessera.web.grammar``).
    """
    return _locale(language or get_language() or "en")


def number(value: int, language: str | None = None) -> str:
    """ "1,043", "1 043", "1043": as the language groups digits (Spanish from five on, with a thin space)."""
    locale = locale_of(language)
    if locale.language == "es":
        return str(value) if abs(value) < 10_000 else f"{value:,}".replace(",", "\u202f")
    return format_decimal(value, locale=locale)


def full_day(day: date, language: str | None = None) -> str:
    """A day with its weekday: "Monday 15 March 2027", "jeudi 1er avril 2027"."""
    locale = locale_of(language)
    pattern = {"en": "EEEE d MMMM y", "fr": "EEEE d'er' MMMM y" if day.day == 1 else "full"}.get(
        locale.language, "full"
    )
    return format_date(day, pattern, locale=locale)


@cache
def _locale(language: str) -> Locale:
    while language:
        try:
            return Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            language = language.rpartition("-")[0]
    return Locale("root")
