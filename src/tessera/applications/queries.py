"""Reads of applications."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import ngettext

from tessera.applications.keeping import Due, due_of
from tessera.applications.models import Application, Document, Likeness, Status
from tessera.applications.models.applications import WRITABLE
from tessera.applications.periods import Promises
from tessera.applications.reading import form_of, may_read, reader_of
from tessera.applications.sending import about, application_path, has_a_writer, language_of
from tessera.applications.sheets import form_from
from tessera.applications.windows import strand_of
from tessera.applications.wording import WordedStep, worded_steps
from tessera.calls.announcing import Whom
from tessera.calls.models import Call, Strand
from tessera.calls.questions import Type
from tessera.core.rows import unique
from tessera.messaging.rendering import site_url
from tessera.messaging.services import Recipient

CHOSEN = (Status.SELECTED, Status.OFFERED, Status.ACCEPTED)
OUT = (Status.WITHDRAWN, Status.DECLINED, Status.EXPIRED)


def applications_of_call(call: Call) -> models.QuerySet[Application]:
    """Those handed in, for the office, oldest submission first. Loads call, applicant, country and nothing more."""
    return (
        Application.objects.handed_in()
        .filter(call=call)
        .select_related("call", "applicant", "country")
        .order_by("submitted_at", "pk")
    )


def own_application(user: Any, code: str) -> tuple[Application | None, Strand | None]:
    """One's own application to the call ``code``, with its strand (None where the call has it no more) and its call."""
    row = unique(Application.objects.of(user).filter(call__code=code, erased_at=None))
    strand = strand_of(row) if row is not None else None
    if row is not None and strand is not None:
        row.call = strand.call
    return row, strand


def document_for(user: Any, key: uuid.UUID) -> Document | None:
    """The file with this key if ``user`` may open it: one's own, the office any, others those of what they read.

    Loads application, call and form.
    """
    row = (
        Document.objects.visible_to(user)
        .current()
        .filter(key=key, state=Document.State.READY)
        .select_related("application__call__training", "application__form_version")
        .prefetch_related("application__requests")
        .first()
    )
    if row is None:
        return None
    question = next((one for one in form_of(row.application).questions if one.key == row.question), None)
    return row if may_read(reader_of(user, row.application), question) else None


@dataclass(frozen=True)
class ReviewerFile:
    """What a reviewer reads: nothing in it says who wrote it. ``documents`` have a number in the place of their name."""

    number: str
    language: str
    steps: list[WordedStep]
    documents: list[tuple[str, uuid.UUID, str, int | None]]  # label of the question, key, kind, pages


def file_for_reviewer(application: Application) -> ReviewerFile:
    """The file without identity: questions that reviewers see, no name, no file name. Three queries."""
    form = form_from(application.form_version)
    answers = dict(application.answers.values_list("question", "value"))
    seen = {
        question.key: question
        for question in form.questions
        if question.seen_by == "reviewers" and not question.identity and question.stage == "apply"
    }
    files = Document.objects.current().filter(application=application, state=Document.State.READY).order_by("question")
    steps = worded_steps(
        form, answers, reader="reviewers", identity=False, stage="apply",
        hidden=[question.key for question in form.questions if question.type is Type.FILE],
    )  # fmt: skip
    return ReviewerFile(
        application.number,
        application.language,
        steps,
        [(str(seen[row.question].label), row.key, row.kind, row.pages) for row in files if row.question in seen],
    )


def applications_of(user: Any) -> models.QuerySet[Application]:
    """One's own, latest first; loads the call with its training and strands."""
    return (
        Application.objects.of(user)
        .filter(erased_at=None)
        .select_related("call__training")
        .prefetch_related("call__strands")
        .order_by("-started_at", "-pk")
    )


def drafts_to_delete(call: Call, promised: Promises) -> list[tuple[Due | None, int]]:
    """How many drafts that were never submitted are deleted when, the earliest first; None where there is no deadline.

    Nobody but their writers learns more of them. One query; the training of ``call`` is not asked for.
    """
    rows = Application.objects.filter(call=call, erased_at=None, submitted_at=None).order_by("pk")
    found: Counter[Due | None] = Counter()
    for row in rows.only("started_at", "status", "submitted_at", "erased_at", "late_until", "call_id").iterator(
        chunk_size=500
    ):
        row.call = call
        found[next(iter(due_of(row, promised)), None)] += 1
    return sorted(found.items(), key=lambda pair: (pair[0] is None, pair[0]))


def undecided_pairs() -> models.QuerySet[Likeness]:
    """Pairs that look like one person's and are to be looked at.

    Nobody has decided, both are handed in (a draft is its writer's alone), and neither is out.
    """
    both = {"first__submitted_at__isnull": False, "second__submitted_at__isnull": False}
    out = models.Q(first__status=Status.WITHDRAWN) | models.Q(second__status=Status.WITHDRAWN)
    return Likeness.objects.filter(state=Likeness.State.OPEN, **both).exclude(out)


def readers_of_call(call: Call, whom: Whom, strands: Collection[str] | None = None) -> Iterator[Recipient]:
    """Whom a mail about ``call`` goes to, in the language of the application; see ``calls.announcing``."""
    rows = Application.objects.filter(call=call, erased_at=None).select_related("applicant").order_by("pk")
    if strands is not None:
        rows = rows.filter(strand__in=strands)
    if whom == "drafts":
        # A call that is extended opens again for what had become incomplete.
        rows = rows.filter(status__in=(*WRITABLE, Status.INCOMPLETE))
    elif whom == "chosen":
        rows = rows.filter(status__in=CHOSEN)
    elif whom == "reserve":
        rows = rows.filter(status=Status.RESERVE)
    else:
        rows = rows.exclude(status__in=OUT)
    for row in rows:
        address = row.applicant.email if row.applicant else row.email
        if address:
            told = {"number": row.number}
            if row.status == Status.OFFERED and has_a_writer(row):
                told["own"] = site_url(application_path(row, language_of(row)))
            yield Recipient(to=row.applicant or address, language=row.language, context=told, about=about(row))


def unanswered_offers(call: Call) -> str:
    """How many in ``call`` have a place offered to them and have not answered, and what to do; "" for nobody."""
    waiting = Application.objects.filter(call=call, status=Status.OFFERED, erased_at=None).count()
    if not waiting:
        return ""
    return ngettext(
        "It cannot be archived yet: a place is offered to %(n)d person who has not answered. Write to them, or wait"
        " until the day of the offer is over.",
        "It cannot be archived yet: places are offered to %(n)d people who have not answered. Write to them, or wait"
        " until the day of the offer is over.",
        waiting,
    ) % {"n": waiting}
