"""The coverage clock over the trainings on record: all real ones, shown to the public or not; never rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tessera.core import edtf
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.queries import HOME_SCHEME, STATISTICS_SCHEME, Reference, SchemeInfo, reference
from tessera.planning import clock
from tessera.planning.clock_types import (
    Ages,
    BestWindow,
    ClockPhase,
    ClockSettings,
    ClockTraining,
    Coverage,
    Reading,
    Rule,
)
from tessera.programmes.documents import DEFAULT_FIRST_RECORD
from tessera.programmes.models import Programme, Training
from tessera.programmes.queries import programme


class UnknownScheme(KeyError):
    """No version of the scheme is in force; ``known`` are the codes of those that are."""

    def __init__(self, code: str, known: list[str]) -> None:
        self.code, self.known = code, known
        super().__init__(code)


@dataclass(frozen=True)
class CoverageReport:
    """The clock of every region on one day, with the scheme in words, ages for the map, and the best window so far."""

    coverage: Coverage
    scheme: SchemeInfo
    ages: Ages
    best: BestWindow

    def as_json(self) -> dict[str, object]:
        """The published shape of ``tessera coverage --json``."""
        return clock.as_json(self.coverage)


def coverage_report(
    on: date, scheme: str | None = None, rule: Rule = "strict", reading: Reading = "kind", online: bool = True
) -> CoverageReport:
    """The clock on the day ``on``, under a scheme in force (default: the programme's); `UnknownScheme` otherwise.

    Four queries, for any number of trainings.
    """
    places = reference()
    own = programme()
    code = scheme or (own.scheme_code if own else HOME_SCHEME)
    if code not in places.schemes:
        raise UnknownScheme(code, sorted(places.schemes))
    held = places.scheme(code)
    settings = clock_settings(own, rule=rule, reading=reading, online=online)
    trainings = clock_trainings(places, on)
    return CoverageReport(
        coverage=clock.coverage(trainings, held.pure, on, settings),
        scheme=held,
        ages=clock.ages(trainings, held.pure, on, settings),
        best=clock.best_window(trainings, held.pure, on, settings),
    )


def is_plannable(own: Programme | None) -> bool:
    """Whether the goal is a whole number of quarters: a plan by quarters keeps no other exactly."""
    return clock_settings(own).months % 3 == 0


def clock_settings(
    own: Programme | None, *, rule: Rule = "strict", reading: Reading = "kind", online: bool = True
) -> ClockSettings:
    """The programme's goal and first record as the clock takes them; the usual ones where there is no programme yet."""
    return ClockSettings(
        first_record=own.first_record_on if own else DEFAULT_FIRST_RECORD,
        months=own.goal_months if own else 24,
        rule=rule,
        reading=reading,
        online=online,
        home_scheme=HOME_SCHEME,
    )


def clock_trainings(places: Reference, on: date) -> list[ClockTraining]:
    """Every real training as the clock sees it on the day ``on`` (`clock.rescheduled`), by address; two queries."""
    rows = Training.objects.real().prefetch_related("phases").order_by("slug")
    return [clock.rescheduled(_clocked(row, places), on) for row in rows]


def training_countries(places: Reference) -> dict[str, frozenset[str]]:
    """The countries that every real training is for, by address; one query."""
    rows = Training.objects.real().values_list("slug", "audience")
    return {slug: _countries(_audience(told), places) for slug, told in rows}


def training_languages() -> dict[str, tuple[str, ...]]:
    """The languages of every real training of which they are known, by address; one query."""
    rows = Training.objects.real().values_list("slug", "languages")
    return {slug: tuple(sorted(row["code"] for row in told)) for slug, told in rows if told}


def _audience(told: dict[str, Any]) -> Audience:
    return Audience(
        scope=told["scope"],
        countries=frozenset(told.get("countries") or ()),
        areas=frozenset(told.get("m49_subregions") or ()),
        regions=frozenset(told.get("unesco_regions") or ()),
    )


def _countries(audience: Audience, places: Reference) -> frozenset[str]:
    return resolve_audience(audience, areas=places.area_countries, regions=places.home_regions).countries


def _clocked(training: Training, places: Reference) -> ClockTraining:
    audience = _audience(training.audience)
    phases = tuple(
        ClockPhase(edtf.parse(phase.dates), phase.mode)
        for phase in sorted(training.phases.all(), key=lambda phase: (phase.order, phase.pk))
        if phase.dates
    )
    if not phases and training.dates:
        phases = (ClockPhase(edtf.parse(training.dates), training.format),)
    return ClockTraining(
        key=training.slug,
        status=training.status,
        scope=audience.scope,
        countries=_countries(audience, places),
        phases=phases,
        stated={HOME_SCHEME: audience.regions, STATISTICS_SCHEME: audience.areas},
    )
