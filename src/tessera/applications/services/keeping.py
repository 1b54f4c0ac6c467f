"""Deleting what is kept long enough: announced 14 days before, done by a scheduled job, safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from tessera.activity.services import record
from tessera.applications.keeping import (
    NOTICE,
    PUT_OFF,
    SENSITIVE_AFTER,
    Due,
    due_of,
    end_of,
    promises,
    sensitive_mark,
)
from tessera.applications.models import RUNNING, Answer, Application, Document, Status, Upload
from tessera.applications.sending import tell_applicant
from tessera.applications.services.erasing import delete_answers, delete_files, erase_application, forget_traces
from tessera.applications.services.one_by_one import RowsFailed, one_by_one
from tessera.applications.windows import ends_at, strand_of
from tessera.calls.models import FormVersion
from tessera.core.codes import new_code
from tessera.programmes.models import Status as TrainingStatus
from tessera.web.dates import in_words

log = structlog.get_logger(__name__)

DAYS_LEFT = (7, 2)
AT_ONCE = 200
HELD = (TrainingStatus.IN_DELIVERY, TrainingStatus.DELIVERED, TrainingStatus.FOLLOWED_UP, TrainingStatus.CLOSED)
# What a question gives is kept under other names than its fact's.
KEPT_AS = {"earlier_grant": ("earlier_grant_on",), "country_of_work": ("country_of_work", "categories")}
TEMPLATES = {
    "draft": "draft_deletion", "files": "files_deletion", "sensitive": "sensitive_deletion",
    "application": "application_deletion",
}  # fmt: skip


class RetentionFailed(RowsFailed):
    """Applications that were not looked after, by their keys; all others were."""

    what = "application"


def remind_drafts(*, at: datetime) -> int:
    """Tell the writers of drafts that 7 and 2 days are left; returns how many. Each once, none for a saved-never draft.

    RowsFailed once the others are told, where one could not be.
    """
    rows = (
        Application.objects.filter(status=Status.DRAFT, submitted_at=None, erased_at=None, saved_at__isnull=False)
        .filter(Q(call__status="open", call__last_closes_at__gt=at) | Q(call__status__in=RUNNING, late_until__gt=at))
        .exclude(call__training__status=TrainingStatus.CANCELLED)
        .order_by("pk")
    )
    return one_by_one(rows.values_list("pk", flat=True), lambda pk: _remind(pk, at), what="application")


def keep_retention(*, at: datetime, most: int = AT_ONCE) -> dict[str, int]:
    """Announce what will be deleted, and delete what was announced 14 days ago; returns how much of each.

    Nothing is deleted that was not announced. ``most`` applications are looked after in one run, those that wait
    longest first; the next goes on with the others, and those with nothing to delete take no turn. Each is a
    transaction of its own: one that raises is logged, stays as it was and takes nobody's turn, and once the others are
    done RetentionFailed names it.
    """
    done = {"announced": 0, "draft": 0, "files": 0, "sensitive": 0, "application": 0}
    failed: dict[int, str] = {}
    left = most
    while rows := list(islice(_ready(at, failed), left)):
        for pk in rows:
            try:
                found = list(_keep(pk, at))
            except Exception as error:
                log.exception("application not looked after", application=pk)
                failed[pk] = type(error).__name__
                continue
            left -= bool(found)
            for what, count in found:
                done[what] += count
        if failed.keys().isdisjoint(rows):
            break
    if failed:
        raise RetentionFailed(failed)
    return done


def _ready(at: datetime, failed: dict[int, str]) -> Iterator[int]:
    """Those of which something is due or to be announced now, without those that failed; adds those of which that fails."""
    soon, promised = at + NOTICE, promises()
    shortest = promised.shortest
    months = min(shortest.files_months, shortest.application_months, shortest.selected_months)
    rows = Application.objects.filter(erased_at=None).select_related("call__training")
    old = rows.filter(status_at__lte=soon - timedelta(days=28 * months)) | rows.filter(
        submitted_at=None, call__last_closes_at__lte=soon - timedelta(days=shortest.draft_days)
    )
    ended = Q(call__training__ends_on__lte=(soon - SENSITIVE_AFTER).date()) | Q(call__training__ends_on=None)
    old |= rows.filter(ended, submitted_at__isnull=False)
    holding: dict[int, set[int]] = {}  # by call
    for row in old.order_by("status_at", "pk").distinct().iterator(chunk_size=200):
        if row.pk in failed:
            continue
        try:
            if row.call_id not in holding:
                holding[row.call_id] = holders(sensitive_of(row.call_id), rows.filter(call=row.call_id))
            held = row.pk in holding[row.call_id]
            ready = any(_act(row, due, at) for due in due_of(row, promised, sensitive=held, held=held))
        except Exception as error:
            log.exception("application not looked after", application=row.pk)
            failed[row.pk] = type(error).__name__
            continue
        if ready:
            yield row.pk


@transaction.atomic
def _remind(pk: int, at: datetime) -> int:
    from tessera.applications.sending import said_clocks, zone_of

    row = Application.objects.select_for_update(of=("self",)).select_related("call", "applicant").get(pk=pk)
    closes_at = ends_at(row, strand_of(row))
    if row.status != Status.DRAFT or closes_at is None or closes_at <= at:
        return 0
    due = [days for days in DAYS_LEFT if closes_at - timedelta(days=days) <= at]
    marks = {days: f"left-{days}:{closes_at:%Y-%m-%d}" for days in due}  # an extended deadline is told anew
    missing = [days for days in due if marks[days] not in row.reminded]
    if not missing:
        return 0
    row.reminded = [*row.reminded, *(marks[days] for days in missing)]
    row.save(update_fields=["reminded"])
    if at - _begun_at(row) < timedelta(days=1):
        return 0
    days = min(missing)
    tell_applicant(
        "draft_left", row, key=f"draft_left:{row.pk}:{marks[days]}", at=at,
        context={"days": days, "clocks": lambda: said_clocks(closes_at, row.call, zone_of(row))},
    )  # fmt: skip
    return 1


def _begun_at(row: Application) -> datetime:
    """When its writer began, or went on with a code after the deadline."""
    if row.late_until is None:
        return row.started_at
    used = row.late_uses.aggregate(at=Max("at"))["at"]
    return max(row.started_at, used) if used else row.started_at


@transaction.atomic
def _keep(pk: int, at: datetime) -> Iterator[tuple[str, int]]:
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("call__training", "applicant")
        .filter(pk=pk)
        .first()
    )
    found: list[tuple[str, int]] = []
    if row is None:
        return iter(found)
    held = holds(row)
    for due in due_of(row, promises(), sensitive=held, held=held):
        act = _act(row, due, at)
        if act == "announce":
            _announce(row, due, at)
            found.append(("announced", 1))
        elif act == "delete":
            _delete(row, due, at)
            found.append((due.what, 1))
            if due.what in ("draft", "application"):
                break
    return iter(found)


def _act(row: Application, due: Due, at: datetime) -> str:
    """What is to be done now: announce, delete, or nothing."""
    announced = _announced_at(row, due)
    if announced is None:
        return "announce" if due.notice_at <= at else ""
    return "delete" if announced + NOTICE <= at and due.at <= at else ""


def _mark(due: Due) -> str:
    """What begins the note of an announcement; of sensitive answers it holds the day, which moves with the training."""
    return f"deletion-{due.what}:{due.at:%Y-%m-%d}:" if due.what == "sensitive" else f"deletion-{due.what}:"


def _announced_at(row: Application, due: Due) -> datetime | None:
    """When that was announced; of sensitive answers, since the last ones were deleted."""
    notes = [str(note) for note in row.reminded]
    if due.what == "sensitive" and sensitive_mark(due) in notes:
        notes = notes[len(notes) - notes[::-1].index(sensitive_mark(due)) :]
    for note in notes:
        if note.startswith(_mark(due)):
            return datetime.fromisoformat(note.removeprefix(_mark(due)))
    return None


def _announce(row: Application, due: Due, at: datetime) -> None:
    row.reminded = [*row.reminded, f"{_mark(due)}{at.isoformat()}"]
    row.save(update_fields=["reminded"])
    day = max(due.at, at + NOTICE).date()
    tell_applicant(
        TEMPLATES[due.what], row, key=f"{TEMPLATES[due.what]}:{row.pk}:{at:%Y-%m-%d}", at=at,
        context={"day": lambda: in_words(day), **(_training_of(row) if due.what == "sensitive" else {})},
    )  # fmt: skip


def _training_of(row: Application) -> dict[str, Any]:
    """What became of the training, for the mail: over, cancelled, postponed, or planned ``until`` a day."""
    training = row.call.training
    if training.status in PUT_OFF:
        return {"training": training.status, "until": None}
    if training.status in HELD:
        return {"training": "over", "until": None}
    end = end_of(row)
    return {"training": "planned", "until": (lambda: in_words(end.date())) if end else None}


def _delete(row: Application, due: Due, at: datetime) -> None:
    if due.what == "files":
        delete_files(row, at=at)
        _note_done(row, "files")
        record("application.files_deleted", row, by=None, at=at, public=False)
    elif due.what == "sensitive":
        sensitive = sensitive_of(row.call_id)
        delete_answers(row, sensitive.keys, sensitive.facts, at=at)
        row.reminded = [note for note in row.reminded if note != sensitive_mark(due)]
        _note_done(row, sensitive_mark(due))
        record("application.sensitive_deleted", row, by=None, at=at, public=False)
    elif due.what == "draft":
        delete_files(row, at=at)
        forget_traces(row, new_number=new_code(10))
        row.delete()
    else:
        erase_application(row, by=None, at=at)


def _note_done(row: Application, mark: str) -> None:
    row.reminded = [*row.reminded, mark]
    row.save(update_fields=["reminded"])


@dataclass(frozen=True)
class Sensitive:
    """The questions that any version of the form of a call marked as sensitive, and the facts that only they give.

    No question that gives a fact gets the mark any more; forms of earlier times have some.
    """

    keys: tuple[str, ...] = ()
    facts: frozenset[str] = frozenset()


def sensitive_of(call_id: int) -> Sensitive:
    """What goes soon after the end of the training. One query."""
    forms = FormVersion.objects.filter(call=call_id).order_by("number").values_list("document", flat=True)
    asked = [question for form in forms for step in form["steps"] for question in step["questions"]]
    keys = tuple(dict.fromkeys(question["key"] for question in asked if question.get("sensitive")))
    given, kept = (
        {question["fact"] for question in asked if question.get("fact") and (question["key"] in keys) is marked}
        for marked in (True, False)
    )
    return Sensitive(keys, frozenset(fact for name in given for fact in KEPT_AS.get(name, (name,))) - kept)


def holds(application: Application) -> bool:
    """Whether it holds something sensitive. Two queries."""
    return bool(holders(sensitive_of(application.call_id), Application.objects.filter(pk=application.pk)))


def holders(sensitive: Sensitive, among: QuerySet[Application]) -> set[int]:
    """Those ``among`` that hold an answer, a file or a fact that is ``sensitive``. One query, none where nothing is."""
    if not sensitive.keys:
        return set()
    held = {"question__in": sensitive.keys, "application__in": among.order_by()}
    answers = Answer.objects.filter(**held).order_by().values_list("application")
    documents = Document.objects.filter(**held).exclude(state=Document.State.DELETED).order_by()
    uploads = Upload.objects.filter(**held).order_by().values_list("application")
    found = answers.union(documents.values_list("application"), uploads)
    if sensitive.facts:
        found = found.union(among.filter(profile__has_any_keys=sorted(sensitive.facts)).order_by().values_list("pk"))
    return {pk for (pk,) in found}
