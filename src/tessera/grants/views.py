"""The desk's pages of country categories; the form and the history are those of every record."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.accounts.permissions import require
from tessera.activity.views.refusals import add_refusals
from tessera.core.errors import InvalidDocument
from tessera.grants import services
from tessera.grants.forms import TABLE, NewTableForm
from tessera.grants.models import CategoryTable

SIZE = 50


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """Every table, by code, with how many categories and countries it has."""
    require(request.user, "grants.edit_categories")
    rows = CategoryTable.objects.visible_to(request.user).annotate(
        count=models.Count("categories", distinct=True), countries=models.Count("members", distinct=True)
    )
    page = Paginator(rows.order_by("code"), SIZE).get_page(request.GET.get("page"))
    return render(request, "grants/tables.html", {"kind": TABLE, "page": page})


def new_table(request: HttpRequest) -> HttpResponse:
    """A table by its name; the categories come on its form."""
    require(request.user, "grants.edit_categories")
    form = NewTableForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = {"id": "", "name": form.cleaned_data["names"], "categories": []}
        try:
            saved = services.save_table(document, by=request.user, at=timezone.now(), expected_version=0)
        except InvalidDocument as refused:
            add_refusals(form, TABLE, refused.errors)
        else:
            messages.success(request, _("The table is made. Now its categories."))
            return redirect(TABLE.address("edit", saved.obj.code, "categories"))
    page = {"kind": TABLE, "form": form}
    return render(request, "grants/new_table.html", page, status=422 if form.errors else 200)
