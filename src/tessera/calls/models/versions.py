"""Versions of a call's form and of its rules. They are only ever added: an application names the one it was made for."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tessera.calls.models.calls import Call


class FormVersion(models.Model):
    """The questions of a call (see ``calls.questions``)."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="form_versions")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="calls_form_version_once")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.number}"


class RuleVersion(models.Model):
    """Who may apply: ``rules`` for everybody (see ``calls.eligibility``), and more under ``strands`` by key."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="rule_versions")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="calls_rule_version_once")]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.number}"

    def rules_of(self, strand: str) -> dict:
        """The rules document that holds for an applicant of ``strand``: everybody's rules, then the strand's own."""
        own = self.document.get("strands", {}).get(strand, {})
        return {"rules": [*self.document.get("rules", []), *own.get("rules", [])]}
