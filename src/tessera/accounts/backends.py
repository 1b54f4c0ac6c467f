"""Who the session belongs to."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tessera.accounts.models import User


class AccountBackend(AuthenticationBackend):
    """allauth's, reading the user together with the person whose name every page shows."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.get_queryset().select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
