"""Putting a version of a region scheme in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import require
from tessera.places.models import RegionScheme
from tessera.places.services import InvalidScheme, errors_of
from tessera.programmes import services
from tessera.programmes.forms.acts import ReasonForm


def activate(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Say what changes, then put it in force; the version before can be put in force again the same way."""
    scheme = get_object_or_404(RegionScheme, code=code, version=version)
    require(request.user, "places.edit_scheme", scheme)
    before = RegionScheme.objects.filter(code=code, active=True).exclude(pk=scheme.pk).first()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    sentences = InvalidScheme(errors_of(scheme)).sentences
    if request.method == "POST" and form.is_valid():
        try:
            services.activate_scheme(scheme, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except InvalidScheme as refused:
            form.add_error(None, str(refused))
            sentences = refused.sentences
        else:
            words = _("Version %(n)s is in force.") % {"n": scheme.version}
            if before:
                words += " " + _("To undo this, put version %(n)s in force again.") % {"n": before.version}
            messages.success(request, words)
            return redirect("places:scheme", code, version)
    page = {"scheme": scheme, "before": before, "form": form, "errors": sentences}
    return render(request, "programmes/activate.html", page, status=422 if form.errors else 200)
