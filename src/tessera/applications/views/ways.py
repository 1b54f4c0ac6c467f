"""Where an applicant goes on: by a page, or by the page's script, which goes there itself."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from tessera.calls.questions.model import Stage


def by_script(request: HttpRequest) -> bool:
    """Whether the page's script asks, which goes on by itself once it has an answer."""
    return request.headers.get("Accept") == "application/json"


def go_on(request: HttpRequest, path: str, *, saved_at: datetime | None = None) -> HttpResponse:
    """On to ``path``; ``saved_at`` tells the script that what it sent is kept."""
    if not by_script(request):
        return redirect(path)
    return JsonResponse({"next": path, **({"at": saved_at.isoformat()} if saved_at else {})})


def end_address(code: str, stage: Stage) -> str:
    """Where the last step leads: to handing in, and for those selected to what is still missing."""
    if stage == "apply":
        return reverse("apply:review", args=[code])
    return f"{reverse('apply:status', args=[code])}#selected"


def step_address(code: str, key: str) -> str:
    return reverse("apply:step", args=[code, key])
