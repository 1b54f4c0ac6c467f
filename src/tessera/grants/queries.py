"""Reads of the office's tables of country categories."""

from __future__ import annotations

from tessera.core.translated import Translated
from tessera.grants.models import CategoryTable
from tessera.grants.reading import Category, category_of


def tables() -> dict[str, dict[str, str]]:
    """{table: {country: category}} of every table, as `conditions` asks; three queries."""
    return {code: dict(category_of(rows)) for code, rows in categories().items()}


def categories() -> dict[str, tuple[Category, ...]]:
    """The categories of every table with their countries, in order; three queries."""
    found = {}
    for table in CategoryTable.objects.prefetch_related("categories__members").order_by("code"):
        rows = sorted(table.categories.all(), key=lambda row: (row.order, row.pk))
        found[table.code] = tuple(
            Category(row.code, Translated(row.name), tuple(sorted(member.country_id for member in row.members.all())))
            for row in rows
        )
    return found


def table_choices() -> list[tuple[str, str]]:
    """(code, name) of every table."""
    return [(table.code, str(table)) for table in CategoryTable.objects.order_by("code")]


def category_choices() -> list[tuple[str, str]]:
    """(code, "name (table)") of every category of every table."""
    return [
        (row.code, f"{Translated(row.name) or row.code} ({table})")
        for table in CategoryTable.objects.prefetch_related("categories").order_by("code")
        for row in sorted(table.categories.all(), key=lambda row: (row.order, row.pk))
    ]
