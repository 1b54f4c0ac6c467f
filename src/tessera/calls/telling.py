"""What differs between two documents of forms or rules, as lines to read: where, before, after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tessera.core.documents import changes
from tessera.core.translated import best

MOST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One place. ``kind`` is changed, added or removed; a whole part that came or went is told by its name."""

    path: str
    kind: str
    before: str
    after: str


def differences(before: Any, after: Any) -> list[Difference]:
    """The differences in the order of the document, never more than a page holds."""
    found = []
    for path, (old, new) in changes(before, after).items():
        kind = "added" if old is None else "removed" if new is None else "changed"
        found.append(Difference(path.strip(), kind, in_words(old), in_words(new)))
    return found[:MOST]


def in_words(value: Any) -> str:
    """A value of a document on one line: texts in the reader's language, lists joined, parts by their name."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        for name in ("label", "title", "name", "reason"):
            if isinstance(value.get(name), Mapping) and value[name]:
                return best(value[name])[0]
        if value and all(isinstance(text, str) for text in value.values()):
            return "; ".join(f"{key}: {text}" for key, text in value.items())
        return ", ".join(f"{key}: {in_words(part)}" for key, part in value.items() if part not in (None, [], {}))
    if isinstance(value, list):
        return ", ".join(in_words(part) for part in value)
    return str(value)
