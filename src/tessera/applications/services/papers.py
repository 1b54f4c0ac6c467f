"""What the office enters from a paper that it keeps: rows and the signature as answers; files are taken by `files`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.models import Answer, Application, Origin, Status
from tessera.applications.reading import answers_of, form_of, rule_version_of
from tessera.applications.services.verdicts import judged, keep_judgement, kept_facts
from tessera.applications.services.writing import upsert
from tessera.calls.models import Call
from tessera.calls.questions import Form, Question, Type, answer_problems, clean_answer, shown
from tessera.calls.questions.model import Answers, Json
from tessera.core.errors import DomainError

ENTERED = (Type.FILE, Type.ROWS, Type.SIGNATURE)
WHILE = (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE)
ENTERED_AS = "application.paper_entered"


class NotFromPaper(DomainError):
    message = gettext_lazy("Only what came on paper or by mail is entered here, while it is screened.")


class TakesNoPapers(DomainError):
    message = gettext_lazy(
        "The call is “%(status)s”: what came on paper is written down while it is open, closed or in review. Nothing was "
        "written."
    )


class CannotRead(DomainError):
    """``problems`` are sentences by question."""

    message = gettext_lazy("Nothing was saved: some of it cannot be kept as it is.")

    def __init__(self, problems: dict[str, list[str]]) -> None:
        self.problems = problems
        super().__init__()


def is_from_paper(application: Application) -> bool:
    return application.origin != Origin.SELF


def ensure_takes_papers(call: Call) -> None:
    """TakesNoPapers before a call was opened, and once it is decided or over."""
    if not call.takes_papers():
        raise TakesNoPapers(status=call.get_status_display())


def ensure_from_paper(application: Application) -> None:
    """NotFromPaper or TakesNoPapers where the office may not enter anything in the place of the applicant."""
    if not is_from_paper(application) or application.status not in WHILE or application.erased_at is not None:
        raise NotFromPaper
    ensure_takes_papers(application.call)


def paper_questions(form: Form, answers: Answers) -> tuple[Question, ...]:
    """The questions that a table cannot answer, as far as they are asked before submission."""
    return tuple(question for question in shown(form, answers, "apply") if question.type in ENTERED)


@transaction.atomic
def enter_from_paper(application: Application, given: Mapping[str, Json], *, by: User, at: datetime) -> list[str]:
    """Keep rows and signatures that stand on the paper, and judge it anew; returns the keys of what changed.

    CannotRead says what cannot be kept, by question, and nothing is saved. The same again changes nothing.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    ensure_from_paper(row)
    form, answers = form_of(row), answers_of(row)
    asked = {one.key: one for one in paper_questions(form, answers) if one.type is not Type.FILE}
    values = {key: clean_answer(asked[key], raw) for key, raw in given.items() if key in asked}
    problems = {
        key: [str(sentence) for _code, sentence in answer_problems(asked[key], value)]
        for key, value in values.items()
        if value is not None
    }
    problems = {key: found for key, found in problems.items() if found}
    if problems:
        raise CannotRead(problems)
    changed = {key: value for key, value in values.items() if value != answers.get(key)}
    if not changed:
        return []
    row.revision += 1
    upsert(
        [
            Answer(application=row, question=key, value=value, saved_at=at, revision=row.revision)
            for key, value in changed.items()
        ]
    )
    judgement = judged(row, rule_version_of(row), form, answers | changed, at=row.submitted_at or at)
    keep_judgement(row, judgement, at=at)
    mark = {name: row.profile[name] for name in ("import_key",) if name in row.profile}
    row.profile, row.saved_at = kept_facts(judgement) | mark, at
    row.save(update_fields=["revision", "profile", "priorities", "saved_at"])
    record(ENTERED_AS, row, by=by, at=at, reason=", ".join(changed), public=False)
    return list(changed)
