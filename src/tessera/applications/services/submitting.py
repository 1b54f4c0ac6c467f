"""Handing an application in: one act, judged and kept whole, safe to repeat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.applications.models import Application, Document, Status
from tessera.applications.sending import tell_applicant
from tessera.applications.services.refusals import NotWritable
from tessera.applications.services.requests import ask_those_named
from tessera.applications.services.verdicts import judged, keep_judgement, kept_facts
from tessera.applications.services.writing import locked, move, too_late
from tessera.applications.sheets import form_from
from tessera.applications.windows import UNFINISHED, closing_of, latest_day, window_of
from tessera.calls.eligibility import Verdict, blocking
from tessera.calls.models import Call
from tessera.calls.moments import AOE
from tessera.calls.queries import latest_rules
from tessera.calls.questions import Form, Problem, Type, asked_answers, problems
from tessera.calls.questions.model import Answers, Stage
from tessera.core.errors import DomainError
from tessera.core.sentences import Sentence
from tessera.web.dates import moment_in_words

HANDED_IN = frozenset(Status) - frozenset(UNFINISHED) - {Status.WITHDRAWN}


class NotComplete(DomainError):
    """What keeps it from being submitted: ``problems`` with the place where each is mended, ``verdicts`` of hard rules."""

    message = gettext_lazy("Your application is not submitted: something is missing.")

    def __init__(self, problems: list[Problem], verdicts: list[Verdict]) -> None:
        self.problems, self.verdicts = problems, verdicts
        super().__init__()


@transaction.atomic
def submit_application(application: Application, *, by: User, at: datetime, language: str = "") -> Application:
    """Submit a draft or a returned file; keeps what it was judged on, and queues the receipt.

    NotComplete lists everything that is missing and every hard rule that is not met, TooLate after the deadline and its
    grace, NotWritable for what was withdrawn. One that is submitted already is returned as it is: nothing is written
    and no second receipt is sent.
    """
    row, strand, version = locked(application)
    if row.applicant_id == by.pk:
        row.applicant = by
    if row.status in HANDED_IN:
        return row
    if row.status not in UNFINISHED:
        raise NotWritable(status=row.get_status_display())
    window = window_of(row, strand, at)
    if window not in ("open", "grace"):
        raise too_late(row, strand)
    closes_at = closing_of(row, strand)  # of a returned file its own, which is forgotten below
    form, answers = form_from(version), dict(row.answers.values_list("question", "value"))
    rules = latest_rules(row.call)
    judgement = judged(row, rules, form, answers, at=at)
    missing = problems_of(row, form, answers, email=by.email, on=at)
    stopped = blocking(judgement.verdicts)
    if missing or stopped:
        raise NotComplete(missing, stopped)
    keep_judgement(row, judgement, at=at)
    before = row.status
    row.form_version, row.rule_version = version, rules
    mark = {key: row.profile[key] for key in ("import_key",) if key in row.profile}
    row.profile = kept_facts(judgement) | mark
    row.submitted_at = row.submitted_at or at
    row.completion = {}
    row.language = language or row.language
    row.receipt_sha256 = fingerprint(row, form, answers)
    row.save(
        update_fields=[
            "form_version",
            "rule_version",
            "profile",
            "priorities",
            "submitted_at",
            "completion",
            "language",
            "receipt_sha256",
        ]
    )
    late = {"after_closing_s": [0, int((at - closes_at).total_seconds())]} if closes_at and at >= closes_at else {}
    move(row, Status.SUBMITTED, "application.submitted", by=by, at=at, changes=late)
    again = before == Status.RETURNED
    tell_applicant(
        "application_received",
        row,
        key=f"application_received:{row.pk}:{at.isoformat()}",
        at=at,
        context={"when": lambda: said_at(row.call, at), "again": again or None},
    )
    if any(question.type in (Type.REFEREE, Type.ENDORSEMENT) for question in form.questions):
        ask_those_named.enqueue(row.pk, by.pk)
    return row


def problems_of(
    row: Application, form: Form, answers: Answers, stage: Stage = "apply", *, on: datetime, email: str = "",
    ready: Collection[str] | None = None,
) -> list[Problem]:  # fmt: skip
    """What is missing or wrong at ``on`` in the answers and the files of ``stage``, in the order of the form.

    ``ready`` are the questions whose files have arrived, where they are known; else they are asked for where one is named.
    """
    found = problems(form, answers, stage, email=email or row.email, on=latest_day(on))
    files = {question.key: question for question in form.questions if question.type is Type.FILE}
    named = {key for key, value in asked_answers(form, answers).items() if key in files and isinstance(value, Mapping)}
    if not named:
        return found
    if ready is None:
        kept = Document.objects.current().filter(application=row, state=Document.State.READY)
        ready = set(kept.values_list("question", flat=True))
    text = gettext_lazy("The file for “%(question)s” has not arrived: send it again.")
    lost = [
        Problem(form.step_of(key).key, key, "missing", Sentence(text, {"question": files[key].label}))
        for key in files
        if key in named and key not in ready and files[key].stage == stage
    ]
    return [*found, *lost]


def fingerprint(row: Application, form: Form, answers: Answers) -> str:
    """SHA-256 over number, version of the form, the answers that count and the hashes of the files, as canonical JSON."""
    files = Document.objects.current().filter(application=row, state=Document.State.READY)
    document = {
        "number": row.number,
        "form": row.form_version.number if row.form_version else 0,
        "answers": asked_answers(form, answers),
        "files": dict(files.values_list("question", "sha256")) if _has_files(form) else {},
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def said_at(call: Call, at: datetime) -> str:
    """A moment on the clock of the call and in universal time, in the active language."""
    local, utc = timezone.localtime(at, ZoneInfo(call.deadline_zone or AOE)), timezone.localtime(at, UTC)
    there = f"{moment_in_words(local)} ({local.strftime('%Z') if call.deadline_zone != AOE else 'UTC−12'})"
    return f"{there}, {moment_in_words(utc)} (UTC)" if local.utcoffset() else there


def _has_files(form: Form) -> bool:
    return any(question.type is Type.FILE for question in form.questions)
