"""Deadlines and the timeline of a call. Pure: the clock is an argument.

A deadline is a local minute in a time zone. It is shown as that minute and holds until the minute is over: 15 March,
23:59 anywhere on Earth closes at 16 March, 12:00:00 UTC, exclusive. Whoever saved a draft before may save and submit
for `GRACE` longer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date
from django.utils.translation import get_language, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tessera.core.sentences import Sentence
from tessera.places.wording import Day

AOE = "Etc/GMT+12"
LAST_MINUTE = time(23, 59)
GRACE = timedelta(minutes=30)
EXTENSION_AFTER_CLOSING = timedelta(hours=48)
FIRST_YEAR, LAST_YEAR = 2000, 2199
LEAST_WEEKS_OPEN = 4
LEAST_WEEKS_FOR_VISAS = 12

Window = Literal["before", "open", "grace", "closed"]
Field = Literal["day", "time", "zone", "opens", "deadline"]

_MINUTE = timedelta(minutes=1)
_CLOCK = re.compile(r"(\d{1,2})[:h.](\d{2})(?::(\d{2}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# The word in the languages of the site and of most who write to it; folded, without spaces or hyphens.
_MIDNIGHT = frozenset(
    {"midnight", "minuit", "medianoche", "meianoite", "mezzanotte", "mitternacht", "middernacht", "12midnight"}
)


class MomentError(ValueError):
    """A moment that is refused. ``field`` says where, ``sentence`` why and what to write instead; ``code`` is stable."""

    def __init__(self, field: Field, code: str, sentence: Sentence) -> None:
        self.field, self.code, self.sentence = field, code, sentence
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A minute on the clock of ``zone``. ``fold`` is 1 for the second of two like minutes when clocks go back."""

    day: date
    minute: time
    zone: str
    fold: Literal[0, 1] = 0

    @property
    def shown_at(self) -> datetime:
        """The start of the minute that is shown, in UTC."""
        return _utc(datetime.combine(self.day, self.minute), self.zone, self.fold)

    @property
    def closes_at(self) -> datetime:
        """The first instant after the deadline, in UTC."""
        return self.shown_at + _MINUTE

    @property
    def grace_until(self) -> datetime:
        """The first instant at which even a draft saved before is closed."""
        return self.closes_at + GRACE

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What whoever sets the deadline should know."""
        found = []
        if self.fold:
            found.append(
                Sentence(
                    _("Clocks in %(zone)s go back that day and show %(time)s twice; the later one is meant."),
                    {"zone": self.zone, "time": f"{self.minute:%H:%M}"},
                )
            )
        if self.minute == time(0, 0):
            found.append(
                Sentence(
                    _(
                        "00:00 is the first minute of %(day)s. To close at the end of the day before, write %(before)s, 23:59."
                    ),
                    {"day": Day(self.day), "before": Day(self.day - timedelta(days=1))},
                )
            )
        return tuple(found)


def default_deadline(day: date) -> Deadline:
    """The last minute of ``day`` anywhere on Earth."""
    return Deadline(day, LAST_MINUTE, AOE)


def read_deadline(day: str | date, clock: str | time, zone: str) -> Deadline:
    """A deadline from what somebody wrote; MomentError names the field and gives an example.

    ``day`` is ISO 8601, ``clock`` hours and minutes (seconds are let go: the whole minute counts). A minute that clocks
    skip is refused; of one that they show twice the later is taken, see `Deadline.notes`.
    """
    when, minute = _read_day(day), _read_clock(clock)
    name = _read_zone(zone)
    return Deadline(when, minute, name, _fold(datetime.combine(when, minute), name))


def read_moment(day: str | date, clock: str | time, zone: str) -> datetime:
    """The start of a minute in UTC, for openings; refused like a deadline. Of a minute shown twice the earlier counts."""
    deadline = read_deadline(day, clock, zone)
    return _utc(datetime.combine(deadline.day, deadline.minute), deadline.zone, 0)


def _read_day(day: str | date) -> date:
    if isinstance(day, datetime):
        day = day.date()
    if isinstance(day, str):
        text = _plain(day)
        if not text:
            raise MomentError("day", "no_day", Sentence(_("A day is missing: write for example 2027-03-15.")))
        if not _DAY.fullmatch(text):
            sentence = Sentence(_("“%(given)s” is not a day: write for example 2027-03-15."), {"given": text})
            raise MomentError("day", "unreadable_day", sentence)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            sentence = Sentence(_("%(given)s does not exist: write for example 2027-03-15."), {"given": text})
            raise MomentError("day", "no_such_day", sentence) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        sentence = Sentence(
            _("The year %(year)s is out of range: write one from %(first)s to %(last)s."),
            {"year": day.year, "first": FIRST_YEAR, "last": LAST_YEAR},
        )
        raise MomentError("day", "year_out_of_range", sentence)
    return day


def _read_clock(clock: str | time) -> time:
    if isinstance(clock, time):
        return clock.replace(second=0, microsecond=0, tzinfo=None, fold=0)
    text = _plain(clock)
    if not text:
        raise MomentError("time", "no_time", Sentence(_("A time is missing: write for example 23:59.")))
    word = re.sub(r"[\s\-']", "", "".join(c for c in unicodedata.normalize("NFKD", text) if c.isascii()))
    if word in _MIDNIGHT or word in ("24:00", "24:00:00", "24h00", "24.00", "24h", "24"):
        sentence = Sentence(
            _("“%(given)s” can mean the start or the end of a day: write 23:59 for the end of it."), {"given": text}
        )
        raise MomentError("time", "midnight", sentence)
    match = _CLOCK.fullmatch(text)
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 60, 60)
    if hour > 23 or minute > 59 or second > 59:
        sentence = Sentence(_("“%(given)s” is not a time: write for example 23:59."), {"given": text})
        raise MomentError("time", "unreadable_time", sentence)
    return time(hour, minute)


def _read_zone(zone: str) -> str:
    text = _plain(zone, lower=False)
    if not text:
        sentence = Sentence(
            _("A time zone is missing: write for example America/Lima, or %(aoe)s for anywhere on Earth."), {"aoe": AOE}
        )
        raise MomentError("zone", "no_zone", sentence)
    if text.casefold() in ("aoe", "anywhere on earth"):
        return AOE
    if text not in _zones():
        sentence = Sentence(
            _("“%(given)s” is not a time zone: write for example America/Lima, or %(aoe)s for anywhere on Earth."),
            {"given": text, "aoe": AOE},
        )
        raise MomentError("zone", "unknown_zone", sentence)
    return text


def _plain(text: str, *, lower: bool = True) -> str:
    """Without what is invisible and without typographic width, ends trimmed."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    kept = " ".join(kept.split())
    return kept.casefold() if lower else kept


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _utc(local: datetime, zone: str, fold: int) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def _fold(local: datetime, zone: str) -> Literal[0, 1]:
    """Which of two like minutes is meant; MomentError for a minute that the clocks of ``zone`` skip."""
    early, late = (_utc(local, zone, fold) for fold in (0, 1))
    if early == late:
        return 0
    if early.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local:
        return 1
    # Skipped: before the change the clock runs by the offset of fold 0, after it by that of fold 1.
    change = _change(late, early, ZoneInfo(zone))
    before = (change - _MINUTE).astimezone(ZoneInfo(zone))
    after = change.astimezone(ZoneInfo(zone))
    sentence = Sentence(
        _("Clocks in %(zone)s skip %(time)s on %(day)s: write for example %(before)s or %(after)s."),
        {
            "zone": zone,
            "time": f"{local:%H:%M}",
            "day": Day(local.date()),
            "before": _example(before, local),
            "after": _example(after, local),
        },
    )
    raise MomentError("time", "skipped", sentence)


def _example(moment: datetime, beside: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == beside.date() else f"{moment:%Y-%m-%d %H:%M}"


def _change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The first second after ``start`` (UTC) with the offset that ``zone`` has at ``end``."""
    wanted = end.astimezone(zone).utcoffset()
    low, high = int(start.timestamp()), int(end.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == wanted:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def window(at: datetime, *, opens_at: datetime | None, closes_at: datetime, saved_at: datetime | None = None) -> Window:
    """Where ``at`` falls; ``saved_at`` is when this draft was first saved, None where it never was.

    ``grace`` only for a draft saved before ``closes_at``.
    """
    if opens_at is not None and at < opens_at:
        return "before"
    if at < closes_at:
        return "open"
    if saved_at is not None and saved_at < closes_at and at < closes_at + GRACE:
        return "grace"
    return "closed"


def may_save(at: datetime, *, opens_at: datetime | None, closes_at: datetime, saved_at: datetime | None = None) -> bool:
    """Whether a draft may be saved and submitted at ``at``."""
    return window(at, opens_at=opens_at, closes_at=closes_at, saved_at=saved_at) in ("open", "grace")


def last_closing(call: Deadline, strands: Iterable[Deadline | None] = ()) -> datetime:
    """When the whole call closes: it is open while any of its strands is. A strand without a deadline has the call's."""
    own = [deadline or call for deadline in strands]
    return max(deadline.closes_at for deadline in own or [call])


def check_window(opens_at: datetime | None, deadline: Deadline, *, starts_on: date | None = None) -> None:
    """MomentError where the opening is not before the deadline, or the deadline not before the training begins."""
    if opens_at is not None and opens_at >= deadline.closes_at:
        sentence = Sentence(
            _(
                "The call would open after its deadline, %(day)s, %(time)s: choose an opening before it, for example %(example)s."
            ),
            {
                "day": Day(deadline.day),
                "time": f"{deadline.minute:%H:%M}",
                "example": Day(deadline.day - timedelta(weeks=6)),
            },
        )
        raise MomentError("opens", "opens_after_deadline", sentence)
    if starts_on is not None and deadline.day >= starts_on:
        sentence = Sentence(
            _("The training begins on %(start)s: the deadline has to be before that, for example on %(example)s."),
            {"start": Day(starts_on), "example": Day(starts_on + timedelta(weeks=_WEEKS["deadline"]))},
        )
        raise MomentError("deadline", "deadline_after_start", sentence)


def check_extension(old: Deadline, new: Deadline, *, at: datetime) -> None:
    """MomentError unless ``new`` is later than ``old`` and the call is open, or closed for at most 48 hours."""
    if new.closes_at < old.closes_at:
        sentence = Sentence(
            _("A deadline is never brought forward: it stays at %(day)s, %(time)s or moves to a later one."),
            {"day": Day(old.day), "time": f"{old.minute:%H:%M}"},
        )
        raise MomentError("deadline", "shortened", sentence)
    if new.closes_at == old.closes_at:
        raise MomentError("deadline", "unchanged", Sentence(_("This is the deadline that the call has already.")))
    if at > old.closes_at + EXTENSION_AFTER_CLOSING:
        sentence = Sentence(
            _("The call closed on %(day)s: it can be extended for 48 hours after closing, and that time is over."),
            {"day": Day(old.day)},
        )
        raise MomentError("deadline", "too_late", sentence)
    if new.closes_at <= at:
        raise MomentError("deadline", "past", Sentence(_("This moment is past: write a later one.")))


@dataclass(frozen=True, slots=True)
class Clock:
    """How one clock shows a moment. ``kind`` is call, reader or utc; ``zone`` an IANA name."""

    kind: Literal["call", "reader", "utc"]
    zone: str
    local: datetime

    @property
    def offset(self) -> str:
        """ "UTC−12", "UTC+5:30", "UTC"."""
        minutes = round((self.local.utcoffset() or timedelta()).total_seconds() / 60)
        if not minutes:
            return "UTC"
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")

    @property
    def day(self) -> str:
        """ "Monday 15 March 2027", in the reader's language."""
        language = (get_language() or "en").replace("-", "_")
        pattern = "EEEE d MMMM y" if language.startswith("en") else "full"
        return format_date(self.local.date(), pattern, locale=language)

    @property
    def time(self) -> str:
        return f"{self.local:%H:%M}"

    @property
    def place(self) -> Sentence:
        """Whose clock it is."""
        if self.zone == AOE:
            return Sentence(_("anywhere on Earth (%(offset)s)"), {"offset": self.offset})
        if self.kind == "utc" or self.zone in ("UTC", "Etc/UTC"):
            return Sentence(_("universal time (UTC)"))
        params = {"place": self.zone.rpartition("/")[2].replace("_", " "), "offset": self.offset}
        if self.zone.startswith("Etc/"):
            return Sentence(_("time zone %(offset)s"), {"offset": self.offset})
        return Sentence(_("%(place)s time (%(offset)s)"), params)

    def __str__(self) -> str:
        said = _("%(day)s, %(time)s, %(place)s")
        return str(said % {"day": self.day, "time": self.time, "place": self.place})


def clocks(deadline: Deadline, reader_zone: str | None = None) -> tuple[Clock, ...]:
    """The shown minute on the clock of the call, of the reader (where it shows another time) and in UTC.

    A reader's zone that is not known counts as none.
    """
    shown = deadline.shown_at
    found = [Clock("call", deadline.zone, shown.astimezone(ZoneInfo(deadline.zone)))]
    if reader_zone and reader_zone in _zones():
        local = shown.astimezone(ZoneInfo(reader_zone))
        if local.replace(tzinfo=None) != found[0].local.replace(tzinfo=None):
            found.append(Clock("reader", reader_zone, local))
    if found[0].local.utcoffset():
        found.append(Clock("utc", "UTC", shown))
    return tuple(found)


def time_left(closes_at: datetime, at: datetime) -> Sentence:
    """How long it is open still, never more than there is: two units at most, rounded down."""
    left = int((closes_at - at).total_seconds())
    if left <= 0:
        return Sentence(pgettext_lazy("deadline", "closed"))
    if left < 60:
        return Sentence(_("less than a minute left"))
    days, rest = divmod(left, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days >= 7 or (days and not hours):
        return Sentence(ngettext_lazy("%(days)d day left", "%(days)d days left", "days"), {"days": days})
    first, second = (_days(days), _hours(hours)) if days else (_hours(hours), _minutes(minutes))
    if not days and not (hours and minutes):
        return Sentence(_("%(length)s left"), {"length": _hours(hours) if hours else _minutes(minutes)})
    return Sentence(_("%(longer)s and %(shorter)s left"), {"longer": first, "shorter": second})


def _days(n: int) -> Sentence:
    return Sentence(ngettext_lazy("%(n)d day", "%(n)d days", "n"), {"n": n})


def _hours(n: int) -> Sentence:
    return Sentence(ngettext_lazy("%(n)d hour", "%(n)d hours", "n"), {"n": n})


def _minutes(n: int) -> Sentence:
    return Sentence(ngettext_lazy("%(n)d minute", "%(n)d minutes", "n"), {"n": n})


# Weeks from the first day of the training (negative), or from its last day.
_WEEKS: Mapping[str, int] = {
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
        for key, weeks in _WEEKS.items()
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at that keeps nobody from going on. ``code`` is stable."""

    code: str
    sentence: Sentence


def timeline_warnings(
    *,
    first_day: date | None,
    opens_on: date | None,
    deadline_on: date | None,
    offers_on: date | None = None,
    letters_on: date | None = None,
    today: date | None = None,
) -> tuple[Notice, ...]:
    """What is short or out of order: open for less than four weeks, less than twelve weeks for visas, days past.

    The time for visas runs from the letters or, where no day is set for them, from the offers.
    """
    found = []
    if opens_on and deadline_on and (days := (deadline_on - opens_on).days) < LEAST_WEEKS_OPEN * 7:
        found.append(
            Notice(
                "open_too_short",
                Sentence(
                    ngettext_lazy(
                        "The call is open for %(days)d day; people need at least %(weeks)s weeks.",
                        "The call is open for %(days)d days; people need at least %(weeks)s weeks.",
                        "days",
                    ),
                    {"days": max(days, 0), "weeks": LEAST_WEEKS_OPEN},
                ),
            )
        )
    told_on = letters_on or offers_on
    if told_on and first_day and (days := (first_day - told_on).days) < LEAST_WEEKS_FOR_VISAS * 7:
        found.append(
            Notice(
                "visa_runway",
                Sentence(
                    ngettext_lazy(
                        "There is %(days)d day between the letters for visas and the training; %(weeks)s weeks are usual.",
                        "There are %(days)d days between the letters for visas and the training; %(weeks)s weeks are usual.",
                        "days",
                    ),
                    {"days": max(days, 0), "weeks": LEAST_WEEKS_FOR_VISAS},
                ),
            )
        )
    steps = [("publish", opens_on), ("deadline", deadline_on), ("offers", offers_on), ("visa_letters", letters_on)]
    dated = [(key, on) for key, on in steps if on]
    for (key, on), (later, then) in pairwise(dated):
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
        if today and on < today:
            found.append(
                Notice("past", Sentence(_("“%(step)s” is past: %(on)s."), {"step": MILESTONES[key], "on": Day(on)}))
            )
    return tuple(found)
