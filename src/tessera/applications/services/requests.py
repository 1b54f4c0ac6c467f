"""Endorsements and references: asked by mail, answered by link without an account, never read by the applicant.

The link of a request is made from the row and the secret of the site, so that reminders bear the same one; the database
keeps only its hash. An answered, replaced or expired request has none.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts.models import User
from tessera.accounts.tokens import hash_of
from tessera.activity.services import record
from tessera.applications.models import Application, Request, Status
from tessera.applications.reading import answers_of, form_of
from tessera.applications.sending import (
    about,
    application_path,
    call_title,
    known_language,
    language_of,
    said_until,
    tell_applicant,
)
from tessera.applications.services.endorsers import asks_committee, committee_of, own_addresses
from tessera.applications.services.verdicts import judge_again
from tessera.calls.models import Status as CallStatus
from tessera.calls.questions import Form, Question, Type, clean_answer, shown
from tessera.core.errors import DomainError
from tessera.core.folding import clean
from tessera.core.translated import best
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message

SALT = "tessera.applications.request"
ASKED = {Type.REFEREE: Request.Kind.REFERENCE, Type.ENDORSEMENT: Request.Kind.ENDORSEMENT}
OPINIONS: Mapping[str, Any] = {
    "full": gettext_lazy("without reservations"),
    "reserved": gettext_lazy("with reservations"),
}
# While somebody may still be asked or may answer: the call takes or screens applications, and the file is in it.
ANSWERABLE = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.INCOMPLETE, Status.ELIGIBLE, Status.INELIGIBLE)
RUNNING = (CallStatus.OPEN, CallStatus.CLOSED)
LATE = timedelta(days=7)  # to answer, where the deadline of the call leaves less
REMINDERS = (7, 2)  # days before the internal deadline
MOST_TEXT = 6000


class CannotAsk(DomainError):
    message = gettext_lazy("Nobody can be asked about this application any more.")


class NotNamed(DomainError):
    message = gettext_lazy("Name the person and the e-mail address first, and save.")


class OwnAddress(DomainError):
    message = gettext_lazy(
        "This is your own address: nobody endorses or recommends themselves. Name somebody else who can."
    )


class NobodyToEndorse(DomainError):
    message = gettext_lazy(
        "No national committee of your country is known to us. Name somebody else who can endorse you, "
        "with their e-mail address: your employer or another institution."
    )


class CountryMissing(DomainError):
    message = gettext_lazy("Say in which country you work first: your national committee follows from it.")


class AlreadyAnswered(DomainError):
    message = gettext_lazy("This was answered already; nobody else can be asked in the place of that answer.")


class CannotAnswer(DomainError):
    message = gettext_lazy("This request cannot be answered any more.")


class RankTaken(DomainError):
    message = gettext_lazy("You gave rank %(rank)s to %(name)s already: choose another.")


class TextMissing(DomainError):
    message = gettext_lazy("Write the recommendation: a few sentences are enough.")


@dataclass(frozen=True)
class Somebody:
    """Whom a question leads to. ``fallback``: in the place of a committee that is not there."""

    name: str
    email: str
    language: str
    post: str = ""
    fallback: bool = False


def asked_questions(application: Application) -> list[Question]:
    """The questions of its form that somebody else answers, as far as they are shown."""
    return [question for question in shown(form_of(application), answers_of(application)) if question.type in ASKED]


@transaction.atomic
def ask(application: Application, question: str, *, by: Any, at: datetime) -> Request:
    """Ask whom the answer to ``question`` names, by mail, and tell the applicant; returns the request that stands.

    Asking the same person again changes nothing while the first request stands. Somebody else named since takes the
    place of whoever has not answered, or has refused. An endorsement of a national committee goes to whoever holds its
    country; where nobody does, to the person named in its place.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if not _may_ask(row):
        raise CannotAsk
    form, answers = form_of(row), answers_of(row)
    asked = next((one for one in shown(form, answers) if one.key == question and one.type in ASKED), None)
    if asked is None:
        raise CannotAsk
    somebody = _somebody(row, form, asked, answers)
    standing = row.requests.current().select_for_update().filter(question=question).order_by("-pk").first()
    if standing is not None:
        if standing.state == Request.State.GIVEN:
            raise AlreadyAnswered
        same = standing.email.casefold() == somebody.email.casefold()
        if standing.state == Request.State.ASKED and same:
            return standing
        if standing.state == Request.State.REFUSED and same:
            raise AlreadyAnswered
        standing.replaced_at, standing.token_hash = at, None
        standing.save(update_fields=["replaced_at", "token_hash"])
    due, expires = _moments(row, asked, at)
    made = Request.objects.create(
        application=row, kind=ASKED[asked.type], question=question, name=somebody.name[:300], post=somebody.post[:300],
        email=somebody.email, language=somebody.language, country=row.country, fallback=somebody.fallback,
        asked_at=at, due_at=due, expires_at=expires,
    )  # fmt: skip
    made.token_hash = hash_of(token_of(made))
    made.save(update_fields=["token_hash"])
    record("application.request_made", row, by=by, at=at, after=made.kind, public=False)
    _mail(made, f"{made.kind}_request", key=f"request:{made.pk}", at=at)
    tell_applicant("request_asked", row, key=f"request_asked:{made.pk}", at=at, context=_told(made), part=made.part)
    _follow(row, at)
    return made


@task
def ask_those_named(application_id: int, user_id: int) -> int:
    """Ask everybody whom the answers name and who was not asked yet; returns how many are asked now.

    Whoever cannot be asked is left out. Runs in the worker, so that handing in takes no longer for it; safe to run twice.
    """
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        return 0
    by, asked = User.objects.filter(pk=user_id).first(), 0
    for question in asked_questions(application):
        try:
            ask(application, question.key, by=by, at=timezone.now())
        except DomainError:
            continue
        asked += 1
    return asked


def token_of(request: Request) -> str:
    """The token of its link: the same for every mail about it, another when it is asked anew."""
    digest = salted_hmac(SALT, f"{request.pk}:{request.asked_at.timestamp():.6f}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def request_path(request: Request) -> str:
    return f"/{known_language(request.language)}/requests/{token_of(request)}/"


def request_of(token: str, *, at: datetime) -> Request | None:
    """The request that a link answers; None where it was used, replaced, is over or is not ours."""
    found = (
        Request.objects.select_related("application__call__training", "application__applicant", "country")
        .filter(token_hash=hash_of(token))
        .first()
    )
    return found if found is not None and may_answer(found, at) else None


def may_answer(request: Request, at: datetime) -> bool:
    application = request.application
    return request.may_be_answered(at) and application.status in ANSWERABLE and application.call.status in RUNNING


@transaction.atomic
def give(request: Request, *, opinion: str, text: str, rank: int | None, by: User | None, at: datetime) -> Request:
    """Keep an endorsement or a reference: the link ends, its author is thanked and the applicant told that it is there.

    ``by`` is a host who is signed in, or None for whoever has the link. RankTaken, TextMissing and CannotAnswer change
    nothing; a second time is CannotAnswer.
    """
    row = _to_answer(request, at)
    words = clean(text)
    if row.kind == Request.Kind.REFERENCE and not words:
        raise TextMissing
    if rank is not None and row.is_endorsement():
        taken = same_endorser(row).filter(rank=rank).exclude(pk=row.pk).select_related("application").first()
        if taken is not None:
            raise RankTaken(rank=rank, name=taken.application.name or taken.application.number)
    row.opinion, row.text = opinion if opinion in OPINIONS else "full", words[:MOST_TEXT]
    row.rank = rank if row.is_endorsement() else None
    return _answered(row, Request.State.GIVEN, by=by, at=at)


@transaction.atomic
def refuse(request: Request, *, text: str, by: User | None, at: datetime) -> Request:
    """Say no; the reason stays with the office. The applicant learns that somebody else may be asked."""
    row = _to_answer(request, at)
    row.text = clean(text)[:MOST_TEXT]
    return _answered(row, Request.State.REFUSED, by=by, at=at)


def same_endorser(request: Request) -> QuerySet[Request]:
    """The requests for endorsement that one endorser has in one call: those of one country at one address."""
    return Request.objects.current().filter(
        kind=Request.Kind.ENDORSEMENT,
        application__call=request.application.call_id,
        country=request.country_id,
        email__iexact=request.email,
    )


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
        if row.state == Request.State.EXPIRED or row.expires_at <= at:
            row.state, row.asked_at, row.expires_at, row.reminded = Request.State.ASKED, at, at + LATE, []
            row.due_at = row.expires_at
            row.token_hash = hash_of(token_of(row))
            row.save(update_fields=["state", "asked_at", "due_at", "expires_at", "reminded", "token_hash"])
            record("application.request_renewed", row.application, by=None, at=at, after=row.kind, public=False)
            _follow(row.application, at)
        _mail(row, "request_link", key="", at=at)
        sent += 1
    return sent


def remind(*, at: datetime) -> int:
    """Remind whoever has not answered, 7 and 2 days before the internal deadline; returns how many were.

    Safe to repeat: each reminder is noted, and has a key. Nobody is reminded within a day of being asked.
    """
    waiting = Request.objects.waiting().filter(
        due_at__gt=at, due_at__lte=at + timedelta(days=max(REMINDERS)), application__status__in=ANSWERABLE,
        application__call__status__in=RUNNING,
    )  # fmt: skip
    return sum(_remind(pk, at) for pk in waiting.order_by("due_at", "pk").values_list("pk", flat=True))


def expire(*, at: datetime) -> int:
    """End the requests whose link has run out; returns how many."""
    over = Request.objects.waiting().filter(expires_at__lte=at).order_by("pk").values_list("pk", flat=True)
    return sum(_expire(pk, at) for pk in over)


def follow_deadline(*, at: datetime) -> int:
    """Move the internal deadlines of what waits with an extended call; returns how many moved. None comes earlier."""
    moved = 0
    waiting = Request.objects.waiting().filter(application__call__status=CallStatus.OPEN).order_by("pk")
    for row in waiting.select_related("application__call").prefetch_related("application__call__strands"):
        closing = closing_of(row.application)
        if closing is None or closing <= row.expires_at:
            continue
        later = closing - row.expires_at
        changed = Request.objects.filter(pk=row.pk, expires_at=row.expires_at, state=Request.State.ASKED)
        moved += changed.update(expires_at=closing, due_at=row.due_at + later)
    return moved


def closing_of(application: Application) -> datetime | None:
    """When the strand of an application closes (exclusive)."""
    for strand in application.call.strands.all():
        if strand.key == application.strand:
            return strand.closes_at or application.call.closes_at
    return application.call.closes_at


def _may_ask(application: Application) -> bool:
    return application.status in ANSWERABLE and application.call.status in RUNNING


def _somebody(row: Application, form: Form, question: Question, answers: Mapping[str, Any]) -> Somebody:
    named = clean_answer(question, answers.get(question.key)) or {}
    own = own_addresses(row, form, answers)
    committee = asks_committee(question)
    if committee:
        if row.country_id is None:
            raise CountryMissing
        holder = committee_of(row, own)
        if holder is not None:
            return Somebody(str(holder), holder.email, known_language(holder.mail_language))
    if not named.get("name") or not named.get("email"):
        raise NobodyToEndorse if committee else NotNamed
    if named["email"].casefold() in own:
        raise OwnAddress
    account = User.objects.filter(email__iexact=named["email"], is_active=True).first()
    return Somebody(
        named["name"],
        named["email"],
        known_language(account.mail_language if account else row.language),
        post=named.get("post") or named.get("organisation") or "",
        fallback=committee,
    )


def _moments(application: Application, question: Question, at: datetime) -> tuple[datetime, datetime]:
    """Until when it should be answered, and until when it can be: the deadline of the call, a week at least after it."""
    closing = closing_of(application) or at
    due, expires = closing - timedelta(days=question.due_days), closing
    if due <= at:
        due = closing
    if due <= at:
        due = expires = at + LATE
    return due, expires


def _to_answer(request: Request, at: datetime) -> Request:
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("application__call__training", "application__applicant")
        .get(pk=request.pk)
    )
    if not may_answer(row, at):
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
        _mail(row, "request_thanks", key=f"request_thanks:{row.pk}", at=at)
    tell_applicant(
        f"request_{state}", row.application, key=f"request_{state}:{row.pk}", at=at, context=_told(row), part=row.part
    )
    _follow(row.application, at)
    return row


def _follow(application: Application, at: datetime) -> None:
    """What the endorsement says to the rules is known anew."""
    if application.is_handed_in():
        judge_again(application, at=at)


@transaction.atomic
def _remind(pk: int, at: datetime) -> int:
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("application__call__training", "application__applicant")
        .get(pk=pk)
    )
    due = [days for days in REMINDERS if row.due_at - timedelta(days=days) <= at]
    missing = [days for days in due if days not in row.reminded]
    if row.state != Request.State.ASKED or row.replaced_at is not None or not missing:
        return 0
    row.reminded = sorted({*row.reminded, *missing}, reverse=True)
    row.save(update_fields=["reminded"])
    if at - row.asked_at < timedelta(days=1):
        return 0
    days = min(missing)
    _mail(row, "request_reminder", key=f"request_reminder:{row.pk}:{row.asked_at.timestamp():.0f}:{days}", at=at)
    return 1


@transaction.atomic
def _expire(pk: int, at: datetime) -> int:
    row = Request.objects.select_for_update(of=("self",)).select_related("application__call").get(pk=pk)
    if row.state != Request.State.ASKED or row.replaced_at is not None or row.expires_at > at:
        return 0
    row.state, row.token_hash = Request.State.EXPIRED, None
    row.save(update_fields=["state", "token_hash"])
    record("application.request_expired", row.application, by=None, at=at, after=row.kind, public=False)
    _follow(row.application, at)
    return 1


def _told(row: Request) -> dict[str, Any]:
    return {
        "who": row.name,
        "endorsement": row.is_endorsement(),
        "until": lambda: said_until(row.due_at, row.application.call),
        "requests": lambda: site_url(
            application_path(row.application, language_of(row.application)).replace("/apply/", "/requests/of/")
        ),
    }


def _mail(row: Request, template: str, *, key: str, at: datetime) -> None:
    language, call = known_language(row.language), row.application.call
    with override(language):
        context = {
            "name": row.name,
            "applicant": row.application.name or _("an applicant"),
            "call": call_title(call, language),
            "training": best(call.training.title, language)[0] or call.training.slug,
            "until": said_until(row.due_at, call),
            "endorsement": row.is_endorsement(),
            "link": site_url(request_path(row)),
        }
        queue_message(
            template,
            to=row.email,
            context=context,
            language=language,
            reason=_("You get this message because an applicant named you. We use your address for this alone."),
            key=key or None,
            confidential=template != "request_thanks",
            rehearsal=row.application.rehearsal,
            about=about(row.application) + row.part,
            at=at,
        )
