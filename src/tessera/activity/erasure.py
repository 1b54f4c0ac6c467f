"""Taking a name out of the activity log: what was done stays, who and whose name goes."""

from __future__ import annotations

from django.db import models, transaction

from tessera.activity.models import Activity, Revision


@transaction.atomic
def forget_actor(user: models.Model, name: str) -> None:
    """Everything ``user`` did was done by ``name`` from now on."""
    Activity.objects.filter(by_id=user.pk).update(actor=name, by=None)


@transaction.atomic
def forget_subject(object_type: str, object_key: str, *, new_key: str) -> None:
    """Remove the name, the texts and the old versions of a record from its history, which moves to ``new_key``."""
    rows = Activity.objects.filter(object_type=object_type, object_key=object_key)
    Revision.objects.filter(activity__in=rows).delete()
    rows.update(object_key=new_key, object_label="", changes={}, before="", after="")
