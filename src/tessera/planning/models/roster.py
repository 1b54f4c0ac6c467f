"""The roster: what the office knows of trainers beyond what they taught."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrainerProfile(models.Model):
    """Languages, themes and terms of a trainer. Sums are in minor units of ``currency``; None: not known."""

    person = models.OneToOneField("accounts.Person", on_delete=models.CASCADE, related_name="trainer_profile")
    languages = models.JSONField(default=list, blank=True)
    topics = models.ManyToManyField("programmes.Topic", blank=True, related_name="+")
    fee = models.BigIntegerField(null=True, blank=True)
    travel = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    most_a_year = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fee=None, travel=None) | ~models.Q(currency=""),
                name="planning_trainer_sums_have_currency",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def natural_code(self) -> str:
        return self.person.slug

    @property
    def rehearsal(self) -> bool:
        return self.person.rehearsal


class Availability(models.Model):
    """A period in which a trainer can or cannot teach, both days included."""

    class Kind(models.TextChoices):
        CAN = "can", _("can teach")
        CANNOT = "cannot", _("cannot teach")

    profile = models.ForeignKey(TrainerProfile, on_delete=models.CASCADE, related_name="periods")
    kind = models.CharField(max_length=6, choices=Kind)
    start_on = models.DateField()
    end_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_on__gte=models.F("start_on")), name="planning_period_ends_after_start"
            ),
            models.UniqueConstraint(fields=["profile", "kind", "start_on", "end_on"], name="planning_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start_on}/{self.end_on}"

    def touches(self, start: date, end: date) -> bool:
        return self.start_on <= end and start <= self.end_on
