"""How long an application is kept (DOMAIN §8), as plain dates: what is deleted when, and when that is announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from tessera.applications.models import Application, Status
from tessera.calls.models import Status as CallStatus
from tessera.core import edtf
from tessera.planning.clock import add_months
from tessera.web.dates import in_words

What = Literal["draft", "files", "application"]

NOTICE = timedelta(days=14)
DRAFT_AFTER = timedelta(days=90)  # after the deadline
FILES_MONTHS = 6  # after the decision
APPLICATION_MONTHS = 24  # after the decision; of the selected after the final report
REPORT_AFTER = timedelta(weeks=6)  # the end of the training: when the final report is due

NEVER_SUBMITTED = (Status.DRAFT, Status.INCOMPLETE, Status.WITHDRAWN)
NOT_CHOSEN = (
    Status.INELIGIBLE,
    Status.NOT_SELECTED,
    Status.INCOMPLETE,
    Status.WITHDRAWN,
    Status.DECLINED,
    Status.EXPIRED,
)
UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.ELIGIBLE, Status.UNDER_REVIEW)
OVER = (CallStatus.CANCELLED, CallStatus.ARCHIVED)
CHOSEN = (Status.SELECTED, Status.OFFERED, Status.ACCEPTED)

RULES: Mapping[What, tuple[Any, Any]] = {
    "draft": (_("a draft that was never submitted, with its files"), _("90 days after the deadline")),
    "files": (_("the files of an application that was not selected"), _("6 months after the decision")),
    "application": (
        _("names, addresses and answers of an application; figures without a name stay"),
        _("24 months after the decision; for the selected, after the final report"),
    ),
}


@dataclass(frozen=True, order=True)
class Due:
    """One thing that will be deleted, and when at the earliest. It is announced 14 days before."""

    at: datetime
    what: What

    @property
    def notice_at(self) -> datetime:
        return self.at - NOTICE

    @property
    def day(self) -> str:
        """The day in the reader's language."""
        return in_words(self.at.date())

    @property
    def label(self) -> Any:
        return RULES[self.what][0]

    @property
    def rule(self) -> Any:
        return RULES[self.what][1]


def due_of(application: Application) -> list[Due]:
    """What will be deleted of an application, the earliest first; nothing while that is not known or all is gone.

    Reads ``call`` and its ``training``. A call without a deadline, or a decision that is not made, has no date yet.
    """
    if application.erased_at is not None:
        return []
    if application.submitted_at is None and application.status in NEVER_SUBMITTED:
        closes_at = application.call.last_closes_at
        return [Due(closes_at + DRAFT_AFTER, "draft")] if closes_at else []
    decided = _not_chosen_at(application)
    if decided is not None:
        found = [Due(months_after(decided, APPLICATION_MONTHS), "application")]
        if not files_are_gone(application):
            found.append(Due(months_after(decided, FILES_MONTHS), "files"))
        return sorted(found)
    if application.status in CHOSEN:
        end = end_of(application)
        return [Due(months_after(end + REPORT_AFTER, APPLICATION_MONTHS), "application")] if end else []
    return []


def _not_chosen_at(application: Application) -> datetime | None:
    """When it was certain that this person does not come; None while they may, or do.

    Whoever is on the reserve list may be offered a place until the training is over. What nobody decided on is over
    with its call.
    """
    status, call = application.status, application.call
    if status in NOT_CHOSEN:
        return application.status_at
    if status == Status.RESERVE:
        return max(application.status_at, end_of(application) or application.status_at)
    if status in UNDECIDED and call.status in OVER:
        return max(application.status_at, call.changed_at)
    return None


def files_are_gone(application: Application) -> bool:
    return "files" in application.reminded


def months_after(moment: datetime, months: int) -> datetime:
    """The same time of day so many months later; the last day of a shorter month."""
    return datetime.combine(add_months(moment.date(), months), moment.timetz())


def end_of(application: Application) -> datetime | None:
    """The last day of the training, as an instant; None while it has no dates."""
    dates = application.call.training.dates
    if not dates:
        return None
    last = edtf.parse(dates).latest_end
    return datetime.combine(last, application.status_at.timetz()) if last else None
