"""An answer as it is kept: what cannot be seen is taken out, what somebody wrote stays, readable or not.

Values by type: a text for short and long texts, choices of one, countries, dates (ISO 8601), e-mail and telephone; a
whole number, or a text for any other; a list of texts for several choices or countries; a list of mappings for rows and
languages; a mapping for the others. None where nothing was answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from tessera.calls.questions.model import LEVELS, Column, Json, Question, Type
from tessera.core.folding import clean, fold
from tessera.places import datafiles

MOST_SIGNS = 100_000  # of one text; longer ones are refused before they come here
NATIVE = "native"
PARTS: Mapping[Type, tuple[str, ...]] = {
    Type.REFEREE: ("name", "post", "email"),
    Type.ENDORSEMENT: ("name", "organisation", "email"),
    Type.SIGNATURE: ("name", "on"),
    Type.FILE: ("document", "name"),
}
_YES = frozenset({"yes", "on", "true", "1"})
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)  # 1,200 or 1.2?
_ISO_LIKE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)


def clean_answer(question: Question, raw: Json) -> Json:
    """``raw`` as it is kept for ``question``; a second cleaning changes nothing.

    Never refuses: what cannot be read stays as it was written, for `problems` to say so.
    """
    if question.type is Type.ROWS:
        return _rows(raw, {column.key: column for column in question.columns})
    if question.type is Type.LANGUAGE_TABLE:
        return _languages(raw)
    if question.type is Type.COMMITMENT:
        return _commitment(raw, question.wording)
    if question.type in PARTS:
        return _parts(raw, question.type)
    return _simple(question, raw)


def word_count(text: str) -> int:
    """Words as people count them: what stands between spaces and holds a letter or a digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def character_count(text: str) -> int:
    """Characters as people see them: an accent that is typed apart does not count, a line break is one."""
    return sum(not unicodedata.combining(c) for c in text)


def _simple(item: Question | Column, raw: Json) -> Json:
    if item.type in (Type.CHOICES, Type.COUNTRIES):
        read = _country if item.type is Type.COUNTRIES else _line
        items = raw if isinstance(raw, list | tuple) else [raw]
        return list(dict.fromkeys(text for text in map(read, items) if text)) or None
    value = _READ[item.type](raw)
    return None if value == "" else value


def _text(raw: Json) -> str:
    return clean(_as_text(raw))


def _line(raw: Json) -> str:
    return clean(_as_text(raw), lines=False)


def _as_text(raw: Json) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, list | tuple):
        return "\n".join(_as_text(item) for item in raw)
    return "" if raw is None or isinstance(raw, bool | Mapping) else str(raw)


def _email(raw: Json) -> str:
    return "".join(_line(raw).split())


def _day(raw: Json) -> str:
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    text = _line(raw)
    match = _ISO_LIKE.fullmatch(_western(text))
    if not match:
        return text
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def _number(raw: Json) -> Any:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    text = _line(raw)
    packed = _western("".join(text.split()))
    if not _NUMBER.fullmatch(packed) or _AMBIGUOUS.fullmatch(packed) or len(packed) > 15:
        return text
    number = Decimal(packed.replace(",", "."))
    return int(number) if number == number.to_integral_value() else format(number.normalize(), "f")


def _western(text: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def _country(raw: Json) -> str:
    """A code; a name in one of the languages of the place data becomes one."""
    text = _line(raw)
    return _codes("countries").get(fold(text), text)


_READ: Mapping[Type, Callable[[Json], Any]] = {
    Type.SHORT_TEXT: _line,
    Type.LONG_TEXT: _text,
    Type.CHOICE: _line,
    Type.COUNTRY: _country,
    Type.DATE: _day,
    Type.NUMBER: _number,
    Type.EMAIL: _email,
    Type.PHONE: _line,
}


@cache
def _codes(file: str) -> Mapping[str, str]:
    """Codes by folded code and folded name; a code wins over a name."""
    found: dict[str, str] = {}
    rows = datafiles.read(file)[file]
    for code, row in rows.items():
        for name in row["name"].values():
            found.setdefault(fold(name), code)
    return found | {fold(code): code for code in rows}


def _mappings(raw: Json) -> Iterable[Mapping[str, Any]]:
    if isinstance(raw, Mapping):
        raw = [raw]
    return [item for item in raw if isinstance(item, Mapping)] if isinstance(raw, list | tuple) else []


def _rows(raw: Json, columns: Mapping[str, Column]) -> Json:
    found = []
    for row in _mappings(raw):
        kept = {key: _simple(column, row.get(key)) for key, column in columns.items()}
        if any(value is not None for value in kept.values()):
            found.append({key: value for key, value in kept.items() if value is not None})
    return found or None


def _languages(raw: Json) -> Json:
    found = []
    for row in _mappings(raw):
        tag = _line(row.get("language"))
        kept = {
            "language": _codes("languages").get(fold(tag), tag),
            "spoken": _level(row.get("spoken")),
            "written": _level(row.get("written")),
        }
        if any(kept.values()):
            found.append({key: value for key, value in kept.items() if value})
    return found or None


def _level(raw: Json) -> str:
    text = _line(raw)
    if text.upper() in LEVELS:
        return text.upper()
    return NATIVE if text.casefold() == NATIVE else text


def _commitment(raw: Json, wording: int) -> Json:
    """{"agreed": True, "wording": n}; a plain tick agrees to the wording of now."""
    if isinstance(raw, Mapping):
        said = raw.get("wording")
        kept = said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else wording
        return {"agreed": True, "wording": kept} if _yes(raw.get("agreed")) else None
    return {"agreed": True, "wording": wording} if _yes(raw) else None


def _yes(raw: Json) -> bool:
    return raw is True or _line(raw).casefold() in _YES


def _parts(raw: Json, kind: Type) -> Json:
    names = PARTS[kind]
    if not isinstance(raw, Mapping):
        raw = {names[0]: raw}
    read = {"email": _email, "on": _day}
    kept = {name: read.get(name, _line)(raw.get(name)) for name in names}
    return {name: text for name, text in kept.items() if text} or None
