"""The roster: who teaches or could teach, what they taught, when they can, and who is asked for two trainings at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from tessera.accounts.models import Person
from tessera.core import edtf
from tessera.planning.models import Availability, TrainerProfile
from tessera.programmes.models import Engagement, Status, Training

CLOSE_DAYS = 14
# What a trainer may still have to travel to, or did.
_BINDING = frozenset(set(Status.values) - {Status.CANCELLED, Status.POSTPONED})


@dataclass(frozen=True)
class Taught:
    """A training that a trainer teaches or taught, with its earliest and latest day (None: no dates)."""

    training: Training
    start: date | None
    end: date | None

    @property
    def is_binding(self) -> bool:
        """A cancelled or postponed training binds nobody."""
        return self.training.status in _BINDING


@dataclass(frozen=True)
class Clash:
    """Two trainings of one trainer on the same days (``overlap``) or with ``gap`` days, fewer than 14, between them."""

    one: Taught
    other: Taught
    gap: int
    overlap: bool


@dataclass(frozen=True)
class TrainerRow:
    """A trainer with what the roster knows; ``profile`` None: only the record of what they taught."""

    person: Person
    profile: TrainerProfile | None
    taught: tuple[Taught, ...]
    periods: tuple[Availability, ...]
    clashes: tuple[Clash, ...]

    @property
    def clash_count(self) -> int:
        return len(self.clashes)


def roster_people() -> models.QuerySet[Person]:
    """Everybody who teaches in a training or of whom the roster says something, by name; loads their profiles."""
    teaching = Engagement.objects.filter(role=Engagement.Role.TRAINER).values("person_id")
    known = TrainerProfile.objects.values("person_id")
    return (
        Person.objects.present()
        .filter(models.Q(pk__in=teaching) | models.Q(pk__in=known), anonymised_at=None)
        .order_by("sort_name", "pk")
    )


def possible_trainers() -> models.QuerySet[Person, int]:
    """Ids of people who are on the roster or could be put on it: anybody present."""
    return Person.objects.present().filter(anonymised_at=None).values_list("pk", flat=True)


def spoken_languages() -> list[str]:
    """The languages that some trainer on the roster teaches in, by tag."""
    return sorted({code for found in TrainerProfile.objects.values_list("languages", flat=True) for code in found})


def speaking(language: str) -> list[int]:
    """Ids of the people who teach in ``language``."""
    rows = TrainerProfile.objects.values_list("person_id", "languages")
    return [person for person, languages in rows if language in languages]


def trainer_rows(people: Iterable[Person]) -> list[TrainerRow]:
    """The rows of ``people`` in their order; four queries for any number."""
    people = list(people)
    profiles = {
        profile.person_id: profile
        for profile in TrainerProfile.objects.filter(person__in=people).prefetch_related("topics", "periods")
    }
    taught: dict[int, list[Taught]] = {}
    engagements = Engagement.objects.filter(person__in=people, role=Engagement.Role.TRAINER).select_related("training")
    for engagement in engagements.order_by("training__starts_on", "training_id"):
        taught.setdefault(engagement.person_id, []).append(_taught(engagement.training))
    return [
        TrainerRow(
            person=person,
            profile=profiles.get(person.pk),
            taught=tuple(taught.get(person.pk, ())),
            periods=tuple(
                sorted(profiles[person.pk].periods.all(), key=lambda p: (p.start_on, p.end_on, p.pk))
                if person.pk in profiles
                else ()
            ),
            clashes=clashes(taught.get(person.pk, ())),
        )
        for person in people
    ]


def with_trainers() -> set[str]:
    """Slugs of the trainings whose record names a trainer."""
    teaching = Engagement.objects.filter(role=Engagement.Role.TRAINER)
    return set(teaching.values_list("training__slug", flat=True))


def clashes(taught: Sequence[Taught]) -> tuple[Clash, ...]:
    """Trainings of one trainer that overlap or leave fewer than two weeks between them, in the order of time."""
    dated = [
        (t.start, t.end, t.training.pk, t) for t in taught if t.start is not None and t.end is not None and t.is_binding
    ]
    dated.sort(key=lambda row: row[:3])
    found = []
    for n, (_start, end, _pk, one) in enumerate(dated):
        for start, _end, _other_pk, other in dated[n + 1 :]:
            gap = (start - end).days
            if gap <= CLOSE_DAYS:
                found.append(Clash(one, other, max(gap - 1, 0), gap <= 0))
    return tuple(found)


def is_free(periods: Sequence[Availability], start: date, end: date) -> bool:
    """Whether a trainer can teach on all of these days: in one "can" where there is any, and in no "cannot"."""
    if any(p.kind == Availability.Kind.CANNOT and p.touches(start, end) for p in periods):
        return False
    able = [p for p in periods if p.kind == Availability.Kind.CAN]
    return not able or any(p.start_on <= start and end <= p.end_on for p in able)


def has_free_week(periods: Sequence[Availability], start: date, end: date) -> bool:
    """Whether some five days in a row of these lie in no "cannot" and, where there is any, in a "can"."""
    day = start
    while day + timedelta(days=4) <= end:
        if is_free(periods, day, day + timedelta(days=4)):
            return True
        day += timedelta(days=1)
    return False


def _taught(training: Training) -> Taught:
    if not training.dates:
        return Taught(training, None, None)
    read = edtf.parse(training.dates)
    return Taught(training, read.earliest_start, read.latest_end)
