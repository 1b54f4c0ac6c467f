"""Answers, one row for each question, saved as they are written."""

from __future__ import annotations

from django.db import models

from tessera.applications.models.applications import Application


class Answer(models.Model):
    """The answer to one question, by key. ``revision`` is the application's when it was saved, ``device`` which of two
    wrote it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=60)
    value = models.JSONField(null=True, blank=True)
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    device = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="applications_one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.question}"
