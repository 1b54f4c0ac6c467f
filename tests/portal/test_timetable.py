"""The times of sessions, typed at the desk on the clock of their place: the page names that place."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.urls import reverse

from tessera.places.queries import reference
from tessera.portal.naming import Names
from tessera.portal.timetable import clock_words
from tests.factories.accounts import OfficeUserFactory
from tests.factories.pages import filled
from tests.factories.programmes import make_training


def read(client, path):
    html = client.get(path).content.decode().partition('id="when"')[2]
    return html.partition("<td><time")[2].partition(">")[2].partition("</td>")[0].replace("\u202f", " ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (
            "2026-05-05 10:30",
            {
                "en": ("5 May 2026, 9:00 AM–10:30 AM", "Qatar Time"),
                "fr": ("5 mai 2026, 09:00–10:30", "heure : Qatar"),
                "es": ("5 de mayo de 2026, 9:00–10:30", "hora de Catar"),
            },
        ),
        ("2026-05-06 00:30", {"en": ("5 May 2026, 9:00 AM – 6 May 2026, 12:30 AM", "Qatar Time")}),
        ("", {"en": ("5 May 2026, 9:00 AM", "Qatar Time")}),
    ],
)
def test_session_times_are_told_with_the_place_of_their_clock(client, ends, said):
    client.force_login(OfficeUserFactory())
    phase = {"mode": "in_person", "edtf": "2026-05-04/2026-05-08", "time_zone": "Asia/Qatar"}
    make_training(id="timed", status="announced", phases=[phase])
    edit = reverse("programmes:training_edit", args=["timed", "sessions"])
    row = {"sessions-rows": "1", "sessions-0-was": "", "sessions-0-title--en": "Opening", "sessions-0-kind": "workshop",
           "sessions-0-phase": "0", "sessions-0-starts": "2026-05-05 09:00", "sessions-0-ends": ends}  # fmt: skip

    assert client.post(edit, {**filled(client.get(edit)), **row, "do": "save"}).status_code == 302

    for language, (time, clock) in said.items():
        for path in ("trainings/timed/", "desk/trainings/timed/preview/"):
            assert read(client, f"/{language}/{path}") == f'{time}</time> <span class="mute">({clock})</span>'


@pytest.fixture
def words(db):
    places = reference()

    def words(zone, language):
        return clock_words(datetime(2026, 5, 5, 9, tzinfo=ZoneInfo(zone)), Names(places, language, {}))

    return words


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (
            "America/Mexico_City",
            ("Mexico (Mexico City) Time", "heure : Mexique (Mexico)", "hora de México (Ciudad de México)"),
        ),
        (
            "US/Eastern",
            (
                "United States of America (New York) Time",
                "heure : États-Unis d’Amérique (New York)",
                "hora de Estados Unidos de América (Nueva York)",
            ),
        ),
        ("Asia/Calcutta", ("India Time", "heure : Inde", "hora de India")),
        (
            "Asia/Gaza",
            (
                "State of Palestine (Gaza) Time",
                "heure : État de Palestine (Gaza)",
                "hora de Estado de Palestina (Gaza)",
            ),
        ),
        ("Asia/Hong_Kong", ("Hong Kong Time", "heure : Hong Kong", "hora de Hong Kong")),
        ("Etc/GMT+12", ("GMT-12:00", "UTC-12:00", "GMT-12:00")),
        ("CET", ("GMT+02:00", "UTC+02:00", "GMT+02:00")),
        ("EST", ("GMT-05:00", "UTC-05:00", "GMT-05:00")),
        ("Hongkong", ("GMT+08:00", "UTC+08:00", "GMT+08:00")),
        *(
            (zone, ("UTC", "UTC", "UTC"))
            for zone in ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Etc/GMT+0", "Zulu", "Greenwich")
        ),
    ],
)
def test_a_clock_is_named_by_its_country_or_by_its_offset(words, zone, said):
    assert tuple(words(zone, language).replace("\u00a0", " ") for language in ("en", "fr", "es")) == said


@pytest.mark.parametrize("language", ["en", "fr", "es", "tlh"])
def test_every_clock_has_words_in_any_language(words, language):
    assert [zone for zone in available_timezones() if not words(zone, language)] == []
