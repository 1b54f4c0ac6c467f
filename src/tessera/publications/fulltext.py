"""The full text index of public records, as each database does it.

SQLite: an FTS5 table over the folded columns with prefix indexes, and a trigram FTS5 table over the words of names,
both kept by triggers. PostgreSQL: generated ``tsvector`` columns, of all words and of those in names, each with a GIN
index (one column with weights would be read row by row to tell names apart), a function that reads them, and pg_trgm
on the words. The indexes take a change at once: much is read and little written.
Everything that only one database can do stands here and in ``search``.
"""

from __future__ import annotations

from typing import Any

_SQLITE_INDEXES = {
    "publications_fulltext": (
        "publications_publicrecord",
        ("shelf", "names_folded", "text_folded", "related_folded"),
        "tokenize='unicode61 remove_diacritics 0', prefix='2 3'",
    ),
    "publications_wordparts": ("publications_publicword", ("padded",), "tokenize='trigram'"),
}

_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """ALTER TABLE publications_publicrecord
         ADD COLUMN fulltext tsvector GENERATED ALWAYS AS (
           to_tsvector('simple', names_folded || ' ' || text_folded || ' ' || related_folded)
         ) STORED,
         ADD COLUMN names tsvector GENERATED ALWAYS AS (to_tsvector('simple', names_folded)) STORED""",
    "CREATE INDEX publications_fulltext ON publications_publicrecord USING gin (fulltext) WITH (fastupdate = off)",
    "CREATE INDEX publications_names ON publications_publicrecord USING gin (names) WITH (fastupdate = off)",
    "CREATE INDEX publications_wordparts ON publications_publicword USING gin (word gin_trgm_ops) WITH (fastupdate = off)",
    "CREATE INDEX publications_wordstart ON publications_publicword (word text_pattern_ops)",
    # Left to itself the planner takes the reading of a long tsvector for free, and reads the whole table.
    """CREATE FUNCTION publications_matches(wanted tsquery, shelves text[]) RETURNS TABLE (id bigint, named int)
       LANGUAGE sql STABLE SET enable_seqscan = off AS $$
         WITH found AS MATERIALIZED (
           SELECT id FROM publications_publicrecord WHERE fulltext @@ wanted AND shelf = ANY(shelves)
         )
         SELECT id, 0 FROM found
         UNION ALL
         SELECT id, 1 FROM publications_publicrecord
         WHERE (SELECT EXISTS (SELECT FROM found)) AND names @@ wanted AND shelf = ANY(shelves)
       $$""",
)
_POSTGRESQL_BACK = (
    "DROP FUNCTION IF EXISTS publications_matches",
    "DROP INDEX IF EXISTS publications_wordstart",
    "DROP INDEX IF EXISTS publications_wordparts",
    "ALTER TABLE publications_publicrecord DROP COLUMN IF EXISTS fulltext, DROP COLUMN IF EXISTS names",
)


def create(apps: Any, schema_editor: Any) -> None:
    """Make the index; for ``RunPython``."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in _POSTGRESQL:
            schema_editor.execute(statement)
        return
    for name, (table, columns, options) in _SQLITE_INDEXES.items():
        listed = ", ".join(columns)
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content='{table}', content_rowid='id', {options})"
        )
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
        add = f"INSERT INTO {name}(rowid, {listed}) VALUES (new.id, {new});"  # noqa: S608
        drop = f"INSERT INTO {name}({name}, rowid, {listed}) VALUES ('delete', old.id, {old});"  # noqa: S608
        for event, body in (
            ("INSERT", add),
            ("DELETE", drop),
            (f"UPDATE OF {listed}", f"{drop} {add}"),
        ):
            trigger = f"{name}_{event.split(maxsplit=1)[0].lower()}"
            schema_editor.execute(f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {body} END")
        schema_editor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608


def drop(apps: Any, schema_editor: Any) -> None:
    """Take the index away; for ``RunPython``."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in _POSTGRESQL_BACK:
            schema_editor.execute(statement)
        return
    for name in _SQLITE_INDEXES:
        for event in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")
        schema_editor.execute(f"DROP TABLE IF EXISTS {name}")


def rebuild(apps: Any, schema_editor: Any) -> None:
    """Make the index anew after a migration altered its tables, or after what it is made of changed."""
    drop(apps, schema_editor)
    create(apps, schema_editor)
