"""Two records of one organisation become one, and two again; what follows for trainings when people are merged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.accounts.models import Person
from tessera.activity import documents
from tessera.activity.documents import Document
from tessera.activity.models import Revision
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.organisations.models import Organisation, OrganisationMerge, Position
from tessera.organisations.services import organisations, persons
from tessera.programmes.models import Programme, Training
from tessera.programmes.queries import trainings_whole
from tessera.programmes.services.records import trainings


class SameOrganisation(DomainError):
    message = gettext_lazy("Choose two different organisations.")


class AlreadyMerged(DomainError):
    message = gettext_lazy("One of the two is already merged into another. Open that one.")


class MergeIsUndone(DomainError):
    message = gettext_lazy("This merge was undone before.")


class PartOfTheOther(DomainError):
    message = gettext_lazy("One is part of the other: they are not the same organisation.")


@transaction.atomic
def merge_organisations(
    kept: Organisation, merged: Organisation, *, by: Any, at: datetime, reason: str = ""
) -> OrganisationMerge:
    """Make one organisation of two: everything that names ``merged`` names ``kept``; its names become other names.

    ``undo_organisation_merge`` takes it all back. The address of ``merged`` leads to ``kept``.
    """
    one, two = (organisations.find(row.slug) for row in (kept, merged))
    if one is None or two is None:
        raise documents.RecordGone
    if one.pk == two.pk:
        raise SameOrganisation
    if one.merged_into_id or two.merged_into_id:
        raise AlreadyMerged
    if two.pk == one.parent_id or one.pk == two.parent_id:
        raise PartOfTheOther
    names = [*dict.fromkeys([*two.name.values(), *(alias.name for alias in two.aliases.all())])]
    before = organisations.read(one)
    known = {*one.name.values(), *before.get("also_named", [])}
    gained = [name for name in names if name and name not in known]
    moved: dict[str, Any] = {
        "aliases": gained,
        "published": two.published,
        "positions": list(Position.objects.filter(organisation=two).values_list("pk", flat=True)),
        "parts": list(two.parts.values_list("slug", flat=True)),
        "owner": list(Programme.objects.filter(owner=two).values_list("slug", flat=True)),
        "trainings": {},
    }
    document = {**before, "also_named": [*before.get("also_named", []), *gained]}
    documents.save(organisations, document, by=by, at=at, reason=reason, verb="organisation.merged")
    Position.objects.filter(pk__in=moved["positions"]).update(organisation=one)
    Programme.objects.filter(owner=two).update(owner=one)
    for part in list(two.parts.all()):
        _save_parent(part.slug, one.slug, by=by, at=at, reason=reason)
    for training in _naming_organisation(two):
        moved["trainings"][training.slug] = _rename(
            training, "organisation", two.slug, one.slug, by=by, at=at, reason=reason
        )
    two = organisations.find(two.slug) or two
    two.merged_into, two.published = one, False
    two.save(update_fields=["merged_into", "published"])
    record("organisation.merged", two, by=by, at=at, before=two.slug, after=one.slug, reason=reason)
    organisations.refresh(two, at=at)
    _refresh_people(moved["positions"], at)
    return OrganisationMerge.objects.create(kept=one, merged=two, moved=moved, at=at)


@transaction.atomic
def undo_organisation_merge(merge: OrganisationMerge, *, by: Any, at: datetime, reason: str = "") -> Organisation:
    """Make two of one again; what was changed since and no longer names ``kept`` stays as it is."""
    merge = OrganisationMerge.objects.select_for_update().select_related("kept", "merged").get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeIsUndone
    moved = merge.moved
    two = organisations.find(merge.merged.slug)
    one = organisations.find(merge.kept.slug)
    if one is None or two is None:
        raise documents.RecordGone
    two.merged_into, two.published = None, moved["published"]
    two.save(update_fields=["merged_into", "published"])
    before = organisations.read(one)
    aliases = [name for name in before.get("also_named", []) if name not in moved["aliases"]]
    documents.save(
        organisations, {**before, "also_named": aliases}, by=by, at=at, reason=reason, verb="organisation.merge_undone"
    )
    Position.objects.filter(pk__in=moved["positions"], organisation=one).update(organisation=two)
    Programme.objects.filter(slug__in=moved["owner"], owner=one).update(owner=two)
    for slug in moved["parts"]:
        _save_parent(slug, two.slug, by=by, at=at, reason=reason, only_from=one.slug)
    for slug, places in moved["trainings"].items():
        training = trainings.find(slug)
        if training is not None:
            _rename_back(training, "organisation", one.slug, two.slug, places, by=by, at=at, reason=reason)
    record("organisation.merge_undone", two, by=by, at=at, reason=reason)
    organisations.refresh(two, at=at)
    _refresh_people(moved["positions"], at)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    return two


def move_engagements(kept: Person, merged: Person) -> dict[str, Any]:
    """For a merge of people: trainings that name ``merged`` name ``kept``; returns what to put back."""
    at = _now()
    return {
        training.slug: _rename(
            training, "person", merged.slug, kept.slug, by=None, at=at, reason=_merge_reason(merged, kept)
        )
        for training in _naming_person(merged.slug)
    }


def return_engagements(kept: Person, merged: Person, moved: Any) -> None:
    """Undo ``move_engagements``. ``merged`` may not be present yet: its slug is known all the same."""
    at = _now()
    for slug, places in moved.items():
        training = trainings.find(slug)
        if training is not None:
            _rename_back(
                training, "person", kept.slug, merged.slug, places, by=None, at=at, reason=_merge_reason(kept, merged)
            )


def follow_person(old_slug: str, person: Person, at: datetime) -> None:
    """A person's address changed (anonymised): trainings and their history name the new one, pages nobody."""
    if old_slug == person.slug:
        return
    slugs = [row.slug for row in _naming_person(person.slug)] + [row.slug for row in _naming_person(old_slug)]
    for revision in Revision.objects.filter(activity__object_type="training", document__icontains=f'"{old_slug}"'):
        revision.document = _replaced(revision.document, old_slug, person.slug)
        revision.save(update_fields=["document"])
    for training in trainings_whole().filter(slug__in=slugs):
        for session in training.sessions.all():
            if old_slug in session.trainers:
                session.trainers = [person.slug if slug == old_slug else slug for slug in session.trainers]
                session.save(update_fields=["trainers"])
    for training in trainings_whole().filter(slug__in=slugs):
        trainings.refresh(training, at=at)


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _merge_reason(one: Any, other: Any) -> str:
    return _("%(one)s is the same as %(other)s.") % {"one": one, "other": other}


def _naming_organisation(row: Organisation) -> list[Training]:
    slugs = set(Training.objects.filter(credits__organisation=row).values_list("slug", flat=True))
    visits = Training.objects.exclude(study_visits=[]).values_list("slug", "study_visits")
    slugs |= {slug for slug, visited in visits if row.slug in visited}
    return list(trainings_whole().filter(slug__in=slugs))


def _naming_person(person_slug: str) -> list[Training]:
    slugs = set(Training.objects.filter(engagements__person__slug=person_slug).values_list("slug", flat=True))
    taught = Training.objects.filter(sessions__isnull=False).exclude(sessions__trainers=[])
    slugs |= {slug for slug, held in taught.values_list("slug", "sessions__trainers") if person_slug in (held or [])}
    return list(trainings_whole().filter(slug__in=slugs))


def _rename(training: Training, kind: str, old: str, new: str, **act: Any) -> dict[str, Any]:
    """Let a training name ``new`` instead of ``old``; returns its roles, and those that ``new`` had already."""
    document = trainings.read(training)
    name = "people" if kind == "person" else "organisations"
    had = {item["role"] for item in document[name] if item[kind] == new}
    places: dict[str, Any] = {"roles": [], "dropped": [], "listed": []}
    items = []
    for item in document[name]:
        if item[kind] != old:
            items.append(item)
        elif item["role"] in had:
            places["dropped"].append(item)
        else:
            places["roles"].append(item["role"])
            items.append({**item, kind: new})
    after = {**document, name: items}
    if kind == "organisation" and old in document["study_visits"]:
        places["listed"] = ["study_visits"]
        after["study_visits"] = list(dict.fromkeys(new if s == old else s for s in document["study_visits"]))
    if kind == "person":
        after["sessions"] = []
        for n, session in enumerate(document["sessions"]):
            if old in session.get("trainers", []):
                places["listed"].append(n)
                held = list(dict.fromkeys(new if slug == old else slug for slug in session["trainers"]))
                session = {**session, "trainers": held}
            after["sessions"].append(session)
    _save(after, **act)
    return places


def _rename_back(training: Training, kind: str, new: str, old: str, places: dict[str, Any], **act: Any) -> None:
    document = trainings.read(training)
    name = "people" if kind == "person" else "organisations"
    items = [
        {**item, kind: old} if item[kind] == new and item["role"] in places["roles"] else item
        for item in document[name]
    ]
    after = {**document, name: items + places["dropped"]}
    if kind == "organisation" and places["listed"]:
        after["study_visits"] = [old if slug == new else slug for slug in document["study_visits"]]
    if kind == "person":
        after["sessions"] = [
            {**session, "trainers": [old if slug == new else slug for slug in session.get("trainers", [])]}
            if n in places["listed"] and session.get("trainers")
            else session
            for n, session in enumerate(document["sessions"])
        ]
    _save(after, **act)


def _save(document: Document, *, by: Any, at: datetime, reason: str) -> None:
    from tessera.programmes.known import known

    world = known(
        people=[item["person"] for item in document["people"]]
        + [slug for session in document["sessions"] for slug in session.get("trainers", [])],
        organisations=[item["organisation"] for item in document["organisations"]],
    )
    documents.save(trainings, document, by=by, at=at, reason=reason, context={"any_status": True, "known": world})


def _save_parent(slug: str, parent: str, *, by: Any, at: datetime, reason: str, only_from: str = "") -> None:
    part = organisations.find(slug)
    if part is None:
        return
    document = organisations.read(part)
    if only_from and document.get("parent") != only_from:
        return
    documents.save(organisations, {**document, "parent": parent}, by=by, at=at, reason=reason)


def _refresh_people(positions: list[int], at: datetime) -> None:
    for slug in set(Person.objects.filter(positions__pk__in=positions).values_list("slug", flat=True)):
        person = persons.find(slug)
        if person is not None:
            persons.refresh(person, at=at)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(part, old, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, old, new) for part in value]
    return new if value == old else value
