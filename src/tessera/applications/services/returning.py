"""What the office does with a file that lacks something: it goes back to its writer, until a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.applications.models import Application, Status
from tessera.applications.reading import form_of
from tessera.applications.sending import has_a_writer, said_clocks, tell_applicant, zone_of
from tessera.applications.services.screening import ensure_decided_on
from tessera.applications.services.writing import move
from tessera.core.errors import DomainError
from tessera.core.folding import clean
from tessera.core.translated import best

LEAST_TIME = timedelta(hours=24)
RETURNABLE = (Status.SUBMITTED, Status.RETURNED)


class CannotReturn(DomainError):
    message = gettext_lazy("Only a submitted application is returned for completion; this one is “%(status)s”.")


class NobodyToComplete(DomainError):
    message = gettext_lazy(
        "It has no open account, so nobody could complete it here. Write to the person, and note the answer."
    )


class SayWhatIsMissing(DomainError):
    message = gettext_lazy("Say what is missing: the applicant reads it.")


class TooShort(DomainError):
    message = gettext_lazy("Give at least 24 hours to complete it.")


def ensure_returnable(row: Application, *, by: Any) -> None:
    """CannotReturn where it is not as it was handed in, CallOver, OwnApplication, or NobodyToComplete."""
    if row.status not in RETURNABLE:
        raise CannotReturn(status=row.get_status_display())
    ensure_decided_on(row, by=by)
    if not has_a_writer(row):
        raise NobodyToComplete


@transaction.atomic
def return_for_completion(
    application: Application, *, text: str, questions: Iterable[str] = (), until: datetime, by: Any, at: datetime
) -> Application:
    """Give a submitted file back to its writer until ``until`` (exclusive), with what is missing, and tell them.

    ``questions`` are keys of its form; others are left out. The same return again changes nothing.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    known = {question.key: question for question in form_of(row).questions}
    words = clean(text)
    completion = {
        "until": until.isoformat(),
        "questions": [key for key in dict.fromkeys(questions) if key in known],
        "text": words,
    }
    if row.status == Status.RETURNED and row.completion == completion:
        return row
    ensure_returnable(row, by=by)
    if not words:
        raise SayWhatIsMissing
    if until < at + LEAST_TIME:
        raise TooShort
    row.completion = completion
    row.save(update_fields=["completion"])
    row = move(row, Status.RETURNED, "application.returned", by=by, at=at, reason=words)
    labels = [known[key].label for key in completion["questions"]]
    tell_applicant(
        "item_missing",
        row,
        key=f"item_missing:{row.pk}:{at.isoformat()}",
        at=at,
        context={
            "why": words,
            "items": lambda: [best(label)[0] for label in labels],
            "clocks": lambda: said_clocks(until, row.call, zone_of(row)),
        },
    )
    return row
