"""What other sources say, typed at the desk a fact a line: kept in the shape in which the page tells it."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from tessera.programmes.dumping import dump
from tessera.programmes.models import Training
from tests.factories.accounts import OfficeUserFactory
from tests.factories.pages import filled
from tests.factories.programmes import make_source, make_training

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client):
    client.force_login(OfficeUserFactory())
    make_source("X9")
    make_training(id="told", status="announced")
    edit = reverse("programmes:training_edit", args=["told", "sources"])

    def save(line):
        row = {"external-rows": "1", "external-0-source": "X9", "external-0-facts": line}
        return client.post(edit, {**filled(client.get(edit)), **row, "do": "save"})

    return save


@pytest.mark.parametrize(
    ("line", "kept", "said"),
    [
        ("planned_participants: 30", {"planned_participants": {"value": 30}}, {"en": "30"}),
        ("planned_participants: 20", {"planned_participants": {"value": 20}}, {"en": "20"}),
        ("reported_participants: 25-30", {"reported_participants": {"min": 25, "max": 30}}, {"en": "25–30"}),
        (
            "planned_participants.min: 200",
            {"planned_participants": {"min": 200}},
            {"en": "at least 200", "fr": "au moins 200", "es": "al menos 200"},
        ),
        (
            "planned_participants.max: 30",
            {"planned_participants": {"max": 30}},
            {"en": "up to 30", "fr": "jusqu’à 30", "es": "hasta 30"},
        ),
        ("participant_countries: BJ", {"participant_countries": ["BJ"]}, {"en": "Benin", "fr": "Bénin", "es": "Benín"}),
        (
            "participant_countries: BJ | MA",
            {"participant_countries": ["BJ", "MA"]},
            {"en": "Benin and Morocco", "fr": "Bénin et Maroc"},
        ),
        ("dates: 1998", {"dates": "1998"}, {"en": '<time datetime="1998">1998</time>'}),
        ("dates: end of 1998", {"dates": "end of 1998"}, {"en": "end of 1998"}),
        ("participant_countries: mx", {"participant_countries": ["MX"]}, {"en": "Mexico"}),
        ("participant_countries: MX, co", {"participant_countries": ["MX", "CO"]}, {"en": "Colombia and Mexico"}),
        ("participant_countries: MX, co | bj", {"participant_countries": ["MX", "CO", "BJ"]}, {}),
        ("city: 30", {"city": "30"}, {"en": "30"}),
        ("commitment: yes", {"commitment": True}, {"en": "yes", "fr": "oui", "es": "sí"}),
        ("commitment: no\ngrants: 3", {"commitment": False, "grants": 3}, {"en": "no", "fr": "non"}),
        ("commitment: all of it", {"commitment": "all of it"}, {"fr": '<span lang="en">all of it</span>'}),
        ("grants: 12", {"grants": 12}, {"en": "12", "es": "12"}),
        ("strands: one | 2", {"strands": ["one", "2"]}, {"en": "one<br>2"}),
        ("commitment: each day ¶ language: French", {"commitment": "each day\nlanguage: French"}, {}),
        ("strands: one ¶ more | 2", {"strands": ["one\nmore", "2"]}, {}),
        ("postponed: yes", {"postponed": True}, {"en": "yes", "fr": "oui", "es": "sí"}),
    ],
)
def test_a_fact_is_kept_and_told(client, save, line, kept, said):
    assert save(line).status_code == 302

    assert Training.objects.get().external == [{"source": "X9", "facts": kept}]
    for language, words in said.items():
        for path in ("trainings/told/", "desk/trainings/told/preview/"):
            html = client.get(f"/{language}/{path}").content.decode()
            assert html.partition('id="outside"')[2].count(f"<dd>{words}</dd>") == 1
    again = save(line)
    assert "Nothing was changed" in client.get(again["Location"]).content.decode()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("planned_participants: 25 | 30", "Write a number of people, or from which to which: for example 30 or 25–30."),
        ("reported_participants: yes", "Write a number of people, or from which to which: for example 30 or 25–30."),
        ("planned_participants: many", "Write a number of people, or from which to which: for example 30 or 25–30."),
        ("planned_participants: 30-25", "The most is less than the least."),
        ("planned_participants.about: 30", "“about” is not known here."),
        ("planned_participants.min: x", "Here a whole number from 0 to 100000 is expected."),
        (
            "planned_participants.value: 30\nplanned_participants.min: 10",
            "Write one number of people, or from which to which, not both.",
        ),
        ("participant_countries: mx, Benin", "“Benin” is not the code of a country or territory."),
        ("participant_countries: yes", "Here a list is expected."),
        ("participant_countries: 5", "Here a list is expected."),
        ("participant_countries: Benin", "“Benin” is not the code of a country or territory. Nearest: BJ (Benin)."),
        ("participant_countries.a: BJ", "Here a list is expected."),
        ("dates: 2018 | 2019", "Here a text is expected."),
        ("city: Tehran | Shiraz", "Here a text is expected."),
        ("eligibility.age: 45", "Here a text is expected."),
        ("postponed: 2018", "Write yes or no."),
    ],
)
def test_a_fact_of_another_shape_is_refused_at_the_field(client, save, line, sentence):
    answer = save(line)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'href="#id_external-0-facts"' in answer.content.decode()
    assert Training.objects.get().external == []


@pytest.mark.parametrize("value", [30, [25, 30], "many", True])
def test_a_page_tells_what_was_kept_in_another_shape_before(client, save, value):
    training = Training.objects.get()
    Training.objects.update(external=[{"source": "X9", "facts": {"planned_participants": value}}])

    assert client.get(f"/en/desk/trainings/{training.slug}/preview/").status_code == 200


@pytest.mark.parametrize(
    "facts",
    [
        {"commitment": "each session\nlanguage: French"},
        {"commitment": "first line\nsecond line"},
        {"strands": ["one", 2, True]},
        {"other": {"a": [1, False, "two\nlines"]}},
    ],
)
def test_what_is_shown_and_saved_again_stays_as_it_was_given(client, save, facts):
    Training.objects.update(external=[{"source": "X9", "facts": facts}])
    shown = filled(client.get("/en/desk/trainings/told/edit/sources/"))["external-0-facts"]

    for typed in (shown, f"{shown}\ngrants: 3"):
        assert save(typed).status_code == 302

    assert Training.objects.get().external == [{"source": "X9", "facts": {**facts, "grants": 3}}]


def test_yes_and_no_are_words_in_a_list_too(client):
    make_source("X9")
    facts = {"strands": ["one", True, False]}
    make_training(id="told", status="announced", external=[{"source": "X9", "facts": facts}])

    for language, words in {"en": "one<br>yes<br>no", "fr": '<span lang="en">one</span><br>oui<br>non'}.items():
        assert f"<dd>{words}</dd>" in client.get(f"/{language}/trainings/told/").content.decode()


FACTS = [
    {"commitment": True, "grants": False},
    {"commitment": "yes", "grants": 12, "strands": ["one", 2, True]},
    {"dates": "1998", "first_planned": "2019-10", "city": "30"},
    {"planned_participants": {"value": 30}, "reported_participants": {"min": 25}},
    {"participant_countries": ["MX", "CO"], "postponed": False, "other": {"a": [1, "b"]}},
]


@pytest.mark.parametrize("facts", FACTS)
def test_a_dumped_record_gives_back_the_facts_that_were_loaded(facts):
    make_source("X9")
    make_training(id="told", external=[{"source": "X9", "facts": facts}])

    again = next(training for training in dump()["trainings"] if training["id"] == "told")

    # As texts, so that yes is not 1; a database may keep the names in an order of its own.
    given = [{"source": "X9", "facts": facts}]
    assert json.dumps(again["external"], sort_keys=True) == json.dumps(given, sort_keys=True)
