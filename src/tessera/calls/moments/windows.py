"""Before, open, grace or closed; and which openings, deadlines and extensions are refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _

from tessera.calls.moments.deadlines import GRACE, Deadline, MomentError
from tessera.calls.moments.milestones import WEEKS
from tessera.core.sentences import Sentence
from tessera.places.wording import Day

EXTENSION_AFTER_CLOSING = timedelta(hours=48)

Window = Literal["before", "open", "grace", "closed"]


def window(at: datetime, *, opens_at: datetime | None, closes_at: datetime, saved_at: datetime | None = None) -> Window:
    """Where ``at`` falls; ``saved_at`` is when this draft was first saved, None where it never was.

    ``grace`` only for a draft saved before ``closes_at``.
    """
    if opens_at is not None and at < opens_at:
        return "before"
    if at < closes_at:
        return "open"
    if saved_at is not None and saved_at < closes_at and at < closes_at + GRACE:
        return "grace"
    return "closed"


def may_save(at: datetime, *, opens_at: datetime | None, closes_at: datetime, saved_at: datetime | None = None) -> bool:
    """Whether a draft may be saved and submitted at ``at``."""
    return window(at, opens_at=opens_at, closes_at=closes_at, saved_at=saved_at) in ("open", "grace")


def last_closing(call: Deadline, strands: Iterable[Deadline | None] = ()) -> datetime:
    """When the whole call closes: it is open while any of its strands is. A strand without a deadline has the call's."""
    own = [deadline or call for deadline in strands]
    return max(deadline.closes_at for deadline in own or [call])


def check_window(opens_at: datetime | None, deadline: Deadline, *, starts_on: date | None = None) -> None:
    """MomentError where the opening is not before the deadline, or the deadline not before the training begins."""
    if opens_at is not None and opens_at >= deadline.closes_at:
        sentence = Sentence(
            _(
                "The call would open after its deadline, %(day)s, %(time)s: choose an opening before it, for example %(example)s."
            ),
            {
                "day": Day(deadline.day),
                "time": f"{deadline.minute:%H:%M}",
                "example": Day(deadline.day - timedelta(weeks=6)),
            },
        )
        raise MomentError("opens", "opens_after_deadline", sentence)
    if starts_on is not None and deadline.day >= starts_on:
        sentence = Sentence(
            _("The training begins on %(start)s: the deadline has to be before that, for example on %(example)s."),
            {"start": Day(starts_on), "example": Day(starts_on + timedelta(weeks=WEEKS["deadline"]))},
        )
        raise MomentError("deadline", "deadline_after_start", sentence)


def check_extension(old: Deadline, new: Deadline, *, at: datetime) -> None:
    """MomentError unless ``new`` is later than ``old`` and the call is open, or closed for at most 48 hours."""
    if new.closes_at < old.closes_at:
        sentence = Sentence(
            _("A deadline is never brought forward: it stays at %(day)s, %(time)s or moves to a later one."),
            {"day": Day(old.day), "time": f"{old.minute:%H:%M}"},
        )
        raise MomentError("deadline", "shortened", sentence)
    if new.closes_at == old.closes_at:
        raise MomentError("deadline", "unchanged", Sentence(_("This is the deadline that the call has already.")))
    if at > old.closes_at + EXTENSION_AFTER_CLOSING:
        sentence = Sentence(
            _("The call closed on %(day)s: it can be extended for 48 hours after closing, and that time is over."),
            {"day": Day(old.day)},
        )
        raise MomentError("deadline", "too_late", sentence)
    if new.closes_at <= at:
        raise MomentError("deadline", "past", Sentence(_("This moment is past: write a later one.")))
