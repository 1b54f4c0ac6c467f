"""Reads of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.activity.kinds import Wording, word_as
from tessera.activity.models import Activity
from tessera.activity.queries import activity_of
from tessera.messaging.background import failed_tasks_count
from tessera.messaging.models import Batch, Message

KINDS_OF_STATE: dict[str, str] = {
    Message.State.WAITING: "due",
    Message.State.SENDING: "part",
    Message.State.SENT: "done",
    Message.State.FAILED: "due",
    Message.State.DEAD: "late",
    Message.State.BOUNCED: "late",
}
WORDS_OF_VERB = {
    "message.queued": _("Written, to be sent"),
    "message.sent": _("Sent"),
    "message.failed": _("Could not be sent, will be tried again"),
    "message.dead": _("Could not be sent, given up"),
    "message.bounced": _("Came back"),
    "message.cancelled": pgettext_lazy("of a mail", "Cancelled"),
    "message.retried": _("To be sent again"),
    "message.edited": _("Changed"),
}
TROUBLED = (Message.State.DEAD, Message.State.BOUNCED)


def outbox(user: Any, *, state: str = "", template: str = "", address: str = "") -> models.QuerySet[Message]:
    """Messages that ``user`` may see, newest first, without their texts; empty filters let everything through."""
    messages = Message.objects.visible_to(user).defer("text", "html")
    if state:
        messages = messages.filter(state=state)
    if template:
        messages = messages.filter(template=template)
    if address:
        messages = messages.filter(address__icontains=address)
    return messages.order_by("-created_at", "-pk")


def templates_used(user: Any) -> list[tuple[str, str]]:
    """Templates of the outbox with their names, for a filter; sorted by name."""
    codes = Message.objects.visible_to(user).order_by("template").values_list("template", flat=True).distinct()
    return sorted(((code, template_name(code)) for code in codes), key=lambda pair: pair[1].casefold())


def template_name(code: str) -> str:
    """What people call the messages of a template: ``mail/<code>.kind.txt``, or the code in words."""
    try:
        return render_to_string(f"mail/{code}.kind.txt").strip()
    except TemplateDoesNotExist:
        return code.replace("_", " ").capitalize()


def word_activities() -> None:
    """Let the log name mails by their kind, and their states in words."""
    word_as("message", Wording(template_name, lambda code: dict(Message.State.choices).get(code, code)))
    word_as("batch", Wording(template_name, lambda code: dict(Batch.State.choices).get(code, code)))


@dataclass(frozen=True)
class OutboxCounts:
    """What waits for a person."""

    batches: int
    troubled: int
    tasks: int

    @property
    def failed(self) -> int:
        return self.troubled + self.tasks


def outbox_counts() -> OutboxCounts:
    """Batches to approve, messages given up or come back, tasks failed: three queries."""
    return OutboxCounts(
        batches=Batch.objects.filter(state=Batch.State.WAITING).count(),
        troubled=Message.objects.filter(state__in=TROUBLED).count(),
        tasks=failed_tasks_count(),
    )


def story_of(message: Message) -> list[tuple[Activity, Any]]:
    """What happened to ``message``, newest first, each in words."""
    return [(activity, WORDS_OF_VERB.get(activity.verb, activity.verb)) for activity in activity_of(message)]


def troubled_messages(user: Any) -> models.QuerySet[Message]:
    """Messages given up or come back, newest first, without their texts."""
    return outbox(user).filter(state__in=TROUBLED)


def batches(user: Any) -> models.QuerySet[Batch]:
    """Mails to many with the number of their messages by state; what waits comes first, then the newest.

    Each row has ``total``, ``sent``, ``pending`` and ``troubled``, and loads its people.
    """
    state = "messages__state"
    return (
        Batch.objects.visible_to(user)
        .select_related("made_by__person", "decided_by__person")
        .annotate(
            total=Count("messages"),
            sent=Count("messages", filter=Q(**{state: Message.State.SENT})),
            pending=Count("messages", filter=Q(**{f"{state}__in": ["queued", "sending", "failed"]})),
            troubled=Count("messages", filter=Q(**{f"{state}__in": TROUBLED})),
        )
        .order_by(models.Case(models.When(state=Batch.State.WAITING, then=0), default=1), "-made_at", "-pk")
    )


def samples(batch: Batch) -> list[Message]:
    """The first message of ``batch`` in each of its languages, in the order of the settings: two queries."""
    firsts = (
        Message.objects.filter(batch=batch).values("language").annotate(first=models.Min("pk")).order_by("language")
    )
    found = Message.objects.filter(pk__in=[row["first"] for row in firsts])
    order = [code for code, _name in settings.LANGUAGES]
    return sorted(found, key=lambda message: order.index(message.language) if message.language in order else len(order))
