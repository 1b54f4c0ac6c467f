"""Codes with which the office lets somebody in after the deadline, and who used them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from tessera.applications.models.applications import Application
from tessera.calls.models import Call


class LateCode(models.Model):
    """So many people may begin or submit until ``expires_at``, though the call is closed; ``reason`` is the office's."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="late_codes")
    code = models.CharField(max_length=12, unique=True)
    reason = models.TextField()
    uses = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="applications_late_code_has_reason"),
            models.CheckConstraint(condition=models.Q(uses__gte=1), name="applications_late_code_has_uses"),
        ]

    def __str__(self) -> str:
        return self.code

    def is_over(self, at: datetime) -> bool:
        return self.revoked_at is not None or self.expires_at <= at


class LateUse(models.Model):
    """One application that a code opened."""

    code = models.ForeignKey(LateCode, on_delete=models.CASCADE, related_name="used")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="late_uses")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "application"], name="applications_late_use_once")]

    def __str__(self) -> str:
        return f"{self.code_id}: {self.application_id}"
