"""What the office does about an application that nobody transmitted, and asking others in the applicant's place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tessera.accounts.permissions import require
from tessera.applications.forms.screening import ReasonForm
from tessera.applications.services import requests as asking
from tessera.applications.services import transmitting as services
from tessera.applications.views.screening import answer_with_file, application_of, do


@require_POST
def ask_again(request: HttpRequest, number: str, question: str) -> HttpResponse:
    """The office asks whom the answers name, in the applicant's place; with ``in_place`` not the committee."""
    application = application_of(request, number)
    require(request.user, "applications.screen_application", application)
    in_place = request.POST.get("in_place") == "1"
    return do(
        request, number, _("Asked by mail."),
        lambda by, at: asking.ask(application, question, by=by, at=at, in_place=in_place),
    )  # fmt: skip


@require_POST
def waive_transmission(request: HttpRequest, number: str) -> HttpResponse:
    """Let it count with a written reason."""
    application = application_of(request, number)
    require(request.user, "applications.waive_rule", application)
    form = ReasonForm(request.POST, prefix="pass")
    if not form.is_valid():
        return answer_with_file(request, application, pass_form=form, status=422)
    return do(
        request, number, _("It counts now. The applicant gets a mail with the reason."),
        lambda by, at: services.waive_transmission(application, reason=form.cleaned_data["reason"], by=by, at=at),
    )  # fmt: skip
