"""Facts in sentences: pure functions from what is recorded to what is said, in each language.

Nothing is guessed: a missing fact is "not recorded", a contradiction shows its range, a date is as rough as its
source, and what was announced is not said to have happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tessera.core.edtf import Edtf
from tessera.portal.wording import say
from tessera.web import dates
from tessera.web.punctuation import listed

HELD = frozenset({"delivered", "followed_up", "closed"})
TO_COME = frozenset({"proposed", "planned", "announced"})


def is_over(edtf: Edtf | str | None, on: date) -> bool:
    """Whether the last day it may mean is before ``on``."""
    end = dates.read(edtf).latest_end if edtf else None
    return end is not None and end < on


def is_running(edtf: Edtf | str | None, on: date) -> bool:
    """Whether ``on`` surely lies within it: a rough date runs on no day for sure."""
    if not edtf:
        return False
    value = dates.read(edtf)
    start, end = value.latest_start, value.earliest_end
    return start is not None and end is not None and start <= on <= end


def when(status: str, edtf: str | None, on: date, language: str | None = None, *, tentative: bool = False,
         former: Sequence[str] = ()) -> str:  # fmt: skip
    """What a training's date means on the day ``on``; ``former`` are the dates it had before, oldest first.

    The date of a postponed training is the new one: the old one is among the former.
    """
    if status == "postponed" and edtf:
        given_up = [old for old in former if old != edtf]
        new, over = dates.planned_for(edtf, language), is_over(edtf, on)
        if not given_up:
            return say("when.postponed" if over else "when.postponed_to", language, planned=new, new=new)
        key = "when.postponed_past" if over else "when.postponed_again"
        return say(key, language, planned=dates.planned_for(given_up[-1], language), new=new)
    if status in ("postponed", "cancelled"):
        old = edtf or (former[-1] if former else None)
        if old is None:
            return say(f"when.{status}_undated", language)
        return say(f"when.{status}", language, planned=dates.planned_for(old, language))
    if not edtf:
        return say("when.unrecorded" if status in HELD else "when.undecided", language)
    key = _when_key(status, edtf, on, tentative=tentative)
    return say(key, language, said=dates.said(edtf, language), planned=dates.planned_for(edtf, language))


def when_of(facts: Mapping[str, Any], on: date, language: str | None = None) -> str:
    """`when`, from the facts of a training's public record."""
    known = facts["dates"] or {}
    return when(
        facts["status"],
        known.get("edtf"),
        on,
        language,
        tentative=bool(known.get("tentative")),
        former=[old["edtf"] for old in facts["former_dates"]],
    )


def _when_key(status: str, edtf: str, on: date, *, tentative: bool) -> str:
    if status in HELD:
        return "when.held"
    over = is_over(edtf, on)
    if status == "in_delivery":
        return "when.unfinished" if over else "when.running"
    if status == "announced":
        if over:
            return "when.unconfirmed"
        return "when.tentative" if tentative else "when.takes"
    return "when.was_planned" if over else "when.tentative" if tentative else "when.planned"


def former_dates(former: Sequence[str], language: str | None = None) -> list[str]:
    """One sentence for each date that was given up, oldest first."""
    return [
        say("when.former" if n == 0 else "when.former_next", language, planned=dates.planned_for(edtf, language))
        for n, edtf in enumerate(former)
    ]


def status_label(status: str, edtf: str | None, on: date, language: str | None = None) -> tuple[str, str]:
    """(words, kind of the tile) of a training's status as it is to be read on the day ``on``."""
    if status in ("announced", "in_delivery") and is_over(edtf, on):
        return say("status.unconfirmed", language), "due"
    kinds = {"announced": "info", "in_delivery": "part", "postponed": "due", "cancelled": "late"}
    return say(f"status.{status}", language), "done" if status in HELD else kinds.get(status, "")


@dataclass(frozen=True, slots=True)
class Count:
    """How many people: ``figure`` and ``word`` apart for the list ("27–30", "people"), ``whole`` in one phrase.

    ``figure`` is "" where the number is not recorded; ``differ`` where sources contradict each other.
    """

    figure: str
    word: str
    whole: str
    differ: bool = False


def count(participants: Mapping[str, Any] | None, language: str | None = None) -> Count:
    """The number of people (held) or places (planned) as the record knows it."""
    if not participants:
        unknown = say("people.unknown", language)
        return Count("", unknown, unknown)
    noun = "places" if participants["kind"] == "planned" else "people"
    low, high = participants["min"], participants["max"]
    figure = span(low, high, language)
    word = say(f"word.{noun}", language, n=low if high is None else high)
    if participants.get("differ"):
        return Count(figure, word, say(f"{noun}.differ", language, n=figure), differ=True)
    whole = say(f"{noun}.n", language, n=high if low == high else figure)
    return Count(figure, word, whole)


def span(low: int | None, high: int | None, language: str | None = None) -> str:
    """A number, or the bounds that are known: "30", "25–30", "at least 25", "up to 30"; "" for neither."""
    if low == high:
        return "" if low is None else str(low)
    if high is None:
        return say("span.least", language, n=str(low))
    return say("span.most", language, n=str(high)) if low is None else f"{low}–{high}"


def ago(months: int | None, language: str | None = None) -> str:
    """ "2 months ago", "less than a month ago", "no training on record"."""
    if months is None:
        return say("ago.none", language)
    return say("ago.months", language, n=months) if months else say("ago.less", language)


def region_state(*, state: str, last: str | None, due: date, missed_from: date | None, running: bool, confirmed: bool,
                 national: str = "", language: str | None = None) -> str:  # fmt: skip
    """How a region stands, in two or three sentences.

    ``last`` is the end of the last training as it is recorded (EDTF: "2023-05-05", "2019-06"), None where none is on
    record; ``missed_from`` the first day of the window that is still open; ``national`` the trainings for one country
    of the region alone, which do not count.
    """
    said = [say("clock.last", language, last=dates.said(last, language)) if last else say("clock.never", language)]
    if running:
        said = [say("clock.running", language)]
    if national:
        said.append(say("clock.national", language, list=national))
    if state == "overdue":
        since = missed_from or due + timedelta(days=1)
        said.append(say("clock.overdue", language, by=dates.in_words(since, language)))
    elif not running:
        said.append(say("clock.due", language, by=dates.in_words(due, language)))
    if not confirmed:
        said.append(say("clock.unconfirmed", language))
    return " ".join(said)


def missed(days: int, *, is_open: bool, language: str | None = None) -> str:
    """Missed days for the clock's last column: "516 days", "853 days, still open", "none"."""
    if not days:
        return say("missed.none", language)
    return say("missed.open" if is_open else "missed.days", language, n=days)


def window(start: date, end: date, *, is_open: bool, language: str | None = None) -> str:
    """A missed window: "1 December 2021 to 30 April 2023", "since 1 July 2021"."""
    first = dates.in_words(start, language)
    if is_open:
        return say("missed.window_open", language, start=first)
    return say("missed.window", language, start=first, end=dates.in_words(end, language))


def map_description(reached: int, total: int, months: int, none: Sequence[str], language: str | None = None) -> str:
    """The one sentence that the map shows; ``none`` are the regions without a training on record."""
    sentence = say("map.reached", language, n=reached, t=total, inside=say("map.inside", language, months=months))
    return f"{sentence} {say('map.none', language, list=listed(none, language))}" if none else sentence
