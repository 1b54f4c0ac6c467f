"""What needs the office today, and the trainings in motion: everything that the dashboard shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tessera.applications.transmission import calls_to_decide_on
from tessera.calls.models import Call
from tessera.core.translated import best
from tessera.messaging.queries import outbox_counts
from tessera.places.queries import reference
from tessera.planning.clock_types import Coverage, RegionClock
from tessera.portal.board import board_ground
from tessera.portal.worklist import MissingFacts, missing_facts, stale_count
from tessera.programmes.models import Status, Training
from tessera.web.dates import in_words
from tessera.web.locales import number

# The life of a training, in stages.
STAGES = (
    Status.PROPOSED,
    Status.PLANNED,
    Status.ANNOUNCED,
    Status.IN_DELIVERY,
    Status.DELIVERED,
    Status.FOLLOWED_UP,
    Status.CLOSED,
)
OPEN = (Status.PROPOSED, Status.PLANNED, Status.ANNOUNCED, Status.IN_DELIVERY, Status.POSTPONED)


@dataclass(frozen=True)
class Task:
    """One thing to do: when (or how late), what, why, and the page where it is done.

    ``stage`` tells a later stage of the same thing: a region that is overdue in 180 days, and in 90.
    """

    margin: str
    below: str
    kind: str
    heading: str
    text: str
    address: str
    action: str
    rehearsal: bool = False
    stage: str = ""


@dataclass(frozen=True)
class Motion:
    """A training in motion: how many stages are behind it, and what comes next."""

    training: Training
    done: int
    stage: str
    next: str


@dataclass(frozen=True)
class Today:
    """The dashboard."""

    tasks: list[Task]
    motion: list[Motion]
    more_in_motion: int
    facts: list[MissingFacts]
    public: int
    drafts: int


MOST = 12
# A region that is due is told of twice: when its 180 days begin (``due_soon``), and when these do.
NEAR_DAYS = 90


def today(on: date) -> Today:
    """Everything that waits for a person on the day ``on``, in the active language, for the dashboard and the mail.

    The number of queries does not grow with the rows.
    """
    places = reference()
    found = board_ground(on, places)
    language = get_language() or settings.MAIN_LANGUAGE
    coverage, names = found.coverage, {region.code: region.name.best(language)[0] for region in found.scheme.regions}
    real = Training.objects.real()
    counts = real.aggregate(
        public=models.Count("pk", filter=models.Q(published=True)),
        drafts=models.Count("pk", filter=models.Q(published=False)),
    )
    facts = missing_facts(real.filter(published=True).order_by(models.F("starts_on").desc(nulls_last=True), "-pk"))
    tasks = [
        *_regions(on, coverage, names),
        *_over(on),
        *_not_closed(on),
        *_called_off(),
        *_untransmitted(),
        *_outbox(),
        *_texts(),
        *_facts(facts),
    ]
    motion = _motion(on)
    return Today(
        tasks=tasks,
        motion=motion[:MOST],
        more_in_motion=max(0, len(motion) - MOST),
        facts=facts,
        public=counts["public"],
        drafts=counts["drafts"],
    )


def _regions(on: date, coverage: Coverage, names: dict[str, str]) -> Iterable[Task]:
    waiting = [region for region in coverage.regions if region.state != "on_time"]
    # What is planned may not be public: the board tells it, the public clock may not.
    for region in sorted(waiting, key=lambda r: (r.state != "overdue", r.due)):
        days = abs((on - region.due).days)
        planned = _projected(region)
        if region.state == "overdue":
            yield Task(
                _("Late"),
                ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)},
                "late",
                _("%(region)s is overdue") % {"region": names[region.code]},
                planned or _("No training is planned that reaches it."),
                reverse("portal:board") if planned else _begin(region.code),
                _("Begin a training") if not planned else _("See the planning"),
            )
        else:
            yield Task(
                ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)},
                _("until it is overdue"),
                "due",
                _("%(region)s is due soon") % {"region": names[region.code]},
                planned or _("No training is planned that reaches it."),
                reverse("portal:board") if planned else _begin(region.code),
                _("Begin a training") if not planned else _("See the planning"),
                stage="90" if days <= NEAR_DAYS else "180",
            )


def _begin(region: str) -> str:
    return f"{reverse('programmes:training_new')}?region={region}"


def _projected(region: RegionClock) -> str:
    if not region.projections:
        return ""
    first = region.projections[0]
    if first.in_time:
        return _("A training is planned that reaches it in time.")
    return _("A training is planned that reaches it, but too late.")


def _over(on: date) -> Iterable[Task]:
    """Each training whose dates are over, the oldest first; beyond ``MOST`` of them their number."""
    rows = list(Training.objects.past(on).order_by("ends_on", "pk"))
    for training in rows[:MOST]:
        days = (on - training.ends_on).days  # type: ignore[operator]
        yield Task(
            _("Late"),
            ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)},
            "late",
            _("Was “%(training)s” held?") % {"training": training},
            _("Its dates are over and it is still “%(status)s”. The public page says that it was planned.")
            % {"status": training.get_status_display()},
            reverse("programmes:training_status", args=[training.slug]),
            _("Set the status"),
            training.rehearsal,
        )
    more = len(rows) - MOST
    if more > 0:
        yield Task(
            _("Late"),
            "",
            "late",
            ngettext("The dates of %(n)s more training are over", "The dates of %(n)s more trainings are over", more)
            % {"n": number(more)},
            _("Those whose dates were over first stand above."),
            reverse("programmes:trainings") + "?status=past",
            _("See them all"),
        )


def _not_closed(on: date) -> Iterable[Task]:
    """The trainings that were held and are not closed, from the day after their end.

    Before "closed" comes "followed up", and the follow-up lasts twelve months. So an entry shows what is open all that
    time, and asks for the step only where those months are over; until then it says when the first of them will be.
    """
    ends = sorted(
        follow_up_end(day) for day in Training.objects.real().unclosed(on).values_list("ends_on", flat=True) if day
    )
    over = sum(end < on for end in ends)
    if ends:
        yield Task(
            pgettext("state of a task", "Open"),
            "",
            "due" if over else "info",
            ngettext(
                "%(n)s training was held and is not closed", "%(n)s trainings were held and are not closed", len(ends)
            )
            % {"n": number(len(ends))},
            ngettext(
                "The twelve months of follow-up are over for %(n)s training: say so, then close it.",
                "The twelve months of follow-up are over for %(n)s trainings: say so, then close them.",
                over,
            )
            % {"n": number(over)}
            if over
            else _("The follow-up lasts twelve months; the first can be closed after %(day)s.")
            % {"day": in_words(ends[0])},
            reverse("programmes:trainings") + "?status=unclosed&rehearsal=no",
            _("See them"),
        )


def _untransmitted() -> Iterable[Task]:
    for call, n in calls_to_decide_on(timezone.now()):
        yield Task(
            _("Late"), "", "late",
            ngettext("%(n)s application was not transmitted", "%(n)s applications were not transmitted", n) % {"n": number(n)},
            _(
                "In “%(call)s”. Each waits for a decision of the office: ask somebody else, let it count, or mark it as "
                "not eligible."
            ) % {"call": best(call.title)[0] or call.code},
            reverse("applications:list", args=[call.code]), _("See them"), stage=call.code,
        )  # fmt: skip


def _called_off() -> Iterable[Task]:
    """Calls whose training was cancelled and that are not: nobody who applied was told."""
    for call in Call.objects.of_cancelled_trainings().order_by("pk")[:MOST]:
        yield Task(
            _("Late"), "", "late",
            _("The training of “%(call)s” was called off") % {"call": best(call.title)[0] or call.code},
            _("Cancel the call, so that everybody who applied is told."),
            reverse("calls:call_steps", args=[call.code]), _("Where it stands"), call.rehearsal, stage=call.code,
        )  # fmt: skip


def follow_up_end(ended: date) -> date:
    """The last day of the follow-up of a training that ended on the day ``ended``: twelve months later."""
    leap_day = (ended.month, ended.day) == (2, 29)
    return ended.replace(year=ended.year + 1, day=28 if leap_day else ended.day)


def _outbox() -> Iterable[Task]:
    counts = outbox_counts()
    if counts.troubled:
        yield Task(
            _("Late"), "", "late",
            ngettext("%(n)s mail did not arrive", "%(n)s mails did not arrive", counts.troubled) % {"n": counts.troubled},
            _("It came back, or was given up after several tries."),
            reverse("messaging:failed"), _("See why"),
        )  # fmt: skip
    if counts.tasks:
        yield Task(
            _("Late"), "", "late",
            ngettext("%(n)s background task failed", "%(n)s background tasks failed", counts.tasks) % {"n": counts.tasks},
            _("It is kept and can be run again."),
            reverse("messaging:failed"), _("See why"),
        )  # fmt: skip
    if counts.batches:
        yield Task(
            _("Waiting"), "", "due",
            ngettext(
                "%(n)s mail to many waits for approval", "%(n)s mails to many wait for approval", counts.batches
            ) % {"n": counts.batches},
            _("Nothing leaves before a second person has read it."),
            reverse("messaging:batches"), _("Read it"),
        )  # fmt: skip


def _texts() -> Iterable[Task]:
    n = stale_count()
    if n:
        yield Task(
            _("Texts"), "", "due",
            ngettext("%(n)s translation is out of date", "%(n)s translations are out of date", n) % {"n": n},
            _("Its source has changed since; what changed is marked."),
            reverse("portal:worklist") + "?state=stale", _("See them"),
        )  # fmt: skip


def _facts(facts: list[MissingFacts]) -> Iterable[Task]:
    if facts:
        yield Task(
            _("Facts"), "", "due",
            ngettext(
                "Facts are missing or differ in %(n)s training",
                "Facts are missing or differ in %(n)s trainings",
                len(facts),
            ) % {"n": len(facts)},
            facts[0].sentences[0] if len(facts) == 1 else _("Numbers, cities, languages or trainers; nothing is guessed."),
            reverse("portal:missing_facts"), _("See them"),
        )  # fmt: skip


def _motion(on: date) -> list[Motion]:
    held = models.Q(status__in=(Status.DELIVERED, Status.FOLLOWED_UP), ends_on__gte=on - timedelta(days=366))
    rows = Training.objects.filter(models.Q(status__in=OPEN) | held)
    return [
        Motion(training, _stage(training.status), str(training.get_status_display()), _next(training, on))
        for training in rows.order_by(models.F("starts_on").asc(nulls_last=True), "pk")
        if training.status in OPEN or follow_up_end(training.ends_on) >= on  # type: ignore[arg-type]
    ]


def _stage(status: str) -> int:
    return STAGES.index(Status(status)) if status in STAGES else STAGES.index(Status.PLANNED)


def _next(training: Any, on: date) -> str:
    if training.status == Status.POSTPONED and not (training.ends_on and training.ends_on >= on):
        return _("New dates to be found")
    if not training.dates:
        return _("Dates to be written")
    if training.status in (Status.DELIVERED, Status.FOLLOWED_UP):
        return _("Follow-up until %(day)s") % {"day": in_words(follow_up_end(training.ends_on))}
    if training.ends_on and training.ends_on < on:
        return _("To say that it was held")
    if training.starts_on and training.starts_on <= on:
        return _("Running: %(dates)s") % {"dates": in_words(training.dates)}
    return in_words(training.dates)
