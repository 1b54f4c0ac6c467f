"""Scheduled work of planning."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from tessera.planning.services import proposals


@task
def tidy_proposals() -> int:
    """Forget proposals whose address nobody confirmed."""
    return proposals.tidy_proposals(at=timezone.now())
