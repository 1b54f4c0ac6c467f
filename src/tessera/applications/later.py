"""What is asked of those selected only: what of it is missing, of one application and of all of a call.

It is kept beside what was submitted and changes nothing of it. Who missed the day is still read, and nothing waits for
it: the office sees what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tessera.applications.keeping import sensitive_is_gone
from tessera.applications.models import Application, Document, Status
from tessera.applications.reading import answers_of, form_of
from tessera.applications.services.submitting import problems_of
from tessera.calls.models import Call
from tessera.calls.questions import Form, Problem, shown
from tessera.calls.questions.model import Answers, Stage

STAGE: Stage = "after_selection"
# Of an application whose place is taken and that is asked something: in words, and as a state.
STATES: Mapping[str, tuple[Any, str]] = {
    "given": (gettext_lazy("all there"), "done"),
    "missing": (gettext_lazy("something is missing"), "due"),
}


@dataclass(frozen=True)
class Later:
    """What is asked of one who took the place. ``problems`` are in the order of the form; empty once all of it is there."""

    form: Form
    answers: Answers
    problems: tuple[Problem, ...]


def asks_later(form: Form) -> bool:
    """Whether ``form`` has questions to those selected."""
    return any(question.stage == STAGE for question in form.questions)


def later_of(application: Application, *, on: datetime, ready: Collection[str] | None = None) -> Later | None:
    """What is asked of it ``on`` that moment and what is missing; None where nothing is, or nobody took the place.

    ``ready``: see `problems_of`. What was deleted soon after the end, as was promised, is not missing.
    """
    if application.status != Status.ACCEPTED or application.erased_at is not None:
        return None
    form = form_of(application)
    if not asks_later(form):
        return None
    answers = answers_of(application)
    if not shown(form, answers, STAGE):
        return None
    gone = set[str]()
    if sensitive_is_gone(application):
        gone = {question.key for question in form.questions if question.sensitive}
    found = problems_of(application, form, answers, STAGE, on=on, ready=ready)
    return Later(form, answers, tuple(problem for problem in found if problem.question not in gone))


def later_states(user: Any, call: Call) -> dict[int, str]:
    """Which of `STATES` those are in that took a place and are asked something, by key. Three queries."""
    rows = Application.objects.visible_to(user).filter(call=call, status=Status.ACCEPTED, erased_at=None)
    found = list(rows.select_related("form_version").prefetch_related("answers").order_by("pk"))
    for row in found:
        row.call = call
    return {
        key: "missing" if later.problems else "given" for key, later in later_by_key(found, on=timezone.now()).items()
    }


def later_by_key(rows: Sequence[Application], *, on: datetime) -> dict[int, Later]:
    """`later_of` each of ``rows`` that is asked something, by key. At most three queries, whatever their number."""
    prefetch_related_objects(list(rows), "answers", "form_version")
    if not rows:
        return {}
    files = Document.objects.current().filter(application__in=rows, state=Document.State.READY)
    ready = defaultdict[int, set[str]](set)
    for pk, question in files.values_list("application", "question"):
        ready[pk].add(question)
    found = {row.pk: later_of(row, on=on, ready=ready[row.pk]) for row in rows}
    return {key: later for key, later in found.items() if later is not None}
