"""Telling that a draft is kept, after the first save of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from tessera.applications.models import Application, Status
from tessera.applications.sending import has_a_writer, said_clocks, tell_applicant, zone_of
from tessera.applications.windows import ends_at, strand_of


@transaction.atomic
def confirm_draft(pk: int, *, at: datetime) -> bool:
    """Write to the applicant how to come back to a draft and until when; once, and never about what is no draft now."""
    row = Application.objects.select_for_update(of=("self",)).select_related("call", "applicant").filter(pk=pk).first()
    if row is None or row.status != Status.DRAFT or row.submitted_at is not None or row.erased_at is not None:
        return False
    if row.saved_at is None or not has_a_writer(row):
        return False
    closes_at = ends_at(row, strand_of(row))
    if closes_at is None or closes_at <= at:
        return False
    tell_applicant(
        "draft_saved", row, key=f"draft_saved:{row.pk}", at=at,
        context={"clocks": lambda: said_clocks(closes_at, row.call, zone_of(row))},
    )  # fmt: skip
    return True


@task
def tell_draft_saved(pk: int) -> bool:
    """By the worker, so that the save itself stays short."""
    return confirm_draft(pk, at=timezone.now())
