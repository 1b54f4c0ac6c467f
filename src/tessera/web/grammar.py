"""How languages write dates: names of months, articles, prepositions, what an interval drops.

English, French and Spanish have a class each. Any other language has what CLDR knows of it, see ``Patterns``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton

from tessera.core.edtf import Edtf, Point
from tessera.web.locales import locale_of

type Show = Callable[[str, Point], str]


class Grammar:
    """One language. ``words`` writes a date in one of four forms.

    alone: by itself. said: after a verb ("took place in October 2019"). planned: after "planned".
    about: where the source gives it as approximate.
    """

    months: tuple[str, ...]
    short: tuple[str, ...]
    seasons: tuple[str, ...]
    between = " "
    unsure: str

    def day(self, number: int) -> str:
        return str(number)

    def point(self, point: Point, *, month: bool = True, year: bool = True) -> str:
        """One date without article; ``month`` and ``year`` False leave out what the other end of an interval says."""
        parts = [self.day(point.day)] if point.day else []
        if point.season is not None:
            parts.append(self.seasons[(point.season - 21) % 4])
        elif point.month and month:
            parts.append(self.months[point.month - 1])
        return self.between.join([*parts, *([str(point.year)] if year else [])])

    def brief(self, point: Point) -> str:
        """One date without its year, the month shortened: for margins."""
        if point.precision == "year":
            return str(point.year)
        if point.season is not None:
            return self.seasons[(point.season - 21) % 4]
        month = self.short[(point.month or 1) - 1]
        return month if point.day is None else f"{self.day(point.day)} {month}"

    def words(self, value: Edtf, form: str, show: Show) -> str:
        start, end = value.start, value.end
        if start is not None and end is None:
            return self.opened(show(self.point(start), start), start, since=True)
        if end is not None and start is None:
            return self.opened(show(self.point(end), end), end, since=False)
        if start is None or end is None:
            return ""  # open at both ends: EDTF refuses to read it
        if replace(start, qualifier="") == replace(end, qualifier=""):
            return self.single(show(self.point(start), start), start, form)
        same_year = start.year == end.year
        same_month = same_year and start.month == end.month
        both_days = start.precision == end.precision == "day"
        first = self.point(start, month=not (both_days and same_month), year=not same_year or start.precision == "year")
        return self.interval(show(first, start), show(self.point(end), end), (start, end), form)

    def single(self, words: str, point: Point, form: str) -> str:
        raise NotImplementedError

    def interval(self, first: str, last: str, ends: tuple[Point, Point], form: str) -> str:
        raise NotImplementedError

    def opened(self, words: str, point: Point, *, since: bool) -> str:
        raise NotImplementedError


class English(Grammar):
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")  # fmt: skip
    short = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
    seasons = ("spring", "summer", "autumn", "winter")
    unsure = " (date uncertain)"

    def single(self, words: str, point: Point, form: str) -> str:
        prefix = {"alone": "", "about": "about ", "planned": "for "}
        return prefix.get(form, "on " if point.precision == "day" else "in ") + words

    def interval(self, first: str, last: str, ends: tuple[Point, Point], form: str) -> str:
        return {"alone": "", "about": "about ", "planned": "for ", "said": "from "}[form] + f"{first} to {last}"

    def opened(self, words: str, point: Point, *, since: bool) -> str:
        return f"since {words}" if since else f"until {words}"


class French(Grammar):
    months = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
              "novembre", "décembre")  # fmt: skip
    short = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
    seasons = ("printemps", "été", "automne", "hiver")
    unsure = " (date incertaine)"

    def day(self, number: int) -> str:
        return "1er" if number == 1 else str(number)

    def single(self, words: str, point: Point, form: str) -> str:
        if form == "alone":
            return words
        if form == "about":
            return f"vers le {words}" if point.precision == "day" else f"vers {self._article(point)}{words}"
        if point.precision == "day":
            return f"le {words}"
        return f"au {words}" if self._season(point) == "printemps" else f"en {words}"

    def interval(self, first: str, last: str, ends: tuple[Point, Point], form: str) -> str:
        start, end = ends
        until = "au " if end.precision == "day" or self._season(end) == "printemps" else "à " + self._article(end)
        about = "environ " if form == "about" else ""
        return f"{about}{self._from(start)}{first} {until}{last}"

    def opened(self, words: str, point: Point, *, since: bool) -> str:
        if since:
            return f"depuis le {words}" if point.precision == "day" else f"depuis {self._article(point)}{words}"
        if point.precision == "day" or self._season(point) == "printemps":
            return f"jusqu’au {words}"
        return f"jusqu’à {self._article(point)}{words}" if point.season is not None else f"jusqu’en {words}"

    def _season(self, point: Point) -> str:
        return self.seasons[(point.season - 21) % 4] if point.season is not None else ""

    def _article(self, point: Point) -> str:
        season = self._season(point)
        return "" if not season else "le " if season == "printemps" else "l’"

    def _from(self, point: Point) -> str:
        if point.precision == "day" or self._season(point) == "printemps":
            return "du "
        if point.season is not None:
            return "de l’"
        vowel = point.precision == "month" and self.months[(point.month or 1) - 1][0] in "ao"
        return "d’" if vowel else "de "


class Spanish(Grammar):
    months = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
              "noviembre", "diciembre")  # fmt: skip
    short = ("ene.", "feb.", "marzo", "abr.", "mayo", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic.")
    seasons = ("primavera", "verano", "otoño", "invierno")
    between = " de "
    unsure = " (fecha incierta)"

    def single(self, words: str, point: Point, form: str) -> str:
        named = f"{self._article(point)}{words}"
        forms = {"alone": words, "about": f"hacia {named}", "planned": f"para {named}"}
        return forms.get(form, named if point.precision == "day" else f"en {named}")

    def interval(self, first: str, last: str, ends: tuple[Point, Point], form: str) -> str:
        start, end = ends
        about = "aproximadamente " if form == "about" else ""
        return f"{about}{self._joined('de', start)}{first} {self._joined('a', end)}{last}"

    def opened(self, words: str, point: Point, *, since: bool) -> str:
        return f"{'desde' if since else 'hasta'} {self._article(point)}{words}"

    def _article(self, point: Point) -> str:
        if point.season is not None:
            return "la " if (point.season - 21) % 4 == 0 else "el "
        return "el " if point.precision == "day" else ""

    def _joined(self, preposition: str, point: Point) -> str:
        article = self._article(point)
        if article == "el ":
            return {"de": "del ", "a": "al "}[preposition]
        return f"{preposition} {article}"


class Patterns(Grammar):
    """A language without a class of its own: the names and patterns of CLDR.

    It has no prepositions, so that its catalogue speaks of bare dates ("Realizou-se em: {said}."): "16 de outubro de
    2023 – 20 de outubro de 2023", "2010 –", with "~" before what is approximate and "(?)" behind what is uncertain. A
    season is told by its months. A language that CLDR does not know has dates in figures: "2023-10-16".
    """

    unsure = " (?)"

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.figures = locale.language == "root"
        names = locale.months["format"]["abbreviated"]
        self.short = tuple(f"{n:02}" if self.figures else names[n] for n in range(1, 13))

    def point(self, point: Point, *, month: bool = True, year: bool = True) -> str:
        if point.season is not None:
            return f"{self._month(point.earliest)} – {self._month(point.latest)}"
        if point.precision == "year" or point.year < 1:
            return str(replace(point, qualifier=""))
        if point.precision == "month":
            return self._month(point.earliest)
        return str(point.earliest) if self.figures else format_date(point.earliest, "long", locale=self.locale)

    def brief(self, point: Point) -> str:
        if point.season is not None:
            return f"{self.short[point.earliest.month - 1]}–{self.short[point.latest.month - 1]}"
        if point.day is None:
            return super().brief(point)
        if self.figures:
            return f"{point.month:02}-{point.day:02}"
        return format_skeleton("MMMd", point.earliest, locale=self.locale)

    def words(self, value: Edtf, form: str, show: Show) -> str:
        first, last = ("" if one is None else show(self.point(one), one) for one in (value.start, value.end))
        words = first if first == last else f"{first} – {last}".strip()
        return f"~{words}" if form == "about" else words

    def _month(self, day: date) -> str:
        return f"{day:%Y-%m}" if self.figures else format_skeleton("yMMMM", day, locale=self.locale)


GRAMMARS: dict[str, Grammar] = {"en": English(), "fr": French(), "es": Spanish()}


@cache
def grammar_of(language: str) -> Grammar:
    """How ``language`` (a tag: "fr", "pt-br") writes dates."""
    return GRAMMARS.get(language.partition("-")[0]) or Patterns(locale_of(language))
