"""What a person does to a message in the outbox: cancel, try again, put right, say that it came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.messaging.models import Batch, Message
from tessera.messaging.rendering import render_edited
from tessera.messaging.services.delivery import hand_over
from tessera.messaging.services.queueing import NotAnAddress


class NotInThisState(DomainError):
    message = _("This message cannot be changed so: it is “%(state)s”.")


class TextMissing(DomainError):
    message = _("A message needs a subject and a text.")


class AddressTwice(DomainError):
    message = _("This address already gets the same message.")


@transaction.atomic
def cancel_message(message: Message, *, by: Any, at: datetime, reason: str = "") -> Message:
    """Never send it; returns the fresh row. What is being sent, was sent or came back raises NotInThisState."""
    message = _locked(message)
    if message.state == Message.State.CANCELLED:
        return message
    _allow(message.may_be_cancelled, message)
    return _move(message, Message.State.CANCELLED, "message.cancelled", by=by, at=at, reason=reason)


@transaction.atomic
def retry_message(message: Message, *, by: Any, at: datetime) -> Message:
    """Try a failed, given up or bounced message again now, with all its attempts; returns the fresh row.

    It keeps its Message-ID, so that a mail that did arrive is known as the same. A message whose text was forgotten
    raises NotInThisState.
    """
    message = _locked(message)
    _allow(message.may_be_retried, message)
    message.attempts, message.next_attempt_at, message.task_due_at = 0, at, at
    hand_over(message, at, at=at)
    return _move(message, Message.State.QUEUED, "message.retried", by=by, at=at)


@transaction.atomic
def edit_message(
    message: Message, *, address: str, subject: str, text: str, by: Any, at: datetime, reason: str = ""
) -> Message:
    """Put address or words right while the message waits for a person; returns the fresh row.

    The HTML part is made again from the text. Whoever edits a message of a batch cannot approve the batch where a
    second person is asked. NotAnAddress, TextMissing and AddressTwice change nothing.
    """
    message = _locked(message)
    _allow(message.may_be_edited, message)
    address, subject = address.strip(), " ".join(subject.split())
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress(address=address) from None
    if not subject or not text.strip():
        raise TextMissing
    if (
        message.batch_id
        and Message.objects.filter(batch=message.batch_id, address__iexact=address).exclude(pk=message.pk).exists()
    ):
        raise AddressTwice
    changes = {
        name: [old, new]
        for name, old, new in (
            ("address", message.address, address),
            ("subject", message.subject, subject),
            ("text", message.text.strip(), text.replace("\r\n", "\n").strip()),
        )
        if old != new
    }
    if not changes:
        return message
    message.address = address
    if "subject" in changes or "text" in changes:
        mail = render_edited(subject, text, language=message.language, reason=message.reason)
        message.subject, message.text, message.html = mail.subject[:300], mail.text, mail.html
    message.save(update_fields=["address", "subject", "text", "html"])
    if message.batch_id:
        Batch.objects.filter(pk=message.batch_id).update(edited_by=by)
    record("message.edited", message, by=by, at=at, reason=reason, changes=changes, public=False)
    return message


@transaction.atomic
def mark_bounced(message: Message, *, at: datetime, reason: str, by: Any = None) -> Message:
    """Note that a sent mail came back, and why; returns the fresh row. Noting it twice keeps the first reason."""
    message = _locked(message)
    if message.state == Message.State.BOUNCED:
        return message
    _allow(message.state == Message.State.SENT, message)
    message.error = reason
    return _move(message, Message.State.BOUNCED, "message.bounced", by=by, at=at, reason=reason)


def _locked(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)


def _allow(allowed: bool, message: Message) -> None:
    if not allowed:
        raise NotInThisState(state=message.get_state_display())


def _move(message: Message, state: Message.State, verb: str, *, by: Any, at: datetime, reason: str = "") -> Message:
    before, message.state = message.state, state
    message.save(update_fields=["state", "attempts", "error", "next_attempt_at", "task_due_at"])
    record(verb, message, by=by, at=at, before=before, after=state, reason=reason, public=False)
    return message
