"""Waiving a condition for somebody who has not submitted yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tessera.accounts.permissions import me, require
from tessera.applications.forms.screening import WaiveBeforehandForm
from tessera.applications.services import waiving as services
from tessera.applications.services.screening import OwnApplication
from tessera.calls.forms.rule_words import rule_name
from tessera.calls.forms.rules import Choices
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions.reading import read_form
from tessera.core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
def beforehand(request: HttpRequest, code: str) -> HttpResponse:
    """By the number that the applicant wrote to the office; nothing of the draft is shown."""
    require(request.user, "applications.list_applications")
    rows = Call.objects.visible_to(request.user).prefetch_related("strands")
    call = get_object_or_404(rows, code=code)
    form = WaiveBeforehandForm(request.POST if request.method == "POST" else None, rules=_rules(call))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.waive_beforehand(
                call, given["number"], given["rule"], reason=given["reason"], by=me(request), at=timezone.now()
            )
        except (services.NoSuchDraft, OwnApplication) as refusal:
            form.add_error("number", str(refusal))
        except DomainError as refusal:
            form.add_error("rule", str(refusal))
        else:
            messages.success(request, _("Waived. The applicant gets a mail with the reason."))
            return redirect("applications:list", code)
    context = {"call": call, "form": form}
    return render(request, "applications/waive.html", context, status=422 if form.is_bound else 200)


def _rules(call: Call) -> list[tuple[str, str]]:
    """The hard conditions of the call, of everybody and of each strand: key and words."""
    version, asked = latest_rules(call), latest_form(call)
    if version is None:
        return []
    choices = Choices(read_form(asked.document) if asked else None, [])
    found = {
        rule["key"]: rule_name(rule, choices)
        for strand in call.strands.all()
        for rule in version.rules_of(strand.key)["rules"]
        if rule["weight"] == "hard"
    }
    return list(found.items())
