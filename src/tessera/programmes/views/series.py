"""The desk's pages of series: what links the editions of a training that is held again and again."""

from __future__ import annotations

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import require
from tessera.activity.views.refusals import add_refusals
from tessera.core.errors import InvalidDocument
from tessera.programmes import services
from tessera.programmes.forms.acts import NewSeriesForm
from tessera.programmes.forms.kinds import SERIES
from tessera.programmes.models import Series


def series(request: HttpRequest) -> HttpResponse:
    """Every series, with how many trainings are of it."""
    require(request.user, "activity.view_history")
    rows = Series.objects.annotate(editions=models.Count("trainings")).order_by("slug")
    return render(request, "programmes/series.html", {"kind": SERIES, "series": rows})


def new_series(request: HttpRequest) -> HttpResponse:
    """A series by its names; trainings are put into it on their own pages."""
    require(request.user, "programmes.edit_series")
    form = NewSeriesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = {"id": "", "name": form.cleaned_data["names"]}
        try:
            saved = services.save_series(document, by=request.user, at=timezone.now(), expected_version=0)
        except InvalidDocument as refused:
            add_refusals(form, SERIES, refused.errors)
        else:
            messages.success(request, _("The series is there: choose it on the pages of its trainings."))
            return redirect(SERIES.address("", saved.obj.slug))
    page = {"kind": SERIES, "form": form}
    return render(request, "programmes/new_series.html", page, status=422 if form.errors else 200)
