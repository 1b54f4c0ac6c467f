"""Texts of questions and rules that some language still lacks. They have no states: a text is written or it is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

type Texts = Mapping[str, str]

_OF_QUESTION = ("label", "help", "purpose")


def unwritten(texts: Iterable[Texts], languages: Collection[str]) -> dict[str, int]:
    """How many of ``texts`` are written in some language and not in each of ``languages``; those with none are left out."""
    found = [text for text in texts if any(text.values())]
    counts = {language: sum(not text.get(language) for text in found) for language in languages}
    return {language: n for language, n in counts.items() if n}


def form_texts(document: Mapping[str, Any]) -> Iterator[Texts]:
    """The texts of a form: of its steps, their questions, and what these offer to choose."""
    for step in document.get("steps", ()):
        yield from (step.get(name) or {} for name in ("title", "help"))
        for question in step.get("questions", ()):
            yield from (question.get(name) or {} for name in _OF_QUESTION)
            for part in (question, *question.get("columns", ())):
                yield from (option["label"] for option in part.get("options", ()))
            yield from (column["label"] for column in question.get("columns", ()))


def rule_texts(document: Mapping[str, Any]) -> Iterator[Texts]:
    """The reasons of the rules of everybody and of the strands, those inside groups included."""
    for part in (document, *document.get("strands", {}).values()):
        yield from _reasons(part.get("rules", ()))


def _reasons(rules: Iterable[Mapping[str, Any]]) -> Iterator[Texts]:
    for rule in rules:
        yield rule.get("reason") or {}
        yield from _reasons(rule.get("rules", ()))
