"""Reads of planning: the coverage clock over the record, proposals, the roster, scenarios."""

from tessera.planning.queries.coverage import (
    CoverageReport,
    UnknownScheme,
    clock_settings,
    clock_trainings,
    coverage_report,
)

__all__ = ["CoverageReport", "UnknownScheme", "clock_settings", "clock_trainings", "coverage_report"]
