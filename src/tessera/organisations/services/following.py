"""What happens here when a person is merged, parted again or anonymised in ``accounts``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tessera.accounts.models import Person
from tessera.activity.documents import revision_of
from tessera.activity.services import record
from tessera.core.models import TranslationState
from tessera.organisations.models import Position
from tessera.organisations.services.person import persons


def move_positions(kept: Person, merged: Person) -> list[int]:
    """Give ``kept`` the positions of ``merged``, after its own; returns their ids."""
    after = kept.positions.count()
    moved = list(merged.positions.order_by("order", "pk"))
    for n, position in enumerate(moved):
        position.person, position.order = kept, after + n
        position.save(update_fields=["person", "order"])
    return [position.pk for position in moved]


def return_positions(kept: Person, merged: Person, moved: Any) -> None:
    """Give back what ``move_positions`` moved and ``kept`` still has."""
    for n, position in enumerate(Position.objects.filter(pk__in=moved, person=kept).order_by("order", "pk")):
        position.person, position.order = merged, n
        position.save(update_fields=["person", "order"])


def follow_person(old_slug: str, person: Person, at: datetime) -> None:
    """Bring the record, its revision and the finder in line with what ``accounts`` made of ``person``."""
    fresh = persons.find(person.slug)
    if fresh is None:
        return
    if fresh.anonymised_at is not None:
        fresh.positions.all().delete()
        TranslationState.objects.filter(object_type="person", object_key__in=[old_slug, fresh.slug]).delete()
        fresh = persons.find(person.slug) or fresh
    elif revision_of(fresh, fresh.version) != (document := persons.read(fresh)):
        fresh.version += 1
        fresh.save(update_fields=["version"])
        record("person.updated", fresh, by=None, at=at, document=document, version=fresh.version)
    persons.refresh(fresh, at=at)
