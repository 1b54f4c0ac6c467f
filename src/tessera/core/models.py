"""Rows that belong to no noun of the domain: translation states, editors' drafts, the content version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TranslationState(models.Model):
    """How far one translated field of one record is in one language. No row and no text: missing."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed")
        CURRENT = "current", _("current")
        STALE = "stale", _("out of date")

    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    field = models.CharField(max_length=120)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State)
    origin = models.CharField(max_length=20, blank=True)
    source_language = models.CharField(max_length=12, blank=True)
    source_text = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_key", "field", "language"], name="core_one_state_per_text"
            ),
        ]
        indexes = [models.Index(fields=["state", "object_type"], name="core_state_worklist")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_key} {self.field} {self.language}: {self.state}"


class Draft(models.Model):
    """What an editor typed and has not saved yet, kept per form so that nothing is lost."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="core_one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.form} ({self.saved_at:%Y-%m-%d %H:%M})"


class ContentVersion(models.Model):
    """One row that counts the changes of everything shown in public; cached pages are keyed by it."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class LoadedRecord(models.Model):
    """What a file gave for one record, as a digest: tells a record that was edited here from one that was not."""

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="core_one_load_per_record")]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.key}"
