"""How an application stands, in words to its writer: what is the case, what comes next and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tessera.applications.keeping import OVER, UNDECIDED
from tessera.applications.models import Application, Status, Verdict
from tessera.applications.sending import said_until
from tessera.applications.services.screening import SELECTED, standing_verdicts
from tessera.applications.services.screening import said as said_of
from tessera.applications.transmission import Standing
from tessera.applications.windows import (
    UNFINISHED,
    closing_of,
    may_answer_later,
    may_write,
    offered_until,
    returned_until,
    window_of,
)
from tessera.applications.wording import rules_named
from tessera.calls.models import Status as CallStatus
from tessera.calls.models import Strand
from tessera.web import dates

# What had ended before its call was cancelled stays as it ended.
ENDED = (Status.WITHDRAWN, Status.INELIGIBLE, Status.NOT_SELECTED, Status.DECLINED, Status.EXPIRED)

NOT_OPENED = (CallStatus.DRAFT, CallStatus.PUBLISHED)
NOT_CLOSED = (*NOT_OPENED, CallStatus.OPEN)


@dataclass(frozen=True)
class Stage:
    """A point on the path of an application. ``state`` is done, part (now) or "" (to come)."""

    when: str
    title: str
    about: str
    state: str


@dataclass(frozen=True)
class Here:
    """What surrounds an application at this moment, as far as words depend on it.

    ``writable``: it may be written and submitted now; ``before``: its dates were moved to come. ``cancelled``: its call was
    called off while it was in it; ``passed``: the place that was offered can be taken no more; ``early``: its deadline is to
    come; ``taking_part``: the place is taken, and the training to come or under way.
    """

    writable: bool
    before: bool
    cancelled: bool
    passed: bool
    early: bool
    taking_part: bool


def kind_of(state: str) -> str:
    return {
        Status.DRAFT: "part", Status.RETURNED: "due", Status.INCOMPLETE: "late", Status.INELIGIBLE: "late",
        Status.WITHDRAWN: "", Status.NOT_SELECTED: "", Status.DECLINED: "", Status.EXPIRED: "late",
    }.get(Status(state), "done")  # fmt: skip


def is_cancelled(row: Application, off: Collection[int]) -> bool:
    """Whether the call was called off (``off``, by key) while this was in it."""
    return row.call_id in off and row.status not in ENDED


def here_of(row: Application, strand: Strand | None, now: datetime, *, cancelled: bool, passed: bool) -> Here:
    closes_at = closing_of(row, strand)
    return Here(
        writable=may_write(row, strand, now),
        before=row.status in UNFINISHED and (row.call.status in NOT_OPENED or window_of(row, strand, now) == "before"),
        cancelled=cancelled,
        passed=passed,
        early=row.call.status in NOT_CLOSED and closes_at is not None and now < closes_at,
        taking_part=may_answer_later(row, now),
    )


def heading_of(row: Application, here: Here) -> str:
    if here.cancelled:
        return _("This call is cancelled")
    if here.passed:
        return _("The day is over")
    if _is_undecided(row) and row.status == Status.UNDER_REVIEW:
        return _("Read by reviewers")
    words = {
        Status.DRAFT: _("Your draft") if here.writable or here.before else _("Not submitted"),
        Status.SUBMITTED: pgettext("state of an application", "Received"),
        Status.RETURNED: _("Something is missing") if here.writable else _("Not completed"),
        Status.INCOMPLETE: _("Not completed")
        if row.is_handed_in()
        else _("Your draft")
        if here.writable or here.before
        else _("Not submitted in time"),
        Status.ELIGIBLE: _("Meets the conditions"),
        Status.INELIGIBLE: _("Does not meet the conditions"),
        Status.UNDER_REVIEW: _("Being read"),
        Status.SELECTED: _("Selected"),
        Status.RESERVE: _("On the reserve list"),
        Status.NOT_SELECTED: _("Not selected"),
        Status.OFFERED: _("A place is offered to you"),
        Status.ACCEPTED: _("You have accepted"),
        Status.DECLINED: _("You have declined"),
        Status.EXPIRED: _("The offer has expired"),
        Status.WITHDRAWN: _("Withdrawn"),
    }
    return words[Status(row.status)]


def sentence_of(row: Application, here: Here, standing: Standing | None) -> str:
    if here.cancelled:
        return _("Your application is not processed any further. What you wrote can still be read and copied.")
    if here.passed:
        offer = offer_of(row)
        if row.call.status in OVER:
            return _("A place was kept for you, and it can be taken here no more. Write to the programme office.")
        return (
            _(
                "A place was kept for you until %(until)s, and no answer came. If you want to come, write to the programme office at once."
            )
            % offer
        )
    if row.status in UNFINISHED:
        return _said_unfinished(row, here)
    if _is_undecided(row):
        return _(
            "The selection for this call is over, and no decision on your application is noted here. Write to the programme office."
        )
    if row.status == Status.SUBMITTED and standing is not None and not standing.counts:
        return _("Your application has arrived whole. It counts once it is transmitted.")
    over = row.call.status in OVER
    words = {
        Status.SUBMITTED: _(
            "Your application has arrived whole. After the deadline the programme office checks the conditions."
        )
        if here.early
        else _("Your application has arrived whole. The programme office checks the conditions now."),
        Status.ELIGIBLE: _("It meets the conditions and will be read."),
        Status.INELIGIBLE: _("It does not meet the conditions of this call."),
        Status.UNDER_REVIEW: _("Reviewers read it without your name."),
        Status.SELECTED: _("The committee had selected you, and no offer is noted here. Write to the programme office.")
        if over
        else _("The committee has selected you. The offer follows."),
        Status.RESERVE: _("The selection for this call is over: no place is offered any more.")
        if over
        else _("If somebody declines, a place may be offered to you."),
        Status.NOT_SELECTED: _("There were more good applications than places."),
        Status.OFFERED: _("Please say whether you will come."),
        Status.ACCEPTED: _("Your place is confirmed. The programme office writes to you about what comes next.")
        if here.taking_part
        else _("You took the place that was offered to you. Nothing more is asked of you here."),
        Status.DECLINED: _("Thank you for saying so in time."),
        Status.EXPIRED: _("Nobody answered in time, and the place went to somebody else."),
        Status.WITHDRAWN: _("It takes no further part in the selection."),
    }
    return words[Status(row.status)]


def _said_unfinished(row: Application, here: Here) -> str:
    """Of what its writer has not submitted, or has not submitted again."""
    if row.status == Status.RETURNED and here.writable:
        return _("The programme office needs something from you. Complete it and submit it again.")
    if row.is_handed_in() and here.writable:
        return _(
            "It was returned to you, and the day until which you could complete it is over: it does not count as submitted. "
            "You can still go on with it and submit it again."
        )
    if row.is_handed_in():
        return _(
            "It was returned to you for completion, and the time for that is over. What you wrote is kept and can be read "
            "and copied. If that is a mistake, write to the programme office."
        )
    if here.writable:
        return _("Everything you wrote is saved. Only a submitted application is read.")
    if here.before:
        return _("The dates were moved: you can go on writing once applications open. Everything you wrote is kept.")
    return _("The deadline is over. What you wrote before it is kept and can be read and copied.")


def _is_undecided(row: Application) -> bool:
    """Whether its call is decided, or put away, and nothing was decided on it."""
    return row.status in UNDECIDED and row.status != Status.RETURNED and row.call.status in SELECTED


def until_of(row: Application) -> str:
    until = returned_until(row)
    return said_until(until, row.call) if until else ""


def offer_of(row: Application) -> dict[str, str]:
    """Until when the place is kept, in words; "" where no day was set."""
    until = offered_until(row)
    return {"until": said_until(until, row.call) if until else ""}


def decision_of(row: Application) -> dict[str, Any]:
    """Why it is not eligible, as the mail about it has it: what the office wrote, the conditions not met and their version."""
    failed = [said_of(verdict) for verdict in standing_verdicts(row) if verdict.outcome == Verdict.Outcome.NOT_MET]
    version = row.rule_version
    return {
        "why": row.status_reason,
        "rules": [sentence for sentence in failed if sentence],
        "by": rules_named(version.number if version else None),
    }


def path_of(row: Application, here: Here) -> list[Stage]:
    """Submitted, checked, read, decided: what is done, what is now, what comes and when; empty where nothing comes."""
    if row.status == Status.WITHDRAWN or (row.status in UNFINISHED and not here.writable and not here.before):
        return []
    at = _at_stage(row)
    undecided, refused = _is_undecided(row), row.status == Status.INELIGIBLE
    timeline = row.call.timeline
    ending = timeline.get("offers", "")
    titles = [
        (
            _("Submitted"),
            _("Number %(number)s; the receipt is in your mail.") % {"number": row.number}
            if at > 0
            else _("Only a submitted application is read."),
        ),
        (
            _("Conditions checked"),
            _(
                "The programme office looks whether the conditions of the call are met, and writes to you where something is missing."
            ),
        ),
        (_("Read by reviewers"), _("They see your answers without your name.")),
        (_("Your answer"), _("Everybody gets an answer, whatever it is.")),
    ]
    whens = [
        day_in_words(row.submitted_at.date())
        if row.submitted_at and at > 0
        else _("now")
        if row.submitted_at
        else _("until the deadline"),
        "" if undecided else _("now") if at == 1 and not here.early else _("after the deadline"),
        _("not reached") if refused else "",
        day_in_words(row.status_at.date())
        if refused
        else _("by %(day)s") % {"day": day_in_words(ending)}
        if ending and not undecided
        else "",
    ]
    states = ["done" if n < at else "part" if n == at and not undecided else "" for n in range(len(titles))]
    if refused:  # the answer came before anybody read it
        states[2] = ""
    return [Stage(when, title, about, state) for when, (title, about), state in zip(whens, titles, states, strict=True)]


def _at_stage(row: Application) -> int:
    """How many of the four stages are behind it."""
    if row.status in UNFINISHED:
        return 0
    if row.status == Status.SUBMITTED:
        return 1
    if row.status in (Status.ELIGIBLE, Status.UNDER_REVIEW):
        return 2
    return 4


def day_in_words(value: Any) -> str:
    return dates.in_words(value if isinstance(value, date) else str(value))
