"""The mails about a call's dates: to everybody concerned, each in their language, never twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tessera.calls.announcing import Whom, readers_of
from tessera.calls.documents import deadline_of, strands_of
from tessera.calls.models import Call
from tessera.calls.moments import Deadline, clocks
from tessera.core.translated import best
from tessera.messaging.rendering import site_url
from tessera.messaging.services import Recipient, approve_batch, queue_batch
from tessera.web.dates import in_words

WHY = _("You have an application to this call.")


@dataclass(frozen=True)
class Moved:
    """A deadline that moved, and the strands that it holds for."""

    deadline: Deadline
    strands: frozenset[str]


def moved_for(call: Call, strand: str, deadline: Deadline) -> Moved:
    """``deadline`` for one ``strand``, or for the call: then for every strand that has none of its own."""
    own = {one.key for one in strands_of(call) if deadline_of(one) is not None}
    held = {strand} if strand else {"", *(one.key for one in strands_of(call))} - own
    return Moved(deadline, frozenset(held))


def tell(
    template: str,
    call: Call,
    whom: Whom,
    *,
    key: str,
    by: Any,
    at: datetime,
    reason: str = "",
    days: Mapping[str, str] | None = None,
    moved: Moved | None = None,
) -> int:
    """Write ``template`` to ``whom`` and let it go; returns to how many. The same ``key`` writes once.

    ``days`` are dates (EDTF) by name, put into words for each reader; ``moved`` is the deadline that is told, and whom it
    is for. Without it each is told the deadline that holds for them, until it is decided who is selected. The person
    who acts saw the number before.
    """
    found = readers_of(call, whom, moved.strands if moved else None)
    if not found:
        return 0
    own, usual = ({}, moved.deadline) if moved else (_deadlines_of_their_own(call, whom), deadline_of(call))
    if whom in ("chosen", "reserve"):  # nobody applies any more
        own, usual = {}, None

    def words(one: Recipient) -> dict[str, Any]:
        return _words(call, one, own.get(one.address.lower(), usual), reason, days or {})

    told = [replace(one, context={**words(one), **one.context}) for one in found]
    batch = queue_batch(
        template, told, by=by, at=at, reason=WHY, key=key, second_person=False, rehearsal=call.rehearsal
    )
    approve_batch(batch, by=by, at=at)
    return len(told)


def _deadlines_of_their_own(call: Call, whom: Whom) -> dict[str, Deadline]:
    """By address, for those who apply to a strand that has its own. One reading for each such strand."""
    parts = [(one.key, deadline) for one in strands_of(call) if (deadline := deadline_of(one)) is not None]
    return {one.address.lower(): deadline for key, deadline in parts for one in readers_of(call, whom, {key})}


def call_path(call: Call, language: str) -> str:
    """The address of the public page, in one language."""
    return f"/{language}/calls/{call.code}/"


def _language(one: Recipient) -> str:
    wanted = one.language or (settings.MAIN_LANGUAGE if isinstance(one.to, str) else one.to.mail_language)
    return wanted if wanted in dict(settings.LANGUAGES) else settings.MAIN_LANGUAGE


def _words(
    call: Call, one: Recipient, deadline: Deadline | None, reason: str, days: Mapping[str, str]
) -> dict[str, Any]:
    language = _language(one)
    found: dict[str, Any] = {"call": best(call.title, language)[0], "link": site_url(call_path(call, language))}
    with override(language):
        if reason:
            found["why"] = reason
        if deadline is not None:
            shown = clocks(deadline, getattr(one.to, "time_zone", "") or None)
            found["deadline"] = "\n".join(str(clock) for clock in shown)
        found |= {name: in_words(day) for name, day in days.items() if day}
    return found
