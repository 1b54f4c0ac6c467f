"""What a result claims about itself, so that anybody can check it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from functools import cache
from importlib.metadata import version
from typing import Any


class Status(StrEnum):
    """How far a solver came."""

    OPTIMAL = "optimal"  # value == bound, in the integer units of the input
    FEASIBLE = "feasible"  # best found; the truth lies between value and bound
    INFEASIBLE = "infeasible"  # proven: no answer keeps every rule
    UNKNOWN = "unknown"  # the time was up before anything was found or excluded


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven of a result.

    ``value`` and ``bound`` are in the integer units of the input (milli-points, cents, days); None where there is no
    answer or no bound. For the fair lotteries they are probabilities. ``input_sha256`` is that of `canonical` input.
    """

    status: Status
    value: int | float | None
    bound: int | float | None
    solver: str
    version: str
    seconds: float
    input_sha256: str
    seed: int = 0

    @property
    def gap(self) -> int | float | None:
        """How far value and bound lie apart, at most; 0 where the result is proven best."""
        return None if self.value is None or self.bound is None else abs(self.bound - self.value)

    @property
    def proven(self) -> bool:
        return self.status in (Status.OPTIMAL, Status.INFEASIBLE)


@cache
def solver_version(package: str) -> str:
    """The installed version of ``highspy`` or ``ortools``; of both, in that order, for ``highspy+ortools``."""
    return "+".join(version(one) for one in package.split("+"))


def plain(value: Any) -> Any:
    """Frozen data types as what JSON has: objects by field name, tuples as lists, sets sorted, enums by value."""
    if value is None or type(value) in (str, int, bool):
        return value
    if type(value) is dict:
        return {str(key): plain(inner) for key, inner in value.items()}
    if type(value) in (list, tuple):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((plain(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value


def canonical(value: Any) -> str:
    """One text for one input: keys sorted, no spaces, no NaN (ValueError), text as it is written (UTF-8)."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(value: Any) -> str:
    """SHA-256 of the `canonical` text, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
