"""Dates as people know them: the part of EDTF (ISO 8601-2) that the programme uses.

Pure Python. A date is a day ``2019-10-07``, a month ``2019-10``, a year ``2019``, a season
``2019-21`` or an interval of two of them ``2021-09/2022-04-29``; each may end in ``~``
(approximate), ``?`` (uncertain) or ``%`` (both). ``..`` opens an interval where that is allowed.

A rough date is an interval of possible days: `earliest_start`, `latest_start`, `earliest_end` and
`latest_end` say between which days it began and ended. A qualifier does not widen the interval
(nobody knows by how much); it only makes the date rough.
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, Self

Precision = Literal["day", "month", "month_range", "season", "year", "mixed"]
Qualifier = Literal["", "~", "?", "%"]


def gettext_noop(message: str) -> str:
    """Mark a sentence for the catalogues; whoever shows it translates it."""
    return message


class EdtfError(ValueError):
    """A text that is no date. ``code`` is stable; ``message`` is the sentence with its placeholders.

    To show it in another language: ``gettext(error.message) % error.params``.
    """

    messages = {
        "empty": gettext_noop("A date is missing: write for example 2019-10-07, 2019-10 or 2019."),
        "unreadable": gettext_noop(
            "“%(text)s” is not a date that can be read: write for example 2019-10-07, 2019-10 or 2019-10-07/2019-10-11."
        ),
        "time": gettext_noop("“%(text)s” holds a time of day: write only the date, for example 2019-10-07."),
        "no_such_month": gettext_noop("“%(text)s” names a month that does not exist: months run from 01 to 12."),
        "no_such_day": gettext_noop(
            "“%(text)s” is a day that does not exist. If the day is not known, write the month: %(month)s."
        ),
        "no_such_year": gettext_noop("“%(text)s” names a year that does not exist: years run from 0001 to 9999."),
        "reversed": gettext_noop("The end is before the start: %(start)s comes after %(end)s."),
        "open": gettext_noop("“%(text)s” has no start or no end: write both."),
        "outside": gettext_noop("These dates lie outside the calendar."),
    }

    def __init__(self, code: str, text: str, **params: str) -> None:
        self.code = code
        self.text = text
        self.message = self.messages[code]
        self.params = {"text": text, **params}
        super().__init__(self.message % self.params)


# First month and length of the EDTF seasons. 21-24 do not say which half of the world they mean and
# are read as northern; 25-28 say north, 29-32 south. A winter that crosses the new year is named by
# the year in which it begins.
_SEASONS = {
    **dict.fromkeys((21, 25, 31), 3),
    **dict.fromkeys((22, 26, 32), 6),
    **dict.fromkeys((23, 27, 29), 9),
    **dict.fromkeys((24, 28, 30), 12),
}
_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)
_TIME = re.compile(r"\d{1,2}:\d{2}|\dT\d", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far dates move: days by ``days``, months and seasons by ``months``, years by ``years``; see `shift`."""

    days: int
    months: int
    years: int


@dataclass(frozen=True, slots=True)
class Point:
    """One day, month, season or year, as precise as it was given."""

    year: int
    month: int | None = None
    day: int | None = None
    season: int | None = None
    qualifier: Qualifier = ""

    @property
    def precision(self) -> Literal["day", "month", "season", "year"]:
        if self.season is not None:
            return "season"
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    @property
    def is_rough(self) -> bool:
        return self.precision != "day" or self.qualifier != ""

    @property
    def earliest(self) -> date:
        """The first day it may mean."""
        if self.season is not None:
            return date(self.year, _SEASONS[self.season], 1)
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it may mean."""
        if self.season is not None:
            year, month = divmod(self.year * 12 + _SEASONS[self.season] + 1, 12)
            return date.max if year > date.max.year else _month_end(year, month + 1)
        if self.month is None:
            return date(self.year, 12, 31)
        if self.day is None:
            return _month_end(self.year, self.month)
        return date(self.year, self.month, self.day)

    def holding(self, day: date) -> Self:
        """The point of this precision and qualifier that holds ``day``."""
        if self.season is None:
            month = self.month and day.month
            return replace(self, year=day.year, month=month, day=self.day and day.day)
        first = (self.season - 21) // 4 * 4 + 21
        season = next(s for s in range(first, first + 4) if (day.month - _SEASONS[s]) % 12 < 3)
        year = day.year - (day.month < _SEASONS[season])
        return replace(self, year=_in_calendar(year), season=season)

    def moved(self, by: Shift) -> Self:
        """Later by ``by``, as precise and as sure as before; `EdtfError` where that lies outside the calendar."""
        if self.day is not None:
            try:
                return self.holding(self.earliest + timedelta(days=by.days))
            except OverflowError as error:
                raise EdtfError("outside", str(self)) from error
        if self.month is None and self.season is None:
            return replace(self, year=_in_calendar(self.year + by.years))
        # A season goes where its middle month does.
        year, month = divmod(_month_number(self.earliest) + (self.season is not None) + by.months, 12)
        return self.holding(date(_in_calendar(year), month + 1, 1))

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        if self.season is not None:
            parts.append(f"{self.season:02}")
        if self.month is not None:
            parts.append(f"{self.month:02}")
        if self.day is not None:
            parts.append(f"{self.day:02}")
        return "-".join(parts) + self.qualifier


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date or an interval. ``start`` is None for ``../x``, ``end`` is None for ``x/..``.

    ``is_interval`` is False for a single date, whose ``start`` and ``end`` are then the same point.
    """

    start: Point | None
    end: Point | None
    is_interval: bool = False

    @property
    def is_open(self) -> bool:
        return self.start is None or self.end is None

    @property
    def earliest_start(self) -> date | None:
        """The first day on which it may have begun; None where the start is open."""
        return self.start.earliest if self.start else None

    @property
    def latest_start(self) -> date | None:
        """The last day on which it may have begun; where the start is open, the last possible end."""
        if self.start is None or self.end is None:
            return self.start.latest if self.start else self.latest_end
        return min(self.start.latest, self.end.latest)

    @property
    def earliest_end(self) -> date | None:
        """The first day on which it may have ended; where the end is open, the first possible start."""
        if self.start is None or self.end is None:
            return self.end.earliest if self.end else self.earliest_start
        return max(self.start.earliest, self.end.earliest)

    @property
    def latest_end(self) -> date | None:
        """The last day on which it may have ended; None where the end is open."""
        return self.end.latest if self.end else None

    @property
    def precision(self) -> Precision:
        """A key of the archive's vocabulary ``date_precision``, or ``mixed`` for ends that differ."""
        kinds = {point.precision for point in (self.start, self.end) if point}
        if len(kinds) > 1:
            return "mixed"
        kind = kinds.pop()
        return "month_range" if kind == "month" and self.is_interval else kind

    @property
    def is_rough(self) -> bool:
        """Whether any end is less than one certain day."""
        return any(point is None or point.is_rough for point in (self.start, self.end))

    @property
    def qualifier(self) -> Qualifier:
        """How sure the whole is: the qualifiers of both ends together."""
        marks = {mark for point in (self.start, self.end) if point for mark in point.qualifier}
        if "%" in marks or marks == {"~", "?"}:
            return "%"
        return "~" if "~" in marks else "?" if "?" in marks else ""

    def moved(self, by: Shift) -> Self:
        """Later by ``by`` (earlier where negative), as precise and as sure as before.

        `EdtfError` where that lies outside the calendar, or where the end comes to lie before the start.
        """
        start, end = (point.moved(by) if point else None for point in (self.start, self.end))
        if start and end and end.latest < start.earliest:
            raise EdtfError("reversed", f"{start}/{end}", start=str(start), end=str(end))
        return replace(self, start=start, end=end)

    def __str__(self) -> str:
        """The canonical text; `parse` of it gives an equal value."""
        if not self.is_interval:
            return str(self.start)
        return f"{self.start or '..'}/{self.end or '..'}"


def parse(text: str, *, allow_open: bool = False) -> Edtf:
    """Read a text; spaces around it are ignored. Raises `EdtfError` with a sentence for the reader."""
    text = text.strip()
    if not text:
        raise EdtfError("empty", text)
    first, slash, second = text.partition("/")
    if not slash:
        point = _point(first, text)
        return Edtf(point, point)
    if "/" in second:
        raise EdtfError("unreadable", text)
    first, second = first.strip(), second.strip()
    # An empty side ("2019-10/") is EDTF for an unknown end; it is kept as an open one.
    start = None if first in ("", "..") else _point(first, text)
    end = None if second in ("", "..") else _point(second, text)
    if start is None and end is None:
        raise EdtfError("unreadable", text)
    if (start is None or end is None) and not allow_open:
        raise EdtfError("open", text)
    if start and end and end.latest < start.earliest:
        raise EdtfError("reversed", text, start=str(start), end=str(end))
    return Edtf(start, end, is_interval=True)


def from_days(start: date, end: date | None = None) -> Edtf:
    """The exact date of one day or of an interval of days."""
    first = Point(start.year, start.month, start.day)
    if end is None or end == start:
        return Edtf(first, first)
    if end < start:
        raise EdtfError("reversed", f"{start}/{end}", start=str(start), end=str(end))
    return Edtf(first, Point(end.year, end.month, end.day), is_interval=True)


def shift(start: Point, day: date) -> Shift:
    """How far ``start`` moves until it is ``day`` or, where it is rough, holds it.

    Of a month or a season the months are counted between both, of a year whole years; of a day, all three.
    """
    there = start.holding(day)
    months = _month_number(there.earliest) - _month_number(start.earliest)
    return Shift((day - start.earliest).days, months, there.year - start.year)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _in_calendar(year: int) -> int:
    if not date.min.year <= year <= date.max.year:
        raise EdtfError("outside", str(year))
    return year


def _point(part: str, text: str) -> Point:
    match = _POINT.fullmatch(part)
    if match is None:
        raise EdtfError("time" if _TIME.search(part) else "unreadable", text)
    year, month, day = (int(number) if number else None for number in match.groups()[:3])
    qualifier: Qualifier = match[4]  # type: ignore[assignment]
    if not year:
        raise EdtfError("no_such_year", text)
    if month in _SEASONS:
        if day is not None:
            raise EdtfError("unreadable", text)
        return Point(year, season=month, qualifier=qualifier)
    if month is not None and not 1 <= month <= 12:
        raise EdtfError("no_such_month", text)
    if month is not None and day is not None and not 1 <= day <= _month_end(year, month).day:
        raise EdtfError("no_such_day", text, month=f"{year:04}-{month:02}")
    return Point(year, month, day, qualifier=qualifier)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
