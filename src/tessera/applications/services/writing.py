"""What applicants do with their own files: begin, save, withdraw, take up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.models import Answer, Application, Likeness, Origin, Status
from tessera.applications.reading import asks_name, form_to_write
from tessera.applications.sending import tell_applicant
from tessera.applications.services.drafts import tell_draft_saved
from tessera.applications.services.ranks import clear_taken_ranks
from tessera.applications.services.refusals import (
    AskedBefore,
    AskedLater,
    CalledOff,
    CannotTakeUp,
    CannotWithdraw,
    NoSuchStrand,
    NotOpen,
    NotWritable,
    PlaceTaken,
    SisterApplication,
    TooLate,
    TrainingOver,
)
from tessera.applications.windows import UNFINISHED, stage_to_write, strand_of, window_of
from tessera.calls.models import Call, FormVersion, Strand
from tessera.calls.queries import latest_form, sister_calls
from tessera.calls.questions import Form, Question, Type, clean_answer, problems
from tessera.calls.questions.cleaning import MOST_SIGNS
from tessera.calls.questions.model import Answers, Json, Stage
from tessera.core.codes import new_code
from tessera.core.folding import clean, fold
from tessera.core.rows import unique
from tessera.core.translated import best
from tessera.places import datafiles

log = structlog.get_logger(__name__)

# Who accepted, declined or let an offer pass has answered already.
FINAL = (Status.ACCEPTED, Status.DECLINED, Status.EXPIRED)
TAKEN_UP = (Status.WITHDRAWN, Status.INCOMPLETE)


@dataclass(frozen=True)
class Held:
    """An application locked until the transaction ends, with its strand (None where the call has it no more)."""

    application: Application
    strand: Strand | None


@dataclass(frozen=True)
class Elsewhere:
    """An answer that another device saved since this page was opened.

    ``replaced`` if this save came over it, ``held`` if this save left it, and what was written here is not kept yet.
    """

    question: str
    value: Json
    saved_at: datetime
    replaced: bool
    held: bool = False


@dataclass(frozen=True)
class Saved:
    """What became of a save. ``refused`` are the sentences for answers that cannot be kept, by question.

    ``stage``: which questions of the form are answered now.
    """

    application: Application
    form: Form
    answers: dict[str, Json]
    saved_at: datetime
    saved: tuple[str, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    stage: Stage = "apply"


@transaction.atomic
def start_application(
    call: Call, strand: str, *, by: User, language: str, at: datetime, late_until: datetime | None = None
) -> Application:
    """Begin a draft, or return the one there is; a person has one for each call.

    NotOpen outside the dates of the strand, CalledOff once the training is cancelled, SisterApplication where there is
    one to a sister call. One that was withdrawn is returned as it is. ``late_until``: a code lets it begin after the
    deadline.
    """
    found = Application.objects.filter(call=call, applicant=by).first()
    if found is not None:
        return found
    strands = Strand.objects.select_related("call__training").filter(call=call)
    row = next((one for one in strands if one.key == strand), None)
    if row is None:
        raise NoSuchStrand
    if row.call.training_is_off:
        raise CalledOff
    if late_until is None and not row.is_open(at):
        raise NotOpen
    _ensure_no_sister(call, by)
    try:
        with transaction.atomic():
            made = Application.objects.create(
                number=new_code(), call=call, strand=strand, applicant=by, origin=Origin.SELF, language=language,
                email=by.email, started_at=at, status_at=at, rehearsal=by.rehearsal or call.rehearsal, late_until=late_until,
            )  # fmt: skip
    except IntegrityError:  # two clicks at once: the other one was first
        return Application.objects.get(call=call, applicant=by)
    record("application.started", made, by=by, at=at, after=made.status, public=False)
    return made


def save_answers(
    held: Held,
    given: Mapping[str, Json] | Callable[[Form], Mapping[str, Json]],
    *,
    at: datetime,
    revision: int | None = None,
    device: str = "",
    was: Mapping[str, str] | None = None,
    bases: Mapping[str, tuple[int, str]] | None = None,
    over: bool = True,
) -> Saved:
    """Keep what was written, readable or not, in the transaction that holds the application; one upsert for all of it.

    An application that is written takes answers to its own questions, one whose place is taken those to what is asked of
    the selected: another answer than these is refused with all that came with it, AskedLater and AskedBefore.

    ``given`` are raw answers by question, or what finds them in a form; files have services of their own, and what the
    form does not ask is left.
    ``revision`` and ``device`` say which page it was written on, ``was`` (see `digest_of`) what that page showed: an
    answer that was not touched there never replaces what another device saved since. ``bases`` are the revision and
    device of answers that an earlier page wrote. Where both wrote, this later save wins and the other text is in the
    result; without ``over`` the other text stays, for a page that shows it before it asks again on the revision that
    it was told. The same save again changes nothing. NotWritable, TooLate and TrainingOver.
    """
    row, strand = held.application, held.strand
    stage = ensure_writable(row, strand, at)
    device = clean(device, lines=False)[:32]
    form = form_to_write(row, stage)
    raw = given(form) if callable(given) else given
    for question in form.questions:
        if question.key in raw:
            ensure_asked(question, stage)
    kept = {answer.question: answer for answer in Answer.objects.filter(application=row)}
    page = (row.revision if revision is None else revision, device)
    origins = {key: (since, clean(writer, lines=False)[:32]) for key, (since, writer) in (bases or {}).items()}
    number = row.revision + 1
    refused: dict[str, str] = {}
    changed: list[Answer] = []
    elsewhere: dict[str, Elsewhere] = {}
    for question in form.questions:
        if question.key not in raw or question.type is Type.FILE:
            continue
        if _signs(raw[question.key]) > MOST_SIGNS:
            refused[question.key] = _("This is too long to be kept: at most %(most)s characters fit here.") % {
                "most": f"{MOST_SIGNS:,}"
            }
            continue
        value = clean_answer(question, raw[question.key])
        answer = kept.get(question.key)
        old = answer.value if answer else None
        since, writer = origins.get(question.key, page)
        foreign = answer is not None and answer.revision > since and answer.device != writer
        if value == old:
            continue
        if answer is not None and foreign:
            untouched = (was or {}).get(question.key) == digest_of(value)
            elsewhere[question.key] = Elsewhere(
                question.key, old, answer.saved_at, replaced=over and not untouched, held=not over and not untouched
            )
            if untouched or not over:
                continue
        changed.append(
            Answer(application=row, question=question.key, value=value, saved_at=at, revision=number, device=writer)
        )
    for answer in kept.values():
        since, writer = origins.get(answer.question, page)
        if answer.revision > since and answer.device != writer and answer.question not in elsewhere:
            elsewhere[answer.question] = Elsewhere(answer.question, answer.value, answer.saved_at, replaced=False)
    if changed:
        upsert(changed)
    answers = {key: answer.value for key, answer in kept.items()} | {one.question: one.value for one in changed}
    before = {key: answer.value for key, answer in kept.items()}
    _written(row, strand, form, answers, stage, before=before, changed=bool(changed), at=at)
    return Saved(
        row,
        form,
        answers,
        row.saved_at or at,
        tuple(one.question for one in changed),
        tuple(elsewhere.values()),
        refused,
        stage,
    )


@transaction.atomic
def withdraw_application(application: Application, *, by: Any, at: datetime, reason: str = "") -> Application:
    """Take it back; everything stays readable, and its writer gets a confirmation. A second time changes nothing.

    After an answer to an offer CannotWithdraw, which says what can be done instead.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if row.status == Status.WITHDRAWN:
        return row
    ensure_withdrawable(row)
    row = move(row, Status.WITHDRAWN, "application.withdrawn", by=by, at=at, reason=clean(reason))
    tell_applicant(
        "application_withdrawn", row, key=f"application_withdrawn:{row.pk}:{at.isoformat()}", at=at,
        context={"draft": row.submitted_at is None or None},
    )  # fmt: skip
    return row


def ensure_withdrawable(row: Application) -> None:
    """CannotWithdraw once the offer of a place is answered, or its day is over."""
    if row.status == Status.ACCEPTED:
        raise PlaceTaken
    if row.status in FINAL:
        raise CannotWithdraw(status=row.get_status_display())


@transaction.atomic
def take_up_again(application: Application, *, by: Any, at: datetime) -> Application:
    """Make a withdrawn or incomplete application a draft again while its call is open; a draft stays as it is.

    SisterApplication where its writer began one to a sister call since.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if row.status == Status.DRAFT:
        return row
    if row.status not in TAKEN_UP or _counts_as_another(row):
        raise CannotTakeUp(status=row.get_status_display())
    strand = strand_of(row)
    if window_of(row, strand, at) not in ("open", "grace"):
        raise too_late(row, strand)
    _ensure_no_sister(row.call, row.applicant)
    return draft_again(row, by=by, at=at)


def draft_again(row: Application, *, by: Any, at: datetime) -> Application:
    """Make a locked row a draft that nothing binds to an earlier submission: form, rules and receipt are those to come."""
    row.submitted_at, row.form_version, row.rule_version = None, None, None
    row.receipt_sha256, row.completion = "", {}
    row.save(update_fields=["submitted_at", "form_version", "rule_version", "receipt_sha256", "completion"])
    clear_taken_ranks(row, at=at)
    return move(row, Status.DRAFT, "application.taken_up_again", by=by, at=at)


def _ensure_no_sister(call: Call, user: User | None) -> None:
    """SisterApplication where ``user`` has an application to a sister of ``call`` that is not withdrawn."""
    if not call.sister_group or user is None:
        return
    rows = Application.objects.of(user).filter(call__in=sister_calls(call)).exclude(status=Status.WITHDRAWN)
    sister = rows.select_related("call").order_by("pk").first()
    if sister is not None:
        raise SisterApplication(sister)


def _counts_as_another(row: Application) -> bool:
    """Whether the office merged it into another application of the same person that is still in the call."""
    merged = Likeness.objects.filter(state=Likeness.State.MERGED).exclude(
        first__status=Status.WITHDRAWN, second__status=Status.WITHDRAWN
    )
    return merged.filter(models.Q(first=row) | models.Q(second=row)).exists()


def locked(application: Application) -> tuple[Application, Strand | None, FormVersion | None]:
    """The application as it is now, to be written; with its strand (and call) and the questions of now."""
    held = hold(application)
    return held.application, held.strand, latest_form(held.application.call)


def hold(application: Application) -> Held:
    """Lock it, as it is now."""
    return _held(Application.objects.select_for_update().get(pk=application.pk))


def hold_of(user: User, code: str) -> Held | None:
    """Lock the application of ``user`` to the call ``code``; None where there is none, or it is erased."""
    rows = Application.objects.of(user).filter(call__code=code, erased_at=None)
    row = unique(rows.select_for_update(of=("self",)))
    return _held(row) if row is not None else None


def _held(row: Application) -> Held:
    strand = strand_of(row)
    if strand is not None:
        row.call = strand.call
    return Held(row, strand)


def ensure_writable(row: Application, strand: Strand | None, at: datetime) -> Stage:
    """What its writer may answer at ``at``; TooLate, TrainingOver or NotWritable where that is nothing."""
    stage = stage_to_write(row, strand, at)
    if stage is not None:
        return stage
    if row.status in UNFINISHED:
        raise too_late(row, strand)
    if row.status == Status.ACCEPTED:
        raise TrainingOver
    raise NotWritable(status=row.get_status_display())


def too_late(row: Application, strand: Strand | None) -> TooLate:
    """Why nothing of it is written or submitted any more: the deadline, or that the training was called off."""
    call = strand.call if strand is not None else row.call
    return CalledOff() if call.training_is_off else TooLate()


def ensure_asked(question: Question, stage: Stage) -> None:
    """AskedLater or AskedBefore where ``question`` is not one of those that are answered in ``stage``."""
    if question.stage == stage:
        return
    refusal = AskedLater if stage == "apply" else AskedBefore
    raise refusal(question=best(question.label)[0])


def upsert(answers: list[Answer]) -> None:
    """Write answers, new or not, in one statement."""
    Answer.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["value", "saved_at", "revision", "device"],
    )


def move(
    row: Application, status: Status, verb: str, *, by: Any, at: datetime, reason: str = "", **kept: Any
) -> Application:
    """Set the status of a locked row and record it."""
    before, row.status, row.status_at, row.status_reason = row.status, status, at, reason.strip()
    row.save(update_fields=["status", "status_at", "status_reason"])
    record(verb, row, by=by, at=at, before=before, after=status, reason=reason.strip(), public=False, **kept)
    return row


def digest_of(value: Json) -> str:
    """A short mark of an answer as a page shows it."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:12]


def written(
    row: Application, strand: Strand | None, form: Form, stage: Stage, *, before: Mapping[str, Json], at: datetime
) -> None:
    """Note that something of it was saved beside the answers: a file. ``before`` is what its answer was."""
    answers = dict(Answer.objects.filter(application=row).values_list("question", "value"))
    _written(row, strand, form, answers, stage, before=answers | dict(before), changed=True, at=at)


def _written(
    row: Application, strand: Strand | None, form: Form, answers: Answers, stage: Stage, *, before: Answers,
    changed: bool, at: datetime,
) -> None:  # fmt: skip
    """The application's own part of a save. The first save counts even where nothing was written yet."""
    if stage == "after_selection":
        _written_later(row, form, answers, before=before, changed=changed, at=at)
        return
    if not changed and row.saved_at is not None:
        return
    if window_of(row, strand, at) == "grace":
        log.info("application_saved_in_grace", number=row.number)
    if row.saved_at is None:
        tell_draft_saved.enqueue(row.pk)
    row.saved_at = at
    fields = ["saved_at"]
    if changed:
        row.revision += 1
        fields += ["revision", *_repeat(row, form, answers)]
    if row.status == Status.INCOMPLETE:  # the call was extended, or is open still
        draft_again(row, by=row.applicant, at=at)
    row.save(update_fields=fields)


def _written_later(
    row: Application, form: Form, answers: Answers, *, before: Answers, changed: bool, at: datetime
) -> None:
    """The same of what is asked of those selected: nothing of what was submitted changes with it."""
    if not changed:
        return
    row.saved_at = at
    row.revision += 1
    row.save(update_fields=["saved_at", "revision"])
    if problems(form, before, "after_selection") and not problems(form, answers, "after_selection"):
        record("application.later_answered", row, by=row.applicant, at=at, public=False)


def _repeat(row: Application, form: Form, answers: Mapping[str, Json]) -> list[str]:
    """Bring name, country and institution up to date with the answers; the names of what was set.

    What came on paper keeps those that no question asks for.
    """
    name: str | None = None
    country, institution = row.country_id, row.institution
    if row.origin == Origin.SELF:
        name, country, institution = "", None, ""
    for question in form.questions:
        value = answers.get(question.key)
        if not isinstance(value, str) or not value:
            continue
        if asks_name(question) and not name:
            name = value
        elif question.fact == "country_of_work" and value in datafiles.read("countries")["countries"]:
            country = value
        elif question.type is Type.SHORT_TEXT and question.key == "institution":
            institution = value
    if name is not None:
        row.name, row.names_folded = name[:300], fold(name)[:600]
    row.country_id, row.institution = country, institution[:300]
    return ["name", "names_folded", "country", "institution"]


def _signs(raw: Json) -> int:
    if isinstance(raw, str):
        return len(raw)
    if isinstance(raw, Mapping):
        return sum(_signs(value) for value in raw.values())
    return sum(_signs(value) for value in raw) if isinstance(raw, list | tuple) else 0
