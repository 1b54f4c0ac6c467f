"""The shapes of a form: steps, questions and what each type needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from tessera.core.sentences import Sentence
from tessera.core.translated import Translated

type Json = Any
type Answers = Mapping[str, Json]
Stage = Literal["apply", "after_selection"]
SeenBy = Literal["reviewers", "committee", "office"]

STAGES: tuple[Stage, ...] = ("apply", "after_selection")
SEEN_BY: tuple[SeenBy, ...] = ("reviewers", "committee", "office")  # each includes the ones after it
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


class Type(StrEnum):
    """What is asked for. The value is what a document says."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    COUNTRY = "country"
    COUNTRIES = "countries"
    DATE = "date"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE_TABLE = "language_table"
    ROWS = "rows"
    COMMITMENT = "commitment"
    FILE = "file"
    REFEREE = "referee"
    ENDORSEMENT = "endorsement"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: kept by its key, so that a new wording changes no answer.

    ``alone``: where several answers can be chosen, this one goes with no other ("none of these").
    """

    key: str
    label: Translated
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, in words or characters. ``min`` and ``max`` belong to it; None where there is none."""

    unit: Literal["words", "characters"]
    max: int | None = None
    min: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition on one earlier question. ``values`` are option keys, country codes or "yes" for a commitment."""

    question: str
    op: Literal["is", "is_not", "any_of", "answered"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combined:
    """All or any of several conditions."""

    how: Literal["all", "any"]
    parts: tuple[Condition, ...]


type Condition = Asked | Combined


@dataclass(frozen=True, slots=True)
class Column:
    """A column of repeated rows: a question of a simple type without stage, condition or audience of its own."""

    key: str
    type: Type
    label: Translated
    required: bool = False
    limit: Limit | None = None
    options: tuple[Option, ...] = ()
    among: tuple[str, ...] = ()
    min: Decimal | str | None = None
    max: Decimal | str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    ``min`` and ``max`` belong to what is allowed: a Decimal for a number, an ISO day for a date, a count for choices,
    countries and rows. ``among`` closes the list of countries. ``fact`` names what the eligibility rules learn from the
    answer (`facts.FACTS`). ``due_days`` is how many days before the deadline of the call a referee or endorser is asked
    to answer. ``ranked``: an endorser says which of the applications comes first. ``letter``: a referee
    writes a text, sends a letter as a file, or either. ``sensitive``: the answer is deleted 30 days after the end of the
    training, whatever else is kept. ``wording`` numbers the text of a commitment; the answer keeps
    the number that was ticked.
    """

    key: str
    type: Type
    label: Translated
    help: Translated = field(default_factory=Translated)
    purpose: Translated = field(default_factory=Translated)
    required: bool = False
    stage: Stage = "apply"
    seen_by: SeenBy = "reviewers"
    identity: bool = False
    sensitive: bool = False
    fact: str = ""
    show_if: Condition | None = None
    limit: Limit | None = None
    options: tuple[Option, ...] = ()
    among: tuple[str, ...] = ()
    min: Decimal | str | None = None
    max: Decimal | str | None = None
    whole: bool = True
    columns: tuple[Column, ...] = ()
    wording: int = 1
    accepts: tuple[str, ...] = ()
    max_mb: int = 5
    max_pages: int | None = None
    document_language: tuple[str, ...] = ()
    channel: str = ""
    due_days: int = 3
    ranked: bool = False
    letter: str = "text"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form. Where ``show_if`` does not hold none of its questions is asked."""

    key: str
    title: Translated
    questions: tuple[Question, ...]
    help: Translated = field(default_factory=Translated)
    show_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was read from a document and is sound: keys are unique, conditions look back, nothing hangs loose."""

    steps: tuple[Step, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order in which it is asked."""
        return tuple(question for step in self.steps for question in step.questions)

    def question(self, key: str) -> Question:
        """KeyError where the form has no such question."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def step_of(self, key: str) -> Step:
        """The step that asks ``key``; KeyError where none does."""
        for step in self.steps:
            if any(question.key == key for question in step.questions):
                return step
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps an application from being submitted: where, and in words. ``code`` is stable."""

    step: str
    question: str
    code: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that an open call does not take. ``path`` is as in `tessera.core.documents`."""

    path: str
    sentence: Sentence
