"""The morning mail of the office: what waits for it, sent only where something does."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts.models import Role, User
from tessera.messaging.models import Message
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message
from tessera.portal.today import Task, today

# What does not change is told once in a week of ISO 8601.
WEEK = "%G-W%V"
SIGN = 6
KEY_MOST = 200  # `Message.key`: room for 28 things, and the desk lists fewer


def send_digests(*, at: datetime) -> int:
    """Write to everybody of the office for whom something waits; returns the number of mails.

    What waits is what the dashboard shows, rehearsal left out. The same things, or those of them that are left, are told
    again only in another week: a new one, or a region that comes into its last 180 or 90 days, brings a mail the next
    morning. Safe to run twice.
    """
    people = User.objects.filter(is_active=True, grants__role=Role.OFFICE).order_by("pk").distinct()
    sent = 0
    for user in people:
        with override(user.mail_language):
            tasks = waiting(at)
            if tasks:
                sent += _send(user, tasks, at)
    return sent


def waiting(at: datetime) -> list[Task]:
    """What waits for the office on the day of ``at``, in the active language."""
    return [task for task in today(at.date()).tasks if task.kind != "info" and not task.rehearsal]


@transaction.atomic
def _send(user: User, tasks: list[Task], at: datetime) -> int:
    start = f"digest:{user.pk}:{at.strftime(WEEK)}:"
    told = {
        key[place : place + SIGN]
        for key in Message.objects.filter(key__startswith=start).values_list("key", flat=True)
        for place in range(len(start), len(key), SIGN)
    }
    new = sorted({_sign(task) for task in tasks} - told)
    if not new:
        return 0
    key = (start + "".join(new))[: len(start) + (KEY_MOST - len(start)) // SIGN * SIGN]
    context: dict[str, Any] = {
        "first": tasks[0].heading,
        "rest": len(tasks) - 1,
        "tasks": [
            {
                "heading": task.heading,
                "text": task.text,
                "when": " ".join(filter(None, (task.margin, task.below))),
                "link": site_url(task.address),
            }
            for task in tasks
        ],
        "desk": site_url(reverse("portal:desk")),
    }
    reason = _("You get this mail because you are a person of the programme office.")
    queue_message("office_digest", to=user, context=context, reason=reason, key=key, at=at)
    return 1


def _sign(task: Task) -> str:
    """A few letters for a thing at a stage; the key of a mail holds those that it was the first to tell."""
    return hashlib.sha256(json.dumps([task.heading, task.stage, task.kind]).encode()).hexdigest()[:SIGN]
