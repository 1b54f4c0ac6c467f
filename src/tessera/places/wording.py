"""Names of countries, languages and days inside a sentence: chosen when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from django.utils.translation import get_language

from tessera.core.folding import fold
from tessera.core.sentences import Listed
from tessera.core.translated import best
from tessera.places import datafiles
from tessera.web import dates


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the reader's language: "31 December 2026"."""

    day: date

    def __str__(self) -> str:
        return dates.in_words(self.day)


@dataclass(frozen=True, slots=True)
class Country:
    """The name of a country or territory; its code where none is known."""

    code: str

    def __str__(self) -> str:
        return _name("countries", self.code)


@dataclass(frozen=True, slots=True)
class Language:
    """The name of a language; its tag where none is known."""

    code: str

    def __str__(self) -> str:
        return _name("languages", self.code)


@dataclass(frozen=True, slots=True)
class Countries:
    """Countries in the alphabetical order of the reader's language: "Chad, Gabon and Togo"."""

    codes: frozenset[str]
    any_of: bool = False

    def __str__(self) -> str:
        names = [_name("countries", code) for code in self.codes]
        return str(Listed(tuple(sorted(names, key=fold)), self.any_of))


def countries(codes: Iterable[str], *, any_of: bool = False) -> Countries:
    """Countries by name."""
    return Countries(frozenset(codes), any_of)


def known_names(file: Literal["countries", "languages"]) -> Mapping[str, str]:
    """Every code of the place data with its name in the active language."""
    return _names(file, get_language() or "")


@cache
def _names(file: str, language: str) -> Mapping[str, str]:
    return {code: best(row["name"], language)[0] for code, row in datafiles.read(file)[file].items()}


def _name(file: str, code: str) -> str:
    return _names(file, get_language() or "").get(code) or code
