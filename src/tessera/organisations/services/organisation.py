"""Saving, publishing, copying and deleting organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Unpack

from django.db import models, transaction
from django.utils.translation import gettext as _

from tessera.activity import documents
from tessera.activity.documents import Document, Errors, Saved, Saving
from tessera.activity.models import Revision
from tessera.core.codes import free_slug
from tessera.core.translated import best
from tessera.organisations.documents import checked_organisation, organisation_document
from tessera.organisations.models import Alias, Organisation
from tessera.organisations.publishing import organisation_publication
from tessera.organisations.queries import organisations_whole
from tessera.organisations.services import showing
from tessera.publications.services import Publication
from tessera.publications.stores import PublicStore


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
        showing.enter({"organisation": obj}, names, shown=self.is_found(obj))
        super().refresh(obj, at=at)

    def origins(self, document: Document) -> dict[str, str]:
        return {f"name.{language}": origin for language, origin in document.get("name_status", {}).items()}


organisations = OrganisationStore()
documents.register(organisations)


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


def restore_organisation(
    revision: Revision, *, by: Any, at: datetime, expected_version: int | None = None, reason: str = ""
) -> Saved[Organisation]:
    """Bring back an organisation as ``revision`` has it."""
    return documents.restore(revision, by=by, at=at, expected_version=expected_version, reason=reason)


def organisation_lacking(organisation: Organisation) -> list[str]:
    """What an organisation still needs before readers may see it."""
    shown, _stale = documents.public_texts("organisation", organisation.slug, {"name": dict(organisation.name)})
    return [] if any(shown["name"].values()) else [_("The name is missing, or a draft in every language.")]


def publish_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> Organisation:
    """Show an organisation to the public; `Lacking` says what is missing."""
    return showing.publish(organisations, organisation, organisation_lacking, by=by, at=at, reason=reason)


def unpublish_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> Organisation:
    """Hide an organisation; pages of trainings leave it out from the next request on."""
    return showing.unpublish(organisations, organisation, by=by, at=at, reason=reason)


def delete_organisation(organisation: Organisation, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete an organisation that was never public and that nothing refers to; `InUse` otherwise."""
    showing.delete(organisations, organisation, by=by, at=at, reason=reason)


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
