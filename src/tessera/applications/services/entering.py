"""The way in for people who apply: an address, a link by mail, an account made by the first of them that is followed."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts.models import SignInLink, User
from tessera.accounts.services import make_link
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.messaging.models import Message
from tessera.messaging.services import forget_messages, queue_message

UNUSED_KEPT = timedelta(days=30)
ASKED = "user.asked_to_apply"


@task
def send_way_in(key: str, address: str, language: str, next_path: str) -> None:
    """Mail a link that signs in once and leads to ``next_path``; safe to run twice.

    An address without an account gets one: whoever reads its mail may apply. A closed account gets nothing. It runs in
    the worker, so that asking takes as long for every address.
    """
    with transaction.atomic():
        if SignInLink.objects.filter(key=key).exists():
            return
        user = account_at(address, language, by=None, at=timezone.now())
        if not user.is_active:
            return
        mailed = make_link(user, uuid.UUID(key), at=timezone.now(), next_path=next_path, language=language)
        with override(language):
            why = _("You get this message because somebody asked to apply for a training with your address.")
        queue_message(
            "sign_in_link",
            to=user,
            context={"link": mailed.url, "code": f"{mailed.code[:3]} {mailed.code[3:]}"},
            language=language,
            reason=why,
            key=f"sign-in-link-{key}",
            confidential=True,
        )


def account_at(address: str, language: str, *, by: User | None, at: datetime) -> User:
    """The account of ``address``, made where there is none: whoever reads its mail may sign in to it by link."""
    known = User.objects.filter(email__iexact=address.strip()).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = User.objects.create_user(address, language=language)
            record(ASKED, made, by=by, at=at, public=False)
            return made
    except IntegrityError:
        return User.objects.get(email__iexact=address.strip())


def tidy_entrances(*, at: datetime) -> int:
    """Forget accounts that an address was typed for and nobody ever entered; returns how many."""
    asked = Activity.objects.filter(
        verb=ASKED, at__lt=at - UNUSED_KEPT, object_key=Cast(OuterRef("pk"), models.CharField())
    )
    unused = User.objects.filter(last_login=None, person=None, grants=None, applications=None)
    keys = list(unused.filter(Exists(asked)).order_by("pk").values_list("pk", flat=True)[:500])
    forget_messages(Message.objects.filter(to__in=keys))
    Activity.objects.filter(verb=ASKED, at__lt=at - UNUSED_KEPT).update(object_label="")
    User.objects.filter(pk__in=keys).delete()
    return len(keys)
