"""The mails about a call's dates: to everybody concerned, each in their language, never twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tessera.calls.announcing import Whom, readers_of
from tessera.calls.documents import deadline_of
from tessera.calls.models import Call
from tessera.calls.moments import clocks
from tessera.core.translated import best
from tessera.messaging.rendering import site_url
from tessera.messaging.services import Recipient, approve_batch, queue_batch
from tessera.web.dates import in_words

WHY = _("You have an application to this call.")


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
) -> int:
    """Write ``template`` to ``whom`` and let it go; returns to how many. The same ``key`` writes once.

    ``days`` are dates (EDTF) by name, put into words for each reader. The person who acts saw the number before.
    """
    found = readers_of(call, whom)
    if not found:
        return 0
    told = [replace(one, context={**_words(call, _language(one), reason, days or {}), **one.context}) for one in found]
    batch = queue_batch(
        template, told, by=by, at=at, reason=WHY, key=key, second_person=False, rehearsal=call.rehearsal
    )
    approve_batch(batch, by=by, at=at)
    return len(told)


def call_path(call: Call, language: str) -> str:
    """The address of the public page, in one language."""
    return f"/{language}/calls/{call.code}/"


def _language(one: Recipient) -> str:
    wanted = one.language or (settings.MAIN_LANGUAGE if isinstance(one.to, str) else one.to.mail_language)
    return wanted if wanted in dict(settings.LANGUAGES) else settings.MAIN_LANGUAGE


def _words(call: Call, language: str, reason: str, days: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"call": best(call.title, language)[0], "link": site_url(call_path(call, language))}
    with override(language):
        if reason:
            found["why"] = reason
        deadline = deadline_of(call)
        if deadline is not None:
            shown = clocks(deadline)
            found["deadline"] = str(shown[0])
            if len(shown) > 1:
                found["deadline_utc"] = str(shown[-1])
        found |= {name: in_words(day) for name, day in days.items() if day}
    return found
