"""What happens when somebody signs in, or takes a second factor away: signals of Django and allauth."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from tessera.accounts import second_factor

SEEN = "seen"


@receiver(user_logged_in, dispatch_uid="accounts.remember_sign_in")
def remember_sign_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Note in the session when it was last seen, and that the second factor, where there is one, was asked for."""
    request.session[SEEN] = int(time.time())
    if second_factor.has_second_factor(user):
        request.session[second_factor.SHOWN] = True


@receiver(authenticator_removed, dispatch_uid="accounts.forget_second_factor")
def forget_second_factor(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Look again with the next request."""
    request.session.pop(second_factor.SHOWN, None)
