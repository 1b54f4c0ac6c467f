"""A new call like an old one: everything but dates and files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from tessera.activity import documents
from tessera.activity.documents import Document, Saved
from tessera.activity.models import Revision
from tessera.calls.documents import new_call_document
from tessera.calls.eligibility import editing
from tessera.calls.models import Call
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Type, read_form
from tessera.calls.questions.changes import promises_kept
from tessera.calls.services.records import calls, found_call, free_call_code
from tessera.calls.services.versions import save_form, save_rules
from tessera.core import edtf
from tessera.core.translated import best
from tessera.programmes.models import Training


@transaction.atomic
def clone_call(call: Call, training: Training, *, by: Any, at: datetime) -> Call:
    """A draft for ``training`` like ``call``: its texts with their states, strands, packages, limits, questions, rules.

    Not taken over: opening, deadlines and timeline, the group of sister calls, and that it was public. Zones and times
    of day stay. Days and years inside rules are left to be set, and `lacking` names them; bounds of questions for a day
    move as far as the training does, or are left out where that is not known to the day. A question of earlier times
    that is marked as sensitive while its answer lives on elsewhere loses the mark, since nothing was promised yet.
    """
    source = found_call(call)
    old = calls.read(source)
    fresh: Document = {k: v for k, v in old.items() if k not in ("opens", "timeline", "sister_group")}
    fresh |= {
        "id": free_call_code(best(old["title"])[0]),
        "training": training.slug,
        "deadline": {**new_call_document()["deadline"], **_undated(old["deadline"])},
        "strands": [_without_dates(strand) for strand in old["strands"]],
    }
    made = documents.copy(calls, source, fresh, by=by, at=at).obj
    form, rules = latest_form(source), latest_rules(source)
    if form is not None:
        save_form(made, _promised(_moved(form.document, _days_between(source.training, training))), by=by, at=at)
    if rules is not None:
        save_rules(made, editing.undated(rules.document), by=by, at=at)
    return made


def restore_revision(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Any]:
    """Bring back a call's texts and facts as ``revision`` has them; public dates, status, form and rules stay."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


def _days_between(old: Training, new: Training) -> int | None:
    """How many days later the new training begins; None where either is not known to the day."""
    first, second = _first_day(old), _first_day(new)
    return (second - first).days if first and second else None


def _first_day(training: Training) -> date | None:
    if not training.dates:
        return None
    found = edtf.parse(training.dates)
    return found.earliest_start if found.earliest_start == found.latest_start else None


def _promised(form: Document) -> Document:
    """The form without the marks that a new one cannot have."""
    for path in promises_kept(None, read_form(form)):
        step, question = map(int, re.findall(r"\d+", path))
        del form["steps"][step]["questions"][question][path.rpartition(".")[2]]
    return form


def _moved(form: Mapping[str, Any], days: int | None) -> Document:
    """The form with the bounds of its questions for a day moved; without them where that is not known."""
    fresh: Document = deepcopy(dict(form))
    questions = [question for step in fresh["steps"] for question in step["questions"]]
    for asked in [*questions, *(column for question in questions for column in question.get("columns", ()))]:
        if asked["type"] != Type.DATE:
            continue
        for name in ("min", "max"):
            day = asked.pop(name, None)
            if day and days is not None:
                asked[name] = (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    return fresh


def _undated(deadline: Document) -> Document:
    return {name: text for name, text in deadline.items() if name != "day"}


def _without_dates(strand: Document) -> Document:
    fresh = {name: value for name, value in strand.items() if name not in ("opens", "deadline")}
    own = _undated(strand.get("deadline", {}))
    return fresh | ({"deadline": own} if own.get("zone") else {})
