"""Telling those who apply. This app knows no applications: the app that keeps them says whom there is to tell.

In that app's ``ready``: ``declare_readers(recipients)``, ``on_postponed(ask_again)`` and ``keep_from_archive(waiting)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Literal

from tessera.calls.models import Call, DateChange
from tessera.messaging.services import Recipient

# drafts: who writes still, unsubmitted or returned; everybody: who has not withdrawn; chosen: selected or further;
# reserve: who may still be offered a place.
type Whom = Literal["drafts", "everybody", "chosen", "reserve"]
# ``strands`` are keys: only whoever applies to one of them; None for everybody in the call.
type Readers = Callable[[Call, Whom, Collection[str] | None], Iterable[Recipient]]
type Follow = Callable[[DateChange, Any, datetime], None]
type Waiting = Callable[[Call], str]

_readers: list[Readers] = []
_followers: list[Follow] = []
_waiting: list[Waiting] = []


def declare_readers(readers: Readers) -> None:
    """Register who is told: ``readers(call, whom, strands)`` gives each once, in their language."""
    if readers not in _readers:
        _readers.append(readers)


def on_postponed(follow: Follow) -> None:
    """Register ``follow(change, by, at)``: called in the transaction in which a call was postponed."""
    if follow not in _followers:
        _followers.append(follow)


def keep_from_archive(waiting: Waiting) -> None:
    """Register ``waiting(call)``: why a decided call cannot be put away yet, in a sentence; "" where nothing waits."""
    if waiting not in _waiting:
        _waiting.append(waiting)


def waiting_in(call: Call) -> str:
    """The sentences that keep ``call`` from being put away; "" for none."""
    return " ".join(filter(None, (waiting(call) for waiting in _waiting)))


def readers_of(call: Call, whom: Whom, strands: Collection[str] | None = None) -> list[Recipient]:
    """Everybody to tell, each address once."""
    found: dict[str, Recipient] = {}
    for readers in _readers:
        for recipient in readers(call, whom, strands):
            found.setdefault(recipient.address.lower(), recipient)
    return list(found.values())


def follow_postponement(change: DateChange, *, by: Any, at: datetime) -> None:
    for follow in _followers:
        follow(change, by, at)
