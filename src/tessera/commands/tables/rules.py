"""Rules in TOML (or JSON): unknown keys are named with the nearest known one, wrong values with their place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, meant
from tessera.commands.tables.kinds import Kind, NotSo, shown
from tessera.commands.tables.sheets import decoded, read_bytes, read_json

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")


def read_rules(path: Path, faults: Faults) -> Keys | None:
    """The top of a rules file; None, and a fault, where it cannot be read."""
    data = read_bytes(path, faults)
    if data is None:
        return None
    if path.suffix.casefold() == ".json":
        value = read_json(path.name, data, faults)
        if value is not None and not isinstance(value, dict):
            faults.add(path.name, "is not a set of rules: an object with keys is wanted.")
        return Keys(path.name, value, faults, {}) if isinstance(value, dict) else None
    text = decoded(path.name, data, faults)
    if text is None:
        return None
    try:
        value = tomllib.loads(text, parse_float=_number)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        said = re.sub(r"\s*\(at .*\)$", "", str(error))
        line = int(place[1]) if place else len(text.splitlines()) or None  # else at the end
        faults.add(path.name, f"is not TOML: {said}.", line=line)
        return None
    except (RecursionError, ValueError) as error:
        problem = "is nested too deeply." if isinstance(error, RecursionError) else "holds a number that is too long."
        faults.add(path.name, problem)
        return None
    return Keys(path.name, value, faults, _places(text))


def _number(written: str) -> Decimal | str:
    """A fraction, exact; “nan” and “inf”, which TOML allows, stay text and are refused where a number is wanted."""
    return written if "n" in written.casefold() else Decimal(written.replace("_", ""))


class Keys:
    """One table of rules, asked key by key; `done` reports the keys that nobody asked for.

    A key that is missing gives the default; a value that is not what it should be is a fault and gives the default too.
    """

    def __init__(
        self, file: str, value: Mapping[str, Any], faults: Faults, places: Mapping[str, int], path: str = ""
    ) -> None:
        self.file = file
        self._value = value
        self._faults = faults
        self._places = places
        self._path = path
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def __bool__(self) -> bool:
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """All keys of this table, for tables whose keys are names of things."""
        return tuple(self._value)

    def fault(self, problem: str, key: str = "") -> None:
        """Report ``problem`` of ``key``, or of the whole table."""
        path = ".".join(filter(None, (self._path, key)))
        line = next((self._places[one] for one in (path, f"{path}[1]", self._path) if one in self._places), None)
        self._faults.add(self.file, problem, line=line, column=path)

    def get(self, key: str, kind: Kind, default: Any = None, *, needed: bool = False) -> Any:
        """The value of ``key`` as `kinds` read a cell: numbers, text, true and false, days."""
        value = self._ask(key, needed)
        if value is None:
            return default
        if isinstance(value, (Mapping, list)):
            self.fault("one value is wanted here, not several.", key)
            return default
        written = _written(value)
        if not written.strip():
            self.fault("is empty.", key)
            return default
        try:
            return kind(written.strip())
        except NotSo as problem:
            self.fault(str(problem), key)
            return default

    def has_table(self, key: str) -> bool:
        """Whether ``key`` holds a table, where one value would do too."""
        return isinstance(self._value.get(key), Mapping)

    def several(self, key: str, kind: Kind, *, needed: bool = False) -> tuple[Any, ...]:
        """The values of a list; one value alone is a list of one."""
        value = self._ask(key, needed)
        if value is None:
            return ()
        found = []
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, (Mapping, list)) or not _written(part).strip():
                self.fault("a list of single values is wanted here.", key)
                return ()
            try:
                found.append(kind(_written(part).strip()))
            except NotSo as problem:
                self.fault(str(problem), key)
        return tuple(found)

    def table(self, key: str, *, needed: bool = False) -> Keys | None:
        """The table of that name."""
        value = self._ask(key, needed)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.fault("a table is wanted here.", key)
            return None
        return self._inner(value, key)

    def tables(self, key: str) -> tuple[Keys, ...]:
        """The tables of a list (``[[quota]]``), in their order."""
        value = self._ask(key, False)
        if value is None:
            return ()
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, Mapping) for part in parts):
            self.fault("a list of tables is wanted here.", key)
            return ()
        return tuple(self._inner(part, f"{key}[{number}]") for number, part in enumerate(parts, start=1))

    def done(self) -> None:
        """Report every key that was never asked for, with the nearest that was."""
        for key in self._value:
            if key not in self._asked:
                unused = [known for known in self._asked if known not in self._value] or self._asked
                self.fault(f"unknown key; {meant(key, unused)}", key)

    def _ask(self, key: str, needed: bool) -> Any:
        self._asked.append(key)
        value = self._value.get(key)
        if value is None and needed:
            self.fault(f"there is no “{key}”.")
        return value

    def _inner(self, value: Mapping[str, Any], key: str) -> Keys:
        path = ".".join(filter(None, (self._path, key)))
        return Keys(self.file, value, self._faults, self._places, path)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < 100 else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= 10**30:
        return "9" * 30
    return str(value)


def _places(text: str) -> dict[str, int]:
    """The line of every key and header that stands at the beginning of a line; a guess, for messages only."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            prefix = header[2].replace('"', "").replace("'", "")
            if header[1] == "[[":
                counts[prefix] = counts.get(prefix, 0) + 1
                prefix = f"{prefix}[{counts[prefix]}]"
            else:
                parent, _dot, last = prefix.rpartition(".")
                if parent in counts:
                    prefix = f"{parent}[{counts[parent]}].{last}"
            found.setdefault(prefix, number)
            continue
        key = _KEY.match(line)
        if key:
            name = key[1] or key[2] or key[3]
            found.setdefault(f"{prefix}.{name}" if prefix else name, number)
    return found


def from_to(low: int, high: int) -> Callable[[str], tuple[int | None, int | None]]:
    """A kind: “1-2”, “1-”, “-2” or “2” (exactly), as lower and upper limit."""

    def kind(cell: str) -> tuple[int | None, int | None]:
        found = re.fullmatch(r"(\d+)?\s*([-–])?\s*(\d+)?", cell, re.ASCII)
        if not found or not (found[1] or found[3]):
            raise NotSo(f"{shown(cell)} is not a range (“1-2”, “1-”, “-2” or “2”).")
        number = kinds.whole(low, high)
        least = number(found[1]) if found[1] else None
        most = number(found[3]) if found[3] else None
        if not found[2]:
            most = least
        if least is not None and most is not None and least > most:
            raise NotSo(f"{shown(cell)} runs backwards.")
        return least, most

    return kind
