"""Demand beside places: how many apply and how many are eligible, by country and by region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.applications.models import Application, Status
from tessera.applications.transmission import counted
from tessera.calls.models import Call, Strand
from tessera.calls.models import Status as CallStatus
from tessera.places.queries import reference
from tessera.planning.clock_types import RegionClock
from tessera.planning.queries.coverage import coverage_report
from tessera.programmes.queries import kept_scheme
from tessera.web.dates import in_words

# Found eligible, whatever was decided since.
ELIGIBLE = (
    Status.ELIGIBLE, Status.UNDER_REVIEW, Status.SELECTED, Status.RESERVE, Status.NOT_SELECTED, Status.OFFERED,
    Status.ACCEPTED, Status.DECLINED, Status.EXPIRED,
)  # fmt: skip
SUBMITTED = models.Q(submitted_at__isnull=False) & ~models.Q(status=Status.WITHDRAWN)
# Eligible and, when all was decided, without a place.
TURNED_AWAY = (Status.ELIGIBLE, Status.UNDER_REVIEW, Status.RESERVE, Status.NOT_SELECTED)
WAITED_FOR = timedelta(days=730)  # so long somebody who was turned away counts as a wish for a training
HELD = (CallStatus.OPEN, CallStatus.CLOSED, CallStatus.IN_REVIEW, CallStatus.DECIDED, CallStatus.ARCHIVED)
MOST_CALLS = 12


@dataclass
class Part:
    """A country or a region: people who began, who submitted, who are eligible.

    ``waiting`` submitted too, and count only once their applications are transmitted.
    """

    code: str
    name: str
    begun: int = 0
    submitted: int = 0
    eligible: int = 0
    waiting: int = 0

    def add(self, begun: int, submitted: int, eligible: int, waiting: int) -> None:
        self.begun += begun
        self.submitted += submitted
        self.eligible += eligible
        self.waiting += waiting


@dataclass
class Demand:
    """The demand for one call, next to its places. ``countries`` and ``regions`` have the most submitted first."""

    places_min: int | None = None
    places_max: int | None = None
    total: Part = field(default_factory=lambda: Part("", ""))
    countries: list[Part] = field(default_factory=list)
    regions: list[Part] = field(default_factory=list)

    @property
    def per_place(self) -> float | None:
        """Eligible applications for each place; None without a number of places."""
        return round(self.total.eligible / self.places_max, 1) if self.places_max else None


def held_demand() -> list[tuple[Call, Demand]]:
    """The demand for the latest calls that people could apply to, the latest deadline first; four queries."""
    calls = list(
        Call.objects.filter(status__in=HELD).select_related("training").order_by("-last_closes_at", "-pk")[:MOST_CALLS]
    )
    found = demand_of_calls(calls)
    return [(call, found[call.pk]) for call in calls]


def turned_away(rehearsal: bool) -> dict[str, int]:
    """Eligible people without a place in the calls decided of the last two years, by country of work; one query."""
    rows = Application.objects.filter(
        call__status__in=(CallStatus.DECIDED, CallStatus.ARCHIVED), call__last_closes_at__gt=timezone.now() - WAITED_FOR,
        status__in=TURNED_AWAY, rehearsal=rehearsal, country__isnull=False,
    )  # fmt: skip
    return dict(Counter(rows.values_list("country_id", flat=True)))


def demand_of_calls(calls: Iterable[Call]) -> dict[int, Demand]:
    """The demand for each of ``calls`` by its key: three queries for any number of calls and applications.

    Regions are those that the programme counts by, as `programmes.queries.kept_scheme` has them.
    What an endorser has to transmit and has not counts as waiting. Withdrawn applications count as begun; rehearsal
    ones count in rehearsal calls alone. Places are those of the strands where they say any, else
    those of the training.
    """
    rows = {call.pk: call for call in calls}
    found = {key: Demand() for key in rows}
    _places(rows, found)
    grouped = (
        Application.objects.filter(call__in=list(rows), rehearsal=models.F("call__rehearsal"))
        .annotate(counted=models.Case(models.When(counted(), then=True), default=False))
        .order_by()
        .values_list("call", "country")
        .annotate(
            begun=models.Count("pk"),
            submitted=models.Count("pk", filter=models.Q(counted=True) & SUBMITTED),
            eligible=models.Count("pk", filter=models.Q(status__in=ELIGIBLE)),
            waiting=models.Count("pk", filter=models.Q(counted=False) & SUBMITTED),
        )
    )
    places = reference()
    names, scheme = places.country_names(), kept_scheme(places)
    regions: dict[tuple[int, str], Part] = {}
    for call, country, begun, submitted, eligible, waiting in grouped:
        demand = found[call]
        demand.total.add(begun, submitted, eligible, waiting)
        demand.countries.append(
            Part(country or "", names.get(country or "", _("not said")), begun, submitted, eligible, waiting)
        )
        code = (scheme.region_of(country) if country else None) or ""
        if (call, code) not in regions:
            name = scheme.by_code[code].name.best()[0] if code else _("outside the regions")
            regions[call, code] = Part(code, name)
            demand.regions.append(regions[call, code])
        regions[call, code].add(begun, submitted, eligible, waiting)
    for demand in found.values():
        for parts in (demand.countries, demand.regions):
            parts.sort(key=lambda part: (-part.submitted, -part.begun, part.name))
    return found


@dataclass(frozen=True)
class Beside:
    """A region's demand beside the state of its coverage clock, in words."""

    part: Part
    clock: str
    kind: str


def beside_coverage(demand: Demand, on: date) -> list[Beside]:
    """Every region that has demand, and every region of the programme's goal without any, with its clock on ``on``."""
    scheme = kept_scheme(reference())
    clocks = {region.code: region for region in coverage_report(on, scheme.code).coverage.regions}
    parts = {part.code: part for part in demand.regions}
    for code in clocks:
        if code not in parts:
            parts[code] = Part(code, scheme.by_code[code].name.best()[0])
    return [_beside(part, clocks.get(part.code)) for part in parts.values()]


def _beside(part: Part, clock: RegionClock | None) -> Beside:
    if clock is None:
        return Beside(part, "–", "")
    day = in_words(clock.due)
    if clock.state == "overdue":
        return Beside(part, _("overdue: it was due by %(day)s") % {"day": day}, "late")
    return Beside(part, _("due by %(day)s") % {"day": day}, "done" if clock.state == "on_time" else "due")


def _places(rows: dict[int, Call], found: dict[int, Demand]) -> None:
    for call, least, most in (
        Strand.objects.filter(call__in=list(rows))
        .order_by()
        .values_list("call")
        .annotate(least=models.Sum("places_min"), most=models.Sum("places_max"))
    ):
        found[call].places_min, found[call].places_max = least, most
    for key, call in rows.items():
        if found[key].places_max is None:
            found[key].places_min, found[key].places_max = call.training.capacity_min, call.training.capacity_max
