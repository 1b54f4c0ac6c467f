"""The outbox: every mail is a row before it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import rules
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def may_view_outbox(user: Any) -> bool:
    """Whether ``user`` may read the outbox (``rules.VIEW_OUTBOX``)."""
    return bool(rules.has_perm("messaging.view_outbox", user))


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> BatchQuerySet:
        """All to whoever may view the outbox, none to others."""
        return self.all() if may_view_outbox(user) else self.none()


class Batch(models.Model):
    """One mail to many people: written whole, looked at, approved, then sent one after the other."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for approval")
        APPROVED = "approved", _("approved")
        CANCELLED = "cancelled", _("cancelled")

    template = models.CharField(max_length=80)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    second_person = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=200, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="messaging_one_batch_per_key"),
        ]

    def __str__(self) -> str:
        return self.template

    def may_be_approved_by(self, user: Any) -> bool:
        """Whether ``user`` is, where a second person is asked, neither who made it nor who last edited it."""
        return not self.second_person or user.pk not in (self.made_by_id, self.edited_by_id)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> MessageQuerySet:
        """All to whoever may view the outbox, none to others."""
        return self.all() if may_view_outbox(user) else self.none()

    def deliverable(self, at: datetime) -> MessageQuerySet:
        """What may be claimed at ``at``: what is due, and what a worker claimed and never finished."""
        lease = timedelta(seconds=settings.MAIL_LEASE_S)
        return self.filter(
            models.Q(state__in=Message.DUE_STATES, next_attempt_at__lte=at)
            | models.Q(state=Message.State.SENDING, claimed_at__lte=at - lease)
        )


class Message(models.Model):
    """One mail to one address, as it was written for its recipient when it was queued.

    ``about`` is the path of the record that it tells of ("application:7/request:3/"), so that both can be forgotten
    together.
    """

    class State(models.TextChoices):
        WAITING = "waiting_approval", _("waiting for approval")
        QUEUED = "queued", pgettext_lazy("message", "to be sent")
        SENDING = "sending", pgettext_lazy("message", "being sent")
        SENT = "sent", pgettext_lazy("message", "sent")
        FAILED = "failed", pgettext_lazy("message", "failed, will be tried again")
        DEAD = "dead", pgettext_lazy("message", "given up")
        CANCELLED = "cancelled", pgettext_lazy("message", "cancelled")
        BOUNCED = "bounced", pgettext_lazy("message", "came back")

    DUE_STATES = ("queued", "failed")

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    template = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    confidential = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, unique=True)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    key = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)

    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    task_due_at = models.DateTimeField(null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="messaging_one_message_per_key"),
            models.UniqueConstraint("batch", Lower("address"), name="messaging_one_message_per_address_of_batch"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["queued", "failed"]) | models.Q(next_attempt_at__isnull=False),
                name="messaging_due_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(claimed_at__isnull=False),
                name="messaging_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="messaging_sent_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="messaging_due"),
            models.Index(fields=["-created_at", "-id"], name="messaging_latest"),
            models.Index(fields=["state", "-created_at", "-id"], name="messaging_latest_of_state"),
        ]

    def __str__(self) -> str:
        return self.template

    @property
    def may_be_edited(self) -> bool:
        """True while it waits for a person: before approval, between tries and after it was given up."""
        return self.state in (self.State.WAITING, self.State.FAILED, self.State.DEAD) and not self.confidential

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in (self.State.WAITING, self.State.QUEUED, self.State.FAILED, self.State.DEAD)

    @property
    def may_be_retried(self) -> bool:
        return self.state in (self.State.FAILED, self.State.DEAD, self.State.BOUNCED) and bool(self.text)
