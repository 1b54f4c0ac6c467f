"""After a postponement those who had accepted are asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tessera.activity.services import record
from tessera.applications.models import Application, Status
from tessera.calls.models import DateChange


def ask_again(change: DateChange, by: Any, at: datetime) -> None:
    """Turn every acceptance of the postponed call into an offer, in the transaction of the postponement."""
    rows = Application.objects.select_for_update().filter(call_id=change.call_id, status=Status.ACCEPTED)
    for row in rows.order_by("pk"):
        row.status, row.status_at, row.status_reason = Status.OFFERED, at, change.reason
        row.save(update_fields=["status", "status_at", "status_reason"])
        record(
            "application.asked_again",
            row,
            by=by,
            at=at,
            before=Status.ACCEPTED,
            after=Status.OFFERED,
            reason=change.reason,
            public=False,
        )
