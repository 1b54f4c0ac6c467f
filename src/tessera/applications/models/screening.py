"""What the office does with applications: verdicts by rule, waivers, notes, and the same person twice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.applications.models.applications import Application


class Verdict(models.Model):
    """What one rule said when the application was submitted, and on which facts; ``document`` is the whole verdict."""

    class Outcome(models.TextChoices):
        MET = "met", pgettext_lazy("outcome of a rule", "met")
        NOT_MET = "not_met", pgettext_lazy("outcome of a rule", "not met")
        UNKNOWN = "unknown", pgettext_lazy("outcome of a rule", "not known")
        PERSON = "person", pgettext_lazy("outcome of a rule", "a person decides")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="verdicts")
    rule_version = models.ForeignKey("calls.RuleVersion", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    outcome = models.CharField(max_length=8, choices=Outcome)
    document = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rule_version", "rule"], name="applications_one_verdict_per_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.rule} {self.outcome}"


class Waiver(models.Model):
    """A rule of one version that the office does not hold against an applicant, with the reason in writing.

    It goes on holding under a later version in which a rule demands the same or less (`services.verdicts.waivers_under`).
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="waivers")
    rule_version = models.ForeignKey("calls.RuleVersion", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "rule_version", "rule"], name="applications_one_waiver_per_rule"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="applications_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.rule}"


class TransmissionWaiver(models.Model):
    """An application that counts though nobody transmitted it, with the reason in writing."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="transmission_waiver")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="applications_transmission_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.application_id)


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: Any) -> NoteQuerySet:
        """All for the office; for a committee and an applicant those that are meant for them."""
        from tessera.accounts.models import holds

        rows = self.filter(application__in=Application.objects.visible_to(user))
        if holds(user, "office"):
            return rows
        seen = models.Q(visibility=Note.Visibility.APPLICANT)
        committee = [(kind, key) for role, kind, key in getattr(user, "held", ()) if role == "committee"]
        if committee:
            from tessera.programmes.models import Training

            trainings = Training.objects.in_scopes(committee)
            seen |= models.Q(visibility=Note.Visibility.COMMITTEE, application__call__training__in=trainings)
        return rows.filter(seen)


class Note(models.Model):
    """Words on an application, for those whom they are meant for; each includes the ones before it."""

    class Visibility(models.TextChoices):
        OFFICE = "office", _("the office")
        COMMITTEE = "committee", _("the office and the committee")
        APPLICANT = "applicant", _("everybody who reads the file, the applicant too")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.OFFICE)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "-at", "-id"], name="applications_notes_latest")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.at:%Y-%m-%d}"


class Likeness(models.Model):
    """Two applications to one call, or to sister calls, that look like one person's; ``why`` are the signs by name."""

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        MERGED = "merged", _("merged")
        DISMISSED = "dismissed", _("two different people")

    first = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="likenesses")
    why = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="applications_likeness_once"),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")), name="applications_likeness_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"
