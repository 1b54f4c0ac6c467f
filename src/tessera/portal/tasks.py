"""Scheduled work of the public pages."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from tessera.portal import digest, services


@task
def send_alerts() -> int:
    """Write to those whose list of trainings has news."""
    return services.send_alerts(at=timezone.now())


@task
def tidy_alerts() -> int:
    """Forget alerts that nobody confirmed."""
    return services.tidy_alerts(at=timezone.now())


@task
def send_digests() -> int:
    """Tell the office in the morning what waits for it."""
    return digest.send_digests(at=timezone.now())
