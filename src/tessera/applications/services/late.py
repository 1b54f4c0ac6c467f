"""Letting somebody in after the deadline: the office makes a code, whoever has it may begin or submit until it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.models import RUNNING, Application, LateCode, LateUse, Status
from tessera.applications.services.refusals import CalledOff, NoSuchStrand
from tessera.applications.services.writing import start_application, take_up_again
from tessera.applications.windows import strand_of, window_of
from tessera.calls.models import Call, Strand
from tessera.core.codes import ALPHABET, new_code
from tessera.core.errors import DomainError
from tessera.core.folding import clean

SIGNS = 10
MOST_USES, LONGEST = 200, timedelta(days=60)
BEGUN = (Status.DRAFT, Status.INCOMPLETE, Status.WITHDRAWN)


class ReasonMissing(DomainError):
    message = gettext_lazy("Write why: it stands in the history.")


class NotClosed(DomainError):
    message = gettext_lazy("A code is for a call whose deadline is over. This one is not closed yet.")


class SelectionBegun(DomainError):
    message = gettext_lazy("The selection for this call has begun or is over: nobody can enter it any more.")


class BadMoment(DomainError):
    message = gettext_lazy("Choose a moment that is still to come, at most 60 days from now.")


class BadUses(DomainError):
    message = gettext_lazy("Between 1 and 200 people can use one code.")


class CodeRefused(DomainError):
    """One sentence for every reason: nobody learns which codes there are."""

    message = gettext_lazy(
        "This code does not open this call. It may be mistyped, used up, over or taken back: ask whoever gave it to you."
    )


class NotNeeded(DomainError):
    message = gettext_lazy("No code is needed: you can write and submit as it is.")


class HandedIn(DomainError):
    message = gettext_lazy("Your application is submitted already: there is nothing to open.")


@transaction.atomic
def make_late_code(call: Call, *, reason: str, uses: int, expires_at: datetime, by: User, at: datetime) -> LateCode:
    """Make a code for a call whose deadline is over and whose selection has not begun."""
    row = Call.objects.select_for_update().get(pk=call.pk)
    if row.status not in RUNNING:
        raise SelectionBegun
    if row.training_is_off:
        raise CalledOff
    if row.last_closes_at is None or at < row.last_closes_at:
        raise NotClosed
    words = clean(reason)
    if not words:
        raise ReasonMissing
    if not 1 <= uses <= MOST_USES:
        raise BadUses
    if not at < expires_at <= at + LONGEST:
        raise BadMoment
    made = LateCode.objects.create(
        call=row, code=new_code(SIGNS), reason=words, uses=uses, expires_at=expires_at, made_at=at, made_by=by
    )
    record("call.late_code_made", row, by=by, at=at, after=expires_at.isoformat(), reason=words, public=False)
    return made


@transaction.atomic
def revoke_late_code(code: LateCode, *, by: User, at: datetime) -> LateCode:
    """Take a code back: what it opened and was not submitted closes; a second time changes nothing."""
    row = LateCode.objects.select_for_update().select_related("call").get(pk=code.pk)
    if row.revoked_at is not None:
        return row
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    opened = Application.objects.filter(late_uses__code=row)
    for application in opened.select_for_update().order_by("pk"):
        others = LateCode.objects.filter(used__application=application, revoked_at=None)
        application.late_until = others.aggregate(until=models.Max("expires_at"))["until"]
        application.save(update_fields=["late_until"])
    record("call.late_code_revoked", row.call, by=by, at=at, reason=row.reason, public=False)
    return row


@transaction.atomic
def enter_late(call: Call, typed: str, *, strand: str, by: User, language: str, at: datetime) -> Application:
    """Let ``by`` begin or go on in a closed call with a code; returns the draft.

    Entering the same code again costs no further use. SelectionBegun, NotNeeded, HandedIn, NoSuchStrand and what
    beginning refuses (a sister application) say why not; CodeRefused is the same for whatever is wrong with a code.
    """
    now = Call.objects.get(pk=call.pk)
    if now.status not in RUNNING:
        raise SelectionBegun
    if now.training_is_off:
        raise CalledOff
    row = _code(now, typed)  # locked before the application, as where it is taken back
    mine = Application.objects.select_for_update().filter(call=now, applicant=by, erased_at=None).first()
    if mine is not None and mine.status not in BEGUN:
        raise HandedIn
    if row is None or row.is_over(at):
        raise CodeRefused
    used = mine is not None and LateUse.objects.filter(code=row, application=mine).exists()
    if not used and row.used.count() >= row.uses:
        raise CodeRefused
    if mine is None:
        _ensure_closed(now, strand, at)
        mine = start_application(now, strand, by=by, language=language, at=at, late_until=row.expires_at)
    else:
        open_already = mine.late_until is None and window_of(mine, strand_of(mine), at) in ("open", "grace")
        if open_already and mine.status != Status.WITHDRAWN:
            raise NotNeeded
        mine.late_until = max(mine.late_until or row.expires_at, row.expires_at)
        mine.save(update_fields=["late_until"])
        mine = take_up_again(mine, by=by, at=at)
    if not used:
        LateUse.objects.get_or_create(code=row, application=mine, defaults={"at": at})
        record(
            "application.late_entry", mine, by=by, at=at, after=row.expires_at.isoformat(), reason=row.reason,
            public=False,
        )  # fmt: skip
    return mine


def said_code(typed: str) -> str:
    """A code as it was typed, as far as it can be one: capital letters and digits, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign in ALPHABET)[: SIGNS + 2]


def _code(call: Call, typed: str) -> LateCode | None:
    """The code, locked, so that two never take the last use."""
    return LateCode.objects.select_for_update().filter(call=call, code=said_code(typed)).first()


def _ensure_closed(call: Call, key: str, at: datetime) -> None:
    strand = next(
        (one for one in Strand.objects.select_related("call__training").filter(call=call) if one.key == key), None
    )
    if strand is None:
        raise NoSuchStrand
    closes_at = strand.closing()
    if closes_at is None or (not strand.is_open(at) and at < closes_at):
        raise CodeRefused  # it has not opened yet
    if strand.is_open(at):
        raise NotNeeded
