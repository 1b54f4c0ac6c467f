"""The desk's pages of sources: where facts, numbers and titles come from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import require
from tessera.activity.views.refusals import add_refusals
from tessera.core.errors import InvalidDocument
from tessera.programmes import services
from tessera.programmes.forms.acts import NewSourceForm
from tessera.programmes.forms.kinds import SOURCE
from tessera.programmes.models import Source


def sources(request: HttpRequest) -> HttpResponse:
    """Every source in its place."""
    require(request.user, "activity.view_history")
    rows = Source.objects.order_by("order", "code")
    return render(request, "programmes/sources.html", {"kind": SOURCE, "sources": rows})


def new_source(request: HttpRequest) -> HttpResponse:
    """A source by what names it; its code follows from its kind."""
    require(request.user, "programmes.edit_source")
    form = NewSourceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = {"id": "", **form.cleaned_data}
        try:
            saved = services.save_source(document, by=request.user, at=timezone.now(), expected_version=0)
        except InvalidDocument as refused:
            add_refusals(form, SOURCE, refused.errors)
        else:
            said = _("The source is there, as %(code)s: choose it where a number or a fact names its source.")
            messages.success(request, said % {"code": saved.obj.code})
            return redirect(SOURCE.address("", saved.obj.code))
    page = {"kind": SOURCE, "form": form}
    return render(request, "programmes/new_source.html", page, status=422 if form.errors else 200)
