"""What a person does to a message."""

import pytest
from django_ox.models import OxTask

from tessera.activity.models import Activity
from tessera.messaging.models import Message
from tessera.messaging.services import NotAnAddress, cancel_message, edit_message, mark_bounced, retry_message
from tessera.messaging.services.mending import AddressTwice, NotInThisState, TextMissing
from tests.factories.messaging import NOON, BatchFactory, MessageFactory

pytestmark = pytest.mark.django_db
ALL = set(Message.State.values)


def row(message):
    return Message.objects.filter(pk=message.pk).values().get()


@pytest.mark.parametrize("state", ["waiting_approval", "queued", "failed", "dead"])
def test_cancel_ends_it(state):
    message = MessageFactory(state=state)

    cancelled = cancel_message(message, by=None, at=NOON, reason="Written by mistake")

    assert (cancelled.state, row(message)["state"]) == ("cancelled", "cancelled")
    activity = Activity.objects.get()
    assert (activity.verb, activity.before, activity.after, activity.reason) == (
        "message.cancelled",
        state,
        "cancelled",
        "Written by mistake",
    )


@pytest.mark.parametrize("state", ["sending", "sent", "bounced"])
def test_cancel_of_what_may_have_left_is_refused(state):
    message = MessageFactory(state=state, sent_at=NOON, claimed_at=NOON)
    before = row(message)

    with pytest.raises(NotInThisState):
        cancel_message(message, by=None, at=NOON)
    assert row(message) == before
    assert not Activity.objects.exists()


@pytest.mark.parametrize("state", ["failed", "dead", "bounced"])
def test_retry_starts_again_with_the_same_message_id(state):
    message = MessageFactory(state=state, attempts=7)

    again = retry_message(message, by=None, at=NOON)

    assert (again.state, again.attempts, again.next_attempt_at) == ("queued", 0, NOON)
    assert again.message_id == message.message_id
    assert [task.kwargs for task in OxTask.objects.all()] == [{"message_id": message.pk}]


@pytest.mark.parametrize("state", sorted(ALL - {"failed", "dead", "bounced"}))
def test_retry_of_anything_else_is_refused(state):
    message = MessageFactory(state=state, sent_at=NOON, claimed_at=NOON)
    before = row(message)

    with pytest.raises(NotInThisState):
        retry_message(message, by=None, at=NOON)
    assert row(message) == before
    assert not OxTask.objects.exists()


def test_retry_of_a_message_whose_text_was_forgotten_is_refused():
    with pytest.raises(NotInThisState):
        retry_message(MessageFactory(dead=True, confidential=True, text="", html=""), by=None, at=NOON)


def test_edit_puts_address_and_words_right_in_both_parts():
    message = MessageFactory(dead=True)

    edited = edit_message(
        message, address=" celia@example.org ", subject="New\nsubject", text="One.\r\n\r\n<b>Two.", by=None, at=NOON
    )

    edited.refresh_from_db()
    assert (edited.address, edited.subject, edited.text) == ("celia@example.org", "New subject", "One.\n\n<b>Two.\n")
    assert "&lt;b&gt;Two." in edited.html
    assert Activity.objects.get().changes == {
        "address": [message.address, "celia@example.org"],
        "subject": ["A letter", "New subject"],
        "text": ["Dear Celia Pizarra,\n\nall is well.", "One.\n\n<b>Two."],
    }


def test_edit_without_a_change_records_nothing():
    message = MessageFactory(dead=True)

    edit_message(message, address=message.address, subject=message.subject, text=message.text, by=None, at=NOON)

    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"address": "nobody"}, NotAnAddress),
        ({"subject": " "}, TextMissing),
        ({"text": "\n"}, TextMissing),
        ({"address": "HUGO@example.org"}, AddressTwice),
    ],
)
def test_edit_refused_changes_nothing(words, refusal):
    batch = BatchFactory()
    message = MessageFactory(waiting=True, batch=batch)
    MessageFactory(waiting=True, batch=batch, address="hugo@example.org")
    before = row(message)
    values = {"address": message.address, "subject": message.subject, "text": message.text, **words}

    with pytest.raises(refusal):
        edit_message(message, **values, by=None, at=NOON)
    assert row(message) == before


@pytest.mark.parametrize("state", sorted(ALL - {"waiting_approval", "failed", "dead"}))
def test_edit_in_any_other_state_is_refused(state):
    message = MessageFactory(state=state, sent_at=NOON, claimed_at=NOON)

    with pytest.raises(NotInThisState):
        edit_message(message, address=message.address, subject="x", text="y", by=None, at=NOON)


def test_bounce_keeps_the_first_reason():
    message = MessageFactory(sent=True)

    mark_bounced(message, at=NOON, reason="550 no such person")
    mark_bounced(message, at=NOON, reason="another")

    assert (row(message)["state"], row(message)["error"]) == ("bounced", "550 no such person")
    assert Activity.objects.count() == 1


def test_bounce_of_what_was_not_sent_is_refused():
    message = MessageFactory()

    with pytest.raises(NotInThisState):
        mark_bounced(message, at=NOON, reason="550")
    assert row(message)["state"] == "queued"
