"""Taking a person out of an application; what is counted stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from tessera.activity.erasure import forget_owner, forget_subject
from tessera.activity.models import ERASED, Activity
from tessera.activity.services import record
from tessera.applications.files import store
from tessera.applications.models import (
    Application,
    Document,
    Letter,
    Likeness,
    Request,
    Status,
    TransmissionWaiver,
    Upload,
)
from tessera.applications.sending import about
from tessera.applications.services.files import forget_files, forget_letters
from tessera.applications.windows import UNFINISHED
from tessera.core.codes import new_code
from tessera.messaging.services import forget_messages, messages_about

UNDER_WAY = (*UNFINISHED, Status.SUBMITTED, Status.ELIGIBLE, Status.UNDER_REVIEW)


@transaction.atomic
def erase_application(application: Application, *, by: Any, at: datetime) -> Application:
    """Delete whatever tells whose it is; call, strand, country of work, state and moments stay for figures.

    It gets another number, so that no mail and no log leads to it; the mails about it lose their readers and words, and
    its history those who are no part of the house. What was still under way counts as withdrawn. A second time changes
    nothing.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if row.erased_at is not None:
        return row
    delete_files(row, at=at)
    row.documents.update(uploaded_by=None)
    number = new_code(10)
    forget_traces(row, new_number=number)
    for rows in (row.answers, row.requests, row.notes, row.waivers, row.verdicts):
        rows.all().delete()
    TransmissionWaiver.objects.filter(application=row).delete()
    Likeness.objects.filter(models.Q(first=row) | models.Q(second=row)).delete()
    before = row.status
    if before in UNDER_WAY:
        row.status, row.status_at = Status.WITHDRAWN, at
    row.name = row.names_folded = row.email = row.institution = row.status_reason = row.receipt_sha256 = (
        row.priorities
    ) = ""
    row.profile, row.completion, row.applicant, row.number, row.erased_at = {}, {}, None, number, at
    row.save()
    record("application.erased", row, by=by, at=at, before=before, after=row.status, public=False)
    return row


def forget_traces(application: Application, *, new_number: str) -> None:
    """Take its writer, its referees and its endorsers out of the mails about it and out of its history."""
    forget_messages(messages_about(about(application)))
    forget_owner("application", application.number, application.applicant)
    forget_subject("application", application.number, new_key=new_number)


def delete_files(application: Application, *, at: datetime) -> None:
    """Delete the bytes of every file, also of those on their way; the rows stay, without a name. Letters go with them."""
    forget_files(Document.objects.filter(application=application), at=at)
    forget_letters(Letter.objects.filter(request__application=application))
    for upload in Upload.objects.filter(application=application):
        store.forget(upload.path)
        upload.delete()


def delete_answers(
    application: Application, questions: Collection[str], facts: Collection[str] = (), *, at: datetime
) -> None:
    """Delete the answers to ``questions``, with their files and those on their way.

    ``facts`` that were learnt from them go too, and what verdicts say of these; how each rule came out stays.
    """
    application.answers.filter(question__in=questions).delete()
    forget_files(Document.objects.filter(application=application, question__in=questions), at=at)
    for upload in Upload.objects.filter(application=application, question__in=questions):
        store.forget(upload.path)
        upload.delete()
    if facts:
        application.profile = {name: value for name, value in application.profile.items() if name not in facts}
        application.save(update_fields=["profile"])
        for verdict in application.verdicts.order_by("pk"):
            verdict.document = _silenced(verdict.document, set(facts))
            verdict.save(update_fields=["document"])


def _silenced(document: Mapping[str, Any], facts: set[str]) -> dict[str, Any]:
    """A verdict that says nothing of ``facts``, nor do those inside it."""
    found = dict(document) | {"parts": [_silenced(part, facts) for part in document.get("parts", ())]}
    return found if facts.isdisjoint(found.get("facts", ())) else found | {"sentence": {}}


@transaction.atomic
def forget_author(address: str, *, at: datetime) -> int:
    """Take a referee or an endorser out of what they were asked: what nobody answered goes, answers lose their author.

    So do the mails about it, and what stands in the history under their name.
    """
    rows = Request.objects.filter(email__iexact=address.strip())
    for row in rows.select_related("application").order_by("pk"):
        forget_messages(messages_about(about(row.application) + row.part))
        Activity.objects.filter(
            object_type="application", object_key=row.application.number, by=None, actor=row.name[:200]
        ).update(actor=ERASED)
    forget_letters(Letter.objects.filter(request__in=rows))
    gone = rows.filter(state__in=(Request.State.ASKED, Request.State.EXPIRED)).delete()[0]
    return gone + rows.update(name="–", post="", email="erased@invalid.example", token_hash=None, text="")
