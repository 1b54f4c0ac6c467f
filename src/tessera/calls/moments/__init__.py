"""Deadlines and the timeline of a call. Pure: the clock is an argument.

A deadline is a local minute in a time zone. It is shown as that minute and holds until the minute is over: 15 March,
23:59 anywhere on Earth closes at 16 March, 12:00:00 UTC, exclusive. Whoever saved a draft before may save and submit
for `GRACE` longer.
"""

from tessera.calls.moments.deadlines import (
    AOE,
    GRACE,
    LAST_MINUTE,
    Deadline,
    MomentError,
    default_deadline,
    read_deadline,
    read_moment,
)
from tessera.calls.moments.milestones import MILESTONES, Milestone, Notice, timeline, timeline_warnings
from tessera.calls.moments.showing import Clock, clocks, time_left
from tessera.calls.moments.windows import (
    EXTENSION_AFTER_CLOSING,
    check_extension,
    check_window,
    last_closing,
    may_save,
    window,
)

__all__ = [
    "AOE",
    "EXTENSION_AFTER_CLOSING",
    "GRACE",
    "LAST_MINUTE",
    "MILESTONES",
    "Clock",
    "Deadline",
    "Milestone",
    "MomentError",
    "Notice",
    "check_extension",
    "check_window",
    "clocks",
    "default_deadline",
    "last_closing",
    "may_save",
    "read_deadline",
    "read_moment",
    "time_left",
    "timeline",
    "timeline_warnings",
    "window",
]
