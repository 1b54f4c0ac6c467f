"""What the office sends back, what reviewers would read, and what is asked of others when a file is handed in."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django_ox.testing import run_tasks

from tessera.applications import services
from tessera.applications.models import Application, Request
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.requests import ask_those_named
from tessera.applications.wording import worded_steps
from tessera.messaging.models import Message
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
ALL = {"en": "Question", "fr": "Question", "es": "Pregunta"}
FORM = {
    "steps": [
        {
            "key": "you", "title": {"en": "You", "fr": "Vous", "es": "Usted"},
            "questions": [
                {"key": "name", "type": "short_text", "label": ALL, "seen_by": "committee", "identity": True},
                {"key": "grant", "type": "short_text", "label": ALL, "seen_by": "office", "identity": True},
                {"key": "letter", "type": "long_text", "label": {"en": "Why?", "fr": "Pourquoi ?"}, "seen_by": "reviewers"},
                {"key": "referee", "type": "referee", "label": ALL, "seen_by": "committee"},
            ],
        }
    ]
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_noon():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory(form=FORM)


def answered(call, **facts):
    made = ApplicationFactory(call=call, **facts)
    for question, value in {
        "name": "Awa Grès", "grant": "Everything", "letter": "Our stores are full.",
        "referee": {"name": "Moussa Silex", "post": "Director", "email": "moussa.silex@example.org"},
    }.items():  # fmt: skip
        AnswerFactory(application=made, question=question, value=value)
    return made


@pytest.mark.parametrize(
    ("reader", "identity", "seen"),
    [
        ("office", True, ["name", "grant", "letter", "referee"]),
        ("committee", True, ["name", "letter", "referee"]),
        ("reviewers", False, ["letter"]),
        ("office", False, ["letter", "referee"]),
    ],
)
def test_each_reader_sees_what_is_meant_for_them_and_reviewers_no_identity(call, reader, identity, seen):
    mine = answered(call)

    steps = worded_steps(form_of(mine), answers_of(mine), reader=reader, identity=identity)

    assert [row.question.key for step in steps for row in step.questions] == seen


def test_returning_tells_what_is_missing_and_until_when_on_the_clock_of_the_call(client, call):
    mine = answered(call, submitted=True)
    client.force_login(OfficeUserFactory())
    address = f"/en/desk/applications/files/{mine.number}/return/"

    assert client.get(address).status_code == 200
    for bad in (
        {"text": "", "until": "2026-03-10"},
        {"text": "x", "until": "31 June"},
        {"text": "x", "until": "2026-03-01"},
    ):
        assert client.post(address, bad).status_code == 422
    assert (Application.objects.get().status, Message.objects.count()) == ("submitted", 0)

    answer = client.post(
        address, {"text": "La lettre, s’il vous plaît.", "questions": ["letter"], "until": "2026-03-10"}
    )

    mine.refresh_from_db()
    assert (answer.status_code, mine.status) == (302, "returned")
    assert datetime.fromisoformat(mine.completion["until"]) == datetime(2026, 3, 11, 12, tzinfo=UTC)
    mail = Message.objects.get()
    assert (mail.template, mail.to, mail.language) == ("item_missing", mine.applicant, "fr")
    assert [words in mail.text for words in ("La lettre, s’il vous plaît.", "Pourquoi ?", "10 mars 2026")] == [True] * 3


def test_an_applicant_cannot_return_a_file(client, call):
    mine = answered(call, submitted=True)
    client.force_login(mine.applicant)
    assert client.post(f"/en/desk/applications/files/{mine.number}/return/", {"text": "x"}).status_code == 404
    assert Application.objects.get().status == "submitted"


def test_handing_in_asks_whom_the_answers_name_once(call):
    mine = answered(call)

    for _ in range(2):
        services.submit_application(mine, by=mine.applicant, at=NOW)
    assert not Request.objects.exists()  # the worker asks
    for _ in range(2):
        run_tasks(raise_failures=True)
        ask_those_named.enqueue(mine.pk, mine.applicant.pk)

    assert Request.objects.values_list("kind", "email", "state").get() == (
        "reference", "moussa.silex@example.org", "asked",
    )  # fmt: skip
    assert sorted(m.template for m in Message.objects.all()) == [
        "application_received", "reference_request", "request_asked",
    ]  # fmt: skip
