"""What applications hold about people: their own, and what others asked of them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.accounts.holdings import HeldFile, declare
from tessera.accounts.models import User
from tessera.applications.files import store
from tessera.applications.keeping import due_of, kept_in_words, promises
from tessera.applications.models import Application, Document, Letter, Request, Status
from tessera.applications.services.erasing import erase_application, forget_author
from tessera.applications.services.keeping import holders, sensitive_of
from tessera.places.wording import known_names


def declare_all() -> None:
    """Declare them to the privacy page."""
    declare(
        "applications.mine", _applications, label=_("Your applications"),
        names={
            "number": pgettext_lazy("of an application", "Number"), "call": _("Call"), "status": _("State"),
            "name": _("Name"), "country": _("Country"), "institution": _("Institution"), "started_at": _("Begun"),
            "submitted_at": _("Submitted"),
            "answers": _("Answers"), "files": _("Files"), "deleted": _("Will be deleted"),
        },
        say={
            "status": lambda code: dict(Status.choices).get(code, code),
            "country": lambda code: known_names("countries").get(code, code),
        },
        raw=frozenset({"call"}),
        why=_("To choose who takes part"),
        seen_by=_("You, the programme office and the selection committee; reviewers without your name"),
        kept=kept_in_words(),
        files=_files, count=lambda user: Application.objects.of(user).count(), erase=_erase,
    )  # fmt: skip
    declare(
        "applications.requests", _requests, label=_("Endorsements and recommendations asked of you"),
        names={
            "kind": _("Kind"), "state": _("State"), "name": _("Name"), "asked_at": _("Asked on"), "answered_at": _("Answered"),
            "text": _("Your words"),
        },
        say={
            "kind": lambda code: dict(Request.Kind.choices).get(code, code),
            "state": lambda code: dict(Request.State.choices).get(code, code),
        },
        why=_("To decide on the applications of those who named you"),
        seen_by=_("You, the programme office and the selection committee; never the applicant"),
        kept=_("As long as the application"),
        files=_letters,
        count=lambda user: Request.objects.filter(email__iexact=user.email).count(), erase=_forget,
    )  # fmt: skip


def _applications(user: User) -> list[dict[str, Any]]:
    promised = promises()
    rows = Application.objects.of(user).select_related("call__training").prefetch_related("answers", "documents")
    marked = {call: sensitive_of(call) for call in rows.order_by().values_list("call", flat=True).distinct()}
    holding = {pk for call, sensitive in marked.items() for pk in holders(sensitive, rows.filter(call=call))}
    return [
        {
            "number": row.number,
            "call": row.call.code,
            "status": row.status,
            "name": row.name,
            "country": row.country_id,
            "institution": row.institution,
            "started_at": row.started_at.isoformat(),
            "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
            "answers": {answer.question: answer.value for answer in row.answers.all()},
            "files": [file.name for file in row.documents.all() if file.state == Document.State.READY],
            "deleted": {
                due.what: due.at.date().isoformat()
                for due in due_of(row, promised, sensitive=bool(marked[row.call_id].keys), held=row.pk in holding)
            },
        }
        for row in rows.order_by("started_at", "pk")
    ]


def _files(user: User) -> list[HeldFile]:
    rows = Document.objects.current().filter(application__in=Application.objects.of(user), state=Document.State.READY)
    return [
        HeldFile(row.application.number, row.name, row.size, partial(_bytes_at, row.path))
        for row in rows.select_related("application").order_by("application__started_at", "application", "pk")
    ]


def _bytes_at(path: str) -> BinaryIO:
    if not path:
        raise FileNotFoundError
    return store.place(path).open("rb")


def _requests(user: User) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind,
            "state": row.state,
            "name": row.name,
            "asked_at": row.asked_at.isoformat(),
            "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            "text": row.text,
        }
        for row in Request.objects.filter(email__iexact=user.email).order_by("asked_at", "pk")
    ]


def _letters(user: User) -> list[HeldFile]:
    rows = Letter.objects.filter(request__email__iexact=user.email).select_related("request__application")
    return [
        HeldFile(row.request.application.number, row.name, row.size, partial(_bytes_at, row.path))
        for row in rows.order_by("uploaded_at", "pk")
    ]


def _erase(user: User, at: datetime) -> None:
    for row in Application.objects.of(user).order_by("pk"):
        erase_application(row, by=None, at=at)


def _forget(user: User, at: datetime) -> None:
    forget_author(user.email, at=at)
