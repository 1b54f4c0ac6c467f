"""Items that only a training's form has: dates with what follows from them, phases, numbers, facts of other sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tessera.core.edtf import EdtfError
from tessera.core.folding import clean
from tessera.places.queries import country_choices
from tessera.programmes.checking_parts import OUTSIDE_DATES
from tessera.programmes.forms.choices import FACTS
from tessera.web.dates import in_words
from tessera.web.punctuation import labelled
from tessera.web.sections import Edtf, Key, Pick, Picks, Rows, SectionForm, mentions
from tessera.web.sections.fields import CleanField, NumberField
from tessera.web.sections.items import Block, Item
from tessera.web.sections.paths import Json, is_empty


@dataclass(frozen=True)
class DatesOf(Edtf):
    """A date in a mapping, beside values that follow from it: they go where it changes, and are derived again."""

    follow: tuple[str, ...] = ("start", "end", "precision")

    def write(self, form: SectionForm, name: str, document: dict[str, Json]) -> None:
        *parents, last = self.path.split(".")
        holder: Any = document
        for key in parents:
            holder = holder.get(key) if isinstance(holder, dict) else None
        before = holder.get(last) if isinstance(holder, dict) else None
        after = self.read(form, name, before)
        if after == (before or ""):
            return
        if parents and not after:
            document[parents[0]] = None
            return
        super().write(form, name, document)
        holder = document
        for key in parents:
            holder = holder[key]
        for key in self.follow:
            holder.pop(key, None)


@dataclass(frozen=True)
class BasisOf(Pick):
    """Where a fact is known from; kept only where there is a fact. ``beside`` is the key of the fact."""

    beside: str = ""

    def write(self, form: SectionForm, name: str, document: dict[str, Json]) -> None:
        holder = document.get(self.path.split(".")[0])
        if isinstance(holder, Mapping) and (not self.beside or not is_empty(holder.get(self.beside))):
            super().write(form, name, document)


@dataclass(frozen=True)
class Phases(Rows):
    """The phases; sessions that name one by its place follow it when the phases move, and lose it when it goes."""

    def write(self, form: SectionForm, name: str, document: dict[str, Json]) -> None:
        before = form.rows_of(name, document.get(self.path))
        super().write(form, name, document)
        places = {before[n][0]: new for new, n in enumerate(form.kept_rows[name])}
        sessions = []
        for session in document.get("sessions") or []:
            if "phase" in session:
                session = dict(session)
                place = places.get(session.pop("phase"))
                if place is not None:
                    session["phase"] = place
            sessions.append(session)
        if sessions:
            document["sessions"] = sessions


@dataclass(frozen=True)
class PhaseOf(Pick):
    """The phase that a session belongs to, by its place in the list of phases."""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        phases = form.document.get("phases") or []
        choices = [
            (str(n), labelled(n + 1, in_words(phase["edtf"])) if phase.get("edtf") else str(n + 1))
            for n, phase in enumerate(phases)
        ]
        form.fields[name] = forms.ChoiceField(
            label=self.label,
            help_text=self.help,
            required=False,
            choices=[("", self.empty), *choices],
            initial="" if value is None else str(value),
        )

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        text = form.cleaned_data[name]
        return int(text) if text else None

    def write(self, form: SectionForm, name: str, document: dict[str, Json]) -> None:
        place = self.read(form, name, None)
        if place is None:
            document.pop(self.path, None)
        else:
            document[self.path] = place

    def shown(self, value: Json) -> Json:
        return value + 1 if isinstance(value, int) else value


@dataclass(frozen=True)
class NamedHere(Picks):
    """Some of the people or organisations that this training names already: ``among`` says where, ``key`` how."""

    among: str = ""
    key: str = ""
    role: str = ""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        rows = [row for row in form.document.get(self.among) or [] if not self.role or row.get("role") == self.role]
        slugs = list(dict.fromkeys([*(row[self.key] for row in rows), *(value or [])]))
        names = form.names_known(self.key, slugs)
        form.fields[name] = forms.MultipleChoiceField(
            label=self.label,
            help_text=self.help,
            required=False,
            choices=[(slug, names.get(slug, slug)) for slug in slugs],
            initial=list(value or ()),
            widget=forms.CheckboxSelectMultiple,
        )

    def shown(self, value: Json) -> Json:
        return mentions(value, self.key)


@dataclass(frozen=True)
class Span(Item):
    """A number, or from a least to a most: {"value": n} or {"min": n, "max": m}."""

    template: ClassVar[str] = "programmes/span.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        told = value or {}
        for key, words in (("min", _("from")), ("max", _("to"))):
            form.fields[f"{name}--{key}"] = NumberField(
                label=f"{self.label}, {words}",
                required=False,
                smallest=1,
                largest=32767,
                initial=told.get("value") or told.get(key),
            )

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        least, most = (form.cleaned_data[f"{name}--{key}"] for key in ("min", "max"))
        if least is None and most is None:
            return None
        if least == most or ((before or {}).keys() == {"value"} and (least is None or most is None)):
            return {"value": least or most}
        return {key: number for key, number in (("min", least), ("max", most)) if number is not None}

    def block(self, form: SectionForm, name: str) -> Block:
        return Block(self.template, self, name, {"least": form[f"{name}--min"], "most": form[f"{name}--max"]})

    def field_at(self, form: SectionForm, name: str, rest: str) -> str:
        return f"{name}--max" if rest == ".max" else f"{name}--min"

    def shown(self, value: Json) -> Json:
        return _span(value) if isinstance(value, Mapping) else value


_FACT = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\s*:\s*(.*)")


class FactsField(CleanField):
    """Lines of ``name: value``."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        for n, line in enumerate(text.split("\n"), start=1):
            if line.strip() and not _FACT.fullmatch(line.strip()):
                raise ValidationError(
                    _("Line %(n)s is not a name, a colon and a value: write for example city: Tehran."), params={"n": n}
                )
        return text


@dataclass(frozen=True)
class Facts(Item):
    """Facts as another source gives them, one a line: ``city: Tehran``.

    Several values have | between them, and a value of several lines has ¶ where each ends.
    """

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = FactsField(
            label=self.label,
            help_text=self.help,
            required=False,
            lines=True,
            initial="\n".join(f"{key}: {text}" for key, text in _lines(value or {}).items()),
            widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        )

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        asked: dict[str, str] = {}
        for line in form.cleaned_data[name].split("\n"):
            match = _FACT.fullmatch(line.strip())
            if match:
                asked[match[1]] = clean(match[2], lines=False)
        told = _lines(before or {})
        if asked == told:
            return before
        facts: dict[str, Json] = {}
        for key, text in asked.items():
            *parents, last = key.split(".")
            here = facts
            for parent in parents:
                below = here.setdefault(parent, {})
                here = below if isinstance(below, dict) else here
            here[last] = _kept(before or {}, key) if told.get(key) == text else _read(text)
        return facts

    def shown(self, value: Json) -> Json:
        """Each fact under its name, in words where it is a date, a number of people or countries."""
        if not isinstance(value, Mapping):
            return value
        return {str(FACTS[key]) if key in FACTS else Key(key): _fact(key, part) for key, part in value.items()}


def _fact(key: str, value: Json) -> Json:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        if value.keys() <= {"value", "min", "max"}:
            return _span(value)
        return {Key(name): text for name, text in _lines(value).items()}
    if key in OUTSIDE_DATES:
        try:
            return in_words(str(value))
        except EdtfError:
            return value
    if key == "participant_countries" and isinstance(value, list):
        names = dict(country_choices())
        return [names.get(code, code) for code in value]
    if isinstance(value, list):
        return [_fact(key, part) if isinstance(part, bool) else part for part in value]
    return value


def _span(numbers: Mapping[str, Json]) -> Json:
    if "value" in numbers:
        return numbers["value"]
    low, high = numbers.get("min"), numbers.get("max")
    if high is None:
        return pgettext("numbers of people", "at least {n}").format(n=low) if low is not None else ""
    return f"{low}–{high}" if low is not None else pgettext("numbers of people", "up to {n}").format(n=high)


def _lines(facts: Mapping[str, Json], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found |= _lines(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            found[prefix + key] = " | ".join(map(_word, value))
        else:
            found[prefix + key] = _word(value)
    return found


# Stands in the field for a line's end inside a value.
_LINE_END = "¶"


def _word(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return re.sub(r"\s*\n\s*", f" {_LINE_END} ", str(value))


def _kept(facts: Mapping[str, Json], key: str) -> Json:
    here: Json = facts
    for part in key.split("."):
        here = here[part]
    return here


def _read(text: str) -> Json:
    if text in ("yes", "no"):
        return text == "yes"
    text = re.sub(rf"\s*{_LINE_END}\s*", "\n", text)
    if "|" in text:
        return [part.strip() for part in text.split("|") if part.strip()]
    return int(text) if text.isdecimal() and len(text) < 5 and not text.startswith("20") else text
