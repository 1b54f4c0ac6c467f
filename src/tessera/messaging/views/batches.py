"""Mails to many: look at them, let them go or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tessera.core.errors import DomainError
from tessera.messaging import queries, services
from tessera.messaging.forms import ReasonForm
from tessera.messaging.models import Batch
from tessera.messaging.rules import APPROVE_BATCH, VIEW_OUTBOX
from tessera.messaging.views.access import holds, require
from tessera.messaging.views.outbox import PAGE

STATES: dict[str, str] = {Batch.State.WAITING: "due", Batch.State.APPROVED: "done"}


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    require(request.user, VIEW_OUTBOX)
    page = Paginator(queries.batches(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(row, queries.template_name(row.template), STATES.get(row.state, "")) for row in page]
    context = {"tab": "batches", "counts": queries.outbox_counts(), "page": page, "rows": rows}
    return render(request, "messaging/batches.html", context)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be sent, to how many and to whom: the page an approval is given on."""
    require(request.user, VIEW_OUTBOX)
    row = get_object_or_404(queries.batches(request.user), pk=pk)
    page = Paginator(row.messages.defer("text", "html").order_by("pk"), PAGE).get_page(request.GET.get("page"))
    may_approve = holds(request.user, APPROVE_BATCH)
    context = {
        "batch": row,
        "kind_of_message": queries.template_name(row.template),
        "kind": STATES.get(row.state, ""),
        "samples": queries.samples(row),
        "page": page,
        "rows": [(message, queries.KINDS_OF_STATE.get(message.state, "")) for message in page],
        "may_decide": may_approve and row.state == Batch.State.WAITING,
        "may_approve": may_approve and row.may_be_approved_by(request.user),
    }
    return render(request, "messaging/batch.html", context)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, APPROVE_BATCH)
    row: Any = get_object_or_404(queries.batches(request.user), pk=pk)
    try:
        services.approve_batch(row, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        text = ngettext(
            "Approved: %(n)s message is on its way.", "Approved: %(n)s messages are on their way.", row.total
        )
        messages.success(request, text % {"n": row.total})
    return redirect("messaging:batch", pk=pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, APPROVE_BATCH)
    row = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept with the message."))
        return redirect("messaging:batch", pk=pk)
    try:
        services.cancel_batch(row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nothing of it will be sent."))
    return redirect("messaging:batch", pk=pk)
