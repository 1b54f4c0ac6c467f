"""Changing for how long applications are kept, and what a change would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.keeping import NOTICE, due_of, promises
from tessera.applications.models import Application, RetentionPeriods
from tessera.applications.periods import BOUNDS, NAMES, Periods, Promises
from tessera.core.errors import DomainError


class OutOfBounds(DomainError):
    message = gettext_lazy("From %(least)s to %(most)s.")


class FilesOutlast(DomainError):
    message = gettext_lazy("Files cannot be kept longer than the rest of their application.")


class ChangedMeanwhile(DomainError):
    message = gettext_lazy("Somebody changed the periods meanwhile. They are shown as they are now; nothing was saved.")


@dataclass(frozen=True)
class Effect:
    """What a change would do to what is kept now, counted by what is deleted ("draft", "files", "application").

    ``earlier``: deleted on an earlier day than now; ``soon``: of those, announced by the next run of the job;
    ``as_promised``: kept as before, because they were begun under a shorter period than the new one.
    """

    earlier: Counter[str] = field(default_factory=Counter)
    soon: Counter[str] = field(default_factory=Counter)
    as_promised: Counter[str] = field(default_factory=Counter)


def current_number() -> int:
    """The number of the periods in force; 0 while they are the defaults."""
    return RetentionPeriods.objects.order_by("-number").values_list("number", flat=True).first() or 0


def effect_of(periods: Periods, *, at: datetime) -> Effect:
    """What it would do to put ``periods`` in force at ``at``. Reads every application that is not erased; writes nothing."""
    found, before = Effect(), promises()
    after = before.with_change(periods, at)
    rows = Application.objects.filter(erased_at=None).select_related("call__training").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        new = {due.what: due.at for due in due_of(row, after)}
        fresh = {due.what: due.at for due in due_of(row, Promises(((row.started_at, periods),)))}
        for due in due_of(row, before):
            if new[due.what] < due.at:
                found.earlier[due.what] += 1
                found.soon[due.what] += new[due.what] <= at + NOTICE
            elif fresh[due.what] > due.at:
                found.as_promised[due.what] += 1
    return found


@transaction.atomic
def set_periods(periods: Periods, *, number: int, by: Any, at: datetime, reason: str = "") -> Periods:
    """Put ``periods`` in force from ``at`` on; ``number`` is the one that was in force when they were written.

    OutOfBounds and FilesOutlast, ChangedMeanwhile where another change came first. The same periods again change and
    record nothing.
    """
    ensure_possible(periods)
    now = promises().now
    if periods == now:
        return now
    if current_number() != number:
        raise ChangedMeanwhile
    try:
        with transaction.atomic():
            row = RetentionPeriods.objects.create(number=number + 1, at=at, **periods.as_dict())
    except IntegrityError:
        raise ChangedMeanwhile from None
    changes = {
        name: [getattr(now, name), getattr(periods, name)] for name in NAMES if getattr(now, name) != getattr(periods, name)
    }  # fmt: skip
    record("retention.periods_set", row, by=by, at=at, reason=reason.strip(), changes=changes)
    return periods


def ensure_possible(periods: Periods) -> None:
    """OutOfBounds or FilesOutlast."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(periods, name) <= most:
            raise OutOfBounds(least=least, most=most)
    if periods.files_months > periods.application_months:
        raise FilesOutlast
