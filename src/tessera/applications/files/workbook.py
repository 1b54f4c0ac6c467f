"""Reading a workbook that a stranger sent. Run as a process of its own, with little memory and little time:

    python -m tessera.applications.files.workbook < WORKBOOK

Prints the cells of the first sheet as JSON, a list of texts for each row. A cell in the farthest corner makes a table of
billions, and a part of the archive may grow without end: then this process dies, and nothing else. Knows no Django.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
ROWS_MOST = 2_000
COLUMNS_MOST = 200


def cell_text(cell: Any) -> str:
    """A cell as text: a day as ISO 8601, a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def rows_of(data: bytes) -> list[list[str]]:
    """The rows, and one more row and column than are taken where there are more."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False, nrows=ROWS_MOST + 2)
    return [[cell_text(cell) for cell in row[: COLUMNS_MOST + 1]] for row in rows]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(rows_of(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
