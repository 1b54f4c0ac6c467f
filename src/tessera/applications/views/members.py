"""Lists of members: what is kept, a new one in its place, and deleting it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tessera.accounts.permissions import me, require
from tessera.accounts.tokens import hash_of, new_token
from tessera.applications import tables
from tessera.applications.forms.members import MembersForm
from tessera.applications.models import MemberList
from tessera.applications.services import members as services
from tessera.calls.models import Call
from tessera.core.errors import DomainError

KEPT_S = 3600
MOST_SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, code: str = "") -> HttpResponse:
    """The list of the programme, or of the call ``code``: a file, what is wrong with it row by row, then the act."""
    call = _call(request, code)
    if request.method == "POST" and "confirm" in request.POST:
        return _write(request, call)
    form = MembersForm(request.POST or None, request.FILES or None)
    plan: services.Plan | None = None
    token = ""
    if request.method == "POST" and form.is_valid():
        try:
            heading, lines = tables.read_table(form.cleaned_data["file"].read(tables.BYTES_MOST + 1))
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            plan = services.plan_members(heading, lines)
            token = _keep(request, code, plan) if plan.clean else ""
    wrong = plan.wrong if plan else []
    kept = _list(code)
    context: dict[str, Any] = {
        "call": call,
        "tab": "members",
        "form": form,
        "plan": plan,
        "token": token,
        "wrong": wrong[:MOST_SHOWN],
        "more": max(len(wrong) - MOST_SHOWN, 0),
        "kept": kept,
        "count": kept.members.count() if kept else 0,
        "until": kept.uploaded_at + services.KEPT if kept else None,
    }
    bad = form.errors or (plan is not None and not plan.clean)
    return render(request, "applications/members.html", context, status=422 if bad else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, code: str = "") -> HttpResponse:
    """Asks once more; then the list is gone."""
    call = _call(request, code)
    kept = _list(code)
    if kept is None:
        if request.method == "POST":
            return _back(call)
        raise Http404
    if request.method == "POST":
        count = services.delete_members(kept, by=me(request), at=timezone.now())
        messages.success(
            request, ngettext("%(n)s member was deleted.", "%(n)s members were deleted.", count) % {"n": count}
        )
        return _back(call)
    context = {"call": call, "kept": kept, "count": kept.members.count()}
    return render(request, "applications/members_delete.html", context)


def _write(request: HttpRequest, call: Call | None) -> HttpResponse:
    code = call.code if call else ""
    key = _key(request, code, request.POST.get("confirm", ""))
    kept = cache.get(key)
    if kept is None:
        messages.error(request, _("This table is not kept any more: send the file again."))
        return _back(call)
    services.replace_members(call, services.plan_of(kept), by=me(request), at=timezone.now())
    cache.delete(key)
    messages.success(
        request,
        ngettext("The list has %(n)s member now.", "The list has %(n)s members now.", len(kept)) % {"n": len(kept)},
    )
    return _back(call)


def _back(call: Call | None) -> HttpResponse:
    return redirect("applications:members_of_call", call.code) if call else redirect("applications:members")


def _keep(request: HttpRequest, code: str, plan: services.Plan) -> str:
    """Keep the rows for an hour under a token of this person's own."""
    token = new_token()
    cache.set(_key(request, code, token), services.kept_rows(plan), KEPT_S)
    return token


def _key(request: HttpRequest, code: str, token: str) -> str:
    return f"member-list:{me(request).pk}:{code}:{hash_of(token)}"


def _list(code: str) -> MemberList | None:
    return MemberList.objects.filter(scope=code).select_related("uploaded_by__person").first()


def _call(request: HttpRequest, code: str) -> Call | None:
    require(request.user, "applications.manage_members")
    return get_object_or_404(Call.objects.visible_to(request.user), code=code) if code else None
