"""Trainings as iCalendar."""

from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.portal import published
from tests.portal.published import dated
from tests.sweep.pages import ARCHIVE

pytestmark = pytest.mark.django_db


def read(client, address="/en/trainings.ics"):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    return Calendar.from_ical(response.content)


def events(client, address="/en/trainings.ics"):
    return list(read(client, address).walk("VEVENT"))


def test_training_known_to_the_day_is_an_event_of_whole_days(client):
    published.surroundings()
    published.training()
    (event,) = events(client)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2023, 10, 16), date(2023, 10, 21))
    assert str(event["summary"]) == "Museums <and> their neighbours"
    assert event["summary"].params["LANGUAGE"] == "en"
    assert str(event["location"]) == "Granito, Mexico"
    assert str(event["url"]) == "http://testserver/en/trainings/granite-2023/"
    assert (str(event["status"]), str(event["transp"])) == ("CONFIRMED", "TRANSPARENT")
    assert [str(c) for c in event["categories"].cats] == ["Ethics"]
    assert event.decoded("last-modified") == event.decoded("dtstamp") == published.AT
    assert "Organised by Museum of Basalt" in str(event["description"])


@pytest.mark.parametrize(
    "dates",
    [
        None,
        published.MONTH,
        dated("2019-21", "2019-03-01", "2019-05-31", "season"),
        dated("2019", "2019-01-01", "2019-12-31", "year"),
        dated("2019-11-04~", "2019-11-04", "2019-11-04"),
        dated("2021-09/2022-04-29", "2021-09-01", "2022-04-29", "mixed"),
    ],
)
def test_rough_dates_are_left_out_and_the_calendar_stays_valid(client, dates):
    published.training(dates=dates, phases=[])
    calendar = read(client)
    assert list(calendar.walk("VEVENT")) == []
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_phases_are_events_of_their_own_where_their_days_are_known(client):
    published.training(
        format="hybrid",
        dates=dated("2021-09/2022-04-29", "2021-09-01", "2022-04-29", "mixed"),
        phases=[
            {"mode": "online", "dates": dated("2021-09/2021-12", "2021-09-01", "2021-12-31", "month_range")},
            {"mode": "in_person", "dates": dated("2022-04-27/2022-04-29", "2022-04-27", "2022-04-29")},
        ],
    )
    (event,) = events(client)
    assert str(event["summary"]) == "Museums <and> their neighbours (In person)"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2022, 4, 27), date(2022, 4, 30))


def test_ids_differ_by_phase_and_stay_in_every_language_and_after_a_change(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    two = [
        {"mode": "in_person", "dates": published.WEEK},
        {"mode": "online", "dates": dated("2023-11-02", "2023-11-02", "2023-11-02")},
    ]
    published.training(phases=two)
    first = [str(event["uid"]) for event in events(client)]
    published.training(phases=two, title={"en": "Changed"}, at=published.AT + timedelta(days=1))
    french = Calendar.from_ical(client.get("/fr/trainings.ics?sort=oldest", HTTP_HOST="example.org").content)
    assert [str(event["uid"]) for event in french.walk("VEVENT")] == first
    assert len(set(first)) == 2


@pytest.mark.parametrize(
    ("status", "tentative", "expected"),
    [("planned", False, "TENTATIVE"), ("announced", False, "CONFIRMED"), ("announced", True, "TENTATIVE"),
     ("in_delivery", False, "CONFIRMED"), ("closed", False, "CONFIRMED"), ("cancelled", False, "CANCELLED")],
)  # fmt: skip
def test_status_of_the_event_follows_the_training(client, status, tentative, expected):
    published.training(status=status, dates={**published.WEEK, "tentative": tentative})
    assert [str(event["status"]) for event in events(client)] == [expected]


def test_postponed_training_strikes_its_old_days_until_it_has_new_ones(client):
    former = [{"edtf": "2023-03-06/2023-03-10", "precision": "day"}]
    published.training(status="postponed", dates=None, phases=[], former_dates=former)
    (struck,) = events(client)
    published.training(status="announced", former_dates=former)
    (moved,) = events(client, "/en/trainings.ics?sort=oldest")
    assert (str(struck["status"]), struck.decoded("dtstart")) == ("CANCELLED", date(2023, 3, 6))
    assert (str(moved["status"]), moved.decoded("dtstart")) == ("CONFIRMED", date(2023, 10, 16))
    assert (str(moved["uid"]), int(moved["sequence"])) == (str(struck["uid"]), 1)


def test_own_calendar_has_the_hours_of_sessions_in_the_zone_of_their_phase(client):
    published.training(
        phases=[{"mode": "in_person", "dates": published.WEEK, "time_zone": "America/Martinique"}],
        sessions=[
            {"title": {"en": "Case one"}, "kind": "workshop", "phase": 0, "starts": "2023-10-16T13:00:00+00:00",
             "ends": "2023-10-16T15:30:00+00:00"},
            {"title": {"en": "Without hours"}, "kind": "topic"},
        ],
    )  # fmt: skip
    calendar = read(client, "/en/trainings/granite-2023/training.ics")
    days, hours = calendar.walk("VEVENT")
    assert str(hours["summary"]) == "Case one (Museums <and> their neighbours)"
    assert hours["dtstart"].params["TZID"] == "America/Martinique"
    assert hours.decoded("dtstart") == datetime.fromisoformat("2023-10-16T09:00:00-04:00")
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Martinique"]
    assert str(days["uid"]) == str(events(client)[0]["uid"])


def test_calendar_is_named_in_the_readers_language(client):
    published.surroundings()
    published.training()
    calendar = read(client, "/fr/trainings.ics?topic=ethics&country=MX")
    assert str(calendar["x-wr-calname"]).endswith("(Mexique, Déontologie)")
    (event,) = calendar.walk("VEVENT")
    assert (str(event["summary"]), str(event["location"])) == ("Les musées et leurs voisins", "Granito, Mexique")
    assert str(event["url"]) == "http://testserver/fr/trainings/granite-2023/"


def test_own_calendar_of_a_rehearsal_or_unknown_training_is_not_found(client):
    published.training("rehearsed", rehearsal=True)
    assert client.get("/en/trainings/rehearsed/training.ics").status_code == 404
    assert client.get("/en/trainings/nothing/training.ics").status_code == 404


# (first day, day after the last) of each event; a month alone is no day in a calendar.
ON_RECORD = {
    "mexico-2023": [(date(2023, 10, 16), date(2023, 10, 21))],
    "washington-2023": [(date(2023, 5, 1), date(2023, 5, 6))],
    "nigeria-2022": [(date(2022, 11, 21), date(2022, 11, 26))],
    "armenia-2022": [(date(2022, 10, 24), date(2022, 10, 29))],
    "martinique-2021-2022": [(date(2022, 4, 27), date(2022, 4, 30))],
    "south-africa-2019": [],
    "colombia-2019": [],
    "morocco-2019": [],
    "qatar-2018": [(date(2018, 10, 7), date(2018, 10, 25))],
    "iran-2018": [],
}


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_training_on_record_has_a_calendar_of_its_own_with_the_days_that_are_known(client, language):
    found = {}
    for slug in (one["id"] for one in ARCHIVE["trainings"]):
        told = events(client, f"/{language}/trainings/{slug}/training.ics")
        found[slug] = [(event.decoded("dtstart"), event.decoded("dtend")) for event in told]
        record = next(one for one in ARCHIVE["trainings"] if one["id"] == slug)
        for event in told:
            assert str(event["url"]) == f"http://testserver/{language}/trainings/{slug}/"
            assert event["summary"].params["LANGUAGE"] == language
            assert str(event["summary"]).startswith(record["title"][language])
    assert found == ON_RECORD
