"""Ways of looking at a list that a person keeps."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: Any) -> SavedFilterQuerySet:
        """One's own."""
        return self.filter(user=user.pk) if getattr(user, "is_authenticated", False) else self.none()


class SavedFilter(models.Model):
    """A name for a query of the list of applications: what it is narrowed to, and which columns it shows."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="applications_filter_name_once")]

    def __str__(self) -> str:
        return self.name
