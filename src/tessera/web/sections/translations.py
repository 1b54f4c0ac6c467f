"""A text in every language of the content, side by side, each with its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tessera.web.locales import locale_of
from tessera.web.sections.fields import CleanField
from tessera.web.sections.form import SectionForm
from tessera.web.sections.items import Block, Item, Words
from tessera.web.sections.paths import Json, is_empty
from tessera.web.sections.values import Texts

STATES: dict[str, tuple[Words, str]] = {
    "missing": (pgettext_lazy("translation", "missing"), ""),
    "draft": (pgettext_lazy("translation", "draft"), "part"),
    "reviewed": (pgettext_lazy("translation", "reviewed"), "info"),
    "current": (pgettext_lazy("translation", "current"), "done"),
    "stale": (pgettext_lazy("translation", "out of date"), "due"),
}
# Up to this limit people see how much they have written.
COUNTED = 1200
ORIGINS: dict[str, Words] = {
    "source": gettext_lazy("as in the source"),
    "official": gettext_lazy("official wording"),
    "translation": gettext_lazy("our translation"),
}


@dataclass(frozen=True)
class TextState:
    """How far one text is in one language; of an outdated one, what its source said when it was translated."""

    state: str
    source_then: str = ""
    source_now: str = ""
    source_language: str = settings.MAIN_LANGUAGE

    @property
    def words(self) -> str:
        return str(STATES[self.state][0])

    @property
    def kind(self) -> str:
        return STATES[self.state][1]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What a person can say of it now: (state, words of the button)."""
        return {
            "draft": [("reviewed", _("Reviewed")), ("current", _("Current"))],
            "reviewed": [("current", _("Current"))],
            "stale": [("current", _("Still right"))],
        }.get(self.state, [])


def language_name(code: str) -> str:
    """A language by its name in itself, with a capital, as in the list of languages."""
    try:
        name = str(get_language_info(code)["name_local"])
    except KeyError:  # a text that was kept, in a language that is not one of the site any more
        name = locale_of(code).display_name or code
    return name[:1].upper() + name[1:]


def language_words(code: str) -> str:
    """A language by its name in the language of the reader, as it stands inside a sentence."""
    return locale_of().languages.get(code) or language_name(code)


@dataclass(frozen=True)
class Translations(Item):
    """One text in each language of the content."""

    long: bool = False
    limit: int | None = None
    rows: int = 4
    states: bool = True

    template: ClassVar[str] = "components/sections/translations.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        texts: Mapping[str, str] = value if isinstance(value, Mapping) else {}
        for code in settings.CONTENT_LANGUAGES:
            direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
            attrs: dict[str, Any] = {"lang": code, "dir": direction}
            form.fields[f"{name}--{code}"] = CleanField(
                label=_("%(label)s in %(language)s") % {"label": self.label, "language": language_words(code)},
                required=self.required and code == settings.MAIN_LANGUAGE,
                limit=self.limit,
                lines=self.long,
                initial=texts.get(code, ""),
                widget=self._widget(attrs),
            )

    def _widget(self, attrs: dict[str, Any]) -> forms.Widget:
        """Room for what may be said: a line, two lines for a long title, more for a text."""
        if self.long or (self.limit or 0) >= 200:
            return forms.Textarea(attrs={**attrs, "rows": self.rows if self.long else 2})
        return forms.TextInput(attrs=attrs)

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        asked = {code: form.cleaned_data[f"{name}--{code}"] for code in settings.CONTENT_LANGUAGES}
        kept = {code: text for code, text in (before or {}).items() if code not in asked}
        texts = {code: text for code, text in asked.items() if text}
        return {**texts, **kept}

    def block(self, form: SectionForm, name: str) -> Block:
        path = form.path_of(name)
        known: Mapping[str, TextState] = form.context.get("states", {}).get(path, {})
        columns = []
        for code in settings.CONTENT_LANGUAGES:
            field = form[f"{name}--{code}"]
            state = known.get(code) or (TextState("missing") if self.states and not field.initial else None)
            columns.append({
                "code": code,
                "name": language_name(code),
                "field": field,
                "state": state if self.states else None,
                "length": len(field.value() or ""),
                "path": f"{path}.{code}" if path else "",
            })  # fmt: skip
        words = _("%(n)s of %(limit)s characters")
        for column in columns:
            column["count"] = words % {"n": column["length"], "limit": self.limit}
        return Block(
            self.template,
            self,
            name,
            {
                "columns": columns,
                "main": settings.MAIN_LANGUAGE,
                "counted": self.long and self.limit is not None and self.limit <= COUNTED,
                "count_words": words,
            },
        )

    def label_at(self, rest: str) -> str:
        code = rest.lstrip(".")
        if code in settings.CONTENT_LANGUAGES:
            return _("%(label)s in %(language)s") % {"label": self.label, "language": language_words(code)}
        return str(self.label)

    def language_at(self, rest: str) -> str:
        return rest.lstrip(".") if rest.startswith(".") else ""

    def shown(self, value: Json) -> Json:
        if isinstance(value, Mapping) and not is_empty(value):
            return Texts({code: text for code, text in value.items() if text})
        return value

    def shown_below(self, rest: str, value: Json) -> Json:
        return value

    def field_at(self, form: SectionForm, name: str, rest: str) -> str | None:
        code = rest.lstrip(".")
        return f"{name}--{code if code in settings.CONTENT_LANGUAGES else settings.MAIN_LANGUAGE}"
