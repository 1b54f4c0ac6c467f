"""What becomes of drafts that a code opened: told, reminded, kept as long as every other draft after its own end."""

from datetime import date, timedelta

import pytest
import time_machine
from django_ox.testing import run_tasks

from tessera.applications.keeping import due_of, promises
from tessera.applications.models import Application, LateCode
from tessera.applications.periods import Promises
from tessera.applications.queries import drafts_to_delete
from tessera.applications.sending import said_until
from tessera.applications.services import keeping, late
from tessera.messaging.models import Message
from tests.applications.asking import ANSWERS, WIDE
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import ApplicationFactory, LateCodeFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
AFTER = CLOSES_AT + timedelta(hours=5)


@pytest.fixture
def call():
    return CallFactory(form=WIDE, code="sea", status="closed")


def entered(call, at, days):
    code = LateCodeFactory(call=call, expires_at=at + timedelta(days=days))
    return late.enter_late(call, code.code, strand=call.strands.get().key, by=UserFactory(), language="en", at=at)


def test_a_draft_is_not_deleted_while_its_code_lets_it_be_written(call):
    at = CLOSES_AT + timedelta(days=70)
    mine = entered(call, at, 50)
    write_answers(mine, ANSWERS, at=at)

    done = [keeping.keep_retention(at=at + timedelta(days=n)) for n in range(51)]

    assert [one for one in done if any(one.values())] == []
    mine.refresh_from_db()
    assert [(due.what, due.at) for due in due_of(mine, promises())] == [("draft", at + timedelta(days=50 + 90))]


@pytest.mark.parametrize("n", [1, 3])
def test_the_office_reads_when_such_drafts_go_in_one_query(call, n, django_assert_num_queries):
    for _ in range(n):
        entered(call, AFTER, 3)

    with django_assert_num_queries(1):  # the drafts
        found = drafts_to_delete(call, Promises())

    assert [(due.at, count) for due, count in found] == [(AFTER + timedelta(days=93), n)]


def test_it_is_confirmed_and_its_last_days_are_told(call):
    mine = entered(call, AFTER, 10)
    with time_machine.travel(AFTER, tick=False):
        write_answers(mine, {"institution": "Musée"}, at=AFTER)
        run_tasks(raise_failures=True)
    until = AFTER + timedelta(days=10)

    sent = [
        keeping.remind_drafts(at=until - timedelta(days=days, minutes=minutes))
        for days, minutes in ((7, 1), (7, 0), (3, 0), (2, 0), (2, 0), (0, 0))
    ]

    assert sent == [0, 1, 0, 1, 0, 0]
    assert [m.template for m in Message.objects.order_by("pk")] == ["draft_saved", "draft_left", "draft_left"]
    assert [said_until(until, call) in m.text for m in Message.objects.all()] == [True] * 3


def test_whoever_goes_on_with_three_days_is_not_told_of_seven(call):
    mine = ApplicationFactory(call=call, status="incomplete", started_at=NOW, language="en")
    code = LateCodeFactory(call=call, expires_at=AFTER + timedelta(days=3))
    late.enter_late(call, code.code, strand=mine.strand, by=mine.applicant, language="en", at=AFTER)

    sent = [keeping.remind_drafts(at=AFTER + timedelta(hours=hours)) for hours in (0, 1, 23, 25)]

    assert sent == [0, 0, 0, 1]
    assert Message.objects.get().subject == "2 days left for your application"


def test_a_code_that_was_taken_back_reminds_of_nothing(call):
    mine = entered(call, AFTER, 10)
    write_answers(mine, {"institution": "Musée"}, at=AFTER)
    late.revoke_late_code(LateCode.objects.get(), by=OfficeUserFactory(), at=AFTER)

    assert keeping.remind_drafts(at=AFTER + timedelta(days=8)) == 0
    assert Message.objects.count() == 0


@pytest.mark.parametrize("day", [date.max, date.max - timedelta(days=1), date.min])
def test_a_day_at_the_end_of_the_calendar_is_refused_at_its_field(client, call, day):
    client.force_login(OfficeUserFactory(language="en"))

    with time_machine.travel(AFTER, tick=False):
        answer = client.post(
            "/en/desk/applications/calls/sea/late/", {"reason": "x", "uses": "1", "until": day.isoformat()}
        )

    assert (answer.status_code, LateCode.objects.count()) == (422, 0)
    assert "at most 60 days from now" in answer.content.decode()
    assert Application.objects.count() == 0
