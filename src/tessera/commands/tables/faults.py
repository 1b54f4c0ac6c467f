"""What is wrong with files, all of it told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MANY = 3000


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem: the file, where in it, and a sentence.

    ``line`` counts from 1 as an editor or a spreadsheet shows it (in JSON: the row of the list); ``column`` is the
    heading, or the key in a rules file. Either may be missing where the whole file, or the whole line, is meant.
    """

    file: str
    problem: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column:
            place.append(f"“{self.column}”")
        return f"{', '.join(place)}: {self.problem}"


class FilesRefused(Exception):
    """The files cannot be used; ``faults`` holds every problem found, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Faults:
    """Collects the faults of several files, so that a person mends them in one go."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, file: str, problem: str, *, line: int | None = None, column: str = "") -> None:
        self.found.append(Fault(file, problem, line, column))

    def refuse(self) -> None:
        """Raise FilesRefused where anything was found."""
        if self.found:
            raise FilesRefused(self.found)


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The one of ``known`` that ``word`` was probably meant to be, whatever its case; None where none is near.

    Among very many none is sought: it would take longer than finding it by hand.
    """
    if len(known) > MANY:
        return None
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.casefold(), one)
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def meant(word: str, known: Sequence[str]) -> str:
    """The end of a sentence about an unknown ``word``: the nearest known one, or all of them."""
    close = nearest(word, known)
    if close is not None:
        return f"did you mean “{close}”?"
    if not known:
        return "none is known here."
    if len(known) > 40:
        return "it is none of those known."
    return f"known are {', '.join(f'“{one}”' for one in known)}."
