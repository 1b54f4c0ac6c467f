"""Which questions are asked, given what is answered so far."""

from __future__ import annotations

from collections.abc import Collection

from tessera.calls.questions.model import Answers, Asked, Combined, Condition, Form, Json, Question, Stage, Step


def shown(form: Form, answers: Answers, stage: Stage | None = None) -> tuple[Question, ...]:
    """The questions that are asked, in order; those of one ``stage`` where it is named.

    A hidden step hides its questions. A hidden question counts as not answered, whatever is kept for it, so what depends
    on it is judged by what the applicant sees.
    """
    visible: dict[str, Question] = {}
    for step in form.steps:
        if not _is_met(step.show_if, answers, visible):
            continue
        for question in step.questions:
            if _is_met(question.show_if, answers, visible):
                visible[question.key] = question
    return tuple(question for question in visible.values() if stage is None or question.stage == stage)


def _is_met(condition: Condition | None, answers: Answers, visible: Collection[str]) -> bool:
    return condition is None or holds(condition, {key: answers.get(key) for key in visible})


def whole_condition(step: Step, question: Question) -> Condition | None:
    """The condition under which ``question`` is asked: that of its step and its own."""
    both = tuple(one for one in (step.show_if, question.show_if) if one is not None)
    return Combined("all", both) if len(both) > 1 else both[0] if both else None


def asked_answers(form: Form, answers: Answers) -> dict[str, Json]:
    """The answers to questions that are asked: what counts. Answers to hidden ones are kept but stay out."""
    return {
        question.key: answers[question.key]
        for question in shown(form, answers)
        if answers.get(question.key) is not None
    }


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether ``condition`` holds; none does for a question without an answer."""
    if not isinstance(condition, Asked):
        found = [holds(part, answers) for part in condition.parts]
        return all(found) if condition.how == "all" else any(found)
    given = chosen(answers.get(condition.question))
    if condition.op == "answered" or not given:
        return bool(given)
    named = bool(given & set(condition.values))
    return not named if condition.op == "is_not" else named


def chosen(value: Json) -> frozenset[str]:
    """The keys that an answer holds: those chosen, or "yes" for anything that is no text or list."""
    if value is None:
        return frozenset()
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return frozenset(value)
    return frozenset({"yes"})


def questions_asked(condition: Condition | None) -> frozenset[str]:
    """The keys of the questions that ``condition`` looks at."""
    if condition is None:
        return frozenset()
    if isinstance(condition, Asked):
        return frozenset({condition.question})
    return frozenset[str]().union(*(questions_asked(part) for part in condition.parts))
