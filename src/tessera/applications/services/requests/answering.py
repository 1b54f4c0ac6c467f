"""Giving or refusing what was asked: once, by link without an account or by a host who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.accounts.tokens import hash_of
from tessera.activity.services import record
from tessera.applications.models import ANSWERABLE, RUNNING, Letter, Request
from tessera.applications.sending import (
    tell_applicant,
)
from tessera.applications.services.endorsers import may_answer_by_link
from tessera.applications.services.files import forget_letters
from tessera.applications.services.ranks import same_endorser
from tessera.applications.services.requests.asking import follow
from tessera.applications.services.requests.letters import asks_rank, mail, takes, told
from tessera.core.errors import DomainError
from tessera.core.folding import clean

OPINIONS: Mapping[str, Any] = {
    "full": gettext_lazy("without reservations"),
    "reserved": gettext_lazy("with reservations"),
}
MOST_TEXT = 6000


class LetterMissing(DomainError):
    message = gettext_lazy("Choose the file of your letter.")


class TextOrLetterMissing(DomainError):
    message = gettext_lazy("Write the recommendation, or send a letter as a file.")


class CannotAnswer(DomainError):
    message = gettext_lazy("This request cannot be answered any more.")


class RankTaken(DomainError):
    message = gettext_lazy("You gave rank %(rank)s to %(name)s already: choose another.")


class OwnRank(RankTaken):
    """Nobody reads or moves the rank of the own application."""

    message = gettext_lazy("This rank is given already: choose another.")


class RankMissing(DomainError):
    message = gettext_lazy("Say which rank you give it: 1 for the one you would send first.")


class TextMissing(DomainError):
    message = gettext_lazy("Write the recommendation: a few sentences are enough.")


def request_of(token: str, *, at: datetime) -> Request | None:
    """The request that a link answers; None where it was used, replaced, is over, is not ours, or was a committee's host's."""
    found = (
        Request.objects.select_related("application__call__training", "application__applicant", "country")
        .filter(token_hash=hash_of(token))
        .first()
    )
    return found if found is not None and may_answer(found, at) and may_answer_by_link(found) else None


def may_answer(request: Request, at: datetime) -> bool:
    """Whether somebody may answer it; what a committee was asked for a country that is no more the applicant's, nobody."""
    application = request.application
    standing = request.may_be_answered(at) and not request.is_elsewhere(application.country_id)
    return standing and application.status in ANSWERABLE and application.call.status in RUNNING


@transaction.atomic
def give(request: Request, *, opinion: str, text: str, rank: int | None, by: User | None, at: datetime) -> Request:
    """Keep an endorsement or a reference: the link ends, its author is thanked and the applicant told that it is there.

    ``by`` is a host who is signed in, or None for whoever has the link. RankTaken, RankMissing, TextMissing (or that of
    a letter) and CannotAnswer change nothing; a second time is CannotAnswer.
    """
    if rank is not None and request.is_endorsement():  # locked in one order, so that no rank is given twice at once
        list(same_endorser(request).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    row = to_answer(request, by, at)
    words = clean(text)
    if row.kind == Request.Kind.REFERENCE:
        _ensure_written(row, words)
    if rank is None and asks_rank(row):
        raise RankMissing
    if rank is not None and row.is_endorsement():
        taken = same_endorser(row).filter(rank=rank).exclude(pk=row.pk).select_related("application").first()
        if taken is not None:
            raise _taken(taken, rank, by)
    row.opinion, row.text = opinion if opinion in OPINIONS else "full", words[:MOST_TEXT]
    row.rank = rank if row.is_endorsement() else None
    return _answered(row, Request.State.GIVEN, by=by, at=at)


@transaction.atomic
def refuse(request: Request, *, text: str, by: User | None, at: datetime) -> Request:
    """Say no; the reason stays with the office. The applicant learns that somebody else may be asked."""
    row = to_answer(request, by, at)
    row.text = clean(text)[:MOST_TEXT]
    forget_letters(Letter.objects.filter(request=row))  # sent and never given
    return _answered(row, Request.State.REFUSED, by=by, at=at)


def may_rank_anew(request: Request, at: datetime) -> bool:
    """Whether its rank may change: what a committee gave, until the internal deadline."""
    application = request.application
    return (
        request.is_of_committee()
        and request.state == Request.State.GIVEN
        and at < request.due_at
        and application.status in ANSWERABLE
        and application.call.status in RUNNING
    )


@transaction.atomic
def rank_anew(request: Request, rank: int, *, by: User, at: datetime) -> Request:
    """Give an endorsement another rank; one that has it gets the former rank of this one in exchange.

    CannotAnswer where it is too late or ``by`` is the applicant, RankTaken where the other cannot be changed (any more),
    or is the application of ``by``.
    """
    rows = same_endorser(request).select_for_update(of=("self",)).select_related("application__call").order_by("pk")
    found = {row.pk: row for row in rows}
    row = found.get(request.pk)
    if row is None or not may_rank_anew(row, at) or by.pk == row.application.applicant_id:
        raise CannotAnswer
    former = row.rank
    if former == rank:
        return row
    other = next((one for one in found.values() if one.rank == rank), None)
    if other is not None:
        own = other.application.applicant_id == by.pk
        if own or former is None or not may_rank_anew(other, at):
            raise _taken(other, rank, by)
    _rank(row, rank, by=by, at=at)
    if other is not None:
        _rank(other, former, by=by, at=at)
    return row


def _taken(other: Request, rank: int, by: User | None) -> RankTaken:
    if by is not None and other.application.applicant_id == by.pk:
        return OwnRank()
    return RankTaken(rank=rank, name=other.application.name or other.application.number)


def _rank(row: Request, rank: int | None, *, by: User, at: datetime) -> None:
    former, row.rank = row.rank, rank
    row.save(update_fields=["rank"])
    record(
        "application.request_ranked", row.application, by=by, at=at, before=str(former or ""), after=str(rank or ""),
        public=False,
    )  # fmt: skip


def _ensure_written(row: Request, words: str) -> None:
    """Refuse a reference that holds nothing of what is asked for."""
    how, letter = takes(row), Letter.objects.filter(request=row).exists()
    if how == "text" and not words:
        raise TextMissing
    if how == "file" and not letter:
        raise LetterMissing
    if how == "either" and not words and not letter:
        raise TextOrLetterMissing


def to_answer(request: Request, by: User | None, at: datetime) -> Request:
    """The row, locked; CannotAnswer where it is over, or where whoever answers is the applicant or speaks for nobody now."""
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("application__call__training", "application__applicant")
        .get(pk=request.pk)
    )
    speaks = may_answer_by_link(row) if by is None else by.pk != row.application.applicant_id
    if not may_answer(row, at) or not speaks:
        raise CannotAnswer
    return row


def _answered(row: Request, state: Request.State, *, by: User | None, at: datetime) -> Request:
    row.state, row.answered_at, row.token_hash = state, at, None
    row.save(update_fields=["state", "answered_at", "token_hash", "opinion", "text", "rank"])
    record(
        f"application.request_{state}", row.application, by=by, actor="" if by else row.name[:200], at=at,
        after=row.kind, public=False,
    )  # fmt: skip
    if state == Request.State.GIVEN:
        mail(row, "request_thanks", key=f"request_thanks:{row.pk}", at=at)
    tell_applicant(
        f"request_{state}", row.application, key=f"request_{state}:{row.pk}", at=at, context=told(row), part=row.part
    )
    follow(row.application, at)
    return row
