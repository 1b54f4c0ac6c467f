"""What each type of question adds, and how its settings are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import gettext as _

from tessera.calls.questions.model import Column, Limit, Option, Type
from tessera.core.checks import Checked
from tessera.core.translated import Translated
from tessera.places.wording import known_names

MOST_OPTIONS, MOST_COLUMNS, MOST_ROWS = 300, 8, 40
MOST_WORDS, MOST_CHARACTERS = 5_000, 30_000
FORMATS = ("pdf", "jpeg", "png")
CHANNELS = ("national_committee", "employer", "other")
LETTERS = ("text", "file", "either")
COLUMN_TYPES = (Type.SHORT_TEXT, Type.LONG_TEXT, Type.CHOICE, Type.COUNTRY, Type.DATE, Type.NUMBER, Type.EMAIL)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_OPTION_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,63}", re.ASCII)  # a year may be one
# What each type adds. A setting of another type is refused: it would promise what never happens.
SETTINGS: Mapping[Type, tuple[str, ...]] = {
    Type.SHORT_TEXT: ("limit",),
    Type.LONG_TEXT: ("limit",),
    Type.CHOICE: ("options",),
    Type.CHOICES: ("options", "min", "max"),
    Type.COUNTRY: ("among",),
    Type.COUNTRIES: ("among", "min", "max"),
    Type.DATE: ("min", "max"),
    Type.NUMBER: ("min", "max", "whole"),
    Type.EMAIL: (),
    Type.PHONE: (),
    Type.LANGUAGE_TABLE: ("min", "max"),
    Type.ROWS: ("columns", "min", "max"),
    Type.COMMITMENT: ("wording",),
    Type.FILE: ("accepts", "max_mb", "max_pages", "document_language"),
    Type.REFEREE: ("due_days", "letter"),
    Type.ENDORSEMENT: ("channel", "due_days", "ranked"),
    Type.SIGNATURE: (),
}


class SettingsReader:
    """Reads parts of a question; ``see`` gathers what is wrong, by path."""

    def __init__(self) -> None:
        self.see = Checked()

    def settings(self, given: dict[str, Any], path: str, kind: Type) -> dict[str, Any]:
        names = SETTINGS[kind]
        found: dict[str, Any] = {}
        if "limit" in names:
            found["limit"] = self._limit(given.get("limit"), f"{path}.limit")
        if "options" in names:
            found["options"] = self._options(given.get("options"), f"{path}.options")
        if "among" in names:
            found["among"] = self._codes(given.get("among"), f"{path}.among", "countries")
        if "columns" in names:
            found["columns"] = self._columns(given.get("columns"), f"{path}.columns")
        if "whole" in names:
            found["whole"] = given.get("whole") is not False
        if "min" in names:
            found["min"], found["max"] = self._bounds(given, path, kind)
        if kind is Type.FILE:
            found |= self._file(given, path)
        if "wording" in names:
            found["wording"] = self.see.whole(given.get("wording", 1), f"{path}.wording", least=1, most=10_000) or 1
        if kind in (Type.REFEREE, Type.ENDORSEMENT):
            found |= self._of_others(given, path, names)
        return found

    def _of_others(self, given: dict[str, Any], path: str, names: Collection[str]) -> dict[str, Any]:
        """What is said of whoever is asked: until when, and how they answer."""
        found: dict[str, Any] = {}
        if "due_days" in names:
            days = self.see.whole(given.get("due_days", 3), f"{path}.due_days", most=90)
            found["due_days"] = 3 if days is None else days
        if "channel" in names:
            found["channel"] = self.one_of(given, "channel", path, CHANNELS)
        if "letter" in names:
            found["letter"] = self.one_of(given, "letter", path, LETTERS)
        if "ranked" in names:
            found["ranked"] = self.flag(given, "ranked", path)
        return found

    def _limit(self, value: Any, path: str) -> Limit | None:
        given = self.see.mapping(value, path, ("unit", "max", "min"))
        if not given:
            return None
        unit: Any = self.one_of(given, "unit", path, ("words", "characters"))
        ceiling = MOST_WORDS if unit == "words" else MOST_CHARACTERS
        most = self.see.whole(given.get("max"), f"{path}.max", least=1, most=ceiling)
        least = self.see.whole(given.get("min"), f"{path}.min", least=1, most=ceiling)
        if most is not None and least is not None and most < least:
            self.see.wrong(f"{path}.max", _("The most is less than the least."))
        return Limit(unit, most, least) if most or least else None

    def _options(self, value: Any, path: str) -> tuple[Option, ...]:
        items = self.see.items(value, path)
        self.at_most(items, path, MOST_OPTIONS)
        if len(items) < 1:
            self.see.wrong(path, _("List the answers that can be chosen."))
        keys: set[str] = set()
        found = []
        for n, item in enumerate(items[:MOST_OPTIONS]):
            here = f"{path}[{n}]"
            given = self.see.mapping(item, here, ("key", "label", "alone"))
            key = self.key(given.get("key"), f"{here}.key", keys, _OPTION_KEY)
            label = self.texts(given.get("label"), f"{here}.label", limit=300, required=True)
            found.append(Option(key, label, self.flag(given, "alone", here)))
        return tuple(found)

    def _columns(self, value: Any, path: str) -> tuple[Column, ...]:
        items = self.see.items(value, path)
        self.at_most(items, path, MOST_COLUMNS)
        if not items:
            self.see.wrong(path, _("Repeated rows have at least one column."))
        keys: set[str] = set()
        found = []
        for n, item in enumerate(items[:MOST_COLUMNS]):
            here = f"{path}[{n}]"
            kind = self.type(item, here, COLUMN_TYPES)
            given = self.see.mapping(item, here, ("key", "type", "label", "required", *SETTINGS[kind]))
            found.append(
                Column(
                    self.key(given.get("key"), f"{here}.key", keys),
                    kind,
                    self.texts(given.get("label"), f"{here}.label", limit=200, required=True),
                    self.flag(given, "required", here),
                    **self.settings(given, here, kind),
                )
            )
        return tuple(found)

    def _bounds(self, given: dict[str, Any], path: str, kind: Type) -> tuple[Any, Any]:
        read: Any = {Type.DATE: self._day, Type.NUMBER: self._number}.get(kind, self._count)
        least, most = (read(given.get(name), f"{path}.{name}") for name in ("min", "max"))
        if least is not None and most is not None and most < least:
            self.see.wrong(f"{path}.max", _("The most is less than the least."))
        return least, most

    def _day(self, value: Any, path: str) -> str | None:
        text = self.see.text(value, path)
        if not text:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.see.wrong(path, _("“%(given)s” is not a day: write for example 2027-03-15.") % {"given": text})
            return None

    def _number(self, value: Any, path: str) -> Decimal | None:
        if value in (None, ""):
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) > 10**12:
            self.see.wrong(path, _("Here a number is expected."))
            return None
        return number

    def _count(self, value: Any, path: str) -> Decimal | None:
        count = self.see.whole(value, path, most=MOST_OPTIONS)
        return None if count is None else Decimal(count)

    def _file(self, given: dict[str, Any], path: str) -> dict[str, Any]:
        accepts = self.see.items(given.get("accepts", FORMATS), f"{path}.accepts")
        for n, name in enumerate(accepts):
            self.see.known(name, f"{path}.accepts[{n}]", FORMATS, _("Files of the type “%(given)s” are not taken."))
        return {
            "accepts": tuple(name for name in FORMATS if name in accepts) or FORMATS,
            "max_mb": self.see.whole(given.get("max_mb", 5), f"{path}.max_mb", least=1, most=40) or 5,
            "max_pages": self.see.whole(given.get("max_pages"), f"{path}.max_pages", least=1, most=200),
            "document_language": self._codes(given.get("document_language"), f"{path}.document_language", "languages"),
        }

    def _codes(self, value: Any, path: str, file: Literal["countries", "languages"]) -> tuple[str, ...]:
        known = known_names(file)
        sentences = {
            "countries": _("“%(given)s” is not the code of a country or territory."),
            "languages": _("“%(given)s” is not the tag of a language."),
        }
        codes = [
            self.see.known(code, f"{path}[{n}]", known, sentences[file])
            for n, code in enumerate(self.see.items(value, path))
        ]
        return tuple(dict.fromkeys(filter(None, codes)))

    def type(self, item: Any, path: str, types: Collection[Type]) -> Type:
        value = item.get("type") if isinstance(item, Mapping) else None
        if isinstance(value, str) and value in types:
            return Type(value)
        self.see.unknown(
            str(value or ""), f"{path}.type", [str(kind) for kind in types], _("“%(given)s” is not a type of question.")
        )
        return Type.SHORT_TEXT

    def key(self, value: Any, path: str, taken: Any, shape: re.Pattern[str] = _KEY) -> str:
        if not isinstance(value, str) or not shape.fullmatch(value):
            self.see.wrong(path, _("A key has small letters, digits and underscores, and begins with a letter."))
            return ""
        if value in taken:
            self.see.wrong(path, _("“%(key)s” is used twice.") % {"key": value})
        if isinstance(taken, set):
            taken.add(value)
        return value

    def texts(self, value: Any, path: str, *, limit: int, required: bool = False) -> Translated:
        found = Translated(self.see.texts(value, path, limit=limit, lines=True))
        if required and not found and not any(where.startswith(path) for where in self.see.errors):
            self.see.wrong(path, _("This may not be empty."))
        return found

    def flag(self, given: dict[str, Any], name: str, path: str) -> bool:
        value = given.get(name, False)
        if not isinstance(value, bool):
            self.see.wrong(f"{path}.{name}", _("Here yes or no is expected."))
        return value is True

    def one_of(self, given: dict[str, Any], name: str, path: str, options: tuple[str, ...], usual: str = "") -> str:
        value = given.get(name, usual or options[0])
        if value not in options:
            self.see.unknown(str(value), f"{path}.{name}", options, _("“%(given)s” is not possible here."))
            return usual or options[0]
        return value

    def at_most(self, items: list[Any], path: str, most: int) -> None:
        if len(items) > most:
            self.see.wrong(path, _("Here at most %(most)s fit.") % {"most": most})
