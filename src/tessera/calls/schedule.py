"""The timeline of one call: its days beside the usual ones of its training, and what is short or out of order."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tessera.calls.documents import STEPS, call_document, deadline_of
from tessera.calls.models import Call, Status
from tessera.calls.moments import MILESTONES, Clock, Notice, clocks, time_left, timeline, timeline_warnings
from tessera.core.edtf import Edtf, parse
from tessera.core.sentences import Sentence
from tessera.programmes.models import Training

type Document = dict[str, Any]

# Where the document keeps the day of a step.
OPENING = "publish"
OPENING_TIME = "09:00"  # on the clock of the deadline, where no other is said


@dataclass(frozen=True)
class Line:
    """A step with its usual day, None without dates of the training, and the day that is set."""

    key: str
    name: Sentence
    usual: date | None
    on: date | None

    @property
    def weeks(self) -> int | None:
        """How many whole weeks later (or earlier: negative) than usual the day is."""
        return int((self.on - self.usual).days / 7) if self.on and self.usual else None

    @property
    def earlier(self) -> int:
        """How many whole weeks earlier than usual; 0 where it is not."""
        return max(0, -(self.weeks or 0))


@dataclass(frozen=True)
class Timeline:
    """The page's facts. ``rough`` are the training's dates where its days are not fixed.

    ``gone`` are the steps whose usual day is past; ``clocks`` show the deadline, ``left`` how long it is; ``free`` while
    the days may still be taken over.
    """

    first_day: date | None
    last_day: date | None
    rough: Edtf | None
    lines: tuple[Line, ...]
    notices: tuple[Notice, ...]
    gone: tuple[Line, ...]
    clocks: tuple[Clock, ...]
    left: Sentence | None
    free: bool


def timeline_of(call: Call, *, at: datetime, zone: str = "") -> Timeline:
    """The timeline of a call with its training loaded, for a reader in ``zone``."""
    document = call_document(call)
    today = at.astimezone(ZoneInfo(document["deadline"]["zone"])).date()
    usual = _usual(call.training)
    days = {key: _day(document, key) for key in MILESTONES}
    deadline = deadline_of(call)
    lines = tuple(Line(key, Sentence(MILESTONES[key]), usual.get(key), days[key]) for key in MILESTONES)
    return Timeline(
        first_day=call.training.starts_on,
        last_day=call.training.ends_on,
        rough=_rough(call.training),
        lines=lines,
        notices=timeline_warnings(first_day=call.training.starts_on, days=days, today=today, done=_done(call)),
        gone=tuple(line for line in lines if line.usual and line.usual < today),
        clocks=clocks(deadline, zone or None) if deadline else (),
        left=time_left(deadline.closes_at, at) if deadline else None,
        free=not call.published,
    )


def with_usual_days(document: Document, training: Training, *, every: bool = False) -> Document:
    """The document with the usual days where none is set, or everywhere (``every``)."""
    fresh = deepcopy(document)
    for key, on in _usual(training).items():
        if every or _day(document, key) is None:
            _put(fresh, key, on)
    return fresh


def _done(call: Call) -> tuple[str, ...]:
    """The steps that a call in its state has behind it; of one that was called off or put away nothing waits."""
    if call.status in (Status.CANCELLED, Status.ARCHIVED):
        return tuple(MILESTONES)
    behind = {
        "publish": call.published,
        "deadline": call.status in (Status.CLOSED, Status.IN_REVIEW, Status.DECIDED),
        "offers": call.status == Status.DECIDED,
    }
    return tuple(key for key, is_done in behind.items() if is_done)


def _usual(training: Training) -> dict[str, date]:
    if training.starts_on is None:
        return {}
    return {step.key: step.on for step in timeline(training.starts_on, training.ends_on)}


def _day(document: Document, key: str) -> date | None:
    """The day of a step; that of publishing is the opening where no other is said."""
    if key == "deadline":
        text = document.get("deadline", {}).get("day")
    else:
        text = document.get("timeline", {}).get(key)
        if key == OPENING and not text:
            text = (document.get("opens") or {}).get("day")
    return date.fromisoformat(text) if text else None


def _put(document: Document, key: str, on: date) -> None:
    if key == "deadline":
        document["deadline"] = {**document.get("deadline", {}), "day": on.isoformat()}
    elif key in STEPS:
        document["timeline"] = {**document.get("timeline", {}), key: on.isoformat()}
    if key == OPENING:
        document["opens"] = {"time": OPENING_TIME, **(document.get("opens") or {}), "day": on.isoformat()}


def _rough(training: Training) -> Edtf | None:
    """The dates of a training that names no days; None where its days are known, or nothing is."""
    read = parse(training.dates, allow_open=True) if training.dates else None
    return read if read and read.is_rough else None
