"""Nothing is given out that does not pass its check: what the commands that choose people have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tessera.commands import pools
from tessera.commands.failure import CommandFailed

if TYPE_CHECKING:
    from tessera.solvers.cohort.answers import Conflict
    from tessera.solvers.cohort.check import Broken
    from tessera.solvers.watch import Watch


def require_sound(what: str, broken: Iterable[Broken]) -> None:
    """CommandFailed that names everything in ``what`` ("The cohort") that does not hold."""
    said = "; ".join(f"{one.code} {one.who or (one.limit.name if one.limit else '')}".strip() for one in broken)
    if said:
        raise CommandFailed(f"{what} does not pass its check and is not given out: {said}.")


def conflict_of(task: pools.CohortTask, watch: Watch) -> Conflict:
    """Why nobody can keep the rules, with ways out that were checked."""
    from tessera.solvers.cohort.claims import check_conflict
    from tessera.solvers.cohort.diagnosing import diagnose

    found = diagnose(task.pool, task.rules, task.seats, watch=watch)
    require_sound("A way out", check_conflict(task.pool, task.rules, task.seats, found))
    return found
