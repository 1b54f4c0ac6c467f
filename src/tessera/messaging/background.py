"""Background work that failed for good: the one module that knows whose tables the task backend keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django_ox import actions
from django_ox.models import OxTask

from tessera.activity.services import record
from tessera.core.errors import DomainError

_FAILED = (OxTask.Status.FAILED, OxTask.Status.LOST)


class TaskNotFailed(DomainError):
    message = _("This task has not failed, or somebody has dealt with it already.")


@dataclass(frozen=True)
class FailedTask:
    """One piece of background work that ran out of attempts."""

    pk: Any
    name: str
    arguments: str
    attempts: int
    ended_at: datetime | None
    error: str
    traceback: str


def failed_tasks_count() -> int:
    return OxTask.objects.filter(status__in=_FAILED).count()


def failed_tasks() -> models.QuerySet[OxTask]:
    """Rows of failed tasks, newest first; show each through ``as_failed_task``."""
    return OxTask.objects.filter(status__in=_FAILED).order_by("-enqueued_at", "pk")


def as_failed_task(row: OxTask) -> FailedTask:
    last = row.errors[-1] if row.errors else {}
    traceback = str(last.get("traceback", "")).strip()
    arguments = [*map(str, row.args), *(f"{name}={value}" for name, value in row.kwargs.items())]
    return FailedTask(
        pk=row.pk,
        name=row.task_path.rpartition(".")[2],
        arguments=", ".join(arguments),
        attempts=row.attempts,
        ended_at=row.finished_at or row.last_attempted_at,
        error=traceback.splitlines()[-1] if traceback else str(last.get("exception_class_path", "")),
        traceback=traceback,
    )


@transaction.atomic
def retry_task(pk: Any, *, by: Any, at: datetime) -> None:
    """Give a failed task one attempt more; TaskNotFailed changes nothing."""
    row = _failed(pk)
    if actions.retry_many([row.pk])[0] != 1:
        raise TaskNotFailed
    record("task.retried", row, by=by, at=at, before=row.status, after=OxTask.Status.READY, public=False)


@transaction.atomic
def discard_task(pk: Any, *, by: Any, at: datetime) -> None:
    """Never run a failed task again; TaskNotFailed changes nothing."""
    row = _failed(pk)
    if actions.discard_many([row.pk])[0] != 1:
        raise TaskNotFailed
    record("task.discarded", row, by=by, at=at, before=row.status, after=OxTask.Status.DISCARDED, public=False)


def _failed(pk: Any) -> OxTask:
    row = OxTask.objects.filter(pk=pk, status__in=_FAILED).first()
    if row is None:
        raise TaskNotFailed
    return row
