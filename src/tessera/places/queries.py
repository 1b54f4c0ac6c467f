"""Reads of places: countries, languages, areas and the schemes in force, kept in memory while they do not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from tessera.core.folding import fold
from tessera.core.translated import Translated
from tessera.core.versions import version_number
from tessera.places.models import Area, Country, Language, Region, RegionAssignment, RegionScheme
from tessera.places.schemes import Region as PureRegion
from tessera.places.schemes import Scheme

HOME_SCHEME = "unesco"
WORKING_SCHEME = "working_areas"
STATISTICS_SCHEME = "m49_subregions"
# The row of core.ContentVersion that marks the state of the places; a new random number with every change.
REFERENCE_ROW = 2


@dataclass(frozen=True, slots=True)
class CountryInfo:
    """A country or territory; ``area`` is its M49 sub-region or None."""

    code: str
    alpha3: str
    m49: str
    name: Translated
    area: str | None
    note: str


@dataclass(frozen=True, slots=True)
class LanguageInfo:
    code: str
    name: Translated
    endonym: str
    direction: str


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """An M49 area with all its countries, those of the areas inside it included."""

    code: str
    name: Translated
    parent: str | None
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class RegionInfo:
    """A region of a scheme in force; ``within`` is the coverage region of a working area."""

    code: str
    name: Translated
    within: str
    label: tuple[object, ...]
    countries: frozenset[str]


@dataclass(frozen=True)
class SchemeInfo:
    """A scheme in force with its regions in order."""

    code: str
    version: int
    kind: str
    name: Translated
    partition: bool
    regions: tuple[RegionInfo, ...]

    @cached_property
    def pure(self) -> Scheme:
        """The same for the coverage clock."""
        return Scheme(self.code, tuple(PureRegion(region.code, region.countries) for region in self.regions))

    @cached_property
    def by_code(self) -> Mapping[str, RegionInfo]:
        return {region.code: region for region in self.regions}

    @cached_property
    def _of_country(self) -> Mapping[str, str]:
        return {country: region.code for region in reversed(self.regions) for country in region.countries}

    def region_of(self, country: str) -> str | None:
        """The code of the first region that holds ``country``."""
        return self._of_country.get(country)


@dataclass(frozen=True)
class Reference:
    """All places as they are now. Shared between requests: not to be changed."""

    number: int
    countries: Mapping[str, CountryInfo] = field(default_factory=dict)
    languages: Mapping[str, LanguageInfo] = field(default_factory=dict)
    areas: Mapping[str, AreaInfo] = field(default_factory=dict)
    schemes: Mapping[str, SchemeInfo] = field(default_factory=dict)

    def scheme(self, code: str = HOME_SCHEME) -> SchemeInfo:
        """The version in force of a scheme; KeyError where none is."""
        return self.schemes[code]

    def regions(self, scheme: str = HOME_SCHEME) -> tuple[RegionInfo, ...]:
        """The regions of a scheme in order; none where it is not in force."""
        return self.schemes[scheme].regions if scheme in self.schemes else ()

    def coverage_region(self, code: str, first: str = HOME_SCHEME) -> RegionInfo | None:
        """The region of whichever coverage scheme in force holds ``code``: ``first``, the default scheme, any other.

        Schemes use each other's codes for regions of their own: ``first`` is the scheme in which the code was written.
        """
        for scheme in (first, HOME_SCHEME, *self.schemes):
            held = self.schemes.get(scheme)
            if held is not None and held.kind == "coverage" and code in held.by_code:
                return held.by_code[code]
        return None

    def region_of(self, country: str, scheme: str = HOME_SCHEME) -> str | None:
        return self.schemes[scheme].region_of(country) if scheme in self.schemes else None

    def country_names(self) -> Mapping[str, str]:
        """Code > name in the active language."""
        language = get_language() or ""
        if language not in self._names:
            self._names[language] = {code: country.name.best(language)[0] for code, country in self.countries.items()}
        return self._names[language]

    @cached_property
    def _names(self) -> dict[str, Mapping[str, str]]:
        return {}

    @cached_property
    def area_countries(self) -> Mapping[str, frozenset[str]]:
        return {code: area.countries for code, area in self.areas.items()}

    @cached_property
    def home_regions(self) -> Mapping[str, frozenset[str]]:
        """Countries by region of the scheme in which audiences name their regions."""
        return {region.code: region.countries for region in self.regions(HOME_SCHEME)}


_kept: Reference | None = None


def reference() -> Reference:
    """Every place, in one query (none where the request knows the content version); six more in the process's first call after a change."""
    global _kept  # noqa: PLW0603 - one value for the process, replaced whole
    number = version_number(REFERENCE_ROW)
    kept = _kept
    if kept is None or kept.number != number or not number:
        kept = _kept = _read(number)
    return kept


def forget_reference() -> None:
    """Make the next `reference` read the database again."""
    global _kept  # noqa: PLW0603
    _kept = None


def scheme_version(places: Reference, code: str, version: int) -> SchemeInfo | None:
    """A version of a scheme, in force or not; None where there is none. No query for the one in force, three for another."""
    held = places.schemes.get(code)
    if held is not None and held.version == version:
        return held
    return _schemes(code=code, version=version).get(code)


def country_choices(language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of every country in the order of the names in ``language`` (default: the active one)."""
    return _choices({code: country.name for code, country in reference().countries.items()}, language)


def language_choices(language: str | None = None) -> list[tuple[str, str]]:
    """(tag, name) of every language in the order of the names in ``language`` (default: the active one)."""
    return _choices({code: spoken.name for code, spoken in reference().languages.items()}, language)


def region_choices(scheme: str = HOME_SCHEME, language: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of the regions of a scheme, in the order of the scheme."""
    return [(region.code, region.name.best(language or get_language())[0]) for region in reference().regions(scheme)]


def _choices(names: Mapping[str, Translated], language: str | None) -> list[tuple[str, str]]:
    chosen = [(code, name.best(language or get_language())[0]) for code, name in names.items()]
    return sorted(chosen, key=lambda choice: (fold(choice[1]), choice[0]))


def _read(number: int) -> Reference:
    countries = {
        c.code: CountryInfo(c.code, c.alpha3, c.m49, c.name, c.area_id, c.note)
        for c in Country.objects.order_by("code")
    }
    languages = {
        spoken.code: LanguageInfo(spoken.code, spoken.name, spoken.endonym, spoken.direction)
        for spoken in Language.objects.order_by("code")
    }
    return Reference(number, countries, languages, _areas(countries), _schemes(active=True))


def _areas(countries: Mapping[str, CountryInfo]) -> dict[str, AreaInfo]:
    rows = {area.code: area for area in Area.objects.order_by("code")}
    inside: dict[str, set[str]] = {code: set() for code in rows}
    for country in countries.values():
        code = country.area
        while code is not None:
            inside[code].add(country.code)
            code = rows[code].parent_id
    return {code: AreaInfo(code, area.name, area.parent_id, frozenset(inside[code])) for code, area in rows.items()}


def _schemes(**which: Any) -> dict[str, SchemeInfo]:
    """The schemes of which ``which`` holds, by code: it leaves at most one version of each."""
    held: dict[int, set[str]] = {}
    assigned = RegionAssignment.objects.filter(**{f"region__scheme__{name}": value for name, value in which.items()})
    for region_id, country_id in assigned.values_list("region_id", "country_id"):
        held.setdefault(region_id, set()).add(country_id)
    regions: dict[int, list[RegionInfo]] = {}
    inside = Region.objects.filter(**{f"scheme__{name}": value for name, value in which.items()})
    for region in inside.order_by("scheme_id", "order", "pk"):
        regions.setdefault(region.scheme_id, []).append(
            RegionInfo(region.code, region.name, region.within, tuple(region.label), frozenset(held.get(region.pk, ())))
        )
    return {
        scheme.code: SchemeInfo(
            scheme.code, scheme.version, scheme.kind, scheme.name, scheme.partition, tuple(regions.get(scheme.pk, ()))
        )
        for scheme in RegionScheme.objects.filter(**which).order_by("code")
    }
