"""The morning mail of the office: only where something waits, once for each state of things and week."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from tessera.messaging.models import Message
from tessera.portal import digest
from tessera.portal.ground import forget_ground
from tests.applications.test_requests import FORM
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import ApplicationFactory, RequestFactory
from tests.factories.calls import CallFactory
from tests.factories.messaging import MessageFactory
from tests.factories.organisations import make_person
from tests.factories.programmes import make_programme, make_training

pytestmark = pytest.mark.django_db
# A Tuesday on which every region was reached lately, so that nothing waits by itself.
TUESDAY = datetime(2026, 3, 10, 5, tzinfo=UTC)
REGIONS = ("AFR", "ARB", "APA", "ENA", "LAC")


def whole():
    """What a training says so that no fact is missing."""
    return {
        "languages": [{"code": "es", "basis": "stated"}],
        "people": [{"person": make_person().slug, "role": "trainer", "basis": "stated"}],
        "participants": {
            "planned": None, "reported": [{"value": 27, "where": "outline"}], "resolved": 27, "countries_count": None,
        },
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _settled():
    cache.clear()
    forget_ground()
    with time_machine.travel(TUESDAY, tick=False):
        make_programme()
        for region in REGIONS:
            held(region, "2025-12-01/2025-12-05")
        yield


def held(region, dates, **changes):
    return make_training(
        id=f"held-{region.lower()}", status="closed", dates={"edtf": dates}, phases=[],
        title={"en": "Held", "fr": "Tenue", "es": "Impartida"},
        audience={"scope": "regional", "countries": [], "unesco_regions": [region]}, **whole(), **changes,
    )  # fmt: skip


def mails():
    return list(Message.objects.filter(template="office_digest").order_by("pk"))


def quiet():
    """What waits on the settled site: the facts that the tests' trainings leave out."""
    return [task.heading for task in digest.waiting(TUESDAY)]


def test_nobody_is_written_to_where_nothing_waits():
    OfficeUserFactory()
    assert quiet() == []

    assert digest.send_digests(at=TUESDAY) == 0

    assert mails() == []


def test_each_person_of_the_office_reads_in_their_language_what_waits():
    OfficeUserFactory(email="celia@example.org", language="fr")
    OfficeUserFactory(email="ada@example.org", language="en")
    OfficeUserFactory(email="gone@example.org", language="en", is_active=False)
    UserFactory(email="admin@example.org", roles=["admin", "host"])
    MessageFactory(dead=True)

    assert digest.send_digests(at=TUESDAY) == 2

    told = {m.address: m for m in mails()}
    assert set(told) == {"celia@example.org", "ada@example.org"}
    assert told["ada@example.org"].subject == "1 mail did not arrive"
    assert told["celia@example.org"].subject == "1 message n’est pas arrivé"
    assert "1 thing waits for the office today." in told["ada@example.org"].text
    assert "http://localhost:8000/en/desk/outbox/failed/" in told["ada@example.org"].text
    assert "/fr/desk/outbox/failed/" in told["celia@example.org"].text
    assert "programme office" in told["ada@example.org"].text


def test_the_same_things_are_told_once_a_week_and_a_new_one_the_next_morning():
    OfficeUserFactory()
    MessageFactory(dead=True)
    assert digest.send_digests(at=TUESDAY) == 1
    assert digest.send_digests(at=TUESDAY) == 0
    assert digest.send_digests(at=TUESDAY + timedelta(days=3)) == 0

    MessageFactory(dead=True)
    assert digest.send_digests(at=TUESDAY + timedelta(days=3)) == 1
    assert digest.send_digests(at=TUESDAY + timedelta(days=6)) == 1  # Monday

    assert [m.subject for m in mails()] == ["1 mail did not arrive", "2 mails did not arrive", "2 mails did not arrive"]


def test_what_is_done_brings_no_mail_about_the_rest_that_was_told():
    OfficeUserFactory()
    MessageFactory(dead=True)
    over = make_training(
        id="over", status="announced", dates={"edtf": "2026-03-02/2026-03-06"}, phases=[],
        title={"en": "Over", "fr": "Finie", "es": "Acabada"}, **whole(),
    )  # fmt: skip
    assert digest.send_digests(at=TUESDAY) == 1

    over.delete()
    forget_ground()

    assert [task.heading for task in digest.waiting(TUESDAY + timedelta(days=1))] == ["1 mail did not arrive"]
    assert digest.send_digests(at=TUESDAY + timedelta(days=1)) == 0
    assert len(mails()) == 1


def test_a_region_is_told_180_and_90_days_before_it_is_overdue():
    OfficeUserFactory()
    # Reached until 5 December 2025: due on 5 December 2027, the 180 days begin on 8 June, the 90 on 6 September.
    found = {}
    for day in (datetime(2027, 6, 7, 5), datetime(2027, 6, 8, 5), datetime(2027, 9, 5, 5), datetime(2027, 9, 6, 5)):
        forget_ground()
        found[day.date().isoformat()] = sorted(
            (task.heading, task.stage) for task in digest.waiting(day.replace(tzinfo=UTC)) if task.stage
        )

    assert [len(tasks) for tasks in found.values()] == [0, 5, 5, 5]
    assert ("Africa is due soon", "180") in found["2027-06-08"]
    assert ("Africa is due soon", "180") in found["2027-09-05"]
    assert ("Africa is due soon", "90") in found["2027-09-06"]


def test_a_training_past_its_end_is_told_and_one_of_the_rehearsal_is_not():
    OfficeUserFactory()
    make_training(id="over", status="announced", dates={"edtf": "2026-03-02/2026-03-06"}, phases=[], **whole())
    make_training(
        id="played", status="announced", dates={"edtf": "2026-03-02/2026-03-06"}, phases=[], rehearsal=True,
        title={"en": "Played", "fr": "Jouée", "es": "Fingida"},
    )  # fmt: skip

    digest.send_digests(at=TUESDAY)

    [mail] = mails()
    assert "held?" in mail.text
    assert "Played" not in mail.text


def test_what_nobody_transmitted_is_told_by_call_and_rehearsal_is_left_out():
    OfficeUserFactory(language="en")
    OfficeUserFactory(language="fr")
    call = CallFactory(form=FORM, channel="transmitted", code="sea")
    other = CallFactory(form=FORM, channel="endorsed")
    for facts in ({}, {"status": "eligible"}, {"status": "withdrawn"}, {"status": "ineligible"}, {"rehearsal": True}):
        ApplicationFactory(call=call, **{"submitted": True, **facts})
    ApplicationFactory(call=call)  # a draft
    ApplicationFactory(call=other, submitted=True)
    waiting = ApplicationFactory(call=call, submitted=True)
    late = ApplicationFactory(call=call, submitted=True)
    for row, due_at in ((waiting, TUESDAY + timedelta(days=1)), (late, TUESDAY)):
        RequestFactory(application=row, endorsement=True, transmits=True, due_at=due_at)

    assert digest.send_digests(at=TUESDAY) == 2

    english, french = mails()
    assert "3 applications were not transmitted (Late)\nIn “Call”." in english.text.replace(call.title["en"], "Call")
    assert "3 candidatures n’ont pas été transmises" in french.text
    assert "http://localhost:8000/en/desk/applications/calls/sea/" in english.text
    assert len([line for line in english.text.splitlines() if "transmitted" in line and "(Late)" in line]) == 1
