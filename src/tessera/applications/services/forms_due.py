"""Reminding those who took a place of what they are asked and have not answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tessera.applications.keeping import OVER
from tessera.applications.later import later_of
from tessera.applications.models import Application, Status
from tessera.applications.sending import tell_applicant
from tessera.applications.services.one_by_one import one_by_one
from tessera.applications.windows import end_of_day, later_until, may_answer_later
from tessera.web.dates import in_words

REMINDER = timedelta(days=7)


def remind_of_forms(*, at: datetime) -> int:
    """Tell those that something is missing of what they are asked, seven days before it is due; returns how many.

    Once for each day that it is due on, nobody within a day of the acceptance, nobody of whom nothing is missing. Each in
    a transaction of its own; RowsFailed once the others are told, where one could not be.
    """
    rows = Application.objects.filter(status=Status.ACCEPTED, erased_at=None).exclude(call__status__in=OVER)
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return one_by_one(list(keys), lambda pk: _remind(pk, at=at), what="application")


@transaction.atomic
def _remind(key: int, *, at: datetime) -> bool:
    rows = Application.objects.select_for_update(of=("self",))
    row = rows.select_related("call__training", "form_version", "applicant").get(pk=key)
    day = later_until(row, at) if may_answer_later(row, at) else None
    if day is None or at < end_of_day(day, row.call) - REMINDER or at < row.status_at + timedelta(days=1):
        return False
    mark = f"form_due:{day:%Y-%m-%d}"
    if mark in row.reminded:
        return False
    later = later_of(row, on=at)
    if later is None or not later.problems:
        return False
    row.reminded = [*row.reminded, mark]
    row.save(update_fields=["reminded"])
    told = tell_applicant(
        "form_due", row, key=f"form_due:{row.pk}:{day:%Y-%m-%d}", at=at,
        context={
            "day": lambda: in_words(day),
            "items": lambda: [str(problem.sentence) for problem in later.problems],
        },
    )  # fmt: skip
    return told is not None
