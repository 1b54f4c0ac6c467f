"""Time limit, progress and cancelling of a long search."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

ASK_EVERY_S = 0.1
PATIENCE_S = 0.5  # how long a solver that was asked to end is waited for


class Cancelled(Exception):
    """Whoever asked for the search asked for its end. Nothing was decided."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands: the step by its key, the best value so far and the bound, as far as there are any."""

    step: str
    seconds: float
    value: float | None = None
    bound: float | None = None
    done: int | None = None
    of: int | None = None


type Noted = tuple[float | None, float | None]


@dataclass(slots=True)
class Watch:
    """Given down through a search. ``time_limit`` is in seconds from the making of the watch.

    ``report`` is told of progress, during a solver call ten times a second at most; ``cancelled`` is asked between solver
    calls and, as often, during them, always from the thread of whoever began the search. It must be quick.
    """

    time_limit: float = math.inf
    report: Callable[[Progress], None] | None = None
    cancelled: Callable[[], bool] | None = None
    started: float = field(default_factory=time.monotonic)
    step: str = ""
    noted: Noted | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.time_limit - self.seconds)

    @property
    def over(self) -> bool:
        return self.remaining <= 0

    def check(self) -> None:
        """Raise `Cancelled` where somebody asked for it; a time limit raises nothing, callers ask for `over`."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled

    def run[Found](self, work: Callable[[], Found], stop: Callable[[], None]) -> Found:
        """Do ``work`` in a thread of its own and ask meanwhile whether to go on; raises `Cancelled` within moments.

        ``stop`` asks a solver to end; it may be called more than once. One that does not hear it at once (HiGHS while
        it simplifies a program) is left to end by itself: nobody reads its answer any more.
        """
        if self.cancelled is None and self.report is None:
            return work()
        self.noted = None
        done = threading.Event()
        found: list[Found] = []
        failed: list[BaseException] = []

        def do() -> None:
            try:
                found.append(work())
            except BaseException as error:
                failed.append(error)
            finally:
                done.set()

        threading.Thread(target=do).start()  # no daemon: a process that ends waits for its solver
        try:
            while not done.wait(ASK_EVERY_S):
                self.check()
                self._tell()
        finally:
            rest = time.monotonic() + PATIENCE_S
            while not done.is_set() and time.monotonic() < rest:
                stop()
                done.wait(ASK_EVERY_S)
        if failed:
            raise failed[0]
        return found[0]

    def note(self, value: float | None, bound: float | None) -> None:
        """What a solver has at this moment, in the unit of the step; from its own thread. `run` passes it on."""
        self.noted = (
            value if value is not None and math.isfinite(value) else None,
            bound if bound is not None and math.isfinite(bound) else None,
        )

    def _tell(self) -> None:
        """Report what was noted last, once."""
        noted, self.noted = self.noted, None
        if noted is not None and self.report is not None and noted != (None, None):
            self.report(Progress(self.step, self.seconds, *noted))

    def say(
        self,
        step: str,
        value: float | None = None,
        bound: float | None = None,
        done: int | None = None,
        of: int | None = None,
    ) -> None:
        self.check()
        self.step = step
        if self.report is not None:
            self.report(Progress(step, self.seconds, value, bound, done, of))
