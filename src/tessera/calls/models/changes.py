"""Extensions and postponements: what became of dates that people had been told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.calls.models.calls import Call


class DateChange(models.Model):
    """A change of announced dates. ``before`` and ``after`` are texts by name, as the documents have them.

    ``accept_by`` is the day until which those who had accepted are asked to accept again.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("deadline extended")
        POSTPONEMENT = "postponement", _("postponed")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="date_changes")
    kind = models.CharField(max_length=12, choices=Kind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    accept_by = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["call", "-at", "-id"], name="calls_changes_latest")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.kind} {self.at:%Y-%m-%d}"
