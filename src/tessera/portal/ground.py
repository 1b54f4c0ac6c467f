"""What the coverage pages stand on: the public trainings as the clock sees them, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tessera.core import edtf
from tessera.core.versions import content_version
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, Reference, SchemeInfo, reference
from tessera.planning import clock
from tessera.planning.clock_types import (
    Age,
    Ages,
    BestWindow,
    ClockPhase,
    ClockSettings,
    ClockTraining,
    Coverage,
    Reading,
    RegionClock,
    Rule,
)
from tessera.planning.queries import clock_settings
from tessera.programmes.queries import kept_scheme, programme
from tessera.publications.models import PublicRecord


@dataclass(frozen=True, slots=True)
class Laid:
    """A training of the record: as the clock sees it, and what a page says of it."""

    clock: ClockTraining
    slug: str
    title: Mapping[str, str]
    edtf: str
    places: list[dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """Every public training that has a date, and the programme's rule; ``number`` is the content version."""

    number: int
    trainings: Mapping[str, Laid]
    settings: ClockSettings


@dataclass(frozen=True)
class Ground:
    """The clock on one day: regions, their working areas, ages for the map, the best window so far.

    ``views`` holds what readers were shown of it, made once for each language.
    """

    on: date
    places: Reference
    scheme: SchemeInfo
    settings: ClockSettings
    trainings: Mapping[str, Laid]
    coverage: Coverage
    ages: Ages
    areas: Mapping[str, tuple[RegionClock, ...]]
    best: BestWindow
    views: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def age(self, region: str) -> Age:
        return self.ages.regions[region]

    def national(self, region: str) -> list[tuple[Laid, date]]:
        """Trainings for one country of the region that began by the day, with their first day, oldest first."""
        countries = self.scheme.by_code[region].countries
        found = []
        for laid in self.trainings.values():
            if laid.clock.scope != "national" or laid.clock.countries.isdisjoint(countries):
                continue
            start = min(filter(None, (phase.dates.earliest_start for phase in laid.clock.phases)), default=None)
            if start is not None and start <= self.on and laid.clock.status in clock.COUNTED:
                found.append((laid, start))
        return sorted(found, key=lambda item: (item[1], item[0].slug))

    def announced(self, region: str) -> frozenset[str]:
        """The countries for which a training is announced that is still to come."""
        keys = [p.training for p in self.coverage.region(region).projections if p.status == "announced"]
        return frozenset[str]().union(*(self.trainings[key].clock.countries for key in keys))


KEPT_GROUNDS = 60
_kept: Record | None = None
_grounds: dict[tuple[object, ...], Ground] = {}


def record_of_trainings(places: Reference) -> Record:
    """All public trainings and the programme's rule: one query, two more in the process's first call after a change."""
    global _kept  # noqa: PLW0603 - one value for the process, replaced whole
    number = content_version()
    kept = _kept
    if kept is None or kept.number != number:
        kept = _kept = _read(number, places)
    return kept


def forget_ground() -> None:
    """Make the next `ground` read the database and compute again."""
    global _kept  # noqa: PLW0603
    _kept = None
    _grounds.clear()


def ground(on: date, *, rule: Rule = "strict", reading: Reading = "kind", online: bool = True, scheme: str = "",
           places: Reference | None = None) -> Ground:  # fmt: skip
    """The clock on the day ``on``; ``scheme`` is a coverage scheme in force, by default the programme's."""
    places = places or reference()
    record = record_of_trainings(places)
    held = places.schemes.get(scheme) or kept_scheme(places)
    settings = replace(record.settings, rule=rule, reading=reading, online=online)
    key = (record.number, places.number, held.code, held.version, on, settings)
    found = _grounds.get(key)
    if found is not None:
        return found
    trainings = {
        slug: replace(laid, clock=clock.rescheduled(laid.clock, on)) for slug, laid in record.trainings.items()
    }
    clocked = [laid.clock for laid in trainings.values()]
    found = Ground(
        on=on,
        places=places,
        scheme=held,
        settings=settings,
        trainings=trainings,
        coverage=clock.coverage(clocked, held.pure, on, settings),
        ages=clock.ages(clocked, held.pure, on, settings),
        areas=working_areas(places, held, clocked, on, settings),
        best=clock.best_window(clocked, held.pure, on, settings),
    )
    if len(_grounds) >= KEPT_GROUNDS:
        _grounds.clear()
    _grounds[key] = found
    return found


def working_areas(
    places: Reference, scheme: SchemeInfo, clocked: list[ClockTraining], on: date, settings: ClockSettings
) -> dict[str, tuple[RegionClock, ...]]:
    """The clocks of the working areas inside each region; only the programme's own regions have any."""
    if WORKING_SCHEME not in places.schemes or scheme.code != HOME_SCHEME:
        return {}
    working = places.scheme(WORKING_SCHEME)
    found = clock.coverage(clocked, working.pure, on, settings)
    return {
        region.code: tuple(found.region(area.code) for area in working.regions if area.within == region.code)
        for region in scheme.regions
    }


def _read(number: int, places: Reference) -> Record:
    rows = PublicRecord.objects.filter(kind=PublicRecord.Kind.TRAINING, rehearsal=False).order_by("pk")
    trainings = {}
    for slug, facts in rows.values_list("slug", "facts").iterator(chunk_size=500):
        laid = _laid(slug, facts, places)
        if laid is not None:
            trainings[slug] = laid
    return Record(number, trainings, clock_settings(programme()))


def _laid(slug: str, facts: dict[str, Any], places: Reference) -> Laid | None:
    told = facts["audience"]
    audience = Audience(
        scope=told["scope"],
        countries=frozenset(told.get("countries") or ()),
        areas=frozenset(told.get("areas") or ()),
        regions=frozenset(told.get("regions") or ()),
    )
    phases = tuple(
        ClockPhase(edtf.parse(phase["dates"]["edtf"]), phase["mode"]) for phase in facts["phases"] if phase["dates"]
    )
    if not phases and facts["dates"]:
        phases = (ClockPhase(edtf.parse(facts["dates"]["edtf"]), facts["format"]),)
    if not phases:
        return None
    resolved = resolve_audience(audience, areas=places.area_countries, regions=places.home_regions)
    seen = ClockTraining(
        key=slug,
        status=facts["status"],
        scope=audience.scope,
        countries=resolved.countries,
        phases=phases,
        stated={HOME_SCHEME: audience.regions, "m49_subregions": audience.areas},
    )
    when = facts["dates"]["edtf"] if facts["dates"] else str(phases[-1].dates)
    return Laid(seen, slug, facts["title"], when, facts["places"])
