"""One's own account: choices, and what is held about oneself."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts import exports, services, windows
from tessera.accounts.display import keep_choices
from tessera.accounts.forms import PreferencesForm, RequestForm
from tessera.accounts.models import DataExport, PrivacyRequest
from tessera.accounts.permissions import me, require
from tessera.accounts.queries import roles_of
from tessera.core.errors import DomainError
from tessera.web.views.errors import too_many_requests


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Choices of display and language, and the way to everything else."""
    user = me(request)
    initial = {
        "theme": user.theme,
        "language": user.language or get_language(),
        "time_zone": user.time_zone,
        "hide_map": user.hide_map,
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        services.save_preferences(user, **form.cleaned_data)
        with override(user.language):
            messages.success(request, _("Saved"))
            response = redirect("accounts:home")
        keep_choices(response, user, secure=request.is_secure())
        return response
    page = {"form": form, "roles": roles_of(user), "section": "home"}
    return render(request, "accounts/home.html", page, status=422 if form.is_bound else 200)


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """The first page after an invitation: what can be set up now."""
    return render(request, "accounts/welcome.html", {"section": "home"})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held about the reader, and what they may ask."""
    user, now = me(request), timezone.now()
    page = {
        "parts": [(holding, rows, exports.in_words(holding, rows)) for holding, rows in exports.held_about(user)],
        "exports": DataExport.objects.filter(user=user, expires_at__gt=now).order_by("-asked_at", "key"),
        "erasure": user.privacy_requests.filter(
            kind=PrivacyRequest.Kind.ERASURE, state=PrivacyRequest.State.REQUESTED
        ).first(),
        "requests": user.privacy_requests.order_by("-asked_at", "-pk"),
        "section": "privacy",
    }
    return render(request, "accounts/privacy.html", page)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Make a copy of everything held about the reader."""
    if not windows.FORMS_PER_USER.admit(f"export {me(request).pk}"):
        return too_many_requests(request)
    language = get_language() or settings.MAIN_LANGUAGE
    made = services.request_export(me(request), language=language, at=timezone.now())
    if made.ready_at is None:
        messages.success(request, _("Your copy is being made. You get a message when it is ready."))
    else:
        messages.success(request, _("Your copy is ready."))
    return redirect("accounts:privacy")


@require_safe
def download_export(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The ZIP file, for its owner only."""
    found = get_object_or_404(DataExport, key=key, user=me(request))
    require(me(request), "accounts.download_export", found)
    if found.ready_at is None or found.expires_at <= timezone.now() or not found.file:
        raise Http404
    name = f"tessera-{found.asked_at:%Y-%m-%d}.zip"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest) -> HttpResponse:
    """Ask for a correction of what one cannot correct alone."""
    form = RequestForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if not windows.FORMS_PER_USER.admit(f"correction {me(request).pk}"):
            return too_many_requests(request)
        services.ask_correction(me(request), form.cleaned_data["text"], at=timezone.now())
        messages.success(request, _("Your request is with the administrators. You get an answer within a month."))
        return redirect("accounts:privacy")
    page = {"form": form, "section": "privacy"}
    return render(request, "accounts/correction.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """Ask for erasure, after reading what it means."""
    if request.method == "POST":
        services.ask_erasure(me(request), at=timezone.now())
        messages.success(request, _("Your request is noted. For 14 days you can take it back on this page."))
        return redirect(reverse("accounts:privacy"))
    return render(request, "accounts/erasure.html", {"section": "privacy"})


@require_POST
def cancel_erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's request back."""
    found = get_object_or_404(PrivacyRequest, pk=pk, user=me(request), kind=PrivacyRequest.Kind.ERASURE)
    require(me(request), "accounts.cancel_privacy_request", found)
    try:
        services.cancel_erasure(found, by=me(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your request is taken back. Nothing was deleted."))
    return redirect("accounts:privacy")
