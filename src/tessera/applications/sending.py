"""What the mails about applications have in common: to whom, in which language, which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from tessera.applications.models import Application
from tessera.calls.models import Call
from tessera.calls.moments import AOE, Clock, Deadline, clocks
from tessera.core.translated import best
from tessera.messaging.models import Message
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message

WHY = _("You get this message because you have an application here.")


def language_of(application: Application) -> str:
    """The language in which its writer is written to."""
    return known_language(application.language)


def known_language(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.MAIN_LANGUAGE


def about(application: Application) -> str:
    """The path under which a mail that tells of it is found again (``Message.about``)."""
    return f"application:{application.pk}/"


def application_path(application: Application, language: str) -> str:
    """Where its writer reads how it stands."""
    return f"/{language}/apply/{application.number}/"


def call_title(call: Call, language: str) -> str:
    return best(call.title, language)[0] or call.code


def said_until(closes_at: datetime, call: Call) -> str:
    """The last minute before an exclusive moment on the clock of the call, in the reader's language."""
    return str(_clocks(closes_at, call)[0])


def said_clocks(closes_at: datetime, call: Call, zone: str = "") -> str:
    """The same on every clock, one a line: the call's, the one of the reader's ``zone`` where it differs, UTC."""
    return "\n".join(str(clock) for clock in _clocks(closes_at, call, zone))


def deadline_before(closes_at: datetime, call: Call) -> Deadline:
    """An exclusive moment as the deadline that readers are told of, on the clock of the call."""
    zone = call.deadline_zone or AOE
    last = (closes_at - timedelta(minutes=1)).astimezone(ZoneInfo(zone))
    return Deadline(last.date(), last.time().replace(second=0, microsecond=0), zone, 1 if last.fold else 0)


def _clocks(closes_at: datetime, call: Call, reader_zone: str = "") -> tuple[Clock, ...]:
    return clocks(deadline_before(closes_at, call), reader_zone or None)


def has_a_writer(application: Application) -> bool:
    """Whether somebody can sign in and go on with it: a paper may have come without an address."""
    return application.applicant is not None and application.applicant.is_active


def zone_of(application: Application) -> str:
    """The zone that its writer chose; empty where none is known."""
    return application.applicant.time_zone if application.applicant else ""


def tell_applicant(
    template: str,
    application: Application,
    *,
    key: str,
    at: datetime,
    context: Mapping[str, Any] | None = None,
    part: str = "",
) -> Message | None:
    """Write ``template`` to the applicant, once for each ``key``; None where there is no address to write to.

    Every template gets the call, the number and, where its writer can sign in, the link of the application besides
    ``context``, whose lazy values and functions are put into words in the language of the applicant. ``part``
    ("request:3/") is what of it is told of.
    """
    to = application.applicant or application.email
    if not to:
        return None
    language = language_of(application)
    with override(language):
        words = {
            "call": call_title(application.call, language),
            "number": application.number,
            "link": site_url(application_path(application, language)) if has_a_writer(application) else "",
            **{name: value() if callable(value) else value for name, value in (context or {}).items()},
        }
        return queue_message(
            template,
            to=to,
            context={name: value for name, value in words.items() if value not in (None, "", [])},
            language=language,
            reason=WHY,
            key=key,
            rehearsal=application.rehearsal,
            about=about(application) + part,
            at=at,
        )
