"""The builder's forms of one step and of one question: the document flattened for a page, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tessera.calls.eligibility.kinds import FACT_NAMES
from tessera.calls.questions.editing import free_key, question_in
from tessera.calls.questions.facts import FACTS, IDENTITY_TYPES
from tessera.calls.questions.model import Type
from tessera.calls.questions.reading import COLUMN_TYPES, SETTINGS
from tessera.core.translated import best
from tessera.places.queries import country_choices
from tessera.programmes.forms.choices import common_languages, countries_by_region
from tessera.web.sections import (
    Codes,
    Day,
    Flag,
    Item,
    KeyLine,
    Line,
    Number,
    Pick,
    Picks,
    Rows,
    Section,
    SectionForm,
    Translations,
)
from tessera.web.sections.items import Block
from tessera.web.sections.paths import Json, value_at

type Document = dict[str, Any]

TYPES = {
    Type.SHORT_TEXT: gettext_lazy("A line of text"),
    Type.LONG_TEXT: gettext_lazy("A long text"),
    Type.CHOICE: gettext_lazy("One choice"),
    Type.CHOICES: gettext_lazy("Several choices"),
    Type.COUNTRY: gettext_lazy("A country or territory"),
    Type.COUNTRIES: gettext_lazy("Countries or territories"),
    Type.DATE: gettext_lazy("A day"),
    Type.NUMBER: gettext_lazy("A number"),
    Type.EMAIL: gettext_lazy("An e-mail address"),
    Type.PHONE: gettext_lazy("A telephone number"),
    Type.LANGUAGE_TABLE: gettext_lazy("Languages with levels"),
    Type.ROWS: gettext_lazy("A table of rows"),
    Type.COMMITMENT: gettext_lazy("A commitment to tick"),
    Type.FILE: gettext_lazy("A file"),
    Type.REFEREE: gettext_lazy("A referee"),
    Type.ENDORSEMENT: gettext_lazy("An endorsement"),
    Type.SIGNATURE: gettext_lazy("A typed signature"),
}
STAGES = [
    ("apply", gettext_lazy("with the application")),
    ("after_selection", gettext_lazy("after the selection, of those selected")),
]
SEEN_BY = [
    ("reviewers", gettext_lazy("reviewers, the committee and the office")),
    ("committee", gettext_lazy("the committee and the office")),
    ("office", gettext_lazy("the office only")),
]
UNITS = [("words", gettext_lazy("words")), ("characters", gettext_lazy("characters"))]
FORMATS = [("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")]
CHANNELS = [
    ("national_committee", gettext_lazy("the national committee")),
    ("employer", gettext_lazy("the employer")),
    ("other", gettext_lazy("somebody else")),
]
OPERATIONS = [
    ("is", gettext_lazy("is")),
    ("is_not", gettext_lazy("is answered and is not")),
    ("any_of", gettext_lazy("is one of")),
    ("answered", gettext_lazy("is answered, whatever it is")),
]
HOW = [("all", gettext_lazy("all of these hold")), ("any", gettext_lazy("one of these holds"))]
FACT_WORDS = {**FACT_NAMES, "earlier_grant": pgettext_lazy("fact", "whether there was an earlier grant")}
YES = ("yes", gettext_lazy("agreed"))


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


def step_section() -> Section:
    """The texts of one step."""
    return Section(
        "step",
        _("Step"),
        (
            Translations(
                "title", _("Title"), long=True, rows=1, limit=120, states=False, help=_("At least in one language.")
            ),
            Translations(
                "help",
                _("Above its questions"),
                long=True,
                rows=2,
                limit=2000,
                states=False,
                help=_("May be left empty."),
            ),
        ),
    )


def question_section(kind: Type, document: Mapping[str, Any], earlier: list[Document], *, new: bool) -> Section:
    """What is asked about a question of ``kind`` in the form ``document``; ``earlier`` are those it may depend on."""
    steps = [(step["key"], best(step["title"])[0] or step["key"]) for step in document["steps"]]
    items: list[Item] = [
        Translations("label", _("Question"), long=True, rows=2, limit=500, states=False, help=_("At least in one language.")),
        Translations("help", _("Help"), long=True, rows=2, limit=2000, states=False),
        Translations(
            "purpose", _("Why it is asked"), long=True, rows=2, limit=500, states=False,
            help=_("Applicants read it beside the question."),
        ),
    ]  # fmt: skip
    if new:
        items.append(
            KeyLine(
                "key", _("Key"), limit=64, help=_("Left empty: made of the question. It stays for good afterwards.")
            )
        )
    items += [
        Pick("step", _("In the step"), choices=steps, empty=None),
        Flag("required", _("An answer is required")),
        *_settings(kind),
        Pick("stage", _("Asked"), choices=STAGES, empty=None, radio=True),
        Pick("seen_by", _("Who reads the answer"), choices=_readers(kind), empty=None, radio=True),
    ]
    if kind not in IDENTITY_TYPES:
        items.append(
            Flag(
                "identity",
                _("It says who the applicant is"),
                help=_(
                    "Name, contact, age, gender, nationality, photo, request for a grant: reviewers never see these."
                ),
            )
        )
    facts = [(fact, FACT_WORDS[fact]) for fact, kinds in FACTS.items() if kind in kinds]
    if facts:
        items.append(
            Pick(
                "fact",
                _("What the rules learn from it"),
                choices=facts,
                empty=_("nothing"),
                help=_("Rules of eligibility judge by such facts."),
            )
        )
    if earlier:
        items += [
            Rows(
                "show.rows",
                _("Asked only if"),
                items=(
                    Pick(
                        "question", _("The answer to"), empty=_("Choose"),
                        choices=[(q["key"], best(q["label"])[0] or q["key"]) for q in earlier],
                    ),
                    Pick("op", _("Condition"), choices=OPERATIONS, empty=None),
                    AnswersOf("values", _("Answers")),
                ),
                add_label=_("Add a condition"),
                row_label=_("Condition"),
                help=_("Without a condition everybody is asked. A hidden question is never demanded."),
            ),
            Pick("show.how", _("With several conditions"), choices=HOW, empty=None),
        ]  # fmt: skip
    return Section("question", TYPES[kind], tuple(items))


def _readers(kind: Type) -> list[tuple[str, Any]]:
    return SEEN_BY[1:] if kind in IDENTITY_TYPES else SEEN_BY


def _settings(kind: Type) -> list[Item]:
    names = SETTINGS[kind]
    found: list[Item] = []
    if "limit" in names:
        found += [
            Number("limit.max", _("At most"), smallest=1, largest=30000),
            Number("limit.min", _("At least"), smallest=1, largest=30000),
            Pick("limit.unit", _("Counted in"), choices=UNITS, empty=None),
        ]
    if "options" in names:
        found.append(
            Rows(
                "options",
                _("Answers to choose from"),
                items=(
                    Translations("label", _("Answer"), long=True, rows=1, limit=300, states=False),
                    KeyLine(
                        "key", _("Key"), limit=64, help=_("Left empty: made of the answer. Answers are kept by it.")
                    ),
                ),
                add_label=_("Add an answer"),
                row_label=_("Answer"),
                wide=True,
            )
        )
    if "among" in names:
        found.append(
            Codes(
                "among", _("Only these countries"), groups=countries_by_region, help=_("None marked: all of the world.")
            )
        )
    if "columns" in names:
        found.append(
            Rows(
                "columns",
                _("Columns"),
                items=(
                    Translations("label", _("Heading"), long=True, rows=1, limit=200, states=False),
                    KeyLine("key", _("Key"), limit=64, help=_("Left empty: made of the heading.")),
                    Pick("type", _("What is filled in"), choices=[(kind, TYPES[kind]) for kind in COLUMN_TYPES], empty=None),
                    Flag("required", _("Required in each row")),
                    Translations(
                        "lines", _("Answers to choose from, one a line"), long=True, rows=3, states=False,
                        help=_("For “One choice” only; the same order in each language."),
                    ),
                ),
                add_label=_("Add a column"),
                row_label=_("Column"),
                wide=True,
            )
        )  # fmt: skip
    if kind is Type.DATE:
        found += [Day("min", _("Not before")), Day("max", _("Not after"))]
    elif kind is Type.NUMBER:
        found += [
            Line("min", _("Smallest number"), limit=20),
            Line("max", _("Greatest number"), limit=20),
            Flag("decimals", _("Numbers with decimals are taken")),
        ]
    elif "min" in names:
        found += [
            Number("min", _("At least how many"), largest=300),
            Number("max", _("At most how many"), largest=300),
        ]
    if kind is Type.FILE:
        found += [
            Picks("accepts", _("Kinds of file"), choices=FORMATS),
            Number("max_mb", _("At most, in MB"), smallest=1, largest=40),
            Number("max_pages", _("Most pages"), smallest=1, largest=200),
            Picks(
                "document_language", _("Languages of the document"), choices=common_languages,
                help=_("None marked: any language."),
            ),
        ]  # fmt: skip
    if "channel" in names:
        found.append(Pick("channel", _("Who endorses"), choices=CHANNELS, empty=None))
    if "due_days" in names:
        found.append(
            Number(
                "due_days", _("Days before the deadline"), largest=90, help=_("By when that person is asked to answer.")
            )
        )
    return found


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
    found = deepcopy(dict(question)) | {"step": step, "show": _rows_of(question.get("show_if"))}
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


def _rows_of(condition: Mapping[str, Any] | None) -> Document:
    if not condition:
        return {"how": "all"}
    how = next((how for how in ("all", "any") if how in condition), None)
    if how is None:
        return {"how": "all", "rows": [deepcopy(dict(condition))]}
    if all("question" in part for part in condition[how]):
        return {"how": how, "rows": deepcopy(list(condition[how]))}
    return {"how": "all", "nested": deepcopy(dict(condition))}


def put_together(flat: Mapping[str, Any], document: Mapping[str, Any], kind: Type, *, was: str = "") -> Document:
    """The question as it goes into the form ``document``: what is empty is left out, missing keys are made."""
    taken = {question["key"] for step in document["steps"] for question in step["questions"] if question["key"] != was}
    names = ("label", "help", "purpose", "required", "stage", "seen_by", "identity", "fact", *SETTINGS[kind])
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
    found["show_if"] = _condition_of(flat.get("show") or {})
    return found


def _keyed(rows: list[Document], fallback: str = "answer") -> list[Document]:
    taken = {row["key"] for row in rows if row.get("key")}
    found = []
    for row in rows:
        key = row.get("key") or free_key(row.get("label") or {}, taken, fallback=fallback, digits=fallback == "answer")
        taken.add(key)
        found.append({**row, "key": key, "label": row.get("label") or {}})
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


def _condition_of(show: Mapping[str, Any]) -> Document | None:
    rows = [
        {"question": row.get("question") or "", "op": row.get("op") or "is"}
        | ({} if row.get("op") == "answered" else {"values": list(row.get("values") or ())})
        for row in show.get("rows") or ()
    ]
    if not rows:
        return show.get("nested")
    return rows[0] if len(rows) == 1 else {show.get("how") or "all": rows}


def _wording(fresh: Mapping[str, Any], before: Mapping[str, Any] | None) -> int:
    """A promise that says something else than before has a new number, so that drafts agree to it again."""
    if before is None:
        return 1
    number = int(before.get("wording", 1))
    texts = [(before.get(name, {}), fresh.get(name, {})) for name in ("label", "help")]
    changed = any(text != after.get(language) for old, after in texts for language, text in old.items())
    return number + 1 if changed else number


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


def taken_from_bank(question: Mapping[str, Any], keys: list[str]) -> tuple[Document, bool]:
    """A question of the bank for a form that has ``keys``; a condition on a question that it lacks is left out."""
    fresh = deepcopy(dict(question))
    condition = fresh.get("show_if")
    asked = _questions_in(condition)
    if asked <= set(keys):
        return fresh, False
    return {**fresh, "show_if": None}, True


def _questions_in(condition: Mapping[str, Any] | None) -> set[str]:
    if not condition:
        return set()
    if "question" in condition:
        return {condition["question"]}
    return {key for how in ("all", "any") for part in condition.get(how, ()) for key in _questions_in(part)}
