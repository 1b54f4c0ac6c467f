"""Strands: parts of a call with an audience, places and dates of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from tessera.calls.models.calls import Call, Status
from tessera.core.translated import TrField


class Strand(models.Model):
    """A strand; a call always has one at least. Dates that are not set are the call's. ``packages`` are keys."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="strands")
    key = models.SlugField(max_length=40)
    name = TrField()
    audience = TrField()
    places_min = models.PositiveSmallIntegerField(null=True, blank=True)
    places_max = models.PositiveSmallIntegerField(null=True, blank=True)
    packages = models.JSONField(default=list, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    deadline_on = models.DateField(null=True, blank=True)
    deadline_time = models.TimeField(null=True, blank=True)
    deadline_zone = models.CharField(max_length=64, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="calls_strand_once"),
            models.CheckConstraint(
                condition=models.Q(places_min=None)
                | models.Q(places_max=None)
                | models.Q(places_max__gte=models.F("places_min")),
                name="calls_strand_places_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name) or self.key

    def opening(self) -> datetime | None:
        """When it opens: its own moment or the call's."""
        return self.opens_at or self.call.opens_at

    def closing(self) -> datetime | None:
        """When it closes (exclusive): its own moment or the call's."""
        return self.closes_at or self.call.closes_at

    def is_open(self, at: datetime) -> bool:
        """Whether somebody may begin an application in this strand at ``at``. Reads ``call`` and its ``training``."""
        opening, closing = self.opening(), self.closing()
        return (
            self.call.status == Status.OPEN
            and opening is not None
            and closing is not None
            and opening <= at < closing
            and not self.call.training_is_off
        )
