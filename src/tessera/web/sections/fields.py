"""Items of one answer: a line, a text, a choice, a number, a date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.core.folding import clean
from tessera.web.sections.form import SectionForm
from tessera.web.sections.items import Block, Item, Words
from tessera.web.sections.paths import Json
from tessera.web.sections.values import Key

type Choices = Sequence[tuple[Any, Any]]
type ChoicesOf = Choices | Callable[[], Choices]


NOT_SAID = gettext_lazy("Not said")


def _given(choices: ChoicesOf) -> Choices:
    return choices() if callable(choices) else choices


class CleanField(forms.CharField):
    """Text without invisible signs; what is too long is refused with the number to cut, and kept on the page."""

    def __init__(self, *, limit: int | None = None, lines: bool = False, **kwargs: Any) -> None:
        self.limit, self.lines = limit, lines
        super().__init__(strip=True, **kwargs)

    def to_python(self, value: Any) -> str:
        text = clean(str(value), lines=self.lines) if value else ""
        if self.limit and len(text) > self.limit:
            raise ValidationError(
                _("This is %(n)s characters long. Please cut %(over)s."),
                params={"n": len(text), "over": len(text) - self.limit},
            )
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {**attrs, "data-limit": self.limit} if self.limit and self.lines else attrs


@dataclass(frozen=True)
class Line(Item):
    """One line of text; the codes among ``words`` are shown and written as those words."""

    limit: int = 300
    input_type: str = "text"
    words: Mapping[str, Words] = field(default_factory=dict)

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = CleanField(
            label=self.label, help_text=self.help, required=self.required, limit=self.limit,
            initial=self.words.get(value or "", value or ""),
            widget=forms.TextInput(attrs={"type": self.input_type, "autocomplete": "off"}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return _code_of(self.words, form.cleaned_data[name])

    def shown(self, value: Json) -> Json:
        return str(self.words.get(value, value)) if isinstance(value, str) and value else value


@dataclass(frozen=True)
class KeyLine(Line):
    """A key: one line that is shown as code."""

    def shown(self, value: Json) -> Json:
        return Key(value) if value else value


@dataclass(frozen=True)
class Address(Line):
    """The address of a page on the web."""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = forms.URLField(
            label=self.label, help_text=self.help, required=self.required, initial=value or "", max_length=self.limit,
            assume_scheme="https",
        )  # fmt: skip


@dataclass(frozen=True)
class Text(Item):
    """Several lines of text, in one language."""

    limit: int | None = None
    rows: int = 4

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = CleanField(
            label=self.label, help_text=self.help, required=self.required, limit=self.limit, lines=True,
            initial=value or "", widget=forms.Textarea(attrs={"rows": self.rows}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]


@dataclass(frozen=True)
class Lines(Item):
    """A list of texts, one a line; the codes among ``words`` are shown and written as those words."""

    limit: int = 300
    rows: int = 4
    words: Mapping[str, Words] = field(default_factory=dict)

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = CleanField(
            label=self.label, help_text=self.help, required=self.required, lines=True,
            initial="\n".join(str(self.words.get(part, part)) for part in value or ()), widget=forms.Textarea(attrs={"rows": self.rows}),
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        lines = [line.strip() for line in form.cleaned_data[name].split("\n")]
        return [_code_of(self.words, line) for line in lines if line]

    def shown(self, value: Json) -> Json:
        return [str(self.words.get(part, part)) for part in value] if isinstance(value, list) and self.words else value


@dataclass(frozen=True)
class Pick(Item):
    """One of some codes. Without ``empty`` one must be taken."""

    choices: ChoicesOf = ()
    empty: Words | None = NOT_SAID
    radio: bool = False

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        choices = list(_given(self.choices))
        if self.empty is not None:
            choices.insert(0, ("", self.empty))
        if value and str(value) not in {str(code) for code, _label in choices}:
            choices.append((value, value))
        form.fields[name] = forms.ChoiceField(
            label=self.label, help_text=self.help, required=self.required, choices=choices, initial=value or "",
            widget=forms.RadioSelect if self.radio else forms.Select,
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]

    def shown(self, value: Json) -> Json:
        return _worded(self.choices, value)


@dataclass(frozen=True)
class Picks(Item):
    """Any of some codes, kept in the order in which they were first taken."""

    choices: ChoicesOf = ()

    template: ClassVar[str] = "components/sections/picks.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        choices = list(_given(self.choices))
        known = {str(code) for code, _label in choices}
        choices += [(code, code) for code in value or () if str(code) not in known]
        form.fields[name] = forms.MultipleChoiceField(
            label=self.label, help_text=self.help, required=self.required, choices=choices, initial=list(value or ()),
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        taken = form.cleaned_data[name]
        kept = [code for code in before or () if code in taken]
        return kept + [code for code in taken if code not in kept]

    def shown(self, value: Json) -> Json:
        return _worded(self.choices, value)


@dataclass(frozen=True)
class Codes(Picks):
    """Any of very many codes, in named groups that fold; ``groups`` gives (name of the group, its choices)."""

    groups: Callable[[], Sequence[tuple[Any, Choices]]] = tuple

    template: ClassVar[str] = "components/sections/codes.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        known = {str(code) for _name, choices in self.groups() for code, _label in choices}
        rest = [(code, code) for code in value or () if str(code) not in known]
        form.fields[name] = forms.MultipleChoiceField(
            label=self.label, help_text=self.help, required=self.required, initial=list(value or ()),
            choices=[choice for _name, choices in self.groups() for choice in choices] + rest,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def block(self, form: SectionForm, name: str) -> Block:
        taken = set(form[name].value() or ())
        groups = [
            {"name": group, "choices": [(code, label, code in taken) for code, label in choices],
             "n": sum(code in taken for code, _label in choices)}
            for group, choices in self.groups()
        ]  # fmt: skip
        return Block(self.template, self, name, {"field": form[name], "groups": groups})

    def shown(self, value: Json) -> Json:
        return _worded([choice for _name, choices in self.groups() for choice in choices], value)


class NumberField(forms.IntegerField):
    """A whole number between two bounds, both allowed; what it is not is answered with the bounds."""

    def __init__(self, *, smallest: int, largest: int, **kwargs: Any) -> None:
        told = {"least": smallest, "most": largest, "example": min(max(30, smallest), largest)}
        errors = {
            "invalid": _("Write a whole number in figures, for example %(example)s.") % told,
            "min_value": _("Write a whole number from %(least)s to %(most)s.") % told,
            "max_value": _("Write a whole number from %(least)s to %(most)s.") % told,
        }
        super().__init__(
            min_value=smallest, max_value=largest, error_messages=errors,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}), **kwargs,
        )  # fmt: skip


_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class AmountField(forms.DecimalField):
    """An amount of money; a comma or a point parts the cents, and what may be thousands as well is refused: "1.200"."""

    def __init__(self, **kwargs: Any) -> None:
        as_text = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(min_value=0, widget=as_text, **kwargs)
        self.error_messages["invalid"] = gettext_lazy("Write the amount in figures, for example 1200.50.")

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"\s", "", str(value or ""))
        if _GROUPED.fullmatch(text):
            raise ValidationError(
                _("“%(typed)s” can be read in two ways: write %(thousands)s, or cents of two digits."),
                params={"typed": text, "thousands": re.sub(r"[.,]", "", text)},
            )
        return super().to_python(text.replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        shown = f"{value.normalize():f}"
        return f"{shown}0" if _GROUPED.fullmatch(shown) else shown


@dataclass(frozen=True)
class Number(Item):
    """A whole number; nothing is a legal answer and is not nought."""

    smallest: int = 0
    largest: int = 32767

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = NumberField(
            label=self.label, help_text=self.help, required=self.required, initial=value,
            smallest=self.smallest, largest=self.largest,
        )  # fmt: skip

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]


@dataclass(frozen=True)
class Flag(Item):
    """Yes, or nothing."""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = forms.BooleanField(
            label=self.label, help_text=self.help, required=False, initial=bool(value)
        )

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        taken = form.cleaned_data[name]
        return taken or (False if before is False else None)


def _code_of(words: Mapping[str, Words], text: str) -> str:
    """The code that ``text`` words in any language of the site (a draft may wait for a reader of another); else it."""
    for language, _name in settings.LANGUAGES if words else ():
        with override(language):
            for code, said in words.items():
                if text.casefold() == str(said).casefold():
                    return code
    return text


def _worded(choices: ChoicesOf, value: Json) -> Json:
    words: Mapping[str, Any] = {str(code): label for code, label in _given(choices)}
    if isinstance(value, list):
        return [str(words.get(str(code), code)) for code in value]
    return str(words.get(str(value), value)) if value not in (None, "") else value


def ordered(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices by their words, as the reader's language spells them."""
    from tessera.core.folding import fold

    return sorted(choices, key=lambda choice: fold(str(choice[1])))
