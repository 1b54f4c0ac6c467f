"""The roster of trainers: what is known of one, written as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models import Person, User
from tessera.activity.services import record
from tessera.core.errors import DomainError
from tessera.planning.models import Availability, TrainerProfile
from tessera.programmes.models import Topic

type Period = tuple[str, date, date, str]
FACTS = ("languages", "fee", "travel", "currency", "most_a_year", "note")


class ProfileChanged(DomainError):
    message = _(
        "Somebody else saved this trainer while you were writing. Nothing was overwritten; look at what is there now."
    )


@transaction.atomic
def save_profile(
    person: Person,
    facts: Mapping[str, Any],
    topics: Sequence[str],
    periods: Sequence[Period],
    *,
    by: User | None,
    at: datetime,
    expected_version: int,
) -> TrainerProfile:
    """Write what the roster says of ``person``: `FACTS`, the slugs of the topics, every period.

    ``expected_version`` is the one that the writer saw (0: none yet); ProfileChanged where another was saved since.
    Saving the same again changes nothing.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    profile = TrainerProfile.objects.filter(person=person).first() or TrainerProfile(person=person)
    if profile.version != expected_version:
        raise ProfileChanged
    before = profile_document(profile) if profile.pk else {}
    for name in FACTS:
        setattr(profile, name, facts[name])
    profile.version += 1
    profile.save()
    profile.topics.set(Topic.objects.filter(slug__in=topics))
    profile.periods.all().delete()
    Availability.objects.bulk_create(
        Availability(profile=profile, kind=kind, start_on=start, end_on=end, note=note)
        for kind, start, end, note in dict.fromkeys(periods)
    )
    after = profile_document(profile)
    changed = {key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]}
    if before and not changed:
        profile.version -= 1
        profile.save(update_fields=["version"])
        return profile
    record(
        "trainerprofile.edited" if before else "trainerprofile.created", profile,
        by=by, at=at, changes=changed, public=False,
    )  # fmt: skip
    return profile


def profile_document(profile: TrainerProfile) -> dict[str, Any]:
    """What the roster says, as plain JSON."""
    return {
        **{name: getattr(profile, name) for name in FACTS},
        "topics": sorted(profile.topics.values_list("slug", flat=True)),
        "periods": [
            [row.kind, row.start_on.isoformat(), row.end_on.isoformat(), row.note]
            for row in profile.periods.order_by("start_on", "end_on", "kind", "pk")
        ],
    }


def move_profile(kept: Person, merged: Person) -> int | None:
    """For a merge of people: what the roster says of ``merged`` goes to ``kept``, where nothing is said of them yet."""
    profile = TrainerProfile.objects.filter(person=merged).first()
    if profile is None or TrainerProfile.objects.filter(person=kept).exists():
        return None
    profile.person = kept
    profile.save(update_fields=["person"])
    return profile.pk


def return_profile(kept: Person, merged: Person, moved: Any) -> None:
    """Undo ``move_profile``."""
    if moved is not None:
        TrainerProfile.objects.filter(pk=moved, person=kept).update(person=merged)
