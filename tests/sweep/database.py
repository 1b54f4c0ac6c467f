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
from django.db import connection
from django.test import override_settings

from tessera.commands.first_data import load_first_data
from tessera.commands.preparation import prepare_database, prepare_static_files
from tests.prepared import FILE, connected_to, copy_database, made_database, migrated_database
from tests.sweep.doings import Doings

URLS = "tests.sweep.urls"


class LoadedDatabase:
    """Had once a session, entered by each module that reads it: a copy of the one that the run made."""

    def __init__(self, temporary: pytest.TempPathFactory) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tessera-sweep-"))
        begun = migrated_database(temporary)
        database, made = made_database("sweep", _fill, begun=begun, temporary=temporary)
        shutil.copytree(made, self.folder, dirs_exist_ok=True)
        if connection.vendor == "sqlite":
            self.name = str(self.folder / FILE)
        else:
            self.name = f"tessera_sweep_{self.folder.name[-8:].lower()}"
            copy_database(database, self.name)
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
    with (
        connected_to(name),
        override_settings(
            STATIC_ROOT=folder / "static",
            MEDIA_ROOT=folder / "files",
            MAIL_FOLDER=folder / "mail",
            EMBEDDED=True,
            ROOT_URLCONF=URLS,
        ),
    ):
        yield


def _fill(database: str, folder: Path) -> None:
    with entered(folder, database):
        prepare_database()
        prepare_static_files()
        load_first_data()
        keys = Doings().keys
    (folder / "keys.json").write_text(json.dumps(keys, default=str), "utf-8")
