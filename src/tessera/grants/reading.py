"""Packages and tables of country categories from documents and back. What is wrong is said by path, all at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.core import Locale
from django.utils.translation import gettext as _

from tessera.core.checks import Checked
from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated
from tessera.grants.conditions import Component, Condition, Money, Package
from tessera.places.wording import known_names

COMPONENTS = (
    "travel", "local_transport", "lodging", "meals", "material", "interpretation", "visa", "insurance", "fee",
)  # fmt: skip
BOOKS = ("office", "host", "participant")
MOST_PACKAGES, MOST_CITIES, MOST_CATEGORIES = 20, 100, 20
MOST_MINOR = 10**12

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_CATEGORY = re.compile(r"[A-Za-z0-9][\w-]{0,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Category:
    """A group of countries in a table of the office."""

    code: str
    name: Translated
    countries: tuple[str, ...]


def read_packages(document: Any) -> tuple[Package, ...]:
    """{"packages": [{key, name, components, ceiling, fee, condition}]}; InvalidDocument with a sentence for each path."""
    reader = _Reader()
    packages = reader.packages(document)
    if reader.see.errors:
        raise InvalidDocument(reader.see.errors)
    return packages


def packages_document(packages: tuple[Package, ...]) -> dict[str, Any]:
    """The document of ``packages``: `read_packages` of it gives equal packages."""
    return {"packages": [_package_document(package) for package in packages]}


def read_categories(document: Any) -> tuple[Category, ...]:
    """{"categories": [{code, name, countries}]}; a country is in one category at most."""
    reader = _Reader()
    categories = reader.categories(document)
    if reader.see.errors:
        raise InvalidDocument(reader.see.errors)
    return categories


def categories_document(categories: tuple[Category, ...]) -> dict[str, Any]:
    """The document of a table: `read_categories` of it gives equal categories."""
    return {
        "categories": [
            {"code": row.code, "name": dict(row.name), "countries": list(row.countries)} for row in categories
        ]
    }


def category_of(categories: tuple[Category, ...]) -> Mapping[str, str]:
    """The code of the category of each country in the table."""
    return {country: category.code for category in categories for country in category.countries}


def _package_document(package: Package) -> dict[str, Any]:
    condition = package.condition
    found: dict[str, Any] = {
        "key": package.key,
        "name": dict(package.name),
        "components": [
            {"kind": row.kind, "covered": row.covered, "books": row.books, "ceiling": _money_document(row.ceiling)}
            for row in package.components
        ],
        "ceiling": _money_document(package.ceiling),
        "fee": _money_document(package.fee),
    }
    parts = {
        "table": condition.table,
        "categories": sorted(condition.categories),
        "cities": list(condition.cities),
        "not_cities": list(condition.not_cities),
        "strands": sorted(condition.strands),
    }
    return found | {"condition": {name: value for name, value in parts.items() if value}}


def _money_document(sum_: Money | None) -> dict[str, Any] | None:
    return {"minor": sum_.minor, "currency": sum_.currency} if sum_ else None


class _Reader:
    def __init__(self) -> None:
        self.see = Checked()

    def packages(self, document: Any) -> tuple[Package, ...]:
        given = self.see.mapping(document, "", ("packages",))
        items = self.see.items(given.get("packages"), "packages")
        self._at_most(items, "packages", MOST_PACKAGES)
        keys: set[str] = set()
        return tuple(self._package(item, f"packages[{n}]", keys) for n, item in enumerate(items[:MOST_PACKAGES]))

    def _package(self, item: Any, path: str, keys: set[str]) -> Package:
        given = self.see.mapping(item, path, ("key", "name", "components", "ceiling", "fee", "condition"))
        key = self._key(given.get("key"), f"{path}.key", keys)
        name = Translated(self.see.texts(given.get("name"), f"{path}.name", limit=160))
        if not name:
            self.see.wrong(f"{path}.name", _("This may not be empty."))
        kinds: set[str] = set()
        components = tuple(
            self._component(row, f"{path}.components[{n}]", kinds)
            for n, row in enumerate(self.see.items(given.get("components"), f"{path}.components"))
        )
        ceiling = self._money(given.get("ceiling"), f"{path}.ceiling")
        fee = self._money(given.get("fee"), f"{path}.fee")
        parts = [row.ceiling for row in components if row.ceiling]
        if ceiling and any(part.currency == ceiling.currency and part.minor > ceiling.minor for part in parts):
            self.see.wrong(f"{path}.ceiling", _("One part alone may cost more than the whole package."))
        return Package(
            key, name, components, ceiling, fee, self._condition(given.get("condition"), f"{path}.condition")
        )

    def _component(self, item: Any, path: str, kinds: set[str]) -> Component:
        given = self.see.mapping(item, path, ("kind", "covered", "books", "ceiling"))
        sentence = _("“%(given)s” is not possible here.")
        kind = self.see.known(given.get("kind"), f"{path}.kind", COMPONENTS, sentence)
        if not kind and f"{path}.kind" not in self.see.errors:
            self.see.wrong(f"{path}.kind", _("This may not be empty."))
        if kind in kinds:
            self.see.wrong(f"{path}.kind", _("“%(key)s” is used twice.") % {"key": kind})
        kinds.add(kind)
        covered = given.get("covered", False)
        if not isinstance(covered, bool):
            self.see.wrong(f"{path}.covered", _("Here yes or no is expected."))
        books: Any = self.see.known(given.get("books", "participant"), f"{path}.books", BOOKS, sentence)
        ceiling = self._money(given.get("ceiling"), f"{path}.ceiling")
        if ceiling and covered is not True:
            self.see.wrong(f"{path}.ceiling", _("What is not covered has no ceiling."))
        return Component(kind, covered is True, books or "participant", ceiling)

    def _money(self, value: Any, path: str) -> Money | None:
        if value is None:
            return None
        given = self.see.mapping(value, path, ("minor", "currency"))
        currency = given.get("currency")
        if not isinstance(currency, str) or currency not in Locale("en").currencies:
            self.see.wrong(f"{path}.currency", _("Write the code of a currency, for example EUR or XOF."))
            currency = ""
        minor = self.see.whole(given.get("minor"), f"{path}.minor", most=MOST_MINOR)
        if minor is None and f"{path}.minor" not in self.see.errors:
            self.see.wrong(f"{path}.minor", _("This may not be empty."))
        return Money(minor or 0, currency)

    def _condition(self, value: Any, path: str) -> Condition:
        given = self.see.mapping(value, path, ("table", "categories", "cities", "not_cities", "strands"))
        table = self.see.text(given.get("table"), f"{path}.table", limit=64)
        lists = {
            name: tuple(
                dict.fromkeys(
                    text
                    for n, item in enumerate(self.see.items(given.get(name), f"{path}.{name}")[:MOST_CITIES])
                    if (text := self.see.text(item, f"{path}.{name}[{n}]", limit=120))
                )
            )
            for name in ("categories", "cities", "not_cities", "strands")
        }
        if bool(table) != bool(lists["categories"]):
            self.see.wrong(path, _("A category of countries needs both: the table and the categories."))
        return Condition(
            table,
            frozenset(lists["categories"]),
            lists["cities"],
            lists["not_cities"],
            frozenset(lists["strands"]),
        )

    def categories(self, document: Any) -> tuple[Category, ...]:
        given = self.see.mapping(document, "", ("categories",))
        items = self.see.items(given.get("categories"), "categories")
        self._at_most(items, "categories", MOST_CATEGORIES)
        taken: dict[str, str] = {}
        codes: set[str] = set()
        return tuple(
            self._category(item, f"categories[{n}]", codes, taken) for n, item in enumerate(items[:MOST_CATEGORIES])
        )

    def _category(self, item: Any, path: str, codes: set[str], taken: dict[str, str]) -> Category:
        given = self.see.mapping(item, path, ("code", "name", "countries"))
        code = self._key(given.get("code"), f"{path}.code", codes, _CATEGORY)
        known = known_names("countries")
        sentence = _("“%(given)s” is not the code of a country or territory.")
        found = []
        for n, country in enumerate(self.see.items(given.get("countries"), f"{path}.countries")):
            here = f"{path}.countries[{n}]"
            kept = self.see.known(country, here, known, sentence)
            if kept and kept in taken:
                self.see.wrong(
                    here, _("%(code)s is in category %(category)s already.") % {"code": kept, "category": taken[kept]}
                )
            elif kept:
                taken[kept] = code
                found.append(kept)
        name = Translated(self.see.texts(given.get("name"), f"{path}.name", limit=160))
        return Category(code, name, tuple(sorted(found)))

    def _key(self, value: Any, path: str, taken: set[str], shape: re.Pattern[str] = _KEY) -> str:
        if not isinstance(value, str) or not shape.fullmatch(value):
            self.see.wrong(path, _("A key has letters, digits and underscores only."))
            return ""
        if value in taken:
            self.see.wrong(path, _("“%(key)s” is used twice.") % {"key": value})
        taken.add(value)
        return value

    def _at_most(self, items: list[Any], path: str, most: int) -> None:
        if len(items) > most:
            self.see.wrong(path, _("Here at most %(most)s fit.") % {"most": most})
