"""How allauth behaves here: our words, our mails, no sign-up."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from tessera.accounts.display import remember_choices
from tessera.accounts.models import Role, holds

_MESSAGES = {
    "account/messages/logged_out.txt": gettext_lazy("You are signed out."),
    "account/messages/password_changed.txt": gettext_lazy("Your password is changed."),
    "account/messages/password_set.txt": gettext_lazy("Your password is set."),
    "mfa/messages/totp_activated.txt": gettext_lazy("Your authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("Your authenticator app is removed."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy(
        "Your recovery codes are ready. Keep them in a safe place."
    ),
    "mfa/messages/webauthn_added.txt": gettext_lazy("Your passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
}
# What the QR code's library draws: one path in a square.
_PATH, _SIDE = re.compile(r'\bd="([^"]+)"'), re.compile(r'viewBox="0 0 (\d+) ')
_TOO_MANY = gettext_lazy("Too many attempts. Wait five minutes, then try again.")
_WRONG_CODE = gettext_lazy("This code is not right. Codes of an app change every half minute: type the newest one.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; mail goes through the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed."),
        "email_password_mismatch": gettext_lazy("Address and password do not belong together."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": gettext_lazy("This is not your password."),
        "rate_limited": _TOO_MANY,
        "too_many_login_attempts": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk for the office, the account's page for others, in the language they chose."""
        chosen = getattr(request.user, "language", "")
        with override(chosen if chosen in dict(settings.LANGUAGES) else get_language()):
            if holds(request.user, Role.OFFICE):
                return resolve_url(settings.DESK_URL)
            return resolve_url(settings.LOGIN_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_choices(response, user, secure=request.is_secure())
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code of your authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or _MESSAGES.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        from tessera.accounts import services

        services.notify(user, template_prefix.rpartition("/")[2], at=timezone.now())  # type: ignore[arg-type]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of ours is a row of the outbox first; none of allauth's own is ever due."""
        raise NotImplementedError(template_prefix)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys and the authenticator app, in our words; the QR code in black on white, whatever the theme."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a passkey first."),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.PROGRAMME_NAME)

    def _get_site_name(self) -> str:
        return str(settings.PROGRAMME_NAME)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        from allauth.mfa.models import Authenticator

        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def build_totp_svg(self, url: str) -> SafeString:
        drawn = super().build_totp_svg(url)
        path = _PATH.search(drawn)[1]  # type: ignore[index]
        side = _SIDE.search(drawn)[1]  # type: ignore[index]
        return format_html(
            '<svg viewBox="0 0 {} {}" width="240" height="240" role="img" aria-label="{}">'
            '<path fill="#fff" d="M0 0h{}v{}h-{}z"/><path fill="#000" d="{}"/></svg>',
            side, side, _("QR code for your authenticator app"), side, side, side, path,
        )  # fmt: skip
