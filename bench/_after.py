"""What is there afterwards: acknowledged saves, files with their bytes, receipts, and each row exactly once."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bench._applicant import ANSWERS, Applicant


def owners_of(sessions: Sequence[str]) -> dict[str, int]:
    """Whose each session is."""
    from django.contrib.sessions.models import Session

    return {row.session_key: int(row.get_decoded()["_auth_user_id"]) for row in Session.objects.filter(pk__in=sessions)}


def lost_of(code: str, sessions: Sequence[str], crowd: Sequence[Applicant]) -> int:
    """How many acknowledged answers and submissions the database does not have."""
    from tessera.applications.models import Answer, Application

    owners = owners_of(sessions)
    rows = {row.applicant_id: row for row in Application.objects.filter(call__code=code)}
    kept: dict[int, dict[str, Any]] = {}
    for answer in Answer.objects.filter(application__call__code=code):
        kept.setdefault(answer.application_id, {})[answer.question] = answer.value
    lost = 0
    for session, one in zip(sessions, crowd, strict=True):
        row = rows[owners[session]]
        lost += one.told.submitted and row.submitted_at is None
        lost += sum(
            _plain(kept.get(row.pk, {}).get(key)) != text.strip()
            for key, text in one.told.saved.items()
            if key in TEXTS
        )
    return lost


TEXTS = {key for step in ANSWERS.values() for key, parts in step.items() if len(parts.get("", "")) > 20} | {
    "full_name",
    "city",
}


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def receipts_missing(code: str, *, patience_s: float) -> int:
    """How many submitted applicants the receipt did not reach; given up when none was sent for ``patience_s``."""
    from tessera.applications.models import Application
    from tessera.messaging.models import Message

    wanted = {
        f"application_received:{row.pk}:{row.submitted_at.isoformat()}"
        for row in Application.objects.filter(call__code=code, submitted_at__isnull=False)
        if row.submitted_at
    }
    missing, since = len(wanted), time.monotonic()
    while missing and time.monotonic() < since + patience_s:
        time.sleep(1)
        sent = Message.objects.filter(key__in=wanted, state="sent").count()
        if len(wanted) - sent < missing:
            missing, since = len(wanted) - sent, time.monotonic()
    return missing


def files_that_differ(code: str, sessions: Sequence[str], crowd: Sequence[Applicant]) -> int:
    """How many acknowledged files have no row, more than one, or other bytes on the disk than were sent."""
    from tessera.applications.files import store
    from tessera.applications.models import Document

    kept: dict[tuple[int | None, str], list[Document]] = {}
    rows = Document.objects.current().filter(application__call__code=code, state=Document.State.READY)
    for row in rows.select_related("application"):
        kept.setdefault((row.application.applicant_id, row.question), []).append(row)
    owners, different = owners_of(sessions), 0
    for session, one in zip(sessions, crowd, strict=True):
        for question, sha256 in one.told.files.items():
            found = kept.get((owners[session], question), [])
            good = [row for row in found if row.sha256 == sha256 and store.place(row.path).is_file()]
            different += len(found) != 1 or not good or store.sha256_of(store.place(good[0].path)) != sha256
    return different


def tidy_after() -> int:
    """Run what tidies files, as the site does a week later; how many it took away."""
    from django.utils import timezone

    from tessera.applications.services import tidy_uploads
    from tessera.applications.services.orphans import tidy_orphans

    later = timezone.now() + timedelta(days=8)
    tidy_uploads(at=later)
    return tidy_orphans(at=later)


def files_astray() -> int:
    """Files on the disk that no row names, and rows whose file is not there."""
    from django.conf import settings

    from tessera.applications.models import Document

    root = settings.MEDIA_ROOT
    lying = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    named = set(Document.objects.exclude(path="").values_list("path", flat=True))
    return len(lying ^ named)


def rows_that_differ(code: str, *, patience_s: float) -> int:
    """Rows too many or too few of what each submission leads to; waits while the worker still writes some."""
    since, found = time.monotonic(), _rows_that_differ(code)
    while found and time.monotonic() < since + patience_s:
        time.sleep(2)
        found = _rows_that_differ(code)
    for text in sorted(found)[:5]:
        print(text, file=sys.stderr)
    return found.total()


def _rows_that_differ(code: str) -> Counter[str]:
    from tessera.activity.models import Activity
    from tessera.applications.models import Answer, Application, Document, Request
    from tessera.messaging.models import Message

    found: Counter[str] = Counter()
    rows = list(Application.objects.filter(call__code=code))
    per_person = Counter(row.applicant_id for row in rows)
    found["applications of one person"] = sum(n - 1 for n in per_person.values())
    for verb in ("application.started", "application.submitted"):
        wanted = {row.number: int(verb.endswith("started") or row.submitted_at is not None) for row in rows}
        entries = Activity.objects.filter(verb=verb, object_key__in=wanted).values_list("object_key", flat=True)
        found[verb] = _apart(wanted, Counter(entries))
    submitted = {row.pk: int(row.submitted_at is not None) for row in rows}
    receipts = Message.objects.filter(template="application_received").values_list("about", flat=True)
    by_path = {f"application:{pk}/": n for pk, n in submitted.items()}
    found["receipts"] = _apart(by_path, Counter(path for path in receipts if path in by_path))
    named = Answer.objects.filter(application__in=rows, question="referee").exclude(value__isnull=True)
    asked = {row.application_id: submitted[row.application_id] for row in named}
    requests = Request.objects.filter(application__in=rows, kind=Request.Kind.REFERENCE)
    found["requests to referees"] = _apart(asked, Counter(requests.values_list("application_id", flat=True)))
    files = Document.objects.current().filter(application__in=rows, state=Document.State.READY)
    twice = Counter(files.values_list("application_id", "question"))
    found["files in one place"] = sum(n - 1 for n in twice.values())
    return +found


def _apart(wanted: dict[str, int] | dict[int, int], there: Counter[str] | Counter[int]) -> int:
    """How far apart both are, counted over everything that either names."""
    names = {*wanted, *there}
    return sum(abs(wanted.get(name, 0) - there.get(name, 0)) for name in names)  # type: ignore[arg-type,call-overload]
