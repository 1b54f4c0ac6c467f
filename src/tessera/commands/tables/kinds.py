"""Kinds of cells: what a text must be, and what it becomes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Kind = Callable[[str], Any]
"""Turns the text of a cell that is not empty into its value, or raises NotSo with the problem as a sentence."""

TEXT_LONGEST = 1000
ID_LONGEST = 100
_NUMBER = re.compile(r"([+-]?)(\d{1,12})(?:([.,])(\d+))?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NO_NUMBERS = {"nan", "inf", "infinity", "none", "null", "n/a", "na", "#n/a", "#value!", "#div/0!", "#ref!", "-"}
_UNKNOWN = (_NO_NUMBERS - {"inf", "infinity", "none"}) | {"?", "unknown", "inconnu", "desconocido"}
_YES = {"yes", "y", "true", "1", "oui", "vrai", "sí", "si", "verdadero", "x"}
_NO = {"no", "n", "false", "0", "non", "faux", "falso"}


class NotSo(ValueError):
    """A cell is not what its column holds; the text says why, beginning with what stands there."""


def shown(text: str) -> str:
    """``text`` in quotation marks, cut where it is long, what cannot be printed left out."""
    printable = "".join(character if character.isprintable() else "�" for character in text)
    return f"“{printable if len(printable) <= 40 else printable[:39] + '…'}”"


def text(cell: str) -> str:
    """Any text without control characters."""
    return _text(cell, TEXT_LONGEST)


def identifier(cell: str) -> str:
    """What names a row: short text, every character of which can be seen."""
    found = _text(cell, ID_LONGEST)
    if any(unicodedata.category(character) == "Cf" for character in found):
        raise NotSo(f"{shown(cell)} holds a character that cannot be seen.")
    return found


def _text(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise NotSo(f"{shown(cell)} is longer than {longest} characters.")
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in cell):
        raise NotSo(f"{shown(cell)} holds a character that is no text (a line break or a control character).")
    return unicodedata.normalize("NFC", cell)


def says_unknown(value: str) -> bool:
    """Whether a text probably stands for nothing known, where an empty cell would say so."""
    return value.casefold() in _UNKNOWN


def whole(low: int, high: int) -> Kind:
    """A whole number from ``low`` to ``high``."""

    def kind(cell: str) -> int:
        return _bounded(cell, _scaled(cell, 0), low, high, str)

    return kind


def decimal(low: int, high: int, digits: int) -> Kind:
    """A number of at most ``digits`` decimals, with a point or a comma, as a whole number of its last decimal.

    What may be thousands as well is refused: "1,200"; "1.200", too, where there are fewer than three decimals.
    ``low`` and ``high`` are in the unit of the result: ``decimal(0, 100_000, 3)`` reads "92,5" as 92500.
    """

    def kind(cell: str) -> int:
        return _bounded(cell, _scaled(cell, digits), low, high, lambda number: plain_decimal(number, digits))

    return kind


def milli(low: int, high: int) -> Kind:
    """A score or a weight, in thousandths."""
    return decimal(low, high, 3)


def money(high: int, low: int = 0) -> Kind:
    """An amount with at most two decimals, in hundredths (cents)."""
    return decimal(low, high, 2)


def day(cell: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        if len(cell) != 10:
            raise ValueError
        return date.fromisoformat(cell)
    except ValueError:
        raise NotSo(f"{shown(cell)} is not a day (YYYY-MM-DD).") from None


def yes_no(cell: str) -> bool:
    """Yes or no, in English, French or Spanish."""
    folded = cell.casefold()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise NotSo(f"{shown(cell)} is neither yes nor no.")


def names(cell: str) -> tuple[str, ...]:
    """Several texts between semicolons or bars, each once, in their order."""
    found = (identifier(part.strip()) for part in re.split(r"[;|]", cell))
    return tuple(dict.fromkeys(part for part in found if part))


def codes(cell: str) -> tuple[str, ...]:
    """Several short codes between semicolons, commas, bars, slashes or spaces, each once, in their order."""
    found = (identifier(part) for part in re.split(r"[;,|/\s]+", cell))
    return tuple(dict.fromkeys(part for part in found if part))


def language(cell: str) -> str:
    """The code of a language, in small letters: “FR” is “fr” (BCP 47 knows no difference)."""
    return identifier(cell).casefold()


def languages(cell: str) -> tuple[str, ...]:
    """Several codes of languages, each once, in their order."""
    return tuple(dict.fromkeys(map(language, codes(cell))))


def one_of(*known: str) -> Kind:
    """One of a few words, whatever its case."""
    folded = {word.casefold(): word for word in known}

    def kind(cell: str) -> str:
        try:
            return folded[cell.casefold()]
        except KeyError:
            raise NotSo(f"{shown(cell)} is none of {', '.join(known)}.") from None

    return kind


def plain_decimal(number: int, digits: int) -> str:
    """A whole number of the last decimal as people write it: ``plain_decimal(92500, 3)`` is "92.5"."""
    if digits == 0:
        return str(number)
    sign = "-" if number < 0 else ""
    units, rest = divmod(abs(number), 10**digits)
    fraction = f"{rest:0{digits}d}".rstrip("0")
    return f"{sign}{units}.{fraction}" if fraction else f"{sign}{units}"


def amount(cents: int) -> Decimal:
    """An amount as it is written: cents where there are any, always two digits of them."""
    units, rest = divmod(abs(cents), 100)
    return Decimal(f"{'-' if cents < 0 else ''}{units}" + (f".{rest:02d}" if rest else ""))


def in_points(milli: int | None) -> Decimal | None:
    """Milli-points as they are written; None stays None."""
    return None if milli is None else Decimal(plain_decimal(milli, 3))


def _scaled(cell: str, digits: int) -> int:
    plain = cell.replace("−", "-").strip()
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise NotSo(_why_no_number(cell, plain, digits))
    sign, units, mark, fraction = found[1], found[2], found[3], (found[4] or "").rstrip("0")
    fits = len(fraction) <= digits
    if _THOUSANDS.fullmatch(plain) and (mark == "," or (fits and digits < 3)):
        ways = [f"{sign}{units}{found[4]}"]
        if fits:
            ways.append(f"{sign}{units}.{fraction}" if fraction else f"{sign}{units}")
        raise NotSo(f"{shown(cell)} is ambiguous: write {' or '.join(ways)}.")
    if not fits:
        if digits == 0:
            raise NotSo(f"{shown(cell)} is not a whole number.")
        raise NotSo(f"{shown(cell)} has more than {digits} decimals: round it first.")
    number = int(units) * 10**digits + (int(fraction.ljust(digits, "0")) if fraction else 0)
    return -number if sign == "-" else number


def _why_no_number(cell: str, plain: str, digits: int) -> str:
    if plain.casefold() in _NO_NUMBERS or plain.casefold().lstrip("+-") in {"nan", "inf", "infinity"}:
        return f"{shown(cell)} is not a number: leave it empty where nothing is known."
    if re.fullmatch(r"[+-]?\d{13,}([.,]\d+)?", plain, re.ASCII):
        return f"{shown(cell)} is too large."
    if re.fullmatch(r"[+-]?[\d.,'’\s]+", plain, re.ASCII):
        return f"{shown(cell)} is not a number here: write it without separators of thousands."
    return f"{shown(cell)} is not a {'whole number' if digits == 0 else 'number'}."


def _bounded(cell: str, number: int, low: int, high: int, write: Callable[[int], str]) -> int:
    if number < 0 <= low:
        raise NotSo(f"{shown(cell)} is negative.")
    if number < low:
        raise NotSo(f"{shown(cell)} is less than {write(low)}.")
    if number > high:
        raise NotSo(f"{shown(cell)} is more than {write(high)}.")
    return number
