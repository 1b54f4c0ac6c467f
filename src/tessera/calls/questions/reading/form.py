"""From a document to a form. What is wrong is said by path, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.questions.facts import FACT_OPTIONS, FACTS, IDENTITY_FACTS, IDENTITY_TYPES
from tessera.calls.questions.model import (
    SEEN_BY,
    STAGES,
    Asked,
    Combined,
    Condition,
    Form,
    Json,
    Option,
    Question,
    Step,
    Type,
)
from tessera.calls.questions.reading.settings import SETTINGS, SettingsReader
from tessera.core.errors import InvalidDocument
from tessera.places import datafiles

MOST_STEPS, MOST_QUESTIONS = 20, 120
DEEPEST = 3

_COMMON = (
    "key", "type", "label", "help", "purpose", "required", "stage", "seen_by", "identity", "sensitive", "fact", "show_if",
)  # fmt: skip
_ASKABLE = (Type.CHOICE, Type.CHOICES, Type.COUNTRY, Type.COUNTRIES, Type.COMMITMENT)  # "is", "any_of" make sense


def read_form(document: Json) -> Form:
    """The form that ``document`` describes; InvalidDocument with a sentence for each path that cannot be taken."""
    reader = _Reader()
    form = reader.form(document)
    if reader.see.errors:
        raise InvalidDocument(reader.see.errors)
    return form


def sketched_question(document: Json) -> Question:
    """The question as far as ``document`` can be read: for a look at what is still being written."""
    return _Reader().question(document, "")


class _Reader(SettingsReader):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.before: dict[str, Question] = {}  # by key, in order: what a condition may look back at
        self.facts: dict[str, str] = {}

    def form(self, document: Json) -> Form:
        given = self.see.mapping(document, "", ("steps",))
        items = self.see.items(given.get("steps"), "steps")
        if not items and not self.see.errors:
            self.see.wrong("steps", _("A form has at least one step."))
        self.at_most(items, "steps", MOST_STEPS)
        keys: set[str] = set()
        for n, item in enumerate(items[:MOST_STEPS]):
            path = f"steps[{n}]"
            given = self.see.mapping(item, path, ("key", "title", "help", "show_if", "questions"))
            key = self.key(given.get("key"), f"{path}.key", keys)
            title = self.texts(given.get("title"), f"{path}.title", limit=120, required=True)
            help_text = self.texts(given.get("help"), f"{path}.help", limit=2_000)
            rows = self.see.items(given.get("questions"), f"{path}.questions")
            show_if = self._condition(given.get("show_if"), f"{path}.show_if", _stage_of(rows))
            questions = [self.question(row, f"{path}.questions[{m}]") for m, row in enumerate(rows[:MOST_QUESTIONS])]
            self.steps.append(Step(key, title, tuple(questions), help_text, show_if))
        if len(self.before) > MOST_QUESTIONS or any(len(step.questions) == MOST_QUESTIONS for step in self.steps):
            self.see.wrong("steps", _("A form has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        return Form(tuple(self.steps))

    def question(self, item: Any, path: str) -> Question:
        kind = self.type(item, path, tuple(Type))
        given = self.see.mapping(item, path, (*_COMMON, *SETTINGS[kind]))
        key = self.key(given.get("key"), f"{path}.key", self.before)
        stage: Any = self.one_of(given, "stage", path, STAGES)
        told = given.get("fact") in IDENTITY_FACTS or kind in IDENTITY_TYPES
        identity = self.flag(given, "identity", path) or told
        seen_by: Any = self.one_of(given, "seen_by", path, SEEN_BY, "committee" if identity else "reviewers")
        if identity and seen_by == "reviewers":
            self.see.wrong(
                f"{path}.seen_by",
                _("This says who the applicant is: reviewers never see it. Choose the committee or the office."),
            )
        settings = self.settings(given, path, kind)
        fact = self._fact(given.get("fact"), f"{path}.fact", kind)
        self._fact_options(fact, settings.get("options", ()), f"{path}.options")
        question = Question(
            key=key,
            type=kind,
            label=self.texts(given.get("label"), f"{path}.label", limit=500, required=True),
            help=self.texts(given.get("help"), f"{path}.help", limit=2_000),
            purpose=self.texts(given.get("purpose"), f"{path}.purpose", limit=500),
            required=self.flag(given, "required", path),
            stage=stage,
            seen_by=seen_by,
            identity=identity,
            sensitive=self.flag(given, "sensitive", path),
            fact=fact,
            show_if=self._condition(given.get("show_if"), f"{path}.show_if", stage),
            **settings,
        )
        if key:
            self.before[key] = question
        return question

    def _fact(self, value: Any, path: str, kind: Type) -> str:
        fact = self.see.known(value, path, tuple(FACTS), _("There is no fact “%(given)s” that a rule could ask for."))
        if not fact or fact not in FACTS:
            return ""
        if kind not in FACTS[fact]:
            self.see.wrong(path, _("A question of this type cannot give the fact “%(fact)s”.") % {"fact": fact})
        elif fact in self.facts:
            self.see.wrong(
                path, _("The question “%(key)s” gives this fact already; one is enough.") % {"key": self.facts[fact]}
            )
        else:
            self.facts[fact] = path
        return fact

    def _fact_options(self, fact: str, options: tuple[Option, ...], path: str) -> None:
        known = FACT_OPTIONS.get(fact)
        for n, option in enumerate(options if known else ()):
            if option.key not in (known or ()):
                sentence = _("The rules do not know “%(given)s”: use %(known)s.")
                self.see.wrong(f"{path}[{n}].key", sentence % {"given": option.key, "known": ", ".join(known or ())})

    def _condition(self, value: Any, path: str, stage: str, depth: int = 0) -> Condition | None:
        if value is None:
            return None
        given = self.see.mapping(value, path, ("question", "op", "values", "all", "any"))
        hows = [how for how in ("all", "any") if how in given]
        if hows:
            if len(given) > 1:
                self.see.wrong(path, _("A condition is either one question, or “all”, or “any” of several conditions."))
            items = self.see.items(given[hows[0]], f"{path}.{hows[0]}")
            if not items or len(items) > 10:
                self.see.wrong(path, _("A group holds from one to ten conditions."))
            if depth >= DEEPEST:
                self.see.wrong(path, _("Conditions are nested too deeply."))
                return None
            parts = [
                self._condition(item, f"{path}.{hows[0]}[{n}]", stage, depth + 1) for n, item in enumerate(items[:10])
            ]
            how: Any = hows[0]
            return Combined(how, tuple(part for part in parts if part is not None))
        return self._asked(given, path, stage)

    def _asked(self, given: dict[str, Any], path: str, stage: str) -> Condition:
        key = given.get("question")
        other = self.before.get(key) if isinstance(key, str) else None
        if other is None:
            self.see.wrong(
                f"{path}.question",
                _("A condition asks about a question that comes before; “%(key)s” does not.") % {"key": key},
            )
        elif stage == "apply" and other.stage == "after_selection":
            self.see.wrong(
                f"{path}.question",
                _("“%(key)s” is asked only after the selection; this question comes earlier.") % {"key": key},
            )
        op: Any = given.get("op")
        if op not in ("is", "is_not", "any_of", "answered"):
            self.see.wrong(f"{path}.op", _("Say whether it is, is not, is any of some answers, or is answered at all."))
            op = "answered"
        values = [value for value in self.see.items(given.get("values"), f"{path}.values") if isinstance(value, str)]
        if other is not None and op != "answered":
            self._values(values, f"{path}.values", op, other)
        return Asked(key if isinstance(key, str) else "", op, () if op == "answered" else tuple(values))

    def _values(self, values: list[str], path: str, op: str, other: Question) -> None:
        if other.type not in _ASKABLE:
            self.see.wrong(
                path,
                _("“%(key)s” has no answers to choose from: ask only whether it is answered.") % {"key": other.key},
            )
            return
        if not values or (op != "any_of" and len(values) > 1):
            self.see.wrong(path, _("Name the answer that is meant, several for “any of”."))
        allowed = allowed_values(other)
        for value in values:
            if value not in allowed:
                self.see.unknown(value, path, allowed, _("“%(given)s” is not an answer to that question."))


def _stage_of(rows: list[Any]) -> str:
    """When a step is first asked: after the selection only where all of its questions are."""
    later = [isinstance(row, Mapping) and row.get("stage") == "after_selection" for row in rows]
    return "after_selection" if later and all(later) else "apply"


def allowed_values(question: Question) -> tuple[str, ...]:
    """What a condition may ask of ``question``: option keys, country codes, "yes"; nothing where it is free text."""
    if question.type in (Type.CHOICE, Type.CHOICES):
        return tuple(option.key for option in question.options)
    if question.type in (Type.COUNTRY, Type.COUNTRIES):
        return question.among or tuple(datafiles.read("countries")["countries"])
    return ("yes",) if question.type is Type.COMMITMENT else ()
