"""Values of documents of forms and rules, as lines to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tessera.core.translated import best
from tessera.web.punctuation import labelled, listed


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
            return listed(labelled(key, text) for key, text in value.items())
        return ", ".join(labelled(key, in_words(part)) for key, part in value.items() if part not in (None, [], {}))
    if isinstance(value, list):
        return ", ".join(in_words(part) for part in value)
    return str(value)
