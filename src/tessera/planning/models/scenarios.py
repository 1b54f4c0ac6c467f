"""Scenarios: what was asked of the planner, what it answered, and what was accepted of the answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, user: Any) -> ScenarioQuerySet:
        """All of them for the office; none for anybody else."""
        from tessera.accounts.models import holds

        return self if holds(user, "office") else self.none()


# A theme that is none of those that a funder names; a topic has no colon in its slug.
OTHER_THEME = "other:"


class Scenario(models.Model):
    """One question to the planner. ``limits`` is what the form said.

    ``problem`` is the whole input as it was read from the records, ``problem_sha256`` the digest of its canonical
    text, ``result`` the plan with its proof and what the exact clock says of it. The three are written together and
    never changed: whoever wants another plan makes another scenario (``base`` is the one it changes).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being computed")
        DONE = "done", _("computed")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="changed")
    limits = models.JSONField(default=dict)
    problem = models.JSONField(null=True, blank=True)
    problem_sha256 = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.JSONField(default=dict, blank=True)
    cancel_asked = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    rehearsal = models.BooleanField(default=False)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-asked_at", "-id"], name="planning_scenarios_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def natural_code(self) -> str:
        return self.code

    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


class AcceptedLine(models.Model):
    """A line of a plan that became a planned training; taken back, the row stays and says so."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="accepted")
    line = models.PositiveSmallIntegerField()
    training = models.ForeignKey(
        "programmes.Training", null=True, blank=True, on_delete=models.SET_NULL, related_name="accepted_lines"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "line"],
                condition=models.Q(undone_at=None),
                name="planning_line_accepted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.line}"
