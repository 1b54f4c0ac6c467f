"""Saving records as documents: one path for forms, files, clones, history and merges.

A `DocumentStore` knows how one kind of record is read as a document, checked and written; `save` here does what is
the same for all: two editors, translation states, the activity with its revision, the public record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Required, TypedDict

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tessera.activity.models import Revision
from tessera.activity.services import record
from tessera.activity.states import keep_sources, text_states, update_states
from tessera.core.checks import also_in
from tessera.core.documents import Json, changes, merge
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.core.models import TranslationState

type Document = dict[str, Any]
type Errors = dict[str, list[str]]


class RecordGone(DomainError):
    message = _("This record is no longer there. Your text was not saved.")


class Saving(TypedDict, total=False):
    """How a document is saved, whatever it is; see `save`."""

    by: Required[Any]
    at: Required[datetime]
    expected_version: int | None
    reason: str
    states: Mapping[str, str] | None


@dataclass(frozen=True)
class Saved[T: models.Model]:
    """The fresh row; whether anything changed; whether another editor's changes were merged in."""

    obj: T
    document: Document
    changed: bool
    created: bool = False
    merged: bool = False


class DocumentStore[T: models.Model]:
    """One kind of record. ``name`` is its model's name and begins its verbs: "training.edited"."""

    name: str
    # Fields that hold texts by language; "sessions[].title" for those of list items.
    text_fields: tuple[str, ...] = ()

    def __init_subclass__(cls, **named: Any) -> None:
        """Every kind's ``check`` leaves alone what was written in a language that the content has no more."""
        super().__init_subclass__(**named)
        if "check" in vars(cls):
            cls.check = _keeping_languages(cls.check)  # type: ignore[method-assign]

    def find(self, key: str) -> T | None:
        """The row, locked for this transaction."""
        raise NotImplementedError

    def read(self, obj: T) -> Document:
        """The record as its document, in canonical form."""
        raise NotImplementedError

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        """(the document in canonical form, what is wrong by path)."""
        raise NotImplementedError

    def new_key(self, document: Document) -> str:
        """A free key for a record that names none."""
        raise NotImplementedError

    def write(self, obj: T | None, document: Document, *, at: datetime, **creation: Any) -> T:
        """Make the rows say what the canonical document says; the version is counted by the caller."""
        raise NotImplementedError

    def refresh(self, obj: T, *, at: datetime) -> None:
        """Bring the public record up to date."""

    def origins(self, document: Document) -> dict[str, str]:
        """{"title.fr": "translation"}: where a text comes from, where that is known."""
        return {}

    def restorable(self, document: Document, obj: T) -> Document:
        """What of an old document may come back."""
        return document

    def texts(self, document: Document | None) -> dict[str, dict[str, str]]:
        """Every translated field of ``document`` by its path."""
        return texts_at(document or {}, self.text_fields)


def _keeping_languages(check: Callable[..., tuple[Document, Errors]]) -> Callable[..., tuple[Document, Errors]]:
    @wraps(check)
    def checked(
        store: DocumentStore[Any], document: Mapping[str, Any], before: Document | None, **context: Any
    ) -> tuple[Document, Errors]:
        with also_in(languages_in(store.texts(before))):
            return check(store, document, before, **context)

    return checked


def languages_in(texts: Mapping[str, Mapping[str, str]]) -> set[str]:
    """Every language in which one of the texts is."""
    return {language for by_language in texts.values() for language in by_language}


stores: dict[str, DocumentStore[Any]] = {}


def register(store: DocumentStore[Any]) -> None:
    """Make ``store`` known by its name, for history, translation states and rebuilding."""
    stores[store.name] = store


def store_of(obj: models.Model) -> DocumentStore[Any]:
    return stores[str(obj._meta.model_name)]


@transaction.atomic
def save[T: models.Model](
    store: DocumentStore[T],
    document: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    expected_version: int | None = None,
    reason: str = "",
    states: Mapping[str, str] | None = None,
    verb: str = "",
    origin: str = "",
    creation: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Saved[T]:
    """Write ``document``; nothing is written where `InvalidDocument` or `StaleVersion` is raised.

    ``expected_version`` is the version that the editor opened (0: a new record). Where the row is further, both are
    merged against that version's revision; places that both changed differently raise `StaleVersion`.
    ``creation`` goes to ``write`` of a new row, ``context`` to ``check``; ``origin`` is the key of the record that
    this one is a copy of.
    """
    context = context or {}
    key = str(document.get("id") or "")
    row = store.find(key) if key else None
    # A row of version 0 only keeps its place: it was never written.
    obj = row if row is not None and row.version else None  # type: ignore[attr-defined]
    if obj is None and expected_version:
        raise RecordGone
    if obj is not None and expected_version == 0:
        raise InvalidDocument({"id": [str(_("There is already a record with this address."))]})
    before = store.read(obj) if obj is not None else None
    canonical, errors = store.check(document, before, **context)
    if errors:
        raise InvalidDocument(errors, (store.name, key))
    merged = False
    if obj is not None and expected_version is not None and expected_version != obj.version:  # type: ignore[attr-defined]
        canonical = _merged(obj, canonical, before or {}, expected_version)
        canonical, errors = store.check(canonical, before, **context)
        if errors:
            raise InvalidDocument(errors, (store.name, key))
        merged = True
    created = obj is None
    if created:
        canonical["id"] = key or store.new_key(canonical)
    elif canonical == before and not states:
        return Saved(obj, before, changed=False, merged=merged)  # type: ignore[arg-type]
    fresh = store.write(row, canonical, at=at, **(creation or {}) if created else {})
    version = fresh.version = fresh.version + 1  # type: ignore[attr-defined]
    fresh.save(update_fields=["version"])
    fresh = store.find(canonical["id"]) or fresh
    update_states(
        store.name,
        canonical["id"],
        store.texts(before),
        store.texts(canonical),
        explicit=states or {},
        origins=store.origins(canonical),
        by=by,
        at=at,
    )
    record(
        verb or f"{store.name}.{'created' if created else 'edited'}",
        fresh,
        by=by,
        at=at,
        before=origin,
        reason=reason,
        changes={} if created else changes(before, canonical),
        document=canonical,
        version=version,
    )
    store.refresh(fresh, at=at)
    return Saved(fresh, canonical, changed=True, created=created, merged=merged)


@transaction.atomic
def copy[T: models.Model](
    store: DocumentStore[T],
    source: T,
    document: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    creation: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Saved[T]:
    """A new record with ``document``, which was made of that of ``source``.

    A text that is the same in both keeps its state; one that is out of date also keeps what it was translated from.
    History names the source in its reason and, so that erasure finds the place, by its key.
    """
    key = str(source.natural_code)  # type: ignore[attr-defined]
    held, rows = store.texts(store.read(source)), text_states(store.name, key)
    kept = {
        (field, language): rows[field][language]
        for field, texts in store.texts(dict(document)).items()
        for language, text in texts.items()
        if language in rows.get(field, {}) and held.get(field, {}).get(language) == text
    }
    with also_in(languages_in(held)):
        saved = save(
            store,
            document,
            by=by,
            at=at,
            expected_version=0,
            reason=str(_("From “%(title)s”.")) % {"title": source},
            states={f"{field}.{language}": row.state for (field, language), row in kept.items()},
            verb=f"{store.name}.cloned",
            origin=key,
            creation=creation,
            context=context,
        )
    sources = {place: (row.source_language, row.source_text) for place, row in kept.items() if row.source_text}
    keep_sources(store.name, saved.document["id"], sources)
    return saved


@transaction.atomic
def restore[T: models.Model](
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[T]:
    """Bring back the record as ``revision`` has it, as a new version; the history in between stays."""
    activity = revision.activity
    store = stores[activity.object_type]
    obj = store.find(activity.object_key)
    if obj is None:
        raise RecordGone
    with also_in(languages_in(store.texts(revision.document))):
        return save(
            store,
            store.restorable(revision.document, obj),
            by=by,
            at=at,
            expected_version=expected_version,
            reason=reason,
            verb=f"{store.name}.restored",
        )


@transaction.atomic
def set_text_state(
    obj: models.Model, field: str, language: str, state: str, *, by: Any, at: datetime, reason: str = ""
) -> bool:
    """Say how far one text is ("draft", "reviewed", "current"); False where there is no such text or no change."""
    store = store_of(obj)
    key = str(obj.natural_code)  # type: ignore[attr-defined]
    row = TranslationState.objects.filter(
        object_type=store.name, object_key=key, field=field, language=language
    ).first()
    if row is None or row.state == state or state not in ("draft", "reviewed", "current"):
        return False
    before, row.state, row.source_text, row.source_language, row.changed_at = row.state, state, "", "", at
    row.save()
    record(
        f"{store.name}.text_{state}",
        obj,
        by=by,
        at=at,
        before=before,
        after=state,
        reason=reason,
        changes={f"{field}.{language}": [before, state]},
    )
    store.refresh(obj, at=at)
    return True


def revision_of(obj: models.Model, version: int) -> Document | None:
    """The document that ``obj`` had in ``version``, where it was kept."""
    found = (
        Revision.objects.filter(
            activity__object_type=obj._meta.model_name,
            activity__object_key=str(obj.natural_code),  # type: ignore[attr-defined]
            version=version,
        )
        .order_by("-pk")
        .first()
    )
    return found.document if found else None


def public_texts(
    store_name: str, key: str, texts: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """({field: {language: text}} without the drafts, languages in which a text is out of date).

    A text whose state nobody recorded is taken as current.
    """
    states = text_states(store_name, key)
    shown: dict[str, dict[str, str]] = {}
    stale: set[str] = set()
    for field, by_language in texts.items():
        shown[field] = {}
        for language, text in by_language.items():
            row = states.get(field, {}).get(language)
            if row is not None and row.state == TranslationState.State.DRAFT:
                continue
            if row is not None and row.state == TranslationState.State.STALE:
                stale.add(language)
            shown[field][language] = text
    return shown, sorted(stale)


def _merged(obj: Any, mine: Document, theirs: Document, expected_version: int) -> Document:
    base = revision_of(obj, expected_version) or {}
    both, conflicts = merge(base, mine, theirs)
    if conflicts:
        raise StaleVersion(conflicts=conflicts, base=base, mine=mine, theirs=theirs, version=obj.version)
    return both


def texts_at(document: Mapping[str, Any], fields: Iterable[str]) -> dict[str, dict[str, str]]:
    """{path: texts by language} of the ``fields`` of a document; "sessions[].title" stands for every item."""
    return {path: dict(value) for field in fields for path, value in _at(document, field)}


_PART = re.compile(r"([^.\[\]]+)(\[\])?")


def _at(document: Json, field: str, path: str = "") -> Iterable[tuple[str, Mapping[str, str]]]:
    first, _dot, rest = field.partition(".")
    match = _PART.fullmatch(first)
    if match is None or not isinstance(document, Mapping):
        return
    name, many = match[1], match[2]
    value = document.get(name)
    here = f"{path}.{name}" if path else name
    if many and isinstance(value, list):
        for n, item in enumerate(value):
            yield from _at(item, rest, f"{here}[{n}]")
    elif rest:
        yield from _at(value, rest, here)
    elif isinstance(value, Mapping) and value:
        yield here, value
