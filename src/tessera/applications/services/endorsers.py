"""Who can endorse an application, and who cannot because it is their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessera.accounts.models import Role, User
from tessera.applications.models import Application, Request, countries_of
from tessera.calls.questions import Form, Question, Type, clean_answer


def own_addresses(application: Application, form: Form, answers: Mapping[str, Any]) -> set[str]:
    """Every address of the applicant, casefolded."""
    own = {application.email.casefold()} - {""}
    if application.applicant is not None:
        own.add(application.applicant.email.casefold())
    for question in form.questions:
        value = answers.get(question.key)
        if question.type is Type.EMAIL and question.identity and isinstance(value, str):
            own.add(value.strip().casefold())
    return own


def asks_committee(question: Question) -> bool:
    return question.type is Type.ENDORSEMENT and question.channel == "national_committee"


def committee_of(application: Application, own: set[str]) -> User | None:
    """Whoever holds the country of work as a host, the first of them who is not the applicant; None where nobody does."""
    if application.country_id is None:
        return None
    holders = User.objects.filter(
        is_active=True, rehearsal=application.rehearsal, grants__role=Role.HOST, grants__scope_kind="country",
        grants__scope_key=application.country_id,
    )  # fmt: skip
    for user in holders.select_related("person").order_by("pk").distinct():
        if user.pk != application.applicant_id and user.email.casefold() not in own:
            return user
    return None


def may_answer_by_link(request: Request) -> bool:
    """Whether the address of ``request`` still speaks for whom it was asked.

    A committee is asked at the address of whoever holds its country: an account that does not hold it any more answers
    nothing, reads nothing and is mailed nothing. An address without an account is the committee's own.
    """
    if not request.committee:
        return True
    account = User.objects.filter(email__iexact=request.email).first()
    return account is None or request.country_id in countries_of(account)


def has_no_channel(application: Application, form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether a committee is asked for, none holds the country, and nobody is named in its place."""
    asked = [question for question in form.questions if asks_committee(question)]
    if not asked or application.country_id is None:
        return False
    named = any((clean_answer(question, answers.get(question.key)) or {}).get("email") for question in asked)
    return not named and committee_of(application, own_addresses(application, form, answers)) is None
