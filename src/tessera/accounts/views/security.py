"""How one's own account is protected: second factor, password, address, sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.internal import flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tessera.accounts import services, windows
from tessera.accounts.devices import device_name
from tessera.accounts.forms import AddressForm, PasswordForm
from tessera.accounts.permissions import me
from tessera.core.errors import DomainError
from tessera.web.views.errors import too_many_requests


def _recently_proven(request: HttpRequest) -> None:
    """Lead to the page that asks again, unless the reader has just shown who they are."""
    if not flows.reauthentication.did_recently_reauthenticate(request):
        raise ReauthenticationRequired


def _factors(user: Any) -> dict[str, Any]:
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((one for one in found if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((one for one in found if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
    }


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Password, address and second factor, with what can be done about each."""
    change = me(request).email_changes.filter(ended_at=None, expires_at__gt=timezone.now()).first()
    page = {**_factors(me(request)), "change": change, "section": "security"}
    return render(request, "accounts/security.html", page)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where office users and administrators set up what their roles ask for."""
    factors = _factors(me(request))
    if factors["app"] or factors["passkeys"]:
        return redirect("accounts:security")
    return render(request, "accounts/second_factor.html", factors)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set or change the password; other sessions end with the old one."""
    _recently_proven(request)
    user = me(request)
    had = user.has_usable_password()
    form = PasswordForm(request.POST or None, user=user)
    if form.is_bound and form.is_valid():
        flows.password_change.change_password(user, form.cleaned_data["password"])
        finish = flows.password_change.finalize_password_change if had else flows.password_change.finalize_password_set
        finish(request, user)
        services.end_sessions(user, keep=request.session.session_key or "")
        return redirect("accounts:security")
    page = {"form": form, "had": had, "section": "security"}
    return render(request, "accounts/password.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address; both mailboxes confirm it."""
    _recently_proven(request)
    form = AddressForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if not windows.FORMS_PER_USER.admit(f"address {me(request).pk}"):
            return too_many_requests(request)
        try:
            services.ask_address_change(me(request), form.cleaned_data["email"], at=timezone.now())
        except DomainError as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Two messages are under way. The address changes when both are confirmed."))
            return redirect("accounts:security")
    page = {"form": form, "section": "security"}
    return render(request, "accounts/address.html", page, status=422 if form.is_bound else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm, or stop, a change of address from one of its two mailboxes; no sign-in is needed."""
    if not windows.TOKENS_PER_READER.admit(windows.reader_of(request)):
        return too_many_requests(request)
    now = timezone.now()
    if request.method == "POST" and "stop" in request.POST:
        if services.stop_address_change(token, at=now):
            return render(request, "accounts/address_answer.html", {"answer": "stopped"})
    elif request.method == "POST":
        change = services.confirm_address(token, at=now)
        if change is not None:
            waiting = not (change.old_confirmed_at and change.new_confirmed_at)
            answer = "waiting" if waiting else "changed" if change.user.email == change.new_email else "ended"
            return render(request, "accounts/address_answer.html", {"answer": answer, "change": change})
    elif (found := services.change_of(token, at=now)) is not None:
        change, side = found
        return render(request, "accounts/address_confirm.html", {"change": change, "side": side})
    return render(request, "accounts/address_answer.html", {"answer": "invalid"}, status=410)


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    rows = [
        {
            "session": session,
            "device": device_name(session.user_agent),
            "current": session.session_key == request.session.session_key,
        }
        for session in UserSession.objects.purge_and_list(me(request))
    ]
    rows.sort(key=lambda row: (not row["current"], -row["session"].last_seen_at.timestamp()))
    return render(request, "accounts/sessions.html", {"rows": rows, "section": "sessions"})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one other place."""
    session = get_object_or_404(UserSession, user=me(request), pk=pk)
    if session.session_key == request.session.session_key:
        flows.logout.logout(request)
        return redirect("accounts:sign_in")
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    services.end_sessions(me(request), keep=request.session.session_key or "")
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:sessions")
