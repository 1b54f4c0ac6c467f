"""Applications as a table: out, for the office's own work; in, for what came on paper or by mail."""

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
from django.views.decorators.http import require_http_methods, require_safe

from tessera.accounts.permissions import me, require
from tessera.accounts.tokens import hash_of, new_token
from tessera.activity.services import record
from tessera.applications import listing, tables
from tessera.applications.exporting import table_of
from tessera.applications.forms.screening import ApplicationFilter
from tessera.applications.forms.tables import ImportForm
from tessera.applications.services import importing
from tessera.applications.services.papers import ensure_takes_papers
from tessera.calls.models import Call
from tessera.core.errors import DomainError

KEPT_S = 3600
MOST_EXPORTED = 5_000


@require_safe
@never_cache
def export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """What the list shows with the answers, as XLSX or CSV; what goes soon stays here. Who took it is logged."""
    call = _call(request, code)
    require(request.user, "applications.export_applications")
    asked = ApplicationFilter(request.GET, call=call)
    rows = listing.applications(request.user, call, **asked.asked, order=asked.order_asked)[:MOST_EXPORTED]
    heading, table = table_of(call, rows, priorities=asked.prefers)
    record("application.exported", call, by=me(request), at=timezone.now(), after=str(len(table)), public=False)
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        body = tables.xlsx_bytes(_("Applications"), heading, table)
    elif form == "csv":
        kind, body = "text/csv; charset=utf-8", tables.csv_bytes(heading, table)
    else:
        raise Http404
    disposition = f'attachment; filename="applications-{call.code}.{form}"'
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": disposition})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: HttpRequest, code: str) -> HttpResponse:
    """A file, what it would do row by row, and only then the act."""
    call = _call(request, code)
    require(request.user, "applications.import_applications")
    try:
        ensure_takes_papers(call)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("applications:list", call.code)
    if request.method == "POST" and "confirm" in request.POST:
        return _write(request, call)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"call": call, "tab": "import", "form": form, "columns": importing.columns_of(call)}
    if request.method == "POST" and form.is_valid():
        try:
            heading, lines = tables.read_table(form.cleaned_data["file"].read(tables.BYTES_MOST + 1))
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            plan = importing.plan_import(call, heading, lines, at=timezone.now())
            context |= {"plan": plan, "token": _keep(request, call, plan) if plan.clean and plan.new else ""}
            return render(request, "applications/import.html", context, status=200 if plan.clean else 422)
    return render(request, "applications/import.html", context, status=422 if form.is_bound else 200)


def _write(request: HttpRequest, call: Call) -> HttpResponse:
    kept = cache.get(_key(request, call, request.POST.get("confirm", "")))
    if kept is None:
        messages.error(request, _("This table is not kept any more: send the file again."))
        return redirect("applications:import", call.code)
    plan = importing.plan_again(call, kept)
    try:
        made = importing.write_import(call, plan, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        context = {
            "call": call, "tab": "import", "form": ImportForm(), "columns": importing.columns_of(call), "plan": plan,
            "token": "",
        }  # fmt: skip
        return render(request, "applications/import.html", context, status=422)
    cache.delete(_key(request, call, request.POST["confirm"]))
    said = ngettext("%(n)s application was written down.", "%(n)s applications were written down.", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect("applications:list", call.code)


def _keep(request: HttpRequest, call: Call, plan: importing.Plan) -> str:
    """Keep the rows for an hour under a token of this person's own."""
    token = new_token()
    cache.set(_key(request, call, token), [{"line": row.line, "facts": row.facts} for row in plan.rows], KEPT_S)
    return token


def _key(request: HttpRequest, call: Call, token: str) -> str:
    return f"application-import:{me(request).pk}:{call.pk}:{hash_of(token)}"


def _call(request: HttpRequest, code: str) -> Call:
    require(request.user, "applications.list_applications")
    rows = Call.objects.visible_to(request.user).select_related("training").prefetch_related("strands")
    return get_object_or_404(rows, code=code)
