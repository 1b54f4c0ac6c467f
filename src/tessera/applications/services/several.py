"""One act on several applications: what it would do to each, and then the act, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tessera.applications.models import Application
from tessera.applications.sending import has_a_writer
from tessera.applications.services.returning import (
    RETURNABLE,
    CannotReturn,
    NobodyToComplete,
    return_for_completion,
)
from tessera.applications.services.screening import (
    SELECTED,
    ensure_screened,
    mark_eligible,
    mark_ineligible,
    refuse_against,
)
from tessera.applications.windows import OVER
from tessera.core.errors import DomainError

ACTS = ("eligible", "ineligible", "return")


@dataclass(frozen=True)
class Outcome:
    """What an act does to one application, or why it does nothing."""

    application: Application
    done: bool
    sentence: str = ""


def foresee(applications: Iterable[Application], act: str) -> list[Outcome]:
    """What ``act`` would do to each application, without doing it."""
    return [_foreseen(row, act) for row in applications]


def act_on_many(
    applications: Iterable[Application], act: str, *, text: str, by: Any, at: datetime, until: datetime | None = None
) -> list[Outcome]:
    """Do ``act`` to each as if it were the only one; those that refuse stay as they are and say why.

    ``text`` is the reason, or what is missing; a return without ``until`` is TooShort for each. Eligible needs a reason
    only for those that were found not to be.
    """
    return [_acted(row, act, text=text, by=by, at=at, until=until) for row in applications]


def _acted(row: Application, act: str, *, text: str, by: Any, at: datetime, until: datetime | None) -> Outcome:
    try:
        if act == "eligible":
            mark_eligible(row, reason=text, by=by, at=at)
        elif act == "ineligible":
            mark_ineligible(row, reason=text, by=by, at=at)
        else:
            return_for_completion(row, text=text, until=until or at, by=by, at=at)
    except DomainError as refusal:
        return Outcome(row, False, str(refusal))
    return Outcome(row, True)


def _foreseen(row: Application, act: str) -> Outcome:
    if act == "return":
        if row.status not in RETURNABLE:
            return Outcome(row, False, str(CannotReturn(status=row.get_status_display())))
        return Outcome(row, True) if has_a_writer(row) else Outcome(row, False, str(NobodyToComplete()))
    try:
        ensure_screened(row, over=SELECTED if act == "eligible" else OVER)
        if row.status == act:
            return Outcome(row, False, _("It is that already."))
        if act == "eligible":
            refuse_against(row)
    except DomainError as refusal:
        return Outcome(row, False, str(refusal))
    return Outcome(row, True)
