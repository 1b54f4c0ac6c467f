"""Proposals: where a host or a committee would like a training, and what became of the wish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def real(self) -> ProposalQuerySet:
        """Without rehearsal proposals."""
        return self.filter(rehearsal=False)

    def confirmed(self) -> ProposalQuerySet:
        """Proposals whose sender proved the address."""
        return self.exclude(state=Proposal.State.DRAFT)

    def open(self) -> ProposalQuerySet:
        """Proposals that a plan may build on: received or accepted, and no training made of them yet."""
        return self.filter(state__in=(Proposal.State.RECEIVED, Proposal.State.ACCEPTED), training=None)

    def of_address(self, address: str) -> ProposalQuerySet:
        """Proposals from an e-mail address, however it is written."""
        return self.filter(email__iexact=address.strip())

    def unconfirmed_before(self, at: datetime) -> ProposalQuerySet:
        """Drafts asked for before ``at`` that nobody confirmed."""
        return self.filter(state=Proposal.State.DRAFT, sent_at__lt=at)

    def visible_to(self, user: Any) -> ProposalQuerySet:
        """Confirmed proposals for the office; nothing for anybody else (the proposer has a link)."""
        from tessera.accounts.models import holds

        return self.confirmed() if holds(user, "office") else self.none()


class Proposal(models.Model):
    """A wish for a training. ``dates`` is EDTF, ``budget`` in minor units of ``currency``.

    ``token_hash`` is that of the link that confirms the address; it is emptied when it was used. ``seed`` is part of
    the proposer's own link, so that the link ends with the row.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not confirmed")
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Capacity(models.TextChoices):
        HOST = "host", _("an institution that would host it")
        COMMITTEE = "committee", _("a national committee")
        OTHER = "other", _("somebody else")

    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    name = models.CharField(max_length=300)
    email = models.EmailField(max_length=254)
    organisation = models.CharField(max_length=300)
    capacity = models.CharField(max_length=10, choices=Capacity)
    language = models.CharField(max_length=12)
    country = models.ForeignKey("places.Country", on_delete=models.PROTECT, related_name="+")
    city = models.CharField(max_length=120, blank=True)
    need = models.TextField()
    topic = models.ForeignKey("programmes.Topic", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    topic_words = models.CharField(max_length=300, blank=True)
    dates = models.CharField(max_length=60, blank=True)
    languages = models.JSONField(default=list, blank=True)
    budget = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    seed = models.CharField(max_length=24)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True)
    training = models.ForeignKey(
        "programmes.Training", null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(budget=None) | (models.Q(budget__gte=0) & ~models.Q(currency="")),
                name="planning_budget_has_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(confirmed_at__isnull=False),
                name="planning_proposal_confirmed_first",
            ),
        ]
        indexes = [models.Index(fields=["state", "-confirmed_at", "-id"], name="planning_proposals_by_state")]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.code})"

    @property
    def natural_code(self) -> str:
        return self.code

    def is_confirmed(self) -> bool:
        return self.state != self.State.DRAFT

    def is_open(self) -> bool:
        """Whether a plan may build on it: received or accepted, and no training made of it yet."""
        return self.state in (self.State.RECEIVED, self.State.ACCEPTED) and self.training_id is None

    def may_be_decided(self) -> bool:
        return self.state == self.State.RECEIVED

    def may_be_withdrawn(self) -> bool:
        """Until a training was made of it."""
        return self.is_open()
