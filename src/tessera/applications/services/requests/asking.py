"""Asking somebody else about an application: an endorsement or a reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.accounts.tokens import hash_of
from tessera.activity.services import record
from tessera.applications.models import ANSWERABLE, RUNNING, Application, Letter, Request
from tessera.applications.reading import answers_of, form_of
from tessera.applications.sending import (
    known_language,
    tell_applicant,
)
from tessera.applications.services.endorsers import asks_committee, committee_of, own_addresses
from tessera.applications.services.files import forget_letters
from tessera.applications.services.requests.letters import mail, token_of, told
from tessera.applications.services.verdicts import judge_again
from tessera.applications.transmission import is_transmitted, transmitting_question
from tessera.calls.questions import Form, Question, Type, clean_answer, shown
from tessera.core.errors import DomainError

ASKED = {Type.REFEREE: Request.Kind.REFERENCE, Type.ENDORSEMENT: Request.Kind.ENDORSEMENT}
LEAST, LATE = timedelta(days=2), timedelta(days=7)  # to answer


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


class NotHandedIn(DomainError):
    message = gettext_lazy(
        "In this call your application is transmitted once you submit it: whoever transmits it is asked then."
    )


class TransmissionOver(DomainError):
    message = gettext_lazy(
        "The day until which it had to be transmitted is over: the programme office decides how it goes on."
    )


class AlreadyAnswered(DomainError):
    message = gettext_lazy("This was answered already; nobody else can be asked in the place of that answer.")


@dataclass(frozen=True)
class Somebody:
    """Whom a question leads to: a national ``committee``, or with ``fallback`` somebody in its place."""

    name: str
    email: str
    language: str
    post: str = ""
    committee: bool = False
    fallback: bool = False


def asked_questions(application: Application) -> list[Question]:
    """The questions of its form that somebody else answers, as far as they are shown.

    Whom those selected name is the office's to write to: a request belongs to what is decided on.
    """
    return [
        question for question in shown(form_of(application), answers_of(application), "apply") if question.type in ASKED
    ]


def ask(application: Application, question: str, *, by: Any, at: datetime, in_place: bool = False) -> Request:
    """Ask whom the answer to ``question`` names, by mail, and tell the applicant; returns the request that stands.

    Asking the same person again changes nothing while the first request stands. Somebody else named since takes the
    place of whoever has not answered, or has refused. An endorsement of a national committee goes to whoever holds its
    country; where nobody does, or where the office asks ``in_place`` of it, to the person named in its place. What was
    asked of a committee, or to transmit the application, for a country that is no more the applicant's is replaced,
    answered or not, and also where nobody can be asked in its place.

    What transmits an application is asked once it is handed in, and after its internal deadline by the office alone.
    """
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application.pk)
        if not _may_ask(row):
            raise CannotAsk
        standing = row.requests.current().select_for_update().filter(question=question).order_by("-pk").first()
        if standing is not None and standing.is_elsewhere(row.country_id):
            _replace(standing, at)
            standing = None
        try:
            with transaction.atomic():
                return _ask(row, question, standing, by=by, at=at, in_place=in_place)
        except DomainError as error:
            refusal = error
    raise refusal


def _ask(
    row: Application, question: str, standing: Request | None, *, by: Any, at: datetime, in_place: bool
) -> Request:
    """See `ask`; ``standing`` is what stands of the question, for the country of work."""
    form, answers = form_of(row), answers_of(row)
    asked = next((one for one in shown(form, answers, "apply") if one.key == question and one.type in ASKED), None)
    if asked is None:
        raise CannotAsk
    found = transmitting_question(form) if is_transmitted(row.call) else None
    transmits = found is not None and found.key == question
    if transmits and not row.is_handed_in():
        raise NotHandedIn
    somebody = _somebody(row, form, asked, answers, in_place=in_place)
    if standing is not None:
        if standing.state == Request.State.GIVEN:
            raise AlreadyAnswered
        same = standing.email.casefold() == somebody.email.casefold()
        over = standing.state == Request.State.EXPIRED or standing.ends_at() <= at
        if transmits and over and row.applicant_id is not None and getattr(by, "pk", None) == row.applicant_id:
            raise TransmissionOver
        if standing.state == Request.State.ASKED and same and not (transmits and over):
            return standing
        if standing.state == Request.State.REFUSED and same:
            raise AlreadyAnswered
        _replace(standing, at)
    due, expires = _moments(row, asked, at)
    made = Request.objects.create(
        application=row, kind=ASKED[asked.type], question=question, name=somebody.name[:300], post=somebody.post[:300],
        email=somebody.email, language=somebody.language, country=row.country, committee=somebody.committee,
        fallback=somebody.fallback, transmits=transmits, asked_at=at, due_at=due, expires_at=expires,
    )  # fmt: skip
    made.token_hash = hash_of(token_of(made))
    made.save(update_fields=["token_hash"])
    record("application.request_made", row, by=by, at=at, after=made.kind, public=False)
    mail(made, f"{made.kind}_request", key=f"request:{made.pk}", at=at)
    tell_applicant("request_asked", row, key=f"request_asked:{made.pk}", at=at, context=told(made), part=made.part)
    follow(row, at)
    return made


def _replace(row: Request, at: datetime) -> None:
    """End it, with its link, and forget a letter that was sent and never given."""
    forget_letters(Letter.objects.filter(request=row).exclude(request__state=Request.State.GIVEN))
    row.replaced_at, row.token_hash = at, None
    row.save(update_fields=["replaced_at", "token_hash"])


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


def closing_of(application: Application) -> datetime | None:
    """When the strand of an application closes (exclusive)."""
    for strand in application.call.strands.all():
        if strand.key == application.strand:
            return strand.closes_at or application.call.closes_at
    return application.call.closes_at


def _may_ask(application: Application) -> bool:
    return application.status in ANSWERABLE and application.call.status in RUNNING


def _somebody(
    row: Application, form: Form, question: Question, answers: Mapping[str, Any], *, in_place: bool = False
) -> Somebody:
    named = clean_answer(question, answers.get(question.key)) or {}
    own = own_addresses(row, form, answers)
    committee = asks_committee(question)
    if committee:
        if row.country_id is None:
            raise CountryMissing
        holder = None if in_place else committee_of(row, own)
        if holder is not None:
            return Somebody(str(holder), holder.email, known_language(holder.mail_language), committee=True)
    if not named.get("name") or not named.get("email"):
        raise NobodyToEndorse if committee and not in_place else NotNamed
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
    """Until when it should be answered, and until when it can be.

    So many days before the deadline of the call as the question says, and until that deadline. Whoever is asked so late
    that this leaves less than ``LEAST`` has ``LATE`` to answer, after the deadline too.
    """
    closing = closing_of(application) or at
    due = closing - timedelta(days=question.due_days)
    if due - at < LEAST:
        due = at + LATE
    return due, max(due, closing)


def follow(application: Application, at: datetime) -> None:
    """What the endorsement says to the rules is known anew."""
    if application.is_handed_in():
        judge_again(application, at=at)
