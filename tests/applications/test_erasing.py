"""Nothing tells afterwards whose an erased application was: every column of every table is read."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_ox.testing import run_tasks

from tessera.accounts import services as accounts
from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.applications.models import Application, Document, Note
from tessera.applications.queries import readers_of_call
from tessera.applications.services import keeping, requests, returning, screening
from tessera.applications.services.erasing import forget_author
from tessera.messaging.models import Message
from tessera.messaging.services import approve_batch, mark_bounced, queue_batch, queue_message
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, PersonFactory, UserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, DocumentFactory, NoteFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Awa Gneissova", "awa.gneissova@example.org"
REFEREE = {"name": "Moussa Schistov", "post": "Director", "email": "moussa.schistov@example.org"}
FORM = {
    "steps": [
        {
            "key": "documents", "title": {"en": "Documents", "fr": "Documents", "es": "Documentos"},
            "questions": [
                {"key": "letter", "type": "long_text", "label": {"en": "Why?"}},
                {"key": "referee", "type": "referee", "label": {"en": "Who?"}, "seen_by": "committee", "due_days": 3},
            ],
        }
    ]
}  # fmt: skip
RULES = [{"key": "endorsed", "kind": "endorsement", "weight": "hard", "params": {"fallback": True}}]


@pytest.fixture
def clock():
    cache.clear()
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


def rows_naming(*needles):
    """(table, needle) for every row of any table in which a needle stands, in whatever column and case."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                said = " ".join(str(value) for value in row).casefold()
                found |= {(table, needle) for needle in needles if needle.casefold() in said}
    return found


def whole_story(**facts):
    """An application that was asked about, returned, waived, noted, told of in a mail to many, and refused by a mailbox."""
    office = OfficeUserFactory()
    mine = ApplicationFactory(
        call=CallFactory(form=FORM, rules=RULES), submitted=True, name=NAME, names_folded="awa gneissova", email=ADDRESS,
        institution=f"Atelier {NAME}", profile={"import_key": NAME}, **facts,
    )  # fmt: skip
    AnswerFactory(application=mine, value=f"I am {NAME}.")
    AnswerFactory(application=mine, question="referee", value=REFEREE)
    DocumentFactory(application=mine, name=f"{NAME}.pdf", uploaded_by=mine.applicant)
    NoteFactory(application=mine, text=f"{NAME} called.", by=office)
    made = requests.ask(mine, "referee", by=mine.applicant, at=NOW)
    requests.give(made, opinion="full", text=f"{NAME} is the best.", rank=None, by=None, at=NOW)
    screening.waive_rule(mine, "endorsed", reason=f"{NAME} is 46 by two days.", by=office, at=NOW)
    if mine.applicant:
        returning.return_for_completion(
            mine, text=f"{NAME}, send your letter.", until=NOW + timedelta(days=5), by=office, at=NOW
        )
    batch = queue_batch(
        "call_extended", readers_of_call(mine.call, "everybody"), by=office, at=NOW, second_person=False,
        context={
            "call": "A call", "deadline": "then", "before": "earlier", "link": "https://x.example/", "reason": "Rain.",
        },
    )  # fmt: skip
    approve_batch(batch, by=office, at=NOW)
    run_tasks()
    mark_bounced(
        Message.objects.filter(template="call_extended").get(), by=office, at=NOW, reason=f"<{ADDRESS}>: unknown"
    )
    screening.add_note(mine, text="x", visibility=Note.Visibility.OFFICE, by=office, at=NOW)
    return mine


def figures():
    return sorted(Message.objects.values_list("template", "state", "language", "created_at", "sent_at"))


def test_the_account_of_an_applicant_leaves_no_name_and_no_address(clock):
    user = UserFactory(email=ADDRESS, person=PersonFactory(display=NAME, published=False, slug="awa-gneissova"))
    whole_story(applicant=user)
    queue_message(
        "application_withdrawn", to=ADDRESS, context={"call": "A", "number": "1", "link": "https://x.example/"}
    )
    asked = accounts.ask_erasure(user, text=f"I am {NAME}.", at=NOW)
    assert {needle for _table, needle in rows_naming(NAME, ADDRESS, *REFEREE.values())} >= {
        NAME,
        ADDRESS,
        REFEREE["name"],
    }
    before = len(figures())
    clock.shift(timedelta(days=15))

    accounts.carry_out_erasure(asked, by=AdminUserFactory(), at=timezone.now())
    run_tasks()
    accounts.privacy.tidy_accounts.func()
    clock.shift(timedelta(days=8))
    call_command("ox_prune", older_than="7d", verbosity=0)

    assert rows_naming(NAME, ADDRESS, "awa-gneissova", REFEREE["name"], REFEREE["email"]) == set()
    assert not User.objects.filter(pk=user.pk).exists()
    assert len(figures()) == before + 1  # the last mail
    assert set(Message.objects.values_list("to", "subject", "text", "html", "error")) == {(None, "", "", "", "")}
    assert not Message.objects.exclude(address__regex=r"^erased-\d+@localhost\.localdomain$").exists()


def test_the_end_of_retention_leaves_no_name_and_cuts_every_link_to_the_account(
    clock, django_capture_on_commit_callbacks
):
    user = UserFactory(email="stones@example.org")
    mine = whole_story(applicant=user)
    Application.objects.filter(pk=mine.pk).update(status="not_selected", status_at=NOW)
    before = figures()

    clock.shift(timedelta(days=800))
    keeping.keep_retention(at=timezone.now())
    run_tasks()
    clock.shift(timedelta(days=15))
    assert keeping.keep_retention(at=timezone.now())["application"] == 1
    clock.shift(timedelta(days=15))
    call_command("ox_prune", older_than="7d", verbosity=0)

    assert rows_naming(NAME, ADDRESS, REFEREE["name"], REFEREE["email"]) == set()
    assert [row for row in before if row not in figures()] == []
    assert not Message.objects.filter(to=user).exists()
    assert not Document.objects.exclude(uploaded_by=None).exists()
    assert not Activity.objects.filter(object_type="application", by=user).exists()
    assert not rows_naming(mine.number)
    assert User.objects.get(pk=user.pk).email == "stones@example.org"


def test_what_came_on_paper_leaves_no_name_either(clock):
    mine = whole_story(applicant=None, origin="paper")
    Application.objects.filter(pk=mine.pk).update(status="not_selected", status_at=NOW)

    for days in (800, 15):
        clock.shift(timedelta(days=days))
        keeping.keep_retention(at=timezone.now())
        run_tasks()
    clock.shift(timedelta(days=15))
    call_command("ox_prune", older_than="7d", verbosity=0)

    assert rows_naming(NAME, ADDRESS, REFEREE["name"], REFEREE["email"]) == set()


def test_a_draft_that_goes_takes_the_words_about_it_along(clock):
    user = UserFactory(email="stones@example.org")
    mine = ApplicationFactory(call=CallFactory(form=FORM), applicant=user, name=NAME, names_folded="awa gneissova")
    AnswerFactory(application=mine, question="referee", value=REFEREE)
    requests.ask(mine, "referee", by=user, at=NOW)

    clock.move_to(CLOSES_AT + timedelta(days=91))
    keeping.keep_retention(at=timezone.now())
    clock.shift(timedelta(days=15))
    assert keeping.keep_retention(at=timezone.now())["draft"] == 1

    assert rows_naming(NAME, REFEREE["name"], REFEREE["email"], mine.number) == set()
    assert set(Message.objects.values_list("state", "text")) == {("cancelled", "")}  # nobody had sent them yet
    assert run_tasks() is not None
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_referee_who_goes_leaves_the_applicant_the_rest(clock):
    mine = whole_story(applicant=UserFactory())
    kept = Message.objects.exclude(template__startswith="request_").exclude(template="reference_request").count()
    Application.objects.filter(pk=mine.pk).get().answers.filter(question="referee").delete()

    forget_author(REFEREE["email"], at=NOW)

    assert {table for table, _needle in rows_naming(REFEREE["name"], REFEREE["email"])} <= {"django_ox_oxtask"}
    assert Message.objects.exclude(text="").count() == kept
    assert [row.actor for row in Activity.objects.filter(verb="application.request_given")] == ["erased"]
    assert re.search(NAME, Application.objects.get(pk=mine.pk).name)
