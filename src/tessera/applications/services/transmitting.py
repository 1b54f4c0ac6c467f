"""Letting an application count that nobody transmitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.models import Application, TransmissionWaiver
from tessera.applications.sending import tell_applicant
from tessera.applications.services.screening import ReasonMissing, let_pass, to_screen
from tessera.applications.transmission import sentence_of, standing_of
from tessera.core.errors import DomainError
from tessera.core.folding import clean


class NothingToTransmit(DomainError):
    message = gettext_lazy("Applications to this call are not transmitted by anybody: it counts as it is.")


class IsTransmitted(DomainError):
    message = gettext_lazy("It is transmitted already: there is nothing to let pass.")


@transaction.atomic
def waive_transmission(application: Application, *, reason: str, by: Any, at: datetime) -> TransmissionWaiver:
    """Let an application count that nobody transmitted, and tell its writer why; a second time changes nothing.

    What was not eligible becomes eligible where nothing else stands against it.
    """
    row = to_screen(application, by=by)
    standing = standing_of(row, row.requests.all(), at=at)
    if standing is None:
        raise NothingToTransmit
    if standing.waiver is not None:
        return standing.waiver
    if standing.counts:
        raise IsTransmitted
    words = clean(reason)
    if not words:
        raise ReasonMissing
    made = TransmissionWaiver.objects.create(application=row, reason=words, at=at, by=by)
    record("application.transmission_waived", row, by=by, at=at, before=standing.state, reason=words, public=False)
    tell_applicant(
        "transmission_waived", row, key=f"transmission_waived:{made.pk}", at=at,
        context={"said": lambda: sentence_of(standing.state, row, standing.request), "why": made.reason},
    )  # fmt: skip
    let_pass(row, by=by, at=at, reason=words)
    return made
