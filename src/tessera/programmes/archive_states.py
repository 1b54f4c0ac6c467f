"""How far texts are, as an archive file tells it.

The section holds only what is not usual for a text of a file (current; reviewed where its origin is a translation):
``{"training": {"mexico-2023": {"title.fr": {"state": "draft"}}}}``; a text that is out of date also says, as
``source``, what it was translated from: ``{"state": "stale", "source": {"en": "…"}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tessera.activity.documents import Document, DocumentStore
from tessera.activity.states import State, usual_state
from tessera.core.checks import taken_languages
from tessera.core.models import TranslationState

SECTION = "text_states"

type States = dict[str, dict[str, Any]]


def unusual_states(
    store: DocumentStore[Any], documents: Mapping[str, Document], rows: Iterable[TranslationState] | None = None
) -> dict[str, States]:
    """{key: states of its texts} of records by their documents, without what is usual; one query where no rows come."""
    if rows is None:
        rows = TranslationState.objects.filter(object_type=store.name, object_key__in=documents).order_by("pk")
    found: dict[str, States] = {}
    texts = {key: store.texts(document) for key, document in documents.items()}
    for row in rows:
        if not texts.get(row.object_key, {}).get(row.field, {}).get(row.language):
            continue
        if row.state == usual_state(row.language, row.origin) and not row.source_text:
            continue
        told: dict[str, Any] = {"state": row.state}
        if row.source_text:
            told["source"] = {row.source_language: row.source_text}
        found.setdefault(row.object_key, {})[f"{row.field}.{row.language}"] = told
    return {key: dict(sorted(found[key].items())) for key in documents if key in found}


def all_states(store: DocumentStore[Any], document: Document, given: States) -> dict[str, str]:
    """{"title.fr": state} of every text of a document: what is ``given``, and what is usual for the others."""
    origins = store.origins(document)
    places = {
        f"{field}.{language}": language
        for field, texts in store.texts(document).items()
        for language, text in texts.items()
        if text
    }
    usual = {place: usual_state(language, origins.get(place, "")) for place, language in places.items()}
    return usual | {place: told["state"] for place, told in given.items()}


def sources_of(given: States) -> dict[tuple[str, str], tuple[str, str]]:
    """{(field, language): (language, text) that it was translated from} of those that say so."""
    found = {}
    for place, told in given.items():
        for source in told.get("source", {}).items():
            field, _dot, language = place.rpartition(".")
            found[field, language] = source
    return found


def problems(
    section: Mapping[str, Any], records: Mapping[str, tuple[DocumentStore[Any], Mapping[str, Document]]]
) -> Iterable[tuple[str, str, str]]:
    """(path, key, problem) of all that is wrong with the section; ``records`` are those of the file by kind and key."""
    for kind, group in section.items():
        path = f"{SECTION}.{kind}"
        if kind not in records:
            yield path, "", _("There is no such section.")
            continue
        if not isinstance(group, Mapping):
            yield path, "", _("Here a group of named values is expected.")
            continue
        store, documents = records[kind]
        for key, states in group.items():
            if key not in documents:
                yield f"{path}.{key}", key, _("There is no such record in this file.")
            elif not isinstance(states, Mapping):
                yield f"{path}.{key}", key, _("Here a group of named values is expected.")
            else:
                texts = store.texts(documents[key])
                for place, told in states.items():
                    for problem in _wrong(place, told, texts):
                        yield f"{path}.{key}.{place}", key, problem


def _wrong(place: str, told: Any, texts: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    field, _dot, language = place.rpartition(".")
    if not texts.get(field, {}).get(language):
        yield _("There is no such text in this record.")
    if not isinstance(told, Mapping) or not told.keys() <= {"state", "source"}:
        yield _("Here a group of named values is expected.")
        return
    if told.get("state") not in State.values:
        yield _("“%(given)s” is not a state of a text.") % {"given": told.get("state", "")}
    source = told.get("source", {})
    if (
        not isinstance(source, Mapping)
        or len(source) > 1
        or not all(code in taken_languages() and isinstance(text, str) for code, text in source.items())
    ):
        yield _("Here one text by its language is expected.")
