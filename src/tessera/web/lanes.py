"""Lanes: time from left to right, in percent, so that a lane stretches with the page while its tiles stay square.

Marks only, drawn as in the prototype; words stand in the row or in the label, figures in the table beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString

type MarkKind = Literal["held", "national", "announced", "unconfirmed", "derived", "proposed"]
type Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Scale:
    """The years a lane covers, first and last included."""

    first: int
    last: int

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def at(self, day: date) -> float:
        """Where ``day`` lies, in percent, kept inside the lane."""
        start, end = date(self.first, 1, 1).toordinal(), date(self.last + 1, 1, 1).toordinal()
        return min(max((day.toordinal() - start) / (end - start) * 100, 0.0), 100.0)

    def width(self, span: Span) -> float:
        return max(self.at(span[1]) - self.at(span[0]), 0.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A training in a lane, on the day it began (or is to begin)."""

    on: date
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class ClockLane:
    """One region of the coverage clock.

    ``covered``: days within the limit after a training; ``ahead``: the same after a training still to come.
    ``overdue``: missed days up to today; ``waiting``: those that follow if nothing else is planned.
    ``due`` are the days on which a limit passed. ``small`` for a working area, which is never overdue.
    """

    covered: tuple[Span, ...] = ()
    ahead: tuple[Span, ...] = ()
    overdue: tuple[Span, ...] = ()
    waiting: tuple[Span, ...] = ()
    due: tuple[date, ...] = ()
    marks: tuple[Mark, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a timeline: one tile where it is short or rough, a pale band where it lasts."""

    start: date
    end: date
    kind: MarkKind
    band: bool = False


def clock_head(scale: Scale) -> SafeString:
    """The years above the lanes; every other one where they are many."""
    labels = "".join(
        f'<text x="{scale.at(date(year, 1, 1)):.2f}%" dx="3" y="11">{_label(year, scale)}</text>'
        for year in scale.years
    )
    return SafeString(f'<svg class="lane" height="16" aria-hidden="true">{_rules(scale, 16)}{labels}</svg>')


def clock_lane(lane: ClockLane, scale: Scale, today: date) -> SafeString:
    """A region's lane. It repeats its row, which says the same in words: hidden from screen readers."""
    height, middle, stroke = (20, 10, 1) if lane.small else (28, 14, 2)
    drawn = [_rules(scale, height)]
    if not lane.small:
        drawn += [_band(scale, span, middle - 5, 10, "cv") for span in (*lane.covered, *lane.ahead)]
    drawn += [_band(scale, span, middle - stroke / 2, stroke, "fa") for span in lane.covered]
    drawn += [_dots(scale, span, middle, stroke, "sa") for span in lane.ahead]
    drawn += [_band(scale, span, middle - 1, 2, "fd") for span in lane.overdue]
    drawn += [_dots(scale, span, middle, 2, "sd") for span in lane.waiting]
    drawn += [f'<rect class="fc" x="{scale.at(day):.2f}%" y="{middle - 8}" width="3" height="16"/>' for day in lane.due]
    drawn += [_tile(mark, scale, middle, small=lane.small) for mark in lane.marks]
    now = f'<rect class="fi" x="{scale.at(today):.2f}%" width="1.5" height="{height}"/>'
    return SafeString(f'<svg class="lane" height="{height}" aria-hidden="true">{"".join(drawn)}{now}</svg>')


def _label(year: int, scale: Scale) -> str:
    """The year, or "" where years are so many that labels would touch."""
    step = 1 if len(scale.years) <= 8 else 2 if len(scale.years) <= 16 else 5
    return str(year) if (year - scale.first) % step == 0 else ""


def key(kind: str) -> SafeString:
    """The sign of the legend for a kind of mark or line."""
    return SafeString(f'<svg viewBox="0 0 14 14" aria-hidden="true">{KEYS[kind]}</svg>')


def timeline(blocks: Sequence[Block], gaps: Iterable[Span], scale: Scale, label: str) -> SafeString:
    """Every training of the record as a tile on one line; ``gaps`` are dotted. ``label`` says it in words."""
    drawn = [
        f'<rect class="fl" x="{x:.2f}%" width="1" height="40"/><text x="{x:.2f}%" dx="6" y="36">{label}</text>'
        for x, label in ((scale.at(date(y, 1, 1)), _label(y, scale)) for y in scale.years)
    ]
    drawn.append('<rect class="fl" y="22" width="100%" height="1"/>')
    drawn += [_dots(scale, gap, 11, 1, "se", "2 5") for gap in gaps]
    for block in blocks:
        if block.band:
            drawn.append(
                f'<rect class="fa" x="{scale.at(block.start):.2f}%" y="4" '
                f'width="{scale.width((block.start, block.end)):.2f}%" height="13" fill-opacity=".35"/>'
            )
        else:
            drawn.append(f'<svg x="{scale.at(block.start):.2f}%" overflow="visible">{_STRIP[block.kind]}</svg>')
    return SafeString(f'<svg class="lane" height="40" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>')


@dataclass(frozen=True, slots=True)
class MonthLane:
    """The phases of one training, by month: from the first day of ``first`` to the last of ``last``."""

    first: date
    last: date
    labels: tuple[str, ...]
    bands: tuple[Span, ...] = ()
    numbers: tuple[date, ...] = ()
    days: tuple[tuple[date, int], ...] = ()
    joins: tuple[Span, ...] = field(default=())


def month_lane(lane: MonthLane, label: str) -> SafeString:
    """Phases as in the prototype: pale band and numbered outlines online, full tiles for days on site."""
    start, end = lane.first.toordinal(), lane.last.toordinal() + 1

    def at(day: date) -> float:
        return min(max((day.toordinal() - start) / (end - start) * 100, 0.0), 100.0)

    drawn: list[str] = []
    year, month = lane.first.year, lane.first.month
    for name in lane.labels:
        x = at(date(year, month, 1))
        drawn.append(f'<rect class="fl" x="{x:.2f}%" width="1" height="58"/>')
        if name:
            drawn.append(f'<text x="{x:.2f}%" dx="5" y="54">{escape(name)}</text>')
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    drawn.append('<rect class="fl" y="38" width="100%" height="1"/>')
    for first, last in lane.bands:
        x = at(first)
        drawn.append(f'<rect class="cv" x="{x:.2f}%" y="10" width="{at(last) - x:.2f}%" height="18"/>')
    for number, day in enumerate(lane.numbers, 1):
        drawn.append(
            f'<svg x="{at(day):.2f}%" overflow="visible"><rect class="fg sa" x="-8" y="11" width="16" height="16" '
            f'stroke-width="2"/><text x="0" y="23" text-anchor="middle">{number}</text></svg>'
        )
    for first, last in lane.joins:
        drawn.append(
            f'<line class="se" x1="{at(first):.2f}%" x2="{at(last):.2f}%" y1="19" y2="19" stroke-dasharray="2 5"/>'
        )
    for day, count in lane.days:
        left = -(count * 20 - 2) // 2
        tiles = "".join(f'<rect class="fa" x="{left + n * 20}" y="10" width="18" height="18"/>' for n in range(count))
        drawn.append(f'<svg x="{at(day):.2f}%" overflow="visible">{tiles}</svg>')
    return SafeString(f'<svg class="lane" height="58" role="img" aria-label="{escape(label)}">{"".join(drawn)}</svg>')


def bar(months: int | None, band: str, *, goal: int = 24, most: int = 60) -> SafeString:
    """Months since a training as a bar; the mark on it is the goal. It repeats the figure beside it."""
    drawn = '<rect class="fl" width="100%" height="1" y="5"/>'
    if months is not None:
        drawn += f'<rect class="f{band}" width="{min(months / most * 100, 100):.1f}%" height="6" y="2.5"/>'
    drawn += f'<rect class="fe" x="{goal / most * 100:g}%" width="1" height="10"/>'
    return SafeString(f'<svg class="bar" aria-hidden="true">{drawn}</svg>')


def _rules(scale: Scale, height: int) -> str:
    return "".join(
        f'<rect class="fl" x="{scale.at(date(year, 1, 1)):.2f}%" width="1" height="{height}"/>' for year in scale.years
    )


def _band(scale: Scale, span: Span, y: float, height: float, css: str) -> str:
    return (
        f'<rect class="{css}" x="{scale.at(span[0]):.2f}%" y="{y:g}" '
        f'width="{scale.width(span):.2f}%" height="{height:g}"/>'
    )


def _dots(scale: Scale, span: Span, y: int, stroke: int, css: str, dashes: str = "2 4") -> str:
    return (
        f'<line class="{css}" x1="{scale.at(span[0]):.2f}%" x2="{scale.at(span[1]):.2f}%" y1="{y}" y2="{y}" '
        f'stroke-width="{stroke}" stroke-dasharray="{dashes}"/>'
    )


def _tile(mark: Mark, scale: Scale, middle: int, *, small: bool) -> str:
    shape = (_SMALL if small else _LARGE)[mark.kind]
    return f'<svg x="{scale.at(mark.on):.2f}%" y="{middle}" overflow="visible">{shape}</svg>'


_NATIONAL = '<rect class="fg sa" x="-8" y="-4" width="8" height="8" stroke-width="1.5"/>'
_LARGE: dict[str, str] = {
    "derived": '<rect class="fa" x="-10" y="-6" width="12" height="12" fill-opacity=".45"/>',
    "held": '<rect class="fa" x="-10" y="-6" width="12" height="12"/>',
    "national": _NATIONAL,
    "announced": '<rect class="fg sa" x="-9" y="-5" width="10" height="10" stroke-width="2"/>'
    '<rect class="fa" x="-6" y="-2" width="4" height="4"/>',
    "unconfirmed": '<rect class="fg sa" x="-9" y="-5" width="10" height="10" stroke-width="2"/>'
    '<rect class="fa" x="-9" y="0" width="10" height="5"/>',
    "proposed": '<rect class="fg sa" x="-9" y="-5" width="10" height="10" stroke-width="1.5" '
    'stroke-dasharray="2 1.5"/>',
}
_SMALL: dict[str, str] = {
    "derived": '<rect class="fa" x="-5" y="-4" width="8" height="8" fill-opacity=".45"/>',
    "held": '<rect class="fa" x="-5" y="-4" width="8" height="8"/>',
    "national": _NATIONAL,
    "announced": '<rect class="fg sa" x="-5" y="-3" width="7" height="7" stroke-width="1.5"/>'
    '<rect class="fa" x="-3" y="-1" width="3" height="3"/>',
    "unconfirmed": '<rect class="fg sa" x="-5" y="-3" width="7" height="7" stroke-width="1.5"/>'
    '<rect class="fa" x="-5" y="0.5" width="7" height="3.5"/>',
    "proposed": '<rect class="fg sa" x="-5" y="-3" width="6" height="6" stroke-width="1.5" stroke-dasharray="2 1.5"/>',
}
_STRIP: dict[str, str] = {
    "held": '<rect class="fa" y="4" width="13" height="13"/>',
    "national": '<rect class="f0 sa" x="1" y="5" width="9" height="9" stroke-width="2"/>',
    "announced": '<rect class="f0 sa" x="1" y="5" width="11" height="11" stroke-width="2"/>'
    '<rect class="fa" x="4.5" y="8.5" width="4" height="4"/>',
    "unconfirmed": '<rect class="f0 sa" x="1" y="5" width="11" height="11" stroke-width="2"/>'
    '<rect class="fa" x="1" y="10.5" width="11" height="5.5"/>',
    "proposed": '<rect class="f0 sa" x="1" y="5" width="11" height="11" stroke-width="1.5" stroke-dasharray="2 1.5"/>',
}
KEYS: dict[str, str] = {
    "derived": '<rect class="fa" width="10" height="10" y="2" fill-opacity=".45"/>',
    "held": '<rect class="fa" width="12" height="12" y="1"/>',
    "national": '<rect class="f0 sa" x="2" y="3" width="8" height="8" stroke-width="1.5"/>',
    "announced": '<rect class="f0 sa" x="1" y="2" width="10" height="10" stroke-width="2"/>'
    '<rect class="fa" x="4" y="5" width="4" height="4"/>',
    "unconfirmed": '<rect class="f0 sa" x="1" y="2" width="10" height="10" stroke-width="2"/>'
    '<rect class="fa" x="1" y="7" width="10" height="5"/>',
    "proposed": '<rect class="f0 sa" x="1" y="2" width="10" height="10" stroke-width="1.5" stroke-dasharray="2 1.5"/>',
    "covered": '<rect class="cv" width="14" height="10" y="2"/><rect class="fa" width="14" height="2" y="6"/>',
    "due": '<rect class="fc" x="5" width="3" height="14"/>',
    "overdue": '<rect class="fd" width="14" height="2" y="6"/>',
}
