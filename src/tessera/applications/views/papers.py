"""The office's form for what came on paper: files, rows and the signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tessera.accounts.permissions import me, require
from tessera.applications import pages, posted, services
from tessera.applications.models import Application
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services import papers
from tessera.applications.views.screening import application_of
from tessera.calls.questions import Step, Type
from tessera.core.errors import DomainError
from tessera.core.translated import Translated


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """What the table could not hold; recorded as entered by the office from paper."""
    application = application_of(request, number)
    require(request.user, "applications.import_applications")
    if not papers.is_from_paper(application):
        raise Http404
    try:
        papers.ensure_takes_papers(application.call)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("applications:file", number)
    if request.method == "POST":
        return _save(request, application)
    return _page(request, application, more=request.GET.get("more", ""))


def _save(request: HttpRequest, application: Application) -> HttpResponse:
    form, do, by = form_of(application), request.POST.get("do", ""), me(request)
    raw = posted.raw_answers(form, request.POST)
    refused: dict[str, list[str]] = {}
    try:
        papers.enter_from_paper(application, raw, by=by, at=timezone.now())
    except papers.CannotRead as refusal:
        refused = refusal.problems
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("applications:file", application.number)
    for question in form.questions:
        file = request.FILES.get(f"q-{question.key}")
        if file is not None and question.type is Type.FILE:
            try:
                services.take_file(application, question.key, file, by=by, at=timezone.now(), paper=True)
            except DomainError as refusal:
                refused[question.key] = [str(refusal)]
    if do.startswith("remove:"):
        try:
            services.remove_file(application, do.removeprefix("remove:"), by=by, at=timezone.now(), paper=True)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    if refused:
        return _page(request, application_of(request, application.number), raw=raw, refused=refused)
    place = reverse("applications:paper", args=[application.number])
    if do.startswith("more:"):
        key = do.removeprefix("more:")
        return redirect(f"{place}?{urlencode({'more': key})}#q-{key}")
    if do.startswith("remove:"):
        return redirect(place)
    messages.success(request, _("Saved, and noted as entered by the office from paper."))
    return redirect("applications:file", application.number)


def _page(
    request: HttpRequest, application: Application, *, raw: Any = None, refused: dict[str, list[str]] | None = None,
    more: str = "",
) -> HttpResponse:  # fmt: skip
    form, answers = form_of(application), answers_of(application)
    step = Step("paper", Translated(), papers.paper_questions(form, answers))
    said = {key: " ".join(sentences) for key, sentences in (refused or {}).items()}
    fields = pages.fields_of(
        step, form, answers, raw=raw, rows={more: 1} if more else None, refused=said,
        files=pages.files_of(application, step),
    )  # fmt: skip
    for field in fields:  # one sentence once, whoever finds it
        field.errors = list(dict.fromkeys(field.errors if field.key not in said else [said[field.key]]))
    context = {"application": application, "call": application.call, "fields": fields, "refused": said}
    return render(request, "applications/paper.html", context, status=422 if refused else 200)
