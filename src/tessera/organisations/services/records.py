"""Saving, publishing and deleting organisations and persons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Unpack

from django.db import models, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.accounts.models import Person
from tessera.accounts.names import clean_name, sort_name, split_name
from tessera.activity import documents
from tessera.activity.documents import Document, DocumentStore, Errors, Saved, Saving
from tessera.activity.models import Activity, Revision
from tessera.activity.services import record, record_deletion
from tessera.core.codes import free_slug
from tessera.core.errors import DomainError
from tessera.core.folding import fold, words
from tessera.core.models import TranslationState
from tessera.core.translated import best
from tessera.organisations import finder
from tessera.organisations.documents import (
    checked_organisation,
    checked_person,
    names_of,
    organisation_document,
    person_document,
)
from tessera.organisations.models import Alias, NameEntry, Organisation, Position
from tessera.organisations.publishing import organisation_publication, person_publication
from tessera.organisations.queries import organisations_whole, persons_whole
from tessera.publications.services import Publication
from tessera.publications.stores import PublicStore


class Lacking(DomainError):
    """What keeps a record from being published; ``lacking`` are whole sentences."""

    message = gettext_lazy("This cannot be published yet.")

    def __init__(self, lacking: list[str]) -> None:
        self.lacking = lacking
        super().__init__()


class InUse(DomainError):
    message = gettext_lazy("Other records refer to this one, or readers have seen it: it can be hidden, not deleted.")


def organisation_slugs(extra: Collection[str] = ()) -> set[str]:
    """The slugs a document may name: organisations that are not merged away, and ``extra``."""
    return {*Organisation.objects.present().values_list("slug", flat=True), *extra}


class OrganisationStore(PublicStore[Organisation]):
    name = "organisation"
    text_fields = ("name",)

    def whole(self) -> models.QuerySet[Organisation]:
        return organisations_whole()

    def publication(self, obj: Organisation) -> Publication:
        return organisation_publication(obj)

    def is_found(self, obj: Organisation) -> bool:
        """Whether the finder and the public may know of it."""
        return obj.merged_into_id is None

    def is_shown(self, obj: Organisation) -> bool:
        return obj.published and self.is_found(obj)

    def read(self, obj: Organisation) -> Document:
        return organisation_document(obj)

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        known = context.get("organisations")
        canonical, errors = checked_organisation(
            document, organisations=organisation_slugs() if known is None else known
        )
        loop = not errors and _is_inside(canonical.get("parent", ""), canonical["id"])
        if loop:
            errors["parent"] = [_("This would make the organisation a part of itself.")]
        return canonical, errors

    def new_key(self, document: Document) -> str:
        return free_slug(
            best(document["name"])[0], lambda slug: Organisation.objects.filter(slug=slug).exists(), fallback=self.name
        )

    def write(self, obj: Organisation | None, document: Document, *, at: datetime, **creation: Any) -> Organisation:
        row = obj or Organisation(slug=document["id"])
        for field, value in creation.items():
            setattr(row, field, value)
        row.type, row.name, row.name_origin = document["type"], document["name"], document.get("name_status", {})
        row.country_id, row.city = document.get("country"), document.get("city", "")
        row.website, row.remark = document.get("website", ""), document.get("note", "")
        row.institutional_member = document.get("icom_institutional_member", "")
        parent = document.get("parent")
        row.parent = Organisation.objects.get(slug=parent) if parent else None
        row.save()
        wanted = document.get("also_named", [])
        if [alias.name for alias in row.aliases.order_by("order", "pk")] != wanted:
            row.aliases.all().delete()
            Alias.objects.bulk_create(Alias(organisation=row, name=name, order=n) for n, name in enumerate(wanted))
        return row

    def refresh(self, obj: Organisation, *, at: datetime) -> None:
        names = [*obj.name.values(), *obj.aliases.values_list("name", flat=True)]
        _enter({"organisation": obj}, names, shown=self.is_found(obj))
        super().refresh(obj, at=at)

    def origins(self, document: Document) -> dict[str, str]:
        return {f"name.{language}": origin for language, origin in document.get("name_status", {}).items()}


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
        _enter({"person": obj}, [obj.display, obj.given, obj.family, *obj.other_names], shown=self.is_found(obj))
        super().refresh(obj, at=at)


organisations = OrganisationStore()
persons = PersonStore()
documents.register(organisations)
documents.register(persons)


def save_organisation(
    document: Mapping[str, Any],
    *,
    rehearsal: bool = False,
    published: bool = False,
    **how: Unpack[Saving],
) -> Saved[Organisation]:
    """Write an organisation; see ``activity.documents.save``. The last two hold for a new one only."""
    return documents.save(
        organisations,
        document,
        **how,
        creation={"rehearsal": rehearsal, "published": published},
    )


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


def restore_organisation(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Organisation]:
    """Bring back an organisation as ``revision`` has it."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


def restore_person(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Person]:
    """Bring back a person as ``revision`` has it."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


def organisation_lacking(organisation: Organisation) -> list[str]:
    """What an organisation still needs before readers may see it."""
    shown, _stale = documents.public_texts("organisation", organisation.slug, {"name": dict(organisation.name)})
    return [] if any(shown["name"].values()) else [_("The name is missing, or a draft in every language.")]


def person_lacking(person: Person) -> list[str]:
    """What a person's record still needs before readers may see it."""
    lacking = []
    if any(person.biography.values()):
        if not person.as_of:
            lacking.append(_("Say when the biography was true (“as of”)."))
        if person.approved_on is None:
            lacking.append(_("%(name)s has not approved the biography yet.") % {"name": person.display})
    return lacking


def publish_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> Organisation:
    """Show an organisation to the public; `Lacking` says what is missing."""
    return _publish(organisations, organisation, organisation_lacking, by=by, at=at, reason=reason)


def publish_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> Person:
    """Show a person to the public; `Lacking` says what is missing."""
    return _publish(persons, person, person_lacking, by=by, at=at, reason=reason)


def unpublish_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> Organisation:
    """Hide an organisation; pages of trainings leave it out from the next request on."""
    return _unpublish(organisations, organisation, by=by, at=at, reason=reason)


def unpublish_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> Person:
    """Hide a person; pages of trainings leave them out from the next request on."""
    return _unpublish(persons, person, by=by, at=at, reason=reason)


def delete_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete an organisation that was never public and that nothing refers to; `InUse` otherwise."""
    _delete(organisations, organisation, by=by, at=at, reason=reason)


def delete_person(person: Person, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a person who was never public and whom nothing refers to; `InUse` otherwise."""
    _delete(persons, person, by=by, at=at, reason=reason)


@transaction.atomic
def clone_organisation(organisation: Organisation, names: Mapping[str, str], *, by: Any, at: datetime) -> Organisation:
    """A draft like ``organisation`` called ``names``, under an address of its own.

    Not taken over: its other names, its number as a member, remarks, and that it was public.
    """
    source = organisations.find(organisation.slug)
    if source is None:
        raise documents.RecordGone
    left = ("name_status", "also_named", "icom_institutional_member", "note")
    fresh = {key: value for key, value in organisations.read(source).items() if key not in left}
    fresh |= {"id": "", "name": dict(names)}
    creation = {"rehearsal": source.rehearsal}
    return documents.copy(organisations, source, fresh, by=by, at=at, creation=creation).obj


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


@transaction.atomic
def _publish[T: models.Model](
    store: DocumentStore[T], obj: Any, lacking: Any, *, by: Any, at: datetime, reason: str
) -> T:
    row: Any = store.find(obj.slug)
    if row is None:
        raise documents.RecordGone
    if row.published:
        return row
    missing = lacking(row)
    if missing:
        raise Lacking(missing)
    row.published = True
    row.save(update_fields=["published"])
    record(f"{store.name}.published", row, by=by, at=at, reason=reason)
    store.refresh(row, at=at)
    return row


@transaction.atomic
def _unpublish[T: models.Model](store: DocumentStore[T], obj: Any, *, by: Any, at: datetime, reason: str) -> T:
    row: Any = store.find(obj.slug)
    if row is None:
        raise documents.RecordGone
    if row.published:
        row.published = False
        row.save(update_fields=["published"])
        record(f"{store.name}.unpublished", row, by=by, at=at, reason=reason)
        store.refresh(row, at=at)
    return row


@transaction.atomic
def _delete(store: DocumentStore[Any], obj: Any, *, by: Any, at: datetime, reason: str) -> None:
    row: Any = store.find(obj.slug)
    if row is None:
        return
    seen = (f"{store.name}.published", f"{store.name}.loaded")
    if row.published or Activity.objects.filter(object_type=store.name, object_key=row.slug, verb__in=seen).exists():
        raise InUse
    record_deletion(row, by=by, at=at, reason=reason)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise InUse from error
    TranslationState.objects.filter(object_type=store.name, object_key=obj.slug).delete()


def _enter(whose: dict[str, Any], names: list[str], *, shown: bool) -> None:
    """Keep what the finder knows of a record."""
    held = {word for name in names for word in words(name)}
    if shown and held:
        NameEntry.objects.update_or_create(**whose, defaults={"padded": finder.padded(held)})
    else:
        NameEntry.objects.filter(**whose).delete()


def _is_inside(parent: str, slug: str) -> bool:
    """Whether the organisation ``parent`` is, through its own parents, part of ``slug``."""
    seen: set[str] = set()
    while parent and parent not in seen:
        if parent == slug:
            return True
        seen.add(parent)
        row = Organisation.objects.filter(slug=parent).values_list("parent__slug", flat=True).first()
        parent = row or ""
    return False


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
