"""For how long applications are kept, as numbers: what the house promises by default, its bounds, and what was promised when.

An application is kept for the shortest period that was in force since it was begun: nobody's data is kept longer than was
said when it was collected, and what a shorter period takes away a longer one does not give back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime


@dataclass(frozen=True)
class Periods:
    """How long: a draft after the deadline; of those not selected the files and the rest after the decision; of the
    selected everything after the final report. The defaults are those of the programme's data protection notice."""

    draft_days: int = 90
    files_months: int = 6
    application_months: int = 24
    selected_months: int = 24

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


NAMES = tuple(field.name for field in fields(Periods))
DEFAULTS = Periods()
# Time enough to come back, to ask why, to report to whoever pays; and never for good.
BOUNDS: dict[str, tuple[int, int]] = {
    "draft_days": (30, 365),
    "files_months": (1, 24),
    "application_months": (6, 60),
    "selected_months": (12, 120),
}


@dataclass(frozen=True)
class Promises:
    """What was in force from when on, the oldest first; the defaults before that."""

    changes: tuple[tuple[datetime, Periods], ...] = ()

    @property
    def now(self) -> Periods:
        return self.changes[-1][1] if self.changes else DEFAULTS

    @property
    def shortest(self) -> Periods:
        """The shortest of each that was ever in force."""
        return _least([DEFAULTS, *(periods for _since, periods in self.changes)])

    def since(self, moment: datetime) -> Periods:
        """What holds for an application that was begun at ``moment``."""
        before = [periods for since, periods in self.changes if since <= moment]
        after = [periods for since, periods in self.changes if since > moment]
        return _least([before[-1] if before else DEFAULTS, *after])

    def with_change(self, periods: Periods, at: datetime) -> Promises:
        return Promises((*self.changes, (at, periods)))


def _least(found: list[Periods]) -> Periods:
    return Periods(**{name: min(getattr(periods, name) for periods in found) for name in NAMES})
