"""What the page of an application says, wherever it stands and wherever its call does; and what it offers agrees with it."""

from datetime import timedelta

import pytest
import time_machine

from tessera.activity.models import Activity
from tessera.applications import services
from tessera.applications.models import Application, Status
from tessera.applications.services import offers
from tessera.calls.models import Call
from tessera.calls.models import Status as CallStatus
from tessera.messaging.models import Message
from tests.factories.applications import ApplicationFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory, DateChangeFactory
from tests.factories.moments import NOW
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
DAY = timedelta(days=1)
AFTER = CLOSES_AT + 30 * DAY  # the deadline is over, and the time of a return
ADDRESS = "/en/apply/sea-2026/status/"

ALL = tuple(CallStatus.values)
NOT_OPENED, RUNNING, PUT_AWAY = ("draft", "published"), ("open", "closed"), ("archived",)
BEFORE_DECISION = ("draft", "published", "open", "closed", "in_review")
BOTH = (NOW, AFTER)

CANCELLED = (
    "This call is cancelled",
    "Your application is not processed any further. What you wrote can still be read and copied.",
)
SAVED = "Everything you wrote is saved. Only a submitted application is read."
MOVED = "The dates were moved: you can go on writing once applications open. Everything you wrote is kept."
TOO_LATE = "The deadline is over. What you wrote before it is kept and can be read and copied."
COMPLETE_IT = "The programme office needs something from you. Complete it and submit it again."
STILL_POSSIBLE = (
    "It was returned to you, and the day until which you could complete it is over: it does not count as submitted. "
    "You can still go on with it and submit it again."
)
OUT = (
    "It was returned to you for completion, and the time for that is over. What you wrote is kept and can be read and "
    "copied. If that is a mistake, write to the programme office."
)
UNDECIDED = (
    "The selection for this call is over, and no decision on your application is noted here. Write to the programme "
    "office."
)
WHOLE = "Your application has arrived whole."

# By status: in which calls, when, the heading and the sentence; the first line that fits holds.
WORDS = {
    "draft": [
        (("cancelled",), BOTH, *CANCELLED),
        (NOT_OPENED, BOTH, "Your draft", MOVED),
        (RUNNING, (NOW,), "Your draft", SAVED),
        (ALL, BOTH, "Not submitted", TOO_LATE),
    ],
    "incomplete, never submitted": [
        (("cancelled",), BOTH, *CANCELLED),
        (NOT_OPENED, BOTH, "Your draft", MOVED),
        (RUNNING, (NOW,), "Your draft", SAVED),
        (ALL, BOTH, "Not submitted in time", TOO_LATE),
    ],
    "incomplete": [
        (("cancelled",), BOTH, *CANCELLED),
        (RUNNING, (NOW,), "Not completed", STILL_POSSIBLE),
        (ALL, BOTH, "Not completed", OUT),
    ],
    "returned": [
        (("cancelled",), BOTH, *CANCELLED),
        (PUT_AWAY, BOTH, "Not completed", OUT),
        (ALL, (NOW,), "Something is missing", COMPLETE_IT),
        (ALL, BOTH, "Not completed", OUT),
    ],
    "submitted": [
        (("cancelled",), BOTH, *CANCELLED),
        ((*NOT_OPENED, "open"), (NOW,), "Received", f"{WHOLE} After the deadline the programme office checks the conditions."),
        (BEFORE_DECISION, BOTH, "Received", f"{WHOLE} The programme office checks the conditions now."),
        (ALL, BOTH, "Received", UNDECIDED),
    ],
    "eligible": [
        (("cancelled",), BOTH, *CANCELLED),
        (BEFORE_DECISION, BOTH, "Meets the conditions", "It meets the conditions and will be read."),
        (ALL, BOTH, "Meets the conditions", UNDECIDED),
    ],
    "under_review": [
        (("cancelled",), BOTH, *CANCELLED),
        (BEFORE_DECISION, BOTH, "Being read", "Reviewers read it without your name."),
        (ALL, BOTH, "Read by reviewers", UNDECIDED),
    ],
    "selected": [
        (("cancelled",), BOTH, *CANCELLED),
        (PUT_AWAY, BOTH, "Selected", "The committee had selected you, and no offer is noted here. Write to the programme office."),
        (ALL, BOTH, "Selected", "The committee has selected you. The offer follows."),
    ],
    "reserve": [
        (("cancelled",), BOTH, *CANCELLED),
        (PUT_AWAY, BOTH, "On the reserve list", "The selection for this call is over: no place is offered any more."),
        (ALL, BOTH, "On the reserve list", "If somebody declines, a place may be offered to you."),
    ],
    "offered": [
        (("cancelled",), BOTH, *CANCELLED),
        (PUT_AWAY, BOTH, "The day is over", "A place was kept for you, and it can be taken here no more. Write to the programme office."),
        (ALL, BOTH, "A place is offered to you", "Please say whether you will come."),
    ],
    "accepted": [
        (("cancelled",), BOTH, *CANCELLED),
        (PUT_AWAY, BOTH, "You have accepted", "You took the place that was offered to you. Nothing more is asked of you here."),
        (ALL, BOTH, "You have accepted", "Your place is confirmed. The programme office writes to you about what comes next."),
    ],
    "ineligible": [(ALL, BOTH, "Does not meet the conditions", "It does not meet the conditions of this call.")],
    "not_selected": [(ALL, BOTH, "Not selected", "There were more good applications than places.")],
    "declined": [(ALL, BOTH, "You have declined", "Thank you for saying so in time.")],
    "expired": [(ALL, BOTH, "The offer has expired", "Nobody answered in time, and the place went to somebody else.")],
    "withdrawn": [(ALL, BOTH, "Withdrawn", "It takes no further part in the selection.")],
}  # fmt: skip
WRITABLE = ("Your draft", "Something is missing", "Not completed")


def application(name, **facts):
    """In the state that ``name`` has in WORDS."""
    status, _comma, never = name.partition(",")
    handed_in = status != "draft" and not never
    call = CallFactory(code="sea-2026")
    row = ApplicationFactory(call=call, submitted=handed_in, applicant__language="en", language="en", **facts)
    until = (
        {"until": (NOW + 5 * DAY).isoformat(), "questions": [], "text": "The letter."} if status == "returned" else {}
    )
    Application.objects.filter(pk=row.pk).update(status=status, completion=until)
    return Application.objects.get(pk=row.pk)


def test_every_state_is_in_the_table():
    assert {name.partition(",")[0] for name in WORDS} == set(Status.values)


@pytest.mark.parametrize("name", WORDS)
def test_what_is_said_fits_where_it_stands_and_what_is_offered(client, name):
    row = application(name)
    found, expected, offered = {}, {}, {}
    for at in BOTH:
        with time_machine.travel(at, tick=False):
            client.force_login(row.applicant)
            for status in ALL:
                Call.objects.filter(pk=row.call_id).update(status=status)
                page = client.get(ADDRESS)
                html = page.content.decode()
                (told,) = parse(html).all("h1")
                found[at, status] = (told.text, page.context["said"])
                expected[at, status] = next(
                    (heading, said) for calls, when, heading, said in WORDS[name] if status in calls and at in when
                )
                assert page.context["said"] in client.get("/en/apply/").content.decode().replace("&#x27;", "'")
                offered[at, status] = ("Continue writing" in html, "Withdraw my application" in html)
                assert ("The deadline is over" in html and "days left" in html) is False

    assert found == expected
    wants = {key: said in (SAVED, STILL_POSSIBLE, COMPLETE_IT) for key, (_heading, said) in expected.items()}
    may = name not in ("accepted", "declined", "expired", "withdrawn")
    assert offered == {key: (wants[key], may) for key in offered}


PATHS = [
    ("draft", "open", NOW, ["part", "", "", ""], ["until the deadline", "after the deadline", "", ""]),
    ("draft", "closed", AFTER, [], []),
    ("incomplete, never submitted", "closed", AFTER, [], []),
    ("incomplete", "open", NOW, ["part", "", "", ""], ["now", "after the deadline", "", ""]),
    ("incomplete", "closed", AFTER, [], []),
    ("returned", "in_review", NOW, ["part", "", "", ""], ["now", "after the deadline", "", ""]),
    ("returned", "in_review", AFTER, [], []),
    ("submitted", "closed", AFTER, ["done", "part", "", ""], ["2 March 2026", "now", "", ""]),
    ("submitted", "decided", AFTER, ["done", "", "", ""], ["2 March 2026", "", "", ""]),
    ("under_review", "in_review", AFTER, ["done", "done", "part", ""], ["2 March 2026", "after the deadline", "", ""]),
    ("under_review", "archived", AFTER, ["done", "done", "", ""], ["2 March 2026", "", "", ""]),
    ("ineligible", "in_review", AFTER, ["done", "done", "", "done"],
     ["2 March 2026", "after the deadline", "not reached", "2 March 2026"]),
    ("not_selected", "decided", AFTER, ["done"] * 4, ["2 March 2026", "after the deadline", "", ""]),
    ("withdrawn", "open", NOW, [], []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call", "at", "states", "whens"), PATHS)
def test_the_path_shows_as_done_what_was_done_and_ends_where_it_ended(client, name, call, at, states, whens):
    row = application(name)
    Call.objects.filter(pk=row.call_id).update(status=call)
    with time_machine.travel(at, tick=False):
        client.force_login(row.applicant)
        path = client.get(ADDRESS).context["path"]

    assert ([stage.state for stage in path], [stage.when for stage in path]) == (states, whens)


@pytest.mark.parametrize("answer", ["accepted", "declined", "expired"])
def test_the_way_to_withdraw_leads_back_with_the_reason_where_there_is_none(client, answer):
    row = application(answer)
    client.force_login(row.applicant)
    said = {
        "accepted": "You have accepted the place, and this application cannot be withdrawn any more. If you cannot come, "
        "write to the programme office at once.",
        "declined": "it is “Declined”, and takes no further part in the selection.",
        "expired": "it is “Offer expired”, and takes no further part in the selection.",
    }  # fmt: skip

    for send in (client.get, client.post):
        page = send("/en/apply/sea-2026/withdraw/", follow=True)

        assert page.redirect_chain == [(ADDRESS, 302)]
        assert said[answer] in page.content.decode()
    row.refresh_from_db()
    assert (row.status, Message.objects.count(), Activity.objects.filter(verb="application.withdrawn").count()) == (
        answer, 0, 0,
    )  # fmt: skip


def test_what_is_withdrawn_already_asks_nothing(client):
    row = application("withdrawn")
    client.force_login(row.applicant)

    assert client.get("/en/apply/sea-2026/withdraw/").headers["Location"] == ADDRESS


# The mails


@pytest.mark.parametrize(
    ("language", "subject", "still"),
    [
        ("en", "The time to complete your application {} is over", "You can still go on with it and submit it again until:"),
        ("fr", "Le délai pour compléter votre candidature {} est passé",
         "Vous pouvez encore la poursuivre et la déposer à nouveau jusqu’à\u00a0:"),
        ("es", "El plazo para completar su candidatura {} ha terminado", "Todavía puede continuarla y presentarla de nuevo hasta:"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", ["open", "in_review", "archived"])
def test_who_did_not_complete_a_returned_file_in_time_is_told_once(language, subject, still, call):
    row = application("returned")
    Application.objects.filter(pk=row.pk).update(language=language)
    Call.objects.filter(pk=row.call_id).update(status=call)
    at = NOW + 6 * DAY

    assert [services.close_drafts(at=at) for _n in range(2)] == [1, 0]

    mail = Message.objects.get()
    assert (mail.template, mail.to, mail.language) == ("completion_over", row.applicant, language)
    assert mail.subject == subject.format(row.number)
    assert (still in mail.text, f"/{language}/apply/{row.number}/" in mail.text) == (call == "open", True)
    assert ("2026" in mail.text) is (call == "open")


@pytest.mark.parametrize(("name", "call"), [("returned", "cancelled"), ("draft", "closed")])
def test_no_mail_says_so_of_a_call_that_was_called_off_or_of_a_draft(name, call):
    row = application(name)
    Call.objects.filter(pk=row.call_id).update(status=call)

    assert services.close_drafts(at=AFTER) == 1

    row.refresh_from_db()
    assert (row.status, Message.objects.count()) == ("incomplete", 0)


def test_a_file_that_fell_out_while_its_call_is_open_is_written_and_submitted_again():
    row = application("returned")
    write_answers(row, {"name": "Awa Grès", "letter": "Avant."})
    services.close_drafts(at=NOW + 6 * DAY)

    write_answers(row, {"letter": "Encore."}, at=NOW + 6 * DAY)
    services.submit_application(row, by=row.applicant, at=NOW + 6 * DAY)

    row.refresh_from_db()
    assert (row.status, row.submitted_at) == ("submitted", NOW + 6 * DAY)
    assert list(Message.objects.order_by("pk").values_list("template", flat=True)) == [
        "completion_over", "application_received",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "Your place is confirmed: Call"), ("fr", "Votre place est confirmée : Appel"),
        ("es", "Su plaza está confirmada: Convocatoria"),
    ],
)  # fmt: skip
def test_taking_the_place_is_confirmed_once(language, subject):
    row = application("offered")
    Application.objects.filter(pk=row.pk).update(language=language)

    for _n in range(2):
        offers.answer_offer(row, accept=True, by=row.applicant, at=NOW)

    mail = Message.objects.get()
    assert (mail.template, mail.to, mail.language) == ("offer_accepted", row.applicant, language)
    assert mail.subject.startswith(subject)
    assert (row.number in mail.text, f"/{language}/apply/{row.number}/" in mail.text) == (True, True)


def test_a_place_taken_again_after_a_postponement_is_confirmed_again_and_a_declined_one_never():
    row = application("offered")
    offers.answer_offer(row, accept=True, by=row.applicant, at=NOW)
    Application.objects.filter(pk=row.pk).update(status="offered", status_at=NOW + DAY)
    DateChangeFactory(call=row.call, kind="postponement", at=NOW + DAY, accept_by=(NOW + 9 * DAY).date())
    offers.answer_offer(row, accept=True, by=row.applicant, at=NOW + 2 * DAY)
    Application.objects.filter(pk=row.pk).update(status="offered", status_at=NOW + 3 * DAY)
    offers.answer_offer(row, accept=False, by=row.applicant, at=NOW + 4 * DAY)

    assert list(Message.objects.values_list("template", flat=True)) == ["offer_accepted"] * 2
