"""One file as the office and a committee read it: answers, verdicts, documents, requests, notes, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models
from django.utils import timezone

from tessera.activity.history import entries
from tessera.activity.queries import activity_of
from tessera.applications.keeping import Due, due_of, promises
from tessera.applications.later import STAGE, later_of
from tessera.applications.listing import KINDS, strand_names
from tessera.applications.members import MemberCheck, member_check
from tessera.applications.models import Application, Document, Letter, Likeness, Note, Request, Verdict, Waiver
from tessera.applications.prior import Prior, prior_of
from tessera.applications.queries import undecided_pairs
from tessera.applications.reading import Reader, answers_of, asks_name, form_of, may_read
from tessera.applications.services.keeping import holders, sensitive_of
from tessera.applications.services.requests import OPINIONS
from tessera.applications.services.screening import SCREENED, said
from tessera.applications.transmission import Standing, standing_of, transmitting_question
from tessera.applications.wording import WordedStep, rules_named, worded_steps
from tessera.calls.eligibility import editing
from tessera.calls.forms.rules import GROUP_KINDS
from tessera.calls.forms.rules import KINDS as RULE_KINDS
from tessera.calls.questions import Form, Question, clean_answer
from tessera.core.translated import best

VERDICT_KINDS = {"met": "done", "not_met": "late", "unknown": "due", "person": "part"}
SHOWN = {"pdf": "frame", "jpeg": "picture", "png": "picture"}
REQUEST_KINDS = {"asked": "due", "given": "done", "refused": "late", "expired": "late"}


@dataclass(frozen=True)
class VerdictRow:
    """What one rule says of it; ``waiver`` where that does not count, ``members`` of a group that do not by name."""

    verdict: Verdict
    rule: str
    sentence: str
    kind: str
    waiver: Waiver | None
    may_waive: bool
    members: list[tuple[str, Waiver]]


@dataclass(frozen=True)
class DocumentRow:
    """A file with the question it answers; ``shown`` is how the page shows it itself: "frame", "picture" or ""."""

    document: Document
    label: str
    shown: str


@dataclass(frozen=True)
class RequestRow:
    """A request with its words, for those who may read them: why somebody refused is for the office alone.

    ``elsewhere``: it was asked for a country that is no more the applicant's, and counts no more.
    """

    request: Request
    kind: str
    opinion: str
    text: str
    letter: Letter | None = None
    shown: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Transmission:
    """How far it is in a call whose applications are transmitted, and what the office can do about it.

    ``named`` is whom the applicant names in the place of a committee; ``question`` the one that asks for it.
    """

    standing: Standing
    question: str
    named: str
    may_decide: bool


@dataclass(frozen=True)
class FilePage:
    """Everything on one page. A committee sees neither what is the office's alone, nor its notes, nor the history.

    ``later`` is what those selected are asked, ``later_missing`` how many of these answers the office waits for, None where
    it asks nothing. ``name``, ``institution`` and ``country`` are empty where the question that asks for them is the
    office's alone; ``rules`` names the version that its conditions are quoted from.
    """

    application: Application
    name: str
    institution: str
    country: str
    kind: str
    strand: str
    steps: list[WordedStep]
    later: list[WordedStep]
    later_missing: int | None
    verdicts: list[VerdictRow]
    rules: str
    member: MemberCheck | None
    documents: list[DocumentRow]
    transmission: Transmission | None
    requests: list[RequestRow]
    notes: list[Note]
    likenesses: list[Likeness]
    prior: Prior | None
    due: list[Due]
    story: list[Any]
    labels: list[tuple[str, str]]


def files() -> models.QuerySet[Application]:
    """Applications with all that their page reads; ten queries for one."""
    return Application.objects.select_related(
        "call__training",
        "applicant__person",
        "country",
        "form_version",
        "rule_version",
        "transmission_waiver__by__person",
    ).prefetch_related("call__strands", "answers", "documents", "requests__letter", "verdicts", "waivers__by__person")


def file_page(application: Application, user: Any, *, office: bool) -> FilePage:
    """The page of one application, from what `files` loaded, for the office or for a committee."""
    form, answers = form_of(application), answers_of(application)
    reader: Literal["office", "committee"] = "office" if office else "committee"
    hidden = [question for question in form.questions if not may_read(reader, question)]
    later = later_of(application, on=timezone.now())
    likenesses = (
        undecided_pairs()
        .filter(models.Q(first=application) | models.Q(second=application))
        .select_related("first__country", "second__country")
    )
    notes = Note.objects.visible_to(user).filter(application=application).select_related("by__person")
    return FilePage(
        application=application,
        name="" if any(map(asks_name, hidden)) else application.name,
        institution="" if any(one.key == "institution" for one in hidden) else application.institution,
        country="" if any(one.fact == "country_of_work" for one in hidden) else str(application.country or ""),
        kind=KINDS.get(application.status, ""),
        strand=strand_names(application.call).get(application.strand, application.strand),
        steps=worded_steps(form, answers, reader=reader, stage="apply"),
        later=worded_steps(form, answers, reader=reader, stage=STAGE, unanswered=(STAGE,) if later else ()),
        later_missing=len(later.problems) if later is not None and office else None,
        verdicts=(verdicts := _verdicts(application, hidden, office)),
        rules=rules_named(application.rule_version.number if application.rule_version and verdicts else None),
        member=member_check(application, form, answers) if office else None,
        documents=_documents(application, form, reader),
        transmission=_transmission(application, form, answers, office),
        requests=[
            RequestRow(
                row,
                "" if row.is_elsewhere(application.country_id) else REQUEST_KINDS[row.state],
                str(OPINIONS.get(row.opinion, "")) if row.state == "given" else "",
                row.text if office or row.state == "given" else "",
                letter_of(row),
                office and row.state == "given" and getattr(letter_of(row), "kind", "") == "pdf",
                row.is_elsewhere(application.country_id),
            )
            for row in sorted(application.requests.all(), key=lambda row: row.pk)
            if row.is_current()
        ],
        notes=list(notes.order_by("-at", "-pk")),
        likenesses=list(likenesses.order_by("pk")) if office else [],
        prior=prior_of(application, user) if office else None,
        due=_due(application) if office else [],
        story=list(entries(activity_of(application)[:100])) if office else [],
        labels=[(question.key, best(question.label)[0]) for question in form.questions if question.stage == "apply"],
    )


def _due(application: Application) -> list[Due]:
    sensitive = sensitive_of(application.call_id)
    held = bool(holders(sensitive, Application.objects.filter(pk=application.pk)))
    return due_of(application, promises(), sensitive=bool(sensitive.keys), held=held)


def letter_of(request: Request) -> Letter | None:
    """The letter of a reference that is given; one that waits is its writer's alone."""
    return getattr(request, "letter", None) if request.state == Request.State.GIVEN else None


def _transmission(
    application: Application, form: Form, answers: Mapping[str, Any], office: bool
) -> Transmission | None:
    standing = standing_of(application, application.requests.all(), at=timezone.now())
    question = transmitting_question(form)
    if standing is None:
        return None
    named = clean_answer(question, answers.get(question.key)) if question is not None else None
    return Transmission(
        standing,
        question.key if question is not None else "",
        (named or {}).get("name", "") if (named or {}).get("email") else "",
        office and not standing.counts and application.status in SCREENED,
    )


def _verdicts(application: Application, hidden: list[Question], office: bool) -> list[VerdictRow]:
    waivers = {(row.rule_version_id, row.rule): row for row in application.waivers.all()}
    untold = {question.fact for question in hidden if question.fact}
    if "earlier_grant" in untold:  # one fact of the rules, asked for by two questions
        untold.add("earlier_grant_on")
    names = _rule_names(application)
    return [
        VerdictRow(
            row,
            names.get(row.rule, row.rule),
            said(row) if untold.isdisjoint(row.document.get("facts", ())) else "",
            VERDICT_KINDS[row.outcome],
            waivers.get((row.rule_version_id, row.rule)),
            office and row.outcome != "met" and (row.rule_version_id, row.rule) not in waivers,
            [
                (names.get(key, key), waivers[row.rule_version_id, key])
                for key in _members_of(row.document)
                if (row.rule_version_id, key) in waivers
            ],
        )
        for row in sorted(application.verdicts.all(), key=lambda row: row.pk)
        if row.rule_version_id == application.rule_version_id
    ]


def _members_of(document: Mapping[str, Any]) -> Iterator[str]:
    for part in document.get("parts", ()):
        yield part["rule"]
        yield from _members_of(part)


def _rule_names(application: Application) -> dict[str, str]:
    """What the rules that it was judged by are called, by key: their kind."""
    version = application.rule_version
    rules = version.rules_of(application.strand)["rules"] if version else []
    return {
        rule["key"]: str(RULE_KINDS.get(rule["kind"]) or GROUP_KINDS[rule["kind"]])
        for rule, _group in editing.walk(rules)
    }


def _documents(application: Application, form: Form, reader: Reader) -> list[DocumentRow]:
    """The files that may be opened."""
    asked = {question.key: question for question in form.questions}
    return [
        DocumentRow(
            row,
            best(asked[row.question].label)[0] if row.question in asked else row.question,
            SHOWN.get(row.kind, "") if reader == "office" else "",
        )
        for row in sorted(application.documents.all(), key=lambda row: row.pk)
        if row.replaced_at is None and row.state == Document.State.READY and may_read(reader, asked.get(row.question))
    ]
