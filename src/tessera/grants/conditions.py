"""Packages: what is paid for whom. Pure: no models here, sums are in minor units with their currency.

A package applies where each of its conditions holds; one without conditions applies to everybody in the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext_lazy as _

from tessera.core.folding import words
from tessera.core.sentences import Joined, Listed, Sentence
from tessera.core.translated import Translated
from tessera.places.cities import city_names
from tessera.places.wording import Country
from tessera.web import money

Books = Literal["office", "host", "participant"]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum in the smallest coin of its currency (ISO 4217)."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return money.in_words(self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class Condition:
    """Whom a package is for. An empty part asks nothing.

    ``table`` and ``categories`` look the country of work up in a table of the office; ``cities`` are the places of
    residence that it is for, ``not_cities`` those it is not for; ``strands`` are keys of the call.
    """

    table: str = ""
    categories: frozenset[str] = frozenset()
    cities: tuple[str, ...] = ()
    not_cities: tuple[str, ...] = ()
    strands: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Component:
    """One thing a stay costs: whether it is covered, who books it, up to which sum."""

    kind: str
    covered: bool
    books: Books = "participant"
    ceiling: Money | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """What a call offers to those whom ``condition`` describes. ``fee`` is what they pay; none by default."""

    key: str
    name: Translated
    components: tuple[Component, ...] = ()
    ceiling: Money | None = None
    fee: Money | None = None
    condition: Condition = field(default_factory=Condition)


@dataclass(frozen=True, slots=True)
class Applicant:
    """What a package asks about a person; None is not known."""

    country: str | None = None
    city: str | None = None
    strand: str | None = None


# Categories of countries by table: {"table": {"FR": "A"}}.
type Tables = Mapping[str, Mapping[str, str]]


class Answer(StrEnum):
    """Whether a package is for somebody."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a package says to one person, and why. ``missing`` names what is not known: country, city, strand."""

    package: Package
    answer: Answer
    sentence: Sentence
    missing: tuple[str, ...] = ()


def packages_for(packages: Iterable[Package], applicant: Applicant, tables: Tables | None = None) -> list[Finding]:
    """One finding for each package, in their order; several may apply, and which is given is decided by people."""
    return [_finding(package, applicant, tables or {}) for package in packages]


def applying(packages: Iterable[Package], applicant: Applicant, tables: Tables | None = None) -> list[Package]:
    """The packages that this person could be given."""
    return [found.package for found in packages_for(packages, applicant, tables) if found.answer is Answer.YES]


def same_city(one: str, other: str, country: str | None = None) -> bool:
    """Whether two names mean one city: case, accents, hyphens and the languages of the place data aside."""
    names = [" ".join(words(name)) for name in city_names(one, country)]
    return bool(words(other)) and any(" ".join(words(name)) in names for name in city_names(other, country))


def _finding(package: Package, applicant: Applicant, tables: Tables) -> Finding:
    checks = [
        check
        for check in (
            _strand(package.condition, applicant),
            _category(package.condition, applicant, tables),
            _city(package.condition, applicant),
        )
        if check is not None
    ]
    if not checks:
        return Finding(package, Answer.YES, Sentence(_("For everybody in this call.")))
    for wanted in (Answer.NO, Answer.UNKNOWN):
        for answer, sentence, _missing in checks:
            if answer is wanted:
                absent = tuple(name for found, _sentence, name in checks if found is Answer.UNKNOWN)
                return Finding(package, answer, sentence, absent if answer is Answer.UNKNOWN else ())
    said = checks[0][1] if len(checks) == 1 else Sentence("%(all)s", {"all": Joined(tuple(row[1] for row in checks))})
    return Finding(package, Answer.YES, said)


type _Check = tuple[Answer, Sentence, str] | None


def _strand(condition: Condition, applicant: Applicant) -> _Check:
    if not condition.strands:
        return None
    if applicant.strand is None:
        return Answer.UNKNOWN, Sentence(_("It depends on the strand, which is not chosen yet.")), "strand"
    if applicant.strand in condition.strands:
        return Answer.YES, Sentence(_("For this strand.")), "strand"
    return Answer.NO, Sentence(_("Not for this strand.")), "strand"


def _category(condition: Condition, applicant: Applicant, tables: Tables) -> _Check:
    if not condition.table:
        return None
    if applicant.country is None:
        return Answer.UNKNOWN, Sentence(_("It depends on the country of work, which is not known yet.")), "country"
    category = tables.get(condition.table, {}).get(applicant.country)
    params = {
        "country": Country(applicant.country),
        "category": category,
        "wanted": Listed(tuple(sorted(condition.categories)), any_of=True),
    }
    if category is None:
        text = _("%(country)s is in no category of the table; this is for category %(wanted)s.")
        return Answer.NO, Sentence(text, params), "country"
    if category in condition.categories:
        return Answer.YES, Sentence(_("%(country)s is in category %(category)s."), params), "country"
    text = _("%(country)s is in category %(category)s; this is for category %(wanted)s.")
    return Answer.NO, Sentence(text, params), "country"


def _city(condition: Condition, applicant: Applicant) -> _Check:
    if not condition.cities and not condition.not_cities:
        return None
    city = applicant.city
    if not city or not words(city):
        return Answer.UNKNOWN, Sentence(_("It depends on the city of residence, which is not known yet.")), "city"
    params = {
        "city": city,
        "cities": Listed(condition.cities, any_of=True),
        "others": Listed(condition.not_cities, any_of=True),
    }
    if any(same_city(name, city, applicant.country) for name in condition.not_cities):
        return (
            Answer.NO,
            Sentence(_("Lives in %(city)s; this is for people who live outside %(others)s."), params),
            "city",
        )
    if not condition.cities:
        return Answer.YES, Sentence(_("Lives in %(city)s, outside %(others)s."), params), "city"
    if any(same_city(name, city, applicant.country) for name in condition.cities):
        return Answer.YES, Sentence(_("Lives in %(city)s."), params), "city"
    return Answer.NO, Sentence(_("Lives in %(city)s; this is for people who live in %(cities)s."), params), "city"
