"""The archive as one JSON file: checked whole, loaded, and written out again.

``load`` checks every row first and writes nothing until the file is clean. It remembers what each record was in the
file: a record that was edited here since is kept as it is, and reported. ``dump`` gives the same facts back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.accounts.models import Person
from tessera.activity import documents
from tessera.activity.documents import Document, DocumentStore
from tessera.activity.states import keep_sources
from tessera.core.checks import also_in
from tessera.core.errors import DomainError, InvalidDocument
from tessera.core.models import LoadedRecord
from tessera.organisations.models import Organisation
from tessera.organisations.services import organisations, persons
from tessera.organisations.services.organisation import organisation_slugs
from tessera.places.models import Country
from tessera.places.services import load_reference_data, places_changed
from tessera.programmes.archive_checks import Row, check, languages_of
from tessera.programmes.archive_states import SECTION, States, all_states, sources_of, unusual_states
from tessera.programmes.documents import PROGRAMME_SLUG
from tessera.programmes.known import known
from tessera.programmes.models import ArchiveSection
from tessera.programmes.services.programme import programmes
from tessera.programmes.services.records import series, sources, topics, trainings

SCHEMA = "tessera-archive"
HEADER = ("schema", "schema_version", "about", "languages", "default_region_scheme")


class ArchiveRefused(DomainError):
    """A file that was not loaded; ``rows`` say where and why."""

    message = gettext_lazy("The file was not loaded: some of its rows cannot be taken. Nothing was changed.")

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        super().__init__()


@dataclass
class LoadReport:
    """What a load did, by record ("training mexico-2023")."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        return bool(self.created or self.changed)


def load(
    data: Any, *, at: datetime, by: Any = None, source: str = "archive", rehearsal: bool = False, published: bool = True
) -> LoadReport:
    """Take a file in; `ArchiveRefused` lists every wrong row, and then nothing is written. Safe to repeat.

    ``source`` names the file among others. A second load of the same file changes nothing; one of a newer file
    changes what was not edited here. ``rehearsal`` and ``published`` hold for the records it makes; a row that says
    ``"published": false`` stays hidden.
    """
    load_reference_data(at)
    rows = check(data)
    if rows:
        raise ArchiveRefused(rows)
    with transaction.atomic(), also_in(languages_of(data)):
        return _Load(data, at=at, by=by, source=source, rehearsal=rehearsal, published=published).run()


class _Load:
    """One run of ``load`` over a checked file."""

    def __init__(
        self, data: Mapping[str, Any], *, at: datetime, by: Any, source: str, rehearsal: bool, published: bool
    ) -> None:
        self.data, self.at, self.by, self.source = data, at, by, source
        self.rehearsal, self.published = rehearsal, published
        self.states: Mapping[str, Mapping[str, States]] = data.get(SECTION, {})
        self.report = LoadReport()
        self.context: dict[str, Any] = {}
        self.memory = {(row.kind, row.key): row for row in LoadedRecord.objects.filter(source=source)}

    def run(self) -> LoadReport:
        data = self.data
        self._sections()
        self._countries()
        for document in data.get("sources", []):
            self._record(sources, document)
        self._places_in_line(Organisation, "organisations")
        self.context = {"organisations": organisation_slugs()}
        for document in data.get("organisations", []):
            self._record(organisations, document)
        self.context = {}
        if data.get("programme"):
            self._record(programmes, {"id": PROGRAMME_SLUG, **data["programme"]})
        for n, (slug, name) in enumerate(data.get("topics", {}).items(), 1):
            self._record(topics, _topic(slug, name, n))
        for slug, name in data.get("series", {}).items():
            self._record(series, {"id": slug, "name": dict(name)})
        self._places_in_line(Person, "people")
        self.context = {"organisations": organisation_slugs()}
        for document in data.get("people", []):
            self._record(persons, document)
        self.context = {"known": known(), "any_status": True, "rehearsal": self.rehearsal}
        for document in data.get("trainings", []):
            self._record(trainings, document)
        return self.report

    def _record(self, store: DocumentStore[Any], document: Mapping[str, Any]) -> None:
        document = dict(document)
        published = self.published and document.pop("published", True)
        key = document["id"]
        given: States = self.states.get(store.name, {}).get(key, {})
        digest = _digest(document, given)
        states = {place: told["state"] for place, told in given.items()}
        label = f"{store.name} {key}"
        remembered = self.memory.get((store.name, key))
        obj = store.find(key)
        if obj is not None and obj.version == 0:
            obj = None
        if remembered is not None:
            if obj is None:
                self.report.kept.append(f"{label}: " + _("removed here"))
                return
            present = store.read(obj)
            plain = remembered.digest == digest_of(present)
            # Where the file says how far texts are, a state that was set here is an edit.
            own = unusual_states(store, {key: present}).get(key, {}) if given or not plain else {}
            edited = remembered.digest != _digest(present, own)
            if remembered.digest == digest:
                (self.report.kept if edited else self.report.unchanged).append(
                    f"{label}: " + _("edited here") if edited else label
                )
                return
            if edited:
                self.report.kept.append(f"{label}: " + _("edited here, and other in the file"))
                return
            if (given or own) and (own != given or present != document):
                states = all_states(store, document, given)
            else:
                states = {}
        elif obj is not None:
            present = store.read(obj)
            own = unusual_states(store, {key: present}).get(key, {}) if given else {}
            if present != document or own != given:
                self.report.kept.append(f"{label}: " + _("was here before the file"))
                return
            states = {}
        try:
            saved = documents.save(
                store,
                document,
                by=self.by,
                at=self.at,
                states=states,
                verb=f"{store.name}.loaded",
                creation=self._creation(store, published),
                context=self.context,
            )
        except InvalidDocument as refused:  # it names what was removed here
            rows = [Row(place, key, str(text)) for place, texts in refused.errors.items() for text in texts]
            raise ArchiveRefused(rows) from refused
        keep_sources(store.name, key, sources_of(given))
        self._remember(store.name, key, digest)
        listed = self.report.created if saved.created else self.report.changed if saved.changed else None
        (self.report.unchanged if listed is None else listed).append(label)

    def _creation(self, store: DocumentStore[Any], published: bool) -> dict[str, Any]:
        if store in (sources, programmes, series):
            return {}
        return {"rehearsal": self.rehearsal, "published": published}

    def _remember(self, kind: str, key: str, digest: str) -> None:
        LoadedRecord.objects.update_or_create(
            source=self.source, kind=kind, key=key, defaults={"digest": digest, "loaded_at": self.at}
        )

    def _places_in_line(self, model: Any, name: str) -> None:
        """Keep a row free for each new record in the order of the file, so that rows may name later ones."""
        new = [d["id"] for d in self.data.get(name, []) if (_KINDS[name], d["id"]) not in self.memory]
        present = set(model.objects.filter(slug__in=new).values_list("slug", flat=True))
        model.objects.bulk_create(model(slug=slug, rehearsal=self.rehearsal) for slug in new if slug not in present)

    def _sections(self) -> None:
        """What no other row holds. Rehearsal files bring none."""
        if self.rehearsal:
            return
        schemes = {code: facts["name"] for code, facts in self.data.get("region_schemes", {}).items()}
        parts = {name: self.data[name] for name in HEADER if name in self.data and name != "default_region_scheme"}
        wanted = {"header": parts, "vocabularies": self.data.get("vocabularies"), "scheme_names": schemes}
        for name, part in wanted.items():
            if part:
                ArchiveSection.objects.update_or_create(name=name, defaults={"data": part})

    def _countries(self) -> None:
        """Remarks about countries; the rest of their facts was checked against the places that are here."""
        changed = False
        for code, facts in self.data.get("countries", {}).items():
            changed |= bool(
                Country.objects.filter(code=code).exclude(note=facts.get("note", "")).update(note=facts.get("note", ""))
            )
        if changed:
            places_changed()


_KINDS = {"organisations": "organisation", "people": "person"}


def digest_of(document: Mapping[str, Any]) -> str:
    """A number for a document that does not depend on the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _digest(document: Mapping[str, Any], states: States) -> str:
    """As ``digest_of``, with what a file says of the texts where it says anything."""
    return digest_of({"document": document, "states": states} if states else document)


def edited_since_load(kind: str, obj: Any, source: str = "archive") -> bool:
    """Whether a loaded record was changed here; False for one that no file brought."""
    row = LoadedRecord.objects.filter(source=source, kind=kind, key=obj.natural_code).first()
    return row is not None and row.digest != digest_of(documents.stores[kind].read(obj))


def _topic(slug: str, name: Mapping[str, Any], order: int) -> Document:
    if "name" in name:
        document = {"id": slug, "order": order, **name}
        return {key: value for key, value in document.items() if key != "order" or value}
    return {"id": slug, "name": dict(name), "order": order}
