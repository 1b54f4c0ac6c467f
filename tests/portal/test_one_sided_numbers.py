"""Participants planned from a number, or up to one, typed at the desk: every page says so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories.accounts import OfficeUserFactory
from tests.factories.pages import filled
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "said", "data"),
    [
        (("25", ""), {"en": "at least 25", "fr": "au moins 25", "es": "al menos 25"}, {"min": 25, "max": None}),
        (("", "30"), {"en": "up to 30", "fr": "jusqu’à 30", "es": "hasta 30"}, {"min": None, "max": 30}),
        (("25", "30"), {"en": "25–30", "fr": "25–30", "es": "25–30"}, {"min": 25, "max": 30}),
    ],
)
def test_participants_planned_with_one_bound_are_told_on_every_page(client, typed, said, data):
    client.force_login(OfficeUserFactory())
    make_training(id="open", status="announced")
    edit = reverse("programmes:training_edit", args=["open", "numbers"])
    least, most = typed
    answer = client.post(
        edit,
        {
            **filled(client.get(edit), participants__planned__min=least, participants__planned__max=most),
            "do": "save",
        },
    )
    assert answer.status_code == 302

    places = {"en": "places", "fr": "places", "es": "plazas"}
    for language, number in said.items():
        for path in ("", "trainings/", "regions/lac/"):
            assert f"<b>{number}</b> {places[language]}" in client.get(f"/{language}/{path}").content.decode(), path
        for path in ("trainings/open/", "desk/trainings/open/preview/"):
            html = client.get(f"/{language}/{path}").content.decode()
            assert f"<dd>{number} {places[language]}</dd>" in html
            assert f"<dd>{number}</dd>" in html
    told = {"kind": "planned", **data, "differ": False}
    assert client.get("/api/v1/trainings/open").json()["participants"] == told
    assert [row["participants"] for row in client.get("/en/trainings.json").json()["trainings"]] == [told]
