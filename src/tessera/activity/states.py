"""How far each translated text is: missing > draft > reviewed > current > stale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from tessera.core.models import TranslationState

State = TranslationState.State
type Texts = Mapping[str, Mapping[str, str]]
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class _Next:
    state: str
    origin: str
    source_language: str = ""
    source_text: str = ""


def text_states(object_type: str, key: str) -> dict[str, dict[str, TranslationState]]:
    """{field: {language: row}} of one record; a text without a row is missing."""
    found: dict[str, dict[str, TranslationState]] = {}
    for row in TranslationState.objects.filter(object_type=object_type, object_key=key).order_by("pk"):
        found.setdefault(row.field, {})[row.language] = row
    return found


def usual_state(language: str, origin: str) -> str:
    """The state of a text that a file brings."""
    translated = language != settings.MAIN_LANGUAGE and origin in ("official", "translation")
    return State.REVIEWED if translated else State.CURRENT


def update_states(
    object_type: str,
    key: str,
    before: Texts,
    after: Texts,
    *,
    explicit: Mapping[str, str],
    origins: Mapping[str, str],
    by: Any,
    at: datetime,
) -> None:
    """Bring the state rows of a record in line with its new texts.

    A new text is current in the main language, a draft in another where a person typed it; what a file brings is
    current, or reviewed where its origin is a translation. Where the text of the main language changes, the other
    languages go stale and keep the text they were made from; they are reviewed again if it comes back.
    ``explicit`` ({"title.fr": "reviewed"}) wins over all of it.
    """
    rows = text_states(object_type, key)
    wanted: dict[tuple[str, str], _Next] = {}
    for field, source in _sources(before, after).items():
        old, new = before.get(source, {}), after[field]
        for language in (language for language, text in new.items() if text):
            place = f"{field}.{language}"
            wanted[field, language] = _next(
                language,
                old,
                new,
                rows.get(source, {}).get(language),
                explicit=explicit.get(place, ""),
                origin=origins.get(place, ""),
                typed=by is not None,
            )
    _write(object_type, key, rows, wanted, at)


def _next(
    language: str,
    old: Mapping[str, str],
    new: Mapping[str, str],
    row: TranslationState | None,
    *,
    explicit: str,
    origin: str,
    typed: bool,
) -> _Next:
    main = settings.MAIN_LANGUAGE
    if explicit:
        return _Next(explicit, origin)
    if row is None or old.get(language) != new[language]:
        return _Next(State.DRAFT if typed and language != main else usual_state(language, origin), origin)
    kept = _Next(row.state, origin, row.source_language, row.source_text)
    source, now = old.get(main, ""), new.get(main, "")
    if language == main or source == now or not source:
        return kept
    if row.state == State.STALE:
        return _Next(State.REVIEWED, origin) if now == row.source_text else kept
    if row.state == State.DRAFT:
        return kept
    return _Next(State.STALE, origin, main, source)


def keep_sources(object_type: str, key: str, sources: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    """Say what texts that are out of date were translated from: {(field, language): (its language, it)}."""
    for (field, language), (source_language, source_text) in sources.items():
        TranslationState.objects.filter(object_type=object_type, object_key=key, field=field, language=language).update(
            source_language=source_language, source_text=source_text
        )


def _sources(before: Texts, after: Texts) -> dict[str, str]:
    """{field now: field before}: an item of a list is known by its text in the main language, else by its place."""
    main = settings.MAIN_LANGUAGE
    found: dict[str, str] = {}
    known: dict[tuple[str, str], list[str]] = {}
    for field, texts in before.items():
        if "[" in field and texts.get(main):
            known.setdefault((_INDEX.sub("[]", field), texts[main]), []).append(field)
    for field, texts in after.items():
        same = known.get((_INDEX.sub("[]", field), texts.get(main, "")), []) if "[" in field else []
        found[field] = same.pop(0) if same else field
    return found


def _write(
    object_type: str,
    key: str,
    rows: Mapping[str, Mapping[str, TranslationState]],
    wanted: Mapping[tuple[str, str], _Next],
    at: datetime,
) -> None:
    gone = [row.pk for field, found in rows.items() for code, row in found.items() if (field, code) not in wanted]
    if gone:
        TranslationState.objects.filter(pk__in=gone).delete()
    fresh, changed = [], []
    for (field, language), new in wanted.items():
        row = rows.get(field, {}).get(language)
        if row is None:
            row = TranslationState(object_type=object_type, object_key=key, field=field, language=language)
            fresh.append(row)
        elif (row.state, row.origin, row.source_language, row.source_text) == (
            new.state,
            new.origin,
            new.source_language,
            new.source_text,
        ):
            continue
        else:
            changed.append(row)
        row.state, row.origin, row.changed_at = new.state, new.origin, at
        row.source_language, row.source_text = new.source_language, new.source_text
    TranslationState.objects.bulk_create(fresh)
    TranslationState.objects.bulk_update(changed, ["state", "origin", "source_language", "source_text", "changed_at"])
