"""Giving and taking roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tessera.accounts import scopes
from tessera.accounts.models import UNSCOPED_ROLES, Role, RoleGrant, User
from tessera.activity.services import record
from tessera.core.errors import DomainError


class LastAdministrator(DomainError):
    message = _("This is the last active administrator. Make somebody else administrator first.")


class RoleHasNoScope(DomainError):
    message = _("The programme office and site administrators act everywhere: choose “everywhere”.")


class UnknownScope(DomainError):
    message = _("“%(key)s” is not known. Write the short name from its address, or the two letters of a country.")


def check_scope(role: str, scope_kind: str, scope_key: str) -> str:
    """The key of a scope as it is kept; refuses a scoped office or administrator and a key that nothing bears."""
    if scope_kind == RoleGrant.Scope.ALL:
        return ""
    if role in UNSCOPED_ROLES:
        raise RoleHasNoScope
    key = scope_key.strip()
    key = key.upper() if scope_kind == RoleGrant.Scope.COUNTRY else key
    if not key or scopes.label_of(scope_kind, key) is None:
        raise UnknownScope(key=scope_key)
    return key


@transaction.atomic
def grant_role(
    user: User,
    role: str,
    *,
    by: User | None,
    at: datetime,
    scope_kind: str = RoleGrant.Scope.ALL,
    scope_key: str = "",
    reason: str = "",
) -> RoleGrant:
    """Give ``user`` a role in a scope and log it. The same grant a second time changes nothing."""
    key = check_scope(role, scope_kind, scope_key)
    grant, created = RoleGrant.objects.get_or_create(
        user=user,
        role=Role(role),
        scope_kind=scope_kind,
        scope_key=key,
        defaults={"granted_by": by, "granted_at": at},
    )
    if created:
        user.forget_held()
        record("user.role_granted", user, by=by, at=at, after=str(grant), reason=reason, public=False)
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Take a role away and log it; the last active administrator keeps theirs."""
    user = grant.user
    if grant.role == Role.ADMIN:
        refuse_without_administrator(user)
    was = str(grant)
    if RoleGrant.objects.filter(pk=grant.pk).delete()[0]:
        record("user.role_revoked", user, by=by, at=at, before=was, reason=reason, public=False)
    user.forget_held()


def refuse_without_administrator(leaving: User) -> None:
    """LastAdministrator where nobody but ``leaving`` could administer the site. Call inside the transaction."""
    others = (
        User.objects.select_for_update()
        .filter(
            is_active=True, rehearsal=leaving.rehearsal, pk__in=RoleGrant.objects.filter(role=Role.ADMIN).values("user")
        )
        .exclude(pk=leaving.pk)
    )
    if leaving.is_active and not others.exists():
        raise LastAdministrator
