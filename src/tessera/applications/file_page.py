"""One file as the office and a committee read it: answers, verdicts, documents, requests, notes, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from tessera.activity.history import entries
from tessera.activity.queries import activity_of
from tessera.applications.keeping import Due, due_of
from tessera.applications.listing import KINDS, strand_names
from tessera.applications.models import Application, Document, Likeness, Note, Request, Verdict, Waiver
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.requests import OPINIONS
from tessera.applications.services.screening import said
from tessera.applications.wording import WordedStep, worded_steps
from tessera.calls.eligibility import editing
from tessera.calls.forms.rules import GROUP_KINDS
from tessera.calls.forms.rules import KINDS as RULE_KINDS
from tessera.calls.questions import Form
from tessera.core.translated import best

VERDICT_KINDS = {"met": "done", "not_met": "late", "unknown": "due", "person": "part"}
REQUEST_KINDS = {"asked": "due", "given": "done", "refused": "late", "expired": "late"}
SHOWN = ("pdf", "jpeg", "png")  # by browsers themselves


@dataclass(frozen=True)
class VerdictRow:
    """What one rule says of it; ``waiver`` where that does not count."""

    verdict: Verdict
    rule: str
    sentence: str
    kind: str
    waiver: Waiver | None
    may_waive: bool


@dataclass(frozen=True)
class DocumentRow:
    """A file with the question it answers."""

    document: Document
    label: str
    shown: bool


@dataclass(frozen=True)
class RequestRow:
    """A request with its words, for those who may read them."""

    request: Request
    kind: str
    opinion: str


@dataclass(frozen=True)
class FilePage:
    """Everything on one page. A committee sees neither what is the office's alone, nor its notes, nor the history."""

    application: Application
    kind: str
    strand: str
    steps: list[WordedStep]
    verdicts: list[VerdictRow]
    documents: list[DocumentRow]
    requests: list[RequestRow]
    notes: list[Note]
    likenesses: list[Likeness]
    due: list[Due]
    story: list[Any]
    labels: list[tuple[str, str]]


def files() -> models.QuerySet[Application]:
    """Applications with all that their page reads; nine queries for one."""
    return Application.objects.select_related(
        "call__training", "applicant", "country", "form_version", "rule_version"
    ).prefetch_related("call__strands", "answers", "documents", "requests", "verdicts", "waivers__by__person")


def file_page(application: Application, user: Any, *, office: bool) -> FilePage:
    """The page of one application, from what `files` loaded, for the office or for a committee."""
    form, answers = form_of(application), answers_of(application)
    likenesses = Likeness.objects.filter(
        models.Q(first=application) | models.Q(second=application), state=Likeness.State.OPEN
    ).select_related("first__country", "second__country")
    notes = Note.objects.visible_to(user).filter(application=application).select_related("by__person")
    return FilePage(
        application=application,
        kind=KINDS.get(application.status, ""),
        strand=strand_names(application.call).get(application.strand, application.strand),
        steps=worded_steps(form, answers, reader="office" if office else "committee"),
        verdicts=_verdicts(application, office),
        documents=_documents(application, form, office),
        requests=[
            RequestRow(
                row, REQUEST_KINDS[row.state], str(OPINIONS.get(row.opinion, "")) if row.state == "given" else ""
            )
            for row in sorted(application.requests.all(), key=lambda row: row.pk)
            if row.is_current()
        ],
        notes=list(notes.order_by("-at", "-pk")),
        likenesses=list(likenesses.order_by("pk")) if office else [],
        due=due_of(application) if office else [],
        story=list(entries(activity_of(application)[:100])) if office else [],
        labels=[(question.key, best(question.label)[0]) for question in form.questions if question.stage == "apply"],
    )


def readable_documents(application: Application, form: Form, *, office: bool) -> list[Document]:
    """The files that may be opened: those of the office alone are left out for everybody else."""
    asked = {question.key: question for question in form.questions}
    return [
        row
        for row in sorted(application.documents.all(), key=lambda row: row.pk)
        if row.replaced_at is None
        and row.state == Document.State.READY
        and (office or (row.question in asked and asked[row.question].seen_by != "office"))
    ]


def _verdicts(application: Application, office: bool) -> list[VerdictRow]:
    waivers = {(row.rule_version_id, row.rule): row for row in application.waivers.all()}
    names = _rule_names(application)
    return [
        VerdictRow(
            row,
            names.get(row.rule, row.rule),
            said(row),
            VERDICT_KINDS[row.outcome],
            waivers.get((row.rule_version_id, row.rule)),
            office and row.outcome != "met" and (row.rule_version_id, row.rule) not in waivers,
        )
        for row in sorted(application.verdicts.all(), key=lambda row: row.pk)
        if row.rule_version_id == application.rule_version_id
    ]


def _rule_names(application: Application) -> dict[str, str]:
    """What the rules that it was judged by are called, by key: their kind."""
    version = application.rule_version
    rules = version.rules_of(application.strand)["rules"] if version else []
    return {
        rule["key"]: str(RULE_KINDS.get(rule["kind"]) or GROUP_KINDS[rule["kind"]])
        for rule, _group in editing.walk(rules)
    }


def _documents(application: Application, form: Form, office: bool) -> list[DocumentRow]:
    labels = {question.key: best(question.label)[0] for question in form.questions}
    return [
        DocumentRow(row, labels.get(row.question, row.question), row.kind in SHOWN)
        for row in readable_documents(application, form, office=office)
    ]
