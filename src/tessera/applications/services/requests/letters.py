"""What goes out by mail about a request, and the link that answers it.

The link is made from the row and the secret of the site, so that reminders bear the same one; the database keeps only
its hash. An answered, replaced or expired request has none.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.applications.models import Request
from tessera.applications.reading import form_of
from tessera.applications.sending import (
    about,
    application_path,
    call_title,
    known_language,
    language_of,
    said_clocks,
    said_until,
    zone_of,
)
from tessera.calls.questions import Question
from tessera.core.translated import best
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message

SALT = "tessera.applications.request"


def token_of(request: Request) -> str:
    """The token of its link: the same for every mail about it, another when it is asked anew."""
    digest = salted_hmac(SALT, f"{request.pk}:{request.asked_at.timestamp():.6f}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def request_path(request: Request) -> str:
    return f"/{known_language(request.language)}/requests/{token_of(request)}/"


def question_of(row: Request) -> Question | None:
    """The question that it is asked for."""
    return next((question for question in form_of(row.application).questions if question.key == row.question), None)


def asks_rank(row: Request) -> bool:
    """Whether its question asks for a rank among the applications of one endorser."""
    question = question_of(row)
    return row.is_endorsement() and question is not None and question.ranked


def takes(row: Request) -> str:
    """How a referee answers: by a "text", by a "file", or by "either"."""
    question = question_of(row)
    return question.letter if question is not None and not row.is_endorsement() else "text"


def told(row: Request) -> dict[str, Any]:
    return {
        "who": row.name,
        "endorsement": row.is_endorsement(),
        "transmits": row.transmits,
        "clocks": lambda: said_clocks(row.due_at, row.application.call, zone_of(row.application)),
        "requests": lambda: site_url(
            application_path(row.application, language_of(row.application)).replace("/apply/", "/requests/of/")
        ),
    }


def mail(row: Request, template: str, *, key: str, at: datetime) -> None:
    language, call = known_language(row.language), row.application.call
    with override(language):
        context = {
            "name": row.name,
            "applicant": row.application.name or _("an applicant"),
            "call": call_title(call, language),
            "training": best(call.training.title, language)[0] or call.training.slug,
            "until": said_until(row.due_at, call),
            "clocks": said_clocks(row.due_at, call),
            "endorsement": row.is_endorsement(),
            "transmits": row.transmits,
            "letter": takes(row) != "text",
            "link": site_url(request_path(row)),
        }
        queue_message(
            template,
            to=row.email,
            context=context,
            language=language,
            reason=_("You get this message because an applicant named you. We use your address for this alone."),
            key=key or None,
            confidential=template != "request_thanks",
            rehearsal=row.application.rehearsal,
            about=about(row.application) + row.part,
            at=at,
        )
