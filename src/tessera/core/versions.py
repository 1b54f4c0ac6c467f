"""The content version: one number that grows with every change, read by cached pages.

Its table holds other such numbers too (one for the places); a request reads all of them in one query, once, and with
them the short texts that an app has declared (the programme's scheme).
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.models import F

from tessera.core.models import ContentVersion

CONTENT_ROW = 1


@dataclass(frozen=True)
class _Versions:
    numbers: dict[int, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


_UNREAD = _Versions()
# What this request has read: None outside a request, _UNREAD before the first look.
_read: ContextVar[_Versions | None] = ContextVar("versions", default=None)
_declared: dict[str, str] = {}


def declare_text(name: str, statement: str) -> None:
    """Have a text read with the versions: for the ``ready`` of the app whose table ``statement`` reads.

    It is a SELECT of one value without parameters; the same name again replaces it.
    """
    _declared[name] = statement


def bump_content_version() -> None:
    """Count one change more, in the caller's transaction; pages rendered before are not served again."""
    forget_versions()
    if not ContentVersion.objects.filter(pk=CONTENT_ROW).update(number=F("number") + 1):
        ContentVersion.objects.bulk_create([ContentVersion(pk=CONTENT_ROW, number=1)], ignore_conflicts=True)


def content_version() -> int:
    """The number now (0 before the first change), in one query; none where the request has asked before."""
    return version_number(CONTENT_ROW)


def version_number(row: int) -> int:
    """The number of a row of the table, 0 where there is none; see ``content_version``."""
    return _versions().numbers.get(row, 0)


def version_text(name: str) -> str | None:
    """A declared text as it is now, None where its statement finds none; asks as ``content_version`` does."""
    return _versions().texts.get(name)


def _versions() -> _Versions:
    known = _read.get()
    if known is not None and known is not _UNREAD:
        return known
    texts = "".join(f" UNION ALL SELECT 0, 0, '{name}', ({statement})" for name, statement in _declared.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, number, '', NULL FROM core_contentversion{texts}")  # noqa: S608 - of our apps alone
        rows = cursor.fetchall()
    found = _Versions(
        {row: number for row, number, name, _text in rows if not name},
        {name: text for _row, _number, name, text in rows if name and text is not None},
    )
    if known is not None:
        _read.set(found)
    return found


def forget_versions() -> None:
    """Make the next look read the database: for whoever changes a number."""
    if _read.get() is not None:
        _read.set(_UNREAD)


def _begin(**_signal: Any) -> None:
    _read.set(_UNREAD)


def _end(**_signal: Any) -> None:
    _read.set(None)


request_started.connect(_begin, dispatch_uid="tessera.core.versions")
request_finished.connect(_end, dispatch_uid="tessera.core.versions")
