"""Mails to many."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django_ox.models import OxTask

from tessera.accounts.models import User
from tessera.activity.models import Activity
from tessera.core.translated import Translated
from tessera.messaging.models import Batch, Message
from tessera.messaging.services import (
    Recipient,
    approve_batch,
    cancel_batch,
    deliver_message,
    edit_message,
    queue_batch,
)
from tessera.messaging.services.batches import AlreadyDecided, NoRecipients, RecipientsAffected, SecondPersonNeeded
from tests.factories.messaging import NOON

pytestmark = pytest.mark.django_db
CONTEXT = {"link": "https://example.org/"}


@pytest.fixture
def celia():
    return User.objects.create_user("celia@example.org", language="fr")


@pytest.fixture
def hugo():
    return User.objects.create_user("hugo@example.org", language="es")


def three(**more):
    return [Recipient(f"{name.lower()}@example.org", {"name": name}, **more) for name in ("Onyx", "Opale", "Jade")]


def make(by, **more):
    return queue_batch("letter", three(), context=CONTEXT, by=by, at=NOON, **more)


def states(batch):
    return list(batch.messages.order_by("pk").values_list("state", flat=True))


def test_queue_batch_writes_one_message_each_and_sends_none(celia, hugo):
    batch = queue_batch(
        "letter",
        [
            Recipient(celia, {"name": "Celia"}),
            Recipient(hugo, {"name": "Hugo"}),
            Recipient(hugo.email.upper(), {"name": "H"}),
        ],
        context=CONTEXT,
        by=celia,
        at=NOON,
    )

    rows = list(batch.messages.order_by("pk").values_list("address", "language", "state"))
    assert rows == [
        ("celia@example.org", "fr", "waiting_approval"),
        ("hugo@example.org", "es", "waiting_approval"),
    ]
    assert deliver_message(batch.messages.first().pk, at=NOON + timedelta(days=1)) == "waiting_approval"
    assert not OxTask.objects.exists()


def test_queue_batch_with_a_hole_for_some_names_them_all_and_queues_nothing(celia):
    recipients = [
        Recipient("onyx@example.org", {"name": "Onyx"}),
        Recipient("opale@example.org", {"name": ""}),
        Recipient("jade@example.org", {"name": Translated(en="Jade")}, language="fr"),
        Recipient("not an address", {"name": "Jaspe"}),
    ]

    with pytest.raises(RecipientsAffected) as refusal:
        queue_batch("letter", recipients, context=CONTEXT, by=celia, at=NOON)

    assert refusal.value.problems == {
        "opale@example.org": "name",
        "jade@example.org": "name (fr)",
        "not an address": "“not an address” is not an e-mail address.",
    }
    assert Batch.objects.count() == Message.objects.count() == Activity.objects.count() == 0


def test_queue_batch_to_nobody_is_refused(celia):
    with pytest.raises(NoRecipients):
        queue_batch("letter", [], by=celia, at=NOON)
    assert not Batch.objects.exists()


def test_queue_batch_same_key_twice_is_the_same_batch(celia):
    assert make(celia, key="call:1") == make(celia, key="call:1")
    assert Message.objects.count() == 3


def test_approve_by_a_second_person_sends_them_one_after_the_other(celia, hugo):
    batch = make(celia)

    with override_settings(MAIL_PAUSE_S=2):
        batch = approve_batch(batch, by=hugo, at=NOON)
        approve_batch(batch, by=hugo, at=NOON + timedelta(hours=1))

    assert (batch.state, batch.decided_by, batch.decided_at) == ("approved", hugo, NOON)
    assert states(batch) == ["queued"] * 3
    moments = list(batch.messages.order_by("pk").values_list("next_attempt_at", flat=True))
    assert moments == [NOON, NOON + timedelta(seconds=2), NOON + timedelta(seconds=4)]
    tasks = OxTask.objects.order_by("run_after").values_list("run_after", flat=True)
    assert sorted(tasks, key=lambda moment: moment or NOON) == [None, *moments[1:]]
    assert [a.verb for a in Activity.objects.order_by("pk")] == ["batch.queued", "batch.approved"]


def test_approve_by_whoever_made_it_is_refused_where_a_second_person_is_asked(celia):
    batch = make(celia)

    with pytest.raises(SecondPersonNeeded):
        approve_batch(batch, by=celia, at=NOON)

    assert states(batch) == ["waiting_approval"] * 3
    assert not OxTask.objects.exists()


def test_approve_by_whoever_made_it_where_no_second_person_is_asked(celia):
    assert states(approve_batch(make(celia, second_person=False), by=celia, at=NOON)) == ["queued"] * 3


def test_whoever_edits_a_message_cannot_approve_the_batch(celia, hugo):
    batch = make(celia)
    message = batch.messages.first()
    edit_message(message, address=message.address, subject="Other", text="Other words", by=hugo, at=NOON)

    with pytest.raises(SecondPersonNeeded):
        approve_batch(batch, by=hugo, at=NOON)
    assert states(batch) == ["waiting_approval"] * 3


def test_cancel_sends_none_of_it_for_good(celia, hugo):
    batch = cancel_batch(make(celia), by=celia, at=NOON, reason="Wrong date")

    with pytest.raises(AlreadyDecided):
        approve_batch(batch, by=hugo, at=NOON)

    assert states(batch) == ["cancelled"] * 3
    assert not OxTask.objects.exists()
    assert Activity.objects.get(verb="batch.cancelled").reason == "Wrong date"


def test_cancel_after_approval_is_refused(celia, hugo):
    batch = approve_batch(make(celia), by=hugo, at=NOON)

    with pytest.raises(AlreadyDecided):
        cancel_batch(batch, by=celia, at=NOON)
    assert states(batch) == ["queued"] * 3


def test_a_message_cancelled_before_approval_stays_behind(celia, hugo):
    batch = make(celia)
    Message.objects.filter(address="opale@example.org").update(state="cancelled")

    approve_batch(batch, by=hugo, at=NOON)

    assert states(batch) == ["queued", "cancelled", "queued"]
