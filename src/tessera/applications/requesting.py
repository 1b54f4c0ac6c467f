"""Reads of requests: the page of whoever was asked, and what an applicant sees of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import get_language

from tessera.applications.models import ANSWERABLE, RUNNING, Application, Document, Letter, Request
from tessera.applications.reading import answers_of, form_of, may_read
from tessera.applications.sending import said_clocks, said_until
from tessera.applications.services.requests import (
    NotHandedIn,
    TransmissionOver,
    asked_questions,
    asks_rank,
    may_answer,
    same_endorser,
    takes,
)
from tessera.applications.transmission import is_transmitted, transmitting_question
from tessera.applications.wording import WordedStep, answer_text, worded_steps
from tessera.core.translated import best

KINDS = {"asked": "due", "given": "done", "refused": "late", "expired": "late"}


@dataclass(frozen=True)
class Sibling:
    """Another file of the same endorser in the same call."""

    name: str
    state: str
    kind: str
    rank: int | None


@dataclass(frozen=True)
class ReadableFile:
    """A document of the application that its endorser may open."""

    document: Document
    label: str


@dataclass(frozen=True)
class RequestPage:
    """What an endorser or a referee reads before answering."""

    request: Request
    call: Any
    until: str
    steps: tuple[WordedStep, ...]
    files: tuple[ReadableFile, ...]
    ranked: bool
    takes: str
    letter: Letter | None
    siblings: tuple[Sibling, ...]


@dataclass(frozen=True)
class AskedRow:
    """One question that somebody else answers, as the applicant sees it. No word of the answer is here."""

    question: str
    label: str
    named: str
    who: str
    state: str
    kind: str
    until: str
    endorsement: bool
    may_ask: bool
    again: bool
    note: str = ""
    moved: bool = False


def request_page(request: Request, by: Any = None) -> RequestPage:
    """The page of one request; six queries. The file is shown to an endorser only, from the day it is handed in until its
    screening is over.

    Of the others ``by``, who is signed in, is not shown the own one.
    """
    application = request.application
    shown: tuple[WordedStep, ...] = ()
    files: tuple[ReadableFile, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    if request.is_endorsement():
        if application.is_with_endorsers():
            form = form_of(application)
            asked = {question.key: question for question in form.questions}
            kept_back = [key for key, question in asked.items() if not may_read("endorser", question)]
            shown = tuple(
                worded_steps(form, answers_of(application), reader="reviewers", identity=False, hidden=kept_back)
            )
            files = tuple(
                ReadableFile(row, best(asked[row.question].label)[0])
                for row in _documents(application)
                if may_read("endorser", asked.get(row.question))
            )
        siblings = tuple(
            Sibling(row.application.name or row.application.number, row.get_state_display(), KINDS[row.state], row.rank)
            for row in same_endorser(request)
            .exclude(pk=request.pk)
            .select_related("application")
            .order_by("rank", "pk")
            if by is None or row.application.applicant_id != by.pk
        )
    letter = Letter.objects.filter(request=request).first() if takes(request) != "text" else None
    return RequestPage(
        request,
        application.call,
        said_clocks(request.due_at, application.call),
        shown,
        files,
        asks_rank(request),
        takes(request),
        letter,
        siblings,
    )


def document_of_request(request: Request, key: uuid.UUID) -> Document | None:
    """The file with this key if whoever was asked may open it: one that stands on the page of the request."""
    application = request.application
    if not request.is_endorsement() or not application.is_with_endorsers():
        return None
    row = _documents(application).filter(key=key).first()
    asked = {question.key: question for question in form_of(application).questions}
    return row if row is not None and may_read("endorser", asked.get(row.question)) else None


def asked_rows(application: Application, *, at: datetime) -> list[AskedRow]:
    """Every question that somebody else answers, with where it stands."""
    form, answers = form_of(application), answers_of(application)
    standing: dict[str, Request] = {}
    for row in sorted(application.requests.all(), key=lambda row: row.pk):
        if row.is_current():
            standing[row.question] = row
    return [
        _asked_row(application, form.question(question.key), answers, standing.get(question.key), at)
        for question in asked_questions(application)
    ]


def endorsements_of(user: Any, countries: list[str]) -> models.QuerySet[Request]:
    """The endorsements asked of the committees of ``countries`` for files that were handed in, those that wait first.

    Once the screening of a file is over only the own answer to it is left.
    """
    answered = (Request.State.GIVEN, Request.State.REFUSED)
    left = models.Q(state__in=answered) | models.Q(application__in=Application.objects.with_endorsers())
    waits = models.Case(models.When(state=Request.State.ASKED, then=0), default=1)
    return (
        Request.objects.visible_to(user)
        .of_committees()
        .filter(left, country__in=countries)
        .exclude(application__applicant=user.pk)  # the endorser is never the applicant
        .select_related("application__call", "country")
        .order_by(waits, "due_at", "pk")
    )


def _documents(application: Application) -> models.QuerySet[Document]:
    """Its files as they are, in the order in which they came."""
    rows = Document.objects.current().filter(application=application, state=Document.State.READY)
    return rows.select_related("application").order_by("pk")


def _asked_row(application: Application, question: Any, answers: Any, row: Request | None, at: datetime) -> AskedRow:
    running = application.status in ANSWERABLE and application.call.status in RUNNING
    moved = row is not None and row.is_elsewhere(application.country_id)
    given = row is not None and row.state == Request.State.GIVEN and not moved
    waiting = row is not None and row.state == Request.State.ASKED and not moved and may_answer(row, at)
    note = _note(application, question, row, at)
    return AskedRow(
        question=question.key,
        label=best(question.label, get_language())[0],
        named=answer_text(question, answers.get(question.key)),
        who=row.name if row else "",
        state=str(row.get_state_display()) if row else "",
        kind=KINDS[row.state] if row else "",
        until=said_until(row.due_at, application.call) if row else "",
        endorsement=question.type == "endorsement",
        may_ask=running and not given and not note,
        again=waiting,
        note=note,
        moved=moved,
    )


def _note(application: Application, question: Any, row: Request | None, at: datetime) -> str:
    """Why an applicant cannot ask whoever transmits the application: it is too early, or too late."""
    found = transmitting_question(form_of(application)) if is_transmitted(application.call) else None
    if found is None or found.key != question.key:
        return ""
    if not application.is_handed_in():
        return str(NotHandedIn())
    over = row is not None and row.state in (Request.State.ASKED, Request.State.EXPIRED) and row.due_at <= at
    return str(TransmissionOver()) if over else ""
