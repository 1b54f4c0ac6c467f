"""What becomes of a request that waits: a new link, reminders, a later deadline, its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from tessera.accounts.tokens import hash_of
from tessera.activity.services import record
from tessera.applications.models import ANSWERABLE, RUNNING, Request
from tessera.applications.sending import tell_applicant
from tessera.applications.services.endorsers import may_answer_by_link
from tessera.applications.services.one_by_one import one_by_one
from tessera.applications.services.requests.asking import LATE, closing_of, follow
from tessera.applications.services.requests.letters import mail, token_of, told
from tessera.calls.models import Status as CallStatus
from tessera.programmes.models import Status as TrainingStatus

REMINDERS = (7, 2)  # days before the internal deadline


@task
def send_new_links(address: str) -> int:
    """Mail the link of every request that waits at ``address``; one that ran out is asked anew while its call runs.

    Runs in the worker, so that asking takes as long for an unknown address as for a known one.
    """
    return new_links(address, at=timezone.now())


@transaction.atomic
def new_links(address: str, *, at: datetime) -> int:
    """See `send_new_links`; returns how many mails were written."""
    rows = (
        Request.objects.current()
        .of_the_country()
        .select_for_update(of=("self",))
        .select_related("application__call__training", "application__applicant")
        .filter(
            email__iexact=address.strip(),
            state__in=(Request.State.ASKED, Request.State.EXPIRED),
            application__status__in=ANSWERABLE,
            application__call__status__in=RUNNING,
        )
    )
    sent = 0
    for row in rows.order_by("pk"):
        if row.transmits and row.ends_at() <= at:
            continue  # after the internal deadline the office decides who is asked
        if not may_answer_by_link(row):
            continue
        if row.state == Request.State.EXPIRED or row.expires_at <= at:
            row.state, row.asked_at, row.expires_at, row.reminded = Request.State.ASKED, at, at + LATE, []
            row.due_at = row.expires_at
            row.token_hash = hash_of(token_of(row))
            row.save(update_fields=["state", "asked_at", "due_at", "expires_at", "reminded", "token_hash"])
            record("application.request_renewed", row.application, by=None, at=at, after=row.kind, public=False)
            follow(row.application, at)
        mail(row, "request_link", key="", at=at)
        sent += 1
    return sent


def remind(*, at: datetime) -> int:
    """Remind whoever has not answered, 7 and 2 days before the internal deadline; returns how many were.

    Safe to repeat: each reminder is noted, and has a key. Nobody is reminded within a day of being asked. RowsFailed
    once the others are reminded, where one could not be.
    """
    waiting = Request.objects.waiting().of_the_country().filter(
        due_at__gt=at, due_at__lte=at + timedelta(days=max(REMINDERS)), application__status__in=ANSWERABLE,
        application__call__status__in=RUNNING,
    ).exclude(application__call__training__status=TrainingStatus.CANCELLED)  # fmt: skip
    return one_by_one(
        waiting.order_by("due_at", "pk").values_list("pk", flat=True), lambda pk: _remind(pk, at), what="request"
    )


def expire(*, at: datetime) -> int:
    """End the requests whose link has run out; returns how many. RowsFailed as `remind` has it."""
    over = Request.objects.waiting().filter(Q(expires_at__lte=at) | Q(transmits=True, due_at__lte=at))
    return one_by_one(over.order_by("pk").values_list("pk", flat=True), lambda pk: _expire(pk, at), what="request")


def follow_deadline(*, at: datetime) -> int:
    """Move the internal deadlines of what waits with an extended call; returns how many moved. None comes earlier.

    The reminders of the new date are still to come, whatever was sent before the old one.
    """
    waiting = Request.objects.waiting().filter(application__call__status=CallStatus.OPEN).order_by("pk")
    waiting = waiting.select_related("application__call").prefetch_related("application__call__strands")
    rows = {row.pk: row for row in waiting}
    return one_by_one(rows, lambda pk: _follow_deadline(rows[pk]), what="request")


def _follow_deadline(row: Request) -> int:
    closing = closing_of(row.application)
    if closing is None or closing <= row.expires_at:
        return 0
    later = closing - row.expires_at
    changed = Request.objects.filter(pk=row.pk, expires_at=row.expires_at, state=Request.State.ASKED)
    return changed.update(expires_at=closing, due_at=row.due_at + later, reminded=[])


@transaction.atomic
def _remind(pk: int, at: datetime) -> int:
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("application__call__training", "application__applicant")
        .get(pk=pk)
    )
    due = [days for days in REMINDERS if row.due_at - timedelta(days=days) <= at]
    missing = [days for days in due if days not in row.reminded]
    if row.state != Request.State.ASKED or row.replaced_at is not None or not missing or not may_answer_by_link(row):
        return 0
    row.reminded = sorted({*row.reminded, *missing}, reverse=True)
    row.save(update_fields=["reminded"])
    if at - row.asked_at < timedelta(days=1):
        return 0
    days = min(missing)
    of = f"{row.asked_at.timestamp():.0f}:{row.due_at.timestamp():.0f}"  # asked anew or extended, it is told anew
    mail(row, "request_reminder", key=f"request_reminder:{row.pk}:{of}:{days}", at=at)
    return 1


@transaction.atomic
def _expire(pk: int, at: datetime) -> int:
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("application__call", "application__applicant")
        .get(pk=pk)
    )
    if row.state != Request.State.ASKED or row.replaced_at is not None or row.ends_at() > at:
        return 0
    row.state, row.token_hash = Request.State.EXPIRED, None
    row.save(update_fields=["state", "token_hash"])
    record("application.request_expired", row.application, by=None, at=at, after=row.kind, public=False)
    if row.transmits and row.application.status in ANSWERABLE:
        tell_applicant(
            "transmission_over", row.application, key=f"transmission_over:{row.pk}", at=at, context=told(row),
            part=row.part,
        )  # fmt: skip
    follow(row.application, at)
    return 1
