"""What people may ask about their data: a copy, a correction, erasure."""

from __future__ import annotations

import os
import tempfile
import uuid
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts import exports
from tessera.accounts.holdings import Words, followers, held_files, holdings, row_count
from tessera.accounts.models import DataExport, EmailChange, Person, PrivacyRequest, Role, SignInLink, User, holds
from tessera.accounts.services.roles import refuse_without_administrator
from tessera.activity.erasure import forget_actor, forget_subject, forget_texts
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.core.models import Draft, TranslationState
from tessera.messaging.models import Message
from tessera.messaging.queries import TROUBLED
from tessera.messaging.rendering import site_url
from tessera.messaging.services import forget_messages, queue_message
from tessera.publications.services import withdraw_record
from tessera.web.dates import in_words

TIME_TO_THINK = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=30)
EXPORT_LIFETIME = timedelta(days=7)
LINKS_KEPT = timedelta(days=30)
LAST_MAIL = "deletion_done"
LARGE_ROWS = 1000
LARGE_BYTES = 20_000_000


class RequestIsClosed(DomainError):
    message = gettext_lazy("This request was answered before.")


class NothingToDoYet(DomainError):
    message = gettext_lazy("This erasure can still be taken back by the person. It can be carried out from %(day)s.")


class ReasonMissing(DomainError):
    message = gettext_lazy("Say why: the person reads it.")


# A copy of everything


def request_export(user: User, *, language: str, at: datetime) -> DataExport:
    """Make a copy of all that is held about ``user``: now where it is small, else in the worker, with a mail then."""
    export = DataExport.objects.create(user=user, language=language, asked_at=at, expires_at=at + EXPORT_LIFETIME)
    weight = sum(file.size for _holding, file in held_files(user))
    if row_count(user) > LARGE_ROWS or weight > LARGE_BYTES:
        build_export_later.enqueue(str(export.key))
    else:
        build_export(export, at=at)
    return export


@task
def build_export_later(key: str) -> None:
    """Build an export that was too large to wait for and tell its owner; safe to run twice."""
    export = DataExport.objects.select_related("user").filter(key=key).first()
    if export is None:
        return
    if export.ready_at is None:
        build_export(export, at=timezone.now())
    with override(export.user.mail_language):
        queue_message(
            "data_export_ready",
            to=export.user,
            context={
                "link": site_url(reverse("accounts:privacy")),
                "until": in_words(export.expires_at.date()),
            },
            reason=_("You get this message because you asked for a copy of your data."),
            key=f"export-{key}",
        )


def build_export(export: DataExport, *, at: datetime) -> DataExport:
    """Write the ZIP file of an export: JSON for machines, a page and a plain text for people, the files they sent."""
    with tempfile.TemporaryFile() as content:
        exports.write_archive(content, export.user, language=export.language, at=at)
        size = content.seek(0, os.SEEK_END)
        export.file.save(f"{uuid.uuid4().hex}.zip", File(content), save=False)
    export.size, export.ready_at = size, at
    export.save(update_fields=["file", "size", "ready_at"])
    return export


@task
def tidy_accounts() -> None:
    """Remove copies of data, links and address changes whose time is over, and whom the last mail of an erasure reached."""
    now = timezone.now()
    for export in DataExport.objects.filter(expires_at__lte=now):
        _drop_export(export)
    forget_messages(
        Message.objects.filter(template=LAST_MAIL, state__in=(Message.State.SENT, *TROUBLED)).exclude(subject="")
    )
    SignInLink.objects.filter(expires_at__lte=now - LINKS_KEPT).delete()
    EmailChange.objects.filter(expires_at__lte=now - LINKS_KEPT).delete()


def _drop_export(export: DataExport) -> None:
    if export.file:
        export.file.delete(save=False)
    export.delete()


# Correction and erasure


@transaction.atomic
def ask_correction(user: User, text: str, *, at: datetime) -> PrivacyRequest:
    """Ask the administrators to correct what ``user`` cannot correct alone."""
    request = PrivacyRequest.objects.create(
        user=user, kind=PrivacyRequest.Kind.CORRECTION, text=text, asked_at=at, due_at=at + ANSWER_WITHIN
    )
    record("privacy.correction_asked", request, by=user, at=at, after=request.state, public=False)
    return request


@transaction.atomic
def ask_erasure(user: User, *, text: str = "", at: datetime) -> PrivacyRequest:
    """Ask for erasure; for fourteen days it can be taken back. A second request changes nothing."""
    request, created = PrivacyRequest.objects.get_or_create(
        user=user,
        kind=PrivacyRequest.Kind.ERASURE,
        state=PrivacyRequest.State.REQUESTED,
        defaults={"text": text, "asked_at": at, "due_at": at + TIME_TO_THINK},
    )
    if created:
        record("privacy.erasure_asked", request, by=user, at=at, after=request.state, public=False)
        with override(user.mail_language):
            context = {"day": in_words(request.due_at.date()), "link": site_url(reverse("accounts:privacy"))}
            why = _("You get this message because you asked for the erasure of your data.")
        queue_message("deletion_in_14_days", to=user, context=context, reason=why, key=f"erasure-asked-{request.pk}")
    return request


@transaction.atomic
def cancel_erasure(request: PrivacyRequest, *, by: User, at: datetime) -> PrivacyRequest:
    """Take one's request back while nothing was done."""
    request = _locked(request)
    request.state, request.decided_at = PrivacyRequest.State.CANCELLED, at
    request.save(update_fields=["state", "decided_at"])
    record("privacy.cancelled", request, by=by, at=at, before="requested", after=request.state, public=False)
    return request


@transaction.atomic
def refuse_request(request: PrivacyRequest, *, by: User, at: datetime, answer: str) -> PrivacyRequest:
    """Say no, and why; the person is told."""
    if not answer.strip():
        raise ReasonMissing
    return _answer(request, PrivacyRequest.State.REFUSED, by=by, at=at, answer=answer)


@transaction.atomic
def answer_request(request: PrivacyRequest, *, by: User, at: datetime, answer: str) -> PrivacyRequest:
    """A correction was made; the person is told what was done."""
    if not answer.strip():
        raise ReasonMissing
    return _answer(request, PrivacyRequest.State.DONE, by=by, at=at, answer=answer)


@transaction.atomic
def carry_out_erasure(request: PrivacyRequest, *, by: User, at: datetime) -> list[str]:
    """Erase the account and what may go with it; tell the person, at the address that is then forgotten.

    Returns the reasons why the person's record was anonymised and not deleted (empty where it was deleted or there
    was none). Nobody can take the request back from ``due_at`` on, and nothing happens before.
    """
    request = _locked(request)
    if not request.may_be_carried_out(at):
        raise NothingToDoYet(day=in_words(request.due_at.date()))
    user = request.user
    if user is None:
        raise RequestIsClosed
    if holds(user, Role.ADMIN):
        refuse_without_administrator(user)
    address, language = user.email, user.mail_language
    reasons = [reason for holding in holdings() if holding.keeps for reason in holding.keeps(user)]
    for holding in holdings():
        if holding.erase is not None:
            holding.erase(user, at)
    for export in DataExport.objects.filter(user=user):
        _drop_export(export)
    person = user.person
    if person is not None:
        reasons = _erase_person(person, reasons, at=at)
    said = _in(language, reasons)
    asked = PrivacyRequest.objects.filter(user=user)
    asked.update(text="", answer="")
    forget_texts("privacyrequest", [str(pk) for pk in asked.values_list("pk", flat=True)])
    request.state, request.decided_at, request.decided_by = PrivacyRequest.State.DONE, at, by
    request.text, request.answer = "", "\n".join(said)
    request.save()
    forget_actor(user, _("erased account"))
    forget_subject("user", str(user.pk), new_key=str(user.pk))
    rehearsal = user.rehearsal
    user.delete()
    record("privacy.erased", request, by=by, at=at, before="requested", after=request.state)
    with override(language):
        why = _("You get this message because you asked for the erasure of your data. It is the last one.")
    context: dict[str, object] = {"reasons": said} if said else {}
    queue_message(
        LAST_MAIL, to=address, context=context, language=language, reason=why, confidential=True,
        rehearsal=rehearsal, key=f"erasure-done-{request.pk}", at=at,
    )  # fmt: skip
    return said


def _erase_person(person: Person, reasons: list[Words], *, at: datetime) -> list[Words]:
    """Delete the person's record; anonymise it where reasons, or rows that point at it, speak against that."""
    slug, old = person.slug, person.pk
    TranslationState.objects.filter(object_type="person", object_key=slug).delete()
    Draft.objects.filter(form__startswith=f"person:{slug}:").delete()
    withdraw_record("person", slug)
    if not reasons:
        try:
            with transaction.atomic():
                person.delete()
        except (ProtectedError, RestrictedError):
            person = Person.objects.get(pk=old)
            reasons = [gettext_lazy("Other records need yours to stay complete: your name is taken out of it.")]
        else:
            forget_subject("person", slug, new_key=f"erased-{old}")
            return []
    person.slug = f"erased-{old}"
    person.given = person.family = person.sort_name = person.as_of = ""
    person.display = "–"
    person.other_names, person.remarks = [], []
    person.position, person.biography = {}, {}
    person.approved_on = person.work_country = None
    person.published, person.anonymised_at = False, at
    person.save()
    forget_subject("person", slug, new_key=person.slug)
    for follow in followers():
        follow(slug, person, at)
    return reasons


def _answer(request: PrivacyRequest, state: str, *, by: User, at: datetime, answer: str) -> PrivacyRequest:
    request = _locked(request)
    request.state, request.decided_at, request.decided_by, request.answer = state, at, by, answer.strip()
    request.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    record("privacy.answered", request, by=by, at=at, before="requested", after=state, reason=answer, public=False)
    if request.user is not None:
        with override(request.user.mail_language):
            why = _("You get this message because you asked about your data.")
        queue_message(
            "privacy_answer",
            to=request.user,
            context={"refused": state == PrivacyRequest.State.REFUSED, "kind": request.kind, "answer": request.answer},
            reason=why,
            key=f"privacy-answer-{request.pk}",
            at=at,
        )
    return request


def _locked(request: PrivacyRequest) -> PrivacyRequest:
    fresh = PrivacyRequest.objects.select_for_update().get(pk=request.pk)
    if not fresh.is_open():
        raise RequestIsClosed
    return fresh


def _in(language: str, words: list[Words]) -> list[str]:
    with override(language):
        return [str(word) for word in words]
