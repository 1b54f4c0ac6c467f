"""The questions that calls have asked before, and the form that a regional training starts from."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.conf import settings

from tessera.calls.questions.model import Form, Question
from tessera.calls.questions.reading import read_form, sketched_question
from tessera.core.translated import Translated

_YEARS = 3
_OF_YEARS = "dues_years"


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question to take over. ``document`` is as in a form; its condition may ask about another question of the bank."""

    group: str
    group_title: Translated
    document: dict[str, Any]


def bank(year: int) -> tuple[BankQuestion, ...]:
    """Every question of the bank, group after group; ``year`` is that of the call, for questions about years."""
    titles = {group["key"]: Translated(_spoken(group["title"])) for group in _data()["groups"]}
    return tuple(
        BankQuestion(row["group"], titles[row["group"]], _question(row["question"], year))
        for row in _data()["questions"]
    )


def default_document(year: int) -> dict[str, Any]:
    """The document of the form of a regional training."""
    questions = {row.document["key"]: row.document for row in bank(year)}
    return {
        "steps": [
            {
                "key": step["key"],
                "title": _spoken(step["title"]),
                "questions": [questions[key] for key in step["questions"]],
            }
            for step in _data()["regional_training"]
        ]
    }


def default_form(year: int) -> Form:
    """The form of a regional training: who, work, why, documents and grant, commitments, and what comes after selection."""
    return read_form(default_document(year))


def usual_questions() -> tuple[Question, ...]:
    """The questions of the bank, without conditions; the years of dues, which each call has for itself, are left out."""
    return _usual(tuple(settings.CONTENT_LANGUAGES))


@cache
def _usual(_languages: tuple[str, ...]) -> tuple[Question, ...]:
    return tuple(
        sketched_question(_spoken(row["question"]) | {"show_if": None})
        for row in _data()["questions"]
        if row["question"]["key"] != _OF_YEARS
    )


def _question(document: dict[str, Any], year: int) -> dict[str, Any]:
    found = _spoken(deepcopy(document))
    if found["key"] == _OF_YEARS:
        years = [str(year - back) for back in range(_YEARS)]
        found["options"] = [{"key": key, "label": dict.fromkeys(settings.CONTENT_LANGUAGES, key)} for key in years]
    return found


def _spoken(value: Any) -> Any:
    """``value`` with the texts of those languages only that the site has; a language more starts without a text."""
    if isinstance(value, list):
        return [_spoken(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "en" in value:
        return {language: text for language, text in value.items() if language in settings.CONTENT_LANGUAGES} or value
    return {key: _spoken(item) for key, item in value.items()}


@cache
def _data() -> Any:
    return json.loads(resources.files("tessera.calls").joinpath("data", "questions.json").read_text("utf-8"))
