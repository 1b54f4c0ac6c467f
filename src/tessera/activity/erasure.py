"""Taking a name out of the activity log: what was done stays, who and whose name goes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Q

from tessera.activity.models import ERASED, SYSTEM, Activity, Revision


@transaction.atomic
def forget_actor(user: models.Model, name: str) -> None:
    """Everything ``user`` did was done by ``name`` from now on."""
    Activity.objects.filter(by_id=user.pk).update(actor=name, by=None)


@transaction.atomic
def forget_subject(object_type: str, object_key: str, *, new_key: str) -> None:
    """Remove the name, the texts and the old versions of a record from its history, which moves to ``new_key``.

    What was copied from it no longer says so by name.
    """
    rows = Activity.objects.filter(object_type=object_type, object_key=object_key)
    Revision.objects.filter(activity__in=rows).delete()
    rows.update(object_key=new_key, object_label="", changes={}, before="", after="", reason="")
    copies = Activity.objects.filter(object_type=object_type, verb=f"{object_type}.cloned", before=object_key)
    copies.update(before=new_key, reason="")


@transaction.atomic
def forget_owner(object_type: str, object_key: str, user: models.Model | None) -> None:
    """Nobody is named as having done to a record what its owner ``user`` did, or somebody without an account."""
    rows = Activity.objects.filter(object_type=object_type, object_key=object_key)
    own = Q(by=None) & ~Q(actor=SYSTEM)
    if user is not None:
        own |= Q(by=user.pk)
    rows.filter(own).update(by=None, actor=ERASED)


def forget_texts(object_type: str, object_keys: Iterable[str]) -> None:
    """Remove what was written and changed from the history of records whose states stay."""
    Activity.objects.filter(object_type=object_type, object_key__in=list(object_keys)).update(reason="", changes={})
