"""Deadlines in every zone of the world, at both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.calls import moments
from tessera.calls.moments import Deadline, MomentError, read_deadline

ZONES = sorted(available_timezones())
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)  # no zone changes its clocks twice in a week
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31))
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def changes_of(zone: ZoneInfo, year: int) -> list[datetime]:
    """The moments of the year (UTC, to the hour) after which the zone has another offset."""
    moment, found = datetime(year, 1, 1, tzinfo=UTC), []
    before = moment.astimezone(zone).utcoffset()
    while moment.year == year:
        moment += WEEK
        after = moment.astimezone(zone).utcoffset()
        if after != before:
            low = moment - WEEK
            while (low + MINUTE).astimezone(zone).utcoffset() == before:
                low += (
                    timedelta(hours=1) if (low + timedelta(hours=1)).astimezone(zone).utcoffset() == before else MINUTE
                )
            found.append(low + MINUTE)
        before = after
    return found


def refusal_of(*written) -> MomentError | None:
    try:
        read_deadline(*written)
    except MomentError as refusal:
        return refusal
    return None


def check(deadline: Deadline, day: date, minute: time, zone: str) -> None:
    local = deadline.shown_at.astimezone(ZoneInfo(zone))
    assert local.replace(tzinfo=None, fold=0) == datetime.combine(day, minute)
    assert deadline.closes_at - deadline.shown_at == MINUTE
    # Whoever looks at the clock of the call in the last second sees the shown minute, and after it no more.
    last = (deadline.closes_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert last.strftime("%H:%M") == minute.strftime("%H:%M")
    assert moments.clocks(deadline)[0].time == minute.strftime("%H:%M")


@pytest.mark.parametrize("year", [2026])
def test_every_zone_and_both_changes_of_its_clocks(year):
    gaps = folds = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        check(read_deadline(date(year, 3, 15), "23:59", name), date(year, 3, 15), time(23, 59), name)
        for change in changes_of(zone, year):
            before = (change - MINUTE).astimezone(zone)
            after = change.astimezone(zone)
            step = after.replace(tzinfo=None) - before.replace(tzinfo=None) - MINUTE
            if step > timedelta():
                gaps += 1
                skipped = before.replace(tzinfo=None) + MINUTE + step / 2
                with pytest.raises(MomentError) as refused:
                    read_deadline(skipped.date(), skipped.time().replace(second=0), name)
                assert refused.value.code == "skipped"
                shown = refused.value.sentence.params
                assert (shown["before"][-5:], shown["after"][-5:]) == (f"{before:%H:%M}", f"{after:%H:%M}")
            else:
                folds += 1
                twice = (after.replace(tzinfo=None) - step / 2).replace(second=0)
                deadline = read_deadline(twice.date(), twice.time(), name)
                check(deadline, twice.date(), twice.time(), name)
                assert deadline.fold == 1
                assert deadline.shown_at >= change
                assert deadline.notes
            for beside in (before, after):  # the minutes of the examples can be written
                check(
                    read_deadline(beside.date(), beside.time().replace(fold=0), name),
                    beside.date(),
                    beside.time().replace(fold=0),
                    name,
                )
    assert gaps > 100
    assert folds > 100


@given(days, minutes, st.sampled_from(ZONES))
@settings(max_examples=50, deadline=None)
def test_a_deadline_is_shown_as_it_was_written_or_refused(day, minute, zone):
    if refusal := refusal_of(day, minute, zone):
        assert refusal.code == "skipped"
        return
    deadline = read_deadline(day, minute, zone)
    check(deadline, day, minute, zone)
    assert read_deadline(day.isoformat(), minute.strftime("%H:%M"), zone) == deadline


@given(days, minutes, st.sampled_from(ZONES), st.integers(-7200, 7200), st.integers(-7200, 7200) | st.none())
@settings(max_examples=50, deadline=None)
def test_whoever_may_save_is_in_time_or_saved_in_time(day, minute, zone, at, saved):
    if refusal_of(day, minute, zone):
        return
    closes = read_deadline(day, minute, zone).closes_at
    moment = closes + timedelta(seconds=at)
    saved_at = None if saved is None else closes + timedelta(seconds=saved)

    may = moments.may_save(moment, opens_at=None, closes_at=closes, saved_at=saved_at)

    assert may == (at < 0 or (saved is not None and saved < 0 and at < 1800))


@given(st.text(max_size=20), st.text(max_size=12), st.text(max_size=30) | st.sampled_from(ZONES))
@settings(max_examples=50, deadline=None)
def test_any_text_is_a_deadline_or_a_sentence(day, clock, zone):
    if refusal := refusal_of(day, clock, zone):
        for language in ("en", "fr", "es"):
            with translation.override(language):
                assert str(refusal).strip()


@given(st.integers(-100, 10**8))
@settings(max_examples=50, deadline=None)
def test_time_left_says_something_in_each_language(seconds):
    closes = datetime(2027, 3, 16, 12, tzinfo=UTC)
    found = moments.time_left(closes, closes - timedelta(seconds=seconds)).by_language(["en", "fr", "es"])
    assert all(found.values())
