"""Messages whose reader and words are forgotten: the row stays, nothing goes out, and pages say so."""

import pytest
from django.urls import reverse

from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.messaging.models import Message
from tessera.messaging.services import deliver_message, forget_messages, messages_about, retry_message
from tessera.messaging.services.mending import NotInThisState
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.messaging import NOON, BatchFactory, MessageFactory

pytestmark = pytest.mark.django_db
FORGOTTEN = ("", "", "", {}, "", None)


def told(message):
    message.refresh_from_db()
    return (message.subject, message.text, message.html, message.headers, message.error, message.to)


def test_a_sent_message_keeps_what_it_was_and_when():
    message = MessageFactory(
        sent=True, to=UserFactory(), headers={"List-Unsubscribe": "<https://x/>"}, about="thing:1/"
    )
    record("message.bounced", message, by=None, at=NOON, reason=f"550 {message.address}", public=False)

    assert [forget_messages(Message.objects.all()) for _ in range(2)] == [1, 1]

    assert told(message) == FORGOTTEN
    assert message.address == f"erased-{message.pk}@localhost.localdomain"
    assert (message.template, message.state, message.sent_at, message.about) == ("letter", "sent", NOON, "thing:1/")
    assert Activity.objects.get(verb="message.bounced").reason == ""


@pytest.mark.parametrize("state", ["queued", "failed", "waiting_approval", "sending"])
def test_what_was_not_sent_never_goes_out(state, mailoutbox):
    moments = {"waiting_approval": {"waiting": True}, "sending": {"sending": True}}
    message = MessageFactory(**moments.get(state, {"state": state}))

    forget_messages(Message.objects.all())

    assert deliver_message(message.pk, at=NOON) == "cancelled"
    assert (told(message), mailoutbox) == (FORGOTTEN, [])


def test_what_was_given_up_cannot_be_tried_again():
    message = MessageFactory(dead=True)
    forget_messages(Message.objects.all())

    with pytest.raises(NotInThisState):
        retry_message(message, by=None, at=NOON)
    assert told(message) == FORGOTTEN


def test_two_of_one_mail_to_many_are_forgotten_and_others_stay():
    batch = BatchFactory()
    one, two, other = (MessageFactory(batch=batch, sent=True, about=f"thing:{n}/") for n in (1, 2, 12))

    forget_messages(Message.objects.filter(pk__in=[one.pk, two.pk]))

    assert [told(one), told(two)] == [FORGOTTEN] * 2
    assert told(other)[0] == "A letter"


def test_what_is_about_a_record_is_found_with_its_parts():
    paths = ["thing:1/", "thing:1/part:3/", "thing:12/", ""]
    whole, part, other, _none = (MessageFactory(about=path) for path in paths)

    assert set(messages_about("thing:1/")) == {whole, part}
    assert set(messages_about("thing:1/part:3/")) == {part}
    assert set(messages_about("thing:12/")) == {other}


def test_pages_say_that_words_were_forgotten(client):
    batch = BatchFactory()
    message = MessageFactory(dead=True, batch=batch)
    forget_messages(Message.objects.all())
    client.force_login(OfficeUserFactory())

    for address in (
        reverse("messaging:outbox"), reverse("messaging:failed"), reverse("messaging:batch", args=[batch.pk])
    ):  # fmt: skip
        assert (
            f'{reverse("messaging:message", args=[message.pk])}">Words forgotten</a>'
            in client.get(address).content.decode()
        )
    page = client.get(reverse("messaging:message", args=[message.pk])).content.decode()
    assert "<h1>Words forgotten</h1>" in page
    assert "What this message said and whom it went to was forgotten" in page
