"""Moving the dates of a public call: an extension, or a postponement. Nobody's time is ever taken away."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.calls.announcing import follow_postponement
from tessera.calls.documents import deadline_of, strands_of
from tessera.calls.models import Call, DateChange, Status
from tessera.calls.moments import EXTENSION_AFTER_CLOSING, Deadline, MomentError, check_extension, read_deadline
from tessera.calls.services.records import calls, found_call
from tessera.calls.services.telling import moved_for, tell
from tessera.core.documents import changes
from tessera.core.errors import DomainError, InvalidDocument

type Document = dict[str, Any]

S = Status


@dataclass(frozen=True)
class Postponement:
    """What a person asks for: why, and where wished a later deadline, a later opening, a day to accept again by."""

    reason: str
    day: str | date = ""
    clock: str | time = ""
    zone: str = ""
    opens_day: str = ""
    opens_clock: str = ""
    accept_by: date | None = None


@dataclass(frozen=True)
class DateMove:
    """The call as it is now, and how many people were told; None where the same was done before and nothing was written."""

    call: Call
    told: int | None


class NotNow(DomainError):
    message = gettext_lazy(
        "A call can be extended while it is open and for 48 hours after it closed. This one is “%(status)s”."
    )


class CannotPostpone(DomainError):
    message = gettext_lazy("A call that is “%(status)s” cannot be postponed.")


def may_be_extended(call: Call, at: datetime) -> bool:
    """While it is open, and for 48 hours after it closed."""
    if call.status == S.OPEN:
        return True
    closed = call.last_closes_at
    return call.status == S.CLOSED and closed is not None and at <= closed + EXTENSION_AFTER_CLOSING


def was_just_extended(call: Call) -> bool:
    """Whether an extension is the last that happened to its dates: the same again is then a repeat."""
    last = call.date_changes.order_by("-pk").first()
    return last is not None and last.kind == DateChange.Kind.EXTENSION


def may_be_postponed(call: Call) -> bool:
    """From its publication until it is put away or called off."""
    return call.status in (S.PUBLISHED, S.OPEN, S.CLOSED, S.IN_REVIEW, S.DECIDED)


@transaction.atomic
def extend_call(
    call: Call,
    day: str | date,
    clock: str | time,
    zone: str,
    *,
    by: Any,
    at: datetime,
    strand: str = "",
    reason: str = "",
) -> DateMove:
    """Move the deadline of the call, or of one ``strand``, to a later one and tell every draft.

    A call that closed opens again. InvalidDocument names the field (``deadline.day``, ``deadline.time``,
    ``deadline.zone``), NotNow says that it is too late. The deadline that it has already changes nothing.
    """
    row = found_call(call)
    old, new = extension(row, day, clock, zone, at=at, strand=strand)
    if new.closes_at == old.closes_at and new.zone == old.zone:
        return DateMove(row, None)
    before = calls.read(row)
    after = _with_deadline(before, strand, new)
    row, change = _move(row, before, after, DateChange.Kind.EXTENSION, "call.extended", by=by, at=at, reason=reason)
    told = tell(
        "call_extended", row, "drafts", key=f"call_extended:{change.pk}", by=by, at=at, reason=reason.strip(),
        moved=moved_for(row, strand, new),
    )  # fmt: skip
    return DateMove(row, told)


def extension(
    call: Call, day: str | date, clock: str | time, zone: str, *, at: datetime, strand: str = ""
) -> tuple[Deadline, Deadline]:
    """The deadline that stands and the one that `extend_call` would set, refused as there; nothing is written."""
    part = next((one for one in strands_of(call) if one.key == strand), None) if strand else None
    if strand and part is None:
        raise InvalidDocument({"strand": [_("There is no strand “%(given)s”.") % {"given": strand}]})
    old = (deadline_of(part) if part else None) or deadline_of(call)
    if old is None or call.status not in (S.OPEN, S.CLOSED):
        raise NotNow(status=call.get_status_display())
    new = _read(day, clock, zone)
    if new.closes_at == old.closes_at and new.zone == old.zone:
        return old, new
    try:
        check_extension(old, new, at=at)
    except MomentError as error:
        raise InvalidDocument({_field(error): [str(error)]}) from error
    _refuse(calls.read(call), _with_deadline(calls.read(call), strand, new))
    return old, new


def postponement(call: Call, wanted: Postponement, *, at: datetime) -> tuple[Document, Document]:
    """The call before and after `postpone_call`, refused as there; nothing is written."""
    if not may_be_postponed(call):
        raise CannotPostpone(status=call.get_status_display())
    errors: dict[str, list[str]] = {}
    if not wanted.reason.strip():
        errors["reason"] = [_("Give the reason: those who applied will ask.")]
    if call.status == S.DECIDED and wanted.accept_by is None:
        errors["accept_by"] = [_("Say until which day those who accepted are asked to accept again.")]
    if call.status == S.DECIDED and wanted.accept_by is not None and wanted.accept_by <= at.date():
        errors["accept_by"] = [_("This day is past: write a later one.")]
    if (wanted.day or wanted.opens_day) and call.status not in (S.PUBLISHED, S.OPEN):
        errors["deadline.day"] = [_("It has closed: the deadline does not move any more.")]
    if errors:
        raise InvalidDocument(errors)
    before = calls.read(call)
    after = deepcopy(before)
    old = deadline_of(call)
    if wanted.day:
        new = _read(wanted.day, wanted.clock, wanted.zone)
        if old is not None and new.closes_at < old.closes_at:
            raise InvalidDocument({"deadline.day": [_("A deadline is never brought forward.")]})
        if new.closes_at <= at:
            raise InvalidDocument({"deadline.day": [_("This moment is past: write a later one.")]})
        after = _with_deadline(after, "", new)
    if wanted.opens_day and call.status == S.PUBLISHED:
        after["opens"] = {"day": wanted.opens_day, "time": wanted.opens_clock or "00:00"}
    _refuse(before, after)
    return before, after


@transaction.atomic
def postpone_call(call: Call, wanted: Postponement, *, by: Any, at: datetime) -> DateMove:
    """Tell everybody who applied that the training moves, with the reason.

    Before it closed the deadline may move to a later one, before it opened the opening too. Once who is selected is
    decided, those who accepted are asked again, until ``accept_by``, and the reserve list is told. The same
    postponement twice is written once.
    """
    row = found_call(call)
    before, after = postponement(row, wanted, at=at)
    asked_again = row.status == S.DECIDED
    training = row.training
    former = [item["edtf"] for item in training.former_dates]
    told = {"before": {"training": former[-1] if former else ""}, "after": {"training": training.dates}}
    last = row.date_changes.order_by("-pk").first()
    if _is_repeat(last, told, wanted) and after == before:
        return DateMove(row, None)
    row, change = _move(
        row, before, after, DateChange.Kind.POSTPONEMENT, "call.postponed",
        by=by, at=at, reason=wanted.reason, told=told, accept_by=wanted.accept_by if asked_again else None,
    )  # fmt: skip
    days = {
        "training_dates": training.dates,
        "accept_by": wanted.accept_by.isoformat() if asked_again and wanted.accept_by else "",
    }
    told_to: dict[str, Any] = {
        "key": f"call_postponed:{change.pk}",
        "by": by,
        "at": at,
        "reason": wanted.reason.strip(),
    }
    if asked_again:
        follow_postponement(change, by=by, at=at)
        count = tell("call_accept_again", row, "chosen", days=days, **told_to)
        count += tell(
            "call_postponed", row, "reserve", days=days, **told_to | {"key": f"call_postponed:{change.pk}:reserve"}
        )
    else:
        count = tell("call_postponed", row, "everybody", days=days, **told_to)
    return DateMove(row, count)


def _is_repeat(last: DateChange | None, told: Document, wanted: Postponement) -> bool:
    return (
        last is not None
        and last.kind == DateChange.Kind.POSTPONEMENT
        and last.after.get("training") == told["after"]["training"]
        and last.reason == wanted.reason.strip()
        and last.accept_by == wanted.accept_by
    )


def _move(
    row: Call,
    before: Document,
    after: Document,
    kind: str,
    verb: str,
    *,
    by: Any,
    at: datetime,
    reason: str,
    told: Document | None = None,
    accept_by: date | None = None,
) -> tuple[Call, DateChange]:
    """Write the dates of ``after`` with the change that tells of them; a call that had closed is open again."""
    canonical = _refuse(before, after)
    moved = changes(before, canonical)
    row = calls.write(row, canonical, at=at)
    status = row.status
    if status == S.CLOSED and row.last_closes_at is not None and row.last_closes_at > at:
        row.status = S.OPEN
    if moved:
        row.version += 1
    row.save(update_fields=["version", "status"])
    row = calls.find(row.code) or row
    told = told or {"before": {}, "after": {}}
    change = DateChange.objects.create(
        call=row,
        kind=kind,
        before=told["before"] | {path: old for path, (old, _new) in moved.items()},
        after=told["after"] | {path: new for path, (_old, new) in moved.items()},
        reason=reason.strip(),
        accept_by=accept_by,
        at=at,
        by=by,
    )
    kept: Document = {"document": canonical, "version": row.version} if moved else {}
    record(verb, row, by=by, at=at, before=status, after=row.status, reason=reason, changes=moved, **kept)
    calls.refresh(row, at=at)
    return row, change


def _refuse(before: Document, after: Document) -> Document:
    """``after`` in canonical form; InvalidDocument names what cannot stand in it."""
    canonical, errors = calls.check(after, before, any_dates=True)
    if errors:
        raise InvalidDocument(errors)
    return canonical


def _with_deadline(document: Document, strand: str, deadline: Deadline) -> Document:
    fresh = deepcopy(document)
    told = {"day": deadline.day.isoformat(), "time": f"{deadline.minute:%H:%M}", "zone": deadline.zone}
    if not strand:
        fresh["deadline"] = told
    for part in fresh["strands"]:
        if part["key"] == strand:
            part["deadline"] = told
    return fresh


def _read(day: str | date, clock: str | time, zone: str) -> Deadline:
    try:
        return read_deadline(day, clock, zone)
    except MomentError as error:
        raise InvalidDocument({_field(error): [str(error)]}) from error


def _field(error: MomentError) -> str:
    return f"deadline.{error.field}" if error.field in ("day", "time", "zone") else "deadline.day"
