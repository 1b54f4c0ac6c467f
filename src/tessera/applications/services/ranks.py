"""The ranks that one endorser gives in one call: each once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from tessera.activity.services import record
from tessera.applications.models import Application, Request, Status


def same_endorser(request: Request) -> QuerySet[Request]:
    """The requests for endorsement that one endorser has in one call: those of one country at one address.

    What was withdrawn keeps no rank from the others.
    """
    return (
        Request.objects.current()
        .filter(
            kind=Request.Kind.ENDORSEMENT,
            application__call=request.application.call_id,
            country=request.country_id,
            email__iexact=request.email,
        )
        .exclude(application__status=Status.WITHDRAWN)
    )


def clear_taken_ranks(application: Application, *, at: datetime) -> None:
    """Of an application that was withdrawn and comes back: give up each rank that another one got meanwhile."""
    for row in application.requests.current().select_for_update().filter(rank__isnull=False).order_by("pk"):
        if same_endorser(row).filter(rank=row.rank).exclude(pk=row.pk).exists():
            former, row.rank = row.rank, None
            row.save(update_fields=["rank"])
            record(
                "application.request_ranked", application, by=None, at=at, before=str(former), after="", public=False
            )
