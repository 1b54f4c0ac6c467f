"""For how long applications are kept, as administrators set it."""

from __future__ import annotations

from django.db import models


class RetentionPeriods(models.Model):
    """The periods in force from ``at`` on, until the next row; rows are only ever added. See ``applications.periods``."""

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    draft_days = models.PositiveSmallIntegerField()
    files_months = models.PositiveSmallIntegerField()
    application_months = models.PositiveSmallIntegerField()
    selected_months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(files_months__lte=models.F("application_months")),
                name="applications_files_go_first",
            ),
        ]

    def __str__(self) -> str:
        return "retention"

    @property
    def natural_code(self) -> str:
        """One history for all rows."""
        return "retention"
