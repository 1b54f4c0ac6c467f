"""Results as files: XLSX, CSV or JSON, each whole or not at all."""

from __future__ import annotations

import csv
import errno
import glob
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tessera.commands.failure import CommandFailed
from tessera.commands.tables.sheets import FORMULA

SUFFIXES = (".xlsx", ".csv", ".json")
_WIDEST = 80  # characters
# The day a workbook says it was made on: the same input gives the same file.
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001  XlsxWriter wants it without a zone


@dataclass(frozen=True, slots=True)
class Result:
    """One table to write: texts, whole numbers, `Decimal`, days, booleans, or None for an empty cell."""

    name: str
    heading: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def check_output(path: Path, inputs: Sequence[Path], suffixes: Sequence[str] = SUFFIXES) -> None:
    """CommandFailed (status 2) where ``path`` is one of the inputs, of unknown form or in no folder; or keeps a draw.

    Asked before anything is worked out.
    """
    if path.suffix.casefold() not in suffixes:
        sentence = f"The result can be written to a file that ends in {' or '.join(suffixes)}: “{path}” does not."
        raise CommandFailed(sentence, status=2)
    for target in (path, *companions(path)):
        for given in inputs:
            if target.resolve() == given.resolve() or (target.exists() and given.exists() and target.samefile(given)):
                sentence = f"“{target}” is an input: it is not written over."
                raise CommandFailed(sentence, status=2)
    if path.is_dir() or not path.resolve().parent.is_dir():
        sentence = f"There is no folder to write “{path}” into."
        raise CommandFailed(sentence, status=2)
    _keep_draws(path)


def _keep_draws(path: Path) -> None:
    """CommandFailed where ``path`` is the record of a lottery that was drawn: what is published of it is nowhere else."""
    from tessera.solvers.cohort.lotteries import commitment_of

    try:
        drawn = path.suffix.casefold() == ".json" and commitment_of(path.read_text(encoding="utf-8-sig")).drawn
    except (OSError, ValueError, RecursionError):  # no such file, or another one
        return
    if drawn:
        raise CommandFailed(f"“{path}” keeps a draw that was held: it is not written over.")


def companions(path: Path) -> tuple[Path, ...]:
    """Files beside ``path`` that a result of several tables may be written to: only CSV needs them."""
    return (
        tuple(sorted(path.parent.glob(f"{glob.escape(path.stem)}-*.csv"))) if path.suffix.casefold() == ".csv" else ()
    )


def write_results(
    path: Path | None, results: Sequence[Result], record: Any, beside: Mapping[Path, bytes] | None = None
) -> tuple[Path, ...]:
    """Write the tables to ``path`` by its suffix, and what stands ``beside`` them; returns the files in their order.

    XLSX has a sheet each; CSV a file each, the first under the name given and the others beside it with theirs
    (``cohort-reserve.csv``); JSON holds ``record``. Each goes to a temporary file first; all are renamed at the end.
    """
    files = {**(_tables_as_files(path, results, record) if path is not None else {}), **(beside or {})}
    write_whole(files)
    return tuple(files)


def _tables_as_files(path: Path, results: Sequence[Result], record: Any) -> dict[Path, bytes]:
    suffix = path.suffix.casefold()
    if suffix == ".json":
        return {path: json_bytes(record)}
    if suffix == ".xlsx":
        return {path: xlsx_bytes(results)}
    return {
        path if number == 0 else path.with_name(f"{path.stem}-{slug(result.name)}.csv"): csv_bytes(result)
        for number, result in enumerate(results)
    }


def write_whole(files: dict[Path, bytes]) -> None:
    """Write every file beside its place, then rename all; where one cannot be written none is changed."""
    for path in files:
        _keep_draws(path)
    parts: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            parts.append((part, path))
            part.write_bytes(data)
        for _part, path in parts:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "Is a folder", str(path))
        for part, path in parts:
            part.replace(path)
    except OSError as error:
        sentence = f"“{error.filename2 or error.filename or path}” cannot be written: {error.strerror or error}."
        raise CommandFailed(sentence) from error
    finally:
        for part, _path in parts:
            part.unlink(missing_ok=True)


def json_bytes(value: Any) -> bytes:
    """``value`` as JSON that people can read, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def csv_bytes(result: Result) -> bytes:
    """UTF-8 with a byte order mark, commas, CRLF; texts that a spreadsheet would run get an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_safe(name) for name in result.heading])
    for row in result.rows:
        writer.writerow([_safe(_cell(value)) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(results: Sequence[Result]) -> bytes:
    """A sheet each; texts stay texts, whatever they begin with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _MADE_AT})
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        plain = book.add_format({"valign": "top", "text_wrap": True})
        day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        for result in results:
            sheet = book.add_worksheet(result.name[:31])
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(result.heading):
                sheet.write_string(0, column, name, bold)
                widest = max([len(name), *(len(str(_cell(row[column]))) for row in result.rows)])
                sheet.set_column(column, column, min(_WIDEST, widest) + 2)
            for number, row in enumerate(result.rows, start=1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, plain, day)
            if result.rows:
                sheet.autofilter(0, 0, len(result.rows), len(result.heading) - 1)
    return out.getvalue()


def slug(name: str) -> str:
    """The name of a table as a part of a file's name."""
    return "-".join(name.casefold().split())


def _write(sheet: Any, row: int, column: int, value: Any, plain: Any, day: Any) -> None:
    value = _cell(value)
    if value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:32_767], plain)
    else:
        sheet.write_number(row, column, value, plain)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return "; ".join(str(_cell(part)) for part in value)
    return value


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
