"""Writing tables of country categories: the table, its categories and their countries are one document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from django.utils.translation import gettext as _

from tessera.activity import documents
from tessera.activity.documents import Document, DocumentStore, Errors, Saved, Saving
from tessera.core.checks import Checked
from tessera.core.codes import free_slug
from tessera.core.errors import InvalidDocument
from tessera.core.translated import best
from tessera.grants.models import Category, CategoryCountry, CategoryTable
from tessera.grants.reading import categories_document, read_categories

TABLE_TEXTS = ("name", "categories[].name")


class TableStore(DocumentStore[CategoryTable]):
    name = "categorytable"
    text_fields = TABLE_TEXTS

    def find(self, key: str) -> CategoryTable | None:
        return CategoryTable.objects.select_for_update().filter(code=key).first()

    def read(self, obj: CategoryTable) -> Document:
        rows = obj.categories.prefetch_related("members").order_by("order", "pk")
        return {
            "id": obj.code,
            "name": dict(obj.name),
            "categories": [
                {
                    "code": row.code,
                    "name": dict(row.name),
                    "countries": sorted(member.country_id for member in row.members.all()),
                }
                for row in rows
            ],
        } | ({"source": obj.source} if obj.source else {})

    def check(self, document: Mapping[str, Any], before: Document | None, **context: Any) -> tuple[Document, Errors]:
        see = Checked()
        given = see.mapping(document, "", ("id", "name", "source", "categories"))
        name = see.texts(given.get("name"), "name", limit=160)
        if not name:
            see.wrong("name", _("Write the name in at least one language."))
        source = see.text(given.get("source"), "source", limit=300)
        canonical: Document = {"id": given.get("id") or "", "name": name, "categories": []}
        try:
            canonical |= categories_document(read_categories({"categories": given.get("categories") or []}))
        except InvalidDocument as refused:
            for path, texts in refused.errors.items():
                for text in texts:
                    see.wrong(path, str(text))
        return canonical | ({"source": source} if source else {}), see.errors

    def new_key(self, document: Document) -> str:
        def taken(code: str) -> bool:
            return CategoryTable.objects.filter(code=code).exists()

        return free_slug(best(document["name"])[0], taken, fallback="table")[:40]

    def write(self, obj: CategoryTable | None, document: Document, *, at: datetime, **creation: Any) -> CategoryTable:
        row = obj or CategoryTable(code=document["id"])
        row.name, row.source = document["name"], document.get("source", "")
        row.save()
        row.members.all().delete()  # a country may go from one category to another
        row.categories.exclude(code__in=[part["code"] for part in document["categories"]]).delete()
        known = {category.code: category for category in row.categories.all()}
        members = []
        for order, part in enumerate(document["categories"]):
            category = known.get(part["code"]) or Category(table=row, code=part["code"])
            category.name, category.order = part["name"], order
            category.save()
            members += [
                CategoryCountry(table=row, category=category, country_id=country) for country in part["countries"]
            ]
        CategoryCountry.objects.bulk_create(members)
        return row


tables = TableStore()
documents.register(tables)


def save_table(document: Mapping[str, Any], **how: Unpack[Saving]) -> Saved[CategoryTable]:
    """Write a table of categories; see ``activity.documents.save``. A country is in one category at most."""
    return documents.save(tables, document, **how)
