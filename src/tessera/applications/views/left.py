"""What was written and is not part of an application: shown once more, so that its writer can copy it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tessera.accounts.permissions import me
from tessera.applications import posted
from tessera.applications.models import Answer, Application, Status
from tessera.applications.queries import own_application
from tessera.applications.reading import form_to_write
from tessera.applications.wording import answer_lines
from tessera.calls.questions import clean_answer
from tessera.core.translated import best


@dataclass(frozen=True)
class Left:
    """One question with what was written to it, in the reader's language; ``lines`` is empty where it was emptied."""

    label: str
    lines: tuple[str, ...]


@require_POST
@never_cache
def left(request: HttpRequest, code: str) -> HttpResponse:
    """What a device still holds of one's own application, in words; nothing (204) where all of it is saved."""
    mine, _strand = own_application(me(request), code)
    if mine is None:
        raise Http404
    rows = unsaved(mine, request.POST)
    return render(request, "apply/left_rows.html", {"rows": rows}) if rows else HttpResponse(status=204)


def unsaved(mine: Application, data: QueryDict) -> list[Left]:
    """What ``data`` (the fields of a step) says otherwise than the answers that are saved. Files are not in it."""
    form = form_to_write(mine, "after_selection" if mine.status == Status.ACCEPTED else "apply")
    raw = posted.raw_answers(form, data)
    saved = dict(Answer.objects.filter(application=mine).values_list("question", "value"))
    return [
        Left(best(question.label)[0], tuple(answer_lines(question, raw[question.key])))
        for question in form.questions
        if question.key in raw and clean_answer(question, raw[question.key]) != saved.get(question.key)
    ]
