"""What a section asks for: the base of all items, and the section itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tessera.web.sections.paths import Json, put, value_at

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tessera.web.sections.form import SectionForm

type Words = str | _StrPromise


def worded(msgid: str, **params: str) -> Any:
    """A sentence with its placeholders filled, in the language of the reader of the moment; mark it gettext_noop."""
    return lazy(lambda: _(msgid) % params, str)()


def name_of(path: str) -> str:
    """A path as the name of a form field."""
    return path.replace(".", "--")


def field_name(path: str) -> str:
    """The name of the field (or group of fields) that asks for any ``path``, rows included."""
    return name_of(re.sub(r"\[(\d+)\]\.?", r"-\1-", path)).rstrip("-")


@dataclass(frozen=True)
class Block:
    """One item as the template shows it."""

    template: str
    item: Any
    name: str
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """One question about one place of the document."""

    path: str
    label: Words
    help: Words = ""
    required: bool = False

    template: ClassVar[str] = "components/sections/field.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        """Add the fields of this item, called ``name``, answered with ``value`` so far."""
        raise NotImplementedError

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        """The answer as the document keeps it; ``before`` is what stood there."""
        raise NotImplementedError

    def block(self, form: SectionForm, name: str) -> Block:
        return Block(self.template, self, name, {"field": form[name]})

    def write(self, form: SectionForm, name: str, document: dict[str, Json]) -> None:
        """Put the answer into ``document``."""
        put(document, self.path, self.read(form, name, value_at(document, self.path)))

    def label_at(self, rest: str) -> str:
        """How a place below this item's path is called, for histories; ``rest`` is "" for the item itself."""
        return f"{self.label}{rest}" if rest and not rest.startswith(".") else str(self.label)

    def language_at(self, rest: str) -> str:
        """The language of the text at a place below this item's path; "" where it is no text of one language."""
        return ""

    def shown(self, value: Json) -> Json:
        """``value`` in words where it is a code; histories and comparisons show it so."""
        return value


@dataclass(frozen=True)
class Section:
    """A page of the form of a record, with its own address."""

    key: str
    title: Words
    items: tuple[Item, ...]
    about: Words = ""

    def item_at(self, path: str) -> tuple[Item, str] | None:
        """The item that asks for ``path`` or a place above it, and what is left of the path."""
        found = [item for item in self.items if re.match(rf"{re.escape(item.path)}(?=$|[.\[])", path)]
        if not found:
            return None
        item = max(found, key=lambda i: len(i.path))
        return item, path[len(item.path) :]


def label_of(sections: tuple[Section, ...], path: str) -> str:
    """The words for a place of the document, by the section that asks for it; the path itself where none does."""
    for section in sections:
        found = section.item_at(path)
        if found:
            return found[0].label_at(found[1])
    return path


def language_at(sections: tuple[Section, ...], path: str) -> str:
    """The language of the text that stands at a place of the document; "" where no one language is known."""
    for section in sections:
        found = section.item_at(path)
        if found:
            return found[0].language_at(found[1])
    return ""


def shown_at(sections: tuple[Section, ...], path: str, value: Json) -> Json:
    """``value`` as the item that asks for ``path`` words it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    for section in sections:
        found = section.item_at(path)
        if found:
            item, rest = found
            below = getattr(item, "shown_below", None)
            return below(rest, value) if rest and below else item.shown(value)
    return value
