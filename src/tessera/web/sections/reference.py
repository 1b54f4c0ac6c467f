"""Another record, found by a part of its name before a new one is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django import forms
from django.utils.translation import gettext as _

from tessera.core.folding import clean, fold
from tessera.web.sections.fields import Choices, CleanField
from tessera.web.sections.form import SectionForm
from tessera.web.sections.items import Block, Item
from tessera.web.sections.paths import Json
from tessera.web.sections.values import Mention


class Match(Protocol):
    """One record that a name may mean."""

    slug: str
    label: str
    detail: str


@dataclass(frozen=True)
class Found:
    """How records of a kind are found: by words, and by slug to say their names; ``types`` a new one must choose from.

    ``named`` gives {slug: name} in one query; ``address`` the page of a record on the desk, which opens with
    ``permission``. ``creation`` is the permission that making one needs, ``may_choose`` false of what may not be named.
    """

    similar: Callable[[str], list[Any]]
    named: Callable[[list[str]], dict[str, str]]
    address: Callable[[str], str]
    permission: str
    may_create: bool = False
    types: Callable[[], Choices] | None = None
    creation: str = ""
    may_choose: Callable[[str], bool] = lambda slug: True


@dataclass(frozen=True)
class Reference(Item):
    """The slug of another record. The person types a name, chooses among those found, or makes a new one."""

    kind: str = ""

    template: ClassVar[str] = "components/sections/reference.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        form.fields[name] = forms.CharField(label=self.label, required=False, initial=value or "")
        form.fields[f"{name}-text"] = CleanField(label=self.label, required=False, limit=300)
        form.fields[f"{name}-pick"] = forms.CharField(required=False)
        form.fields[f"{name}-none"] = forms.BooleanField(required=False)
        form.fields[f"{name}-type"] = forms.CharField(required=False)
        form.references.append((name, self))

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return form.cleaned_data[name]

    def resolve(self, form: SectionForm, name: str) -> Creation | None:
        """Write the chosen slug into ``cleaned_data``; returns the record to make where a new one is wanted."""
        data, finder = form.cleaned_data, form.context["finders"][self.kind]
        pick, text = data.get(f"{name}-pick", ""), data.get(f"{name}-text", "")
        if pick == "new" and text and finder.may_create:
            types = {str(code) for code, _label in finder.types()} if finder.types else set()
            chosen = data.get(f"{name}-type", "")
            if types and chosen not in types:
                form.add_error(f"{name}-text", _("Say of what type the new record is."))
                return None
            return Creation(name, self.kind, text, chosen)
        if pick and pick != "new":
            if not finder.named([pick]) or not finder.may_choose(pick):
                form.add_error(f"{name}-text", _("This record no longer exists. Look for it again."))
            else:
                data[name] = pick
        elif text:
            form.add_error(f"{name}-text", _("Choose one of the records found, or make a new one."))
        elif data.get(f"{name}-none"):
            data[name] = ""
        elif data.get(name) and not finder.may_choose(data[name]):
            form.add_error(f"{name}-text", _("This record no longer exists. Look for it again."))
        if self.required and not data.get(name) and not form.has_error(f"{name}-text"):
            form.add_error(f"{name}-text", _("Write a name and find the record."))
        return None

    def shown(self, value: Json) -> Json:
        return mentions(value, self.kind)

    def field_at(self, form: SectionForm, name: str, rest: str) -> str:
        return f"{name}-text"

    def block(self, form: SectionForm, name: str) -> Block:
        finder: Found = form.context["finders"][self.kind]
        slug = form[name].value() or ""
        text = clean(str(form[f"{name}-text"].value() or ""), lines=False)
        matches = finder.similar(text) if text and form.is_bound else []
        pick = form[f"{name}-pick"].value() or _default_pick(text, matches)
        shown = form.names_of(self.kind).get(slug, slug) if slug else ""
        return Block(self.template, self, name, {
            "field": form[name], "text": form[f"{name}-text"], "slug": slug, "shown": shown,
            "address": finder.address(slug) if slug else "", "permission": finder.permission,
            "asked": text, "matches": matches, "pick": pick,
            "may_create": finder.may_create, "types": finder.types() if finder.types else (),
            "type": form[f"{name}-type"].value() or "", "none": form[f"{name}-none"].value(),
            "focus": form.context.get("focus") == f"{name}-find"
            or form.fields[f"{name}-text"].widget.attrs.get("autofocus"),
        })  # fmt: skip


@dataclass(frozen=True)
class Creation:
    """A record to make before the form is saved: its kind, its name, its type where types are asked for."""

    field: str
    kind: str
    name: str
    type: str = ""


def mentions(value: Json, kind: str) -> Json:
    """A slug, or each of a list of slugs, as the mention of a record of ``kind``; anything else as it is."""
    if isinstance(value, list):
        return [mentions(part, kind) for part in value]
    return Mention(value, kind) if isinstance(value, str) and value else value


def with_names(told: Json, finders: Mapping[str, Found]) -> Json:
    """A copy of ``told`` with the name of a record in place of each mention; the slug stays where there is no record.

    One query for each kind of record that is mentioned, however often it is.
    """
    wanted: dict[str, set[str]] = {}
    for mention in _mentioned(told):
        wanted.setdefault(mention.kind, set()).add(str(mention))
    names = {kind: finders[kind].named(sorted(slugs)) for kind, slugs in wanted.items() if kind in finders}
    return _replaced(told, names) if wanted else told


def _mentioned(told: Json) -> Iterator[Mention]:
    if isinstance(told, Mention):
        yield told
    elif isinstance(told, list | tuple):
        for part in told:
            yield from _mentioned(part)
    elif isinstance(told, Mapping):
        yield from _mentioned(list(told.values()))


def _replaced(told: Json, names: Mapping[str, Mapping[str, str]]) -> Json:
    if isinstance(told, Mention):
        return names.get(told.kind, {}).get(told, str(told))
    if isinstance(told, list | tuple):
        return type(told)(_replaced(part, names) for part in told)
    if type(told) is dict:  # texts mention nothing and keep their kind
        return {label: _replaced(part, names) for label, part in told.items()}
    return told


def _default_pick(text: str, matches: list[Any]) -> str:
    """The one record whose name is exactly what was typed, chosen beforehand; the person still sees it."""
    same = [match.slug for match in matches if fold(match.label) == fold(text)]
    return same[0] if len(same) == 1 else ""
