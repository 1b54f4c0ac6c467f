"""The form of one section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from tessera.web.punctuation import labelled
from tessera.web.sections.items import Block, Item, Section, name_of
from tessera.web.sections.paths import Json, value_at

if TYPE_CHECKING:
    from tessera.web.sections.reference import Creation, Reference

MAX_ROWS = 200


class SectionForm(forms.Form):
    """The fields of a section, filled from a document or from what was posted.

    ``context`` is what items ask for beside the document: ``states`` of translated texts, ``finders`` of other
    records, the name of the field to ``focus``. ``quiet`` shows what was posted without judging it.
    """

    use_required_attribute = False

    def __init__(
        self,
        section: Section,
        document: Mapping[str, Json],
        data: QueryDict | None = None,
        *,
        context: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> None:
        super().__init__(data=None if data is None else data.copy())  # rows fill in what a new one begins with
        self.section, self.document, self.quiet = section, document, quiet
        self.context: Mapping[str, Any] = context or {}
        self.references: list[tuple[str, Reference]] = []
        self.creations: list[Creation] = []
        self.kept_rows: dict[str, list[int]] = {}
        self._names: dict[str, dict[str, str]] = {}
        for item in section.items:
            item.add_to(self, name_of(item.path), value_at(document, item.path))

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.quiet else super().errors

    def clean(self) -> dict[str, Any]:
        for name, item in self.references:
            creation = item.resolve(self, name)
            if creation:
                self.creations.append(creation)
        return self.cleaned_data

    @property
    def blocks(self) -> list[Block]:
        """The items in order, as the template shows them."""
        return [item.block(self, name_of(item.path)) for item in self.section.items]

    def rows_of(self, name: str, stored: Json) -> list[tuple[int | None, Mapping[str, Json]]]:
        """The rows of a list as (place in the document or None for a new one, what stood there)."""
        kept = stored if isinstance(stored, list) else []
        if not self.is_bound:
            return list(enumerate(kept))
        rows: list[tuple[int | None, Mapping[str, Json]]] = []
        for n in range(row_count(self.data, name)):
            was = self.data.get(f"{name}-{n}-was") or ""
            place = int(was) if was.isdecimal() and len(was) < 10 and int(was) < len(kept) else None
            rows.append((place, kept[place] if place is not None else {}))
        return rows

    def path_of(self, name: str) -> str:
        """The place in the document that a field is about; "" in a row that is not in the document yet."""
        row = re.fullmatch(r"(.+?)-(\d+)-(.+)", name)
        if row is None:
            return name.replace("--", ".")
        place = self.data.get(f"{row[1]}-{row[2]}-was", "") if self.is_bound else row[2]
        return f"{row[1]}[{place}].{row[3]}".replace("--", ".") if place else ""

    def names_of(self, kind: str) -> dict[str, str]:
        """{slug: name} of every record that the form refers to now, asked for once."""
        if kind not in self._names:
            slugs = {str(self[name].value() or "") for name, item in self.references if item.kind == kind} - {""}
            self._names[kind] = self.context["finders"][kind].named(sorted(slugs)) if slugs else {}
        return self._names[kind]

    def names_known(self, kind: str, slugs: list[str]) -> dict[str, str]:
        """{slug: name} of records that items offer to choose from."""
        finders = self.context.get("finders", {})
        return finders[kind].named(slugs) if slugs and kind in finders else {}

    def patched(self) -> dict[str, Json]:
        """A copy of the document with the answers in it; only after ``is_valid()``."""
        document = deepcopy(dict(self.document))
        for item in self.section.items:
            item.write(self, name_of(item.path), document)
        return document

    def place_errors(self, errors: Mapping[str, list[Any]]) -> None:
        """Show the errors of a refused document at the fields that ask for those places, the others on top."""
        for path, texts in errors.items():
            found = self.section.item_at(path)
            name = self._field_at(found[0], found[1], path) if found else None
            label = "" if name or not found else found[0].label_at(found[1])
            for text in texts:
                self.add_error(name, labelled(label, text) if label else text)

    def _field_at(self, item: Item, rest: str, path: str) -> str | None:
        fitting = getattr(item, "field_at", None)
        candidates = [fitting(self, name_of(item.path), rest)] if fitting else []
        candidates += [name_of(path), name_of(item.path)]
        return next((name for name in candidates if name in self.fields), None)


def row_count(data: Any, name: str) -> int:
    """How many rows of ``name`` were posted; never more than a page can hold."""
    text = data.get(f"{name}-rows") or "0"
    return min(int(text[:9]), MAX_ROWS) if text.isdecimal() else 0
