"""Taking back that a file was found not eligible, by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.models import Application, Status
from tessera.applications.sending import tell_applicant
from tessera.applications.services.screening import (
    SELECTED,
    NotKnown,
    NotTransmitted,
    ReasonMissing,
    mark_eligible,
    refuse_against,
    to_screen,
)
from tessera.core.errors import DomainError
from tessera.core.folding import clean


class NotTurnedDown(DomainError):
    message = gettext_lazy("Only “not eligible” is taken back; this application is “%(status)s”.")


def taken_back_as(row: Application) -> Status | None:
    """What it becomes again: eligible, or submitted while something is open; None where it cannot be taken back.

    Against a condition that is not met there is a waiver; after the selection nothing is taken back.
    """
    if row.status != Status.INELIGIBLE or row.call.status in SELECTED:
        return None
    try:
        refuse_against(row)
    except (NotKnown, NotTransmitted):
        return Status.SUBMITTED
    except DomainError:
        return None
    return Status.ELIGIBLE


@transaction.atomic
def take_back(application: Application, *, reason: str, by: Any, at: datetime) -> Application:
    """Let a file that was found not eligible go on, or be looked at again; its writer reads the ``reason``.

    Refused as `mark_eligible` is, but not while a condition is not known, or nobody has transmitted it yet. NotTurnedDown
    where it was not found not eligible, or was taken back already.
    """
    row = to_screen(application, by=by)
    if row.status != Status.INELIGIBLE:
        raise NotTurnedDown(status=row.get_status_display())
    if taken_back_as(row) != Status.SUBMITTED:
        return mark_eligible(application, reason=reason, by=by, at=at)
    words = clean(reason)
    if not words:
        raise ReasonMissing
    before, row.status, row.status_at, row.status_reason = row.status, Status.SUBMITTED, at, words
    row.save(update_fields=["status", "status_at", "status_reason"])
    record("application.taken_back", row, by=by, at=at, before=before, after=row.status, reason=words, public=False)
    tell_applicant(
        "application_looked_at_again", row, key=f"application_looked_at_again:{row.pk}:{at.timestamp():.0f}", at=at,
        context={"why": words},
    )  # fmt: skip
    return row
