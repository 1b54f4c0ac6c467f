"""Late entry: the office's codes for a call, and the place where somebody enters one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tessera.accounts import windows as limits
from tessera.accounts.models import User
from tessera.accounts.permissions import me, require
from tessera.applications.forms.late import LateCodeForm
from tessera.applications.models import Application, LateCode, LateUse
from tessera.applications.sending import said_until
from tessera.applications.services import SisterApplication
from tessera.applications.services import late as services
from tessera.applications.views.starting import place_of, send_way_in
from tessera.applications.windows import end_of_day
from tessera.calls.models import Call
from tessera.core.errors import DomainError
from tessera.web.views.errors import too_many_requests

CODES_PER_READER = limits.Window("late-code-reader", 20, 3600)
MOST = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """The codes of a call with who used them, and a form for another."""
    call = _call(request, code)
    form = LateCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.make_late_code(
                call, reason=given["reason"], uses=given["uses"], expires_at=end_of_day(given["until"], call),
                by=me(request), at=timezone.now(),
            )  # fmt: skip
        except services.BadMoment as refusal:
            form.add_error("until", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The code is %(code)s. Give it to those whom it is for.") % {"code": made.code})
            return redirect("applications:late", call.code)
    used = LateUse.objects.select_related("application").order_by("at", "pk")
    rows = LateCode.objects.filter(call=call).select_related("made_by__person")
    rows = rows.prefetch_related(Prefetch("used", queryset=used)).order_by("-made_at", "-pk")[:MOST]
    now = timezone.now()
    context = {
        "call": call,
        "tab": "late",
        "form": form,
        "rows": [(row, said_until(row.expires_at, call), not row.is_over(now)) for row in rows],
    }
    return render(request, "applications/late.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a code back."""
    call = _call(request, code)
    row = get_object_or_404(LateCode.objects.filter(call=call), pk=pk)
    services.revoke_late_code(row, by=me(request), at=timezone.now())
    messages.success(request, _("Taken back. What it opened and was not submitted is closed."))
    return redirect("applications:late", call.code)


@login_not_required
@never_cache
@require_POST
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a code: whoever is signed in goes on to the form, anybody else gets the link that leads back here."""
    call = get_object_or_404(Call.objects.visible_to(request.user), code=code)
    if not CODES_PER_READER.admit(limits.reader_of(request)):
        return too_many_requests(request)
    typed = services.said_code(request.POST.get("late", ""))
    back = f"{reverse('apply:start', args=[call.code])}?{urlencode({'late': typed})}"
    if not isinstance(request.user, User):
        answer = send_way_in(request, back, key=str(uuid.uuid4()))
        if answer is not None:
            return answer
        messages.error(request, _("Type an e-mail address, for example name@example.org."))
        return redirect(back)
    user = me(request)
    require(user, "applications.add_application")
    try:
        mine: Application = services.enter_late(
            call, typed, strand=request.POST.get("strand", ""), by=user,
            language=get_language() or settings.MAIN_LANGUAGE, at=timezone.now(),
        )  # fmt: skip
    except SisterApplication as refusal:
        messages.info(request, str(refusal))
        return redirect("apply:status", code=refusal.application.call.code)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    until = said_until(mine.late_until, call) if mine.late_until else ""
    messages.success(request, _("You can write and submit until %(until)s.") % {"until": until})
    return redirect(place_of(mine, timezone.now()))


def _call(request: HttpRequest, code: str) -> Call:
    require(request.user, "applications.make_late_codes")
    return get_object_or_404(Call.objects.visible_to(request.user), code=code)
