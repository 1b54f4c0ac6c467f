"""Where an application stands, what its writer can do with it, and copies of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.applications import pages, receipts, services
from tessera.applications.keeping import OVER, UNDECIDED
from tessera.applications.later import STAGE, later_by_key, later_of
from tessera.applications.models import RUNNING, Application, Note, Status, Verdict
from tessera.applications.queries import applications_of
from tessera.applications.sending import said_until
from tessera.applications.services import late as services_late
from tessera.applications.services.screening import SCREENED, SELECTED, standing_verdicts
from tessera.applications.services.screening import said as said_of
from tessera.applications.services.writing import FINAL, TAKEN_UP
from tessera.applications.transmission import Standing, standing_of
from tessera.applications.windows import (
    UNFINISHED,
    closing_of,
    is_answerable,
    later_until,
    may_answer_later,
    may_write,
    offered_until,
    returned_until,
    strand_of,
    window_of,
)
from tessera.applications.wording import rules_named, worded_steps
from tessera.calls.models import Status as CallStatus
from tessera.calls.models import Strand
from tessera.calls.queries import called_off
from tessera.calls.questions import shown
from tessera.core.errors import DomainError
from tessera.web import dates

MOST = 100  # of one person; more are not heard of
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


@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """One's own applications, latest first."""
    user, now = me(request), timezone.now()
    rows = []
    found = applications_of(user).select_related("transmission_waiver").prefetch_related("requests")[:MOST]
    off = called_off(row.call for row in found)
    prefetch_related_objects([row for row in found if row.status == Status.OFFERED], "call__date_changes")
    asked = later_by_key([row for row in found if may_answer_later(row, now)], on=now)
    for row in found:
        strand = next((one for one in row.call.strands.all() if one.key == row.strand), None)
        if strand is not None:
            strand.call = row.call
        standing = standing_of(row, row.requests.all(), at=now) if row.is_handed_in() else None
        cancelled = _is_cancelled(row, off)
        passed = row.status == Status.OFFERED and not is_answerable(row, now)
        said = _said(row, _here(row, strand, now, cancelled=cancelled, passed=passed), standing)
        kind = "" if cancelled else "late" if passed else _kind(row.status)
        later = asked.get(row.pk)
        missing = len(later.problems) if later and not cancelled else 0
        rows.append({"application": row, "said": said, "kind": kind, "missing": missing})
    return render(request, "apply/mine.html", {"rows": rows, "section": "applications"})


@require_safe
@never_cache
def status(request: HttpRequest, code: str) -> HttpResponse:
    """How it stands in plain words, what happens next and when."""
    user, now = me(request), timezone.now()
    row = _own(user, code)
    if row is None:
        return redirect("apply:start", code=code)
    strand = strand_of(row)
    standing = standing_of(row, row.requests.all(), at=now) if row.is_handed_in() else None
    off = called_off([row.call])
    cancelled = _is_cancelled(row, off)
    passed = row.status == Status.OFFERED and not is_answerable(row, now)
    here = _here(row, strand, now, cancelled=cancelled, passed=passed)
    page = {
        "application": row,
        "call": row.call,
        "heading": _heading(row, here),
        "said": _said(row, here, standing),
        "decision": _decision(row) if row.status == Status.INELIGIBLE else None,
        "standing": standing if row.status in SCREENED and not cancelled else None,
        "cancelled": cancelled,
        "path": [] if off else _path(row, here),
        "writable": here.writable,
        "withdrawable": row.status not in (*FINAL, Status.WITHDRAWN),
        "offer": _offer(row) if row.status == Status.OFFERED and not cancelled and not passed else None,
        "passed": passed and not cancelled,
        "again": row.status in TAKEN_UP and not here.writable and window_of(row, strand, now) in ("open", "grace"),
        "notes": Note.objects.filter(application=row, visibility=Note.Visibility.APPLICANT).order_by("-at", "-pk")[:20],
        "returned_until": _until(row),
        "dates": pages.dates_of(row.call, strand, now, user.time_zone, row.late_until),
        "received_at": row.status_at if row.receipt_sha256 else row.submitted_at,  # a paper: when it reached the office
        "closes_at": closing_of(row, strand),
        "later": _later(row, now),
        "late": row.status in services_late.BEGUN and not here.writable and row.call.status in RUNNING,
    }
    return render(request, "apply/status.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more; then it is withdrawn."""
    user = me(request)
    row = _own(user, code)
    if row is None:
        raise Http404
    require(user, "applications.withdraw_application", row)
    if row.status == Status.WITHDRAWN:
        return redirect("apply:status", code=code)
    try:
        services.ensure_withdrawable(row)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("apply:status", code=code)
    if request.method == "POST":
        try:
            services.withdraw_application(row, by=user, at=timezone.now(), reason=request.POST.get("reason", "")[:2000])
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your application is withdrawn."))
        return redirect("apply:status", code=code)
    return render(request, "apply/withdraw.html", {"application": row, "call": row.call})


@require_POST
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Take a withdrawn or incomplete application up again."""
    user = me(request)
    row = _own(user, code)
    if row is None:
        raise Http404
    require(user, "applications.write_application", row)
    try:
        services.take_up_again(row, by=user, at=timezone.now())
    except services.SisterApplication as refusal:
        messages.info(request, str(refusal))
        return redirect("apply:status", code=refusal.application.call.code)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("apply:status", code=code)
    return redirect("apply:start", code=code)


@require_safe
@never_cache
def copy_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The copy as PDF."""
    return _copy(request, code, "pdf")


@require_safe
@never_cache
def copy_text(request: HttpRequest, code: str) -> HttpResponse:
    """The copy as plain text."""
    return _copy(request, code, "txt")


def _copy(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    row = _own(me(request), code)
    if row is None:
        raise Http404
    require(request.user, "applications.view_application", row)
    if kind == "pdf":
        answer = HttpResponse(receipts.pdf_of(row), content_type="application/pdf")
    else:
        answer = HttpResponse(receipts.text_of(row), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}.{kind}"'
    return answer


def _own(user: User, code: str) -> Application | None:
    rows = Application.objects.of(user).select_related("call__training", "form_version")
    return rows.filter(call__code=code, erased_at=None).first()


def _kind(state: str) -> str:
    return {
        Status.DRAFT: "part", Status.RETURNED: "due", Status.INCOMPLETE: "late", Status.INELIGIBLE: "late",
        Status.WITHDRAWN: "", Status.NOT_SELECTED: "", Status.DECLINED: "", Status.EXPIRED: "late",
    }.get(Status(state), "done")  # fmt: skip


def _is_cancelled(row: Application, off: Collection[int]) -> bool:
    """Whether the call was called off (``off``, by key) while this was in it."""
    return row.call_id in off and row.status not in ENDED


def _here(row: Application, strand: Strand | None, now: datetime, *, cancelled: bool, passed: bool) -> Here:
    closes_at = closing_of(row, strand)
    return Here(
        writable=may_write(row, strand, now),
        before=row.status in UNFINISHED and (row.call.status in NOT_OPENED or window_of(row, strand, now) == "before"),
        cancelled=cancelled,
        passed=passed,
        early=row.call.status in NOT_CLOSED and closes_at is not None and now < closes_at,
        taking_part=may_answer_later(row, now),
    )


def _heading(row: Application, here: Here) -> str:
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


def _said(row: Application, here: Here, standing: Standing | None) -> str:
    if here.cancelled:
        return _("Your application is not processed any further. What you wrote can still be read and copied.")
    if here.passed:
        offer = _offer(row)
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


def _until(row: Application) -> str:
    until = returned_until(row)
    return said_until(until, row.call) if until else ""


def _offer(row: Application) -> dict[str, str]:
    """Until when the place is kept, in words; "" where no day was set."""
    until = offered_until(row)
    return {"until": said_until(until, row.call) if until else ""}


def _decision(row: Application) -> dict[str, Any]:
    """Why it is not eligible, as the mail about it has it: what the office wrote, the conditions not met and their version."""
    failed = [said_of(verdict) for verdict in standing_verdicts(row) if verdict.outcome == Verdict.Outcome.NOT_MET]
    version = row.rule_version
    return {
        "why": row.status_reason,
        "rules": [sentence for sentence in failed if sentence],
        "by": rules_named(version.number if version else None),
    }


def _later(row: Application, now: datetime) -> dict[str, Any] | None:
    """What is asked of those selected: what is missing and until when, and what was answered; None where nothing is."""
    later = later_of(row, on=now)
    if later is None:
        return None
    until = later_until(row, now)
    links = pages.steps_of(later.form, later.answers, stage=STAGE)
    return {
        "open": may_answer_later(row, now),
        "problems": later.problems,
        "until": _day(until) if until else "",
        "first": links[0].key,
        "answered": worded_steps(later.form, later.answers, stage=STAGE, unanswered=()),
        "empty": all(later.answers.get(one.key) is None for one in shown(later.form, later.answers, STAGE)),
    }


def _path(row: Application, here: Here) -> list[Stage]:
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
        _day(row.submitted_at.date())
        if row.submitted_at and at > 0
        else _("now")
        if row.submitted_at
        else _("until the deadline"),
        "" if undecided else _("now") if at == 1 and not here.early else _("after the deadline"),
        _("not reached") if refused else "",
        _day(row.status_at.date())
        if refused
        else _("by %(day)s") % {"day": _day(ending)}
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


def _day(value: Any) -> str:
    return dates.in_words(value if isinstance(value, date) else str(value))
