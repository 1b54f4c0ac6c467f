"""Reading a document with care: clean what is harmless, and say by path what cannot be taken."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tessera.core import edtf
from tessera.core.folding import clean, fold

_NEAREST = 3
_KEPT: ContextVar[frozenset[str]] = ContextVar("languages of texts that are kept", default=frozenset())


@contextmanager
def also_in(languages: Iterable[str]) -> Iterator[None]:
    """Take texts in these languages too: the content has them no more, and what was written in them stays."""
    token = _KEPT.set(_KEPT.get() | frozenset(languages))
    try:
        yield
    finally:
        _KEPT.reset(token)


def taken_languages() -> list[str]:
    """The languages in which a text may be: those of the content, and those of texts that are kept."""
    return [*settings.CONTENT_LANGUAGES, *sorted(_KEPT.get() - set(settings.CONTENT_LANGUAGES))]


class Checked:
    """Collects ``errors`` ({path: [sentence]}) while a document is read; each method returns the cleaned value."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def wrong(self, path: str, sentence: str) -> None:
        self.errors.setdefault(path, []).append(sentence)

    def mapping(self, value: Any, path: str, allowed: Collection[str] = ()) -> dict[str, Any]:
        """A mapping with no other keys than ``allowed`` (any, where none are named); {} for nothing."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(path, _("Here a group of named values is expected."))
            return {}
        for key in value:
            if allowed and key not in allowed:
                self.wrong(f"{path}.{key}" if path else key, _("“%(given)s” is not known here.") % {"given": key})
        return dict(value)

    def items(self, value: Any, path: str) -> list[Any]:
        """A list; [] for nothing."""
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong(path, _("Here a list is expected."))
            return []
        return list(value)

    def text(self, value: Any, path: str, *, limit: int = 0, lines: bool = False, required: bool = False) -> str:
        """Clean text, "" for nothing. One over the limit is kept and refused with its length."""
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.wrong(path, _("Here a text is expected."))
            return ""
        kept = clean(value, lines=lines)
        if required and not kept:
            self.wrong(path, _("This may not be empty."))
        if limit and len(kept) > limit:
            self.wrong(
                path,
                _("This text has %(length)s characters; at most %(limit)s fit.")
                % {"length": len(kept), "limit": limit},
            )
        return kept

    def texts(self, value: Any, path: str, *, limit: int = 0, lines: bool = False) -> dict[str, str]:
        """Texts by language without the empty ones, in `taken_languages` only."""
        found: dict[str, str] = {}
        for language, text in self.mapping(value, path).items():
            here = f"{path}.{language}"
            if language not in taken_languages():
                self.unknown(
                    language, here, settings.CONTENT_LANGUAGES, _("“%(given)s” is not a language of the content.")
                )
                continue
            kept = self.text(text, here, limit=limit, lines=lines)
            if kept:
                found[language] = kept
        return found

    def known(self, value: Any, path: str, options: Collection[str] | Mapping[str, str], sentence: str) -> str:
        """A key of ``options``, "" for nothing; ``sentence`` (with %(given)s) and the nearest ones otherwise."""
        if value in (None, ""):
            return ""
        if not isinstance(value, str):
            self.wrong(path, _("Here a text is expected."))
            return ""
        if value not in options:
            self.unknown(value, path, options, sentence)
        return value

    def unknown(self, given: str, path: str, options: Collection[str] | Mapping[str, str], sentence: str) -> None:
        near = nearest(given, options)
        said = sentence % {"given": given}
        if near:
            said = _("%(problem)s Nearest: %(nearest)s.") % {"problem": said, "nearest": ", ".join(near)}
        self.wrong(path, said)

    def whole(self, value: Any, path: str, *, least: int = 0, most: int = 100_000) -> int | None:
        """A whole number, None for nothing."""
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(
                path, _("Here a whole number from %(least)s to %(most)s is expected.") % {"least": least, "most": most}
            )
            return None
        return value

    def date(self, value: Any, path: str, *, allow_open: bool = False) -> edtf.Edtf | None:
        """An EDTF date, None for nothing or for one that cannot be read."""
        text = self.text(value, path)
        if not text:
            return None
        try:
            return edtf.parse(text, allow_open=allow_open)
        except edtf.EdtfError as error:
            self.wrong(path, _(error.message) % error.params)
            return None


def nearest(given: str, options: Collection[str] | Mapping[str, str]) -> list[str]:
    """Up to three keys of ``options`` that look or are named like ``given``, with their names."""
    labels = options if isinstance(options, Mapping) else {}
    wanted = fold(given)
    by_form: dict[str, str] = {}
    for key in options:
        by_form.setdefault(fold(key), key)
        if key in labels:
            by_form.setdefault(fold(labels[key]), key)
    near = [wanted] if wanted in by_form else difflib.get_close_matches(wanted, by_form, n=_NEAREST, cutoff=0.55)
    keys = dict.fromkeys(by_form[form] for form in near)
    return [f"{key} ({labels[key]})" if labels.get(key) and labels[key] != key else key for key in keys]
