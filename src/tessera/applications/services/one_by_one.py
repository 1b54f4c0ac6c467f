"""Scheduled work over many rows: one that raises holds up no other, and is told once the others are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import structlog

log = structlog.get_logger(__name__)


class RowsFailed(Exception):
    """Rows that were not looked after, by their keys; all others were."""

    what = "row"

    def __init__(self, failed: Mapping[int, str], what: str = "") -> None:
        self.failed, self.what = dict(failed), what or self.what
        named = ", ".join(f"{pk} ({error})" for pk, error in islice(self.failed.items(), 20))
        super().__init__(f"{len(failed)} not looked after, the log says why: {self.what} {named}")


def one_by_one(keys: Iterable[int], act: Callable[[int], int], *, what: str, most: int | None = None) -> int:
    """Do ``act``, a transaction of its own, to each of ``keys`` until it did ``most``; returns how much it did.

    One that raises is logged, stays as it was and takes nobody's turn; once the others are done RowsFailed names it.
    """
    done, failed = 0, {}
    for pk in keys:
        if most is not None and done >= most:
            break
        try:
            done += act(pk)
        except Exception as error:
            log.exception("not looked after", what=what, key=pk)
            failed[pk] = type(error).__name__
    if failed:
        raise RowsFailed(failed, what)
    return done


def all_of(*acts: Callable[[], int]) -> int:
    """Do each of ``acts``, whatever failed in the one before; RowsFailed names all rows."""
    done, what = 0, ""
    failed: dict[int, str] = {}
    for act in acts:
        try:
            done += act()
        except RowsFailed as error:
            failed |= error.failed
            what = error.what
    if failed:
        raise RowsFailed(failed, what)
    return done
