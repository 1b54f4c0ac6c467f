"""Offers of a place: accepted, declined, reminded of, let pass. A postponement offers again what had been accepted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.applications.keeping import OVER
from tessera.applications.models import Application, Status
from tessera.applications.sending import said_until, tell_applicant
from tessera.applications.services.one_by_one import one_by_one
from tessera.applications.services.refusals import TrainingOver
from tessera.applications.services.writing import move
from tessera.applications.windows import offered_until
from tessera.core.errors import DomainError
from tessera.programmes.models import Status as TrainingStatus

REMINDER = timedelta(days=3)


class NoOffer(DomainError):
    message = gettext_lazy("No place is offered to you now: your application is “%(status)s”. Nothing was changed.")


class OfferOver(DomainError):
    message = gettext_lazy("The day until which your place was kept is over. Write to the programme office.")


@transaction.atomic
def answer_offer(application: Application, *, accept: bool, by: User, at: datetime, reason: str = "") -> Application:
    """Take the place or give it up; the same answer again changes nothing.

    NoOffer, OfferOver, and TrainingOver once the training is cancelled. Who takes it gets a confirmation.
    """
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("call__training", "applicant")
        .get(pk=application.pk)
    )
    wanted = Status.ACCEPTED if accept else Status.DECLINED
    if row.status == wanted:
        return row
    if row.status != Status.OFFERED or row.call.status in OVER:
        raise NoOffer(status=row.get_status_display())
    if row.call.training_is_off:
        raise TrainingOver
    until = offered_until(row)
    if until is not None and at >= until:
        raise OfferOver
    row = move(row, wanted, f"application.{wanted}", by=by, at=at, reason=reason)
    if accept:
        tell_applicant("offer_accepted", row, key=f"offer_accepted:{row.pk}:{at.isoformat()}", at=at)
    return row


def follow_offers(*, at: datetime) -> int:
    """Remind of offers in the three days before their end, and let pass what nobody answered; returns how many passed.

    Safe to repeat, and each in a transaction of its own; RowsFailed once the others are done, where one could not be
    looked after. Nobody is reminded within a day of the offer.
    """
    rows = Application.objects.filter(status=Status.OFFERED, erased_at=None).exclude(call__status__in=OVER)
    rows = rows.exclude(call__training__status=TrainingStatus.CANCELLED)
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return one_by_one(list(keys), lambda pk: _follow(pk, at=at), what="application")


@transaction.atomic
def _follow(key: int, *, at: datetime) -> bool:
    row = Application.objects.select_for_update(of=("self",)).select_related("call__training").get(pk=key)
    until = offered_until(row) if row.status == Status.OFFERED else None
    if until is None:
        return False
    if at >= until:
        move(row, Status.EXPIRED, "application.expired", by=None, at=at)
        tell_applicant("offer_expired", row, key=f"offer_expired:{row.pk}:{until:%Y-%m-%d}", at=at)
        return True
    if until - REMINDER <= at and row.status_at + timedelta(days=1) <= at:
        tell_applicant(
            "offer_reminder", row, key=f"offer_reminder:{row.pk}:{until:%Y-%m-%d}", at=at,
            context={"until": lambda: said_until(until, row.call)},
        )  # fmt: skip
    return False
