"""Answers in words, for those who read a file: options by name, countries and languages by name, rows as lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.forms.questions import SEEN_BY as READER_NAMES
from tessera.calls.questions import Form, Question, Type, clean_answer, shown
from tessera.calls.questions.cleaning import NATIVE
from tessera.calls.questions.model import SEEN_BY, Answers, Column, Json, SeenBy, Stage
from tessera.core.translated import best
from tessera.places.wording import Country, Language
from tessera.web import dates
from tessera.web.punctuation import labelled, listed

READERS = dict(READER_NAMES)


@dataclass(frozen=True)
class Worded:
    """One question with its answer. ``lines`` is empty where nothing was answered."""

    question: Question
    label: str
    purpose: str
    lines: tuple[str, ...]
    raw: Json = None

    @property
    def readers(self) -> Any:
        """Who reads the answer, besides whoever wrote it."""
        return READERS[self.question.seen_by]


@dataclass(frozen=True)
class WordedStep:
    """The questions of one step that a reader may see."""

    key: str
    title: str
    questions: tuple[Worded, ...]


def seen_by(reader: SeenBy) -> tuple[SeenBy, ...]:
    """What each reader sees: its own questions and those of everybody before it."""
    return SEEN_BY[: SEEN_BY.index(reader) + 1]


def rules_named(number: int | None) -> str:
    """The rules by which something was decided, by their version; "" where there were none."""
    return _("rules of the call, version %(n)s") % {"n": number} if number else ""


def worded_steps(
    form: Form, answers: Answers, *, reader: SeenBy = "office", identity: bool = True, hidden: Collection[str] = (),
    stage: Stage | None = None, unanswered: tuple[Stage, ...] = ("apply",),
) -> list[WordedStep]:  # fmt: skip
    """Every question that was asked, step by step, as far as ``reader`` may see it; steps without any are left out.

    ``identity=False`` leaves out whatever tells who it is; ``hidden`` names questions that are left out besides. ``stage``
    keeps to the questions of one stage. ``unanswered``: of which stages those are told too that nobody has answered.
    """
    allowed, asked = seen_by(reader), {question.key for question in shown(form, answers)}
    found = []
    for step in form.steps:
        rows = tuple(
            Worded(
                question,
                best(question.label)[0],
                best(question.purpose)[0],
                tuple(answer_lines(question, answers.get(question.key))),
                answers.get(question.key),
            )
            for question in step.questions
            if question.key in asked
            and question.seen_by in allowed
            and (identity or not question.identity)
            and question.key not in hidden
            and (stage is None or question.stage == stage)
            and (question.stage in unanswered or answers.get(question.key) is not None)
        )
        if rows:
            found.append(WordedStep(step.key, best(step.title)[0], rows))
    return found


def answer_lines(question: Question, raw: Json) -> Iterator[str]:
    """The answer as lines of text in the reader's language; none where nothing was answered."""
    value = clean_answer(question, raw)
    if value is None:
        return
    if question.type is Type.ROWS:
        for row in value:
            yield ", ".join(_cells(question.columns, row))
    elif question.type is Type.LANGUAGE_TABLE:
        for row in value:
            yield _language_row(row)
    elif question.type is Type.COMMITMENT:
        yield _("agreed")
    elif question.type is Type.FILE:
        yield value.get("name") or _("a file")
    elif question.type is Type.SIGNATURE:
        yield ", ".join(part for part in (value.get("name"), _day(value.get("on"))) if part)
    elif question.type in (Type.REFEREE, Type.ENDORSEMENT):
        yield ", ".join(str(value[part]) for part in value)
    else:
        yield from _simple(question, value)


def answer_text(question: Question, raw: Json) -> str:
    """The answer as one cell of a table."""
    return "\n".join(answer_lines(question, raw))


def _simple(item: Question | Column, value: Json) -> Iterable[str]:
    if item.type in (Type.CHOICES, Type.COUNTRIES):
        return [_one(item, part) for part in value]
    return [_one(item, value)]


def _one(item: Question | Column, value: Any) -> str:
    if item.type in (Type.CHOICE, Type.CHOICES):
        named = {option.key: option.label for option in item.options}
        return best(named[value])[0] if value in named else str(value)
    if item.type in (Type.COUNTRY, Type.COUNTRIES):
        return str(Country(value))
    if item.type is Type.DATE:
        return _day(value)
    return str(value)


def _day(value: Any) -> str:
    try:
        return dates.in_words(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value or "")


def _cells(columns: Iterable[Column], row: Mapping[str, Json]) -> Iterator[str]:
    for column in columns:
        if row.get(column.key) is not None:
            yield listed(_simple(column, row[column.key]))


def _language_row(row: Mapping[str, str]) -> str:
    said = str(Language(row.get("language", "")))
    levels = [
        pattern % {"level": _level(row[name])}
        for name, pattern in (("spoken", _("spoken %(level)s")), ("written", _("written %(level)s")))
        if row.get(name)
    ]
    return labelled(said, ", ".join(levels)) if levels else said


def _level(level: str) -> str:
    say: Mapping[str, Callable[[], str]] = {NATIVE: lambda: _("first language")}
    return say[level]() if level in say else level
