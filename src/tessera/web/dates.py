"""Dates in words: what EDTF says, written as people write it in each language.

English, French and Spanish have their own grammar here ("du 1er au 5 mai 2022", "del 1 al 5 de mayo de 2022");
any other language takes the names and patterns of CLDR. Nothing is made more exact than it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tessera.core.edtf import Edtf, EdtfError, Point, from_days, parse
from tessera.web.grammar import grammar_of

type Dated = Edtf | str | date
_Show = Callable[[str, Point], str]


def read(value: Dated) -> Edtf:
    """``value`` as EDTF; raises EdtfError. Intervals may be open."""
    if isinstance(value, Edtf):
        return value
    if isinstance(value, date):
        return from_days(value)
    return parse(value, allow_open=True)


def in_words(value: Dated, language: str | None = None) -> str:
    """The date by itself: "16 to 20 October 2023", "octobre 2019", "del 16 al 20 de octubre de 2023"."""
    return _qualified(*_cached(str(read(value)), _code(language)), "alone")


def said(value: Dated, language: str | None = None) -> str:
    """The date after a verb: "from 16 to 20 October 2023", "en octobre 2019", "el 3 de mayo de 2022"."""
    return _qualified(*_cached(str(read(value)), _code(language)), "said")


def planned_for(value: Dated, language: str | None = None) -> str:
    """The date after "planned": "for 16 to 20 October 2023", "en octobre 2019", "para el 3 de mayo de 2022"."""
    return _qualified(*_cached(str(read(value)), _code(language)), "planned")


def moment_in_words(at: datetime, language: str | None = None) -> str:
    """A moment that is on its clock already: "11 July 2023, 14:32", "11 de julio de 2023, 14:32"."""
    return f"{in_words(at.date(), language)}, {at:%H:%M}"


def month_year(day: date, language: str | None = None) -> str:
    """ "May 2023", "mai 2023", "mayo de 2023"."""
    return grammar_of(_code(language)).point(Point(day.year, day.month))


def short_month(month: int, language: str | None = None) -> str:
    """ "Sept.", "sept." for the scale of a chart; 1 is January."""
    return grammar_of(_code(language)).short[month - 1]


def time_words(value: Dated, language: str | None = None, form: str = "alone") -> SafeString:
    """The date in words with each of its ends in a ``time`` element (a season has none: HTML knows no seasons)."""
    return _marked(str(read(value)), _code(language), form)


def margin(value: Dated, language: str | None = None) -> tuple[str, str]:
    """The date for the margin of a list, large and small: ("16–20", "October 2023"), ("Nov.", "2019")."""
    return _margin(str(read(value)), _code(language))


def _code(language: str | None) -> str:
    return language or get_language() or "en"


@lru_cache(maxsize=4096)
def _cached(text: str, language: str) -> tuple[Edtf, str]:
    return parse(text, allow_open=True), language


def _plain(text: str, point: Point) -> str:
    return text


def _qualified(value: Edtf, language: str, form: str, show: _Show = _plain) -> str:
    grammar = grammar_of(language)
    marks = {point.qualifier for point in (value.start, value.end) if point is not None}
    rough, unsure = bool(marks & {"~", "%"}), bool(marks & {"?", "%"})
    words = grammar.words(value, "about" if rough else form, show)
    return words + (grammar.unsure if unsure else "")


@lru_cache(maxsize=4096)
def _marked(text: str, language: str, form: str) -> SafeString:
    def show(words: str, point: Point) -> str:
        if point.season is not None or point.year < 1:
            return words
        return format_html('<time datetime="{}">{}</time>', str(point).rstrip("~?%"), words)

    return SafeString(_qualified(parse(text, allow_open=True), language, form, show))


@lru_cache(maxsize=4096)
def _margin(text: str, language: str) -> tuple[str, str]:
    value, grammar = parse(text, allow_open=True), grammar_of(language)
    start, end = value.start or value.end, value.end or value.start
    if start is None or end is None:
        return "", ""
    mark = "~" if (start.qualifier or end.qualifier) else ""
    same_month = (start.year, start.month) == (end.year, end.month)
    if start.precision == end.precision == "day" and same_month:
        days = grammar.day(start.day or 1)
        if start.day != end.day:
            days = f"{start.day}–{end.day}"
        return mark + days, grammar.point(Point(start.year, start.month))
    if (start.year, start.month, start.day, start.season) == (end.year, end.month, end.day, end.season):
        return mark + grammar.brief(start), str(start.year) if start.precision != "year" else ""
    if start.precision == end.precision == "year":
        return f"{mark}{start.year}–{end.year}", ""
    if start.year == end.year:
        joint = "–" if start.precision == end.precision == "month" else " – "
        return mark + grammar.brief(start) + joint + grammar.brief(end), str(start.year)
    return f"{mark}{start.year}–{end.year}", f"{grammar.brief(start)} – {grammar.brief(end)}"


__all__ = [
    "Dated",
    "EdtfError",
    "in_words",
    "margin",
    "month_year",
    "planned_for",
    "read",
    "said",
    "short_month",
    "time_words",
]
