"""The usual days of a call and of what follows, and what is short or out of order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tessera.core.sentences import Sentence
from tessera.places.wording import Day

LEAST_WEEKS_OPEN = 4
LEAST_WEEKS_FOR_VISAS = 12
# Weeks from the first day of the training (negative), or from its last day.
WEEKS: Mapping[str, int] = {
    "publish": -26, "deadline": -20, "offers": -14, "visa_letters": -12, "tickets": -8, "readings": -4,
    "reaction": 1, "report": 6, "follow_up_6": 26, "follow_up_12": 52,
}  # fmt: skip
MILESTONES = {
    "publish": pgettext_lazy("milestone", "Publish the call"),
    "deadline": pgettext_lazy("milestone", "Deadline for applications"),
    "offers": pgettext_lazy("milestone", "Decisions and offers"),
    "visa_letters": pgettext_lazy("milestone", "Letters for visas"),
    "tickets": pgettext_lazy("milestone", "Tickets booked"),
    "readings": pgettext_lazy("milestone", "Readings sent"),
    "reaction": pgettext_lazy("milestone", "First questionnaire"),
    "report": pgettext_lazy("milestone", "Report"),
    "follow_up_6": pgettext_lazy("milestone", "Questionnaire after six months"),
    "follow_up_12": pgettext_lazy("milestone", "Questionnaire after twelve months"),
}
# Those of which each has to wait for the one before it.
IN_ORDER = ("publish", "deadline", "offers", "visa_letters")


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day of the timeline. ``weeks`` counts from the first day of the training, after it from the last."""

    key: str
    on: date
    weeks: int

    @property
    def name(self) -> Sentence:
        return Sentence(MILESTONES[self.key])


def timeline(first_day: date, last_day: date | None = None) -> tuple[Milestone, ...]:
    """The usual days of a call and of what follows, in their order."""
    last = last_day or first_day
    return tuple(
        Milestone(key, (first_day if weeks < 0 else last) + timedelta(weeks=weeks), weeks)
        for key, weeks in WEEKS.items()
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at that keeps nobody from going on. ``code`` is stable."""

    code: str
    sentence: Sentence


def timeline_warnings(
    *,
    first_day: date | None,
    days: Mapping[str, date | None],
    today: date | None = None,
    done: Collection[str] = (),
) -> tuple[Notice, ...]:
    """What is short or out of order: open for less than four weeks, less than twelve weeks for visas, any day past.

    ``days`` are those that are set, by milestone; of those that are ``done`` no day is past. The time for visas runs
    from the letters or, where no day is set for them, from the offers.
    """
    found = []
    opens_on, deadline_on = days.get("publish"), days.get("deadline")
    if opens_on and deadline_on and (length := (deadline_on - opens_on).days) < LEAST_WEEKS_OPEN * 7:
        found.append(
            Notice(
                "open_too_short",
                Sentence(
                    ngettext_lazy(
                        "The call is open for %(days)d day; people need at least %(weeks)s weeks.",
                        "The call is open for %(days)d days; people need at least %(weeks)s weeks.",
                        "days",
                    ),
                    {"days": max(length, 0), "weeks": LEAST_WEEKS_OPEN},
                ),
            )
        )
    told_on = days.get("visa_letters") or days.get("offers")
    if told_on and first_day and (runway := (first_day - told_on).days) < LEAST_WEEKS_FOR_VISAS * 7:
        found.append(
            Notice(
                "visa_runway",
                Sentence(
                    ngettext_lazy(
                        "There is %(days)d day between the letters for visas and the training; %(weeks)s weeks are usual.",
                        "There are %(days)d days between the letters for visas and the training; %(weeks)s weeks are usual.",
                        "days",
                    ),
                    {"days": max(runway, 0), "weeks": LEAST_WEEKS_FOR_VISAS},
                ),
            )
        )
    dated = [(key, on) for key in MILESTONES if (on := days.get(key))]
    for (key, on), (later, then) in pairwise(row for row in dated if row[0] in IN_ORDER):
        if then < on:
            found.append(
                Notice(
                    "out_of_order",
                    Sentence(
                        _("“%(later)s” (%(then)s) comes before “%(earlier)s” (%(on)s)."),
                        {"later": MILESTONES[later], "then": Day(then), "earlier": MILESTONES[key], "on": Day(on)},
                    ),
                )
            )
    for key, on in dated:
        if today and on < today and key not in done:
            found.append(
                Notice("past", Sentence(_("“%(step)s” is past: %(on)s."), {"step": MILESTONES[key], "on": Day(on)}))
            )
    return tuple(found)
