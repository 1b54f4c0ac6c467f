"""The pages of allauth that are used, under allauth's own names and in our templates. The others do not exist.

Names of pages that this app has itself lead there, because allauth redirects to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from tessera.accounts.views import security, sign_in

type View = Callable[..., HttpResponseBase]


def answered(view: View) -> View:
    """A form that is not valid answers 422, as everywhere on this site."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        page = getattr(response, "context_data", None) or {}
        forms = (page.get("form"), page.get("webauthn_form"))
        if request.method == "POST" and any(form is not None and form.is_bound and form.errors for form in forms):
            response.status_code = 422
        return response

    return wrapped


urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("closed/", sign_in.closed, name="account_inactive"),
    path("again/", answered(account.reauthenticate), name="account_reauthenticate"),
    path("again/code/", answered(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("again/passkey/", answered(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("password/change/", security.password, name="account_change_password"),
    path("password/set/", security.password, name="account_set_password"),
    path("second-factor/code/", answered(mfa.authenticate), name="mfa_authenticate"),
    path("second-factor/app/", answered(app.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", answered(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factor/recovery-codes/new/", answered(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path("second-factor/recovery-codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("second-factor/", security.security, name="mfa_index"),
    path("second-factor/passkeys/", security.security, name="mfa_list_webauthn"),
    path("second-factor/passkeys/add/", answered(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("second-factor/passkeys/<int:pk>/name/", answered(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("sign-in/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sessions/list/", security.sessions, name="usersessions_list"),
]
