"""Rehearsal data: invented people, organisations and trainings, loaded once and removed with one command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from django.db import transaction

from tessera.accounts.models import Person, User
from tessera.accounts.services import grant_role
from tessera.activity import documents
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.core.checks import also_in
from tessera.core.edtf import parse
from tessera.core.models import LoadedRecord, TranslationState
from tessera.messaging.models import Message
from tessera.organisations.models import Organisation
from tessera.programmes import archive
from tessera.programmes.archive_checks import languages_of
from tessera.programmes.models import Programme, Topic, Training
from tessera.publications.models import PublicRecord
from tessera.publications.services import withdraw_record

SOURCE = "rehearsal"
_DAY = re.compile(r"@(-?\d+)(m?)")


type Load = Callable[[date, datetime], list[str]]
type Remove = Callable[[], dict[str, int]]
_parts: list[tuple[Load, Remove]] = []


def join(load: Load, remove: Remove) -> None:
    """Let an app above bring its own part: ``load(first day, at)`` returns what it made, ``remove()`` what went, by kind.

    Parts are loaded after, and removed before, what is here. Apps join from the top of the house down, so that parts are
    removed in that order and loaded in the other.
    """
    if (load, remove) not in _parts:
        _parts.append((load, remove))


@dataclass
class Removed:
    """How many of each kind were removed."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def load_rehearsal(at: datetime, *, again: bool = False) -> archive.LoadReport:
    """Bring the rehearsal data in, dated around the day of the first load. Safe to repeat.

    What was edited here stays, and after ``remove_rehearsal`` nothing comes back unless it is asked for ``again``.
    """
    with transaction.atomic():
        if again:
            LoadedRecord.objects.filter(source=SOURCE, kind="removed").delete()
        elif LoadedRecord.objects.filter(source=SOURCE, kind="removed").exists():
            return archive.LoadReport()
        data = rehearsal_data(_first_day(at))
        report = archive.load(data["archive"], at=at, source=SOURCE, rehearsal=True)
        spoken = languages_of(data["archive"])
        created = set(report.created)
        _set_states([row for row in data["states"] if f"{row['kind']} {row['key']}" in created], at)
        for row in data["users"]:
            if _make_user(row, at):
                report.created.append(f"user {row['email']}")
        with also_in(spoken):
            for load, _remove in reversed(_parts):
                report.created.extend(load(_first_day(at), at))
    return report


def rehearsal_data(day: date) -> dict[str, Any]:
    """The file with its days counted from ``day``."""
    text = resources.files("tessera.programmes").joinpath("data", "rehearsal.json").read_text("utf-8")

    def dated(match: re.Match[str]) -> str:
        then = (day + timedelta(days=int(match[1]))).isoformat()
        return then[:7] if match[2] else then

    found: dict[str, Any] = json.loads(_DAY.sub(dated, text))
    for training in found["archive"]["trainings"]:
        _complete(training)
    return found


@transaction.atomic
def remove_rehearsal(at: datetime, *, by: Any = None) -> Removed:
    """Remove every rehearsal record, with its accounts, mails, history and pages; real records stay as they are."""
    removed = Removed()
    for _load, remove in _parts:
        removed.counts |= remove()
    keys = {
        "training": list(Training.objects.filter(rehearsal=True).values_list("slug", flat=True)),
        "person": list(Person.objects.filter(rehearsal=True).values_list("slug", flat=True)),
        "organisation": list(Organisation.objects.filter(rehearsal=True).values_list("slug", flat=True)),
        "topic": list(Topic.objects.filter(rehearsal=True).values_list("slug", flat=True)),
        "user": [str(pk) for pk in User.objects.filter(rehearsal=True).values_list("pk", flat=True)],
    }
    for kind, slug in PublicRecord.objects.filter(rehearsal=True).order_by("pk").values_list("kind", "slug"):
        withdraw_record(kind, slug)
    mails = Message.objects.filter(rehearsal=True)
    told = [str(pk) for pk in mails.order_by("pk").values_list("pk", flat=True)]
    Activity.objects.filter(object_type="message", object_key__in=told).delete()
    mails.delete()
    _free_real_records()
    Training.objects.filter(rehearsal=True).delete()
    User.objects.filter(rehearsal=True).delete()
    Topic.objects.filter(rehearsal=True).delete()
    Person.objects.filter(rehearsal=True, merged_into__isnull=False).update(merged_into=None)
    Person.objects.filter(rehearsal=True).delete()
    Organisation.objects.filter(rehearsal=True).update(parent=None, merged_into=None)
    Organisation.objects.filter(rehearsal=True).delete()
    for kind, found in keys.items():
        TranslationState.objects.filter(object_type=kind, object_key__in=found).delete()
        Activity.objects.filter(object_type=kind, object_key__in=found).delete()
        if found:
            removed.counts[kind] = len(found)
    LoadedRecord.objects.filter(source=SOURCE).delete()
    LoadedRecord.objects.create(source=SOURCE, kind="removed", key="all", loaded_at=at)
    programme = Programme.objects.order_by("pk").first()
    if removed.total and programme is not None:
        record("rehearsal.removed", programme, by=by, at=at, after=str(removed.total))
    return removed


def _first_day(at: datetime) -> date:
    row, _created = LoadedRecord.objects.get_or_create(
        source=SOURCE, kind="day", key="first", defaults={"digest": at.date().isoformat(), "loaded_at": at}
    )
    return date.fromisoformat(row.digest)


def _complete(training: dict[str, Any]) -> None:
    """Add what follows from the dates, as a file of the archive's shape has it."""
    from tessera.programmes.documents import dates_document

    if training["dates"]:
        training["dates"] = dates_document(training["dates"]["edtf"])
    for phase in training["phases"]:
        if "edtf" in phase:
            phase["precision"] = parse(phase["edtf"]).precision


def _set_states(rows: list[dict[str, str]], at: datetime) -> None:
    stores = {row["kind"]: documents.stores[row["kind"]] for row in rows}
    for row in rows:
        TranslationState.objects.filter(
            object_type=row["kind"], object_key=row["key"], field=row["field"], language=row["language"]
        ).update(
            state=row["state"],
            source_text=row.get("source_text", ""),
            source_language="en" if row.get("source_text") else "",
            changed_at=at,
        )
    for kind, key in {(row["kind"], row["key"]) for row in rows}:
        obj = stores[kind].find(key)
        if obj is not None:
            stores[kind].refresh(obj, at=at)


def _make_user(row: dict[str, Any], at: datetime) -> bool:
    """An account and its roles, once: one that was removed here does not come back."""
    seen, fresh = LoadedRecord.objects.get_or_create(
        source=SOURCE, kind="user", key=row["email"], defaults={"loaded_at": at}
    )
    if not fresh or User.objects.filter(email__iexact=row["email"]).exists():
        return False
    person = Person.objects.filter(slug=row["person"], rehearsal=True).first()
    user = User.objects.create_user(row["email"], language=row["language"], person=person, rehearsal=True)
    for role, kind, key in row["roles"]:
        grant_role(user, role, by=None, at=at, scope_kind=kind, scope_key=key)
    return seen.loaded_at == at


def _free_real_records() -> None:
    """Real records should name no rehearsal record; where one does all the same, it is let go of."""
    Organisation.objects.filter(rehearsal=False, parent__rehearsal=True).update(parent=None)
    Organisation.objects.filter(rehearsal=False, merged_into__rehearsal=True).update(merged_into=None)
    Person.objects.filter(rehearsal=False, merged_into__rehearsal=True).update(merged_into=None)
    Programme.objects.filter(owner__rehearsal=True).update(owner=None)
