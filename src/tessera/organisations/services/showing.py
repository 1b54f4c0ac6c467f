"""Publishing, hiding and deleting records of either kind, and what the finder keeps of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext_lazy

from tessera.activity import documents
from tessera.activity.documents import DocumentStore
from tessera.activity.models import Activity
from tessera.activity.services import record, record_deletion
from tessera.core.errors import DomainError
from tessera.core.folding import words
from tessera.core.models import TranslationState
from tessera.organisations import finder
from tessera.organisations.models import NameEntry


class Lacking(DomainError):
    """What keeps a record from being published; ``lacking`` are whole sentences."""

    message = gettext_lazy("This cannot be published yet.")

    def __init__(self, lacking: list[str]) -> None:
        self.lacking = lacking
        super().__init__()


class InUse(DomainError):
    message = gettext_lazy("Other records refer to this one, or readers have seen it: it can be hidden, not deleted.")


@transaction.atomic
def publish[T: models.Model](
    store: DocumentStore[T], obj: Any, lacking: Any, *, by: Any, at: datetime, reason: str
) -> T:
    """Show ``obj`` to the public and return its row; `Lacking` with what ``lacking(row)`` says. Safe to repeat."""
    row: Any = store.find(obj.slug)
    if row is None:
        raise documents.RecordGone
    if row.published:
        return row
    missing = lacking(row)
    if missing:
        raise Lacking(missing)
    row.published = True
    row.save(update_fields=["published"])
    record(f"{store.name}.published", row, by=by, at=at, reason=reason)
    store.refresh(row, at=at)
    return row


@transaction.atomic
def unpublish[T: models.Model](store: DocumentStore[T], obj: Any, *, by: Any, at: datetime, reason: str) -> T:
    """Hide ``obj`` from the public and return its row. Safe to repeat."""
    row: Any = store.find(obj.slug)
    if row is None:
        raise documents.RecordGone
    if row.published:
        row.published = False
        row.save(update_fields=["published"])
        record(f"{store.name}.unpublished", row, by=by, at=at, reason=reason)
        store.refresh(row, at=at)
    return row


@transaction.atomic
def delete(store: DocumentStore[Any], obj: Any, *, by: Any, at: datetime, reason: str) -> None:
    """Delete ``obj``; `InUse` where it was public once or something refers to it. Safe to repeat."""
    row: Any = store.find(obj.slug)
    if row is None:
        return
    seen = (f"{store.name}.published", f"{store.name}.loaded")
    if row.published or Activity.objects.filter(object_type=store.name, object_key=row.slug, verb__in=seen).exists():
        raise InUse
    record_deletion(row, by=by, at=at, reason=reason)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise InUse from error
    TranslationState.objects.filter(object_type=store.name, object_key=obj.slug).delete()


def enter(whose: dict[str, Any], names: list[str], *, shown: bool) -> None:
    """Keep what the finder knows of a record."""
    held = {word for name in names for word in words(name)}
    if shown and held:
        NameEntry.objects.update_or_create(**whose, defaults={"padded": finder.padded(held)})
    else:
        NameEntry.objects.filter(**whose).delete()
