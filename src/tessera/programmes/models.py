"""The programme, its trainings (editions), and what belongs to one training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.core.translated import TrField


class Basis(models.TextChoices):
    STATED = "stated", _("said by the source")
    INFERRED = "inferred", _("deduced from the source")
    EXTERNAL = "external", _("from another source")


class Status(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    PLANNED = "planned", _("Planned")
    ANNOUNCED = "announced", _("Announced")
    IN_DELIVERY = "in_delivery", _("In delivery")
    DELIVERED = "delivered", _("Delivered")
    FOLLOWED_UP = "followed_up", _("Followed up")
    CLOSED = "closed", _("Closed")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class Mode(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("Hybrid")


class Programme(models.Model):
    """The long-running whole. One row; its rules for coverage are settings of the programme."""

    slug = models.SlugField(max_length=40, unique=True)
    name = TrField()
    owner = models.ForeignKey("organisations.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    goals = models.JSONField(default=list)
    cadence = TrField()
    official_languages = models.JSONField(default=list)
    language_rule = TrField()
    about = TrField()
    goal_months = models.PositiveSmallIntegerField()
    first_record_on = models.DateField()
    scheme_code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.name)

    @property
    def natural_code(self) -> str:
        return self.slug


class Source(models.Model):
    """Where facts come from."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    language = models.CharField(max_length=12, blank=True)
    state = models.TextField(blank=True)
    note = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.title

    @property
    def natural_code(self) -> str:
        return self.code


class Topic(models.Model):
    """What trainings are about; ``broader`` groups topics for the catalogue."""

    slug = models.SlugField(max_length=60, unique=True)
    name = TrField()
    description = TrField()
    order = models.PositiveSmallIntegerField(default=0)
    published = models.BooleanField(default=True)
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.name) or self.slug

    @property
    def natural_code(self) -> str:
        return self.slug


class Series(models.Model):
    """Links the repeats of a training."""

    slug = models.SlugField(max_length=80, unique=True)
    name = TrField()
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.name) or self.slug

    @property
    def natural_code(self) -> str:
        return self.slug


class TrainingQuerySet(models.QuerySet["Training"]):
    def real(self) -> TrainingQuerySet:
        """Without rehearsal records: what counts in coverage, figures, feeds and exports."""
        return self.filter(rehearsal=False)

    def past(self, on: date) -> TrainingQuerySet:
        """Those whose dates are over on the day ``on`` and of which nobody has said yet that they were held."""
        return self.filter(status__in=(Status.PLANNED, Status.ANNOUNCED, Status.IN_DELIVERY), ends_on__lt=on)

    def unclosed(self, on: date) -> TrainingQuerySet:
        """Those that were held, ended before the day ``on`` and are not closed."""
        return self.filter(status__in=(Status.DELIVERED, Status.FOLLOWED_UP), ends_on__lt=on)

    def in_scopes(self, scopes: Iterable[tuple[str, str]]) -> TrainingQuerySet:
        """The trainings that lie in one of the scopes of roles."""
        found = models.Q(pk__in=())
        for kind, key in scopes:
            found |= _in_scope(kind, key)
        return self.filter(found)

    def visible_to(self, user: Any) -> TrainingQuerySet:
        """Published trainings for everybody; all of them for the office; those in their scope for hosts."""
        from tessera.accounts.models import holds

        if holds(user, "office"):
            return self
        seen = models.Q(published=True)
        if getattr(user, "is_authenticated", False) and user.is_active:
            for role, kind, key in user.held:
                if role == "host":
                    seen |= _in_scope(kind, key)
        return self.filter(seen)


def _in_scope(kind: str, key: str) -> models.Q:
    """The trainings of a scope: one by its address, those in a country, those that an organisation runs or hosts."""
    if kind == "all":
        return models.Q(pk__isnull=False)
    if kind == "training":
        return models.Q(slug=key)
    if kind == "country":
        return models.Q(pk__in=Venue.objects.filter(country_id=key).values("training_id"))
    held = Credit.objects.filter(organisation__slug=key, role__in=HOSTING_ROLES)
    return models.Q(pk__in=held.values("training_id"))


class Training(models.Model):
    """One training held once (an edition). Dates are EDTF; numbers without a source are absent, never a default."""

    slug = models.SlugField(max_length=120, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="trainings")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.SET_NULL, related_name="trainings")
    order = models.PositiveSmallIntegerField(null=True, blank=True)

    title = TrField()
    title_origin = models.JSONField(default=dict, blank=True)
    title_source = models.JSONField(default=dict, blank=True)
    subtitle = TrField()
    summary = TrField()
    need = TrField()
    objectives = TrField()
    outcomes = TrField()
    approach = TrField()

    status = models.CharField(max_length=12, choices=Status)
    dates = models.CharField(max_length=60, blank=True)
    dates_basis = models.CharField(max_length=10, choices=Basis, blank=True)
    tentative = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    former_dates = models.JSONField(default=list, blank=True)

    format = models.CharField(max_length=10, choices=Mode)
    format_basis = models.CharField(max_length=10, choices=Basis, blank=True)
    format_reason = TrField()
    duration_days = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_basis = models.CharField(max_length=10, choices=Basis, blank=True)
    languages = models.JSONField(default=list, blank=True)
    interpretation = models.JSONField(default=list, blank=True)
    methods = models.JSONField(default=list, blank=True)
    audience = models.JSONField(default=dict, blank=True)
    participants = models.JSONField(default=dict, blank=True)
    capacity_min = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity_max = models.PositiveSmallIntegerField(null=True, blank=True)
    commitments = models.JSONField(default=dict, blank=True)
    study_visits = models.JSONField(default=list, blank=True)
    media_credits = models.JSONField(default=list, blank=True)
    has_detail_page = models.BooleanField(default=False)
    issues = models.JSONField(default=list, blank=True)
    external = models.JSONField(default=list, blank=True)

    published = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = TrainingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on=None)
                | models.Q(starts_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="programmes_training_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(capacity_max=None)
                | models.Q(capacity_min=None)
                | models.Q(capacity_max__gte=models.F("capacity_min")),
                name="programmes_training_capacity_order",
            ),
        ]
        indexes = [models.Index(fields=["rehearsal", "-starts_on", "-id"], name="programmes_training_by_day")]

    # Of a copy, while it is made: the places of the document that did not fit the new dates.
    left_out: Sequence[str] = ()

    def __str__(self) -> str:
        return str(self.title) or self.slug

    @property
    def natural_code(self) -> str:
        return self.slug

    def role_scopes(self) -> list[tuple[str, str]]:
        """The scopes of roles in which this training lies; two queries where its parts are not loaded."""
        hosts = [credit.organisation.slug for credit in self.credits.all() if credit.role in HOSTING_ROLES]
        return [
            ("training", self.slug),
            *(("country", venue.country_id) for venue in self.venues.all()),
            *(("organisation", slug) for slug in hosts),
        ]


class TrainingTopic(models.Model):
    """A topic of a training, in order."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="training_links")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "topic"], name="programmes_topic_once")]

    def __str__(self) -> str:
        return f"{self.training_id}: {self.topic_id}"


class Phase(models.Model):
    """A dated part of a training. ``session_count`` is what a source says where sessions are not listed."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="phases")
    mode = models.CharField(max_length=10, choices=Mode)
    dates = models.CharField(max_length=60, blank=True)
    session_count = models.PositiveSmallIntegerField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    order = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.mode} {self.dates}"


class Session(models.Model):
    """A slot, or a named part of the programme where no slot is known. Times need the phase's zone."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="sessions")
    phase = models.ForeignKey(Phase, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    title = TrField()
    title_origin = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    room = models.CharField(max_length=120, blank=True)
    trainers = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None)
                | models.Q(starts_at=None)
                | models.Q(ends_at__gt=models.F("starts_at")),
                name="programmes_session_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class Venue(models.Model):
    """Where a training takes place: a country, a city where known."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="venues")
    country = models.ForeignKey("places.Country", on_delete=models.PROTECT, related_name="+")
    city = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    remark = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    order = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.city or '–'}, {self.country_id}"


class Credit(models.Model):
    """A role of an organisation in a training, in the order of the credits."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        PARTNER = "partner", _("Partner")
        SUPPORTER = "supporter", _("Supporter or funder")
        INITIATOR = "initiator", _("Initiator")
        HOST_VENUE = "host_venue", _("Venue")
        STUDY_VISIT = "study_visit", _("Study visit")
        RIGHTS_HOLDER = "rights_holder", _("Image rights holder")

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="credits")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="credits")
    role = models.CharField(max_length=14, choices=Role)
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training", "organisation", "role"], name="programmes_credit_once")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.organisation_id}"


# The credits by which an organisation's host may work on the drafts of a training.
HOSTING_ROLES = (Credit.Role.ORGANISER, Credit.Role.HOST_VENUE)


class Engagement(models.Model):
    """A role of a person in a training: trainer here, mentor there."""

    class Role(models.TextChoices):
        TRAINER = "trainer", _("Trainer")
        MENTOR = "mentor", _("Mentor")
        NEEDS_ORIGINATOR = "needs_originator", _("Raised the need")
        PHOTOGRAPHER = "photographer", _("Photographer")

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="engagements")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="engagements")
    role = models.CharField(max_length=18, choices=Role)
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training", "person", "role"], name="programmes_engagement_once")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.person_id}"


class ArchiveSection(models.Model):
    """A part of the archive that no other row holds: what the file says of itself, its vocabularies."""

    name = models.CharField(max_length=40, unique=True)
    data = models.JSONField()

    def __str__(self) -> str:
        return self.name
