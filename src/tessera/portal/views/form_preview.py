"""The questions of a call as applicants will see them: one page a step, in each language, as wide as a phone or more."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import require
from tessera.activity.kinds import frame
from tessera.applications.drawing import drawn_step
from tessera.calls.forms.kinds import CALL
from tessera.calls.queries import latest_form
from tessera.calls.questions import Form, read_form
from tessera.web.sections.translations import language_name

WIDTHS = {"phone": gettext_lazy("As on a phone"), "wide": gettext_lazy("Wide")}


@require_safe
def form_preview(request: HttpRequest, key: str) -> HttpResponse:
    """A step of the latest version. Questions under a condition are shown too, and say so; nothing can be sent."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.edit_call", obj)
    row = latest_form(obj)
    form = read_form(row.document) if row else Form(())
    step = next(
        (one for one in form.steps if one.key == request.GET.get("step")), form.steps[0] if form.steps else None
    )
    if step is None:
        raise Http404
    reader = get_language() or settings.MAIN_LANGUAGE
    language = request.GET.get("language", reader)
    language = language if language in settings.CONTENT_LANGUAGES else reader
    width = request.GET.get("width", "phone")
    width = width if width in WIDTHS else "phone"
    page = {
        **frame(CALL, request.user, obj),
        "number": row.number if row else 0,
        "steps": [(one.key, one.title, one.key == step.key) for one in form.steps],
        "step": step,
        "spoken": language,
        "languages": [(code, language_name(code), code == language) for code in settings.CONTENT_LANGUAGES],
        "width": width,
        "widths": list(WIDTHS.items()),
        "fields": drawn_step(step, language),
    }
    return render(request, "portal/form_preview.html", page)
