"""The content version: one number that grows with every change, read by cached pages.

Its table holds other such numbers too (one for the places); a request reads all of them in one query, once.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.models import F

from tessera.core.models import ContentVersion

CONTENT_ROW = 1

# The numbers as this request has read them: None outside a request, {} before the first look.
_read: ContextVar[dict[int, int] | None] = ContextVar("versions", default=None)


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
    known = _read.get()
    if known:
        return known.get(row, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, number FROM core_contentversion")
        found = dict(cursor.fetchall())
    if known is not None:
        _read.set({CONTENT_ROW: 0, **found})
    return found.get(row, 0)


def forget_versions() -> None:
    """Make the next look read the database: for whoever changes a number."""
    if _read.get() is not None:
        _read.set({})


def _begin(**_signal: Any) -> None:
    _read.set({})


def _end(**_signal: Any) -> None:
    _read.set(None)


request_started.connect(_begin, dispatch_uid="tessera.core.versions")
request_finished.connect(_end, dispatch_uid="tessera.core.versions")
