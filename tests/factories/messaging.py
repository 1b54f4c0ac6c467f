"""Rows of the outbox."""

from datetime import UTC, datetime

import factory

from tessera.messaging.models import Batch, Message

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class BatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Batch

    template = "call_opened"
    made_at = NOON


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    address = factory.Sequence(lambda n: f"reader{n:05}@example.org")
    language = "en"
    template = "letter"
    subject = "A letter"
    text = "Dear Celia Pizarra,\n\nall is well.\n"
    html = "<!doctype html><html lang=en><title>A letter</title><body><p>Dear Celia Pizarra,</p></body></html>"
    message_id = factory.Sequence(lambda n: f"<letter{n:05}@localhost.localdomain>")
    created_at = NOON
    next_attempt_at = NOON
    task_due_at = NOON

    class Params:
        waiting = factory.Trait(state="waiting_approval", next_attempt_at=None, task_due_at=None)
        sent = factory.Trait(state="sent", sent_at=NOON, attempts=1)
        dead = factory.Trait(state="dead", attempts=7, error="ConnectionRefusedError: no mail server")
        sending = factory.Trait(state="sending", claim="a" * 32, claimed_at=NOON, attempts=1)
