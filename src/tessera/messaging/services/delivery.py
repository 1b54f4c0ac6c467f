"""From the outbox to the mail server: claimed before it is sent, recorded after.

A worker that dies before the claim has done nothing; one that dies after it leaves the message "being sent" until
the lease runs out, and the sweep hands it to another. Only where the death falls between the server's acceptance
and the record is a mail sent again, and then it bears the same Message-ID.
"""

from __future__ import annotations

import secrets
import smtplib
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.db.models import F
from django.tasks import task
from django.utils import timezone

from tessera.activity.services import record
from tessera.messaging.models import Message

log = structlog.get_logger(__name__)

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
SWEPT_AT_ONCE = 500


@task
def deliver(message_id: int) -> str:
    """Send the message if it is due and nobody else is sending it; returns its state. Safe to run twice."""
    return deliver_message(message_id, at=timezone.now())


def hand_over(message: Message, due_at: datetime, *, at: datetime) -> None:
    """Enqueue the delivery of ``message`` for ``due_at``, in the caller's transaction."""
    task_ = deliver if due_at <= at else deliver.using(run_after=due_at)
    task_.enqueue(message_id=message.pk)


def deliver_message(message_id: int, *, at: datetime) -> str:
    """Claim, send and record one message; returns its state afterwards ("" if there is no such message).

    What is not due, not to be sent, or being sent by a living worker is left alone. A failure that may pass is
    tried again after ``BACKOFF``, then the message is given up; an address that the server refuses for good bounces.
    """
    claim = secrets.token_hex(16)
    claimed = (
        Message.objects.filter(pk=message_id)
        .deliverable(at)
        .update(state=Message.State.SENDING, claim=claim, claimed_at=at, attempts=F("attempts") + 1)
    )
    message = Message.objects.filter(pk=message_id).first()
    if not claimed or message is None:
        return message.state if message else ""
    try:
        _send(message)
    except Exception as error:
        return _record_failure(message, error)
    return _record(message, Message.State.SENT, sent_at=timezone.now(), error="")


def _send(message: Message) -> None:
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.address],
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
            **message.headers,
        },
    )
    email.attach_alternative(message.html, "text/html")
    # Invented people have invented addresses: their mail never leaves this machine.
    email.send(using="folder" if message.rehearsal else "default")


def _record_failure(message: Message, error: Exception) -> str:
    text = _described(error)
    log.warning("mail_failed", message=message.pk, template=message.template, attempts=message.attempts, error=text)
    if isinstance(error, smtplib.SMTPRecipientsRefused) and _final(error):
        return _record(message, Message.State.BOUNCED, error=text)
    if isinstance(error, smtplib.SMTPDataError | ValueError) and _final(error):
        return _record(message, Message.State.DEAD, error=text)
    if message.attempts > len(BACKOFF):
        return _record(message, Message.State.DEAD, error=text)
    due_at = timezone.now() + BACKOFF[message.attempts - 1]
    return _record(message, Message.State.FAILED, error=text, next_attempt_at=due_at)


def _final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _answer in error.recipients.values())
    return not isinstance(error, smtplib.SMTPResponseException) or error.smtp_code >= 500


def _described(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_decoded(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"[:2000]


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


@transaction.atomic
def _record(message: Message, state: Message.State, **values: object) -> str:
    """Write the outcome, unless the claim has passed to somebody else meanwhile."""
    at = timezone.now()
    if message.confidential and state in (Message.State.SENT, Message.State.DEAD, Message.State.BOUNCED):
        values.update(text="", html="")
    if state == Message.State.FAILED:
        values["task_due_at"] = values["next_attempt_at"]
    written = Message.objects.filter(pk=message.pk, state=Message.State.SENDING, claim=message.claim).update(
        state=state, claim="", claimed_at=None, **values
    )
    if not written:
        return Message.objects.values_list("state", flat=True).get(pk=message.pk)
    if state == Message.State.FAILED:
        hand_over(message, values["next_attempt_at"], at=at)  # type: ignore[arg-type]
    record(
        f"message.{state}",
        message,
        by=None,
        at=at,
        before=Message.State.SENDING,
        after=state,
        reason=str(values.get("error", "")),
        public=False,
    )
    return state


@transaction.atomic
def sweep_outbox(*, at: datetime) -> int:
    """Enqueue again what is due and whose task was lost, and what a dead worker left half done; returns how many."""
    long_ago = at - timedelta(seconds=settings.MAIL_LEASE_S)
    lost = list(
        Message.objects.select_for_update(skip_locked=_can_skip_locked())
        .filter(
            models.Q(state__in=Message.DUE_STATES, next_attempt_at__lte=long_ago)
            | models.Q(state=Message.State.SENDING, claimed_at__lte=long_ago),
            task_due_at__lte=long_ago,
        )
        .order_by("pk")[:SWEPT_AT_ONCE]
    )
    for message in lost:
        hand_over(message, at, at=at)
    Message.objects.filter(pk__in=[message.pk for message in lost]).update(task_due_at=at)
    if lost:
        log.info("outbox_swept", messages=len(lost))
    return len(lost)


def _can_skip_locked() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked
