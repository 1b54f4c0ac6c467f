"""From a posted form to raw answers, by question. Nothing is judged here: what cannot be read stays as it came.

A control is named ``q-<key>``, its parts ``q-<key>-<part>``, cells of rows ``q-<key>-<n>-<column>``. ``was-<key>``
stands beside each question that the page showed, with a mark of what it showed, ``base-<key>`` beside what is written
on a page with a script: the page's revision and device, which stay with the text until it has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from tessera.calls.questions import Form, Question, Type
from tessera.calls.questions.cleaning import PARTS
from tessera.calls.questions.model import Json

_CELL = re.compile(r"(\d{1,3})-([a-z][a-z0-9_]*)", re.ASCII)
LANGUAGE_PARTS = ("language", "spoken", "written")


def raw_answers(form: Form, data: QueryDict) -> dict[str, Json]:
    """What was written, by the keys of the questions that the page showed; files come another way."""
    cells = _cells(data)
    return {
        question.key: _raw(question, data, cells)
        for question in form.questions
        if f"was-{question.key}" in data and question.type is not Type.FILE
    }


def marks(data: Mapping[str, Any]) -> dict[str, str]:
    """What the page showed, by question, as ``services.digest_of`` marks it."""
    return {name[4:]: str(data[name]) for name in data if name.startswith("was-")}


def bases(data: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Revision and device of the page on which an answer was written, where that was an earlier one, by question."""
    found = {}
    for name in data:
        number, _space, device = str(data[name]).partition(" ")
        if name.startswith("base-") and (revision := whole(number)) is not None:
            found[name[5:]] = (revision, device)
    return found


def whole(text: str | None, *, most: int = 9) -> int | None:
    """A number of at most ``most`` digits that a page sent back, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= most else None


def _raw(question: Question, data: QueryDict, cells: Mapping[str, dict[int, dict[str, str]]]) -> Json:
    name = f"q-{question.key}"
    if question.type in (Type.ROWS, Type.LANGUAGE_TABLE):
        return [row for _n, row in sorted(cells.get(name, {}).items())]
    if question.type in (Type.CHOICES, Type.COUNTRIES):
        return data.getlist(name)
    if question.type is Type.COMMITMENT:
        return {"agreed": "yes", "wording": whole(data.get(name))} if name in data else None
    if question.type in PARTS:
        return {part: data.get(f"{name}-{part}", "") for part in PARTS[question.type]}
    return data.get(name, "")


def _cells(data: QueryDict) -> dict[str, dict[int, dict[str, str]]]:
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name in data:
        if not name.startswith("q-"):
            continue
        question, _dash, rest = name[2:].partition("-")
        match = _CELL.fullmatch(rest)
        if match:
            found.setdefault(f"q-{question}", {}).setdefault(int(match[1]), {})[match[2]] = str(data[name])
    return found
