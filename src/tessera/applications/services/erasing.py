"""Taking a person out of an application; what is counted stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction

from tessera.activity.erasure import forget_subject
from tessera.activity.services import record
from tessera.applications.files import store
from tessera.applications.models import Application, Document, Likeness, Request, Status, Upload
from tessera.applications.services.files import forget_files
from tessera.applications.windows import UNFINISHED
from tessera.core.codes import new_code

UNDER_WAY = (*UNFINISHED, Status.SUBMITTED, Status.ELIGIBLE, Status.UNDER_REVIEW)


@transaction.atomic
def erase_application(application: Application, *, by: Any, at: datetime) -> Application:
    """Delete whatever tells whose it is; call, strand, country of work, state and moments stay for figures.

    It gets another number, so that no mail and no log leads to it. What was still under way counts as withdrawn.
    A second time changes nothing.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if row.erased_at is not None:
        return row
    delete_files(row, at=at)
    for rows in (row.answers, row.requests, row.notes, row.waivers, row.verdicts):
        rows.all().delete()
    Likeness.objects.filter(models.Q(first=row) | models.Q(second=row)).delete()
    before, old = row.status, row.number
    if before in UNDER_WAY:
        row.status, row.status_at = Status.WITHDRAWN, at
    row.name = row.names_folded = row.email = row.institution = row.status_reason = row.receipt_sha256 = ""
    row.profile, row.completion, row.applicant, row.number, row.erased_at = {}, {}, None, new_code(10), at
    row.save()
    forget_subject("application", old, new_key=row.number)
    record("application.erased", row, by=by, at=at, before=before, after=row.status, public=False)
    return row


def delete_files(application: Application, *, at: datetime) -> None:
    """Delete the bytes of every file, also of those on their way; the rows stay, without a name."""
    forget_files(Document.objects.filter(application=application), at=at)
    for upload in Upload.objects.filter(application=application):
        store.forget(upload.path)
        upload.delete()


@transaction.atomic
def forget_author(address: str, *, at: datetime) -> int:
    """Take a referee or an endorser out of what they were asked: what nobody answered goes, answers lose their author."""
    rows = Request.objects.filter(email__iexact=address.strip())
    gone = rows.filter(state__in=(Request.State.ASKED, Request.State.EXPIRED)).delete()[0]
    return gone + rows.update(name="–", post="", email="erased@invalid.example", token_hash=None, text="")
