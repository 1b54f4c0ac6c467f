"""Where a training stands: the steps of DOMAIN §3.1, each with its conditions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity import documents
from tessera.activity.documents import Document
from tessera.activity.services import record
from tessera.core import edtf
from tessera.core.documents import changes
from tessera.core.errors import DomainError, InvalidDocument
from tessera.programmes.models import Status, Training
from tessera.programmes.services.records import trainings

S = Status
STEPS: dict[str, tuple[str, ...]] = {
    S.PROPOSED: (S.PLANNED, S.CANCELLED),
    S.PLANNED: (S.ANNOUNCED, S.POSTPONED, S.CANCELLED),
    S.ANNOUNCED: (S.IN_DELIVERY, S.DELIVERED, S.POSTPONED, S.CANCELLED),
    S.IN_DELIVERY: (S.DELIVERED, S.CANCELLED),
    S.DELIVERED: (S.FOLLOWED_UP,),
    S.FOLLOWED_UP: (S.CLOSED,),
    S.CLOSED: (),
    S.POSTPONED: (S.PLANNED, S.ANNOUNCED, S.CANCELLED),
    S.CANCELLED: (),
}


DATES_OVER = gettext_lazy("These dates are over (%(dates)s): write the new ones.")


class StatusRefused(DomainError):
    """Why a training may not take a step; a sentence."""

    message = gettext_lazy("This step is not possible.")


type Follow = Callable[[Training, datetime], None]

_followers: list[Follow] = []


def on_status(follow: Follow) -> None:
    """Register ``follow(training, at)``: called in the transaction in which a training took a step.

    This app knows none of those above it; they register in their ``ready``.
    """
    if follow not in _followers:
        _followers.append(follow)


def next_statuses(training: Training, on: date) -> list[str]:
    """The steps that may be taken on the day ``on``, in the order of a training's life.

    A training may be postponed, and announced again, whatever its dates are: those steps come with the new ones.
    """
    again = (Status.POSTPONED, Status.ANNOUNCED)
    return [
        status
        for status in STEPS[training.status]
        if status == Status.POSTPONED
        or (training.status, status) == again
        or not _why_not(training, status, on, training.dates)
    ]


@transaction.atomic
def set_status(
    training: Training,
    status: str,
    *,
    by: Any,
    at: datetime,
    reason: str = "",
    language: str = "",
    dates: str = "",
) -> Training:
    """Take a step; `StatusRefused` says why not, and then nothing changed.

    ``dates`` (EDTF) are the new dates where the step comes with some. A postponed training keeps the old ones among
    its former dates, with the reason and the ``language`` it is written in ("" where nobody said), and has none
    unless new ones are given. Only a person says that a training began or was held.
    """
    row = trainings.find(training.slug)
    if row is None:
        raise documents.RecordGone
    if status == row.status:
        return row
    if status not in Status.values or status not in STEPS[row.status]:
        raise StatusRefused(
            _("A training that is “%(now)s” cannot become “%(then)s”.")
            % {"now": row.get_status_display(), "then": dict(Status.choices).get(status, status)}
        )
    if by is None and status in (Status.IN_DELIVERY, Status.DELIVERED):
        raise StatusRefused(_("Only a person says that a training began or was held."))
    if status in (Status.POSTPONED, Status.CANCELLED) and not reason.strip():
        raise StatusRefused(_("Give the reason: participants and readers will ask."))
    problem = _why_not(row, status, at.date(), dates if status == Status.POSTPONED else dates or row.dates)
    if problem:
        raise StatusRefused(problem)
    before = trainings.read(row)
    after = _with_dates({**before, "status": status}, status, dates, reason, language, at.date())
    canonical, errors = trainings.check(after, before, any_status=True)
    if errors:
        raise InvalidDocument(errors)
    row = trainings.write(row, canonical, at=at)
    row.version += 1
    row.save(update_fields=["version"])
    row = trainings.find(row.slug) or row
    record(
        "training.status_set",
        row,
        by=by,
        at=at,
        before=before["status"],
        after=status,
        reason=reason,
        changes=changes(before, canonical),
        document=canonical,
        version=row.version,
    )
    trainings.refresh(row, at=at)
    for follow in _followers:
        follow(row, at)
    return row


def _why_not(training: Training, status: str, on: date, dates: str) -> str:
    """The sentence that refuses a step of the lifecycle, "" where nothing does."""
    if status in (Status.ANNOUNCED, Status.IN_DELIVERY, Status.DELIVERED) and not dates:
        return _("Write the dates first: at least the month, for example 2026-03.")
    if status in (Status.CANCELLED, Status.PLANNED) or not dates:
        return ""
    try:
        read = edtf.parse(dates)
    except edtf.EdtfError as error:
        return _(error.message) % error.params
    first, last = read.earliest_start, read.latest_end
    if first is None or last is None:
        return ""
    new = status == Status.POSTPONED or (status == Status.ANNOUNCED and training.status == Status.POSTPONED)
    if new and last < on:
        return str(DATES_OVER) % {"dates": dates}
    if status == Status.IN_DELIVERY and on < first:
        return _("It has not begun: its first day is %(day)s.") % {"day": first.isoformat()}
    if status == Status.DELIVERED:
        if training.status == Status.ANNOUNCED and on <= last:
            return (
                _("It is not over yet: say first that it began.")
                if on >= first
                else _("It has not begun: its first day is %(day)s.") % {"day": first.isoformat()}
            )
        earliest_end = read.earliest_end or last
        if on < earliest_end:
            return _("It is not over before %(day)s.") % {"day": earliest_end.isoformat()}
    return ""


def _with_dates(document: Document, status: str, dates: str, reason: str, language: str, on: date) -> Document:
    if status == Status.POSTPONED:
        old = document["dates"]
        if old:
            former = {"edtf": old["edtf"], "reason": reason, "language": language, "changed_on": on.isoformat()}
            document = {**document, "former_dates": [*document.get("former_dates", []), former]}
        document = {
            **document,
            "dates": {"edtf": dates} if dates else None,
            "phases": [_undated(phase) for phase in document["phases"]],
            "sessions": [
                {key: value for key, value in session.items() if key not in ("starts", "ends")}
                for session in document["sessions"]
            ],
        }
    elif dates and dates != (document["dates"] or {}).get("edtf"):
        document = {**document, "dates": {"edtf": dates}}
    return document


def _undated(phase: Document) -> Document:
    return {key: value for key, value in phase.items() if key not in ("edtf", "precision")}
