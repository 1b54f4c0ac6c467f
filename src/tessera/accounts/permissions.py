"""Asking for a permission, and who asks. Apps below this one take ``require`` from ``core.permissions``."""

from __future__ import annotations

from django.http import HttpRequest

from tessera.accounts.models import User
from tessera.core.permissions import SignInRequired, has_perm, require

__all__ = ["SignInRequired", "has_perm", "me", "require"]


def me(request: HttpRequest) -> User:
    """Who is signed in, on a page for people who are; SignInRequired else."""
    if not isinstance(request.user, User):
        raise SignInRequired
    return request.user
