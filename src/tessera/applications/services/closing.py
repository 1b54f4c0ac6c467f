"""What becomes of drafts when their deadline is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tessera.applications.models import RUNNING, Application, Status
from tessera.applications.services.one_by_one import one_by_one
from tessera.applications.services.writing import move
from tessera.applications.windows import strand_of, window_of

AT_ONCE = 500


def close_drafts(*, at: datetime) -> int:
    """Mark drafts and returned files incomplete once their time and its grace are over; returns how many.

    A call that was extended makes those of it that never were submitted drafts again. Safe to repeat, and each in a
    transaction of its own; RowsFailed once the others are done, where one could not be looked after.
    """
    due = Application.objects.filter(status=Status.DRAFT, call__last_closes_at__lte=at) | Application.objects.filter(
        status=Status.RETURNED
    )
    again = Application.objects.filter(
        status=Status.INCOMPLETE, submitted_at=None, call__status__in=RUNNING, call__last_closes_at__gt=at
    )
    keys = [*due.order_by("pk").values_list("pk", flat=True), *again.order_by("pk").values_list("pk", flat=True)]
    return one_by_one(keys, lambda pk: _follow(pk, at=at), what="application", most=AT_ONCE)


@transaction.atomic
def _follow(key: int, *, at: datetime) -> bool:
    row = Application.objects.select_for_update().get(pk=key)
    window = window_of(row, strand_of(row), at)
    if row.status in (Status.DRAFT, Status.RETURNED) and window == "closed":
        move(row, Status.INCOMPLETE, "application.incomplete", by=None, at=at)
        return True
    if row.status == Status.INCOMPLETE and row.submitted_at is None and window == "open":
        move(row, Status.DRAFT, "application.taken_up_again", by=None, at=at)
        return True
    return False
