"""One act on several applications: what it would do to each, and then the act, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tessera.applications.keeping import OVER
from tessera.applications.models import Application, Status
from tessera.applications.services.returning import ensure_returnable, return_for_completion
from tessera.applications.services.screening import (
    SELECTED,
    ensure_screened,
    mark_eligible,
    mark_ineligible,
    refuse_against,
)
from tessera.applications.services.taking_back import NotTurnedDown, take_back, taken_back_as
from tessera.core.errors import DomainError

ACTS = ("eligible", "ineligible", "return", "back")


@dataclass(frozen=True)
class Outcome:
    """What an act does to one application, or why it does nothing; ``becomes`` is its status then, where foreseen."""

    application: Application
    done: bool
    sentence: str = ""
    becomes: str = ""


def foresee(applications: Iterable[Application], act: str, *, by: Any) -> list[Outcome]:
    """What ``act`` of ``by`` would do to each application, without doing it. No query for those that `loaded` has read."""
    return [_foreseen(row, act, by) for row in applications]


def loaded(applications: QuerySet[Application]) -> QuerySet[Application]:
    """The same with all that an act on them is foreseen from: three queries more, however many there are."""
    rows = applications.select_related("call", "applicant", "transmission_waiver")
    return rows.prefetch_related("verdicts", "waivers", "requests")


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
        elif act == "back":
            take_back(row, reason=text, by=by, at=at)
        else:
            return_for_completion(row, text=text, until=until or at, by=by, at=at)
    except DomainError as refusal:
        return Outcome(row, False, str(refusal))
    return Outcome(row, True)


def _foreseen(row: Application, act: str, by: Any) -> Outcome:
    becomes: str = act
    try:
        if act == "return":
            ensure_returnable(row, by=by)
            return Outcome(row, True, becomes=Status.RETURNED)
        ensure_screened(row, by=by, over=OVER if act == "ineligible" else SELECTED)
        if row.status == act:
            return Outcome(row, False, _("It is that already."))
        if act == "back":
            becomes = _taken_back(row)
        elif act == "eligible":
            refuse_against(row)
    except DomainError as refusal:
        return Outcome(row, False, str(refusal))
    return Outcome(row, True, becomes=becomes)


def _taken_back(row: Application) -> Status:
    if row.status != Status.INELIGIBLE:
        raise NotTurnedDown(status=row.get_status_display())
    becomes = taken_back_as(row)
    if becomes is None:
        refuse_against(row)
    return becomes or Status.ELIGIBLE
