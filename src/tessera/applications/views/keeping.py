"""What is kept, why, and what will be deleted when: for the applicant and for the office."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import me, require
from tessera.applications.keeping import due_of, promises, rules_of, waits_for_the_end
from tessera.applications.models import Application
from tessera.applications.queries import drafts_to_delete
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.keeping import holders, sensitive_of
from tessera.applications.wording import worded_steps
from tessera.calls.models import Call


@require_safe
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """One's own application: each question with what it is for, and what will be deleted when."""
    rows = Application.objects.of(me(request)).select_related("call__training", "form_version")
    application = get_object_or_404(rows.prefetch_related("answers"), number=number)
    promised, form, sensitive = promises(), form_of(application), sensitive_of(application.call_id)
    held = bool(holders(sensitive, Application.objects.filter(pk=application.pk)))
    context = {
        "application": application,
        "due": due_of(application, promised, sensitive=bool(sensitive.keys), held=held),
        "waits_for_the_end": waits_for_the_end(application),
        "rules": rules_of(promised.since(application.started_at)),
        "steps": worded_steps(form, answers_of(application)),
    }
    return render(request, "requests/kept.html", context)


@require_safe
def of_call(request: HttpRequest, code: str) -> HttpResponse:
    """The same for the office, over the applications of a call that were handed in; of drafts only how many and when."""
    require(request.user, "applications.list_applications")
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("training"), code=code)
    rows = Application.objects.visible_to(request.user).handed_in().filter(call=call, erased_at=None)
    page = Paginator(rows.select_related("call__training").order_by("status_at", "pk"), 50).get_page(
        request.GET.get("page")
    )
    promised, sensitive = promises(), sensitive_of(call.pk)
    holding = holders(sensitive, Application.objects.filter(pk__in=[row.pk for row in page]))
    context = {
        "call": call,
        "tab": "kept",
        "page": page,
        "rows": [
            (row, due_of(row, promised, sensitive=bool(sensitive.keys), held=row.pk in holding), waits_for_the_end(row))
            for row in page
        ],
        "drafts": drafts_to_delete(call, promised),
        "rules": rules_of(promised.now),
    }
    return render(request, "applications/kept.html", context)
