"""Cells of a plan's tables: quarters, dates, countries, years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tessera.commands.tables import kinds
from tessera.commands.tables.kinds import NotSo, shown

if TYPE_CHECKING:
    from tessera.core.edtf import Edtf


def quarter(text: str) -> date:
    """The first day of a quarter: “2027-Q1”."""
    year, _dash, number = text.upper().replace("Q", "").partition("-")
    if (
        "Q" not in text.upper()
        or len(year) != 4
        or not year.isascii()
        or not year.isdigit()
        or number not in ("1", "2", "3", "4")
    ):
        raise NotSo(f"{shown(text)} is not a quarter (2027-Q1).")
    if int(year) < 1900:
        raise NotSo(f"{shown(text)} is too long ago.")
    return date(int(year), 3 * int(number) - 2, 1)


def quarters(cell: str) -> tuple[date, ...]:
    """Quarters, or ranges of them (“2027-Q1..2027-Q4”), each once, in the order of time."""
    from tessera.planning.clock import add_months

    found: set[date] = set()
    for part in kinds.codes(cell):
        start, dots, end = part.partition("..")
        first, last = quarter(start), quarter(end if dots else start)
        if last < first:
            raise NotSo(f"{shown(part)} runs backwards.")
        if quarter_number(first, last) >= 400:
            raise NotSo(f"{shown(part)} is too long.")
        found |= {add_months(first, 3 * number) for number in range(quarter_number(first, last) + 1)}
    return tuple(sorted(found))


def first_of_quarter(cell: str) -> date:
    day = quarter(cell) if "q" in cell.casefold() else kinds.day(cell)
    if day.day != 1 or day.month % 3 != 1:
        raise NotSo(f"{shown(cell)} does not begin a quarter (1 January, April, July or October).")
    if not 1900 <= day.year <= 2800:
        raise NotSo(f"{shown(cell)} is out of range.")
    return day


def quarter_number(first: date, day: date) -> int:
    return (day.year * 12 + day.month - first.year * 12 - first.month) // 3


def dates(cell: str) -> Edtf:
    """A day, a month, a year or an interval of them (“2023-11-06/2023-11-10”, “2019-10”), as the archive writes them."""
    from tessera.core.edtf import EdtfError, parse

    try:
        return parse(cell)
    except EdtfError as error:
        if error.code in ("reversed", "open"):
            raise NotSo(f"{shown(cell)} {'runs backwards' if error.code == 'reversed' else 'has no end'}.") from None
        raise NotSo(f"{shown(cell)} is not a date (2023-11-06, 2019-10, 2023-11-06/2023-11-10).") from None


def country(cell: str) -> str:
    from tessera.places.datafiles import read

    if cell.upper() not in read("countries")["countries"]:
        raise NotSo(f"{shown(cell)} is not the code of a country (two letters, ISO 3166-1).")
    return cell.upper()


def countries(cell: str) -> tuple[str, ...]:
    return tuple(country(code) for code in kinds.codes(cell))


def years(cell: str) -> tuple[int, ...]:
    return tuple(kinds.whole(1900, 2900)(part) for part in kinds.codes(cell))
