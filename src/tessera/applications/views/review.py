"""Everything once more, what is missing first, and handing in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.applications import pages, services
from tessera.applications.models import Answer, Application, Status
from tessera.applications.queries import own_application
from tessera.applications.sheets import form_now, rules_from
from tessera.applications.views.ways import by_script, go_on
from tessera.applications.windows import may_write
from tessera.applications.wording import worded_steps
from tessera.calls.eligibility import blocking
from tessera.calls.eligibility.model import Outcome
from tessera.calls.queries import latest_rules
from tessera.calls.questions import Form
from tessera.core.errors import DomainError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, what is missing first; the button hands it in."""
    user, now = me(request), timezone.now()
    mine, strand = own_application(user, code)
    if mine is None:
        return redirect("apply:start", code=code)
    if request.method == "POST":
        require(user, "applications.submit_application", mine)
        try:
            services.submit_application(mine, by=user, at=now, language=get_language() or "")
        except services.NotComplete as refusal:
            if by_script(request):
                messages.error(request, str(refusal))
                return go_on(request, reverse("apply:review", args=[code]))
            page = _review_page(mine, strand, user, now) | {"tried": str(refusal)}
            return render(request, "apply/review.html", page, status=422)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return go_on(request, reverse("apply:status", args=[code]))
    if not may_write(mine, strand, now):
        return redirect("apply:status", code=code)
    page = _review_page(mine, strand, user, now) | {"arrived": "arrived" in request.GET}
    return render(request, "apply/review.html", page)


def _review_page(mine: Application, strand: Any, user: User, now: datetime) -> dict[str, Any]:
    form = form_now(mine.call_id)
    answers = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
    rules = latest_rules(mine.call)
    found = services.problems_of(mine, form, answers, email=user.email, on=now)
    verdicts = services.judged(mine, rules, form, answers, at=now).verdicts
    return {
        "application": mine,
        "call": mine.call,
        "steps": pages.steps_of(form, answers),
        "answered": worded_steps(_asked_now(form), answers),
        "lacking": [problem for problem in found if problem.code == "missing"],
        "problems": [problem for problem in found if problem.code != "missing"],
        "stopped": [verdict for verdict in blocking(verdicts) if verdict.outcome is not Outcome.UNKNOWN],
        "unknown": [verdict for verdict in blocking(verdicts) if verdict.outcome is Outcome.UNKNOWN],
        "people": [verdict for verdict in verdicts if verdict.outcome == "person"],
        "has_rules": bool(rules_from(rules, mine.strand)),
        "dates": pages.dates_of(mine.call, strand, now, user.time_zone, mine.late_until),
        "returned": mine.status == Status.RETURNED,
    }


def _asked_now(form: Form) -> Form:
    """The form without what is asked only after the selection."""
    steps = [replace(one, questions=tuple(q for q in one.questions if q.stage == "apply")) for one in form.steps]
    return Form(tuple(one for one in steps if one.questions))
