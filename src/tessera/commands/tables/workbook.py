"""The first sheet of an .xlsx file as rows of text.

A sheet is looked through before it is opened: one cell in the last corner of an empty sheet would ask for gigabytes,
and cells that hold an error (#N/A) or a formula that was never worked out would be read as empty.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

from tessera.commands.tables.faults import Faults
from tessera.commands.tables.kinds import shown

UNPACKED_MOST = 250_000_000
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*?\b\w+:id=["']([^"']+)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_CELL = re.compile(rb"""<(?:\w+:)?c\s([^>]*)>(?:(?:(?!</(?:\w+:)?c>).){0,2000}?<(?:\w+:)?v>([^<]*)<)?""", re.DOTALL)
_PLACE = re.compile(rb"""\br=["']\$?([A-Za-z]{1,7})\$?(\d{1,9})["']""")
_TEXT = re.compile(rb"""\bt=["']str["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
# Programs that write formulas without working them out leave the value away; an empty text (t="str") is one.
_UNSAVED = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*)>\s{0,40}<(?:\w+:)?f(?:\s[^<>]*)?(?:(?<=/)>|>[^<]*</(?:\w+:)?f>)\s{0,40}"""
    rb"""(<(?:\w+:)?v\s{0,40}(?:/>|>\s{0,40}</(?:\w+:)?v>))?\s{0,40}</(?:\w+:)?c>"""
)
_PLACES = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']\$?([A-Za-z]{1,7})\$?(\d{1,9})["']""")


def rows(
    name: str, data: bytes, faults: Faults, *, rows: int, columns: int, cells: int
) -> list[tuple[int, tuple[str, ...]]] | None:
    """Line and cells of every row; None, and a fault, where the file is no such sheet or holds more than the limits."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        faults.add(name, "is an old Excel file or has a password: save it as .xlsx without one.")
        return None
    found = _first_sheet(name, data, faults)
    if found is None:
        return None
    deepest = widest = 0
    for place in _PLACES.finditer(found):
        deepest, widest = max(deepest, int(place[2])), max(widest, _number(place[1]))
    if deepest > rows + 1 or widest > columns or deepest * widest > cells:
        faults.add(name, f"reaches to line {deepest} and column {widest}: more than {rows} rows or {columns} columns.")
        return None
    before = len(faults.found)
    _name_errors(name, found, faults)
    _name_unsaved(name, found, faults)
    if len(faults.found) > before:
        return None
    return _read(name, data, faults)


def _first_sheet(name: str, data: bytes, faults: Faults) -> bytes | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_MOST:
                faults.add(name, f"is larger than {UNPACKED_MOST // 1_000_000} megabytes when unpacked.")
                return None
            sheet = _SHEET.search(_unpacked(archive, "xl/workbook.xml"))
            relations = _RELATION.findall(_unpacked(archive, "xl/_rels/workbook.xml.rels"))
            wanted = re.compile(rb"""\bId=["']""" + re.escape(sheet[1] if sheet else b"none") + rb"""["']""")
            for relation in relations:
                target = re.search(rb"""\bTarget=["']([^"']+)["']""", relation)
                if target and wanted.search(relation):
                    path = target[1].decode()
                    return _unpacked(archive, path[1:] if path.startswith("/") else f"xl/{path}")
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        pass
    except Exception as error:
        if type(error).__module__ not in {"zlib", "lzma", "_lzma"}:
            raise
    faults.add(name, "is not an .xlsx file that can be read: save it again, or save it as “CSV UTF-8”.")
    return None


def _unpacked(archive: zipfile.ZipFile, path: str) -> bytes:
    """One part, no longer than it may be: an entry may lie about its size."""
    with archive.open(path) as part:
        data = part.read(UNPACKED_MOST + 1)
    if len(data) > UNPACKED_MOST:
        raise ValueError(path)
    return data


def _name_errors(name: str, sheet: bytes, faults: Faults) -> None:
    if not _ERROR.search(sheet):
        return
    for cell in _CELL.finditer(sheet):
        if _ERROR.search(cell[1]):
            place = _PLACE.search(cell[1])
            where = f" in {place[1].decode()}{place[2].decode()}" if place else ""
            error = shown((cell[2] or b"#N/A").decode("utf-8", "replace"))
            line = int(place[2]) if place else None
            faults.add(name, f"the cell{where} holds the error {error}.", line=line)


def _name_unsaved(name: str, sheet: bytes, faults: Faults) -> None:
    for cell in _UNSAVED.finditer(sheet):
        if cell[2] is not None and _TEXT.search(cell[1]):
            continue
        place = _PLACE.search(cell[1])
        where = f" {place[1].decode()}{place[2].decode()}" if place else ""
        problem = f"the cell{where} holds a formula whose result is not saved: open and save the file in a spreadsheet."
        faults.add(name, problem, line=int(place[2]) if place else None)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _read(name: str, data: bytes, faults: Faults) -> list[tuple[int, tuple[str, ...]]] | None:
    from python_calamine import CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        found = sheet.to_python(skip_empty_area=False)
    except Exception as error:
        _unreadable(name, faults, error)
        return None
    except BaseException as error:  # what Rust could not go on with is no Exception
        if type(error).__name__ != "PanicException":
            raise
        _unreadable(name, faults, error)
        return None
    return [(line, tuple(_text(cell) for cell in cells)) for line, cells in enumerate(found, start=1)]


def _unreadable(name: str, faults: Faults, error: BaseException) -> None:
    said = " ".join(str(error).split())[:100]
    faults.add(name, f"is not an .xlsx file that can be read ({said}): save it again, or save it as “CSV UTF-8”.")


def _text(value: Any) -> str:
    """A cell as people see it: whole numbers without a point, fractions at Excel's own fifteen digits, days in ISO."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        short = f"{value:.15g}"
        return short if "e" not in short else f"{value:.15f}".rstrip("0") if abs(value) < 1 else short
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
