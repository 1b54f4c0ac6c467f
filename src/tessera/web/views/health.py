"""Addresses for whoever watches the process: alive, and ready to serve."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_migrated = False


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of anything else."""
    return JsonResponse({"ok": True})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and cache: 200 when this process can serve pages, else 503; says which part cannot."""
    parts = {"database": _database(), "migrations": False, "cache": False}
    if parts["database"]:
        parts["migrations"], parts["cache"] = migrations_applied(), _cache()
    ready = all(parts.values())
    return JsonResponse({"ok": ready, **parts}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def migrations_applied() -> bool:
    """Whether the database has every migration of this code; once it has, that is not asked again."""
    global _migrated  # noqa: PLW0603  a process's code does not change, so a true answer stays true
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
    return _migrated


def _cache() -> bool:
    mark = secrets.token_hex(4)
    try:
        cache.set("readyz", mark, 60)
        return cache.get("readyz") is not None
    except Exception:  # whatever the cache's driver raises
        return False
