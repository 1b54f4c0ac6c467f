"""Giving a file back for completion: what is missing, and until when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tessera.accounts.permissions import me, require
from tessera.applications import services
from tessera.applications.forms.screening import ReturnForm
from tessera.applications.reading import form_of
from tessera.applications.views.screening import application_of
from tessera.applications.windows import end_of_day
from tessera.core.errors import DomainError
from tessera.core.translated import best


@require_http_methods(["GET", "HEAD", "POST"])
def return_file(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant gets a mail with what is missing, and until when the file is open again."""
    application = application_of(request, number)
    require(request.user, "applications.screen_application", application)
    now = timezone.now()
    try:
        services.ensure_returnable(application, by=me(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("applications:file", number)
    asked = [
        (question.key, best(question.label)[0])
        for question in form_of(application).questions
        if question.stage == "apply"
    ]
    form = ReturnForm(request.POST if request.method == "POST" else None, questions=asked, today=now.date())
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.return_for_completion(
                application, text=given["text"], questions=given["questions"],
                until=end_of_day(given["until"], application.call), by=me(request), at=now,
            )  # fmt: skip
        except services.TooShort as refusal:
            form.add_error("until", str(refusal))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("applications:file", number)
        else:
            messages.success(request, _("Returned. The applicant gets a mail with what is missing."))
            return redirect("applications:file", number)
    context = {"application": application, "call": application.call, "form": form}
    return render(request, "applications/return.html", context, status=422 if form.is_bound else 200)
