"""Two records of one human become one, and two again where that was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tessera.accounts.holdings import followers
from tessera.accounts.merging import movers
from tessera.accounts.models import MergeRecord, Person, User
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.publications.services import withdraw_record


class SamePerson(DomainError):
    message = _("Choose two different people.")


class AlreadyMerged(DomainError):
    message = _("One of the two is already merged into another. Open that one.")


class BothHaveAccounts(DomainError):
    message = _("Both have an account. Deactivate one and remove its person first.")


class MergeIsUndone(DomainError):
    message = _("This merge was undone before.")


class MergedSince(DomainError):
    message = _("%(name)s was merged again since. Undo that first.")


_KEPT_FIELDS = ("given", "family", "position", "biography", "as_of", "approved_on", "work_country_id", "remarks")


@transaction.atomic
def merge_persons(kept: Person, merged: Person, *, by: User | None, at: datetime, reason: str = "") -> MergeRecord:
    """Make one person of two: ``kept`` gets what ``merged`` has and it lacks, and everything that points at it.

    The names of ``merged`` become other names of ``kept``; its page is withdrawn. ``undo_merge`` takes it all back.
    """
    if kept.pk == merged.pk:
        raise SamePerson
    people = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")}
    kept, merged = people[kept.pk], people[merged.pk]
    if kept.merged_into_id or merged.merged_into_id:
        raise AlreadyMerged
    moved: dict[str, Any] = {
        "kept": _present(kept) | {"other_names": list(kept.other_names)},
        "merged": {"published": merged.published},
    }
    for name in _KEPT_FIELDS:
        if not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
    for name in [merged.display, *merged.other_names]:
        if name not in (kept.display, *kept.other_names):
            kept.other_names = [*kept.other_names, name]
    merged.merged_into, merged.published = kept, False
    moved["account"] = _move_account(kept, merged)
    kept.save()
    merged.save()
    for mover in movers():
        moved[mover.name] = mover.move(kept, merged)
    withdraw_record("person", merged.slug)
    merge = MergeRecord.objects.create(kept=kept, merged=merged, moved=moved, at=at)
    record("person.merged", kept, by=by, at=at, before=merged.slug, after=kept.slug, reason=reason)
    record("person.merged", merged, by=by, at=at, before=merged.slug, after=kept.slug, reason=reason)
    _tell(kept, merged, at)
    return merge


@transaction.atomic
def undo_merge(merge: MergeRecord, *, by: User | None, at: datetime, reason: str = "") -> Person:
    """Make two of one again: what moved goes back; what ``kept`` took over and nobody changed since is taken away.

    Returns the person that is on its own again, not published where it was not.
    """
    merge = MergeRecord.objects.select_for_update().select_related("kept", "merged").get(pk=merge.pk)
    if merge.undone_at is not None:
        raise MergeIsUndone
    kept, merged = merge.kept, merge.merged
    if kept.merged_into_id is not None:
        raise MergedSince(name=kept.display)
    for mover in reversed(movers()):
        if mover.name in merge.moved:
            mover.undo(kept, merged, merge.moved[mover.name])
    before = merge.moved["kept"]
    taken = {name for name in [merged.display, *merged.other_names] if name not in before["other_names"]}
    kept.other_names = [name for name in kept.other_names if name not in taken]
    own, theirs = _present(kept), _present(merged)
    for name in _KEPT_FIELDS:
        if not before[name] and own[name] == theirs[name]:
            setattr(kept, name, getattr(Person(), name))
    merged.merged_into, merged.published = None, merge.moved["merged"]["published"]
    kept.save()
    merged.save()
    if merge.moved["account"]:
        User.objects.filter(pk=merge.moved["account"], person=kept).update(person=merged)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    record("person.merge_undone", kept, by=by, at=at, after=merged.slug, reason=reason)
    record("person.merge_undone", merged, by=by, at=at, after=merged.slug, reason=reason)
    _tell(kept, merged, at)
    return merged


def _tell(kept: Person, merged: Person, at: datetime) -> None:
    """Let the apps above bring their pages of both up to date."""
    for person in (kept, merged):
        for follow in followers():
            follow(person.slug, person, at)


def _present(person: Person) -> dict[str, Any]:
    """The fields a merge may fill, as JSON keeps them."""
    return {
        name: value.isoformat() if hasattr(value := getattr(person, name), "isoformat") else value
        for name in _KEPT_FIELDS
    }


def _move_account(kept: Person, merged: Person) -> int | None:
    theirs = User.objects.filter(person=merged).first()
    if theirs is None:
        return None
    if User.objects.filter(person=kept).exists():
        raise BothHaveAccounts
    theirs.person = kept
    theirs.save(update_fields=["person"])
    return theirs.pk
