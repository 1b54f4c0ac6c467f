"""Letters of referees as files, for those who read what a referee writes."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import has_perm, me
from tessera.applications.file_page import letter_of
from tessera.applications.services import requests as services
from tessera.applications.views.files import file_answer
from tessera.applications.views.screening import application_of


@require_safe
@never_cache
def letter(request: HttpRequest, number: str, key: uuid.UUID) -> HttpResponseBase:
    """The letter as an attachment for the office and the committee; a PDF also inside the office's page (``?show``)."""
    application, user = application_of(request, number), me(request)
    letters = [letter_of(row) for row in application.requests.all() if row.is_current()]
    found = next((row for row in letters if row is not None and row.key == key), None)
    if found is None or application.applicant_id == user.pk:  # never the applicant, whatever else they are
        raise Http404
    try:
        opened = services.open_letter(found, by=user, at=timezone.now())
    except FileNotFoundError:
        raise Http404 from None
    shown = "show" in request.GET and found.kind == "pdf" and has_perm(user, "applications.list_applications")
    return file_answer(found, opened, shown=shown)
