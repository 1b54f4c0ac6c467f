"""Writing a message into the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.messaging.models import Batch, Message
from tessera.messaging.rendering import render_mail
from tessera.messaging.services.delivery import hand_over


class Addressee(Protocol):
    """What the outbox asks of a user."""

    pk: Any
    email: str
    rehearsal: bool

    @property
    def mail_language(self) -> str: ...


class NotAnAddress(DomainError):
    message = _("“%(address)s” is not an e-mail address.")


@transaction.atomic
def queue_message(
    template: str,
    *,
    to: Addressee | str,
    context: Mapping[str, Any],
    language: str | None = None,
    reason: Any = "",
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
    confidential: bool = False,
    rehearsal: bool = False,
    about: str = "",
    by: Any = None,
    at: datetime | None = None,
) -> Message:
    """Write one mail for ``to`` (a user or an address) in their language and hand it to the worker.

    Renders ``mail/<template>.subject.txt``, ``.txt`` and, where there is one, ``.mjml`` (see ``rendering.render_mail``,
    whose UnfilledPlaceholders queues nothing). ``reason`` says at the foot of the mail why its reader gets it.
    The same ``key`` a second time returns the first message and queues nothing. The text of a ``confidential``
    message (one-use links) is hidden from the office and forgotten once it is sent. ``headers`` are added to the mail
    (``List-Unsubscribe``). ``about`` is the path of the record it tells of (``Message.about``). Everything happens in
    the caller's transaction: rolled back, nothing is sent.
    """
    if key:
        earlier = Message.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
    at = at or timezone.now()
    message = make_message(
        template, to=to, context=context, language=language, reason=reason, rehearsal=rehearsal, at=at
    )
    message.key, message.confidential, message.headers = key or "", confidential, dict(headers or {})
    message.about = about
    message.state, message.next_attempt_at, message.task_due_at = Message.State.QUEUED, at, at
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if key and (earlier := Message.objects.filter(key=key).first()):
            return earlier
        raise
    hand_over(message, at, at=at)
    record("message.queued", message, by=by, at=at, after=message.state, public=False)
    return message


def make_message(
    template: str,
    *,
    to: Addressee | str,
    context: Mapping[str, Any],
    language: str | None,
    reason: Any,
    rehearsal: bool,
    at: datetime,
    batch: Batch | None = None,
) -> Message:
    """An unsaved message with its texts, address, language and Message-ID."""
    user = None if isinstance(to, str) else to
    address = to.strip() if isinstance(to, str) else to.email
    try:
        validate_email(address)
    except ValidationError:
        raise NotAnAddress(address=address) from None
    wanted = language or (user.mail_language if user else settings.MAIN_LANGUAGE)
    if wanted not in dict(settings.LANGUAGES):
        wanted = settings.MAIN_LANGUAGE
    mail = render_mail(template, context, language=wanted, reason=reason)
    return Message(
        to=cast("Any", user),
        address=address,
        language=wanted,
        template=template,
        subject=mail.subject[:300],
        text=mail.text,
        html=mail.html,
        reason=str(reason),
        rehearsal=rehearsal or (user is not None and user.rehearsal),
        message_id=new_message_id(),
        batch=batch,
        created_at=at,
    )


def new_message_id() -> str:
    """A Message-ID that no other mail bears, under the domain that sends."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost.localdomain"
    return f"<{uuid.uuid4().hex}@{domain}>"
