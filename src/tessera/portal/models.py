"""What the public pages keep themselves: e-mail alerts."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class AlertQuerySet(models.QuerySet["Alert"]):
    def of_address(self, address: str) -> AlertQuerySet:
        """Alerts of an e-mail address, however it is written."""
        return self.filter(address=address.strip().lower())

    def confirmed(self) -> AlertQuerySet:
        return self.filter(confirmed_at__isnull=False)

    def forgotten_before(self, at: datetime) -> AlertQuerySet:
        """Alerts asked for before ``at`` and never confirmed."""
        return self.filter(confirmed_at=None, asked_at__lt=at)


class Alert(models.Model):
    """A wish to be written to when a training of a filtered list is announced or changes its status.

    ``query`` is the canonical query string of the list ("" for all trainings). ``known`` holds the status of each
    training that the reader has been told of (or that was there when the alert was confirmed). ``seed`` is part of
    every link, so that links end with the row. Ending an alert deletes it.
    """

    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    query = models.CharField(max_length=2000, blank=True)
    seed = models.CharField(max_length=24)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    known = models.JSONField(default=dict, blank=True)
    content_version = models.BigIntegerField(default=-1)
    mails = models.PositiveIntegerField(default=0)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "query"], name="portal_one_alert_per_list")]
        indexes = [models.Index(fields=["content_version", "id"], name="portal_alert_waiting")]

    def __str__(self) -> str:
        return f"alert {self.pk}"
