"""Countries, languages, areas, and the schemes that group countries into regions."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tessera.core.translated import TrField


class Area(models.Model):
    """A UN M49 area: the world, a continent, a sub-region. ``code`` has three digits."""

    code = models.CharField(max_length=3, primary_key=True)
    name = TrField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")

    def __str__(self) -> str:
        return str(self.name)


class Country(models.Model):
    """A country or territory of ISO 3166-1 (and XK, user-assigned). Being listed says nothing about status."""

    code = models.CharField(max_length=2, primary_key=True)
    alpha3 = models.CharField(max_length=3, blank=True)
    m49 = models.CharField(max_length=3, blank=True)
    name = TrField()
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="countries")
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.name)


class Language(models.Model):
    """A language by its BCP 47 tag, with its name in itself (``endonym``) and its direction."""

    code = models.CharField(max_length=12, primary_key=True)
    name = TrField()
    endonym = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=3, default="ltr")

    def __str__(self) -> str:
        return str(self.name)


class RegionScheme(models.Model):
    """One way of grouping countries, in one version. At most one version of a code is active."""

    class Kind(models.TextChoices):
        COVERAGE = "coverage", _("coverage")
        WORKING = "working", _("working areas")
        STATISTICS = "statistics", _("statistics")
        ALLIANCE = "alliance", _("alliances")

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind)
    name = TrField()
    partition = models.BooleanField()
    active = models.BooleanField(default=False)
    was_active = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="places_scheme_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(active=True), name="places_one_active_version_per_scheme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @property
    def natural_code(self) -> str:
        return f"{self.code}-{self.version}"


class Region(models.Model):
    """A named group of countries in a scheme; ``within`` is the coverage region that a working area is part of."""

    scheme = models.ForeignKey(RegionScheme, on_delete=models.CASCADE, related_name="regions")
    code = models.CharField(max_length=20)
    name = TrField()
    within = models.CharField(max_length=20, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    label = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="places_region_code_once")]

    def __str__(self) -> str:
        return str(self.name)


class RegionAssignment(models.Model):
    """A country in a region."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="assignments")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "country"], name="places_assignment_once")]

    def __str__(self) -> str:
        return f"{self.country_id} in {self.region_id}"
