"""Saving, publishing, copying and deleting persons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Unpack

from django.db import models, transaction
from django.utils.translation import gettext as _

from tessera.accounts.models import Person
from tessera.accounts.names import clean_name, sort_name, split_name
from tessera.activity import documents
from tessera.activity.documents import Document, Errors, Saved, Saving
from tessera.activity.models import Revision
from tessera.core.codes import free_slug
from tessera.core.folding import fold, words
from tessera.organisations import finder
from tessera.organisations.documents import checked_person, names_of, person_document
from tessera.organisations.models import Organisation, Position
from tessera.organisations.publishing import person_publication
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.organisations.services import showing
from tessera.organisations.services.organisation import organisation_slugs
from tessera.publications.services import Publication
from tessera.publications.stores import PublicStore


class PersonStore(PublicStore[Person]):
    name = "person"
    text_fields = ("position", "bio")

    def whole(self) -> models.QuerySet[Person]:
        return persons_whole()

    def publication(self, obj: Person) -> Publication:
        return person_publication(obj)

    def is_found(self, obj: Person) -> bool:
        """Whether the finder and the public may know of it."""
        return obj.merged_into_id is None and obj.anonymised_at is None

    def is_shown(self, obj: Person) -> bool:
        return obj.published and self.is_found(obj)

    def read(self, obj: Person) -> Document:
        return person_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        known = context.get("organisations")
        canonical, errors = checked_person(
            document, before, organisations=organisation_slugs() if known is None else known
        )
        if not errors:
            _drop_needless_records(canonical)
        return canonical, errors

    def new_key(self, document: Document) -> str:
        return free_slug(
            document["name"]["display"], lambda slug: Person.objects.filter(slug=slug).exists(), fallback=self.name
        )

    def write(self, obj: Person | None, document: Document, *, at: datetime, **creation: Any) -> Person:
        row = obj or Person(slug=document["id"])
        for field, value in creation.items():
            setattr(row, field, value)
        name = document["name"]
        row.given, row.family, row.display = name["given"], name["family"], name["display"]
        row.sort_name = name.get("sort") or sort_name(row.given, row.family, row.display)
        row.other_names = name.get("other", [])
        row.position, row.biography = document["position"], document["bio"]
        row.as_of, row.remarks = document.get("as_of", ""), document.get("data_quality", [])
        approved = document.get("approved_on")
        row.approved_on = date.fromisoformat(approved) if approved else None
        row.work_country_id = document.get("work_country")
        row.save()
        _write_positions(row, document["affiliations"])
        return row

    def refresh(self, obj: Person, *, at: datetime) -> None:
        showing.enter({"person": obj}, [obj.display, obj.given, obj.family, *obj.other_names], shown=self.is_found(obj))
        super().refresh(obj, at=at)


persons = PersonStore()
documents.register(persons)


def save_person(
    document: Mapping[str, Any],
    *,
    rehearsal: bool = False,
    published: bool = False,
    **how: Unpack[Saving],
) -> Saved[Person]:
    """Write a person; see ``activity.documents.save``. The last two hold for a new one only."""
    return documents.save(
        persons,
        document,
        **how,
        creation={"rehearsal": rehearsal, "published": published},
    )


def restore_person(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Person]:
    """Bring back a person as ``revision`` has it."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


def person_lacking(person: Person) -> list[str]:
    """What a person's record still needs before readers may see it."""
    lacking = []
    if any(person.biography.values()):
        if not person.as_of:
            lacking.append(_("Say when the biography was true (“as of”)."))
        if person.approved_on is None:
            lacking.append(_("%(name)s has not approved the biography yet.") % {"name": person.display})
    return lacking


def publish_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> Person:
    """Show a person to the public; `Lacking` says what is missing."""
    return showing.publish(persons, person, person_lacking, by=by, at=at, reason=reason)


def unpublish_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> Person:
    """Hide a person; pages of trainings leave them out from the next request on."""
    return showing.unpublish(persons, person, by=by, at=at, reason=reason)


def delete_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a person who was never public and whom nothing refers to; `InUse` otherwise."""
    showing.delete(persons, person, by=by, at=at, reason=reason)


@transaction.atomic
def clone_person(person: Person, name: str, *, by: Any, at: datetime) -> Person:
    """A draft like ``person`` called ``name``, under an address of their own.

    Not taken over: other names, remarks, that it was public, and the approval, which is that of ``person``.
    """
    source = persons.find(person.slug)
    if source is None:
        raise documents.RecordGone
    given, family = split_name(name)
    left = ("approved_on", "data_quality")
    fresh = {key: value for key, value in persons.read(source).items() if key not in left}
    fresh |= {"id": "", "name": {"given": given, "family": family, "display": clean_name(name)}}
    return documents.copy(persons, source, fresh, by=by, at=at, creation={"rehearsal": source.rehearsal}).obj


def _by_name(names: Collection[str]) -> dict[str, Organisation]:
    """{folded name: organisation} of the organisations that bear one of ``names`` and are the only one to do so."""
    wanted = {fold(name) for name in names}
    ids: set[int] = set()
    for name in wanted:
        parts = words(name)
        if parts:
            ids |= {record_id for record_id, _padded in finder.candidates("organisation", parts, 20)}
    found: dict[str, list[Organisation]] = {}
    for row in organisations_whole().filter(pk__in=ids, merged_into=None):
        for name in names_of(row) & wanted:
            found.setdefault(name, []).append(row)
    return {name: rows[0] for name, rows in found.items() if len(rows) == 1}


def _drop_needless_records(document: Document) -> None:
    """An affiliation says which record it means only where its text does not say so already."""
    named = {item["record"] for item in document["affiliations"] if item.get("record")}
    if not named:
        return
    rows = {row.slug: names_of(row) for row in organisations_whole().filter(slug__in=named)}
    for item in document["affiliations"]:
        if item.get("record") in rows and fold(item["organisation"]) in rows[item["record"]]:
            del item["record"]


def _write_positions(person: Person, affiliations: list[Document]) -> None:
    by_name = _by_name([item["organisation"] for item in affiliations if not item.get("record")])
    by_slug = {
        row.slug: row
        for row in Organisation.objects.filter(slug__in=[item["record"] for item in affiliations if item.get("record")])
    }
    present = list(person.positions.order_by("order", "pk"))
    for n, item in enumerate(affiliations):
        row = present[n] if n < len(present) else Position(person=person)
        row.order, row.organisation_name = n, item["organisation"]
        row.organisation = by_slug.get(item.get("record", "")) or by_name.get(fold(item["organisation"]))
        row.title, row.start, row.end = item.get("title", ""), item.get("from", ""), item.get("to", "")
        row.current = item["current_on_page"]
        row.save()
    for row in present[len(affiliations) :]:
        row.delete()
