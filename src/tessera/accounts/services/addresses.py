"""Changing one's e-mail address: both mailboxes confirm, either can stop it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts import tokens
from tessera.accounts.models import EmailChange, SignInLink, User
from tessera.accounts.services.users import notify
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message

CHANGE_LIFETIME = timedelta(hours=24)


class SameAddress(DomainError):
    message = gettext_lazy("This is already the address of your account.")


@transaction.atomic
def ask_address_change(user: User, new_email: str, *, at: datetime) -> EmailChange:
    """Ask both mailboxes to confirm; an earlier request that still waits ends.

    Whether the new address has an account of its own already is told to that address only.
    """
    address = new_email.strip()
    if address.lower() == user.email.lower():
        raise SameAddress
    EmailChange.objects.filter(user=user, ended_at=None).update(ended_at=at)
    old_token, new_token = tokens.new_token(), tokens.new_token()
    change = EmailChange.objects.create(
        user=user,
        old_email=user.email,
        new_email=address,
        old_token_hash=tokens.hash_of(old_token),
        new_token_hash=tokens.hash_of(new_token),
        asked_at=at,
        expires_at=at + CHANGE_LIFETIME,
    )
    with override(user.mail_language):
        why = _("You get this message because somebody asked to change the address of an account.")
        for template, to, token in [
            ("address_change_old", user.email, old_token),
            ("address_change_new", address, new_token),
        ]:
            context = {"old": user.email, "new": address}
            if template == "address_change_new" and _is_taken(address, user):
                template = "address_taken"
                context = {"link": site_url(reverse("accounts:sign_in"))}
            else:
                context["link"] = site_url(reverse("accounts:confirm_address", args=[token]))
            queue_message(
                template, to=to, context=context, language=user.mail_language, reason=why,
                confidential=True, rehearsal=user.rehearsal, at=at,
            )  # fmt: skip
    return change


def change_of(token: str, *, at: datetime) -> tuple[EmailChange, str] | None:
    """(the request, "old" or "new") for a token of either mail, while it can be confirmed or stopped."""
    hashed = tokens.hash_of(token)
    waiting = EmailChange.objects.select_related("user").filter(ended_at=None, expires_at__gt=at, user__is_active=True)
    for side in ("old", "new"):
        change = waiting.filter(**{f"{side}_token_hash": hashed, f"{side}_confirmed_at": None}).first()
        if change is not None:
            return change, side
    return None


@transaction.atomic
def confirm_address(token: str, *, at: datetime) -> EmailChange | None:
    """Confirm for one mailbox; with the second one the address changes. None for a token that is of no use."""
    found = change_of(token, at=at)
    if found is None:
        return None
    change, side = found
    setattr(change, f"{side}_confirmed_at", at)
    change.save(update_fields=[f"{side}_confirmed_at"])
    if change.old_confirmed_at and change.new_confirmed_at:
        _apply(change, at=at)
    return change


@transaction.atomic
def stop_address_change(token: str, *, at: datetime) -> bool:
    """End the request for good: the reader of either mailbox knows nothing of it."""
    found = change_of(token, at=at)
    if found is None:
        return False
    change, _side = found
    change.ended_at = at
    change.save(update_fields=["ended_at"])
    record("user.address_change_stopped", change.user, by=None, at=at, actor="e-mail", public=False)
    return True


def _apply(change: EmailChange, *, at: datetime) -> None:
    user = change.user
    change.ended_at = at
    change.save(update_fields=["ended_at"])
    if _is_taken(change.new_email, user):
        return
    user.email = change.new_email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:  # somebody took it in the same instant
        user.email = change.old_email
        return
    SignInLink.objects.filter(user=user, used_at=None).delete()
    record("user.address_changed", user, by=user, at=at, public=False)
    notify(user, "address_changed", at=at)
    notify(user, "address_changed", at=at, address=change.old_email)


def _is_taken(address: str, user: User) -> bool:
    return User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists()
