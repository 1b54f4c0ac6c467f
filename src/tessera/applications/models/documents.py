"""Files of applications, and uploads on their way."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.applications.models.applications import Application


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> DocumentQuerySet:
        """The one file of each slot; not those that were replaced or deleted."""
        return self.filter(replaced_at=None)

    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Those of the applications that ``user`` may know of."""
        return self.filter(application__in=Application.objects.visible_to(user))


class Document(models.Model):
    """A file as an answer: one current per question. ``path`` is relative to the private folder of files.

    ``name`` is shown and never used as a path. ``refusal`` is the key of the reason why it was not taken.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        READY = "ready", _("received")
        REFUSED = "refused", _("refused")
        DELETED = "deleted", _("deleted")

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    question = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, blank=True)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    refusal = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"],
                condition=models.Q(replaced_at=None),
                name="applications_one_file_per_slot",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that arrives in pieces: ``received`` of ``size`` bytes so far, kept at ``path``."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    question = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    path = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="applications_upload_within_size"
            )
        ]
        indexes = [models.Index(fields=["done_at", "changed_at"], name="applications_uploads_left")]

    def __str__(self) -> str:
        return f"{self.name}: {self.received}/{self.size}"
