"""The applications of a call as one table."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tessera.applications.later import STAGE, STATES
from tessera.applications.listing import VERDICTS, priorities_in_words, strand_names
from tessera.applications.models import Application
from tessera.applications.reading import answers_of
from tessera.applications.services.keeping import sensitive_of
from tessera.applications.transmission import is_transmitted, said_in_a_cell
from tessera.applications.wording import answer_text
from tessera.calls.models import Call
from tessera.calls.queries import latest_form
from tessera.calls.questions import Form, Question, read_form
from tessera.core.translated import best
from tessera.places.queries import reference


def table_of(
    call: Call, rows: models.QuerySet[Application], *, priorities: bool = False
) -> tuple[list[str], list[list[Any]]]:
    """Heading and rows: what the list shows, then the questions of the form as it is asked now, without those `left_out`.

    ``rows`` come from `listing.applications`; ``priorities`` says whether they have a column. Five queries for any number
    of rows.
    """
    version = latest_form(call)
    form = read_form(version.document) if version else Form(())
    kept_back = {question.key for question in left_out(call, form)}
    questions = [question for question in form.questions if question.key not in kept_back]
    transmitted, later = is_transmitted(call), any(question.stage == STAGE for question in form.questions)
    strands, places = strand_names(call), reference().country_names()
    heading = [
        pgettext("of an application", "Number"), _("Name"), _("Address"), _("Country or territory"), _("Institution"),
        _("Strand"), _("State"), _("Conditions"), _("Version of the rules"), *([_("Priorities met")] if priorities else []),
        *([_("Transmission")] if transmitted else []), *([_("Questions to those selected")] if later else []),
        _("Language"), _("Origin"), _("Submitted"),
        *(best(question.label)[0] for question in questions),
    ]  # fmt: skip
    table = []
    for row in rows.prefetch_related("answers"):
        answers, found = answers_of(row), row
        verdict: Any = getattr(found, "verdict", "")
        rules = getattr(found, "rules", None)
        table.append(
            [
                row.number, row.name, row.email, places.get(row.country_id or "", ""), row.institution,
                strands.get(row.strand, row.strand), str(row.get_status_display()),
                str(VERDICTS[verdict][0]) if verdict in VERDICTS else "",
                str(rules or "") if verdict != "none" else "",
                *([priorities_in_words(row.priorities)] if priorities else []),
                *([said_in_a_cell(row, call)] if transmitted else []), *([_said_later(row)] if later else []),
                row.language, str(row.get_origin_display()),
                row.submitted_at.isoformat(timespec="minutes") if row.submitted_at else "",
                *(answer_text(question, answers.get(question.key)) for question in questions),
            ]
        )  # fmt: skip
    return heading, table


def left_out(call: Call, form: Form) -> list[Question]:
    """The questions of ``form`` that no table carries: their answers are promised to go soon after the end of the training,
    and nobody deletes them from a copy. One query."""
    keys = sensitive_of(call.pk).keys
    return [question for question in form.questions if question.key in keys]


def _said_later(row: Any) -> str:
    state = getattr(row, "later", "")
    return str(STATES[state][0]) if state in STATES else ""
