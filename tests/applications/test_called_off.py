"""What becomes of a call whose training was cancelled, before the office cancels the call itself."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from tessera.activity.models import Activity
from tessera.applications import services
from tessera.applications.models import Answer, Application
from tessera.applications.services import keeping, late, offers
from tessera.calls import services as calls
from tessera.calls.models import Call, DateChange
from tessera.calls.queries import calls_whole
from tessera.messaging.models import Message
from tessera.programmes import services as programmes
from tessera.programmes.models import Training
from tessera.publications import queries as publications
from tests.applications.asking import ANSWERS, WIDE
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import LateCodeFactory, write_answers
from tests.factories.calls import CLOSES_AT, make_call
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]

SAID = "The training was called off: nobody can apply any more. What was written is kept."
SHOWN = "The training was called off: nobody can apply for it any more."


@pytest.fixture
def call():
    training = make_training(id="heat", dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    return make_call(id="heat-call", training=training.slug, status="open", form=WIDE)


@pytest.fixture
def mine(call):
    return begin(call)


def begin(call, **more):
    by = UserFactory(language="en")
    return services.start_application(call, call.strands.get().key, by=by, language="en", at=NOW, **more)


def cancel_training():
    """As the office does it: the training is announced, and then called off."""
    training = Training.objects.get(slug="heat")
    programmes.set_status(training, "cancelled", by=None, at=NOW, reason="The host withdrew.")


def test_nobody_begins_an_application_for_a_cancelled_training(call):
    cancel_training()

    with pytest.raises(services.CalledOff) as refusal:
        begin(call)
    with pytest.raises(services.CalledOff):
        begin(call, late_until=NOW + timedelta(days=1))

    assert str(refusal.value) == SAID
    assert not Application.objects.exists()


def test_a_draft_for_a_cancelled_training_is_neither_written_nor_submitted(mine):
    write_answers(mine, ANSWERS)
    kept = dict(Answer.objects.values_list("question", "value"))
    cancel_training()
    activities = Activity.objects.count()

    with pytest.raises(services.CalledOff):
        write_answers(mine, {"letter": "More."})
    with pytest.raises(services.CalledOff) as refusal:
        services.submit_application(mine, by=mine.applicant, at=NOW)

    assert str(refusal.value) == SAID
    mine.refresh_from_db()
    assert (mine.status, mine.submitted_at) == ("draft", None)
    assert dict(Answer.objects.values_list("question", "value")) == kept
    assert Activity.objects.count() == activities


def test_a_withdrawn_application_is_not_taken_up_again_for_a_cancelled_training(mine):
    services.withdraw_application(mine, by=mine.applicant, at=NOW)
    cancel_training()

    with pytest.raises(services.CalledOff):
        services.take_up_again(mine, by=mine.applicant, at=NOW)

    mine.refresh_from_db()
    assert mine.status == "withdrawn"


def test_no_code_for_late_entry_opens_a_call_of_a_cancelled_training(call):
    Call.objects.update(status="closed")
    code = LateCodeFactory(call=call, uses=2, expires_at=CLOSES_AT + timedelta(days=3))
    cancel_training()
    after, office = CLOSES_AT + timedelta(hours=1), OfficeUserFactory()

    with time_machine.travel(after, tick=False), pytest.raises(services.CalledOff):
        late.enter_late(call, code.code, strand=call.strands.get().key, by=UserFactory(), language="en", at=after)
    with pytest.raises(services.CalledOff):
        late.make_late_code(call, reason="Rain.", uses=1, expires_at=after + timedelta(days=1), by=office, at=after)

    assert not Application.objects.exists()
    assert call.late_codes.count() == 1


def test_nobody_is_reminded_of_a_deadline_that_counts_no_more(mine):
    write_answers(mine, {"name": "Awa"})
    other = make_call(status="open", form=WIDE)
    further = begin(other)
    write_answers(further, {"name": "Awa"})
    cancel_training()

    assert keeping.remind_drafts(at=CLOSES_AT - timedelta(days=2)) == 1

    assert list(Message.objects.filter(template="draft_left").values_list("to", flat=True)) == [further.applicant_id]


def test_no_place_in_a_cancelled_training_is_taken_or_reminded_of(mine, client):
    Application.objects.update(status="offered", submitted_at=NOW, status_at=NOW - timedelta(days=3))
    DateChange.objects.create(
        call=mine.call, kind="postponement", at=NOW - timedelta(days=3), accept_by=(NOW + timedelta(days=1)).date()
    )
    cancel_training()
    mine.refresh_from_db()

    with pytest.raises(services.TrainingOver):
        offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    client.force_login(mine.applicant)
    client.post("/en/apply/heat-call/offer/", {"do": "accept"})
    assert [offers.follow_offers(at=NOW + timedelta(days=days)) for days in (0, 5)] == [0, 0]

    assert (Application.objects.get().status, Message.objects.count()) == ("offered", 0)


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_pages_of_the_call_say_so_and_lead_nowhere(call, client, signed_in):
    cancel_training()
    cache.clear()
    if signed_in:
        client.force_login(UserFactory(language="en"))

    start = client.get("/en/apply/heat-call/").content.decode()
    public = client.get("/en/calls/heat-call/").content.decode()

    assert SHOWN in start
    assert "not open yet" not in start
    assert 'name="strand"' not in start
    assert 'name="late"' not in start
    assert SHOWN in public
    assert "Cancelled" in public
    assert "/en/apply/heat-call/" not in public
    assert publications.record("call", "heat-call").card["status"] == "cancelled"


def test_who_applied_reads_that_it_is_not_processed_any_further(mine, client):
    cancel_training()
    client.force_login(mine.applicant)

    page = client.get("/en/apply/heat-call/status/")

    assert "Your application is not processed any further." in page.content.decode()
    assert page.context["writable"] is False


def test_the_desk_asks_to_cancel_the_call_until_it_is(call, client):
    client.force_login(OfficeUserFactory(language="en"))
    said, asked = "cancel the call, so that everybody is told.", "The training of “Call"

    assert said not in client.get("/en/desk/calls/heat-call/").content.decode()
    assert asked not in client.get("/en/desk/").content.decode()
    cancel_training()
    page = client.get("/en/desk/calls/heat-call/").content.decode()
    assert said in page
    assert 'href="/en/desk/calls/heat-call/steps/"' in page
    today = client.get("/en/desk/").content.decode()
    assert asked in today
    assert 'href="/en/desk/calls/heat-call/steps/"' in today
    calls.cancel_call(call, by=None, at=NOW, reason="The training was called off.")
    assert said not in client.get("/en/desk/calls/heat-call/").content.decode()
    assert asked not in client.get("/en/desk/").content.decode()


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_call_of_a_cancelled_training_is_neither_published_nor_opened(status):
    training = make_training(id="heat", dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    made = make_call(training=training.slug, status=status, opens={"day": "2026-03-05", "time": "09:00"})
    cancel_training()
    row = calls_whole().get(pk=made.pk)

    if status == "draft":
        assert SHOWN in calls.lacking(row, NOW)
    else:
        assert calls.why_not(row, "open", NOW) == SHOWN
        assert calls.follow_clock(NOW + timedelta(days=6)) == 0
    assert calls_whole().get(pk=made.pk).status == status


def test_other_steps_of_the_training_leave_its_call_as_it_is(call):
    version = publications.record("call", "heat-call").changed_at

    programmes.set_status(Training.objects.get(slug="heat"), "postponed", by=None, at=NOW, reason="Rain.")

    record = publications.record("call", "heat-call")
    assert (record.card["status"], record.changed_at) == ("open", version)
    assert Application.objects.filter(pk=begin(call).pk).exists()
