"""The call: a public invitation with rules and a deadline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.core.translated import TrField
from tessera.programmes.models import Status as TrainingStatus
from tessera.programmes.models import Training


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of a call", "Draft")
    PUBLISHED = "published", pgettext_lazy("state of a call", "Published")
    OPEN = "open", pgettext_lazy("state of a call", "Open")
    CLOSED = "closed", pgettext_lazy("state of a call", "Closed")
    IN_REVIEW = "in_review", pgettext_lazy("state of a call", "In review")
    DECIDED = "decided", pgettext_lazy("state of a call", "Decided")
    ARCHIVED = "archived", pgettext_lazy("state of a call", "Archived")
    CANCELLED = "cancelled", pgettext_lazy("state of a call", "Cancelled")


class Channel(models.TextChoices):
    INDIVIDUAL = "individual", _("people apply themselves")
    ENDORSED = "endorsed", _("people apply themselves, with an endorsement")
    TRANSMITTED = "transmitted", _("an endorser transmits the applications of their country")


class CallQuerySet(models.QuerySet["Call"]):
    def real(self) -> CallQuerySet:
        """Without rehearsal calls."""
        return self.filter(rehearsal=False)

    def published(self) -> CallQuerySet:
        """Calls that readers may see, whatever became of them."""
        return self.exclude(status=Status.DRAFT)

    def due_to_open(self, at: datetime) -> CallQuerySet:
        """Published calls whose opening has come."""
        return self.filter(status=Status.PUBLISHED, first_opens_at__lte=at)

    def due_to_close(self, at: datetime) -> CallQuerySet:
        """Open calls whose last deadline is over."""
        return self.filter(status=Status.OPEN, last_closes_at__lte=at)

    def of_cancelled_trainings(self) -> CallQuerySet:
        """Calls that readers saw and that are to be cancelled, as their training was."""
        over = (Status.DRAFT, Status.CANCELLED, Status.ARCHIVED)
        return self.filter(training__status=TrainingStatus.CANCELLED).exclude(status__in=over)

    def visible_to(self, user: Any) -> CallQuerySet:
        """Published calls for everybody; all of them for the office; drafts of their trainings for hosts."""
        from tessera.accounts.models import holds

        if holds(user, "office"):
            return self
        seen = ~models.Q(status=Status.DRAFT)
        if getattr(user, "is_authenticated", False) and user.is_active:
            scopes = [(kind, key) for role, kind, key in user.held if role == "host"]
            if scopes:
                seen |= models.Q(training__in=Training.objects.in_scopes(scopes))
        return self.filter(seen)


class Call(models.Model):
    """A call for one training.

    The dates of the call hold for every strand that has none of its own. ``closes_at`` is exclusive: the first
    instant at which nobody may submit any more; ``first_opens_at`` and ``last_closes_at`` span all strands.
    ``packages`` are those of ``grants``, by key; ``limits`` the most per country and institution and the host's share;
    ``timeline`` what follows the deadline, as days by name.
    """

    code = models.SlugField(max_length=80, unique=True)
    training = models.ForeignKey("programmes.Training", on_delete=models.PROTECT, related_name="calls")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    main_language = models.CharField(max_length=12)
    answer_languages = models.JSONField(default=list, blank=True)

    title = TrField()
    summary = TrField()
    audience = TrField()
    offer = TrField()
    process = TrField()
    contact = models.EmailField(max_length=254, blank=True)

    opens_at = models.DateTimeField(null=True, blank=True)
    deadline_on = models.DateField(null=True, blank=True)
    deadline_time = models.TimeField(null=True, blank=True)
    deadline_zone = models.CharField(max_length=64, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    first_opens_at = models.DateTimeField(null=True, blank=True)
    last_closes_at = models.DateTimeField(null=True, blank=True)
    timeline = models.JSONField(default=dict, blank=True)

    channel = models.CharField(max_length=12, choices=Channel, default=Channel.INDIVIDUAL)
    sister_group = models.SlugField(max_length=80, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    packages = models.JSONField(default=list, blank=True)
    fee = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at=None)
                | models.Q(closes_at=None)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="calls_call_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(fee=None) | (models.Q(fee__gte=0) & ~models.Q(currency="")),
                name="calls_fee_has_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("draft", "cancelled", "archived"))
                | models.Q(first_opens_at__isnull=False, last_closes_at__isnull=False),
                name="calls_public_call_has_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "last_closes_at", "id"], name="calls_by_deadline"),
            models.Index(fields=["sister_group"], condition=~models.Q(sister_group=""), name="calls_sisters"),
        ]

    def __str__(self) -> str:
        return str(self.title) or self.code

    @property
    def natural_code(self) -> str:
        return self.code

    @property
    def published(self) -> bool:
        """Whether readers may see it: every state but draft."""
        return self.status != Status.DRAFT

    def role_scopes(self) -> list[tuple[str, str]]:
        """The scopes of roles in which this call lies: those of its training."""
        return self.training.role_scopes()

    def takes_papers(self) -> bool:
        """Whether the office still writes down what came on paper: from the opening until it is decided."""
        return self.status in (Status.OPEN, Status.CLOSED, Status.IN_REVIEW)

    @property
    def training_is_off(self) -> bool:
        """Whether its training was cancelled, for good: nobody applies any more, whatever the dates. Reads ``training``."""
        return self.training.status == TrainingStatus.CANCELLED

    def is_open(self, at: datetime) -> bool:
        """Whether somebody may begin an application at ``at`` in one of its strands. Reads ``training``."""
        return (
            self.status == Status.OPEN
            and not self.training_is_off
            and self.first_opens_at is not None
            and self.last_closes_at is not None
            and self.first_opens_at <= at < self.last_closes_at
        )
