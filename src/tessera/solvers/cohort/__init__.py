"""Which people make a cohort: the best under quotas, why, what stands in the way, and who steps in.

The names of the interface are found where they are first asked for: who checks a record loads no solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessera.solvers.cohort.diagnosing import diagnose
    from tessera.solvers.cohort.explaining import explain
    from tessera.solvers.cohort.lotteries.make import lottery
    from tessera.solvers.cohort.lotteries.protocol import commit, draw
    from tessera.solvers.cohort.lotteries.verify import verify
    from tessera.solvers.cohort.model import Applicant, Pool, Rules
    from tessera.solvers.cohort.selection import prices, select
    from tessera.solvers.cohort.waiting import refill, waitlist

__all__ = [
    "Applicant",
    "Pool",
    "Rules",
    "commit",
    "diagnose",
    "draw",
    "explain",
    "lottery",
    "prices",
    "refill",
    "select",
    "verify",
    "waitlist",
]

_HOMES = {
    "Applicant": "model", "Pool": "model", "Rules": "model", "commit": "lotteries.protocol", "diagnose": "diagnosing",
    "draw": "lotteries.protocol", "explain": "explaining", "lottery": "lotteries.make", "prices": "selection",
    "refill": "waiting", "select": "selection", "verify": "lotteries.verify", "waitlist": "waiting",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
