"""Taking people out of the outbox: that a mail was written, when and how it ended stays for the figures."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from tessera.activity.erasure import forget_texts
from tessera.messaging.models import Message

UNFINISHED = (Message.State.WAITING, Message.State.SENDING, *Message.DUE_STATES)


@transaction.atomic
def forget_messages(rows: models.QuerySet[Message]) -> int:
    """Forget reader, address, words and what mail servers said of ``rows``; returns how many. A second time is harmless.

    What was not sent yet is cancelled, also where a worker has it in its hands: without words it must not go out later.
    """
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        part = Message.objects.filter(pk__in=keys[start : start + 500])
        part.filter(state__in=UNFINISHED).update(
            state=Message.State.CANCELLED, claim="", claimed_at=None, next_attempt_at=None, task_due_at=None
        )
        part.update(
            to=None,
            address=Concat(Value("erased-"), Cast("pk", models.CharField()), Value("@localhost.localdomain")),
            subject="",
            text="",
            html="",
            headers={},
            error="",
        )
        forget_texts("message", map(str, keys[start : start + 500]))
    return len(keys)


def messages_about(path: str) -> models.QuerySet[Message]:
    """What tells of the record at ``path`` ("application:7/"), and of what belongs to it."""
    return Message.objects.filter(about__startswith=path)
