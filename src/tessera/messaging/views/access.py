"""Asking for a permission of the outbox.

``accounts.permissions`` lies above this app, so the rules are asked directly; ``accounts.rules`` says who holds them.
"""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import PermissionDenied


def holds(user: Any, permission: str) -> bool:
    return bool(rules.has_perm(permission, user))


def require(user: Any, permission: str) -> None:
    """Raise PermissionDenied unless ``user`` holds ``permission``."""
    if not holds(user, permission):
        raise PermissionDenied(permission)
