"""The index behind the finder, as each database does it: trigrams of folded names."""

from __future__ import annotations

from typing import Any, Literal

from django.db import connection

_TABLE = "organisations_nameentry"
_SQLITE = (
    f"""CREATE VIRTUAL TABLE organisations_names USING fts5(
          padded, content='{_TABLE}', content_rowid='id', tokenize='trigram')""",
    f"""CREATE TRIGGER organisations_names_insert AFTER INSERT ON {_TABLE} BEGIN
          INSERT INTO organisations_names(rowid, padded) VALUES (new.id, new.padded); END""",  # noqa: S608
    f"""CREATE TRIGGER organisations_names_delete AFTER DELETE ON {_TABLE} BEGIN
          INSERT INTO organisations_names(organisations_names, rowid, padded)
          VALUES ('delete', old.id, old.padded); END""",  # noqa: S608
    f"""CREATE TRIGGER organisations_names_update AFTER UPDATE OF padded ON {_TABLE} BEGIN
          INSERT INTO organisations_names(organisations_names, rowid, padded) VALUES ('delete', old.id, old.padded);
          INSERT INTO organisations_names(rowid, padded) VALUES (new.id, new.padded); END""",  # noqa: S608
    "INSERT INTO organisations_names(organisations_names) VALUES ('rebuild')",
)
_SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS organisations_names_insert",
    "DROP TRIGGER IF EXISTS organisations_names_delete",
    "DROP TRIGGER IF EXISTS organisations_names_update",
    "DROP TABLE IF EXISTS organisations_names",
)
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE INDEX organisations_names ON {_TABLE} USING gin (padded gin_trgm_ops)",
)
_POSTGRESQL_BACK = ("DROP INDEX IF EXISTS organisations_names",)


def create(apps: Any, schema_editor: Any) -> None:
    """Make the index; for ``RunPython``. After a migration that alters the table on SQLite: ``drop``, ``create``."""
    for statement in _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    """Take the index away; for ``RunPython``."""
    for statement in _POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else _SQLITE_BACK:
        schema_editor.execute(statement)


def padded(names: set[str]) -> str:
    """Folded words with room around them, so that beginnings and short words have trigrams too."""
    return "".join(f"  {word} " for word in sorted(names))


def candidates(kind: Literal["person", "organisation"], typed: list[str], limit: int) -> list[tuple[int, str]]:
    """(id of the record, padded names) of the entries of a kind that share most letters with the ``typed`` folded words; one query."""
    trigrams = sorted({f"  {word} "[i : i + 3] for word in typed for i in range(len(word) + 1)})
    if not trigrams:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"""SELECT {kind}_id, padded FROM {_TABLE} WHERE {kind}_id IS NOT NULL AND padded LIKE ANY(%s)
                    ORDER BY similarity(padded, %s) DESC, {kind}_id LIMIT %s""",  # noqa: S608
                [[f"%{trigram}%" for trigram in trigrams], " ".join(typed), limit],
            )
        else:
            cursor.execute(
                f"""SELECT n.{kind}_id, n.padded FROM organisations_names f JOIN {_TABLE} n ON n.id = f.rowid
                    WHERE organisations_names MATCH %s AND n.{kind}_id IS NOT NULL
                    ORDER BY f.rank, n.{kind}_id LIMIT %s""",  # noqa: S608
                [" OR ".join(f'"{trigram}"' for trigram in trigrams), limit],
            )
        return list(cursor.fetchall())
