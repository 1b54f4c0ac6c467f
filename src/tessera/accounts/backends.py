"""Who the session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tessera.accounts.models import User
from tessera.core.rows import unique


class AccountBackend(AuthenticationBackend):
    """allauth's, reading the user together with the person whose name every page shows."""

    def get_user(self, user_id: Any) -> User | None:
        user = unique(User.objects.get_queryset().select_related("person").filter(pk=user_id))
        return user if user is not None and self.user_can_authenticate(user) else None
