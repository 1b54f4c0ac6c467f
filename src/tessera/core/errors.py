"""Refusals: what a service says when it will not do a thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal in words for the person who asked; never an error page.

    Subclasses set ``message``, a translatable sentence; keyword arguments fill its named placeholders.
    """

    message: str | Promise = _("This is not possible.")

    def __init__(self, message: str | Promise | None = None, **params: Any) -> None:
        if message is not None:
            self.message = message
        self.params = params
        super().__init__()

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class InvalidDocument(DomainError):
    """A document that may not be written; ``errors`` maps each path to its sentences.

    ``record`` is the kind and the key of the record whose document it is, where it is one of the desk.
    """

    message = _("Some of it cannot be saved; nothing was changed.")

    def __init__(self, errors: Mapping[str, list[Any]], record: tuple[str, str] = ("", "")) -> None:
        self.errors = {path: list(texts) for path, texts in errors.items()}
        self.record = record
        super().__init__()


class StaleVersion(DomainError):
    """Somebody else saved since this editor opened the record: their changes and mine touch the same places.

    ``conflicts`` are the paths both changed; ``base``, ``mine``, ``theirs`` the three documents;
    ``version`` is the number to save the merged text against.
    """

    message = _("Someone else saved this record while you were writing. Nothing was overwritten.")

    def __init__(self, *, conflicts: list[str], base: Any, mine: Any, theirs: Any, version: int) -> None:
        self.conflicts, self.base, self.mine, self.theirs, self.version = conflicts, base, mine, theirs, version
        super().__init__()
