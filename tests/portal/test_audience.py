"""Whom a training is for, as the desk was told it."""

import re

import pytest
from django.urls import reverse

from tests.factories.accounts import OfficeUserFactory
from tests.factories.pages import filled
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db

SAID = {
    "en": ("Latin America and the Caribbean: Colombia; Mexico", "mid-career", "Mixed", "20–30"),
    "fr": ("Amérique latine et Caraïbes\u00a0: Colombie\u00a0; Mexique", "en milieu de carrière", "Variées", "20–30"),
    "es": ("América Latina y el Caribe: Colombia; México", "a mitad de carrera", "Diversas", "20–30"),
}


def test_countries_level_disciplines_and_places_are_on_the_page(client):
    client.force_login(OfficeUserFactory())
    make_training(id="open", status="announced", capacity={"min": 20, "max": 30})
    edit = reverse("programmes:training_edit", args=["open", "audience"])
    posted = filled(client.get(edit), audience__career_level="Mid-career", audience__disciplines="Mixed")

    answer = client.post(edit, {**posted, "audience--countries": ["MX", "CO"], "do": "save"})

    assert answer.status_code == 302
    for language, said in SAID.items():
        for path in ("trainings/open/", "desk/trainings/open/preview/"):
            html = client.get(f"/{language}/{path}").content.decode()
            assert [words for words in said if f"<dd>{words}</dd>" not in html] == []


def numbers(**told):
    return {"planned": None, "reported": [], "resolved": None, "countries_count": None} | told


@pytest.mark.parametrize(
    ("status", "capacity", "participants", "places", "people"),
    [
        ("announced", {"min": 24, "max": 30}, numbers(planned={"min": 24, "max": 30}), None, "24–30 places"),
        ("announced", {"max": 25}, numbers(planned={"min": 20, "max": 25}), None, "20–25 places"),
        ("announced", {"max": 25}, numbers(planned={"value": 25}), None, "25 places"),
        ("announced", {"max": 5}, numbers(planned={"value": 25}), "up to 5", "25 places"),
        ("announced", {"min": 5, "max": 5}, numbers(planned={"value": 25}), "5", "25 places"),
        ("announced", {"min": 20, "max": 25}, numbers(planned={"value": 25}), "20–25", "25 places"),
        ("announced", {"min": 20, "max": 25}, numbers(), "20–25", "number not recorded"),
        ("delivered", {"min": 7, "max": 7}, numbers(reported=[{"value": 67}]), "7", "67 people"),
        ("delivered", {"min": 30, "max": 30}, numbers(reported=[{"value": 30}]), "30", "30 people"),
        ("announced", {}, numbers(planned={"value": 25}), None, "25 places"),
    ],
)
def test_places_are_told_apart_from_people_where_they_say_more(client, status, capacity, participants, places, people):
    make_training(id="open", status=status, capacity=capacity, participants=participants)

    html = client.get("/en/trainings/open/").content.decode()

    assert re.findall("<dt>Places</dt><dd>(.*?)</dd>", html) == ([places] if places else [])
    assert re.findall("<dt>People</dt><dd>(.*?)</dd>", html) == [people]
