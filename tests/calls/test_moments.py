"""Deadlines to the second, the worked cases of the rules, and the words that are refused."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation

from tessera.calls import moments
from tessera.calls.moments import AOE, Deadline, MomentError, default_deadline, read_deadline

MARCH = default_deadline(date(2027, 3, 15))
CLOSE = datetime(2027, 3, 16, 12, 0, 0, tzinfo=UTC)


def test_15_march_anywhere_on_earth_closes_on_16_march_at_noon_universal_time():
    assert MARCH == read_deadline("2027-03-15", "23:59:59", AOE) == read_deadline("2027-03-15", "23:59", "AoE")
    assert MARCH.shown_at == datetime(2027, 3, 16, 11, 59, 0, tzinfo=UTC)
    assert MARCH.closes_at == CLOSE
    assert MARCH.grace_until == CLOSE + timedelta(minutes=30)
    assert MARCH.notes == ()


@pytest.mark.parametrize(
    ("at", "never_saved", "saved_before", "saved_after"),
    [
        (CLOSE - timedelta(seconds=1), "open", "open", "open"),
        (CLOSE - timedelta(microseconds=1), "open", "open", "open"),
        (CLOSE, "closed", "grace", "closed"),
        (CLOSE + timedelta(seconds=1799), "closed", "grace", "closed"),
        (CLOSE + timedelta(seconds=1799, microseconds=999_999), "closed", "grace", "closed"),
        (CLOSE + timedelta(seconds=1800), "closed", "closed", "closed"),
    ],
)
def test_grace_is_for_drafts_saved_before_and_ends_to_the_second(at, never_saved, saved_before, saved_after):
    opens = CLOSE - timedelta(days=40)

    def found(saved_at: datetime | None) -> str:
        return moments.window(at, opens_at=opens, closes_at=MARCH.closes_at, saved_at=saved_at)

    assert found(None) == never_saved
    assert found(CLOSE - timedelta(microseconds=1)) == saved_before
    assert found(CLOSE) == saved_after
    assert moments.may_save(at, opens_at=opens, closes_at=CLOSE) is (never_saved == "open")


def test_a_call_that_has_not_opened_takes_nothing():
    opens = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
    assert moments.window(opens - timedelta(microseconds=1), opens_at=opens, closes_at=CLOSE) == "before"
    assert moments.window(opens, opens_at=opens, closes_at=CLOSE) == "open"


@pytest.mark.parametrize(
    ("day", "clock", "zone", "field", "code"),
    [
        ("2027-03-15", "23:59", "", "zone", "no_zone"),
        ("2027-03-15", "23:59", "  ", "zone", "no_zone"),
        ("2027-03-15", "23:59", "Mars/Olympus", "zone", "unknown_zone"),
        ("2027-03-15", "23:59", "america/lima", "zone", "unknown_zone"),
        ("2027-03-15", "23:59", "../etc/passwd", "zone", "unknown_zone"),
        ("2027-03-15", "24:00", AOE, "time", "midnight"),
        ("2027-03-15", "24:00:00", AOE, "time", "midnight"),
        ("2027-03-15", "24h00", AOE, "time", "midnight"),
        ("2027-03-15", "Midnight", AOE, "time", "midnight"),
        ("2027-03-15", "minuit", AOE, "time", "midnight"),
        ("2027-03-15", "media noche", AOE, "time", "midnight"),
        ("2027-03-15", "medianoche", AOE, "time", "midnight"),
        ("2027-03-15", "12 midnight", AOE, "time", "midnight"),
        ("2027-03-15", "mid\u200bnight", AOE, "time", "midnight"),
        ("2027-03-15", "23:60", AOE, "time", "unreadable_time"),
        ("2027-03-15", "noon", AOE, "time", "unreadable_time"),
        ("2027-03-15", "11:59 pm", AOE, "time", "unreadable_time"),
        ("2027-03-15", "", AOE, "time", "no_time"),
        ("", "23:59", AOE, "day", "no_day"),
        ("2027-02-30", "23:59", AOE, "day", "no_such_day"),
        ("2027-06-31", "23:59", AOE, "day", "no_such_day"),
        ("15/03/2027", "23:59", AOE, "day", "unreadable_day"),
        ("2027-03", "23:59", AOE, "day", "unreadable_day"),
        ("9999-12-31", "23:59", AOE, "day", "year_out_of_range"),
        ("0001-01-01", "00:00", AOE, "day", "year_out_of_range"),
        ("2027-03-28", "02:30", "Europe/Paris", "time", "skipped"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_what_is_no_deadline_is_refused_at_its_field_with_a_sentence(day, clock, zone, field, code, language):
    with translation.override(language), pytest.raises(MomentError) as refused:
        read_deadline(day, clock, zone)

    assert (refused.value.field, refused.value.code) == (field, code)
    assert str(refused.value).strip()
    assert "%(" not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "minute"),
    [
        ("23:59", time(23, 59)),
        ("9:05", time(9, 5)),
        ("17h30", time(17, 30)),
        ("17.30", time(17, 30)),
        ("9h", time(9, 0)),
        ("１７：３０", time(17, 30)),
    ],
)
def test_times_are_read_as_people_write_them(written, minute):
    assert read_deadline("2027-03-15", written, "America/Lima").minute == minute


def test_a_minute_that_is_skipped_is_refused_with_the_minutes_beside_it():
    with pytest.raises(MomentError) as refused:
        read_deadline("2027-03-28", "02:30", "Europe/Paris")
    assert str(refused.value) == (
        "Clocks in Europe/Paris skip 02:30 on 28 March 2027: write for example 01:59 or 03:00."
    )
    # Samoa left out a whole day.
    with pytest.raises(MomentError) as refused:
        read_deadline("2011-12-30", "23:59", "Pacific/Apia")
    assert "2011-12-29 23:59 or 2011-12-31 00:00" in str(refused.value)


def test_of_a_minute_shown_twice_a_deadline_takes_the_later_and_says_so():
    deadline = read_deadline("2027-10-31", "02:30", "Europe/Paris")

    assert deadline.fold == 1
    assert deadline.closes_at == datetime(2027, 10, 31, 1, 31, tzinfo=UTC)
    assert [str(note) for note in deadline.notes] == [
        "Clocks in Europe/Paris go back that day and show 02:30 twice; the later one is meant."
    ]
    assert moments.read_moment("2027-10-31", "02:30", "Europe/Paris") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_the_last_minute_before_clocks_change_closes_one_minute_later():
    before = read_deadline("2027-03-28", "01:59", "Europe/Paris")
    assert before.closes_at - before.shown_at == timedelta(minutes=1)
    assert before.closes_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_the_first_minute_of_a_day_comes_with_a_note():
    assert [str(note) for note in read_deadline("2027-03-15", "00:00", "Asia/Tokyo").notes] == [
        "00:00 is the first minute of 15 March 2027. To close at the end of the day before, write 14 March 2027, 23:59."
    ]


def test_a_deadline_is_shown_on_the_clock_of_the_call_of_the_reader_and_in_utc():
    with translation.override("en"):
        assert [str(clock) for clock in moments.clocks(MARCH, "America/Lima")] == [
            "Monday 15 March 2027, 23:59, anywhere on Earth (UTC−12)",
            "Tuesday 16 March 2027, 06:59, Lima time (UTC−5)",
            "Tuesday 16 March 2027, 11:59, universal time (UTC)",
        ]
    assert [clock.kind for clock in moments.clocks(MARCH, "No/Where")] == ["call", "utc"]
    assert [clock.kind for clock in moments.clocks(read_deadline("2027-03-15", "23:59", "UTC"), "UTC")] == ["call"]
    kathmandu = moments.clocks(MARCH, "Asia/Kathmandu")[1]
    assert (kathmandu.offset, kathmandu.time) == ("UTC+5:45", "17:44")


def test_the_first_of_a_month_is_written_as_its_language_writes_it():
    first = read_deadline("2027-04-01", "23:59", "UTC")
    said = {}
    for language in ("en", "fr", "es"):
        with translation.override(language):
            said[language] = moments.clocks(first)[0].day
    assert said == {
        "en": "Thursday 1 April 2027", "fr": "jeudi 1er avril 2027", "es": "jueves, 1 de abril de 2027",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(0), "closed"),
        (timedelta(days=-1), "closed"),
        (timedelta(seconds=59), "less than a minute left"),
        (timedelta(seconds=60), "1 minute left"),
        (timedelta(minutes=59, seconds=59), "59 minutes left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(hours=3, minutes=20), "3 hours and 20 minutes left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(days=5, hours=3, minutes=59), "5 days and 3 hours left"),
        (timedelta(days=7, hours=3), "7 days left"),
    ],
)
def test_time_left_is_in_words_and_never_more_than_there_is(left, words):
    assert str(moments.time_left(CLOSE, CLOSE - left)) == words


def test_a_call_is_open_while_any_strand_is():
    later = read_deadline("2027-04-01", "12:00", "UTC")
    assert moments.last_closing(MARCH) == CLOSE
    assert moments.last_closing(MARCH, [None, later]) == later.closes_at
    assert moments.last_closing(later, [MARCH]) == CLOSE


def test_an_opening_after_the_deadline_and_a_deadline_after_the_start_are_refused():
    moments.check_window(CLOSE - timedelta(days=30), MARCH, starts_on=date(2027, 3, 16))
    with pytest.raises(MomentError) as refused:
        moments.check_window(CLOSE, MARCH)
    assert (refused.value.field, refused.value.code) == ("opens", "opens_after_deadline")
    with pytest.raises(MomentError) as refused:
        moments.check_window(None, MARCH, starts_on=date(2027, 3, 15))
    assert str(refused.value) == (
        "The training begins on 15 March 2027: the deadline has to be before that, for example on 26 October 2026."
    )


@pytest.mark.parametrize(
    ("new", "at", "code"),
    [
        (default_deadline(date(2027, 3, 14)), CLOSE - timedelta(days=5), "shortened"),
        (MARCH, CLOSE - timedelta(days=5), "unchanged"),
        (default_deadline(date(2027, 3, 22)), CLOSE + timedelta(hours=48, seconds=1), "too_late"),
        (Deadline(date(2027, 3, 16), time(12, 30), "UTC"), CLOSE + timedelta(hours=1), "past"),
        (default_deadline(date(2027, 3, 22)), CLOSE + timedelta(hours=48), None),
        (default_deadline(date(2027, 3, 22)), CLOSE - timedelta(days=5), None),
    ],
)
def test_a_deadline_moves_to_a_later_moment_only_and_in_time(new, at, code):
    if code is None:
        moments.check_extension(MARCH, new, at=at)
        return
    with pytest.raises(MomentError) as refused:
        moments.check_extension(MARCH, new, at=at)
    assert refused.value.code == code


def test_the_timeline_counts_weeks_from_the_first_and_the_last_day():
    found = {row.key: row.on for row in moments.timeline(date(2027, 10, 4), date(2027, 10, 8))}
    assert found == {
        "publish": date(2027, 4, 5),
        "deadline": date(2027, 5, 17),
        "offers": date(2027, 6, 28),
        "visa_letters": date(2027, 7, 12),
        "tickets": date(2027, 8, 9),
        "readings": date(2027, 9, 6),
        "reaction": date(2027, 10, 15),
        "report": date(2027, 11, 19),
        "follow_up_6": date(2028, 4, 7),
        "follow_up_12": date(2028, 10, 6),
    }
    days = list(found.values())
    assert days == sorted(days)


def test_the_usual_timeline_warns_of_nothing_and_a_short_one_of_what_is_short():
    first = date(2027, 10, 4)
    usual = {row.key: row.on for row in moments.timeline(first)}
    assert (
        moments.timeline_warnings(
            first_day=first,
            days=usual,
            today=usual["publish"],
        )
        == ()
    )
    found = moments.timeline_warnings(
        first_day=first,
        days={
            "publish": date(2027, 7, 1),
            "deadline": date(2027, 7, 28),
            "offers": date(2027, 7, 20),
            "visa_letters": None,
            "tickets": date(2027, 6, 30),
            "readings": date(2027, 7, 2),
        },
        today=date(2027, 7, 2),
    )
    assert [(row.code, str(row.sentence)) for row in found] == [
        ("open_too_short", "The call is open for 27 days; people need at least 4 weeks."),
        (
            "visa_runway",
            "There are 76 days between the letters for visas and the training; 12 weeks are usual.",
        ),
        (
            "out_of_order",
            "“Decisions and offers” (20 July 2027) comes before “Deadline for applications” (28 July 2027).",
        ),
        ("past", "“Publish the call” is past: 1 July 2027."),
        ("past", "“Tickets booked” is past: 30 June 2027."),
    ]


@pytest.mark.parametrize("key", moments.MILESTONES)
def test_every_day_of_the_timeline_that_is_past_is_told(key):
    found = moments.timeline_warnings(first_day=None, days={key: date(2027, 7, 1)}, today=date(2027, 7, 2))

    assert [(row.code, str(row.sentence)) for row in found] == [
        ("past", f"“{moments.MILESTONES[key]}” is past: 1 July 2027.")
    ]
    assert moments.timeline_warnings(first_day=None, days={key: date(2027, 7, 2)}, today=date(2027, 7, 2)) == ()
    assert (
        moments.timeline_warnings(first_day=None, days={key: date(2027, 7, 1)}, today=date(2027, 7, 2), done=[key])
        == ()
    )
