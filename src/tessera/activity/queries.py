"""Reads of the activity log."""

from __future__ import annotations

from django.db import models

from tessera.activity.models import Activity


def activity_of(subject: models.Model) -> models.QuerySet[Activity]:
    """What was done to ``subject``, newest first; loads each row's revision."""
    return (
        Activity.objects.filter(
            object_type=subject._meta.model_name, object_key=str(getattr(subject, "natural_code", subject.pk))
        )
        .select_related("revision")
        .order_by("-at", "-pk")
    )


def latest_activity() -> models.QuerySet[Activity]:
    """Everything done, newest first."""
    return Activity.objects.order_by("-at", "-pk")
