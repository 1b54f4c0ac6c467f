"""What people ask about the data held of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models.users import User


class PrivacyRequest(models.Model):
    """Somebody asks for erasure or correction. The user goes with the erasure; the request stays, without a name."""

    class Kind(models.TextChoices):
        ERASURE = "erasure", _("erasure")
        CORRECTION = "correction", _("correction")

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("taken back")

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="privacy_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    text = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(kind="erasure", state="requested"),
                name="accounts_one_open_erasure",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at", "id"], name="accounts_requests_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def natural_code(self) -> str:
        return str(self.pk)

    def is_open(self) -> bool:
        return self.state == self.State.REQUESTED

    def may_be_carried_out(self, at: datetime) -> bool:
        """An erasure waits until nobody can take it back any more; a correction waits for nothing."""
        return self.is_open() and (self.kind != self.Kind.ERASURE or at >= self.due_at)


class DataExport(models.Model):
    """A copy of everything held about a user, as a ZIP file that is removed after ``expires_at``."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    language = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    file = models.FileField(upload_to="exports/", max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.key)
