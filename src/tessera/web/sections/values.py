"""Values that a page must not show as plain words of its own language: keys, and texts in other languages."""

from __future__ import annotations

from typing import Self


class Key(str):
    """A key of the record, which people write and look for as it is: shown as code."""

    __slots__ = ()


class Mention(str):
    """The slug of another record of a ``kind``: shown by the name of the record once that is known."""

    __slots__ = ("kind",)

    kind: str

    def __new__(cls, slug: str, kind: str) -> Self:
        mention = super().__new__(cls, slug)
        mention.kind = kind
        return mention


class Texts(dict[str, str]):
    """One text in several languages, by their codes: each is shown under the name of its language, marked as it."""
