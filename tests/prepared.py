"""Databases that a run makes once: the tests' own databases, and those of sites of their own, are copies of them."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.once import made_once

FILE = "tessera.sqlite3"
NAME = "database"  # the file that names a database of PostgreSQL in the folder of what the run made


def made_database(
    name: str, fill: Callable[[str, Path], None], *, temporary: pytest.TempPathFactory, begun: str = ""
) -> tuple[str, Path]:
    """A database of this run to be copied, and the folder of what ``fill(database, folder)`` made beside it.

    Databases are files on SQLite and names on PostgreSQL; ``fill`` begins with a copy of ``begun``.
    """
    folder = made_once(name, lambda folder: fill(_begin(name, folder, begun), folder), temporary=temporary)
    return (str(folder / FILE) if connection.vendor == "sqlite" else (folder / NAME).read_text("utf-8")), folder


def migrated_database(temporary: pytest.TempPathFactory) -> str:
    """What the migrations make and no more."""
    return made_database("migrated", _migrate, temporary=temporary)[0]


def copy_database(database: str, to: str) -> None:
    if connection.vendor == "sqlite":
        Path(to).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(database, to)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{to}" TEMPLATE "{database or "template0"}"')


def drop_made(run: Path) -> None:
    """Remove the databases of PostgreSQL that a run made, whose names stand in its folder."""
    names = [file.read_text("utf-8") for file in run.glob(f"*/{NAME}")]
    if names:
        import psycopg

        with psycopg.connect(os.environ["TESSERA_DATABASE_URL"], autocommit=True) as outside:
            for name in names:
                outside.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Every connection made inside, by any thread, goes to this database."""
    outside = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = outside


def _begin(name: str, folder: Path, begun: str) -> str:
    if connection.vendor == "sqlite":
        if begun:
            copy_database(begun, str(folder / FILE))
        return str(folder / FILE)
    database = f"tessera_made_{name}_{secrets.token_hex(4)}"
    copy_database(begun, database)
    (folder / NAME).write_text(database, "utf-8")
    return database


def _migrate(database: str, _folder: Path) -> None:
    from tessera.commands.preparation import prepare_database

    with connected_to(database):
        prepare_database()
