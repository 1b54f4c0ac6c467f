"""The times of sessions, typed at the desk on the clock of their place: the page names that place."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.urls import reverse

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


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Mexico_City", ("Mexico (Mexico City) Time", "hora de México (Ciudad de México)")),
        ("Asia/Calcutta", ("India Time", "hora de India")),
        ("Etc/GMT+12", ("UTC-12:00", "UTC-12:00")),
        ("UTC", ("UTC", "UTC")),
    ],
)
def test_a_clock_is_named_by_its_country_or_by_its_offset(zone, words):
    at = datetime(2026, 5, 5, 9, tzinfo=ZoneInfo(zone))
    assert (clock_words(at, "en").replace("GMT", "UTC"), clock_words(at, "es").replace("GMT", "UTC")) == words


@pytest.mark.parametrize("language", ["en", "fr", "es", "tlh"])
def test_every_clock_has_words_in_any_language(language):
    without = [
        zone
        for zone in available_timezones()
        if not clock_words(datetime(2026, 5, 5, 9, tzinfo=ZoneInfo(zone)), language)
    ]
    assert without == []
