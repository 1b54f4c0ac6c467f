"""Whether a session has shown a second factor: asked once at sign-in, remembered in the session.

A session that signed in before the factor was set up elsewhere has not shown it, and is asked for it.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

SHOWN = "second_factor"
REHEARSAL = "rehearsal"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: Any) -> bool:
    """Whether ``user`` has an authenticator app or a passkey; the sign-in then asks for it."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def is_rehearsal(request: HttpRequest) -> bool:
    """Whether this session was opened from the rehearsal page."""
    return bool(request.session.get(REHEARSAL))


def is_shown(request: HttpRequest) -> bool:
    """Whether this session may act as office or administrator."""
    if is_rehearsal(request):
        return bool(settings.EMBEDDED)
    return bool(request.session.get(SHOWN))
