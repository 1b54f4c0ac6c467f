"""How much a working area needs a training: the weights of a plan, part by part. Pure but for its types.

Each area weighs 1. Each further part counts in years of waiting: one for each whole year since the last training, one
where none is on record, one where none of the last months was held in a language of the area, one for each wish that
waits for an answer. What is not known counts for nothing: a training whose language nobody wrote down closes no gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tessera.planning import clock
from tessera.planning.clock_types import ClockSettings, RegionClock

MOST_WAIT = 10  # years of waiting that still add to a need
MOST_WISHES = 3  # wishes that still add to it


@dataclass(frozen=True)
class Need:
    """The need of an area and what it is made of. ``language_gap``: its language was not heard within the limit."""

    area: str
    years: int
    never: bool
    language_gap: bool
    wishes: int

    @property
    def weight(self) -> int:
        return 1 + self.years + self.never + self.language_gap + self.wishes


def need_of(
    seen: RegionClock,
    languages: tuple[str, ...],
    spoken: Mapping[str, tuple[str, ...]],
    wishes: int,
    *,
    on: date,
    settings: ClockSettings,
) -> Need:
    """The need of the area whose clock is ``seen`` on the day ``on``.

    ``languages`` are those of the area (empty: any will do, so there is no gap), ``spoken`` those of each training.
    """
    heard = any(reach.until >= on and set(languages) & set(spoken.get(reach.training, ())) for reach in seen.reaches)
    years = clock.months_between(seen.last or settings.first_record, on) // 12
    return Need(
        area=seen.code,
        years=min(years, MOST_WAIT),
        never=seen.last is None,
        language_gap=bool(languages) and not heard,
        wishes=min(wishes, MOST_WISHES),
    )
