"""A deadline: a minute on the clock of a zone, read from what somebody wrote."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext_lazy as _

from tessera.core.sentences import Sentence
from tessera.places.wording import Day

AOE = "Etc/GMT+12"
LAST_MINUTE = time(23, 59)
GRACE = timedelta(minutes=30)
FIRST_YEAR, LAST_YEAR = 2000, 2199

Field = Literal["day", "time", "zone", "opens", "deadline"]

_MINUTE = timedelta(minutes=1)
_CLOCK = re.compile(r"(\d{1,2})(?:h|[:h.](\d{2})(?::(\d{2}))?)", re.ASCII)
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
    if text not in known_zones():
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
def known_zones() -> frozenset[str]:
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
