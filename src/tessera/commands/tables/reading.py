"""Tables with declared columns: every bad row is told, with its line and its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tessera.commands.tables.faults import Faults, meant, nearest
from tessera.commands.tables.kinds import ID_LONGEST, Kind, NotSo, shown
from tessera.commands.tables.sheets import numbered, read_sheet

# A decimal number in a file whose decimal mark is the comma; elsewhere it may be thousands.
_GROUPED = re.compile(r"([+-]?\d{1,3}),(\d{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading in files, what its cells are, and what it demands.

    ``needed``: the heading must be there. ``filled``: no cell may be empty. ``unique``: no value stands twice. A cell
    that is empty, or whose column is not there, gives ``default``.
    """

    name: str
    kind: Kind
    needed: bool = False
    filled: bool = False
    unique: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line, and the values of the declared columns and of ``others`` by name."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; ``others`` are the headings that no column declares, as they are written."""

    file: str
    headings: tuple[str, ...]
    others: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def read_table(
    path: Path, columns: Sequence[Column], faults: Faults, *, others: Kind | None = None, ignore: Sequence[str] = ()
) -> Table | None:
    """Read ``path``; None where nothing can be read, and what is wrong goes to ``faults`` in any case.

    Headings are matched whatever their case, with spaces or hyphens for underscores. One that is not declared is a
    fault that names the nearest known one; where ``others`` is given it is taken as a column of that kind, unless a
    needed column is missing that it is near to. ``ignore`` names headings to leave out.
    """
    sheet = read_sheet(path, faults)
    if sheet is None:
        return None
    declared = {folded(column.name): column for column in columns}
    taken = _taken(path.name, sheet.heading, declared, faults, others is not None, ignore)
    if taken is None:
        return None
    undeclared = tuple(name for name in taken.values() if folded(name) not in declared)
    reader = _RowReader(path.name, columns, taken, faults, comma_decimals=sheet.comma_decimals)
    if others is not None:
        reader.kinds.update(dict.fromkeys(undeclared, others))
    rows = tuple(reader.row(line, cells) for line, cells in numbered(sheet))
    return Table(path.name, tuple(taken), undeclared, rows)


def _taken(
    file: str,
    heading: Sequence[str],
    declared: dict[str, Column],
    faults: Faults,
    with_others: bool,
    ignore: Sequence[str],
) -> dict[str, str] | None:
    """The name of the values under each heading of the file; None, and faults, where the headings will not do."""
    before = len(faults.found)
    ignored = {folded(name) for name in ignore}
    taken: dict[str, str] = {}
    for name in heading:
        key = folded(name)
        if key in ignored:
            continue
        if not name:
            faults.add(file, "a column between others has no heading.")
        elif key in map(folded, taken):
            faults.add(file, "this column stands twice.", column=name)
        elif key in declared:
            taken[name] = declared[key].name
        elif with_others and len(name) <= ID_LONGEST:
            taken[name] = name
        else:
            faults.add(file, f"unknown column; {meant(name, _unused(declared, heading))}", column=name)
    present = set(taken.values())
    for column in declared.values():
        if column.needed and column.name not in present:
            faults.add(file, _missing(column, [name for name in present if folded(name) not in declared]))
    return taken if len(faults.found) == before else None


class _RowReader:
    """Reads the cells of one row after the other, remembering what must not stand twice."""

    def __init__(
        self, file: str, columns: Sequence[Column], taken: dict[str, str], faults: Faults, *, comma_decimals: bool
    ) -> None:
        self.comma_decimals = comma_decimals
        self.kinds: dict[str, Kind] = {column.name: column.kind for column in columns}
        self._file = file
        self._taken = taken
        self._faults = faults
        self._seen: dict[str, dict[Any, int]] = {column.name: {} for column in columns if column.unique}
        self._filled = {column.name for column in columns if column.filled}
        self._defaults = {column.name: column.default for column in columns}

    def row(self, line: int, cells: dict[str, str]) -> Row:
        values = dict(self._defaults)
        for heading, name in self._taken.items():
            values.setdefault(name, None)
            cell = cells[heading]
            if cell:
                self._take(line, heading, name, cell, values)
            elif name in self._filled:
                self._faults.add(self._file, "is empty.", line=line, column=heading)
        return Row(line, values)

    def _take(self, line: int, heading: str, name: str, cell: str, values: dict[str, Any]) -> None:
        kind = self.kinds[name]
        try:
            value = kind(cell)
        except NotSo as problem:
            told = _GROUPED.fullmatch(cell) if self.comma_decimals else None
            try:
                if told is None:
                    raise
                value = kind(f"{told[1]}.{told[2]}")
            except NotSo:
                self._faults.add(self._file, str(problem), line=line, column=heading)
                return
        if name in self._seen:
            first = self._seen[name].setdefault(value, line)
            if first != line:
                said = f"{shown(cell)} stands already in line {first}."
                self._faults.add(self._file, said, line=line, column=heading)
        values[name] = value


def folded(heading: str) -> str:
    """What two headings have in common that are the same to a person."""
    return "_".join(heading.casefold().replace("-", " ").replace("_", " ").split())


def _unused(declared: dict[str, Column], heading: Sequence[str]) -> list[str]:
    """Columns that are not in the file come first to mind; all of them where none is missing."""
    there = {folded(name) for name in heading}
    return [column.name for key, column in declared.items() if key not in there] or [
        column.name for column in declared.values()
    ]


def _missing(column: Column, others: Sequence[str]) -> str:
    close = nearest(column.name, others)
    said = f"there is no column “{column.name}”"
    return f"{said}; is it the one called “{close}”?" if close is not None else f"{said}."
