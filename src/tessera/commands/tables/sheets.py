"""Files as rows of text, whatever their form, with the line each row stands on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tessera.commands.tables import workbook
from tessera.commands.tables.faults import Faults
from tessera.commands.tables.kinds import shown

BYTES_MOST = 64_000_000
ROWS_MOST = 100_000
COLUMNS_MOST = 300
CELLS_MOST = 5_000_000
CELL_LONGEST = 20_000
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json")
# What `writing` puts an apostrophe in front of, so that no spreadsheet runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading and rows of cells as text, empty where there is nothing; ``lines`` has the line of each row.

    ``comma_decimals``: its cells are parted by semicolons, as spreadsheets do whose decimal mark is the comma.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    comma_decimals: bool = False


def read_sheet(path: Path, faults: Faults) -> Sheet | None:
    """The table in ``path`` by its suffix; None, and a fault, where there is none. Rows without any text are left out."""
    data = read_bytes(path, faults)
    if data is None:
        return None
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        lines = workbook.rows(path.name, data, faults, rows=ROWS_MOST, columns=COLUMNS_MOST, cells=CELLS_MOST)
    elif suffix == ".json":
        lines = _json_rows(path.name, data, faults)
    elif suffix in SUFFIXES:
        lines = _csv_rows(path.name, data, faults)
    else:
        faults.add(path.name, f"files end in {', '.join(SUFFIXES)}; this one does not.")
        return None
    sheet = None if lines is None else _sheet(path.name, lines, faults)
    if sheet is not None and suffix == ".csv":
        return replace(sheet, comma_decimals=_delimiter(data.decode("utf-8-sig")) == ";")
    return sheet


def read_bytes(path: Path, faults: Faults) -> bytes | None:
    """All of a file that is not too large; None, and a fault, where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(BYTES_MOST + 1)
    except OSError as error:
        faults.add(path.name, f"cannot be read: {error.strerror or error}.")
        return None
    if len(data) > BYTES_MOST:
        faults.add(path.name, f"is larger than {BYTES_MOST // 1_000_000} megabytes.")
        return None
    return data


def decoded(name: str, data: bytes, faults: Faults) -> str | None:
    """``data`` as UTF-8 text, with or without a byte order mark; any other encoding is a fault with a way out."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        faults.add(name, "is UTF-16 text (“Unicode text”): save it as “CSV UTF-8” or as .xlsx.")
        return None
    try:
        text = data.decode("utf-8-sig").lstrip("\ufeff")  # files that were put together bear the mark twice
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start : error.start + 1]
        likely = byte.decode("cp1252", "replace")
        problem = (
            f"is not UTF-8 text (byte {byte.hex().upper()}; in Windows-1252 that is {shown(likely)}): "
            "save it as “CSV UTF-8” or as .xlsx."
        )
        faults.add(name, problem, line=line)
        return None
    if "\0" in text:
        faults.add(name, "holds a zero byte: it is not a text file.", line=text.count("\n", 0, text.index("\0")) + 1)
        return None
    return text


def read_json(name: str, data: bytes, faults: Faults) -> Any:
    """The value in a JSON file, its numbers exact (Decimal); None, and a fault, where it is not clean JSON."""
    text = decoded(name, data, faults)
    if text is None:
        return None
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        faults.add(name, f"is not JSON: {error.msg} (column {error.colno}).", line=error.lineno)
    except RecursionError:
        faults.add(name, "is nested too deeply.")
    except ValueError as error:
        faults.add(name, str(error) if isinstance(error, _NotClean) else "holds a number that is too long.")
    return None


class _NotClean(ValueError):
    pass


def _no_constant(text: str) -> Any:
    raise _NotClean(f"“{text}” is not a number: leave it out where nothing is known.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _NotClean(f"the key {shown(key)} stands twice in one object.")
        found[key] = value
    return found


_Line = tuple[int, tuple[str, ...]]


def _sheet(name: str, lines: list[_Line], faults: Faults) -> Sheet | None:
    lines = [(line, cells) for line, cells in lines if any(cells)]
    if not lines:
        faults.add(name, "is empty: the first line names the columns.")
        return None
    heading = lines[0][1]
    while heading and not heading[-1]:
        heading = heading[:-1]
    if len(lines) - 1 > ROWS_MOST or len(heading) > COLUMNS_MOST:
        faults.add(name, f"has more than {ROWS_MOST} rows or {COLUMNS_MOST} columns.")
        return None
    rows = []
    for line, cells in lines[1:]:
        if any(cells[len(heading) :]):
            extra = next(cell for cell in cells[len(heading) :] if cell)
            faults.add(name, f"{shown(extra)} stands in a column without a heading.", line=line)
        for column, cell in zip(heading, cells, strict=False):
            if len(cell) > CELL_LONGEST:
                faults.add(name, f"{shown(cell)} is longer than {CELL_LONGEST} characters.", line=line, column=column)
        rows.append((*cells[: len(heading)], *[""] * (len(heading) - len(cells))))
    return Sheet(heading, tuple(rows), tuple(line for line, _cells in lines[1:]))


def _csv_rows(name: str, data: bytes, faults: Faults) -> list[_Line] | None:
    text = decoded(name, data, faults)
    if text is None:
        return None
    first = 1
    delimiter = _delimiter(text)
    if text[:4].casefold() == "sep=":  # a line that Excel writes for itself
        first, text = 2, text.partition("\n")[2]
    found: list[_Line] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            found.append((before + first, tuple(_unguarded(cell.strip()) for cell in cells)))
            before = reader.line_num
            if len(found) > ROWS_MOST + 1 or len(cells) > COLUMNS_MOST * 10:
                faults.add(name, f"has more than {ROWS_MOST} rows or {COLUMNS_MOST} columns.")
                return None
    except csv.Error as error:
        faults.add(name, f"the quotation marks do not match ({error}).", line=before + first)
        return None
    return found


def _delimiter(text: str) -> str:
    """The one of semicolon, tab and comma that stands most often in the first line, outside quotation marks."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    if line[:4].casefold() == "sep=" and line[4:5] in {";", ",", "\t"}:
        return line[4]
    bare = "".join(line.split('"')[::2])
    return max(",", ";", "\t", key=bare.count)  # the comma where all stand equally often


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _json_rows(name: str, data: bytes, faults: Faults) -> list[_Line] | None:
    value = read_json(name, data, faults)
    if value is None:
        return None
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        faults.add(name, "is not a table: a list of objects, one a row, is wanted.")
        return None
    if len(value) > ROWS_MOST:
        faults.add(name, f"has more than {ROWS_MOST} rows.")
        return None
    heading = tuple(dict.fromkeys(key for row in value for key in row))
    if len(heading) * len(value) > CELLS_MOST:
        faults.add(name, f"has more than {CELLS_MOST} cells.")
        return None
    found = [(0, heading)]
    for line, row in enumerate(value, start=1):
        found.append((line, tuple(_cell_of_json(name, line, key, row.get(key), faults) for key in heading)))
    return found


def _cell_of_json(name: str, line: int, key: str, value: Any, faults: Faults) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(part, (list, dict)) for part in value):
        return ";".join(_cell_of_json(name, line, key, part, faults) for part in value)
    if isinstance(value, (list, dict)):
        faults.add(name, "holds an object where a text or a number belongs.", line=line, column=key)
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) < 100 else str(value)
    try:
        return str(value).strip()
    except ValueError:  # a whole number of thousands of digits
        faults.add(name, "holds a number that is too long.", line=line, column=key)
        return ""


def numbered(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their lines, each by heading."""
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        yield line, dict(zip(sheet.heading, row, strict=True))
