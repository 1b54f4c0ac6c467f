"""What the office sends back, what reviewers would read, and what is asked of others when a file is handed in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django_ox.testing import run_tasks

from tessera.activity.models import Activity
from tessera.applications import services
from tessera.applications.models import Application, Request
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.requests import ask_those_named
from tessera.applications.services.several import act_on_many
from tessera.applications.wording import worded_steps
from tessera.calls.models import Call
from tessera.messaging.models import Message
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
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


def test_a_paper_that_nobody_could_complete_is_not_returned(client, call):
    paper = answered(call, submitted=True, applicant=None, origin="paper", email="")
    office = OfficeUserFactory()
    client.force_login(office)

    answer = client.post(
        f"/en/desk/applications/files/{paper.number}/return/",
        {"text": "The letter.", "until": "2026-03-10"},
        follow=True,
    )

    assert "nobody could complete it here" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.status, Message.objects.count()) == ("submitted", 0)
    with pytest.raises(services.NobodyToComplete):
        services.return_for_completion(paper, text="The letter.", until=NOW + timedelta(days=5), by=office, at=NOW)


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


# Several at once


STATES = {"Awa": "submitted", "Binta": "returned", "Celia": "eligible", "Diego": "withdrawn", "Esi": "ineligible"}
TEXT = "La lettre n’est pas signée."


@pytest.fixture
def several(client, call):
    client.force_login(OfficeUserFactory(email="office@example.org"))
    made = {}
    for name, status in STATES.items():
        made[name] = ApplicationFactory(call=call, submitted=True, name=name, status=status)
    return made


def act(client, call, rows, **given):
    address = f"/en/desk/applications/calls/{call.code}/act/"
    return client.post(address, {"act": "return", "row": [row.pk for row in rows.values()], **given})


def test_the_list_offers_to_return_several(client, call, several):
    page = client.get(f"/en/desk/applications/calls/{call.code}/").content.decode()

    assert '<button class="btn two" name="act" value="return">Return for completion …</button>' in page


def test_the_confirmation_names_each_file_and_says_why_some_stay(client, call, several):
    page = act(client, call, several)

    html = page.content.decode()
    said = "Only a submitted application is returned for completion; this one is “{}”."
    assert page.status_code == 200
    assert [(row.application.name, row.done, row.sentence) for row in page.context["outcomes"]] == [
        ("Awa", True, ""), ("Binta", True, ""), ("Celia", False, said.format("Eligible")),
        ("Diego", False, said.format("Withdrawn")), ("Esi", False, said.format("Not eligible")),
    ]  # fmt: skip
    assert "2 applications change; nothing has happened yet." in html
    assert [several[name].number in html for name in STATES] == [True] * 5
    assert 'name="until" value="2026-03-09"' in html
    assert (Message.objects.count(), Activity.objects.filter(verb="application.returned").count()) == (0, 0)
    assert {row.name: row.status for row in Application.objects.all()} == STATES


def test_each_is_returned_as_the_single_act_does_and_the_rest_is_named(client, call, several):
    answer = act(client, call, several, confirm="1", text=f" {TEXT} ", until="2026-03-20")

    until = "2026-03-21T12:00:00+00:00"  # the end of the day anywhere on Earth
    for name in ("Awa", "Binta"):
        row = several[name]
        row.refresh_from_db()
        assert row.status == "returned"
        assert datetime.fromisoformat(row.completion["until"]) == datetime.fromisoformat(until)
        assert (row.completion["text"], row.completion["questions"]) == (TEXT, [])
    assert sorted(Message.objects.values_list("template", "to", "language")) == sorted(
        ("item_missing", several[name].applicant_id, "fr") for name in ("Awa", "Binta")
    )
    assert [TEXT in mail.text and "20 mars 2026" in mail.text for mail in Message.objects.all()] == [True, True]
    done = Activity.objects.filter(verb="application.returned").order_by("pk")
    assert [(one.object_key, one.before, one.after, one.reason, str(one.by)) for one in done] == [
        (several["Awa"].number, "submitted", "returned", TEXT, "office@example.org"),
        (several["Binta"].number, "returned", "returned", TEXT, "office@example.org"),
    ]
    assert {name: Application.objects.get(name=name).status for name in STATES} == STATES | {"Awa": "returned"}
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "2 applications were changed.",
        *(
            f"{several[name].number}: Only a submitted application is returned for completion; this one is “{state}”."
            for name, state in (("Celia", "Eligible"), ("Diego", "Withdrawn"), ("Esi", "Not eligible"))
        ),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": " ", "until": "2026-03-20"}, "Say what is missing: the applicant reads it."),
        ({"text": TEXT, "until": ""}, "Say until when."),
        ({"text": TEXT, "until": "30 February"}, "Write a day, for example 2027-03-15."),
        ({"text": TEXT, "until": "2026-03-01"}, "Give at least 24 hours to complete it."),
    ],
)
def test_what_is_missing_on_the_confirmation_changes_nothing(client, call, several, given, said):
    answer = act(client, call, several, confirm="1", **given)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert {row.name: row.status for row in Application.objects.all()} == STATES
    assert (Message.objects.count(), Activity.objects.filter(verb="application.returned").count()) == (0, 0)


def test_one_that_fails_keeps_none_of_the_others_back(client, call, several):
    outcomes = act_on_many(
        [several["Celia"], several["Awa"]], "return", text=TEXT, until=NOW + timedelta(days=3), by=None, at=NOW
    )

    assert [one.done for one in outcomes] == [False, True]
    assert Application.objects.get(name="Awa").status == "returned"


def test_a_return_of_several_without_a_day_is_refused_and_never_taken_for_another_act(client, call, several):
    outcomes = act_on_many([several["Awa"]], "return", text=TEXT, by=None, at=NOW)

    assert [(one.done, one.sentence) for one in outcomes] == [(False, "Give at least 24 hours to complete it.")]
    assert {row.name: row.status for row in Application.objects.all()} == STATES


@pytest.mark.parametrize(
    ("seconds", "late"), [(-1, {}), (0, {"after_closing_s": [0, 0]}), (60, {"after_closing_s": [0, 60]})]
)
def test_what_is_completed_is_late_by_the_end_of_its_own_time(call, seconds, late):
    mine = answered(call, submitted=True)
    until = CLOSES_AT + timedelta(days=27)
    Call.objects.filter(pk=call.pk).update(status="in_review")
    services.return_for_completion(mine, text="The letter.", until=until, by=None, at=CLOSES_AT + timedelta(days=20))

    services.submit_application(mine, by=mine.applicant, at=until + timedelta(seconds=seconds))

    assert Activity.objects.get(verb="application.submitted").changes == late
