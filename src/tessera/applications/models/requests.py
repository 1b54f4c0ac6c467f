"""Requests to others: an endorsement by a committee, a reference by somebody who knows the applicant."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.applications.models.applications import Application, Status, countries_of


class RequestQuerySet(models.QuerySet["Request"]):
    def current(self) -> RequestQuerySet:
        """Those that were not replaced by asking somebody else."""
        return self.filter(replaced_at=None)

    def waiting(self) -> RequestQuerySet:
        """Those that nobody answered yet."""
        return self.current().filter(state=Request.State.ASKED)

    def of_committees(self) -> RequestQuerySet:
        """The endorsements that stand and were asked of the national committee of the applicant's country of work.

        What was asked for another country, before the applicant changed it, is none.
        """
        here = models.F("application__country")
        return self.current().filter(kind=Request.Kind.ENDORSEMENT, committee=True, country=here)

    def of_the_country(self) -> RequestQuerySet:
        """Those that were not asked for a country that is no more the applicant's: see `Request.is_elsewhere`."""
        somebodys = models.Q(committee=True) | models.Q(fallback=True) | models.Q(transmits=True)
        same = models.Q(country=models.F("application__country"))
        return self.filter(~somebodys | same | models.Q(country=None, application__country=None))

    def visible_to(self, user: Any) -> RequestQuerySet:
        """Those of the applications that ``user`` may know of. The text is another matter: see ``Request.text``.

        A host knows what the committee was asked also once the file is no more to be read, unless it was withdrawn.
        """
        seen = models.Q(application__in=Application.objects.visible_to(user))
        if getattr(user, "is_authenticated", False) and (countries := countries_of(user)):
            asked = Request.objects.of_committees().filter(
                country__in=countries, application__submitted_at__isnull=False
            )
            seen |= models.Q(pk__in=asked.exclude(application__status=Status.WITHDRAWN).values("pk"))
        return self.filter(seen)


class Request(models.Model):
    """What was asked of whom. Whoever holds the link may answer; only the hash of its token is kept.

    ``expires_at`` ends the link, ``due_at`` is the internal deadline. ``text`` is confidential: the applicant sees the
    state alone. ``committee`` marks what is asked of the national committee of ``country``, which each of its hosts may
    answer; ``fallback`` an endorsement by somebody else where there is no committee. ``transmits``: in its call an
    application counts only once this endorsement is given.
    """

    class Kind(models.TextChoices):
        ENDORSEMENT = "endorsement", _("endorsement")
        REFERENCE = "reference", _("reference")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("state of a request", "asked")
        GIVEN = "given", pgettext_lazy("state of a request", "given")
        REFUSED = "refused", pgettext_lazy("state of a request", "refused")
        EXPIRED = "expired", pgettext_lazy("state of a request", "expired")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=12, choices=Kind)
    question = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    post = models.CharField(max_length=300, blank=True)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    country = models.ForeignKey("places.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    committee = models.BooleanField(default=False)
    fallback = models.BooleanField(default=False)
    transmits = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    opinion = models.CharField(max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)
    reminded = models.JSONField(default=list, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"],
                condition=models.Q(replaced_at=None, kind="endorsement"),
                name="applications_one_endorser_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="applications_requests_due")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.kind} {self.state}"

    @property
    def natural_code(self) -> str:
        return str(self.pk)

    @property
    def part(self) -> str:
        """Its place in the path of its application, for what is told of it."""
        return f"request:{self.pk}/"

    def is_endorsement(self) -> bool:
        return self.kind == self.Kind.ENDORSEMENT

    def is_of_committee(self) -> bool:
        """Whether it stands and is the committee's of the country in which the applicant works now."""
        standing = self.committee and self.is_endorsement() and self.is_current()
        return standing and self.country_id is not None and not self.is_elsewhere(self.application.country_id)

    def is_current(self) -> bool:
        return self.replaced_at is None

    def is_elsewhere(self, country: str | None) -> bool:
        """Whether it was asked of a committee, of somebody in its place or of whoever transmits, for another country."""
        return (self.committee or self.fallback or self.transmits) and self.country_id != country

    def ends_at(self) -> datetime:
        """From when on nobody can answer: what transmits an application ends with its internal deadline."""
        return self.due_at if self.transmits else self.expires_at

    def may_be_answered(self, at: datetime) -> bool:
        return self.replaced_at is None and self.state == self.State.ASKED and at < self.ends_at()


class Letter(models.Model):
    """A letter that a referee sends as a file. ``path`` is relative to the private folder of files.

    It is confidential like the text of a request, and read only once the request is given: no `Document`, which the
    applicant could open.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="letter")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
