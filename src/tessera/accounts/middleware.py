"""What every request of somebody who is signed in goes through."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone

from tessera.accounts import second_factor
from tessera.accounts.models import UNSCOPED_ROLES
from tessera.accounts.permissions import SignInRequired
from tessera.accounts.receivers import SEEN

SEEN_EVERY_S = 600
# What an office user or administrator without a second factor can reach: enough to set one up, or to leave.
SET_UP_PAGES = frozenset(
    {
        "accounts:second_factor",
        "accounts:sign_out",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
# The same for those who have one that this session has not shown: enough to show it, or to leave.
PROVING_PAGES = frozenset({"accounts:sign_out", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


class AccountMiddleware:
    """Time zone, last visit and second factor of who is signed in; sign-in for who should be.

    Office users and administrators hold these roles only in a session that has shown a second factor; without one
    they are led to the page where they set it up, or show it where it was set up in another session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        if second_factor.is_rehearsal(request) and not settings.EMBEDDED:
            logout(request)
            return redirect("accounts:sign_in")
        self._activate_zone(request.user.time_zone)
        self._touch(request)
        if not request.user.needs_second_factor or second_factor.is_shown(request):
            return None
        request.user.held = frozenset(grant for grant in request.user.held if grant[0] not in UNSCOPED_ROLES)
        if getattr(view, "login_required", True) is False:
            return None
        has_factor = second_factor.has_second_factor(request.user)
        open_pages = PROVING_PAGES if has_factor else SET_UP_PAGES
        if request.resolver_match and request.resolver_match.view_name in open_pages:
            return None
        if has_factor:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url("accounts:home")
            return redirect_to_login(back, resolve_url("mfa_reauthenticate"))
        return redirect("accounts:second_factor")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, SignInRequired):
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        return None

    def _activate_zone(self, name: str) -> None:
        if name:
            try:
                timezone.activate(ZoneInfo(name))
            except (ZoneInfoNotFoundError, ValueError):
                timezone.deactivate()

    def _touch(self, request: HttpRequest) -> None:
        now = int(time.time())
        if now - request.session.get(SEEN, 0) >= SEEN_EVERY_S:
            request.session[SEEN] = now
            UserSession.objects.filter(session_key=request.session.session_key).update(
                last_seen_at=datetime.fromtimestamp(now, UTC)
            )
