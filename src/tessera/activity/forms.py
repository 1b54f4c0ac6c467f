"""The form of a section of a record: filled, posted, resolved against another editor's changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from tessera.activity.documents import revision_of, store_of
from tessera.activity.kinds import RecordKind, kinds
from tessera.activity.states import text_states
from tessera.core.documents import Json, merge
from tessera.core.errors import StaleVersion
from tessera.core.folding import clean
from tessera.core.models import TranslationState
from tessera.web.sections import (
    Found,
    Section,
    SectionForm,
    TextState,
    label_of,
    language_at,
    language_words,
    shown_at,
    with_names,
)
from tessera.web.sections.paths import put_exactly, value_at


class ReasonForm(forms.Form):
    """Why: kept in the history."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the history of this record; one sentence will do."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NamesForm(forms.Form):
    """A name in each language of the content; one is enough."""

    limit = 300
    words = _("Title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {}
        for code in settings.CONTENT_LANGUAGES:
            info = get_language_info(code)
            names[f"name_{code}"] = forms.CharField(
                label=gettext("%(label)s in %(language)s") % {"label": self.words, "language": language_words(code)},
                required=False,
                max_length=self.limit,
                widget=forms.TextInput(attrs={"lang": code, "dir": "rtl" if info["bidi"] else "ltr"}),
            )
        self.fields = {**names, **self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = {code: clean(data.get(f"name_{code}") or "", lines=False) for code in settings.CONTENT_LANGUAGES}
        data["names"] = {code: name for code, name in names.items() if name}
        if not data["names"] and not self.errors:
            self.add_error(f"name_{settings.MAIN_LANGUAGE}", gettext("Write it in at least one language."))
        return data


def states_of(kind: RecordKind, obj: models.Model, document: Mapping[str, Json]) -> dict[str, dict[str, TextState]]:
    """{"title": {"fr": state}} for the form: what is missing says so, what is out of date says since which text."""
    rows = text_states(kind.name, str(obj.natural_code))  # type: ignore[attr-defined]
    found: dict[str, dict[str, TextState]] = {}
    for path, texts in store_of(obj).texts(dict(document)).items():
        found[path] = {code: _state(rows.get(path, {}).get(code), texts) for code, text in texts.items() if text}
    return found


def _state(row: TranslationState | None, texts: Mapping[str, str]) -> TextState:
    if row is None:
        return TextState("current")
    source = row.source_language or settings.MAIN_LANGUAGE
    return TextState(row.state, row.source_text, texts.get(source, ""), source)


def section_form(
    kind: RecordKind,
    section: Section,
    obj: Any,
    document: Mapping[str, Json],
    data: QueryDict | None = None,
    *,
    user: Any,
    focus: str = "",
    quiet: bool = False,
) -> SectionForm:
    """The form of ``section`` over ``document``, the version that its editor ``user`` opened."""
    finders = {name: _within_reach(found, name, document, user) for name, found in kind.finders().items()}
    context = {"states": states_of(kind, obj, document), "finders": finders, "focus": focus, "record": obj}
    return SectionForm(section, document, data, context=context, quiet=quiet)


def _within_reach(found: Found, name: str, document: Mapping[str, Json], user: Any) -> Found:
    """The same finder for ``user``: it finds what they may know of, and makes new ones for whoever may make them.

    What the document names already may stay in it.
    """
    kind = kinds[name]

    def known(slugs: list[str]) -> set[str]:
        return set(kind.rows(user).filter(**{f"{kind.key}__in": slugs}).values_list(kind.key, flat=True))

    def similar(text: str) -> list[Any]:
        matches = found.similar(text)
        seen = known([match.slug for match in matches]) if matches else set()
        return [match for match in matches if match.slug in seen]

    return replace(
        found,
        similar=similar,
        may_create=found.may_create and kind.may(user, found.creation, None),
        may_choose=lambda slug: f'"{slug}"' in json.dumps(document) or slug in known([slug]),
    )


def opened_document(kind: RecordKind, obj: Any, version: int) -> dict[str, Json]:
    """The document as the editor opened it; the present one where that version was not kept."""
    if version == obj.version:
        return kind.document(obj)
    return revision_of(obj, version) or kind.document(obj)


def as_query(fields: Mapping[str, Iterable[str]]) -> QueryDict:
    """Kept fields as if they had just been posted."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


@dataclass(frozen=True)
class Conflict:
    """One place that two editors changed differently."""

    n: int
    path: str
    label: str
    base: Json
    mine: Json
    theirs: Json
    is_text: bool
    language: str = ""
    choice: str = ""
    text: str = ""


@dataclass(frozen=True)
class Resolution:
    """The conflicts of one save, and the merged document once each is decided."""

    conflicts: list[Conflict]
    version: int
    merged: dict[str, Json]

    @property
    def is_decided(self) -> bool:
        return all(conflict.choice for conflict in self.conflicts)


def resolution(kind: RecordKind, stale: StaleVersion, data: QueryDict) -> Resolution:
    """What stands against what, and what the editor chose in ``data``, where that was shown the same version."""
    merged, paths = merge(stale.base, stale.mine, stale.theirs)
    for path in [path for path in paths if any(re.fullmatch(pattern, path) for pattern in kind.derived)]:
        paths.remove(path)
        put_exactly(merged, path, None)
    answered = data.get("their-version") == str(stale.version)
    conflicts, finders = [], kind.finders()
    for n, path in enumerate(paths):
        base, mine, theirs = (value_at(side, path) for side in (stale.base, stale.mine, stale.theirs))
        sides = [shown_at(kind.sections, path, value) for value in (base, mine, theirs)]
        # What is told in other words than it is kept in (a day, a choice, a record) cannot be typed together.
        is_text = sides == [base, mine, theirs] and all(value is None or isinstance(value, str) for value in sides)
        choice = data.get(f"choose-{n}", "") if answered and data.get(f"conflict-{n}") == path else ""
        typed = clean(data.get(f"text-{n}", ""))
        if choice == "theirs":
            put_exactly(merged, path, theirs)
        elif choice == "text" and is_text:
            put_exactly(merged, path, typed or None)
        elif choice != "mine":
            choice = ""
        base, mine, theirs = with_names(sides, finders)
        label, text = label_of(kind.sections, path), typed or str(mine or "")
        conflicts.append(
            Conflict(n, path, label, base, mine, theirs, is_text, language_at(kind.sections, path), choice, text)
        )
    return Resolution(conflicts, stale.version, merged)
