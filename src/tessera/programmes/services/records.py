"""Saving trainings, topics, sources and the programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.accounts.models import Person
from tessera.activity import documents
from tessera.activity.documents import Document, DocumentStore, Errors, Saved, Saving
from tessera.activity.models import Activity
from tessera.core.checks import Checked
from tessera.core.codes import free_slug
from tessera.core.errors import DomainError
from tessera.core.translated import best
from tessera.organisations.models import Organisation
from tessera.programmes.checking import checked_training
from tessera.programmes.documents import (
    PROGRAMME_SLUG,
    series_document,
    source_document,
    topic_document,
    training_document,
)
from tessera.programmes.known import Known, known
from tessera.programmes.models import (
    Programme,
    Series,
    Source,
    Topic,
    Training,
)
from tessera.programmes.publishing import topic_publication, training_publication
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.rows import write_fields, write_parts
from tessera.programmes.texts import SERIES_TEXTS, TOPIC_TEXTS, TRAINING_TEXTS
from tessera.publications.services import Publication
from tessera.publications.stores import PublicStore


class NoProgramme(DomainError):
    message = gettext_lazy("There is no programme yet: load the archive or write one first.")


class TrainingStore(PublicStore[Training]):
    name = "training"
    text_fields = TRAINING_TEXTS

    def whole(self) -> models.QuerySet[Training]:
        return trainings_whole()

    def publication(self, obj: Training) -> Publication:
        return training_publication(obj)

    def read(self, obj: Training) -> Document:
        return training_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        world: Known = context.get("known") or known()
        canonical, errors = checked_training(document, before, world, any_status=bool(context.get("any_status")))
        if not errors and not self._is_rehearsal(canonical["id"], bool(context.get("rehearsal"))):
            errors = _rehearsal_named(canonical)
        return canonical, errors

    def _is_rehearsal(self, key: str, otherwise: bool) -> bool:
        known_as = Training.objects.filter(slug=key, version__gt=0).values_list("rehearsal", flat=True).first()
        return otherwise if known_as is None else known_as

    def new_key(self, document: Document) -> str:
        return free_training_slug(best(document["title"])[0])

    def write(self, obj: Training | None, document: Document, *, at: datetime, **creation: Any) -> Training:
        row = obj or Training(slug=document["id"], programme=_programme())
        for field, value in creation.items():
            setattr(row, field, value)
        write_fields(row, document)
        row.changed_at = at
        row.save()
        write_parts(row, document)
        return row

    def origins(self, document: Document) -> dict[str, str]:
        found = {f"title.{language}": origin for language, origin in document["title_status"].items()}
        for n, session in enumerate(document["sessions"]):
            for language, origin in session.get("title_status", {}).items():
                found[f"sessions[{n}].title.{language}"] = origin
        return found

    def restorable(self, document: Document, obj: Training) -> Document:
        """The old text and facts; the training stays where it stands."""
        return {**document, "status": obj.status}


class TopicStore(PublicStore[Topic]):
    name = "topic"
    text_fields = TOPIC_TEXTS

    def whole(self) -> models.QuerySet[Topic]:
        return Topic.objects.all()

    def publication(self, obj: Topic) -> Publication:
        return topic_publication(obj)

    def read(self, obj: Topic) -> Document:
        return topic_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        see = Checked()
        given = see.mapping(document, "", ("id", "name", "description", "order"))
        name = see.texts(given.get("name"), "name", limit=120)
        if not name:
            see.wrong("name", _("Write the name in at least one language."))
        description = see.texts(given.get("description"), "description", limit=1200, lines=True)
        order = see.whole(given.get("order"), "order", most=10_000)
        optional: Document = {"description": description, "order": order}
        canonical: Document = {"id": see.text(given.get("id"), "id", limit=60), "name": name}
        return canonical | {key: value for key, value in optional.items() if value}, see.errors

    def new_key(self, document: Document) -> str:
        return free_slug(
            best(document["name"])[0], lambda slug: Topic.objects.filter(slug=slug).exists(), fallback=self.name
        )[:60]

    def write(self, obj: Topic | None, document: Document, *, at: datetime, **creation: Any) -> Topic:
        row = obj or Topic(slug=document["id"])
        for field, value in creation.items():
            setattr(row, field, value)
        row.name, row.description = document["name"], document.get("description", {})
        row.order = document.get("order", 0)
        row.save()
        return row


class SeriesStore(DocumentStore[Series]):
    name = "series"
    text_fields = SERIES_TEXTS

    def find(self, key: str) -> Series | None:
        return Series.objects.select_for_update().filter(slug=key).first()

    def read(self, obj: Series) -> Document:
        return series_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        see = Checked()
        given = see.mapping(document, "", ("id", "name"))
        name = see.texts(given.get("name"), "name", limit=120)
        if not name:
            see.wrong("name", _("Write the name in at least one language."))
        return {"id": see.text(given.get("id"), "id", limit=80), "name": name}, see.errors

    def new_key(self, document: Document) -> str:
        return free_slug(
            best(document["name"])[0][:60], lambda slug: Series.objects.filter(slug=slug).exists(), fallback=self.name
        )

    def write(self, obj: Series | None, document: Document, *, at: datetime, **creation: Any) -> Series:
        row = obj or Series(slug=document["id"])
        row.name = document["name"]
        row.save()
        return row

    def refresh(self, obj: Series, *, at: datetime) -> None:
        """Its editions name it as it is now."""
        for training in trainings.whole().filter(series=obj, published=True):
            trainings.refresh(training, at=at)


class SourceStore(DocumentStore[Source]):
    name = "source"

    def find(self, key: str) -> Source | None:
        return Source.objects.select_for_update().filter(code=key).first()

    def read(self, obj: Source) -> Document:
        return source_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        see = Checked()
        keys = ("id", "kind", "title", "publisher", "url", "language", "state", "note")
        given = see.mapping(document, "", keys)
        canonical: Document = {
            "id": see.text(given.get("id"), "id", limit=20),
            "kind": see.known(
                given.get("kind"), "kind", ("primary", "external"), _("“%(given)s” is not a kind of source.")
            ),
            "title": see.text(given.get("title"), "title", limit=300, required=True),
        }
        limits = {"publisher": 200, "url": 500, "language": 12, "state": 0, "note": 0}
        texts = {key: see.text(given.get(key), key, limit=limit, lines=not limit) for key, limit in limits.items()}
        return canonical | {key: text for key, text in texts.items() if text}, see.errors

    def new_key(self, document: Document) -> str:
        """The next code: S1, S2, … for primary sources, X1, X2, … for others.

        That of a deleted source is not given again: old versions of trainings still name it.
        """
        letter = "S" if document["kind"] == "primary" else "X"
        known = Activity.objects.filter(object_type=self.name, object_key__startswith=letter)
        codes = {
            *Source.objects.filter(code__startswith=letter).values_list("code", flat=True),
            *known.values_list("object_key", flat=True),
        }
        return f"{letter}{max((int(code[1:]) for code in codes if code[1:].isdecimal()), default=0) + 1}"

    def write(self, obj: Source | None, document: Document, *, at: datetime, **creation: Any) -> Source:
        row = obj or Source(code=document["id"], order=Source.objects.count())
        row.kind, row.title = document["kind"], document["title"]
        for key in ("publisher", "url", "language", "state", "note"):
            setattr(row, key, document.get(key, ""))
        row.save()
        return row

    def refresh(self, obj: Source, *, at: datetime) -> None:
        """Every training that names the source shows what it is now."""
        trainings.rebuild(at)


trainings = TrainingStore()
topics = TopicStore()
series = SeriesStore()
sources = SourceStore()
for _store in (trainings, topics, series, sources):
    documents.register(_store)


def save_training(
    document: Mapping[str, Any],
    *,
    rehearsal: bool = False,
    **how: Unpack[Saving],
) -> Saved[Training]:
    """Write a training; see ``activity.documents.save``. Its status changes by ``set_status`` only."""
    return documents.save(
        trainings,
        document,
        **how,
        creation={"rehearsal": rehearsal},
        context={"rehearsal": rehearsal},
    )


def save_topic(
    document: Mapping[str, Any],
    *,
    rehearsal: bool = False,
    published: bool = True,
    **how: Unpack[Saving],
) -> Saved[Topic]:
    """Write a topic; see ``activity.documents.save``. The last two hold for a new one only."""
    return documents.save(
        topics,
        document,
        **how,
        creation={"rehearsal": rehearsal, "published": published},
    )


def save_series(document: Mapping[str, Any], **how: Unpack[Saving]) -> Saved[Series]:
    """Write a series; see ``activity.documents.save``."""
    return documents.save(series, document, **how)


def save_source(document: Mapping[str, Any], **how: Unpack[Saving]) -> Saved[Source]:
    """Write a source; see ``activity.documents.save``."""
    return documents.save(sources, document, **how)


def rebuild_trainings(at: datetime) -> int:
    """Write the public record of every published training anew; returns how many."""
    return trainings.rebuild(at)


def free_training_slug(text: str) -> str:
    return free_slug(text, lambda slug: Training.objects.filter(slug=slug).exists(), fallback="training")


def next_topic_order() -> int:
    """The place after every topic."""
    return (Topic.objects.aggregate(models.Max("order"))["order__max"] or 0) + 1


def _rehearsal_named(document: Document) -> Errors:
    """Invented people and organisations have no place in a real training."""
    people = [item["person"] for item in document["people"]]
    invented = set(Person.objects.filter(slug__in=people, rehearsal=True).values_list("slug", flat=True))
    bodies = [*(item["organisation"] for item in document["organisations"]), *document["study_visits"]]
    invented |= set(Organisation.objects.filter(slug__in=bodies, rehearsal=True).values_list("slug", flat=True))
    sentence = _("“%(given)s” is a rehearsal record: it has no place in a real training.")
    errors: Errors = {}
    for name, kind in (("people", "person"), ("organisations", "organisation")):
        for n, item in enumerate(document[name]):
            if item[kind] in invented:
                errors[f"{name}[{n}].{kind}"] = [sentence % {"given": item[kind]}]
    for n, slug in enumerate(document["study_visits"]):
        if slug in invented:
            errors[f"study_visits[{n}]"] = [sentence % {"given": slug}]
    return errors


def _programme() -> Programme:
    found = Programme.objects.filter(slug=PROGRAMME_SLUG).first()
    if found is None:
        raise NoProgramme
    return found
