"""Region schemes as plain values, and what is wrong with a draft of one.

Pure Python. A scheme divides countries into regions; one that serves the coverage clock is a
partition: every country it must hold is in exactly one region.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Problem = Literal[
    "country_without_region",
    "country_twice",
    "unknown_country",
    "unknown_region",
    "region_twice",
    "unknown_parent",
    "cycle",
    "empty_region",
    "no_regions",
]


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogues; whoever shows it translates it."""
    return message


MESSAGES: dict[Problem, str] = {
    "country_without_region": gettext_noop("%(code)s is in no region."),
    "country_twice": gettext_noop("%(code)s is in %(region)s and also in %(other)s (row %(other_row)s)."),
    "unknown_country": gettext_noop("%(code)s is not the code of a country or territory."),
    "unknown_region": gettext_noop("%(code)s is put in the region %(region)s, which this scheme does not have."),
    "region_twice": gettext_noop("The region %(code)s is listed twice (also in row %(other_row)s)."),
    "unknown_parent": gettext_noop("%(code)s lies in %(parent)s, which this scheme does not have."),
    "cycle": gettext_noop("%(code)s lies inside itself: %(path)s."),
    "empty_region": gettext_noop("The region %(code)s holds no country."),
    "no_regions": gettext_noop("The scheme has no region."),
}


@dataclass(frozen=True, slots=True)
class Region:
    """A region and the countries it holds, as ISO 3166-1 alpha-2 codes (XK included)."""

    code: str
    countries: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scheme:
    """The regions of a coverage scheme, in the order in which they are listed."""

    code: str
    regions: tuple[Region, ...]

    def region_of(self, country: str) -> str | None:
        """The code of the first region that holds ``country``; None outside the scheme."""
        return next((region.code for region in self.regions if country in region.countries), None)


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region as a person wrote it; ``row`` is the number of the line, from 1."""

    row: int
    code: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One country put into one region."""

    row: int
    country: str
    region: str


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row. ``row`` is None where a row is missing rather than wrong.

    To show it: ``gettext(error.message) % error.params``.
    """

    row: int | None
    code: str
    problem: Problem
    params: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return MESSAGES[self.problem]

    def __str__(self) -> str:
        return self.message % self.params


def scheme_errors(
    regions: Sequence[RegionRow],
    assignments: Sequence[AssignmentRow],
    *,
    countries: Iterable[str],
    required: Iterable[str] = (),
    partition: bool = True,
) -> list[RowError]:
    """All that keeps a scheme from being activated; an empty list where nothing does.

    ``countries`` are the known codes, ``required`` those that a partition must place (the tiles of
    the map). Errors of rows come first, in the order of the rows, then the countries left out. A
    scheme that is no partition may leave countries out and put one in several regions, once in each.
    """
    errors = _region_errors(regions)
    known_regions = {region.code for region in regions}
    known_countries = set(countries)
    seen: dict[str, list[AssignmentRow]] = defaultdict(list)
    for row in assignments:
        if row.country not in known_countries:
            errors.append(_error(row.row, row.country, "unknown_country"))
        if row.region not in known_regions:
            errors.append(_error(row.row, row.country, "unknown_region", region=row.region))
        for earlier in seen[row.country]:
            if partition or earlier.region == row.region:
                errors.append(
                    _error(
                        row.row,
                        row.country,
                        "country_twice",
                        region=row.region,
                        other=earlier.region,
                        other_row=str(earlier.row),
                    )
                )
                break
        seen[row.country].append(row)

    holding = {row.region for row in assignments} | {region.parent for region in regions}
    errors += [_error(region.row, region.code, "empty_region") for region in regions if region.code not in holding]
    errors.sort(key=lambda error: (error.row is None, error.row or 0))
    if partition:
        errors += [_error(None, code, "country_without_region") for code in sorted(set(required) - seen.keys())]
    if not regions:
        errors.append(_error(None, "", "no_regions"))
    return errors


def _region_errors(regions: Sequence[RegionRow]) -> list[RowError]:
    errors = []
    first: dict[str, RegionRow] = {}
    for region in regions:
        if region.code in first:
            errors.append(_error(region.row, region.code, "region_twice", other_row=str(first[region.code].row)))
        first.setdefault(region.code, region)
    for region in regions:
        if region.parent is not None and region.parent not in first:
            errors.append(_error(region.row, region.code, "unknown_parent", parent=region.parent))
    for region in first.values():
        path = [region.code]
        parent = region.parent
        while parent in first and parent not in path:
            path.append(parent)
            parent = first[parent].parent
        if parent == region.code:
            errors.append(_error(region.row, region.code, "cycle", path=" > ".join([*path, region.code])))
    return errors


def _error(row: int | None, code: str, problem: Problem, **params: str) -> RowError:
    return RowError(row, code, problem, {"code": code, **params})
