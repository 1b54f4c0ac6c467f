"""What ``tessera doctor`` looks at. Each answers (well or not, one line)."""

from __future__ import annotations

import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

HEARTBEAT_S = 60
CLAIM_S = 300
LATE = timedelta(minutes=15)


def database() -> tuple[bool, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return True, f"{connection.display_name} {version}"


def migrations() -> tuple[bool, str]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not missing, f"{len(missing)} not applied: run “tessera migrate”" if missing else "all applied"


def cache() -> tuple[bool, str]:
    from django.core.cache import cache as shared

    mark = secrets.token_hex(4)
    shared.set(f"doctor-{mark}", mark, 60)
    found = shared.get(f"doctor-{mark}") == mark
    shared.delete(f"doctor-{mark}")
    return found, "keeps what it is given" if found else "does not keep what it is given"


def worker() -> tuple[bool, str]:
    """A worker of this machine shows by its heartbeat file; one of another by its last claim in the database."""
    from django.conf import settings
    from django_ox import stats

    file = Path(settings.WORKER_HEARTBEAT)
    age = time.time() - file.stat().st_mtime if file.exists() else None
    if age is not None and age <= HEARTBEAT_S:
        return True, f"works here, last seen {age:.0f} s ago"
    claimed = stats.last_claim_age()
    seconds = claimed.total_seconds() if isinstance(claimed, timedelta) else claimed
    if seconds is not None and seconds <= CLAIM_S:
        return True, f"works, took its last task {seconds:.0f} s ago"
    return False, "none is working: start “tessera worker”"


def mail() -> tuple[bool, str]:
    from django.conf import settings
    from django.core.mail import mailers

    mailer: dict[str, Any] = settings.MAILERS["default"]
    if "FolderBackend" in mailer["BACKEND"]:
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK), f"is written to {folder}"
    connection = mailers["default"]
    connection.open()
    connection.close()
    return True, f"{mailer['OPTIONS']['host']} answers"


def outbox() -> tuple[bool, str]:
    from django.utils import timezone

    from tessera.messaging import queries
    from tessera.messaging.models import Message

    counts = queries.outbox_counts()
    late = Message.objects.filter(state__in=Message.DUE_STATES, next_attempt_at__lt=timezone.now() - LATE).count()
    detail = f"{late} late, {counts.troubled} given up or come back, {counts.tasks} tasks failed"
    return not late, f"{detail}, {counts.batches} waiting for approval"


def catalogues() -> tuple[bool, str]:
    """Whether each language of the interface has a catalogue, in any of the folders, and none is older than its source."""
    from django.conf import settings
    from django.utils.translation import to_locale

    lacking = []
    for code, _name in settings.LANGUAGES:
        folders = [Path(root) / to_locale(code) / "LC_MESSAGES" for root in settings.LOCALE_PATHS]
        found = [(folder / "django.po", folder / "django.mo") for folder in folders]
        if code == "en" and not any(source.exists() for source, _compiled in found):
            continue  # the messages themselves are English
        old = [s for s, c in found if s.exists() and (not c.exists() or c.stat().st_mtime < s.stat().st_mtime)]
        if old or not any(compiled.exists() for _source, compiled in found):
            lacking.append(code)
    return not lacking, f"not compiled: {', '.join(lacking)}" if lacking else "compiled"


def static_files() -> tuple[bool, str]:
    from django.conf import settings

    collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    return collected, "collected" if collected else "not collected: “tessera serve” does it"


def public_records() -> tuple[bool, str]:
    """Whether what the public reads is what the records say: all of it built again, compared, and rolled back."""
    from django.db import transaction
    from django.utils import timezone

    from tessera.accounts.models import Person
    from tessera.activity.documents import stores
    from tessera.organisations.models import Organisation
    from tessera.programmes.models import Topic, Training

    models: dict[str, Any] = {"organisation": Organisation, "person": Person, "topic": Topic, "training": Training}
    at = timezone.now()
    with transaction.atomic():
        before = _public()
        for name, model in models.items():
            for row in model.objects.order_by("pk").iterator():
                stores[name].refresh(row, at=at)
        after = _public()
        transaction.set_rollback(True)
    different = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    if different:
        named = ", ".join(f"{kind} {slug}" for kind, slug in different[:5])
        return False, f"{len(different)} of {len(after)} are not what their records say: {named}"
    return True, f"all {len(after)} are what their records say"


def _public() -> dict[tuple[str, str], Any]:
    from tessera.publications.models import PublicRecord

    return {
        (record.kind, record.slug): (
            record.card, record.facts, record.sort_on, record.sort_name, record.rehearsal,
            record.names_folded, record.text_folded, record.related_folded,
            sorted((facet.facet, facet.value) for facet in record.facets.all()),
        )
        for record in PublicRecord.objects.prefetch_related("facets")
    }  # fmt: skip
