"""A database of its own with what a newcomer sees: reference data, the archive and the rehearsal data.

It stands beside the tests' own database, because it must outlive single tests and keep what they never write.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings

from tessera.commands.first_data import load_first_data
from tessera.commands.preparation import prepare_database, prepare_static_files
from tests.once import made_once
from tests.sweep.doings import Doings

URLS = "tests.sweep.urls"
FILE = "sweep.sqlite3"


class LoadedDatabase:
    """Had once a session, entered by each module that reads it. On SQLite it is a copy of the one that the run made."""

    def __init__(self, temporary: pytest.TempPathFactory) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tessera-sweep-"))
        if connection.vendor == "sqlite":
            self.name = str(self.folder / FILE)
            made = made_once("sweep", lambda folder: _fill(folder, str(folder / FILE)), temporary=temporary)
            shutil.copytree(made, self.folder, dirs_exist_ok=True)
        else:
            self.name = f"tessera_sweep_{self.folder.name[-8:].lower()}"
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.name}"')
            _fill(self.folder, self.name)
        self.keys: dict[str, Any] = json.loads((self.folder / "keys.json").read_text("utf-8"))

    def entered(self) -> AbstractContextManager[None]:
        return entered(self.folder, self.name)

    def remove(self) -> None:
        if connection.vendor != "sqlite":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self.folder / "static" != settings.STATIC_ROOT


@contextmanager
def entered(folder: Path, name: str) -> Iterator[None]:
    """Every connection made inside, by any thread, goes to this database; static files are its own too."""
    outside = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        with override_settings(
            STATIC_ROOT=folder / "static",
            MEDIA_ROOT=folder / "files",
            MAIL_FOLDER=folder / "mail",
            EMBEDDED=True,
            ROOT_URLCONF=URLS,
        ):
            yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = outside


def _fill(folder: Path, name: str) -> None:
    with entered(folder, name):
        prepare_database()
        prepare_static_files()
        load_first_data()
        keys = Doings().keys
    (folder / "keys.json").write_text(json.dumps(keys, default=str), "utf-8")
