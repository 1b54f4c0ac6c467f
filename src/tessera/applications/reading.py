"""An application with its form and its answers, as it is read everywhere: by the version that it was made for."""

from __future__ import annotations

from tessera.applications.models import Application
from tessera.applications.sheets import form_from
from tessera.calls.models import FormVersion, RuleVersion
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Form
from tessera.calls.questions.model import Json


def form_version_of(application: Application) -> FormVersion | None:
    """The questions that it was submitted under; before that those of now."""
    return application.form_version or latest_form(application.call)


def rule_version_of(application: Application) -> RuleVersion | None:
    """The rules that it was submitted under; before that those of now."""
    return application.rule_version or latest_rules(application.call)


def form_of(application: Application) -> Form:
    """Its questions; a form without any where the call asks nothing yet."""
    return form_from(form_version_of(application))


def answers_of(application: Application) -> dict[str, Json]:
    """Its answers by question, from what is loaded."""
    return {answer.question: answer.value for answer in application.answers.all()}
