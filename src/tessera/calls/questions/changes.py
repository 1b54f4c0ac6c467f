"""What may still be changed in the form of an open call: whatever takes nothing from those who have answered already.

Harmless: new wording and translations, another order, optional questions, more options, looser limits, fewer readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tessera.calls.questions.conditions import questions_asked, whole_condition
from tessera.calls.questions.model import SEEN_BY, Column, Form, Limit, Question, Refusal, Step, Type
from tessera.core.sentences import Sentence

_LOOSE = ("among", "document_language")  # an empty list means any


def promises_kept(old: Form | None, new: Form) -> dict[str, list[str]]:
    """Why a question of ``new`` cannot be marked as sensitive, or asked of those selected only, by path.

    The answer would live on elsewhere, or come too late for what it is for. What ``old``, the version before, has so
    already stays.
    """
    before = {question.key: question for question in old.questions} if old else {}
    paths = _paths(new)
    found: dict[str, list[str]] = {}
    for one in new.questions:
        was = before.get(one.key)
        if one.sensitive and not (was and was.sensitive and was.fact == one.fact) and (why := _lives_on(one)):
            found[f"{paths[one.key]}.sensitive"] = [str(why)]
        if _is_later(one) and not (was and _is_later(was) and was.fact == one.fact) and (why := _too_late(one)):
            found[f"{paths[one.key]}.stage"] = [str(why)]
    return found


def _is_later(question: Question) -> bool:
    return question.stage == "after_selection"


def _too_late(question: Question) -> Promise | None:
    if question.fact:
        return _(
            "The rules learn something from this answer and judge before anybody is selected: "
            "ask it with the application, or choose “nothing” there."
        )
    if question.type in (Type.REFEREE, Type.ENDORSEMENT):
        return _("Whoever is named here is written to when the application is sent: ask it with the application.")
    return None


def _lives_on(question: Question) -> Promise | None:
    if question.fact:
        return _(
            "The rules learn something from this answer, and the decision keeps it: "
            "choose “nothing” there, or do not have it deleted 30 days after the end."
        )
    if question.type in (Type.REFEREE, Type.ENDORSEMENT):
        return _(
            "What somebody else wrote about an applicant is kept with the decision: it cannot be deleted 30 days after the end."
        )
    return None


def _paths(form: Form) -> dict[str, str]:
    return {
        question.key: f"steps[{n}].questions[{m}]"
        for n, step in enumerate(form.steps)
        for m, question in enumerate(step.questions)
    }


def changes_allowed(old: Form, new: Form) -> list[Refusal]:
    """The changes from ``old`` to ``new`` that an open call does not take, each with its reason; [] if all are harmless."""
    paths = _paths(new)
    before = {question.key: question for question in old.questions}
    after = {question.key: question for question in new.questions}
    found = _steps(old, new)
    for question in old.questions:
        if question.key not in after:
            text = _("“%(question)s” has been asked and answered: it stays until the call is closed.")
            found.append(Refusal("steps", Sentence(text, {"question": question.label})))
    for question in new.questions:
        path = paths[question.key]
        if question.key in before:
            found += [
                Refusal(f"{path}.{name}" if name else path, Sentence(text, {"question": before[question.key].label}))
                for name, text in (*_refused(before[question.key], question), *_moved(question.key, old, new))
            ]
        elif question.required:
            text = _(
                "“%(question)s” is new: it cannot be required of those who have submitted already. Make it optional."
            )
            found.append(Refusal(f"{path}.required", Sentence(text, {"question": question.label})))
    return found


def _steps(old: Form, new: Form) -> list[Refusal]:
    """The conditions of steps that may not change for the sake of the questions that stay in them."""
    before = {step.key: step for step in old.steps}
    text = _("“%(step)s” keeps its condition: it would be asked of people who have submitted, or hide answers.")
    return [
        Refusal(f"steps[{n}].show_if", Sentence(text, {"step": step.title}))
        for n, step in enumerate(new.steps)
        if step.key in before
        and step.show_if != before[step.key].show_if
        and any(
            _is_bound(one, step, new)
            for one in step.questions
            if one.key in {other.key for other in before[step.key].questions}
        )
    ]


def _moved(key: str, old: Form, new: Form) -> _Refused:
    """Whether a question is asked under another condition: its own, or that of the step it went to."""
    was, step = old.step_of(key), new.step_of(key)
    before, question = old.question(key), new.question(key)
    if was.key == step.key and was.show_if != step.show_if:
        changed = before.show_if != question.show_if  # the step is refused in its own place
    else:
        changed = whole_condition(was, before) != whole_condition(step, question)
    if changed and _is_bound(question, step, new):
        yield (
            "show_if",
            _("“%(question)s” keeps its condition: it would be asked of people who have submitted, or hide answers."),
        )


def _is_bound(question: Question, step: Step, form: Form) -> bool:
    """Whether another condition of ``question`` would take something from those who have answered: it is required, asked
    under a condition still, or something else is asked, or not, by its answer."""
    if question.required or whole_condition(step, question) is not None:
        return True
    conditions = [*(one.show_if for one in form.steps), *(one.show_if for one in form.questions)]
    return any(question.key in questions_asked(condition) for condition in conditions)


type _Refused = Iterator[tuple[str, Promise]]


def _refused(old: Question, new: Question) -> _Refused:
    """(field, why) for each change of one question that is not harmless."""
    if old.type != new.type:
        yield "type", _("“%(question)s” keeps its type: the answers given are of that type.")
        return
    yield from _item(old, new)
    if old.stage != new.stage:
        yield "stage", _("“%(question)s” keeps its stage: some have answered it already, or were told when it comes.")
    if SEEN_BY.index(new.seen_by) < SEEN_BY.index(old.seen_by):
        yield "seen_by", _("“%(question)s” was answered for fewer eyes: it cannot be shown to more people now.")
    if old.identity and not new.identity:
        yield "identity", _("“%(question)s” says who the applicant is: that cannot be taken back.")
    if old.sensitive and not new.sensitive:
        yield "sensitive", _("“%(question)s” was answered to be deleted 30 days after the end: that promise stays.")
    if old.fact and old.fact != new.fact:
        yield "fact", _("“%(question)s” keeps its meaning for the rules: answers were judged by it.")
    if new.wording < old.wording or (new.wording == old.wording and _reworded(old, new)):
        yield (
            "wording",
            _("“%(question)s” is a promise: give its new wording a higher number, so that drafts agree again."),
        )
    if old.channel != new.channel:
        yield "channel", _("“%(question)s” keeps its channel: some were asked already.")
    if old.letter != new.letter != "either":
        yield (
            "letter",
            _("“%(question)s” was asked for in another way already: both ways can be opened, and none closed."),
        )
    if new.due_days > old.due_days:
        yield "due_days", _("“%(question)s” was asked for by a later day: that day cannot be brought forward.")
    yield from _file(old, new)
    yield from _columns(old, new)


def _file(old: Question, new: Question) -> _Refused:
    if set(old.accepts) - set(new.accepts):
        yield "accepts", _("“%(question)s” has to go on taking the kinds of file that it took.")
    if new.max_mb < old.max_mb or _tighter(old.max_pages, new.max_pages):
        yield "max_mb" if new.max_mb < old.max_mb else "max_pages", _TIGHTER


def _columns(old: Question, new: Question) -> _Refused:
    columns = {column.key: column for column in new.columns}
    for column in old.columns:
        if column.key not in columns:
            yield "columns", _("“%(question)s” keeps its columns: some have filled them in.")
        elif columns[column.key].type != column.type:
            yield "columns", _("“%(question)s” keeps its type: the answers given are of that type.")
        else:
            yield from (("columns", text) for _name, text in _item(column, columns[column.key]))
    known = {column.key for column in old.columns}
    if any(column.required and column.key not in known for column in new.columns):
        yield "columns", _("“%(question)s” has a new column: it cannot be required. Make it optional.")


_TIGHTER = _("“%(question)s” cannot become stricter: some have answered within what was allowed.")


def _item(old: Question | Column, new: Question | Column) -> _Refused:
    """What questions and columns have in common."""
    if new.required and not old.required:
        yield "required", _("“%(question)s” was optional: some have submitted without it.")
    if {option.key for option in old.options} - {option.key for option in new.options}:
        yield (
            "options",
            _("“%(question)s” keeps the answers that can be chosen: some have chosen them. More can be added."),
        )
    if {option.key for option in new.options if option.alone} & {o.key for o in old.options if not o.alone}:
        yield "options", _TIGHTER
    for name in _LOOSE:
        was, is_now = set(getattr(old, name, ())), set(getattr(new, name, ()))
        if is_now and (not was or was - is_now):
            yield name, _TIGHTER
    if _limit_tighter(old.limit, new.limit):
        yield "limit", _TIGHTER
    if _tighter(old.max, new.max):
        yield "max", _TIGHTER
    if new.min is not None and (old.min is None or _more(new.min, old.min)):
        yield "min", _TIGHTER
    if new.whole and not old.whole:
        yield "whole", _TIGHTER


def _limit_tighter(old: Limit | None, new: Limit | None) -> bool:
    if new is None:
        return False
    if old is None or old.unit != new.unit:
        return True
    return _tighter(old.max, new.max) or (new.min or 0) > (old.min or 0)


def _tighter(old: object, new: object) -> bool:
    """Whether the most that is allowed became less; None is no limit."""
    return new is not None and (old is None or _more(old, new))


def _more(one: object, other: object) -> bool:
    return one > other  # type: ignore[operator]  # two numbers or two ISO days


def _reworded(old: Question, new: Question) -> bool:
    """Whether a promise says something else in a language that it had before."""
    if new.type is not Type.COMMITMENT:
        return False
    texts: list[tuple[Mapping[str, str], Mapping[str, str]]] = [(old.label, new.label), (old.help, new.help)]
    return any(text != after.get(language) for before, after in texts for language, text in before.items())
