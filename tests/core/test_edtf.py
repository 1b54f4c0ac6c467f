"""Dates with the precision they were given."""

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.core import edtf
from tessera.core.edtf import EdtfError, parse

ARCHIVE = json.loads(resources.files("tessera.programmes").joinpath("data/archive.json").read_text("utf-8"))


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_of(item)


ARCHIVED = sorted({text for text in texts_of(ARCHIVE) if re.fullmatch(r"\d{4}(-\d\d)*(/\d{4}(-\d\d)*)?", text)})


def test_parse_archive_holds_many_dates():
    assert len(ARCHIVED) >= 30
    assert {"2021-09/2022-04-29", "2021-09/2021-12", "2018-09", "2014", "2023-10-16/2023-10-20"} <= set(ARCHIVED)


@pytest.mark.parametrize("text", ARCHIVED)
def test_parse_archive_text_round_trips(text):
    assert str(parse(text)) == text


@pytest.mark.parametrize("training", ARCHIVE["trainings"], ids=lambda training: training["id"])
def test_precision_of_archive_is_the_one_stated(training):
    assert parse(training["dates"]["edtf"]).precision == training["dates"]["precision"]
    assert [parse(phase["edtf"]).precision for phase in training["phases"]] == [
        phase["precision"] for phase in training["phases"]
    ]


@pytest.mark.parametrize(
    ("text", "starts", "ends", "precision", "rough"),
    [
        ("2019-10-07", ("2019-10-07", "2019-10-07"), ("2019-10-07", "2019-10-07"), "day", False),
        ("2019-10", ("2019-10-01", "2019-10-31"), ("2019-10-01", "2019-10-31"), "month", True),
        ("2020-02", ("2020-02-01", "2020-02-29"), ("2020-02-01", "2020-02-29"), "month", True),
        ("2019", ("2019-01-01", "2019-12-31"), ("2019-01-01", "2019-12-31"), "year", True),
        ("2019-21", ("2019-03-01", "2019-05-31"), ("2019-03-01", "2019-05-31"), "season", True),
        ("2019-24", ("2019-12-01", "2020-02-29"), ("2019-12-01", "2020-02-29"), "season", True),
        ("2019-30", ("2019-12-01", "2020-02-29"), ("2019-12-01", "2020-02-29"), "season", True),
        ("2019-32", ("2019-06-01", "2019-08-31"), ("2019-06-01", "2019-08-31"), "season", True),
        ("9999-24", ("9999-12-01", "9999-12-31"), ("9999-12-01", "9999-12-31"), "season", True),
        ("2023-10-16/2023-10-20", ("2023-10-16", "2023-10-16"), ("2023-10-20", "2023-10-20"), "day", False),
        ("2021-09/2021-12", ("2021-09-01", "2021-09-30"), ("2021-12-01", "2021-12-31"), "month_range", True),
        ("2021-09/2022-04-29", ("2021-09-01", "2021-09-30"), ("2022-04-29", "2022-04-29"), "mixed", True),
        ("2018/2020", ("2018-01-01", "2018-12-31"), ("2020-01-01", "2020-12-31"), "year", True),
        # the ends of one interval bound each other
        ("2019-10-20/2019-10", ("2019-10-20", "2019-10-20"), ("2019-10-20", "2019-10-31"), "mixed", True),
        ("2019-10/2019-10-05", ("2019-10-01", "2019-10-05"), ("2019-10-05", "2019-10-05"), "mixed", True),
        # a qualifier makes a day rough and leaves its bounds
        ("2019-10-07~", ("2019-10-07", "2019-10-07"), ("2019-10-07", "2019-10-07"), "day", True),
    ],
)
def test_bounds_of_a_date(text, starts, ends, precision, rough):
    found = parse(text)

    assert (str(found.earliest_start), str(found.latest_start)) == starts
    assert (str(found.earliest_end), str(found.latest_end)) == ends
    assert found.precision == precision
    assert found.is_rough is rough


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [("2019", ""), ("2019-10~", "~"), ("2019-10-07?", "?"), ("2019%", "%"), ("2019~/2020?", "%"), ("2019/2020?", "?")],
)
def test_qualifier_is_kept(text, qualifier):
    assert parse(text).qualifier == qualifier
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("2019-10/..", ("2019-10-01", "2019-10-31"), ("2019-10-01", "None")),
        ("../2019-10", ("None", "2019-10-31"), ("2019-10-01", "2019-10-31")),
    ],
)
def test_open_interval_is_read_only_where_allowed(text, starts, ends):
    found = parse(text, allow_open=True)

    assert str(found) == text
    assert found.is_open
    assert found.is_rough
    assert (str(found.earliest_start), str(found.latest_start)) == starts
    assert (str(found.earliest_end), str(found.latest_end)) == ends
    with pytest.raises(EdtfError) as refusal:
        parse(text)
    assert refusal.value.code == "open"


def test_parse_ignores_spaces_around():
    assert str(parse(" 2019-10 / 2019-11 ")) == "2019-10/2019-11"


def test_parse_empty_side_is_an_open_one():
    assert str(parse("2019-10/", allow_open=True)) == "2019-10/.."


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("", "empty", "A date is missing: write for example 2019-10-07, 2019-10 or 2019."),
        ("   ", "empty", "A date is missing: write for example 2019-10-07, 2019-10 or 2019."),
        (
            "2023-02-30",
            "no_such_day",
            "“2023-02-30” is a day that does not exist. If the day is not known, write the month: 2023-02.",
        ),
        (
            "2023-06-31",
            "no_such_day",
            "“2023-06-31” is a day that does not exist. If the day is not known, write the month: 2023-06.",
        ),
        ("24:00", "time", "“24:00” holds a time of day: write only the date, for example 2019-10-07."),
        ("2023-10-16T24:00", "time", None),
        ("2023-10-16 09:30", "time", None),
        ("2023-02-00", "no_such_day", None),
        ("2023-02-29", "no_such_day", None),
        ("2023-13", "no_such_month", None),
        ("2023-00-10", "no_such_month", None),
        ("0000-10", "no_such_year", None),
        ("2023-10-20/2023-10-16", "reversed", "The end is before the start: 2023-10-20 comes after 2023-10-16."),
        ("2019-11/2019-10", "reversed", None),
        ("2019/2018-12", "reversed", None),
        ("2023-6-1", "unreadable", None),
        ("16/10/2023", "unreadable", None),
        ("2023-10-16/2023-10-20/2023-10-21", "unreadable", None),
        ("midnight", "unreadable", None),
        ("2023-24-01", "unreadable", None),
        ("2023–10", "unreadable", None),
        ("٢٠٢٣", "unreadable", None),
        ("/", "unreadable", None),
        ("../..", "unreadable", None),
    ],
)
def test_parse_refuses_with_a_sentence(text, code, sentence):
    with pytest.raises(EdtfError) as refusal:
        parse(text)

    assert refusal.value.code == code
    assert refusal.value.text == text.strip()
    if sentence:
        assert str(refusal.value) == sentence
        assert refusal.value.message % refusal.value.params == sentence
    assert isinstance(refusal.value, ValueError)


def test_from_days_is_exact():
    assert str(edtf.from_days(date(2023, 5, 1), date(2023, 5, 5))) == "2023-05-01/2023-05-05"
    assert str(edtf.from_days(date(2023, 5, 1), date(2023, 5, 1))) == "2023-05-01"
    with pytest.raises(EdtfError) as refusal:
        edtf.from_days(date(2023, 5, 5), date(2023, 5, 1))
    assert refusal.value.code == "reversed"


points = st.builds(
    lambda day, form, mark: day.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[form]) + mark,
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["day", "month", "year"]),
    st.sampled_from(["", "~", "?", "%"]),
) | st.builds("{:04}-{}".format, st.integers(1, 9999), st.integers(21, 32))


@given(points, points)
def test_parse_of_str_is_the_same_and_bounds_are_in_order(first, second):
    if parse(second).latest_end < parse(first).earliest_start:
        with pytest.raises(EdtfError, match="The end is before the start"):
            parse(f"{first}/{second}")
        return

    found = parse(f"{first}/{second}")

    assert parse(str(found)) == found
    assert found.earliest_start <= found.latest_start <= found.latest_end
    assert found.earliest_start <= found.earliest_end <= found.latest_end


@given(st.dates(), st.integers(0, 4000))
def test_from_days_round_trips(start, length):
    end = start + timedelta(days=min(length, (date.max - start).days))

    found = parse(str(edtf.from_days(start, end)))

    assert (found.earliest_start, found.latest_start) == (start, start)
    assert (found.earliest_end, found.latest_end) == (end, end)


@given(st.text(max_size=30))
def test_parse_never_fails_otherwise(text):
    with contextlib.suppress(EdtfError):
        parse(text, allow_open=True)


@pytest.mark.parametrize(
    ("text", "first", "moved"),
    [
        ("2026-09-07/2026-09-12", "2027-09-06", "2027-09-06/2027-09-11"),
        ("2024-02-29", "2025-03-01", "2025-03-01"),
        ("2019-10", "2026-03-31", "2026-03"),
        ("2026-12/2027-01", "2025-12-02", "2025-12/2026-01"),
        ("2026-05/2027", "2027-03-31", "2027-03/2028"),
        ("2019", "2026-08-01", "2026"),
        ("2026?", "2028-01-11", "2028?"),
        ("2019-24", "2026-06-01", "2026-22"),
        ("2019-24", "2026-01-15", "2025-24"),
        ("2019-30", "2026-08-31", "2026-32"),
        ("2019-28~", "2026-12-01", "2026-28~"),
        ("2019-10/2019-24", "2026-03-05", "2026-03/2026-22"),
        ("2019-10-28/2019-11", "2026-03-31", "2026-03-31/2026-04"),
        ("2019-10/2019-10-10", "2019-10-21", "2019-10/2019-10-30"),
        ("2019-10/2019-11-10", "2020-02-01", "2020-02/2020-03-12"),
        ("2026-05~/2026-09-12", "2026-06-01", "2026-06~/2026-10-13"),
        ("9999-11-01", "9999-12-31", "9999-12-31"),
    ],
)
def test_moved_begins_on_the_day_asked_for_as_precise_and_as_sure_as_before(text, first, moved):
    old, day = parse(text), date.fromisoformat(first)

    new = old.moved(edtf.shift(old.start, day))

    assert str(new) == moved
    assert new.earliest_start <= day <= new.latest_start


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-05-05/2026-05-09", "9999-12-31"),
        ("2026-05-05/9999-12", "2027-03-31"),
        ("2026/9999", "2027-03-31"),
        ("2026-05/9999-24", "2026-08-31"),
        ("2026-24", "0001-01-31"),
    ],
)
def test_moved_out_of_the_calendar_is_refused(text, first):
    old = parse(text)

    with pytest.raises(EdtfError) as refused:
        old.moved(edtf.shift(old.start, date.fromisoformat(first)))

    assert refused.value.code == "outside"


def test_moved_does_not_end_before_it_begins():
    old = parse("2019-11-20/2019-23")

    with pytest.raises(EdtfError) as refused:
        old.moved(edtf.shift(old.start, date(2019, 12, 20)))

    assert refused.value.code == "reversed"


@given(
    st.sampled_from(["2019-10-07", "2019-10", "2019", "2019-21", "2019-24", "2019-29", "2019-30"]),
    st.dates(min_value=date(2, 1, 1)),
)
def test_a_moved_point_holds_the_day(text, day):
    start = parse(text).start

    there = start.moved(edtf.shift(start, day))

    assert there.earliest <= day <= there.latest
    assert there.precision == start.precision
