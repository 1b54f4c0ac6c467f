"""Records that the public may see: found and locked, shown or withdrawn in the same way whatever they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from tessera.activity.documents import DocumentStore
from tessera.publications.services import Publication, publish_record, withdraw_record


class PublicStore[T: models.Model](DocumentStore[T]):
    """A store whose records have a public page while they are published. ``key`` is the field that addresses name."""

    key = "slug"

    def whole(self) -> models.QuerySet[T]:
        """Its records with all that their documents hold."""
        raise NotImplementedError

    def publication(self, obj: T) -> Publication:
        """What the public sees of ``obj``."""
        raise NotImplementedError

    def is_shown(self, obj: Any) -> bool:
        """Whether the public sees it now."""
        return bool(obj.published)

    def find(self, key: str) -> T | None:
        """The row, locked by itself: what is loaded with it is not."""
        rows = self.whole()
        where = {self.key: key}
        if not rows.model._default_manager.select_for_update().filter(**where).exists():
            return None
        return rows.get(**where)

    def refresh(self, obj: T, *, at: datetime) -> None:
        if self.is_shown(obj):
            publish_record(self.publication(obj), at=at)
        else:
            withdraw_record(self.name, getattr(obj, self.key))

    def rebuild(self, at: datetime) -> int:
        """Write the public record of every published one anew; returns how many."""
        rows = [row for row in self.whole() if self.is_shown(row)]
        for row in rows:
            self.refresh(row, at=at)
        return len(rows)
