"""What happens when somebody signs in, or sets a second factor up, shows it or takes it away: signals of Django and allauth."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
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


@receiver(authenticator_added, dispatch_uid="accounts.remember_set_up")
def remember_set_up(sender: Any, request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who sets the first factor up has shown it in this session, and in no other."""
    factors = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=second_factor.FACTORS)
    if authenticator.type in second_factor.FACTORS and not factors.exclude(pk=authenticator.pk).exists():
        request.session[second_factor.SHOWN] = True


@receiver(authenticator_used, dispatch_uid="accounts.remember_proof")
def remember_proof(sender: Any, request: HttpRequest, *, reauthenticated: bool, **kwargs: Any) -> None:
    """A session that was asked for the factor again has shown it; at sign-in ``remember_sign_in`` says so."""
    if reauthenticated:
        request.session[second_factor.SHOWN] = True


@receiver(authenticator_removed, dispatch_uid="accounts.forget_second_factor")
def forget_second_factor(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Without any factor the session has shown none."""
    if not second_factor.has_second_factor(user):
        request.session.pop(second_factor.SHOWN, None)
