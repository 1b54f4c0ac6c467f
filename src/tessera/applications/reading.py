"""An application with its form and its answers, as it is read everywhere: by the version that it was made for."""

from __future__ import annotations

from typing import Any, Literal

from tessera.accounts.models import holds
from tessera.applications.models import Application
from tessera.applications.sheets import form_from, form_now
from tessera.applications.windows import UNFINISHED
from tessera.calls.models import RuleVersion
from tessera.calls.queries import latest_rules
from tessera.calls.questions import Form, Question, Type
from tessera.calls.questions.model import Json, Stage

# Who reads a file: its writer, the office, a committee in its training, a host who is asked to endorse it.
Reader = Literal["applicant", "office", "committee", "endorser"]


def is_as_submitted(application: Application) -> bool:
    """Whether it stands as it was submitted: it is no draft again, and was not given back to its writer since."""
    return application.is_handed_in() and application.status not in UNFINISHED and not application.completion


def rule_version_of(application: Application) -> RuleVersion | None:
    """The rules that it was submitted under; before that those of now."""
    return (application.rule_version if application.is_handed_in() else None) or latest_rules(application.call)


def form_of(application: Application) -> Form:
    """Its questions: those that it was submitted under, and those of now while it is, or may have been, written by them.

    A form without any where the call asks nothing yet.
    """
    found = application.form_version if is_as_submitted(application) else None
    return form_from(found) if found else form_now(application.call_id)


def form_to_write(application: Application, stage: Stage | None) -> Form:
    """The questions that its writer answers in ``stage``.

    Those of now, until they are submitted. Those selected are asked what stood in the form that they submitted, as it is
    read everywhere: they saw then what comes later, and nothing that the form has learned since is asked of some only.
    """
    return form_now(application.call_id) if stage == "apply" else form_of(application)


def answers_of(application: Application) -> dict[str, Json]:
    """Its answers by question, from what is loaded."""
    return {answer.question: answer.value for answer in application.answers.all()}


def reader_of(user: Any, application: Application) -> Reader | None:
    """As what ``user`` reads it; None exactly where `Application.objects.visible_to` hides it."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if application.applicant_id == user.pk:
        return "applicant"
    if not application.is_handed_in():
        return None
    if holds(user, "office"):
        return "office"
    if holds(user, "committee", application.role_scopes()):
        return "committee"
    held = {(kind, key) for role, kind, key in user.held if role == "host"}
    asked = application.is_with_endorsers() and held & set(application.endorsing_scopes())
    return "endorser" if asked else None


def may_read(reader: Reader | None, question: Question | None) -> bool:
    """Whether ``reader`` sees the answer to ``question`` (None: one that the form does not ask).

    An endorser sees what reviewers see of what is asked before the deadline: who it is stands in the request, and
    nothing more of it; what is asked after the selection, a passport say, is none of an endorser's.
    """
    if reader in ("applicant", "office"):
        return True
    if reader is None or question is None:
        return False
    if reader == "committee":
        return question.seen_by != "office"
    return question.seen_by == "reviewers" and not question.identity and question.stage == "apply"


def asks_name(question: Question) -> bool:
    """Whether it asks for the applicant's name: an identity question whose key says so."""
    named = question.key == "name" or question.key.endswith("_name")
    return question.type is Type.SHORT_TEXT and question.identity and named
