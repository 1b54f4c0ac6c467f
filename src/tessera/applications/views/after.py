"""Where an application stands, what its writer can do with it, and copies of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.applications import pages, receipts, services
from tessera.applications.later import STAGE, later_by_key, later_of
from tessera.applications.models import RUNNING, Application, Note, Status
from tessera.applications.progress import (
    day_in_words,
    decision_of,
    heading_of,
    here_of,
    is_cancelled,
    kind_of,
    offer_of,
    path_of,
    sentence_of,
    until_of,
)
from tessera.applications.queries import applications_of
from tessera.applications.services import late as services_late
from tessera.applications.services.screening import SCREENED
from tessera.applications.services.writing import FINAL, TAKEN_UP
from tessera.applications.transmission import standing_of
from tessera.applications.windows import (
    closing_of,
    is_answerable,
    later_until,
    may_answer_later,
    strand_of,
    window_of,
)
from tessera.applications.wording import worded_steps
from tessera.calls.queries import called_off
from tessera.calls.questions import shown
from tessera.core.errors import DomainError

MOST = 100  # of one person; more are not heard of


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
        cancelled = is_cancelled(row, off)
        passed = row.status == Status.OFFERED and not is_answerable(row, now)
        said = sentence_of(row, here_of(row, strand, now, cancelled=cancelled, passed=passed), standing)
        kind = "" if cancelled else "late" if passed else kind_of(row.status)
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
    cancelled = is_cancelled(row, off)
    passed = row.status == Status.OFFERED and not is_answerable(row, now)
    here = here_of(row, strand, now, cancelled=cancelled, passed=passed)
    page = {
        "application": row,
        "call": row.call,
        "heading": heading_of(row, here),
        "said": sentence_of(row, here, standing),
        "decision": decision_of(row) if row.status == Status.INELIGIBLE else None,
        "standing": standing if row.status in SCREENED and not cancelled else None,
        "cancelled": cancelled,
        "path": [] if off else path_of(row, here),
        "writable": here.writable,
        "withdrawable": row.status not in (*FINAL, Status.WITHDRAWN),
        "offer": offer_of(row) if row.status == Status.OFFERED and not cancelled and not passed else None,
        "passed": passed and not cancelled,
        "again": row.status in TAKEN_UP and not here.writable and window_of(row, strand, now) in ("open", "grace"),
        "notes": Note.objects.filter(application=row, visibility=Note.Visibility.APPLICANT).order_by("-at", "-pk")[:20],
        "returned_until": until_of(row),
        "dates": pages.dates_of(row.call, strand, now, user.time_zone, row.late_until),
        "received_at": row.status_at if row.receipt_sha256 else row.submitted_at,  # a paper: when it reached the office
        "closes_at": closing_of(row, strand),
        "later": _later(row, now),
        "late": row.status in services_late.BEGUN
        and not here.writable
        and row.call.status in RUNNING
        and not row.call.training_is_off,
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
        "until": day_in_words(until) if until else "",
        "first": links[0].key,
        "answered": worded_steps(later.form, later.answers, stage=STAGE, unanswered=()),
        "empty": all(later.answers.get(one.key) is None for one in shown(later.form, later.answers, STAGE)),
    }
