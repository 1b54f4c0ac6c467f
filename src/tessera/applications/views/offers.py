"""Answering the offer of a place."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tessera.accounts.permissions import me, require
from tessera.applications.queries import own_application
from tessera.applications.services import offers
from tessera.core.errors import DomainError


@require_POST
@never_cache
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Take the place that is offered (``do=accept``), or give it up (``do=decline``)."""
    user = me(request)
    mine, _strand = own_application(user, code)
    do = request.POST.get("do")
    if mine is None or do not in ("accept", "decline"):
        raise Http404
    require(user, "applications.answer_offer", mine)
    try:
        reason = request.POST.get("reason", "")[:2000]
        offers.answer_offer(mine, accept=do == "accept", by=user, at=timezone.now(), reason=reason)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("You have accepted. We look forward to you.") if do == "accept" else _("You have declined. Thank you.")
        messages.success(request, said)
    return redirect("apply:status", code=code)
