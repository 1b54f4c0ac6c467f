"""What becomes of drafts when their deadline is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tessera.applications.models import RUNNING, Application, Status
from tessera.applications.sending import said_clocks, tell_applicant, zone_of
from tessera.applications.services.one_by_one import one_by_one
from tessera.applications.services.writing import draft_again, move
from tessera.applications.windows import ends_at, strand_of, window_of
from tessera.calls.models import Strand
from tessera.calls.queries import called_off

AT_ONCE = 500


def close_drafts(*, at: datetime) -> int:
    """Mark drafts and returned files incomplete once their time and its grace are over; returns how many.

    Whoever had been asked to complete a file is told that it counts no more.

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
    row = Application.objects.select_for_update(of=("self",)).select_related("call", "applicant").get(pk=key)
    strand = strand_of(row)
    window = window_of(row, strand, at)
    if row.status in (Status.DRAFT, Status.RETURNED) and window == "closed":
        returned_at = row.status_at if row.status == Status.RETURNED else None
        move(row, Status.INCOMPLETE, "application.incomplete", by=None, at=at)
        if returned_at is not None and not called_off([row.call]):
            _tell_out(row, strand, returned_at, at=at)
        return True
    if row.status == Status.INCOMPLETE and row.submitted_at is None and window == "open":
        draft_again(row, by=None, at=at)
        return True
    return False


def _tell_out(row: Application, strand: Strand | None, returned_at: datetime, *, at: datetime) -> None:
    """Write to its writer that a returned file does not count any more; and until when it can go on, where it can."""
    ends = ends_at(row, strand) if window_of(row, strand, at) == "open" else None
    tell_applicant(
        "completion_over", row, key=f"completion_over:{row.pk}:{returned_at.isoformat()}", at=at,
        context={"clocks": lambda: said_clocks(ends, row.call, zone_of(row)) if ends else ""},
    )  # fmt: skip
