"""What an editor typed and has not saved yet: kept per user and form, offered again, gone after saving."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tessera.core.models import Draft

# A draft is text that a person typed; what is larger is not.
MAX_SIGNS = 400_000


def draft_of(user: Any, form: str) -> Draft | None:
    """The draft of ``user`` for ``form``, if there is one."""
    return Draft.objects.filter(user=user, form=form).first()


@transaction.atomic
def keep_draft(user: Any, form: str, data: Mapping[str, list[str]], *, version: int, at: datetime) -> Draft | None:
    """Keep the fields of ``form`` as posted, written against ``version`` of the record; the latest wins.

    None where it is too large to be something a person typed.
    """
    kept = {name: [_harmless(value) for value in values] for name, values in data.items()}
    if sum(len(name) + sum(map(len, values)) for name, values in kept.items()) > MAX_SIGNS:
        return None
    draft, _created = Draft.objects.update_or_create(
        user=user, form=form, defaults={"data": kept, "version": version, "saved_at": at}
    )
    return draft


def discard_draft(user: Any, form: str) -> None:
    """Forget the draft; nothing happens where there is none."""
    Draft.objects.filter(user=user, form=form).delete()


def _harmless(text: str) -> str:
    """Without what PostgreSQL cannot store in JSON; everything else as it was typed."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
