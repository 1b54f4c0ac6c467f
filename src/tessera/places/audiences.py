"""Whom a training is for, resolved to countries.

Pure Python. The fact behind an audience is the country or territory of work (ISO 3166-1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Scope = Literal["national", "regional", "interregional"]
Basis = Literal["countries", "areas", "regions", "none"]


@dataclass(frozen=True, slots=True)
class Audience:
    """What is said about an audience. A language area is known too, but narrows nothing.

    ``countries`` are ISO 3166-1 alpha-2 codes, ``areas`` M49 codes of any level, ``regions`` codes
    of the programme's own scheme (UNESCO's).
    """

    scope: Scope
    countries: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolved:
    """The countries of an audience and the statement they come from."""

    countries: frozenset[str]
    basis: Basis


def resolve_audience(
    audience: Audience,
    *,
    areas: Mapping[str, frozenset[str]],
    regions: Mapping[str, frozenset[str]],
) -> Resolved:
    """The listed countries; else those of the M49 areas; else those of the regions; else none.

    ``areas`` and ``regions`` give the countries of each code; a code they do not have adds nothing.
    """
    if audience.countries:
        return Resolved(audience.countries, "countries")
    basis: Basis
    for basis, codes, holdings in (("areas", audience.areas, areas), ("regions", audience.regions, regions)):
        countries = frozenset[str]().union(*(holdings.get(code, frozenset()) for code in codes))
        if countries:
            return Resolved(countries, basis)
    return Resolved(frozenset(), "none")
