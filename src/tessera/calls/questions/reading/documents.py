"""From a form back to its document."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from tessera.calls.questions.model import Column, Combined, Condition, Form, Question
from tessera.calls.questions.reading.settings import SETTINGS


def to_document(form: Form) -> dict[str, Any]:
    """The document of ``form``, without what is as usual: `read_form` of it gives an equal form."""
    return {
        "steps": [
            {"key": step.key, "title": dict(step.title)}
            | ({"help": dict(step.help)} if step.help else {})
            | ({"show_if": condition_document(step.show_if)} if step.show_if else {})
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
    if question.sensitive:
        found["sensitive"] = True
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
            found[name] = [
                {"key": option.key, "label": dict(option.label), **({"alone": True} if option.alone else {})}
                for option in value
            ]
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
