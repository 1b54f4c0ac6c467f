"""One change to a form at a time, on its document: what the builder's buttons do. Each returns a new document."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from tessera.core.codes import slug_of
from tessera.core.translated import best

type Document = dict[str, Any]

LONGEST_KEY = 50


def steps_in(document: Mapping[str, Any]) -> list[Document]:
    """The steps of a document, as they stand."""
    return list(document.get("steps", ()))


def step_in(document: Mapping[str, Any], key: str) -> Document | None:
    return next((step for step in steps_in(document) if step["key"] == key), None)


def question_in(document: Mapping[str, Any], key: str) -> Document | None:
    """The question as it stands; None where the form has none of that key."""
    place = place_of(document, key)
    return document["steps"][place[0]]["questions"][place[1]] if place else None


def place_of(document: Mapping[str, Any], key: str) -> tuple[int, int] | None:
    """(place of the step, place in the step) of a question."""
    for n, step in enumerate(steps_in(document)):
        for m, question in enumerate(step["questions"]):
            if question["key"] == key:
                return n, m
    return None


def questions_in(document: Mapping[str, Any]) -> list[Document]:
    """Every question as it stands, in the order of the form."""
    return [question for step in steps_in(document) for question in step["questions"]]


def question_keys(document: Mapping[str, Any]) -> list[str]:
    return [question["key"] for question in questions_in(document)]


def earlier_questions(document: Mapping[str, Any], key: str = "", step: str = "") -> list[Document]:
    """What a condition of the question ``key`` may look back at; of a new one at the end of ``step``."""
    found: list[Document] = []
    for part in steps_in(document):
        for question in part["questions"]:
            if key and question["key"] == key:
                return found
            found.append(question)
        if not key and part["key"] == step:
            break
    return found


def questions_before(document: Mapping[str, Any], step: str = "") -> list[Document]:
    """What a condition of ``step`` may look back at; of a new one, at the end, every question."""
    found: list[Document] = []
    for part in steps_in(document):
        if part["key"] == step:
            break
        found += part["questions"]
    return found


def with_question(document: Mapping[str, Any], question: Mapping[str, Any], step: str, was: str = "") -> Document:
    """With ``question`` in the place of ``was``, or at the end of ``step``; it moves to ``step`` where that differs."""
    fresh = _copy(document)
    place = place_of(fresh, was) if was else None
    if place and fresh["steps"][place[0]]["key"] == step:
        fresh["steps"][place[0]]["questions"][place[1]] = deepcopy(dict(question))
        return fresh
    if place:
        del fresh["steps"][place[0]]["questions"][place[1]]
    into = step_in(fresh, step)
    if into is not None:
        into["questions"].append(deepcopy(dict(question)))
    return fresh


def without_question(document: Mapping[str, Any], key: str) -> Document:
    fresh = _copy(document)
    place = place_of(fresh, key)
    if place:
        del fresh["steps"][place[0]]["questions"][place[1]]
    return fresh


def moved_question(document: Mapping[str, Any], key: str, by: int) -> Document:
    """One place up (-1) or down (1); past the edge of its step it goes into the next one."""
    place = place_of(document, key)
    if place is None:
        return _copy(document)
    n, m = place
    steps = steps_in(document)
    if 0 <= m + by < len(steps[n]["questions"]):
        return placed_question(document, key, steps[n]["key"], m + by)
    if 0 <= n + by < len(steps):
        return placed_question(document, key, steps[n + by]["key"], len(steps[n + by]["questions"]) if by < 0 else 0)
    return _copy(document)


def placed_question(document: Mapping[str, Any], key: str, step: str, place: int) -> Document:
    """With the question at ``place`` of ``step``, counted without itself; unknown names change nothing."""
    question = question_in(document, key)
    fresh = without_question(document, key)
    into = step_in(fresh, step)
    if question is None or into is None:
        return _copy(document)
    into["questions"].insert(max(0, place), deepcopy(question))
    return fresh


def with_step(document: Mapping[str, Any], step: Mapping[str, Any], was: str = "") -> Document:
    """With texts and condition of ``step`` in the place of ``was``, or as a last step without questions."""
    fresh = _copy(document)
    own = step_in(fresh, was) if was else None
    if own is not None:
        own.update({name: deepcopy(step.get(name, {})) for name in ("title", "help")})
        own.pop("show_if", None)
        if step.get("show_if"):
            own["show_if"] = deepcopy(step["show_if"])
    elif not was:
        fresh["steps"].append({**deepcopy(dict(step)), "questions": []})
    return fresh


def without_step(document: Mapping[str, Any], key: str) -> Document:
    """Without the step and its questions."""
    fresh = _copy(document)
    fresh["steps"] = [step for step in fresh["steps"] if step["key"] != key]
    return fresh


def moved_step(document: Mapping[str, Any], key: str, by: int) -> Document:
    fresh = _copy(document)
    keys = [step["key"] for step in fresh["steps"]]
    if key in keys and 0 <= keys.index(key) + by < len(keys):
        n = keys.index(key)
        fresh["steps"][n], fresh["steps"][n + by] = fresh["steps"][n + by], fresh["steps"][n]
    return fresh


def free_key(texts: Mapping[str, str] | str, taken: Collection[str], *, fallback: str, digits: bool = False) -> str:
    """A key made of a text in its best language: small letters, digits and underscores, none of ``taken``.

    With ``digits`` it may begin with one, as the keys of options may.
    """
    text = texts if isinstance(texts, str) else best(texts)[0]
    base = re.sub(r"[^a-z0-9]+", "_", slug_of(text))[:LONGEST_KEY].strip("_")
    if not base or not (digits or base[0].isalpha()):
        base = f"{fallback}_{base}".strip("_")
    key, n = base, 1
    while key in taken:
        n += 1
        key = f"{base}_{n}"
    return key


def _copy(document: Mapping[str, Any]) -> Document:
    return {"steps": deepcopy(steps_in(document))}
