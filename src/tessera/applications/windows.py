"""When an application may be written: the dates of its strand, the grace for what was begun, the time of a return.

What is asked of those selected has a time of its own: from the place that was taken to the end of the training.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tessera.applications.keeping import OVER
from tessera.applications.models import RUNNING, Application, Status
from tessera.calls import moments
from tessera.calls.models import Call, Strand
from tessera.calls.moments import AOE
from tessera.calls.questions.model import Stage
from tessera.core import edtf
from tessera.core.rows import unique
from tessera.programmes.models import Status as TrainingStatus

Window = Literal["before", "open", "grace", "closed"]

LAST_DAY = date.max - timedelta(days=2)  # the calendar ends soon after, on every clock
UNFINISHED = (Status.DRAFT, Status.RETURNED, Status.INCOMPLETE)
TRAINING_OVER = (TrainingStatus.DELIVERED, TrainingStatus.FOLLOWED_UP, TrainingStatus.CLOSED, TrainingStatus.CANCELLED)


def strand_of(application: Application) -> Strand | None:
    """The strand it is for, with its call and the call's training; None where the call has it no more."""
    return unique(
        Strand.objects.select_related("call__training").filter(call=application.call_id, key=application.strand)
    )


def closing_of(application: Application, strand: Strand | None) -> datetime | None:
    """The first instant at which it may be written no more, the grace left out: the return's own, else the strand's."""
    until = returned_until(application)
    if until is not None:
        return until
    return strand.closing() if strand is not None else application.call.closes_at


def ends_at(application: Application, strand: Strand | None) -> datetime | None:
    """The same, or the end of what a code of the office gave beyond it."""
    closes_at = closing_of(application, strand)
    if closes_at is None or application.late_until is None or returned_until(application) is not None:
        return closes_at
    return max(closes_at, application.late_until)


def returned_until(application: Application) -> datetime | None:
    """Until when a returned file may be completed; None where it is not returned."""
    if application.status == Status.RETURNED and application.completion.get("until"):
        return datetime.fromisoformat(application.completion["until"])
    return None


def window_of(application: Application, strand: Strand | None, at: datetime) -> Window:
    """Where ``at`` falls for the writer of ``application``, whatever its state.

    Who saved anything while it was open has the grace of `calls.moments`. ``started_at`` stands for the first save:
    both come before the deadline where there was one, and the last save may be of the grace itself. A code of the
    office opens a closed call for one application (`services.late`). Once the training is cancelled it is closed.
    """
    call: Call = strand.call if strand is not None else application.call
    if call.training_is_off:
        return "closed"
    until = returned_until(application)
    if until is not None:
        if call.status in OVER:
            return "closed"
        return moments.window(at, opens_at=None, closes_at=until, saved_at=application.started_at)
    closes_at = closing_of(application, strand)
    if call.status not in RUNNING or closes_at is None:
        return "closed"
    opens_at = strand.opening() if strand is not None else call.opens_at
    if application.late_until is not None and closes_at <= at < application.late_until:
        return "open"
    saved_at = application.started_at if application.saved_at else None
    return moments.window(at, opens_at=opens_at, closes_at=closes_at, saved_at=saved_at)


def may_write(application: Application, strand: Strand | None, at: datetime) -> bool:
    """Whether its writer may save and submit it at ``at``. What became incomplete is open again with an extended call."""
    if application.status not in UNFINISHED:
        return False
    return window_of(application, strand, at) in ("open", "grace")


def may_answer_later(application: Application, at: datetime) -> bool:
    """Whether what is asked of those selected may be answered at ``at``, if anything is.

    The place is taken, and the training neither over nor called off. Reads ``call`` and its ``training``, of those only
    that took a place.
    """
    if application.status != Status.ACCEPTED or application.erased_at is not None or application.call.status in OVER:
        return False
    training = application.call.training
    if training.status in TRAINING_OVER:
        return False
    last = edtf.parse(training.dates).latest_end if training.dates else None
    return last is None or at < end_of_day(last, application.call)


def stage_to_write(application: Application, strand: Strand | None, at: datetime) -> Stage | None:
    """Which questions its writer may answer at ``at``: those of the application, those of the selected, or none."""
    if may_write(application, strand, at):
        return "apply"
    return "after_selection" if may_answer_later(application, at) else None


def later_until(application: Application, at: datetime) -> date | None:
    """The day by which those selected are asked to answer: when the visa letters are written, else the day before it begins.

    The first of the two that is not over on the clock of the call; None where neither is known or to come. It closes
    nothing: who is late is still read.
    """
    call = application.call
    letters = call.timeline.get("visa_letters")
    days = [date.fromisoformat(letters)] if letters else []
    if call.training.starts_on:
        days.append(call.training.starts_on - timedelta(days=1))
    return next((day for day in days if at < end_of_day(day, call)), None)


def offered_until(application: Application) -> datetime | None:
    """The first instant at which an offer can be answered no more; None where no day was set. Reads ``call`` and its changes.

    A postponement before the offer set a day for other offers.
    """
    days = [
        (change.at, change.pk, change.accept_by)
        for change in application.call.date_changes.all()
        if change.accept_by is not None and change.at >= application.status_at
    ]
    return end_of_day(max(days)[2], application.call) if days else None


def is_answerable(application: Application, at: datetime) -> bool:
    """Whether the place that is offered can still be taken or given up at ``at``."""
    if application.status != Status.OFFERED or application.call.status in OVER or application.call.training_is_off:
        return False
    until = offered_until(application)
    return until is None or at < until


def end_of_day(day: date, call: Call) -> datetime:
    """The first instant after ``day`` on the clock of the call."""
    return datetime.combine(min(day, LAST_DAY) + timedelta(days=1), time(), ZoneInfo(call.deadline_zone or AOE))


def latest_day(at: datetime) -> date:
    """The day that begins first somewhere on Earth: whoever signs writes no later one."""
    return at.astimezone(ZoneInfo("Pacific/Kiritimati")).date()


def earliest_day(at: datetime) -> date:
    """The day that it still is somewhere on Earth."""
    return at.astimezone(ZoneInfo(AOE)).date()
