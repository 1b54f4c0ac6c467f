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
        return Block(
            self.template,
            self,
            name,
            {"field": form[name], "rows": rows, "many": len(form.fields[name].choices) > 12},  # type: ignore[attr-defined]
        )

    def _asked(self, form: SectionForm, name: str) -> str:
        row = name.removesuffix("values")
        if form.is_bound:
            return str(form.data.get(f"{row}question") or "")
        n = int(row.rstrip("-").rpartition("-")[2])
        held = value_at(form.document, "show.rows") or []
        return str(held[n].get("question", "")) if n < len(held) else ""


def rows_of(condition: Mapping[str, Any] | None) -> Document:
    if not condition:
        return {"how": "all"}
    how = next((how for how in ("all", "any") if how in condition), None)
    if how is None:
        return {"how": "all", "rows": [deepcopy(dict(condition))]}
    if all("question" in part for part in condition[how]):
        return {"how": how, "rows": deepcopy(list(condition[how]))}
    return {"how": "all", "nested": deepcopy(dict(condition))}


def condition_of(show: Mapping[str, Any]) -> Document | None:
    rows = [
        {"question": row.get("question") or "", "op": row.get("op") or "is"}
        | ({} if row.get("op") == "answered" else {"values": list(row.get("values") or ())})
        for row in show.get("rows") or ()
    ]
    if not rows:
        return show.get("nested")
    return rows[0] if len(rows) == 1 else {show.get("how") or "all": rows}


def condition_words(condition: Mapping[str, Any], questions: Mapping[str, Document]) -> str:
    """A condition as a sentence, with ``questions`` by key for what they and their answers are called."""
    for how, words in (("all", _("all of these hold: %(parts)s")), ("any", _("one of these holds: %(parts)s"))):
        if how in condition:
            parts = listed(condition_words(part, questions) for part in condition[how])
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


def flat_path(rest: str) -> str:
    """Where the page has a place of a question that a refusal names: conditions stand in rows there."""
    if not rest.startswith("show_if"):
        return rest
    below = rest.removeprefix("show_if")
    for how in (".all", ".any"):
        if below.startswith(f"{how}["):
            return "show.rows" + below.removeprefix(how)
    return f"show.rows[0]{below}" if below.startswith(".") else "show.rows"


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
