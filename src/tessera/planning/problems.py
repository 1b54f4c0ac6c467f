"""From the records to a planning problem. Imported inside the task only: it reads the solver's data types.

The exact clock says by which day each region has to be reached; trainings announced or planned in the quarters to come
are hosts with one place in the plan; what cannot be taken in is left out and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from tessera.core import edtf
from tessera.places import datafiles
from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, Reference, SchemeInfo, reference
from tessera.planning import clock, earmarks
from tessera.planning.clock_types import ClockSettings, ClockTraining
from tessera.planning.models import Proposal
from tessera.planning.needs import Need, need_of
from tessera.planning.queries.coverage import (
    clock_settings,
    clock_trainings,
    is_plannable,
    training_languages,
)
from tessera.planning.queries.demand import unmet_demand
from tessera.planning.queries.roster import has_free_week, roster_people, trainer_rows, with_trainers
from tessera.programmes.queries import programme, scheme_of
from tessera.solvers.coverage.model import (
    LARGEST,
    Area,
    Dates,
    Fixed,
    Host,
    LevelKey,
    Limits,
    PlanProblem,
    Region,
    Trainer,
    YearLimit,
)
from tessera.solvers.coverage.quarters import quarter_of

LEVELS = (
    LevelKey.WINDOWS, LevelKey.DAYS, LevelKey.NEED, LevelKey.REACHED, LevelKey.COST, LevelKey.EARLY,
)  # fmt: skip
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What a plan is made and judged by: the problem, what is fixed, the clock's own trainings and settings.

    ``counted`` are the trainings to come on which the plan builds: those that take part in it or may begin before it.
    """

    problem: PlanProblem
    fixed: tuple[Fixed, ...]
    trainings: tuple[ClockTraining, ...]
    counted: frozenset[str]
    settings: ClockSettings
    places: Reference
    scheme: SchemeInfo
    on: date
    left_out: tuple[tuple[str, str], ...]
    needs: tuple[Need, ...]


def world(limits: Mapping[str, Any], *, rehearsal: bool = False) -> World:
    """The problem that ``limits`` (`Scenario.limits`) ask of the records as they are now.

    Rehearsal proposals take part only in a rehearsal scenario; trainings are the real ones. ValueError where the goal
    is no whole number of quarters.
    """
    places, own = reference(), programme()
    settings = clock_settings(own, rule=limits["rule"])
    if not is_plannable(own):
        raise ValueError(f"The goal of {settings.months} months is no whole number of quarters.")
    on = date.fromisoformat(limits["on"])
    first = clock.quarter_after(on)
    quarters = 4 * limits["years"]
    trainings = tuple(clock_trainings(places, on))
    scheme = scheme_of(own, places)
    spoken = training_languages()
    areas, needs = (
        _areas(places, trainings, spoken, on, settings, rehearsal) if scheme.code == HOME_SCHEME else ((), ())
    )
    taken, fixed, held = _existing(trainings, spoken, places, scheme.pure.region_of, areas, settings, first, quarters)
    # What has rough dates and takes part in the plan counts there alone, on the last day of its quarter.
    rough = {host.key.partition(":")[2] for host in taken if not host.dates}
    found = clock.coverage([one for one in trainings if one.key not in rough], scheme.pure, on, settings)
    sooner = {r.code: [p for p in r.projections if p.start < first] for r in found.regions}
    regions = tuple(
        Region(region.code, due_on=max([region.due, *(p.until for p in sooner[region.code])]))
        for region in found.regions
    )
    counted = {p.training for ahead in sooner.values() for p in ahead}
    counted |= {host.key.partition(":")[2] for host in taken}
    offers, left_out = _offers(limits, places, scheme, areas, first, quarters, rehearsal)
    trainers, unknown_of_trainers = _trainers(limits, first, quarters)
    funders = earmarks.funders(limits, {area.key for area in areas})
    themes, trainers = earmarks.themes(funders, offers, trainers)
    # A host still to be found costs a little more than any offer, so that among equals an offer is taken.
    dearest = max((host.cost for host in offers), default=0)
    unknown = min(dearest + max(dearest // 10, 100), LARGEST) if offers else 0
    per_year = limits.get("per_year")
    problem = PlanProblem(
        first=first,
        quarters=quarters,
        regions=regions,
        areas=areas,
        hosts=(*taken, *offers) if themes else (*taken, *(replace(host, themes=()) for host in offers)),
        trainers=trainers,
        funders=funders,
        themes=themes,
        limits=Limits(
            per_quarter=limits.get("per_quarter"),
            per_year=per_year,
            budget=limits.get("budget"),
            years=tuple(
                YearLimit(year, trainings=max(per_year - number, 0))
                for year, number in sorted(held.items())
                if per_year is not None
            ),
            shared=_shared_by_existing(taken) + limits["shared"] if limits.get("shared") is not None else None,
            languages=tuple(sorted((limits.get("languages") or {}).items())),
        ),
        window=settings.months // 3,
        trainers_each=limits.get("trainers_each") or 2,
        open_hosts=not limits.get("only_proposed"),
        open_cost=limits["open_cost"] if limits.get("open_cost") is not None else unknown,
        shares=_shares(trainings, areas, places) if limits.get("shared") and not limits.get("only_proposed") else (),
        levels=LEVELS if areas else tuple(key for key in LEVELS if key not in (LevelKey.NEED, LevelKey.REACHED)),
    )
    without = (*left_out, *unknown_of_trainers)
    return World(problem, fixed, trainings, frozenset(counted), settings, places, scheme, on, without, needs)


def _areas(
    places: Reference,
    trainings: Sequence[ClockTraining],
    spoken: Mapping[str, tuple[str, ...]],
    on: date,
    settings: ClockSettings,
    rehearsal: bool,
) -> tuple[tuple[Area, ...], tuple[Need, ...]]:
    """Working areas, weighed by their need."""
    if WORKING_SCHEME not in places.schemes:
        return (), ()
    working = places.scheme(WORKING_SCHEME)
    found = clock.coverage(trainings, working.pure, on, settings)
    named = {row["code"]: tuple(row.get("languages") or ()) for row in datafiles.read(WORKING_SCHEME)["regions"]}
    wishes: Counter[str | None] = Counter()
    for country, count in unmet_demand(rehearsal=rehearsal).items():
        wishes[places.region_of(country, WORKING_SCHEME)] += count
    areas, needs = [], []
    for area in working.regions:
        languages = named.get(area.code, ())
        need = need_of(
            found.region(area.code), languages, spoken, wishes[area.code], on=on, settings=settings
        )  # fmt: skip
        areas.append(Area(area.code, area.within, need=need.weight, languages=languages))
        needs.append(need)
    return tuple(areas), tuple(needs)


def days_of(training: ClockTraining) -> tuple[date, date, bool]:
    """First and last day of a training, and whether both are exact (else: the latest start, the latest end)."""
    starts = [phase.dates.latest_start for phase in training.phases]
    ends = [phase.dates.latest_end for phase in training.phases]
    exact = all(
        phase.dates.earliest_start == phase.dates.latest_start and phase.dates.earliest_end == phase.dates.latest_end
        for phase in training.phases
    )
    return min(filter(None, starts)), max(filter(None, ends)), exact


def _existing(
    trainings: Sequence[ClockTraining],
    spoken: Mapping[str, tuple[str, ...]],
    places: Reference,
    region_of: Any,
    areas: Sequence[Area],
    settings: ClockSettings,
    first: date,
    quarters: int,
) -> tuple[tuple[Host, ...], tuple[Fixed, ...], dict[int, int]]:
    """Trainings to come as hosts that are fixed; and how many places of each year are taken by what reaches no region.

    A training whose language is known serves only areas that understand it; one that has a trainer needs no other.
    """
    hosts, fixed, staffed = [], [], with_trainers()
    held: dict[int, int] = {}
    for training in trainings:
        if training.status not in clock.EXPECTED or not training.phases:
            continue
        start, end, exact = days_of(training)
        number = quarter_of(first, start)
        if number >= quarters or (start.year < first.year and number < 0):
            continue
        counts = settings.rule == "lenient" or training.scope != "national"
        regions = sorted({code for code in map(region_of, training.countries) if code}) if counts else []
        if number < 0 or not regions:
            held[start.year] = held.get(start.year, 0) + 1
            continue
        reached = {places.region_of(code, WORKING_SCHEME) for code in training.countries}
        languages = spoken.get(training.key, ())
        key = f"training:{training.key}"
        hosts.append(
            Host(
                key,
                regions=tuple(regions),
                areas=tuple(sorted(a.key for a in areas if a.key in reached and _understands(a, languages))),
                languages=languages,
                quarters=() if exact else (number,),
                dates=(Dates(start, end),) if exact else (),
                staffed=training.key in staffed,
            )
        )
        fixed.append(Fixed(number, host=key))
    return tuple(hosts), tuple(fixed), held


def _understands(area: Area, languages: tuple[str, ...]) -> bool:
    return not area.languages or not languages or not set(area.languages).isdisjoint(languages)


def _offers(
    limits: Mapping[str, Any],
    places: Reference,
    scheme: SchemeInfo,
    areas: Sequence[Area],
    first: date,
    quarters: int,
    rehearsal: bool,
) -> tuple[tuple[Host, ...], tuple[tuple[str, str], ...]]:
    """The chosen proposals as hosts, and (code, why) of those that cannot be taken in or whose cost is not known."""
    rows = Proposal.objects.open().filter(code__in=limits.get("proposals") or [], rehearsal=rehearsal)
    by_key = {area.key: area for area in areas}
    hosts, left_out = [], []
    for row in rows.select_related("topic").order_by("code"):
        area, region = places.region_of(row.country_id, WORKING_SCHEME), scheme.region_of(row.country_id)
        if region is None:
            left_out.append((row.code, "outside"))
            continue
        fits = area in by_key and _understands(by_key[area], tuple(row.languages))
        open_quarters, dates = _when(row.dates if limits.get("keep_dates", True) else "", first, quarters)
        if not open_quarters and not dates:
            left_out.append((row.code, "dates"))
            continue
        same = row.budget is not None and row.currency == limits.get("currency")
        if row.budget is None:
            left_out.append((row.code, "no_budget"))
        elif not same:
            left_out.append((row.code, "currency"))
        hosts.append(
            Host(
                f"proposal:{row.code}",
                regions=() if fits else (region,),
                areas=(area,) if fits and area else (),
                languages=tuple(sorted(row.languages)),
                themes=(row.topic.slug,) if row.topic else (),
                quarters=open_quarters,
                dates=dates,
                cost=row.budget if same and row.budget is not None else 0,
            )
        )
    return tuple(hosts), tuple(left_out)


def _when(text: str, first: date, quarters: int) -> tuple[tuple[int, ...], tuple[Dates, ...]]:
    """The quarters in which a proposal may be held; or its exact days."""
    if not text:
        return tuple(range(quarters)), ()
    read = edtf.parse(text)
    start, end = read.earliest_start, read.latest_end
    if start is None or end is None:
        return tuple(range(quarters)), ()
    if read.earliest_start == read.latest_start and read.earliest_end == read.latest_end:
        inside = 0 <= quarter_of(first, start) < quarters
        return (), (Dates(start, end),) if inside else ()
    numbers = range(max(quarter_of(first, start), 0), min(quarter_of(first, end), quarters - 1) + 1)
    return tuple(numbers), ()


def _trainers(
    limits: Mapping[str, Any], first: date, quarters: int
) -> tuple[tuple[Trainer, ...], tuple[tuple[str, str], ...]]:
    """The chosen trainers, and (slug, why) of those who cannot be taken in or whose sums are not counted."""
    wanted = set(limits.get("trainers") or [])
    if not wanted:
        return (), ()
    found, left_out = [], []
    for row in trainer_rows(roster_people().filter(slug__in=wanted)):
        if row.profile is None or not row.profile.languages:
            left_out.append((row.person.slug, "no_language"))
            continue
        busy = [(t.start, t.end) for t in row.taught if t.start is not None and t.end is not None and t.is_binding]
        free = []
        for number in range(quarters):
            start = clock.add_months(first, 3 * number)
            end = clock.add_months(start, 3) - _DAY
            taken = any(one <= end and start <= other for one, other in busy)
            if not taken and has_free_week(row.periods, start, end):
                free.append(number)
        same = row.profile.currency == limits.get("currency")
        if row.profile.fee is None:
            left_out.append((row.person.slug, "no_fee"))
        elif not same:
            left_out.append((row.person.slug, "fee_currency"))
        most, given = row.profile.most_a_year, Counter(start.year for start, _end in busy)
        found.append(
            Trainer(
                row.person.slug,
                languages=tuple(sorted(row.profile.languages)),
                themes=tuple(sorted(topic.slug for topic in row.profile.topics.all())),
                quarters=tuple(free),
                fee=(row.profile.fee or 0) if same else 0,
                travel=(row.profile.travel or 0) if same else 0,
                max_a_year=most,
                max_in=tuple(
                    (year, max(most - count, 0))
                    for year, count in sorted(given.items())
                    if most is not None and year >= first.year
                ),
            )
        )
    return tuple(found), tuple(left_out)


def _shares(
    trainings: Iterable[ClockTraining], areas: Sequence[Area], places: Reference
) -> tuple[tuple[str, ...], ...]:
    """Pairs of working areas of two regions that one training served before, and whose languages can meet."""
    by_key = {area.key: area for area in areas}
    pairs = set()
    for training in trainings:
        if training.scope == "national" or training.status not in clock.COUNTED:
            continue
        found = {places.region_of(code, WORKING_SCHEME) for code in training.countries}
        reached = sorted(code for code in found if code is not None and code in by_key)
        for n, one in enumerate(reached):
            for other in reached[n + 1 :]:
                first, second = by_key[one], by_key[other]
                meet = not first.languages or not second.languages or set(first.languages) & set(second.languages)
                if first.region != second.region and meet:
                    pairs.add((one, other))
    return tuple(sorted(pairs))


def _shared_by_existing(taken: Sequence[Host]) -> int:
    return sum(len(host.areas or host.regions) > 1 for host in taken)
