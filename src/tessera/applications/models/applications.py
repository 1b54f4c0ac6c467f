"""The application itself: who, for which call, where it stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.calls.models import Call
from tessera.calls.models import Status as CallStatus
from tessera.programmes.models import Training


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("state of an application", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("state of an application", "Submitted")
    RETURNED = "returned", pgettext_lazy("state of an application", "Returned for completion")
    INCOMPLETE = "incomplete", pgettext_lazy("state of an application", "Incomplete")
    ELIGIBLE = "eligible", pgettext_lazy("state of an application", "Eligible")
    INELIGIBLE = "ineligible", pgettext_lazy("state of an application", "Not eligible")
    UNDER_REVIEW = "under_review", pgettext_lazy("state of an application", "Under review")
    SELECTED = "selected", pgettext_lazy("state of an application", "Selected")
    RESERVE = "reserve", pgettext_lazy("state of an application", "On the reserve list")
    NOT_SELECTED = "not_selected", pgettext_lazy("state of an application", "Not selected")
    OFFERED = "offered", pgettext_lazy("state of an application", "Place offered")
    ACCEPTED = "accepted", pgettext_lazy("state of an application", "Accepted")
    DECLINED = "declined", pgettext_lazy("state of an application", "Declined")
    EXPIRED = "expired", pgettext_lazy("state of an application", "Offer expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of an application", "Withdrawn")


# What the applicant may still write in.
WRITABLE = (Status.DRAFT, Status.RETURNED)
# While somebody may still be asked or may answer: the call takes or screens applications, and the file is in it.
ANSWERABLE = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.INCOMPLETE, Status.ELIGIBLE, Status.INELIGIBLE)
# Where drafts may be written while their dates allow it. A call that is extended is opened again by its desk.
RUNNING = (CallStatus.OPEN, CallStatus.CLOSED)


class Origin(models.TextChoices):
    SELF = "self", _("written here")
    PAPER = "paper", _("received on paper")
    MAIL = "mail", _("received by mail")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def real(self) -> ApplicationQuerySet:
        """Without rehearsal applications."""
        return self.filter(rehearsal=False)

    def of(self, user: Any) -> ApplicationQuerySet:
        """Those that ``user`` wrote."""
        return self.filter(applicant_id=user.pk) if getattr(user, "is_authenticated", False) else self.none()

    def handed_in(self) -> ApplicationQuerySet:
        """Submitted once at least. A draft is its writer's alone."""
        return self.filter(submitted_at__isnull=False)

    def writable(self) -> ApplicationQuerySet:
        """Drafts and returned files, whose writers still work on them."""
        return self.filter(status__in=WRITABLE)

    def with_endorsers(self) -> ApplicationQuerySet:
        """Those that whoever is asked to endorse them reads: see `Application.is_with_endorsers`."""
        return self.handed_in().filter(status__in=ANSWERABLE, call__status__in=RUNNING)

    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """One's own; those handed in, for the office, for a committee in its trainings and for a host who endorses.

        A host sees the files of the countries held, only where the endorsement of their committee was asked, and as long
        as they can be endorsed or ranked.
        """
        from tessera.accounts.models import holds

        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        seen = models.Q(applicant_id=user.pk)
        if holds(user, "office"):
            return self.filter(seen | models.Q(submitted_at__isnull=False))
        committee = [(kind, key) for role, kind, key in user.held if role == "committee"]
        if committee:
            trainings = Training.objects.in_scopes(committee)
            seen |= models.Q(submitted_at__isnull=False, call__training__in=trainings)
        countries = countries_of(user)
        if countries:
            from tessera.applications.models.requests import Request

            asked = Request.objects.of_committees().filter(country__in=countries)
            open_to_them = Application.objects.with_endorsers().filter(pk__in=asked.values("application_id"))
            seen |= models.Q(pk__in=open_to_them.values("pk"))
        return self.filter(seen)


def countries_of(user: Any) -> list[str]:
    """The countries that ``user`` holds as a host; none while the account is closed."""
    held = user.held if user.is_active else ()
    return [key for role, kind, key in held if role == "host" and kind == "country"]


class Application(models.Model):
    """One person's application to one call.

    ``name``, ``email``, ``country`` (of work) and ``institution`` repeat answers, for lists and comparison.
    ``revision`` counts saves of answers. ``completion`` says, while it is returned, until when and what is missing:
    {"until": moment, "questions": [key], "text": words}. ``form_version`` and ``rule_version`` are those that it was
    submitted under. ``late_until``: a code of the office opened it until then. ``profile`` are the facts by
    name that its rules were judged on; ``priorities`` has a "1" for each priority of its rules that is met and a "0" for
    each other one, in their order: the greater text is the preferred one.
    """

    number = models.CharField(max_length=12, unique=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    strand = models.SlugField(max_length=40, blank=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="applications"
    )
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.SELF)
    language = models.CharField(max_length=12)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)

    name = models.CharField(max_length=300, blank=True)
    names_folded = models.TextField(blank=True, editable=False)
    email = models.EmailField(max_length=254, blank=True)
    country = models.ForeignKey("places.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    institution = models.CharField(max_length=300, blank=True)
    profile = models.JSONField(default=dict, blank=True)
    priorities = models.CharField(max_length=200, blank=True, editable=False)

    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    status_at = models.DateTimeField()
    status_reason = models.TextField(blank=True)
    completion = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    form_version = models.ForeignKey(
        "calls.FormVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rule_version = models.ForeignKey(
        "calls.RuleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt_sha256 = models.CharField(max_length=64, blank=True)
    reminded = models.JSONField(default=list, blank=True)
    late_until = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    rehearsal = models.BooleanField(default=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "applicant"], name="applications_one_per_call"),
            models.CheckConstraint(
                condition=models.Q(status__in=("draft", "incomplete", "withdrawn"))
                | models.Q(submitted_at__isnull=False),
                name="applications_submitted_first",
            ),
        ]
        indexes = [
            models.Index(fields=["call", "status", "submitted_at", "id"], name="applications_of_call"),
            models.Index(fields=["applicant", "-started_at", "-id"], name="applications_of_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def natural_code(self) -> str:
        return self.number

    @property
    def user_id(self) -> int | None:
        """Whose it is, for the rules."""
        return self.applicant_id

    def is_of(self, user: Any) -> bool:
        """Whether it is the user's own: written by them, or a paper that belongs to nobody and came from their address."""
        if user is None or self.applicant_id is not None:
            return user is not None and self.applicant_id == user.pk
        return bool(self.email) and self.email.casefold() == str(getattr(user, "email", "")).casefold()

    def role_scopes(self) -> list[tuple[str, str]]:
        """The scopes of roles in which it lies: those of its training."""
        return self.call.role_scopes()

    def endorsing_scopes(self) -> list[tuple[str, str]]:
        """The country of work if its committee was asked to endorse it; none once it is withdrawn."""
        if self.status == Status.WITHDRAWN:
            return []
        return [
            ("country", request.country_id)
            for request in self.requests.all()
            if request.is_of_committee() and request.country_id is not None
        ]

    def is_handed_in(self) -> bool:
        return self.submitted_at is not None

    def is_with_endorsers(self) -> bool:
        """Whether whoever is asked to endorse it reads it: from the day it is handed in until its screening is over.

        Until then it can be endorsed and ranked; afterwards nobody reads it for that. Reads ``call``.
        """
        return self.is_handed_in() and self.status in ANSWERABLE and self.call.status in RUNNING

    def is_writable(self) -> bool:
        return self.status in WRITABLE
