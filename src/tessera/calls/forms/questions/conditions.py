"""“Asked only if”: conditions as rows of a page, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from tessera.calls.forms.questions.words import YES
from tessera.calls.questions.model import Type
from tessera.core.translated import best
from tessera.places.queries import country_choices
from tessera.web.punctuation import listed
from tessera.web.sections import Item, SectionForm
from tessera.web.sections.items import Block
from tessera.web.sections.paths import Json, value_at

type Document = dict[str, Any]

GROUPS = "abcdef"


@dataclass(frozen=True)
class AnswersOf(Item):
    """Some answers of the question that the same row names; they are shown once it is known."""

    template: ClassVar[str] = "calls/answers.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        choices = list(form.context.get("answers", {}).get(self._asked(form, name), ()))
        known = {code for code, _label in choices}
        kept = [code for code in value or () if code not in known] if not form.is_bound else []
        form.fields[name] = forms.MultipleChoiceField(
            label=self.label,
            required=False,
            choices=[*choices, *((code, code) for code in kept)],
            initial=list(value or ()),
            widget=forms.CheckboxSelectMultiple,
        )

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]

    def block(self, form: SectionForm, name: str) -> Block:
        rows = name.rsplit("-", 2)[0]
        return Block(self.template, self, name, {"field": form[name], "rows": rows, "many": len(form[name]) > 12})

    def _asked(self, form: SectionForm, name: str) -> str:
        row = name.removesuffix("values")
        if form.is_bound:
            return str(form.data.get(f"{row}question") or "")
        n = int(row.rstrip("-").rpartition("-")[2])
        held = value_at(form.document, "show.rows") or []
        return str(held[n].get("question", "")) if n < len(held) else ""


def rows_of(condition: Mapping[str, Any] | None) -> Document:
    """A condition as rows of the page; those of one ``group`` count as one. What rows cannot say comes whole (``nested``).

    Two layers fit: where all have to hold, one of a group is enough, and the other way round.
    """
    if not condition:
        return {"how": "all"}
    found = _rows(condition)
    if found is None or condition_of(found) != dict(condition):
        return {"how": "all", "nested": deepcopy(dict(condition))}
    return found


def _rows(condition: Mapping[str, Any]) -> Document | None:
    how = next((how for how in ("all", "any") if how in condition), None)
    if how is None:
        return {"how": "all", "rows": [deepcopy(dict(condition))]}
    rows: list[Document] = []
    letters = iter(GROUPS)
    for part in condition[how]:
        inner = [part] if "question" in part else part.get(_other(how), ())
        if not inner or any("question" not in one for one in inner):
            return None
        letter = "" if "question" in part else next(letters, None)
        if letter is None:
            return None
        rows += [deepcopy(dict(one)) | ({"group": letter} if letter else {}) for one in inner]
    return {"how": how, "rows": rows}


def condition_of(show: Mapping[str, Any]) -> Document | None:
    """The condition that the rows of the page say; without rows the one that the page kept whole."""
    return _built(show)[0]


def _built(show: Mapping[str, Any]) -> tuple[Document | None, dict[str, int]]:
    """(the condition, which row stands at which of its paths)."""
    how = show.get("how") or "all"
    parts: dict[str, list[tuple[int, Document]]] = {}
    for n, row in enumerate(show.get("rows") or ()):
        plain = {"question": row.get("question") or "", "op": row.get("op") or "is"}
        plain |= {} if row.get("op") == "answered" else {"values": list(row.get("values") or ())}
        parts.setdefault(row.get("group") or f"row {n}", []).append((n, plain))
    if not parts:
        return show.get("nested"), {}
    found: list[Document] = []
    paths: dict[str, int] = {}
    for k, members in enumerate(parts.values()):
        here = f".{how}[{k}]" if len(parts) > 1 else ""
        if len(members) == 1:
            paths[here] = members[0][0]
            found.append(members[0][1])
        else:
            paths |= {f"{here}.{_other(how)}[{m}]": n for m, (n, _row) in enumerate(members)}
            found.append({_other(how): [row for _n, row in members]})
    return (found[0] if len(found) == 1 else {how: found}), paths


def _other(how: str) -> str:
    return "any" if how == "all" else "all"


def condition_words(condition: Mapping[str, Any], questions: Mapping[str, Document]) -> str:
    """A condition as a sentence, with ``questions`` by key for what they and their answers are called."""
    for how, words in (("all", _("all of these hold: %(parts)s")), ("any", _("one of these holds: %(parts)s"))):
        if how in condition:
            parts = listed(
                condition_words(part, questions) if "question" in part else f"({condition_words(part, questions)})"
                for part in condition[how]
            )
            return parts if len(condition[how]) == 1 else words % {"parts": parts}
    asked = questions.get(condition["question"])
    label = best(asked["label"])[0] if asked else ""
    answers = dict(answers_of([asked]).get(asked["key"], ())) if asked else {}
    sentences = {
        "is": _("“%(question)s” is: %(answers)s"),
        "is_not": _("“%(question)s” is answered and is not: %(answers)s"),
        "any_of": _("“%(question)s” is one of: %(answers)s"),
        "answered": _("“%(question)s” is answered"),
    }
    given = ", ".join(str(answers.get(value, value)) for value in condition.get("values", ()))
    return sentences[condition["op"]] % {"question": label or condition["question"], "answers": given}


def flat_path(rest: str, show: Mapping[str, Any]) -> str:
    """Where the page has a place of a question that a refusal names: conditions stand in the rows of ``show`` there."""
    if not rest.startswith("show_if"):
        return rest
    below = rest.removeprefix("show_if")
    paths = _built(show)[1]
    for path in sorted(paths, key=len, reverse=True):
        if below == path or below.startswith((f"{path}.", f"{path}[")):
            return f"show.rows[{paths[path]}]{below.removeprefix(path)}"
    return "show.rows"


def answers_of(questions: list[Document]) -> dict[str, list[tuple[str, str]]]:
    """What a condition can ask of each question: (value, words); nothing for free text."""
    names: list[tuple[str, str]] = []
    found: dict[str, list[tuple[str, str]]] = {}
    for question in questions:
        kind = Type(question["type"])
        if kind in (Type.CHOICE, Type.CHOICES):
            found[question["key"]] = [(o["key"], best(o["label"])[0] or o["key"]) for o in question.get("options", ())]
        elif kind in (Type.COUNTRY, Type.COUNTRIES):
            names = names or country_choices()
            among = question.get("among") or ()
            found[question["key"]] = [(code, name) for code, name in names if not among or code in among]
        elif kind is Type.COMMITMENT:
            found[question["key"]] = [(YES[0], str(YES[1]))]
    return found


def questions_of(condition: Mapping[str, Any] | None) -> set[str]:
    if not condition:
        return set()
    if "question" in condition:
        return {condition["question"]}
    return {key for how in ("all", "any") for part in condition.get(how, ()) for key in questions_of(part)}
