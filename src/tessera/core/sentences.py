"""Sentences kept as data: put into words when they are read, in the language of the reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tessera.core.translated import best


@dataclass(frozen=True, slots=True)
class Sentence:
    """A translatable sentence and what fills its named placeholders.

    ``text`` comes from gettext_lazy or ngettext_lazy (with the name of the number); texts by language among the
    ``params`` are shown in the reader's language, other values as they print themselves then.
    """

    text: str | Promise
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.params:
            return str(self.text)
        return str(self.text % {name: _readable(value) for name, value in self.params.items()})

    def by_language(self, languages: Collection[str] | None = None) -> dict[str, str]:
        """The sentence in each language of the interface (or of ``languages``), to be kept with a decision."""
        found = {}
        for code in languages or settings.INTERFACE_LANGUAGES:
            with translation.override(code):
                found[code] = str(self)
        return found


@dataclass(frozen=True, slots=True)
class Listed:
    """Several things in one sentence: "A, B and C", or "A, B or C"."""

    items: tuple[Any, ...]
    any_of: bool = False

    def __str__(self) -> str:
        words = [str(_readable(item)) for item in self.items]
        if len(words) < 2:
            return "".join(words)
        joined = _("%(first)s or %(last)s") if self.any_of else _("%(first)s and %(last)s")
        return str(joined % {"first": ", ".join(words[:-1]), "last": words[-1]})


@dataclass(frozen=True, slots=True)
class Joined:
    """Whole sentences, one after the other."""

    sentences: tuple[Sentence, ...]

    def __str__(self) -> str:
        return " ".join(str(sentence) for sentence in self.sentences)


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return best(value)[0]
    return value if isinstance(value, int | str) else str(value)
