"""How long an application is kept (DOMAIN §8), as plain dates: what is deleted when, and when that is announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tessera.applications.models import Application, RetentionPeriods, Status
from tessera.applications.periods import NAMES, Periods, Promises
from tessera.calls.models import Status as CallStatus
from tessera.core import edtf
from tessera.planning.clock import add_months
from tessera.programmes.models import Status as TrainingStatus
from tessera.web.dates import in_words

What = Literal["draft", "files", "sensitive", "application"]

NOTICE = timedelta(days=14)
REPORT_AFTER = timedelta(weeks=6)  # the end of the training: when the final report is due where no day is set for it

SENSITIVE_AFTER = timedelta(days=30)  # the end of the training

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
OVER = (CallStatus.CANCELLED, CallStatus.ARCHIVED)  # nobody is screened any more, and no place is taken
CHOSEN = (Status.SELECTED, Status.OFFERED, Status.ACCEPTED)
PUT_OFF = (TrainingStatus.POSTPONED, TrainingStatus.CANCELLED)

_GONE = "sensitive:"

LABELS: Mapping[What, Any] = {
    "draft": gettext_lazy("a draft that was never submitted, with its files"),
    "files": gettext_lazy("the files of an application that was not selected"),
    "sensitive": gettext_lazy("passports, diet, health and other answers that are marked so, with their files"),
    "application": gettext_lazy("names, addresses and answers of an application; figures without a name stay"),
}
SELECTED = gettext_lazy("everything about an application that was selected; figures without a name stay")


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
        return LABELS[self.what]


def promises() -> Promises:
    """What administrators set, and since when. One query."""
    rows = RetentionPeriods.objects.order_by("number").values("at", *NAMES)
    return Promises(tuple((row.pop("at"), Periods(**row)) for row in rows))


def due_of(application: Application, promised: Promises, *, sensitive: bool = False, held: bool = False) -> list[Due]:
    """What will be deleted of an application, the earliest first; nothing while that is not known or all is gone.

    Reads ``call`` and its ``training``. A call without a deadline, or a decision that is not made, has no date yet. For a
    draft that a code opened after the deadline (``late_until``) the days count from the end of that. ``sensitive``: a
    version of its form asked for something that goes soon after the end of the training; once that was deleted, it is due
    again where such a thing is ``held``.
    """
    if application.erased_at is not None:
        return []
    kept = promised.since(application.started_at)
    if application.submitted_at is None and application.status in NEVER_SUBMITTED:
        closes_at = application.call.last_closes_at
        if closes_at is None:
            return []
        ended = max(closes_at, application.late_until or closes_at)
        return [Due(ended + timedelta(days=kept.draft_days), "draft")]
    found = _sensitive_due(application, held) if sensitive else []
    decided = _not_chosen_at(application)
    if decided is not None:
        found += [Due(months_after(decided, kept.application_months), "application")]
        if not files_are_gone(application):
            found.append(Due(months_after(decided, kept.files_months), "files"))
    elif application.status in CHOSEN and (reported := reported_at(application)):
        found.append(Due(months_after(reported, kept.selected_months), "application"))
    found.sort()
    whole = next((due.at for due in found if due.what == "application"), None)
    return [due for due in found if due.what != "sensitive" or whole is None or due.at < whole]


def sensitive_mark(due: Due) -> str:
    """What is noted once it is done; a training that moves has another day."""
    return f"{_GONE}{due.at:%Y-%m-%d}"


def sensitive_is_gone(application: Application) -> bool:
    """Whether what goes soon after the end was deleted of it; a training with later dates asks for it anew."""
    days = [str(note).removeprefix(_GONE) for note in application.reminded if str(note).startswith(_GONE)]
    end = end_of(application) if days else None
    return any(end is None or day >= f"{end:%Y-%m-%d}" for day in days)


def _sensitive_due(application: Application, held: bool) -> list[Due]:
    end = end_of(application)
    due = Due(end + SENSITIVE_AFTER, "sensitive") if end and application.submitted_at is not None else None
    return [due] if due is not None and (held or sensitive_mark(due) not in application.reminded) else []


def said_of(periods: Periods) -> dict[str, str]:
    """Each period in words, by its name."""
    return {
        "draft_days": ngettext(
            "%(n)s day after the deadline", "%(n)s days after the deadline", periods.draft_days
        ) % {"n": periods.draft_days},
        "files_months": _after_decision(periods.files_months),
        "application_months": _after_decision(periods.application_months),
        "selected_months": ngettext(
            "%(n)s month after the final report", "%(n)s months after the final report", periods.selected_months
        ) % {"n": periods.selected_months},
    }  # fmt: skip


def rules_of(periods: Periods) -> list[tuple[Any, str]]:
    """(what is deleted, when) for each kind of thing, in the active language."""
    said = said_of(periods)
    return [
        (LABELS["draft"], said["draft_days"]),
        (LABELS["files"], said["files_months"]),
        (LABELS["sensitive"], _after_end(SENSITIVE_AFTER.days)),
        (LABELS["application"], said["application_months"]),
        (SELECTED, said["selected_months"]),
    ]


def waits_for_the_end(application: Application) -> bool:
    """Whether dates that are not known yet follow from the end of the training, and no more from a decision."""
    return application.status in (*CHOSEN, Status.RESERVE)


def _kept_now() -> str:
    said = said_of(promises().now)
    return _("Drafts: %(draft)s. Files: %(files)s. The rest: %(rest)s. If you are selected: %(selected)s") % {
        "draft": said["draft_days"], "files": said["files_months"], "rest": said["application_months"],
        "selected": said["selected_months"],
    }  # fmt: skip


kept_in_words = lazy(_kept_now, str)  # asked when it is shown: an administrator may have changed it


def _after_end(days: int) -> str:
    return ngettext(
        "%(n)s day after the end of the training", "%(n)s days after the end of the training", days
    ) % {"n": days}  # fmt: skip


def _after_decision(months: int) -> str:
    return ngettext("%(n)s month after the decision", "%(n)s months after the decision", months) % {"n": months}


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


def reported_at(application: Application) -> datetime | None:
    """When the final report is due: the day that the office set in the timeline of the call, never before the training
    is over; six weeks after its end where none is set. None where neither is known."""
    end, day = end_of(application), application.call.timeline.get("report")
    if not day:
        return end + REPORT_AFTER if end else None
    report = datetime.combine(date.fromisoformat(day), application.status_at.timetz())
    return max(report, end) if end else report


def end_of(application: Application) -> datetime | None:
    """The last day of the training, as an instant.

    Where it was postponed without new dates, the end that was planned last counts: that day was promised. Where none was
    ever planned and it was put off, there is nothing to wait for since the application came into its state. None while a
    training is to come whose end is not known.
    """
    training = application.call.training
    known = [training.dates] if training.dates else [former["edtf"] for former in reversed(training.former_dates)]
    ends = (edtf.parse(dates).latest_end for dates in known if dates)
    last = next((end for end in ends if end is not None), None)
    if last is not None:
        return datetime.combine(last, application.status_at.timetz())
    return application.status_at if training.status in PUT_OFF and not training.dates else None
