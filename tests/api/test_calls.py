"""Calls in the interface: every value the public record's, dates as instants with their zone, nothing that is not public."""

import pytest
import time_machine

from tessera.calls import services
from tessera.core.versions import bump_content_version
from tessera.publications.services import withdraw_record
from tests.api.test_resources import get
from tests.factories.calls import make_call
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db
ENGLISH = {"code": "en", "name": {"en": "English", "fr": "anglais", "es": "inglés"}}
FRENCH = {"code": "fr", "name": {"en": "French", "fr": "français", "es": "francés"}}
WEEK = {"edtf": "2026-09-07/2026-09-11"}
DEADLINE = {"day": "2026-03-15", "time": "23:59", "time_zone": "Etc/GMT+12", "closes_at": "2026-03-16T12:00:00Z"}
STRANDS = [
    {"key": "hosts", "name": {"en": "Hosts", "fr": "Hôtes"}, "places": {"min": 4, "max": 6}},
    {"key": "guests", "name": {"en": "Guests"}, "audience": {"en": "For the others."}, "packages": ["full"],
     "deadline": {"day": "2026-03-20", "time": "18:00", "zone": "Africa/Dakar"}},
]  # fmt: skip
PACKAGE = {
    "key": "full", "name": {"en": "Full grant"}, "ceiling": {"minor": 150_000, "currency": "EUR"},
    "components": [{"kind": "travel", "covered": True, "books": "office"}, {"kind": "visa", "covered": False}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def whole_call(**changes):
    facts = {
        "id": "heat", "status": "open", "answer_languages": ["en", "fr"], "strands": STRANDS, "packages": [PACKAGE],
        "title": {"en": "Heat", "fr": "Chaleur"}, "summary": {"en": "Come."}, "contact": "office@example.org",
        "fee": {"minor": 0, "currency": "EUR"}, "limits": {"accepted_per_country": 2},
        "timeline": {"offers": "2026-05-01", "report": "2026-11-01"}, "opens": {"day": "2026-02-02", "time": "09:00"},
    }  # fmt: skip
    return make_call(**{**facts, **changes})


def test_a_call_in_a_list_has_strands_instants_zones_and_languages(client):
    training = make_training(id="stones", title={"en": "Stones"}, published=True, dates=WEEK, phases=[])
    whole_call(training=training.slug)

    found = get(client, "calls")

    guests = {"day": "2026-03-20", "time": "18:00", "time_zone": "Africa/Dakar", "closes_at": "2026-03-20T18:01:00Z"}
    (one,) = found["results"]
    assert found["count"] == 1
    assert one == {
        "id": "heat",
        "url": {code: f"http://testserver/{code}/calls/heat/" for code in ("en", "fr", "es")},
        "title": {"en": "Heat", "fr": "Chaleur"},
        "summary": {"en": "Come."},
        "status": "open",
        "training": {"id": "stones", "name": {"en": "Stones"}},
        "opens_at": "2026-02-02T21:00:00Z",
        "closes_at": "2026-03-20T18:01:00Z",
        "deadline": guests,
        "main_language": ENGLISH,
        "answer_languages": [ENGLISH, FRENCH],
        "strands": [
            {
                "key": "hosts", "name": {"en": "Hosts", "fr": "Hôtes"}, "audience": {}, "places": {"min": 4, "max": 6},
                "packages": [], "opens_at": "2026-02-02T21:00:00Z", "deadline": DEADLINE,
            },
            {
                "key": "guests", "name": {"en": "Guests"}, "audience": {"en": "For the others."}, "places": None,
                "packages": ["full"], "opens_at": "2026-02-02T21:00:00Z", "deadline": guests,
            },
        ],
        "changed_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip


def test_a_call_alone_has_its_texts_packages_days_and_changes_and_no_answers(client):
    made = whole_call(strands=[{"key": "all"}], packages=[PACKAGE])
    services.extend_call(made, "2026-03-18", "23:59", "Etc/GMT+12", reason="Storms.", by=None, at=NOW)
    in_list = get(client, "calls")["results"][0]

    one = get(client, "calls/heat")

    assert {name: one[name] for name in in_list} == in_list
    assert {name: value for name, value in one.items() if name not in in_list} == {
        "audience": {"en": "For everybody.", "fr": "Pour tout le monde.", "es": "Para todo el mundo."},
        "offer": {},
        "process": {},
        "questions": {code: f"http://testserver/{code}/calls/heat/questions/" for code in ("en", "fr", "es")},
        "channel": "individual",
        "contact": "office@example.org",
        "timeline": {"offers": "2026-05-01"},
        "limits": {"accepted_per_country": 2},
        "fee": {"minor": 0, "currency": "EUR"},
        "packages": [
            {"key": "full", "name": {"en": "Full grant"}, "covered": ["travel"], "not_covered": ["visa"],
             "ceiling": {"minor": 150_000, "currency": "EUR"}, "fee": None}
        ],
        "date_changes": [{"kind": "extension", "on": "2026-03-02"}],
    }  # fmt: skip
    assert one["closes_at"] == "2026-03-19T12:00:00Z"
    assert client.get(one["questions"]["fr"]).status_code == 200


def test_lang_gives_each_text_of_a_call_once(client):
    whole_call()

    (french,) = get(client, "calls", lang="fr-CA")["results"]
    (spanish,) = get(client, "calls", lang="es")["results"]

    assert (french["title"], french["summary"]) == ({"fr": "Chaleur"}, {"en": "Come."})
    assert french["strands"][0]["name"] == {"fr": "Hôtes"}
    assert (spanish["title"], spanish["main_language"]["name"]) == ({"en": "Heat"}, {"es": "inglés"})


def test_drafts_and_rehearsal_calls_are_never_there(client):
    make_call(id="draft")
    whole_call(id="rehearsed", training=make_training(rehearsal=True, dates=WEEK, phases=[]).slug)
    bump_content_version()

    assert get(client, "calls") == {"count": 0, "next": None, "previous": None, "results": []}
    assert [client.get(f"/api/v1/calls/{code}").status_code for code in ("draft", "rehearsed", "none")] == [404] * 3
    assert get(client, "calls", q="heat")["count"] == 0


def test_a_training_that_is_not_public_is_not_named(client):
    made = whole_call()
    withdraw_record("training", made.training.slug)

    assert get(client, "calls")["results"][0]["training"] is None


def test_calls_are_narrowed_and_come_in_parts_the_latest_deadline_first(client):
    training = make_training(id="stones", published=True, dates=WEEK, phases=[])
    whole_call(id="one", title={"en": "First"}, strands=[{"key": "all"}], training=training.slug)
    whole_call(id="two", title={"en": "Second"}, status="closed", packages=[],
               strands=[{"key": "all", "deadline": {"day": "2026-04-20", "time": "18:00", "zone": "Africa/Dakar"}}])  # fmt: skip
    whole_call(id="three", title={"en": "Third"}, status="decided")

    def ids(**query):
        return [one["id"] for one in get(client, "calls", **query)["results"]]

    assert ids() == ["two", "three", "one"]
    assert ids(status="open") == ["one"]
    assert ids(status=["closed", "decided"]) == ["two", "three"]
    assert ids(training="stones") == ["one"]
    assert ids(q="sec") == ["two"]
    first = get(client, "calls", limit=2)
    assert (first["count"], first["previous"]) == (3, None)
    assert [one["id"] for one in client.get(first["next"]).json()["results"]] == ["one"]


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("status=draft", "status", "literal_error"),
        ("status=delivered", "status", "literal_error"),
        ("training=nothing", "training", "no_such_record"),
        ("limit=101", "limit", "less_than_equal"),
        ("q=a%00b", "q", "unsound_text"),
        ("sort=newest", "sort", "no_such_parameter"),
    ],
)
def test_bad_parameters_of_calls_are_named(client, query, parameter, code):
    answer = client.get(f"/api/v1/calls?{query}")

    assert answer.status_code == 422
    assert [(one["parameter"], one["code"]) for one in answer.json()["error"]["fields"]] == [(parameter, code)]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("calls", 4),  # versions, the part, trainings, count
        ("calls?status=open", 4),
        ("calls/heat-0", 3),  # versions, record, training
    ],
)
def test_query_count_of_calls_does_not_grow(client, django_assert_num_queries, n, path, queries):
    for number in range(n):
        whole_call(id=f"heat-{number}")
    client.get("/api/v1/calls?limit=9")
    bump_content_version()

    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").status_code == 200
