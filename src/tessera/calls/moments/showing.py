"""A deadline on the clocks of the call, of the reader and of UTC, and how long it is open still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tessera.calls.moments.deadlines import AOE, Deadline, known_zones
from tessera.core.sentences import Sentence
from tessera.web.locales import full_day


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
        return full_day(self.local.date())

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
    if reader_zone and reader_zone in known_zones():
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
