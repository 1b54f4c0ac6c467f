"""Scheduled work of calls."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from tessera.calls import services


@task
def follow_clock() -> int:
    """Open and close calls at their moments."""
    return services.follow_clock(at=timezone.now())
