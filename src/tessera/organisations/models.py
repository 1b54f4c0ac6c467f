"""Organisations, their other names, and the positions people hold in them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tessera.core.translated import TrField


class OrganisationType(models.TextChoices):
    INTERNATIONAL = "international_organisation", _("International organisation")
    NATIONAL_COMMITTEE = "icom_national_committee", _("National committee")
    INTERNATIONAL_COMMITTEE = "icom_international_committee", _("International committee")
    MUSEUM = "museum", _("Museum")
    MUSEUM_AUTHORITY = "museum_authority", _("Museum authority")
    MUSEUM_ASSOCIATION = "museum_association", _("Museum association")
    REGIONAL_ALLIANCE = "regional_alliance", _("Regional alliance")
    RESEARCH = "research_and_museum_institution", _("Research and museum institution")
    UNIVERSITY = "university", _("University")
    HERITAGE_SITE = "heritage_site", _("Heritage site")
    CULTURAL_CENTRE = "cultural_centre", _("Cultural centre")
    PUBLIC_AUTHORITY = "public_authority", _("Public authority")
    FOUNDATION = "foundation", _("Foundation")
    OTHER = "other", _("Other")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def present(self) -> OrganisationQuerySet:
        """Organisations that are not merged into another."""
        return self.filter(merged_into=None)

    def visible_to(self, user: Any) -> OrganisationQuerySet:
        """Published organisations for everybody; all of them for the office and administrators."""
        from tessera.accounts.models import holds

        if holds(user, "office") or holds(user, "admin"):
            return self
        return self.filter(published=True)


class Organisation(models.Model):
    """A body with a role in trainings. ``name_origin`` says by language where a name comes from."""

    slug = models.SlugField(max_length=120, unique=True)
    type = models.CharField(max_length=40, choices=OrganisationType)
    name = TrField()
    name_origin = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    country = models.ForeignKey(
        "places.Country", null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    city = models.CharField(max_length=120, blank=True)
    website = models.URLField(blank=True)
    institutional_member = models.CharField(max_length=10, blank=True)
    remark = models.TextField(blank=True)
    published = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.name) or self.slug

    @property
    def natural_code(self) -> str:
        return self.slug


class Alias(models.Model):
    """Another name of an organisation, as found somewhere."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="organisations_alias_once")]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A post of a person, with the organisation as it was named; dates are EDTF. ``current`` is true of ``as_of``."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="positions")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="positions"
    )
    organisation_name = models.CharField(max_length=300)
    title = models.CharField(max_length=300, blank=True)
    start = models.CharField(max_length=24, blank=True)
    end = models.CharField(max_length=24, blank=True)
    current = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.title or '–'}, {self.organisation_name}"


class NameEntry(models.Model):
    """The names of one person or organisation, folded for the finder; drafts too, so never shown to the public."""

    person = models.OneToOneField("accounts.Person", null=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.OneToOneField(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    padded = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None, organisation__isnull=False)
                | models.Q(person__isnull=False, organisation=None),
                name="organisations_entry_of_one_record",
            )
        ]

    def __str__(self) -> str:
        return " ".join(self.padded.split())


class OrganisationMerge(models.Model):
    """A merge of two organisations, with what is needed to undo it."""

    kept = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
