"""Accounts as administrators look after them, and as their owners set them up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts.models import Person, SignInLink, User
from tessera.accounts.services.roles import grant_role, refuse_without_administrator
from tessera.accounts.services.sign_in import make_link
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.messaging.services import queue_message


class AddressTaken(DomainError):
    message = gettext_lazy("There is already an account with this address.")


@transaction.atomic
def invite_user(
    email: str,
    *,
    language: str,
    by: User | None,
    at: datetime,
    person: Person | None = None,
    roles: Iterable[tuple[str, str, str]] = (),
    reason: str = "",
    rehearsal: bool = False,
) -> User:
    """Make an account without a password and mail its owner a link that signs in once, within seven days.

    ``roles`` are (role, kind of scope, key of scope).
    """
    address = email.strip()
    if User.objects.filter(email__iexact=address).exists():
        raise AddressTaken
    user = User.objects.create_user(address, language=language, person=person, rehearsal=rehearsal)
    record("user.invited", user, by=by, at=at, reason=reason, public=False)
    for role, kind, key in roles:
        grant_role(user, role, by=by, at=at, scope_kind=kind, scope_key=key, reason=reason)
    send_invitation(user, at=at)
    return user


@transaction.atomic
def send_invitation(user: User, *, at: datetime) -> None:
    """Mail ``user`` a link that signs in once, within seven days."""
    mailed = make_link(user, uuid.uuid4(), at=at, purpose=SignInLink.Purpose.INVITATION)
    with override(user.mail_language):
        why = _("You get this message because an administrator made an account for you.")
    queue_message(
        "invitation",
        to=user,
        context={"link": mailed.url},
        reason=why,
        key=f"invitation-{mailed.link.key}",
        confidential=True,
        at=at,
    )


@transaction.atomic
def deactivate_user(user: User, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Close an account: nothing signs in to it any more, and what is signed in is signed out."""
    if not user.is_active:
        return
    if user.grants.filter(role="admin").exists():
        refuse_without_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    SignInLink.objects.filter(user=user, used_at=None).delete()
    record("user.deactivated", user, by=by, at=at, before="active", after="inactive", reason=reason, public=False)


@transaction.atomic
def activate_user(user: User, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Open an account again."""
    if user.is_active:
        return
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("user.activated", user, by=by, at=at, before="inactive", after="active", reason=reason, public=False)


@transaction.atomic
def reset_second_factor(user: User, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Forget the passkeys, the authenticator app and the recovery codes of somebody who lost them."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    record("user.second_factor_reset", user, by=by, at=at, reason=reason, public=False)
    notify(user, "second_factor_reset", at=at)


def end_sessions(user: User, *, keep: str = "") -> int:
    """Sign ``user`` out everywhere but in the session ``keep``; says in how many places."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep):
        session.end()
        ended += 1
    return ended


def save_preferences(user: User, *, language: str, time_zone: str, theme: str, hide_map: bool) -> None:
    """Keep how ``user`` wants to read the site and its mails."""
    user.language, user.time_zone, user.theme, user.hide_map = language, time_zone, theme, hide_map
    user.save(update_fields=["language", "time_zone", "theme", "hide_map"])


_NOTICES = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("A password was set for your account."),
    "totp_activated": gettext_lazy("An authenticator app was added to your account."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
    "webauthn_added": gettext_lazy("A passkey was added to your account."),
    "webauthn_removed": gettext_lazy("A passkey was removed from your account."),
    "second_factor_reset": gettext_lazy(
        "An administrator removed your passkeys, your authenticator app and your recovery codes, and signed you out."
    ),
    "address_changed": gettext_lazy("The e-mail address of your account was changed."),
}


def notify(user: User, event: str, *, at: datetime, address: str = "") -> None:
    """Tell ``user`` of a change in how their account is protected (at an earlier ``address``, where one is given)."""
    with override(user.mail_language):
        context: dict[str, Any] = {"what": str(_NOTICES[event])}
        why = _("You get this message because it concerns the safety of your account.")
    queue_message(
        "security_notice", to=address or user, context=context, language=user.mail_language, reason=why, at=at,
        rehearsal=user.rehearsal,
    )  # fmt: skip
