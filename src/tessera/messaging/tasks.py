"""Scheduled work that keeps the house tidy."""

from __future__ import annotations

from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from tessera.messaging import services


@task
def sweep() -> int:
    """Hand over again what a dead worker or a lost task left in the outbox."""
    return services.sweep_outbox(at=timezone.now())


@task
def prune_tasks() -> None:
    """Forget finished background work after a week; what failed stays until a person looks at it."""
    call_command("ox_prune", older_than="7d", verbosity=0)


@task
def clear_sessions() -> None:
    """Forget sign-ins that have run out."""
    call_command("clearsessions")
