"""Mails to many: written whole, approved by a person, sent one after the other, never twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.messaging.models import Batch, Message
from tessera.messaging.rendering import UnfilledPlaceholders
from tessera.messaging.services.delivery import hand_over
from tessera.messaging.services.queueing import Addressee, NotAnAddress, make_message
from tessera.web.punctuation import listed


@dataclass(frozen=True)
class Recipient:
    """One reader of a mail to many, what the template says to this reader alone, and of which record (``Message.about``)."""

    to: Addressee | str
    context: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    about: str = ""

    @property
    def address(self) -> str:
        return (self.to if isinstance(self.to, str) else self.to.email).strip()


class RecipientsAffected(DomainError):
    """Nothing was queued; ``problems`` maps each address concerned to the reason."""

    message = _("Nothing was queued. The message cannot be written to: %(recipients)s.")

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(recipients=listed(f"{address} ({why})" for address, why in problems.items()))


class NoRecipients(DomainError):
    message = _("There is nobody to write to.")


class SecondPersonNeeded(DomainError):
    message = _("This message needs the approval of a second person, who neither prepared nor changed it.")


class AlreadyDecided(DomainError):
    message = _("This has been decided already.")


@transaction.atomic
def queue_batch(
    template: str,
    recipients: Iterable[Recipient],
    *,
    by: Any,
    at: datetime,
    context: Mapping[str, Any] | None = None,
    reason: Any = "",
    key: str | None = None,
    second_person: bool = True,
    rehearsal: bool = False,
) -> Batch:
    """Write one mail to each recipient, in their language, and let them wait for approval.

    ``context`` is for all, each recipient's own comes over it. One address gets one mail, however often it is named.
    RecipientsAffected lists every recipient with an unfilled placeholder or a bad address; then nothing is queued.
    The same ``key`` a second time returns the first batch.
    """
    if key:
        earlier = Batch.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
    batch = Batch.objects.create(
        template=template, reason=str(reason), second_person=second_person, made_by=by, made_at=at, key=key or ""
    )
    messages: dict[str, Message] = {}
    problems: dict[str, str] = {}
    for recipient in recipients:
        if recipient.address.lower() in messages:
            continue
        try:
            message = make_message(
                template,
                to=recipient.to,
                context={**(context or {}), **recipient.context},
                language=recipient.language,
                reason=reason,
                rehearsal=rehearsal,
                at=at,
                batch=batch,
            )
        except UnfilledPlaceholders as refusal:
            problems[recipient.address] = ", ".join(refusal.names)
        except NotAnAddress as refusal:
            problems[recipient.address] = str(refusal)
        else:
            message.state, message.about = Message.State.WAITING, recipient.about
            messages[recipient.address.lower()] = message
    if problems:
        raise RecipientsAffected(problems)
    if not messages:
        raise NoRecipients
    Message.objects.bulk_create(messages.values(), batch_size=200)
    record("batch.queued", batch, by=by, at=at, after=batch.state, reason=batch.reason, public=False)
    return batch


@transaction.atomic
def approve_batch(batch: Batch, *, by: Any, at: datetime) -> Batch:
    """Let the messages of ``batch`` go, ``MAIL_PAUSE_S`` apart; returns the fresh row.

    SecondPersonNeeded where ``by`` prepared or changed it. A second approval changes nothing; a cancelled batch is
    AlreadyDecided.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == Batch.State.APPROVED:
        return batch
    if batch.state != Batch.State.WAITING:
        raise AlreadyDecided
    if not batch.may_be_approved_by(by):
        raise SecondPersonNeeded
    pause = timedelta(seconds=settings.MAIL_PAUSE_S)
    waiting = list(batch.messages.filter(state=Message.State.WAITING).order_by("pk"))
    for number, message in enumerate(waiting):
        message.state, message.next_attempt_at = Message.State.QUEUED, at + number * pause
        message.task_due_at = message.next_attempt_at
        hand_over(message, message.next_attempt_at, at=at)
    Message.objects.bulk_update(waiting, ["state", "next_attempt_at", "task_due_at"], batch_size=200)
    return _decide(batch, Batch.State.APPROVED, by=by, at=at)


@transaction.atomic
def cancel_batch(batch: Batch, *, by: Any, at: datetime, reason: str = "") -> Batch:
    """Send none of it; returns the fresh row. An approved batch is AlreadyDecided; cancelling twice changes nothing."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == Batch.State.CANCELLED:
        return batch
    if batch.state != Batch.State.WAITING:
        raise AlreadyDecided
    batch.messages.filter(state=Message.State.WAITING).update(state=Message.State.CANCELLED)
    return _decide(batch, Batch.State.CANCELLED, by=by, at=at, reason=reason)


def _decide(batch: Batch, state: Batch.State, *, by: Any, at: datetime, reason: str = "") -> Batch:
    before, batch.state, batch.decided_by, batch.decided_at = batch.state, state, by, at
    batch.save(update_fields=["state", "decided_by", "decided_at"])
    record(f"batch.{state}", batch, by=by, at=at, before=before, after=state, reason=reason, public=False)
    return batch
