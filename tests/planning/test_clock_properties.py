"""What holds for the coverage clock whatever the record."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tessera.core import edtf
from tessera.places.schemes import Region, Scheme
from tessera.planning import clock
from tessera.planning.clock_types import ClockPhase, ClockSettings, ClockTraining, Coverage

SCHEME = Scheme(
    "unesco",
    (Region("A", frozenset({"AA", "AB"})), Region("B", frozenset({"BA", "BB"})), Region("C", frozenset({"CA"}))),
)
FIRST_RECORD = ClockSettings().first_record
STATES = ("overdue", "due_soon", "on_time")
MANY_STATUSES = ("proposed", "planned", "announced", "in_delivery", "delivered", "closed", "postponed", "cancelled")


def written(start: date, length: int, form: str) -> str:
    end = start + timedelta(days=length)
    if form == "day":
        return f"{start}/{end}"
    if form == "month":
        return f"{start:%Y-%m}/{end:%Y-%m}"
    if form == "mixed":
        return f"{start:%Y-%m}/{end}"
    return f"{start:%Y}"


days = st.dates(min_value=date(2017, 1, 1), max_value=date(2029, 12, 31))
phases = st.builds(
    lambda start, length, form, mode: ClockPhase(edtf.parse(written(start, length, form)), mode),
    days,
    st.integers(0, 400),
    st.sampled_from(["day", "day", "month", "mixed", "year"]),
    st.sampled_from(["in_person", "online", "hybrid"]),
)


def trainings(statuses: tuple[str, ...]) -> st.SearchStrategy[ClockTraining]:
    return st.builds(
        ClockTraining,
        key=st.uuids().map(str),
        status=st.sampled_from(statuses),
        scope=st.sampled_from(["national", "regional", "interregional"]),
        countries=st.frozensets(st.sampled_from(["AA", "AB", "BA", "BB", "CA", "XX"]), max_size=4),
        phases=st.lists(phases, max_size=3).map(tuple),
    )


records = st.lists(trainings(MANY_STATUSES), max_size=8)
settings = st.builds(
    ClockSettings,
    months=st.sampled_from([6, 12, 24, 36]),
    rule=st.sampled_from(["strict", "lenient"]),
    reading=st.sampled_from(["kind", "harsh"]),
    online=st.booleans(),
)


def missed_days(found: Coverage) -> dict[str, set[date]]:
    return {
        region.code: {w.start + timedelta(days=n) for w in region.missed for n in range(w.days)}
        for region in found.regions
    }


def first_day(training: ClockTraining, chosen: ClockSettings) -> date | None:
    starts = [
        phase.dates.earliest_start if chosen.reading == "kind" else phase.dates.latest_start
        for phase in training.phases
        if chosen.online or phase.mode != "online"
    ]
    return min(filter(None, starts), default=None)


@given(records, trainings(("delivered",)), days, settings)
def test_adding_a_delivered_training_never_makes_a_region_later(record, added, on, chosen):
    begins = first_day(added, chosen)
    if begins is not None and begins < FIRST_RECORD:
        return
    before = clock.coverage(record, SCHEME, on, chosen)
    after = clock.coverage([*record, added], SCHEME, on, chosen)

    for code in ("A", "B", "C"):
        assert after.region(code).due >= before.region(code).due
        assert STATES.index(after.region(code).state) >= STATES.index(before.region(code).state)
        assert missed_days(after)[code] <= missed_days(before)[code]


@given(records, days, st.integers(0, 2000), settings)
def test_moving_the_day_forward_never_unmisses_a_window(record, on, later, chosen):
    today = clock.coverage(record, SCHEME, on, chosen)
    then = clock.coverage(record, SCHEME, on + timedelta(days=later), chosen)

    for code, missed in missed_days(today).items():
        assert {day for day in missed_days(then)[code] if day <= on} == missed
        closed = [window for window in today.region(code).missed if not window.open]
        assert closed == list(then.region(code).missed)[: len(closed)]


@given(records, st.randoms(), days, settings)
def test_shuffling_the_record_changes_nothing(record, random, on, chosen):
    shuffled = random.sample(record, len(record))

    assert clock.coverage(shuffled, SCHEME, on, chosen) == clock.coverage(record, SCHEME, on, chosen)
    assert clock.ages(shuffled, SCHEME, on, chosen) == clock.ages(record, SCHEME, on, chosen)
    assert clock.best_window(shuffled, SCHEME, on, chosen) == clock.best_window(record, SCHEME, on, chosen)


@given(records, days, settings)
def test_due_day_is_on_time_and_the_day_after_is_not(record, on, chosen):
    for region in clock.coverage(record, SCHEME, on, chosen).regions:
        # Nothing more begins: only what had begun by the day asked.
        begun = [t for t in record if (first_day(t, chosen) or date.max) <= on]
        due = clock.coverage(begun, SCHEME, max(region.due, on), chosen).region(region.code)
        after = clock.coverage(begun, SCHEME, max(region.due, on) + timedelta(days=1), chosen).region(region.code)
        if on <= region.due:
            assert due.state in ("due_soon", "on_time")
        if not after.running:
            assert after.state == "overdue"
            assert (after.missed[-1].start, after.missed[-1].open) == (region.due + timedelta(days=1), True)


@given(records, days, settings)
def test_windows_are_in_order_apart_and_after_the_first_due_day(record, on, chosen):
    for region in clock.coverage(record, SCHEME, on, chosen).regions:
        ends = [clock.first_due(chosen)]
        for window in region.missed:
            assert ends[-1] < window.start <= window.end <= on
            assert window.days >= 1
            ends.append(window.end)
        assert [window.open for window in region.missed[:-1]] == [False] * len(region.missed[:-1])
        assert (region.state == "overdue") == bool(region.missed and region.missed[-1].open)


@given(records, days, settings)
def test_missed_days_are_those_no_reach_holds(record, on, chosen):
    found = clock.coverage(record, SCHEME, on, chosen)

    due = clock.first_due(chosen)
    waiting = [due + timedelta(days=n) for n in range(1, (on - due).days + 1)]
    assert missed_days(found) == {
        region.code: {day for day in waiting if not any(r.start <= day <= r.until for r in region.reaches)}
        for region in found.regions
    }


@given(records, days, settings)
def test_kind_reading_misses_no_day_that_the_harsh_one_holds(record, on, chosen):
    kind, harsh = (
        clock.coverage(record, SCHEME, on, ClockSettings(months=chosen.months, rule=chosen.rule, reading=reading))
        for reading in ("kind", "harsh")
    )

    for code in ("A", "B", "C"):
        assert missed_days(kind)[code] <= missed_days(harsh)[code]
        assert kind.region(code).certain == harsh.region(code).certain


@given(records, days, settings)
def test_projections_never_count(record, on, chosen):
    begun = [t for t in record if (first_day(t, chosen) or date.max) <= on and t.status != "planned"]

    for with_all, with_begun in zip(
        clock.coverage(record, SCHEME, on, chosen).regions,
        clock.coverage(begun, SCHEME, on, chosen).regions,
        strict=True,
    ):
        assert (with_all.state, with_all.due, with_all.missed) == (with_begun.state, with_begun.due, with_begun.missed)
        assert with_begun.projections == ()
        assert all(projection.start > on for projection in with_all.projections)


@given(records, days, settings)
def test_best_window_is_the_best_of_all_days(record, on, chosen):
    best = clock.best_window(record, SCHEME, on, chosen)

    reaches = {region.code: region.reaches for region in clock.coverage(record, SCHEME, on, chosen).regions}
    starts = sorted({day for held in reaches.values() for reach in held for day in (reach.start, reach.end)})
    tried = [day + timedelta(days=n) for day in starts for n in (-900, -400, -200, -30, -1, 0, 1)]
    for opens in tried:
        closes = clock.add_months(opens, chosen.months)
        held = sum(any(r.start <= closes and r.end >= opens for r in found) for found in reaches.values())
        assert held <= best.count


@given(days, st.integers(0, 600), st.integers(0, 60))
def test_months_are_added_in_order_and_counted_back(day, later, months):
    assert clock.add_months(day, months) <= clock.add_months(day + timedelta(days=later), months)
    assert clock.months_between(day, clock.add_months(day, months)) == months
