"""The coverage clock: which regions a programme reached within its limit, and which it left waiting.

Pure Python, exact days. The rule: a region is reached by a training whose audience holds countries
of it; a one-country training counts for its country only (strict) or for its region too (lenient).
From the last day of a training its region has ``months`` for the next one to start; the due day
itself is on time. Before any training the clock starts at the programme's first record.

Rough dates are intervals. The kind reading takes the earliest possible start and the latest
possible end, the harsh reading the reverse: days missed in the kind reading were missed in every
case, days held in the harsh one were held in every case.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tessera.core import edtf
from tessera.places.schemes import Region, Scheme
from tessera.planning.clock_types import (
    Age,
    Ages,
    Band,
    BestWindow,
    ClockPhase,
    ClockSettings,
    ClockTraining,
    Coverage,
    MissedWindow,
    Projection,
    Reach,
    Reading,
    RegionClock,
    State,
)

# A training counts from its first day in these states; a person's word that it began confirms it.
CONFIRMED = frozenset({"in_delivery", "delivered", "followed_up", "closed"})
COUNTED = CONFIRMED | {"announced"}
# What may still come. A postponed training is none of it: see `rescheduled` for one that has new dates.
EXPECTED = COUNTED | {"planned"}

_DAY = timedelta(days=1)
_Read = tuple[date, date, ClockTraining]
Gap = tuple[str, date, date]  # a region, and the first and the last day that it was left waiting


def coverage(
    trainings: Iterable[ClockTraining], scheme: Scheme, on: date, settings: ClockSettings | None = None
) -> Coverage:
    """The clock of every region of ``scheme`` as it stood on the day ``on``."""
    settings = settings or ClockSettings()
    trainings = list(trainings)
    other: Reading = "harsh" if settings.reading == "kind" else "kind"
    own_dates = _read(trainings, settings, settings.reading)
    other_dates = _read(trainings, settings, other)
    regions = []
    for region in scheme.regions:
        reaches = _reaches(own_dates, region, scheme, settings, on)
        missed, due, state = _verdict(reaches, settings, on)
        certain = (missed, due, state) == _verdict(_reaches(other_dates, region, scheme, settings, on), settings, on)
        last = max((reach.end for reach in reaches), default=None)
        regions.append(
            RegionClock(
                code=region.code,
                state=state,
                last=last,
                due=due,
                missed=missed,
                reaches=reaches,
                projections=_projections(own_dates, region, scheme, settings, on, due),
                running=any(reach.start <= on <= reach.end for reach in reaches),
                due_from_record=due == first_due(settings) and all(reach.until < due for reach in reaches),
                confirmed=last is None or any(reach.confirmed for reach in reaches if reach.end == last),
                certain=certain,
            )
        )
    return Coverage(on, scheme.code, settings, tuple(regions))


def ages(trainings: Iterable[ClockTraining], scheme: Scheme, on: date, settings: ClockSettings | None = None) -> Ages:
    """How long ago each region, and each country, was last reached on the day ``on``.

    A country has the age of its region unless a one-country training reached it later. Countries
    outside the scheme appear only where such a training reached them.
    """
    settings = settings or ClockSettings()
    dates = _read(trainings, settings, settings.reading)
    regions: dict[str, date | None] = {}
    countries: dict[str, date | None] = {}
    for region in scheme.regions:
        last = max((reach.end for reach in _reaches(dates, region, scheme, settings, on)), default=None)
        regions[region.code] = last
        for country in region.countries:
            countries[country] = _later(countries.get(country), last)
    for start, end, training in dates:
        if training.scope == "national" and training.status in COUNTED and start <= on:
            for country in training.countries:
                countries[country] = _later(countries.get(country), end)
    told = {last: _age(last, on, settings) for last in {*regions.values(), *countries.values()}}
    return Ages(
        {code: told[last] for code, last in regions.items()},
        {code: told[last] for code, last in sorted(countries.items())},
    )


def best_window(
    trainings: Iterable[ClockTraining], scheme: Scheme, on: date, settings: ClockSettings | None = None
) -> BestWindow:
    """The most regions that trainings begun by ``on`` touched within any one limit, the first such window.

    A window runs from a day to the same day ``months`` later, both included. In the harsh reading a
    training of rough date counts only where all its possible days lie inside.
    """
    settings = settings or ClockSettings()
    dates = _read(trainings, settings, settings.reading)
    found = {region.code: _reaches(dates, region, scheme, settings, on) for region in scheme.regions}
    best = BestWindow(0, None, None, ())
    # Sliding a window later until it is about to lose a training keeps all it holds, so the windows
    # that begin on the last day of a training are enough.
    for opens in sorted({reach.end for reaches in found.values() for reach in reaches}):
        closes = add_months(opens, settings.months)
        held = tuple(
            code
            for code, reaches in found.items()
            if any(reach.start <= closes and reach.end >= opens for reach in reaches)
        )
        if len(held) > best.count:
            best = BestWindow(len(held), opens, closes, held)
    return best


def added(key: str, held: Iterable[frozenset[str]], start: date, end: date) -> ClockTraining:
    """A training that a plan adds, as the clock takes it: announced for all the countries ``held``, on exact days."""
    phase = ClockPhase(edtf.from_days(start, end))
    return ClockTraining(key, "announced", "regional", frozenset[str]().union(*held), (phase,))


def rescheduled(training: ClockTraining, on: date) -> ClockTraining:
    """The training as it stands on the day ``on``: postponed to dates that are not over, it is planned for them.

    The dates of a postponed training are its new ones. Planned, it is still to come and never counts as held.
    """
    ends = [phase.dates.latest_end for phase in training.phases]
    is_awaited = training.status == "postponed" and max(filter(None, ends), default=date.min) >= on
    return replace(training, status="planned") if is_awaited else training


def gaps(found: Coverage, since: date) -> list[Gap]:
    """The missed windows of every region, as far as they lie on the day ``since`` or later."""
    return [
        (region.code, max(window.start, since), window.end)
        for region in found.regions
        for window in region.missed
        if window.end >= since
    ]


def plan_faults(found: Coverage, missed: Iterable[Gap], since: date) -> list[str]:
    """Where the windows that a plan from ``since`` calls ``missed`` are not those of the clock; empty where all are."""
    ours, theirs = set(missed), set(gaps(found, since))
    return [
        f"{gap[0]}: missed from {gap[1]} to {gap[2]} by {'the clock' if gap in theirs else 'the plan'} only."
        for gap in sorted(ours ^ theirs)
    ]


def as_json(found: Coverage) -> dict[str, object]:
    """The published shape of ``tessera coverage --json``: plain values, days as ISO text."""
    return {
        "on": found.on.isoformat(),
        "scheme": found.scheme,
        "rule": found.settings.rule,
        "reading": found.settings.reading,
        "online": found.settings.online,
        "on_time": found.on_time,
        "regions": [
            {
                "code": region.code,
                "state": region.state,
                "last": region.last.isoformat() if region.last else None,
                "due": region.due.isoformat(),
                "missed": [
                    {
                        "from": window.start.isoformat(),
                        "to": window.end.isoformat(),
                        "days": window.days,
                        "open": window.open,
                    }
                    for window in region.missed
                ],
            }
            for region in found.regions
        ],
    }


def first_due(settings: ClockSettings) -> date:
    """By when a region without any training on record had to be reached."""
    return add_months(settings.first_record, settings.months)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where that is earlier (29 February > 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def quarter_after(on: date) -> date:
    """The first day of the first quarter that is still whole on the day ``on``."""
    first = date(on.year, on.month - (on.month - 1) % 3, 1)
    return first if first == on else add_months(first, 3)


def months_between(earlier: date, later: date) -> int:
    """Whole months that have passed, by the calendar of `add_months`; 0 where ``later`` is not later."""
    months = max(0, (later.year - earlier.year) * 12 + later.month - earlier.month)
    return months - 1 if months and add_months(earlier, months) > later else months


def _read(trainings: Iterable[ClockTraining], settings: ClockSettings, reading: Reading) -> list[_Read]:
    """First and last day of every training that may count, in a reading, in an order of its own."""
    read = []
    for training in trainings:
        phases = [phase.dates for phase in training.phases if settings.online or phase.mode != "online"]
        if not phases or training.status not in EXPECTED:
            continue
        starts = [dates.earliest_start if reading == "kind" else dates.latest_start for dates in phases]
        ends = [dates.latest_end if reading == "kind" else dates.earliest_end for dates in phases]
        read.append((min(filter(None, starts)), max(filter(None, ends)), training))
    return sorted(read, key=lambda item: (item[0], item[1], item[2].key))


def _reaches_region(training: ClockTraining, region: Region, settings: ClockSettings) -> bool:
    counts = settings.rule == "lenient" or training.scope != "national"
    return counts and not training.countries.isdisjoint(region.countries)


def _is_derived(training: ClockTraining, region: Region, scheme: Scheme, settings: ClockSettings) -> bool:
    return scheme.code != settings.home_scheme and region.code not in training.stated.get(scheme.code, ())


def _reaches(
    dates: Sequence[_Read], region: Region, scheme: Scheme, settings: ClockSettings, on: date
) -> tuple[Reach, ...]:
    return tuple(
        Reach(
            training=training.key,
            start=start,
            end=end,
            until=add_months(end, settings.months),
            confirmed=training.status in CONFIRMED,
            derived=_is_derived(training, region, scheme, settings),
        )
        for start, end, training in dates
        if start <= on and training.status in COUNTED and _reaches_region(training, region, settings)
    )


def _verdict(
    reaches: Sequence[Reach], settings: ClockSettings, on: date
) -> tuple[tuple[MissedWindow, ...], date, State]:
    """Missed windows, due day and state: the days up to ``on`` that no reach holds.

    A reach holds the days from its start to its ``until``; the first record holds those to the first
    due day. So another reach can only take missed days away, and a later ``on`` only adds days.
    """
    held_to = first_due(settings)
    missed = []
    for reach in reaches:
        if reach.until < reach.start:
            continue  # a harsh reading of a date rougher than the limit: no day is certain
        if reach.start > held_to + _DAY:
            missed.append(MissedWindow(held_to + _DAY, reach.start - _DAY, open=False))
        held_to = max(held_to, reach.until)
    state: State
    if on > held_to:
        missed.append(MissedWindow(held_to + _DAY, on, open=True))
        state = "overdue"
    elif (held_to - on).days <= settings.soon_days and not any(reach.start <= on <= reach.end for reach in reaches):
        state = "due_soon"
    else:
        state = "on_time"
    return tuple(missed), held_to, state


def _projections(
    dates: Sequence[_Read], region: Region, scheme: Scheme, settings: ClockSettings, on: date, due: date
) -> tuple[Projection, ...]:
    """Trainings after ``on``, each measured against the due day that those before it give."""
    ahead = []
    for start, end, training in dates:
        if not _reaches_region(training, region, settings):
            continue
        if start > on:
            ahead.append((start, end, training))
        elif training.status == "planned" and _latest_start(training, settings) > on:
            # Planned for "2026" and not begun: tomorrow is now the first day it can.
            ahead.append((on + _DAY, max(end, on + _DAY), training))
    projections = []
    for start, end, training in sorted(ahead, key=lambda item: (item[0], item[1], item[2].key)):
        until = add_months(end, settings.months)
        late = max(0, (start - due).days - 1)
        derived = _is_derived(training, region, scheme, settings)
        projections.append(Projection(training.key, training.status, start, end, until, late, derived))
        due = max(due, until)
    return tuple(projections)


def _latest_start(training: ClockTraining, settings: ClockSettings) -> date:
    return _read([training], settings, "harsh")[0][0]


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _age(last: date | None, on: date, settings: ClockSettings) -> Age:
    if last is None:
        return Age(None, None, "n")
    limits: tuple[tuple[int, Band], ...] = (
        (settings.months // 2, "a"),
        (settings.months, "b"),
        (settings.months * 2, "c"),
    )
    band: Band = next((name for months, name in limits if on <= add_months(last, months)), "d")
    return Age(last, months_between(last, on), band)
