"""Asking for a permission, in views and wherever else somebody acts. Who holds which is said in ``accounts.rules``."""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import PermissionDenied


class SignInRequired(PermissionDenied):
    """Refused because nobody is signed in; a page then leads to the sign-in and back (``AccountMiddleware``)."""


def has_perm(user: Any, perm: str, obj: Any = None) -> bool:
    """Whether ``user`` may do ``perm`` ("app.verb_noun") to ``obj``. A name nobody defined is a KeyError.

    The rules alone answer: there is no superuser.
    """
    if not rules.perm_exists(perm):
        raise KeyError(perm)
    return bool(rules.has_perm(perm, user, obj))


def require(user: Any, perm: str, obj: Any = None) -> None:
    """Raise PermissionDenied unless ``user`` may do ``perm`` to ``obj`` (SignInRequired where nobody is signed in)."""
    if has_perm(user, perm, obj):
        return
    if not getattr(user, "is_authenticated", False):
        raise SignInRequired(perm)
    raise PermissionDenied(perm)
