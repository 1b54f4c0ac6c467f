"""One person before one rule, and the world that rules look things up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tessera.calls.eligibility.model import Outcome, Profile
from tessera.core.sentences import Listed, Sentence
from tessera.places import datafiles

type Found = tuple[Outcome, Sentence]
type Names = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class World:
    """What rules look things up in.

    ``areas`` and ``regions`` (UNESCO's) give the countries of a code, ``tables`` the category of a country ({"table": {"FR": "A"}}),
    ``names`` what keys are called, by fact (post_level, employer_kind, certificates, team; sister_applications for
    calls): {"post_level": {"head": {"en": …}}}. A key without a name is shown as it is.
    """

    areas: Mapping[str, frozenset[str]] = field(default_factory=datafiles.area_countries)
    regions: Mapping[str, frozenset[str]] = field(default_factory=datafiles.region_countries)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Names = field(default_factory=dict)

    def listed(self, fact: str, keys: Iterable[str], *, any_of: bool = True) -> Listed:
        """Keys by name, in the order given."""
        names = self.names.get(fact, {})
        return Listed(tuple(names.get(key) or key for key in keys), any_of)

    def admitted(self, params: Mapping[str, Any]) -> frozenset[str]:
        """The countries that a rule of the kind country_of_work lets in."""
        found = set(params.get("countries", ()))
        for code in params.get("areas", ()):
            found |= self.areas.get(code, frozenset())
        for code in params.get("regions", ()):
            found |= frozenset(params.get("region_countries", {}).get(code) or self.regions.get(code, ()))
        wanted = set(params.get("categories", ()))
        table = self.tables.get(params.get("table", ""), {})
        return frozenset(found | {country for country, category in table.items() if category in wanted})


@dataclass(frozen=True, slots=True)
class Case:
    """One person before one rule."""

    params: Mapping[str, Any]
    profile: Profile
    on: date
    world: World

    def day(self, name: str) -> date:
        return date.fromisoformat(self.params[name])


def age_on(birth_date: date, on: date) -> int:
    """Whole years of age; whoever was born on 29 February turns a year older on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
