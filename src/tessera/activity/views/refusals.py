"""The errors of a document that was refused, on the page of the act that wanted to write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from tessera.activity.kinds import RecordKind, kinds
from tessera.core.errors import InvalidDocument
from tessera.web.punctuation import labelled
from tessera.web.sections import SectionForm, field_name


def add_refusals(
    form: forms.Form, kind: RecordKind, errors: Mapping[str, list[Any]], key: str = "", *, name: str = ""
) -> None:
    """Say each error of a document above ``form``, by the name of its place.

    With ``key``, that of the record in which the error stands, the place is a link to the section that asks for it.
    ``name`` is that of the record, where it is another than the form's own.
    """
    for path, texts in errors.items():
        said = " ".join(map(str, texts))
        section = next((part for part in kind.sections if part.item_at(path)), None)
        if section is None:
            unasked = kind.other_places.get(path, path)
            form.add_error(None, labelled(labelled(name, unasked) if name else unasked, said))
            continue
        item, rest = section.item_at(path) or (section.items[0], "")
        place: Any = labelled(section.title, item.label_at(rest))
        if name:
            place = labelled(name, place)
        if key:
            row = re.match(r"[^\[]+\[\d+\]", path)
            anchor = f"#f-{field_name(row[0])}" if row else ""
            place = format_html('<a href="{}{}">{}</a>', kind.address("edit", key, section.key), anchor, place)
        form.add_error(None, format_html(labelled("{}", "{}"), place, said))


def add_refusal_elsewhere(form: forms.Form, refused: InvalidDocument, user: Any) -> None:
    """Say above ``form`` which record cannot be saved as it is, and where, to a ``user`` who may know of it.

    The act wanted to write into that one too.
    """
    kind, key = kinds.get(refused.record[0]), refused.record[1]
    row = kind.rows(user).filter(**{kind.key: key}).first() if kind else None
    if kind is None or row is None:
        form.add_error(None, str(refused))
        return
    add_refusals(form, kind, refused.errors, key, name=str(row))


def place_refusals(form: SectionForm, kind: RecordKind, errors: Mapping[str, list[Any]], key: str) -> None:
    """Show the errors of a document at the fields of its section; those of other sections on top, with the way there."""
    here = {path: texts for path, texts in errors.items() if form.section.item_at(path)}
    form.place_errors(here)
    add_refusals(form, kind, {path: texts for path, texts in errors.items() if path not in here}, key)
