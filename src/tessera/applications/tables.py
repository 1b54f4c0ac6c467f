"""Tables in and out: CSV and XLSX that no spreadsheet runs, and rows as text from what somebody sends."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from tessera.applications.files.workbook import COLUMNS_MOST, ROWS_MOST, cell_text
from tessera.core.errors import DomainError

# What a spreadsheet takes for a formula at the beginning of a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTES_MOST = 10_000_000
TIME_LIMIT_S = 30
CELL_LONGEST = 20_000


class NotATable(DomainError):
    message = gettext_lazy("This file is neither a CSV file in UTF-8 nor an XLSX workbook.")


class TooLarge(DomainError):
    message = gettext_lazy("At most 10 MB, 2,000 rows and 200 columns are read at once: divide the file.")


class NoHeading(DomainError):
    message = gettext_lazy("The first row has to name the columns, and rows have to follow.")


@dataclass(frozen=True)
class Line:
    """One row of a file: where it stands, and its cells by the name of their column. Empty cells are left out."""

    number: int
    cells: dict[str, str]


def csv_bytes(heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, commas, CRLF; what a spreadsheet would run gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in (heading, *rows):
        writer.writerow([_harmless(cell_text(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(name: str, heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """One sheet; every text stays a text, whatever it begins with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"valign": "top", "text_wrap": True})
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for column, text in enumerate(heading):
            sheet.write_string(0, column, text[:32_767], bold)
            sheet.set_column(column, column, 24)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int) and not isinstance(cell, bool):
                    sheet.write_number(number, column, cell, plain)
                elif cell_text(cell):
                    sheet.write_string(number, column, cell_text(cell)[:32_767], plain)
    return out.getvalue()


def read_table(data: bytes) -> tuple[list[str], list[Line]]:
    """The heading and the rows of a CSV file (comma or semicolon) or of the first sheet of an XLSX workbook.

    NotATable, TooLarge and NoHeading say why it cannot be read. Rows without any text are left out.
    """
    if len(data) > BYTES_MOST:
        raise TooLarge
    cells = _workbook(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    if len(cells) > ROWS_MOST + 1 or any(len(row) > COLUMNS_MOST for row in cells):
        raise TooLarge
    if len(cells) < 2 or not any(cells[0]):
        raise NoHeading
    heading = [name.strip() for name in cells[0]]
    lines = [
        Line(number, {name: text for name, text in zip(heading, row, strict=False) if name and text})
        for number, row in enumerate(cells[1:], start=2)
    ]
    return heading, [line for line in lines if line.cells]


def _csv(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable from None
    if "\0" in text:
        raise NotATable
    first = text.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    found = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            found.append([_plain(cell) for cell in row])
            if len(found) > ROWS_MOST + 1:
                raise TooLarge
    except csv.Error:
        raise NotATable from None
    return found


def _workbook(data: bytes) -> list[list[str]]:
    """The rows of a workbook, read in a process of its own; one that dies of it was too large."""
    command = [sys.executable, "-m", "tessera.applications.files.workbook"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        raise TooLarge from None
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise TooLarge
    if done.returncode:
        raise NotATable
    return [[_plain(cell) for cell in row] for row in json.loads(done.stdout)]


def _plain(text: str) -> str:
    """Without the apostrophe that an export of ours puts in front of a formula."""
    text = text.strip()[:CELL_LONGEST]
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
