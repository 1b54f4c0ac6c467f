"""An act on several applications of one call: first what it would do to each, then the act."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tessera.accounts.permissions import me, require
from tessera.applications.forms.screening import CompletionForm, ReasonForm, TakingBackForm
from tessera.applications.models import Application, Status
from tessera.applications.services import screening as services
from tessera.applications.services import several
from tessera.applications.services.returning import LEAST_TIME, TooShort
from tessera.applications.views.screening import call_of
from tessera.applications.windows import end_of_day
from tessera.calls.models import Call
from tessera.web.punctuation import labelled

MOST_AT_ONCE = 500


@require_POST
def act(request: HttpRequest, code: str) -> HttpResponse:
    """An act on several: first what it would do to each, then, confirmed, the act and a report."""
    call, now = call_of(request, code), timezone.now()
    chosen = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdecimal() and len(key) < 18]
    todo = request.POST.get("act", "")
    rows = Application.objects.visible_to(request.user).handed_in().filter(call=call, pk__in=chosen[:MOST_AT_ONCE])
    found = list(several.loaded(rows).order_by("submitted_at", "pk"))
    if not found or todo not in several.ACTS:
        messages.error(request, _("Choose applications and what is to be done with them."))
        return redirect("applications:list", call.code)
    for row in found:
        require(request.user, "applications.screen_application", row)
    form = _form_of_act(todo, found, request.POST if "confirm" in request.POST else None, now)
    until = _until(form, call, now)
    if "confirm" in request.POST and (form is None or form.is_valid()):
        given = form.cleaned_data if form else {}
        text = given.get("reason") or given.get("text", "")
        outcomes = several.act_on_many(found, todo, text=text, until=until, by=me(request), at=now)
        done = sum(outcome.done for outcome in outcomes)
        messages.success(
            request,
            ngettext("%(n)s application was changed.", "%(n)s applications were changed.", done) % {"n": done},
        )
        for outcome in outcomes:
            if not outcome.done:
                messages.warning(request, labelled(outcome.application.number, outcome.sentence))
        return redirect("applications:list", call.code)
    outcomes = several.foresee(found, todo, by=me(request))
    context = {
        "call": call, "act": todo, "outcomes": outcomes, "form": form,
        "changes": sum(outcome.done for outcome in outcomes),
    }  # fmt: skip
    return render(request, "applications/act.html", context, status=422 if form is not None and form.is_bound else 200)


def _form_of_act(
    todo: str, found: list[Application], posted: QueryDict | None, now: datetime
) -> ReasonForm | CompletionForm | None:
    """What has to be written for an act on several; to find them eligible only where some were found not to be."""
    if todo == "return":
        return CompletionForm(posted, today=now.date())
    if todo == "eligible" and any(
        row.status == Status.INELIGIBLE and not services.stands_against(row) for row in found
    ):
        return TakingBackForm(posted)
    return ReasonForm(posted) if todo in ("ineligible", "back") else None


def _until(form: ReasonForm | CompletionForm | None, call: Call, now: datetime) -> datetime | None:
    """Until when the files are open again, if so it was written; too short a time is noted in the form."""
    if not isinstance(form, CompletionForm) or not form.is_valid():
        return None
    until = end_of_day(form.cleaned_data["until"], call)
    if until < now + LEAST_TIME:
        form.add_error("until", str(TooShort()))
    return until
