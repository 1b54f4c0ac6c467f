"""The outbox: list, one message, what failed, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tessera.core.errors import DomainError
from tessera.messaging import background, queries, services
from tessera.messaging.forms import MessageForm, OutboxFilter, ReasonForm
from tessera.messaging.models import Message
from tessera.messaging.rules import MANAGE_OUTBOX, VIEW_OUTBOX
from tessera.messaging.views.access import holds, require

PAGE = 30
# A mail's own styles are inline, and nothing else in it may act: no script, no picture, no form, no origin.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    require(request.user, VIEW_OUTBOX)
    form = OutboxFilter(request.GET, templates=queries.templates_used(request.user))
    page = Paginator(queries.outbox(request.user, **form.chosen), PAGE).get_page(request.GET.get("page"))
    rows = [(message, queries.KINDS_OF_STATE.get(message.state, "")) for message in page]
    context = {"tab": "outbox", "counts": queries.outbox_counts(), "form": form, "page": page, "rows": rows}
    return render(request, "messaging/outbox.html", context)


@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, VIEW_OUTBOX)
    row = get_object_or_404(Message.objects.visible_to(request.user).select_related("to__person", "batch"), pk=pk)
    context = {
        "message": row,
        "kind": queries.KINDS_OF_STATE.get(row.state, ""),
        "kind_of_message": queries.template_name(row.template),
        "story": queries.story_of(row),
        "may_manage": holds(request.user, MANAGE_OUTBOX),
    }
    return render(request, "messaging/message.html", context)


@require_GET
@csp_override(MAIL_POLICY)
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as its reader sees it, under a policy that lets nothing in it act."""
    require(request.user, VIEW_OUTBOX)
    row = get_object_or_404(Message.objects.visible_to(request.user).exclude(html=""), pk=pk, confidential=False)
    return HttpResponse(row.html, headers={"Content-Language": row.language})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, MANAGE_OUTBOX)
    row = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    if not row.may_be_edited:
        messages.error(request, _("This message can no longer be changed."))
        return redirect("messaging:message", pk=pk)
    form = MessageForm(request.POST or None, initial={"address": row.address, "subject": row.subject, "text": row.text})
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("address", "subject", "text")}
        try:
            services.edit_message(row, **words, by=request.user, at=timezone.now(), reason=form.cleaned_data["why"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Message changed."))
            return redirect("messaging:message", pk=pk)
    status = 422 if form.errors else 200
    return render(request, "messaging/edit.html", {"message": row, "form": form}, status=status)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act_with_reason(request, pk, services.cancel_message, _("Message cancelled."))


@require_POST
def bounced(request: HttpRequest, pk: int) -> HttpResponse:
    return _act_with_reason(request, pk, services.mark_bounced, _("Noted that the message came back."))


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, MANAGE_OUTBOX)
    row = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    _say(
        request,
        lambda: services.retry_message(row, by=request.user, at=timezone.now()),
        _("The message will be sent again."),
    )
    return redirect("messaging:failed") if "from_failed" in request.POST else redirect("messaging:message", pk=pk)


@require_GET
def failed(request: HttpRequest) -> HttpResponse:
    """What was given up: messages and other background work."""
    require(request.user, VIEW_OUTBOX)
    page = Paginator(queries.troubled_messages(request.user), PAGE).get_page(request.GET.get("page"))
    tasks = Paginator(background.failed_tasks(), PAGE).get_page(request.GET.get("tasks"))
    context = {
        "tab": "failed",
        "counts": queries.outbox_counts(),
        "page": page,
        "rows": [(row, queries.KINDS_OF_STATE.get(row.state, "")) for row in page],
        "tasks_page": tasks,
        "tasks": [background.as_failed_task(row) for row in tasks],
        "may_manage": holds(request.user, MANAGE_OUTBOX),
    }
    return render(request, "messaging/failed.html", context)


@require_POST
def retry_task(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, MANAGE_OUTBOX)
    _say(
        request,
        lambda: background.retry_task(pk, by=request.user, at=timezone.now()),
        _("The task will be tried again."),
    )
    return redirect("messaging:failed")


@require_POST
def discard_task(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, MANAGE_OUTBOX)
    _say(request, lambda: background.discard_task(pk, by=request.user, at=timezone.now()), _("The task was discarded."))
    return redirect("messaging:failed")


def _act_with_reason(request: HttpRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    require(request.user, MANAGE_OUTBOX)
    row = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept with the message."))
        return redirect("messaging:message", pk=pk)
    _say(
        request,
        lambda: service(row, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]),
        done,
    )
    return redirect("messaging:message", pk=pk)


def _say(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
