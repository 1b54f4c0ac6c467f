"""Whom a training is for, as the desk was told it."""

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


def test_a_training_to_come_is_told_once_how_many_places_it_has(client):
    planned = {"planned": {"min": 24, "max": 30}, "reported": [], "resolved": None, "countries_count": None}
    make_training(id="open", status="announced", capacity={"min": 24, "max": 30}, participants=planned)

    html = client.get("/en/trainings/open/").content.decode()

    assert "<dd>24–30 places</dd>" in html
    assert "<dt>Places</dt>" not in html
