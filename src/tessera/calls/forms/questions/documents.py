"""A question of a form flattened for its page, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from tessera.calls.forms.questions.conditions import condition_of, questions_of, rows_of
from tessera.calls.forms.questions.words import FORMATS
from tessera.calls.questions.editing import free_key, question_in
from tessera.calls.questions.facts import IDENTITY_TYPES
from tessera.calls.questions.model import Type
from tessera.calls.questions.reading import SETTINGS

type Document = dict[str, Any]


def blank_question(kind: Type, step: str) -> Document:
    """What the page of a new question begins with."""
    found: Document = {
        "type": str(kind),
        "step": step,
        "stage": "apply",
        "seen_by": "committee" if kind in IDENTITY_TYPES else "reviewers",
        "show": {"how": "all"},
    }
    if kind is Type.LONG_TEXT:
        found["limit"] = {"unit": "words", "max": 300}
    elif kind is Type.SHORT_TEXT:
        found["limit"] = {"unit": "characters"}
    elif kind is Type.FILE:
        found |= {"accepts": [code for code, _name in FORMATS], "max_mb": 5}
    elif kind in (Type.REFEREE, Type.ENDORSEMENT):
        found["due_days"] = 3
    return found


def flattened(question: Mapping[str, Any], step: str) -> Document:
    """A question of a document as its page has it: the step, the condition as rows, the options of columns as lines."""
    found = deepcopy(dict(question)) | {"step": step, "show": rows_of(question.get("show_if"))}
    found["decimals"] = question.get("whole") is False
    if question["type"] == Type.NUMBER:  # nought is a bound too
        found |= {name: str(found[name]) for name in ("min", "max") if found.get(name) is not None}
    for column in found.get("columns", ()):
        options = column.get("options", [])
        languages = {language for option in options for language in option["label"]}
        column["lines"] = {
            language: "\n".join(option["label"].get(language, "") for option in options) for language in languages
        }
    return found


def put_together(flat: Mapping[str, Any], document: Mapping[str, Any], kind: Type, *, was: str = "") -> Document:
    """The question as it goes into the form ``document``: what is empty is left out, missing keys are made."""
    taken = {question["key"] for step in document["steps"] for question in step["questions"] if question["key"] != was}
    names = (
        "label",
        "help",
        "purpose",
        "required",
        "stage",
        "seen_by",
        "identity",
        "sensitive",
        "fact",
        *SETTINGS[kind],
    )
    found: Document = {"type": str(kind), **{name: flat[name] for name in names if flat.get(name) not in (None, "")}}
    found["key"] = (
        was or (flat.get("key") or "").strip() or free_key(flat.get("label") or {}, taken, fallback="question")
    )
    if "limit" in found and not (found["limit"].get("max") or found["limit"].get("min")):
        del found["limit"]
    if "options" in found:
        found["options"] = _keyed(found["options"])
    if "columns" in found:
        found["columns"] = [_column(column) for column in _keyed(found["columns"], fallback="column")]
    if kind is Type.NUMBER:
        found["whole"] = not flat.get("decimals")
    if kind is Type.COMMITMENT:
        found["wording"] = _wording(found, question_in(document, was) if was else None)
    found["show_if"] = condition_of(flat.get("show") or {})
    return found


def _keyed(rows: list[Document], fallback: str = "answer") -> list[Document]:
    taken = {row["key"] for row in rows if row.get("key")}
    found = []
    for row in rows:
        key = row.get("key") or free_key(row.get("label") or {}, taken, fallback=fallback, digits=fallback == "answer")
        taken.add(key)
        said = {name: value for name, value in row.items() if value is not None}
        found.append({**said, "key": key, "label": row.get("label") or {}})
    return found


def _column(column: Document) -> Document:
    fresh = {name: value for name, value in column.items() if name not in ("lines", "options") and value is not None}
    kind = Type(column["type"]) if column.get("type") in list(Type) else Type.SHORT_TEXT
    fresh = {
        name: value for name, value in fresh.items() if name in ("key", "type", "label", "required", *SETTINGS[kind])
    }
    if kind is not Type.CHOICE:
        return fresh
    held = column.get("options", [])
    lines = {language: text.split("\n") for language, text in (column.get("lines") or {}).items()}
    count = max((len(texts) for texts in lines.values()), default=0)
    options = []
    for n in range(count):
        label = {language: texts[n].strip() for language, texts in lines.items() if n < len(texts) and texts[n].strip()}
        same = next((o for o in held if any(o["label"].get(lang) == text for lang, text in label.items())), None)
        if label:
            options.append({"key": same["key"] if same else "", "label": label})
    return {**fresh, "options": _keyed(options)}


def _wording(fresh: Mapping[str, Any], before: Mapping[str, Any] | None) -> int:
    """A promise that says something else than before has a new number, so that drafts agree to it again."""
    if before is None:
        return 1
    number = int(before.get("wording", 1))
    texts = [(before.get(name, {}), fresh.get(name, {})) for name in ("label", "help")]
    changed = any(text != after.get(language) for old, after in texts for language, text in old.items())
    return number + 1 if changed else number


def taken_from_bank(question: Mapping[str, Any], keys: list[str]) -> tuple[Document, bool]:
    """A question of the bank for a form that has ``keys``; a condition on a question that it lacks is left out."""
    fresh = deepcopy(dict(question))
    condition = fresh.get("show_if")
    asked = questions_of(condition)
    if asked <= set(keys):
        return fresh, False
    return {**fresh, "show_if": None}, True
