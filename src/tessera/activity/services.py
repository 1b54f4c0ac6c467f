"""The only way into the activity log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from tessera.activity.models import SYSTEM, Activity, Revision
from tessera.core.versions import bump_content_version

# What the log keeps of a deleted record beside its last document: that it was for rehearsal only.
REHEARSAL = "rehearsal"


@transaction.atomic
def record(
    verb: str,
    subject: models.Model,
    *,
    by: Any,
    at: datetime,
    before: str = "",
    after: str = "",
    reason: str = "",
    changes: dict[str, list[Any]] | None = None,
    document: Any = None,
    version: int = 0,
    actor: str = "",
    public: bool = True,
) -> Activity:
    """Log ``verb`` ("training.published") done to ``subject`` and count a content change, in the caller's transaction.

    ``by`` is the user, or None for the machine, which ``actor`` then names. ``before`` and ``after`` are states;
    ``changes`` maps paths to [old, new]; a ``document`` is kept whole as the revision ``version`` of the record.
    ``public=False``: nothing that readers see follows from it (a mail was sent), so kept pages stay.
    """
    activity = Activity.objects.create(
        at=at,
        by=by,
        actor=actor or (str(by) if by is not None else SYSTEM),
        verb=verb,
        object_type=str(subject._meta.model_name),
        object_key=str(getattr(subject, "natural_code", subject.pk)),
        object_label=str(subject)[:300],
        before=before,
        after=after,
        reason=reason,
        changes=changes or {},
    )
    if document is not None:
        Revision.objects.create(activity=activity, version=version, document=document)
    if public:
        bump_content_version()
    return activity


def record_deletion(subject: models.Model, *, by: Any, at: datetime, reason: str = "") -> Activity:
    """Log that ``subject`` is about to go, and whether it was for rehearsal: it can be brought back as such."""
    return record(
        f"{subject._meta.model_name}.deleted",
        subject,
        by=by,
        at=at,
        after=REHEARSAL if getattr(subject, "rehearsal", False) else "",
        reason=reason,
    )


def was_rehearsal(object_type: str, object_key: str) -> bool:
    """Whether the record that was deleted from this address last was for rehearsal."""
    deletions = Activity.objects.filter(
        object_type=object_type, object_key=object_key, verb=f"{object_type}.deleted"
    ).order_by("-pk")
    return deletions.values_list("after", flat=True).first() == REHEARSAL
