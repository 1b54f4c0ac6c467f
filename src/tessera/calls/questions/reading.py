"""From a document to a form and back. What is wrong is said by path, all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import gettext as _

from tessera.calls.questions.facts import FACT_OPTIONS, FACTS, IDENTITY_FACTS, IDENTITY_TYPES
from tessera.calls.questions.model import (
    SEEN_BY,
    STAGES,
    Asked,
    Column,
    Combined,
    Condition,
    Form,
    Json,
    Limit,
    Option,
    Question,
    Step,
    Type,
)
from tessera.core.checks import Checked
from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated
from tessera.places import datafiles
from tessera.places.wording import known_names

MOST_STEPS, MOST_QUESTIONS, MOST_OPTIONS, MOST_COLUMNS, MOST_ROWS = 20, 120, 300, 8, 40
MOST_WORDS, MOST_CHARACTERS = 5_000, 30_000
DEEPEST = 3
FORMATS = ("pdf", "jpeg", "png")
CHANNELS = ("national_committee", "employer", "other")
COLUMN_TYPES = (Type.SHORT_TEXT, Type.LONG_TEXT, Type.CHOICE, Type.COUNTRY, Type.DATE, Type.NUMBER, Type.EMAIL)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,63}", re.ASCII)  # a year may be one
_COMMON = (
    "key", "type", "label", "help", "purpose", "required", "stage", "seen_by", "identity", "fact", "show_if",
)  # fmt: skip
# What each type adds. A setting of another type is refused: it would promise what never happens.
SETTINGS: Mapping[Type, tuple[str, ...]] = {
    Type.SHORT_TEXT: ("limit",),
    Type.LONG_TEXT: ("limit",),
    Type.CHOICE: ("options",),
    Type.CHOICES: ("options", "min", "max"),
    Type.COUNTRY: ("among",),
    Type.COUNTRIES: ("among", "min", "max"),
    Type.DATE: ("min", "max"),
    Type.NUMBER: ("min", "max", "whole"),
    Type.EMAIL: (),
    Type.PHONE: (),
    Type.LANGUAGE_TABLE: ("min", "max"),
    Type.ROWS: ("columns", "min", "max"),
    Type.COMMITMENT: ("wording",),
    Type.FILE: ("accepts", "max_mb", "max_pages", "document_language"),
    Type.REFEREE: ("due_days",),
    Type.ENDORSEMENT: ("channel", "due_days"),
    Type.SIGNATURE: (),
}
_ASKABLE = (Type.CHOICE, Type.CHOICES, Type.COUNTRY, Type.COUNTRIES, Type.COMMITMENT)  # "is", "any_of" make sense


def read_form(document: Json) -> Form:
    """The form that ``document`` describes; InvalidDocument with a sentence for each path that cannot be taken."""
    reader = _Reader()
    form = reader.form(document)
    if reader.see.errors:
        raise InvalidDocument(reader.see.errors)
    return form


def to_document(form: Form) -> dict[str, Any]:
    """The document of ``form``, without what is as usual: `read_form` of it gives an equal form."""
    return {
        "steps": [
            {"key": step.key, "title": dict(step.title)}
            | ({"help": dict(step.help)} if step.help else {})
            | {"questions": [question_document(question) for question in step.questions]}
            for step in form.steps
        ]
    }


def question_document(question: Question) -> dict[str, Any]:
    """One question as it stands in a document."""
    found: dict[str, Any] = {"key": question.key, "type": str(question.type), "label": dict(question.label)}
    for name in ("help", "purpose"):
        if texts := getattr(question, name):
            found[name] = dict(texts)
    found |= {"required": question.required, "stage": question.stage, "seen_by": question.seen_by}
    found["identity"] = question.identity
    if question.fact:
        found["fact"] = question.fact
    found["show_if"] = condition_document(question.show_if) if question.show_if else None
    return found | _settings_document(question, SETTINGS[question.type])


def condition_document(condition: Condition) -> dict[str, Any]:
    """A condition as it stands in a document."""
    if isinstance(condition, Combined):
        return {condition.how: [condition_document(part) for part in condition.parts]}
    found: dict[str, Any] = {"question": condition.question, "op": condition.op}
    return found | ({"values": list(condition.values)} if condition.op != "answered" else {})


def _settings_document(item: Question | Column, names: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(item, name, None)
        if value is None or value == ():
            continue
        if name == "limit":
            found[name] = {"unit": value.unit, "max": value.max, "min": value.min}
        elif name == "options":
            found[name] = [{"key": option.key, "label": dict(option.label)} for option in value]
        elif name == "columns":
            found[name] = [_column_document(column) for column in value]
        elif isinstance(value, Decimal):
            found[name] = int(value) if value == value.to_integral_value() else str(value)
        else:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def _column_document(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"key": column.key, "type": str(column.type), "label": dict(column.label)}
    return found | {"required": column.required} | _settings_document(column, SETTINGS[column.type])


class _Reader:
    def __init__(self) -> None:
        self.see = Checked()
        self.steps: list[Step] = []
        self.before: dict[str, Question] = {}  # by key, in order: what a condition may look back at
        self.facts: dict[str, str] = {}

    def form(self, document: Json) -> Form:
        given = self.see.mapping(document, "", ("steps",))
        items = self.see.items(given.get("steps"), "steps")
        if not items and not self.see.errors:
            self.see.wrong("steps", _("A form has at least one step."))
        self._at_most(items, "steps", MOST_STEPS)
        keys: set[str] = set()
        for n, item in enumerate(items[:MOST_STEPS]):
            path = f"steps[{n}]"
            given = self.see.mapping(item, path, ("key", "title", "help", "questions"))
            key = self._key(given.get("key"), f"{path}.key", keys)
            title = self._texts(given.get("title"), f"{path}.title", limit=120, required=True)
            help_text = self._texts(given.get("help"), f"{path}.help", limit=2_000)
            rows = self.see.items(given.get("questions"), f"{path}.questions")
            questions = [self.question(row, f"{path}.questions[{m}]") for m, row in enumerate(rows[:MOST_QUESTIONS])]
            self.steps.append(Step(key, title, tuple(questions), help_text))
        if len(self.before) > MOST_QUESTIONS or any(len(step.questions) == MOST_QUESTIONS for step in self.steps):
            self.see.wrong("steps", _("A form has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
        return Form(tuple(self.steps))

    def question(self, item: Any, path: str) -> Question:
        kind = self._type(item, path, tuple(Type))
        given = self.see.mapping(item, path, (*_COMMON, *SETTINGS[kind]))
        key = self._key(given.get("key"), f"{path}.key", self.before)
        stage: Any = self._one_of(given, "stage", path, STAGES)
        told = given.get("fact") in IDENTITY_FACTS or kind in IDENTITY_TYPES
        identity = self._flag(given, "identity", path) or told
        seen_by: Any = self._one_of(given, "seen_by", path, SEEN_BY, "committee" if identity else "reviewers")
        if identity and seen_by == "reviewers":
            self.see.wrong(
                f"{path}.seen_by",
                _("This says who the applicant is: reviewers never see it. Choose the committee or the office."),
            )
        settings = self._settings(given, path, kind)
        fact = self._fact(given.get("fact"), f"{path}.fact", kind)
        self._fact_options(fact, settings.get("options", ()), f"{path}.options")
        question = Question(
            key=key,
            type=kind,
            label=self._texts(given.get("label"), f"{path}.label", limit=500, required=True),
            help=self._texts(given.get("help"), f"{path}.help", limit=2_000),
            purpose=self._texts(given.get("purpose"), f"{path}.purpose", limit=500),
            required=self._flag(given, "required", path),
            stage=stage,
            seen_by=seen_by,
            identity=identity,
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

    def _settings(self, given: dict[str, Any], path: str, kind: Type) -> dict[str, Any]:
        names = SETTINGS[kind]
        found: dict[str, Any] = {}
        if "limit" in names:
            found["limit"] = self._limit(given.get("limit"), f"{path}.limit")
        if "options" in names:
            found["options"] = self._options(given.get("options"), f"{path}.options")
        if "among" in names:
            found["among"] = self._codes(given.get("among"), f"{path}.among", "countries")
        if "columns" in names:
            found["columns"] = self._columns(given.get("columns"), f"{path}.columns")
        if "whole" in names:
            found["whole"] = given.get("whole") is not False
        if "min" in names:
            found["min"], found["max"] = self._bounds(given, path, kind)
        if kind is Type.FILE:
            found |= self._file(given, path)
        if "wording" in names:
            found["wording"] = self.see.whole(given.get("wording", 1), f"{path}.wording", least=1, most=10_000) or 1
        if "due_days" in names:
            days = self.see.whole(given.get("due_days", 3), f"{path}.due_days", most=90)
            found["due_days"] = 3 if days is None else days
        if "channel" in names:
            found["channel"] = self._one_of(given, "channel", path, CHANNELS)
        return found

    def _limit(self, value: Any, path: str) -> Limit | None:
        given = self.see.mapping(value, path, ("unit", "max", "min"))
        if not given:
            return None
        unit: Any = self._one_of(given, "unit", path, ("words", "characters"))
        ceiling = MOST_WORDS if unit == "words" else MOST_CHARACTERS
        most = self.see.whole(given.get("max"), f"{path}.max", least=1, most=ceiling)
        least = self.see.whole(given.get("min"), f"{path}.min", least=1, most=ceiling)
        if most is not None and least is not None and most < least:
            self.see.wrong(f"{path}.max", _("The most is less than the least."))
        return Limit(unit, most, least) if most or least else None

    def _options(self, value: Any, path: str) -> tuple[Option, ...]:
        items = self.see.items(value, path)
        self._at_most(items, path, MOST_OPTIONS)
        if len(items) < 1:
            self.see.wrong(path, _("List the answers that can be chosen."))
        keys: set[str] = set()
        found = []
        for n, item in enumerate(items[:MOST_OPTIONS]):
            here = f"{path}[{n}]"
            given = self.see.mapping(item, here, ("key", "label"))
            key = self._key(given.get("key"), f"{here}.key", keys, _OPTION_KEY)
            found.append(Option(key, self._texts(given.get("label"), f"{here}.label", limit=300, required=True)))
        return tuple(found)

    def _columns(self, value: Any, path: str) -> tuple[Column, ...]:
        items = self.see.items(value, path)
        self._at_most(items, path, MOST_COLUMNS)
        if not items:
            self.see.wrong(path, _("Repeated rows have at least one column."))
        keys: set[str] = set()
        found = []
        for n, item in enumerate(items[:MOST_COLUMNS]):
            here = f"{path}[{n}]"
            kind = self._type(item, here, COLUMN_TYPES)
            given = self.see.mapping(item, here, ("key", "type", "label", "required", *SETTINGS[kind]))
            found.append(
                Column(
                    self._key(given.get("key"), f"{here}.key", keys),
                    kind,
                    self._texts(given.get("label"), f"{here}.label", limit=200, required=True),
                    self._flag(given, "required", here),
                    **self._settings(given, here, kind),
                )
            )
        return tuple(found)

    def _bounds(self, given: dict[str, Any], path: str, kind: Type) -> tuple[Any, Any]:
        read: Any = {Type.DATE: self._day, Type.NUMBER: self._number}.get(kind, self._count)
        least, most = (read(given.get(name), f"{path}.{name}") for name in ("min", "max"))
        if least is not None and most is not None and most < least:
            self.see.wrong(f"{path}.max", _("The most is less than the least."))
        return least, most

    def _day(self, value: Any, path: str) -> str | None:
        text = self.see.text(value, path)
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.see.wrong(path, _("“%(given)s” is not a day: write for example 2027-03-15.") % {"given": text})
            return None

    def _number(self, value: Any, path: str) -> Decimal | None:
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) > 10**12:
            self.see.wrong(path, _("Here a number is expected."))
            return None
        return number

    def _count(self, value: Any, path: str) -> Decimal | None:
        count = self.see.whole(value, path, most=MOST_OPTIONS)
        return None if count is None else Decimal(count)

    def _file(self, given: dict[str, Any], path: str) -> dict[str, Any]:
        accepts = self.see.items(given.get("accepts", FORMATS), f"{path}.accepts")
        for n, name in enumerate(accepts):
            self.see.known(name, f"{path}.accepts[{n}]", FORMATS, _("Files of the type “%(given)s” are not taken."))
        return {
            "accepts": tuple(name for name in FORMATS if name in accepts) or FORMATS,
            "max_mb": self.see.whole(given.get("max_mb", 5), f"{path}.max_mb", least=1, most=40) or 5,
            "max_pages": self.see.whole(given.get("max_pages"), f"{path}.max_pages", least=1, most=200),
            "document_language": self._codes(given.get("document_language"), f"{path}.document_language", "languages"),
        }

    def _codes(self, value: Any, path: str, file: Literal["countries", "languages"]) -> tuple[str, ...]:
        known = known_names(file)
        sentences = {
            "countries": _("“%(given)s” is not the code of a country or territory."),
            "languages": _("“%(given)s” is not the tag of a language."),
        }
        codes = [
            self.see.known(code, f"{path}[{n}]", known, sentences[file])
            for n, code in enumerate(self.see.items(value, path))
        ]
        return tuple(dict.fromkeys(filter(None, codes)))

    def _type(self, item: Any, path: str, types: Collection[Type]) -> Type:
        value = item.get("type") if isinstance(item, Mapping) else None
        if isinstance(value, str) and value in types:
            return Type(value)
        self.see.unknown(
            str(value or ""), f"{path}.type", [str(kind) for kind in types], _("“%(given)s” is not a type of question.")
        )
        return Type.SHORT_TEXT

    def _key(self, value: Any, path: str, taken: Any, shape: re.Pattern[str] = _KEY) -> str:
        if not isinstance(value, str) or not shape.fullmatch(value):
            self.see.wrong(path, _("A key has small letters, digits and underscores, and begins with a letter."))
            return ""
        if value in taken:
            self.see.wrong(path, _("“%(key)s” is used twice.") % {"key": value})
        if isinstance(taken, set):
            taken.add(value)
        return value

    def _texts(self, value: Any, path: str, *, limit: int, required: bool = False) -> Translated:
        found = Translated(self.see.texts(value, path, limit=limit, lines=True))
        if required and not found and not any(where.startswith(path) for where in self.see.errors):
            self.see.wrong(path, _("This may not be empty."))
        return found

    def _flag(self, given: dict[str, Any], name: str, path: str) -> bool:
        value = given.get(name, False)
        if not isinstance(value, bool):
            self.see.wrong(f"{path}.{name}", _("Here yes or no is expected."))
        return value is True

    def _one_of(self, given: dict[str, Any], name: str, path: str, options: tuple[str, ...], usual: str = "") -> str:
        value = given.get(name, usual or options[0])
        if value not in options:
            self.see.unknown(str(value), f"{path}.{name}", options, _("“%(given)s” is not possible here."))
            return usual or options[0]
        return value

    def _at_most(self, items: list[Any], path: str, most: int) -> None:
        if len(items) > most:
            self.see.wrong(path, _("Here at most %(most)s fit.") % {"most": most})


def allowed_values(question: Question) -> tuple[str, ...]:
    """What a condition may ask of ``question``: option keys, country codes, "yes"; nothing where it is free text."""
    if question.type in (Type.CHOICE, Type.CHOICES):
        return tuple(option.key for option in question.options)
    if question.type in (Type.COUNTRY, Type.COUNTRIES):
        return question.among or tuple(datafiles.read("countries")["countries"])
    return ("yes",) if question.type is Type.COMMITMENT else ()
