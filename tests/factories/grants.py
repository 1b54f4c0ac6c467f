"""Tables of country categories."""

from __future__ import annotations

from tessera.grants.models import Category, CategoryCountry, CategoryTable


def make_table(code: str = "dues", **categories: list[str]) -> CategoryTable:
    """A table with the categories given as ``one=["FR"], four=["AM"]``."""
    table = CategoryTable.objects.create(code=code, name={"en": code, "fr": code, "es": code}, version=1)
    for n, (key, countries) in enumerate((categories or {"one": ["FR"], "four": ["AM", "SN"]}).items()):
        category = Category.objects.create(table=table, code=key, name={"en": f"Category {key}"}, order=n)
        CategoryCountry.objects.bulk_create(
            CategoryCountry(table=table, category=category, country_id=country) for country in countries
        )
    return table
