"""Problems of the data, all of them told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong with a piece of data; words for it are the caller's."""

    NOT_TEXT = "not-text"
    EMPTY = "empty"
    DUPLICATE = "duplicate"
    NOT_WHOLE = "not-whole"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    NO_LIMIT = "no-limit"
    UNKNOWN_PERSON = "unknown-person"
    COST_MISSING = "cost-missing"
    WRONG_TYPE = "wrong-type"


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem: of which thing (an id, the name of a rule), in which field, and what stands there."""

    code: FaultCode
    subject: str
    field: str
    found: str = ""


class DataFault(ValueError):
    """The data cannot be used. ``faults`` holds every problem, in the order of the input."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{one.subject}.{one.field}: {one.code} {one.found}".rstrip() for one in self.faults)
        )


def text(subject: str, name: str, value: object) -> Iterator[Fault]:
    """Text that says something."""
    if type(value) is not str:
        yield Fault(FaultCode.NOT_TEXT, subject, name, repr(value))
    elif not value.strip():
        yield Fault(FaultCode.EMPTY, subject, name)


def whole(subject: str, name: str, value: object, low: int, high: int) -> Iterator[Fault]:
    """A whole number in [low, high]: no float (so no NaN), no boolean, no numpy scalar."""
    if type(value) is not int:
        yield Fault(FaultCode.NOT_WHOLE, subject, name, repr(value))
    elif value < low:
        yield Fault(FaultCode.TOO_SMALL, subject, name, str(value))
    elif value > high:
        yield Fault(FaultCode.TOO_LARGE, subject, name, str(value))
