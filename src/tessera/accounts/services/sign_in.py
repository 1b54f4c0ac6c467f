"""Signing in by e-mailed link or code."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.tasks import task
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts import tokens
from tessera.accounts.models import SignInLink, User
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message

LINK_LIFETIME = timedelta(hours=1)
INVITATION_LIFETIME = timedelta(days=7)
MAX_WRONG_CODES = 5


@dataclass(frozen=True)
class MailedLink:
    """What travels by e-mail and is kept nowhere: the address of the link's page, and the code."""

    link: SignInLink
    url: str
    code: str


def user_at(address: str) -> User | None:
    """The active user with this address, in any case."""
    return User.objects.filter(email__iexact=address.strip(), is_active=True).first()


@task
def send_sign_in_link(key: str, address: str, language: str, next_path: str = "") -> None:
    """Make the link that somebody asked for and queue its mail; safe to run twice.

    Runs in the worker, so that asking takes as long for an unknown address as for a known one: for that one,
    nothing else happens.
    """
    user = user_at(address)
    if user is None:
        return
    with transaction.atomic():
        if SignInLink.objects.filter(key=key).exists():
            return
        mailed = make_link(user, uuid.UUID(key), at=timezone.now(), next_path=next_path, language=language)
        with override(user.language or language):
            why = _("You get this message because somebody asked to sign in with your address.")
        queue_message(
            "sign_in_link",
            to=user,
            context={"link": mailed.url, "code": f"{mailed.code[:3]} {mailed.code[3:]}"},
            language=user.language or language,
            reason=why,
            key=f"sign-in-link-{key}",
            confidential=True,
        )


def make_link(
    user: User,
    key: uuid.UUID,
    *,
    at: datetime,
    next_path: str = "",
    language: str = "",
    purpose: str = SignInLink.Purpose.SIGN_IN,
) -> MailedLink:
    """A fresh link for ``user``; its token and code are in the answer and nowhere else."""
    token, code = tokens.new_token(), tokens.new_code()
    lifetime = INVITATION_LIFETIME if purpose == SignInLink.Purpose.INVITATION else LINK_LIFETIME
    link = SignInLink.objects.create(
        key=key,
        user=user,
        purpose=purpose,
        token_hash=tokens.hash_of(token),
        code_hash=tokens.hash_of_code(key, code),
        next_path=next_path[:500],
        made_at=at,
        expires_at=at + lifetime,
    )
    with override(user.language or language or user.mail_language):
        return MailedLink(link, site_url(reverse("accounts:link", args=[token])), code)


def link_of(token: str, *, at: datetime) -> SignInLink | None:
    """The link with this token, if it can still be used."""
    return SignInLink.objects.usable(at).select_related("user__person").filter(token_hash=tokens.hash_of(token)).first()


@transaction.atomic
def use_link(token: str, *, at: datetime) -> SignInLink | None:
    """Use up the link with this token; None where it was used, has expired or never was."""
    link = link_of(token, at=at)
    return link if link is not None and _use(link, at=at) else None


@transaction.atomic
def use_code(key: str, typed: str, *, at: datetime) -> SignInLink | None:
    """Use up the link that this browser asked for, by its code; None where that is wrong or came too late.

    After five wrong codes the request is dead; its link in the mail still works.
    """
    try:
        link = SignInLink.objects.usable(at).select_related("user__person").filter(key=uuid.UUID(key)).first()
    except ValueError:
        return None
    if link is None or link.wrong_codes >= MAX_WRONG_CODES:
        return None
    if not tokens.code_matches(link.key, typed, link.code_hash):
        SignInLink.objects.filter(pk=link.pk).update(wrong_codes=F("wrong_codes") + 1)
        return None
    return link if _use(link, at=at) else None


def _use(link: SignInLink, *, at: datetime) -> bool:
    """Mark used, once; the other links of the user end with it."""
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        return False
    SignInLink.objects.filter(user=link.user_id, used_at=None).update(used_at=at)
    return True
