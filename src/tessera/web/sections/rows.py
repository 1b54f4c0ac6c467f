"""Lists of parts: rows that are added, removed and moved by buttons, with or without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tessera.web.punctuation import labelled
from tessera.web.sections.form import MAX_ROWS, SectionForm, row_count
from tessera.web.sections.items import Block, Item, Words, name_of
from tessera.web.sections.paths import Json, is_empty, value_at

_ACTION = re.compile(r"rows:(?P<name>[\w-]+):(?P<verb>add|remove|up|down)(?::(?P<n>\d{1,3}))?")


@dataclass(frozen=True)
class Rows(Item):
    """A list of mappings. Keys that no item asks for stay with their row; a row left empty is dropped."""

    items: tuple[Item, ...] = ()
    add_label: Words = ""
    row_label: Words = ""
    blank: tuple[tuple[str, Json], ...] = ()
    wide: bool = False

    template: ClassVar[str] = "components/sections/rows.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        for n, (_place, stored) in enumerate(form.rows_of(name, value)):
            form.fields[f"{name}-{n}-was"] = forms.CharField(required=False)
            known = set(form.fields)
            if form.is_bound and f"{name}-{n}-was" not in form.data:  # added just now
                for key, default in self.blank:
                    form.data.setdefault(f"{name}-{n}-{name_of(key)}", default)  # type: ignore[attr-defined]
            for item in self.items:
                item.add_to(form, f"{name}-{n}-{name_of(item.path)}", value_at(stored, item.path))
            if form.context.get("focus") == f"{name}-{n}":
                first = next(key for key in form.fields if key not in known)
                text = f"{first}-text"
                form.fields[text if text in form.fields else first].widget.attrs["autofocus"] = True

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        rows, kept = [], []
        for n, (_place, stored) in enumerate(form.rows_of(name, before)):
            row = deepcopy(dict(stored)) if stored else dict(self.blank)
            for item in self.items:
                item.write(form, f"{name}-{n}-{name_of(item.path)}", row)
            if not is_empty({key: value for key, value in row.items() if (key, value) not in self.blank}):
                rows.append(row)
                kept.append(n)
        form.kept_rows[name] = kept
        return rows

    def block(self, form: SectionForm, name: str) -> Block:
        stored = form.rows_of(name, value_at(form.document, self.path))
        focus = str(form.context.get("focus", ""))
        rows = [
            {
                "n": n,
                "was": "" if place is None else place,
                "number": n + 1,
                "first": n == 0,
                "last": n == len(stored) - 1,
                "focus": focus.removeprefix(f"{name}-{n}-") if focus.startswith(f"{name}-{n}-") else "",
                "blocks": [item.block(form, f"{name}-{n}-{name_of(item.path)}") for item in self.items],
            }
            for n, (place, _row) in enumerate(stored)
        ]
        return Block(
            self.template,
            self,
            name,
            {"rows": rows, "count": len(rows), "focus": focus == f"{name}-add", "full": len(rows) >= MAX_ROWS},
        )

    def label_at(self, rest: str) -> str:
        match = re.match(r"\[(\d+)\](.*)", rest)
        if not match:
            return str(self.label)
        number, below = int(match[1]) + 1, match[2].lstrip(".")
        row = _("%(row)s %(n)s") % {"row": self.row_label or self.label, "n": number}
        item = self._item_at(below)
        return labelled(row, item.label_at(below[len(item.path) :])) if item else row

    def language_at(self, rest: str) -> str:
        below = re.sub(r"^\[\d+\]\.?", "", rest)
        item = self._item_at(below)
        return item.language_at(below[len(item.path) :]) if item else ""

    def shown_below(self, rest: str, value: Json) -> Json:
        below = re.sub(r"^\[\d+\]\.?", "", rest)
        item = self._item_at(below)
        return item.shown(value) if item else (self.shown([value])[0] if isinstance(value, Mapping) else value)

    def shown(self, value: Json) -> Json:
        """Each row as pairs of label and answer, in the order of the form."""
        if not isinstance(value, list):
            return value
        told = []
        for row in value:
            if not isinstance(row, Mapping):
                told.append(row)
                continue
            pairs = {str(i.label): i.shown(value_at(row, i.path)) for i in self.items}
            told.append({label: answer for label, answer in pairs.items() if not is_empty(answer)})
        return told

    def field_at(self, form: SectionForm, name: str, rest: str) -> str | None:
        """The field of the row for a path like ``[1].edtf``; rows dropped before it are skipped over."""
        match = re.match(r"\[(\d+)\]\.?(.*)", rest)
        if not match:
            return None
        kept, place = form.kept_rows.get(name, []), int(match[1])
        below = match[2]
        item = self._item_at(below) or (self.items[0] if not below else None)
        if item is None or place >= len(kept):
            return None
        n = kept[place]
        whole = f"{name}-{n}-{name_of(item.path)}"
        fitting = getattr(item, "field_at", None)
        return fitting(form, whole, below[len(item.path) :]) if fitting else whole

    def _item_at(self, below: str) -> Item | None:
        found = [i for i in self.items if below == i.path or below.startswith((f"{i.path}.", f"{i.path}["))]
        return max(found, key=lambda i: len(i.path)) if found else None


def row_action(data: QueryDict, action: str) -> tuple[QueryDict, str] | None:
    """What was posted after a row button: (the posted fields with the rows changed, the name to put the focus on).

    ``action`` is ``rows:<name>:add``, ``rows:<name>:remove:<n>``, ``…:up:<n>`` or ``…:down:<n>``; None for others.
    """
    match = _ACTION.fullmatch(action)
    if match is None:
        return None
    name, verb, n = match["name"], match["verb"], int(match["n"] or 0)
    count = row_count(data, name)
    order: list[int | None] = list(range(count))
    focus = f"{name}-add"
    if verb == "add":
        order = [*order, None][:MAX_ROWS]
        focus = f"{name}-{len(order) - 1}"
    elif n < count:
        if verb == "remove":
            order.remove(n)
            focus = f"{name}-{min(n, count - 2)}-remove" if count > 1 else focus
        else:
            to = n - 1 if verb == "up" else n + 1
            if 0 <= to < count:
                order[n], order[to] = order[to], order[n]
                focus = f"{name}-{to}-{verb}"
    return _reordered(data, name, order), focus


def _reordered(data: QueryDict, name: str, order: list[int | None]) -> QueryDict:
    fresh = data.copy()
    prefix = re.compile(rf"{re.escape(name)}-(\d+)-(.+)")
    rows: dict[int, dict[str, list[str]]] = {}
    for key in list(fresh):
        match = prefix.fullmatch(key)
        if match:
            rows.setdefault(int(match[1]), {})[match[2]] = fresh.pop(key)
    for new, old in enumerate(order):
        for rest, values in rows.get(old, {}).items() if old is not None else ():
            fresh.setlist(f"{name}-{new}-{rest}", values)
    fresh[f"{name}-rows"] = str(len(order))
    return fresh
