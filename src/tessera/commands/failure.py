"""What ends a subcommand: one sentence and an exit status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class CommandFailed(Exception):
    """Ends the subcommand; the sentence goes to the error stream, ``status`` to the shell."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        self.status = status
        super().__init__(sentence)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what the settings, the database and the services refuse into CommandFailed."""
    try:
        yield
    except CommandFailed:
        raise
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise CommandFailed(sentence) from error


def _sentence(error: Exception) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError, ProgrammingError
    from pydantic import ValidationError

    from tessera.core.errors import DomainError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        if first["type"] == "value_error":  # a sentence of ours, which names the setting
            return str(first["ctx"]["error"])
        name = "_".join(str(part) for part in first["loc"]).upper()
        return f"The setting {name if name == 'PORT' else f'TESSERA_{name}'} cannot be used: {first['msg']}."
    if isinstance(error, OperationalError | ProgrammingError):
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if "no such table" in first_line or "does not exist" in first_line:
            return f"The database is not up to date ({first_line}): run “tessera migrate”."
        return f"The database does not answer: {first_line}."
    if isinstance(error, DomainError | ImproperlyConfigured | CommandError):
        return " ".join(str(error).split())
    if isinstance(error, RuntimeError) and str(error).startswith("TESSERA_"):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return None
