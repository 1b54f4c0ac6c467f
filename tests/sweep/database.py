"""A database of its own with what a newcomer sees: reference data, the archive and the rehearsal data.

It stands beside the tests' own database, because it must outlive single tests and keep what they never write.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.test import override_settings

from tessera.commands.first_data import load_first_data
from tessera.commands.preparation import prepare_database, prepare_static_files
from tests.sweep.doings import Doings

URLS = "tests.sweep.urls"


class LoadedDatabase:
    """Made once a session, entered by each module that reads it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tessera-sweep-"))
        self.name = f"tessera_sweep_{self.folder.name[-8:].lower()}"
        if connection.vendor == "sqlite":
            self.name = str(self.folder / "sweep.sqlite3")
        else:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.name}"')
        with self.entered():
            prepare_database()
            prepare_static_files()
            load_first_data()
            self.keys = Doings().keys

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Every connection made inside, by any thread, goes to this database; static files are its own too."""
        outside = connection.settings_dict["NAME"]
        connections.close_all()
        connection.settings_dict["NAME"] = self.name
        try:
            with override_settings(
                STATIC_ROOT=self.folder / "static",
                MEDIA_ROOT=self.folder / "files",
                MAIL_FOLDER=self.folder / "mail",
                EMBEDDED=True,
                ROOT_URLCONF=URLS,
            ):
                yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = outside

    def remove(self) -> None:
        if connection.vendor != "sqlite":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self.folder / "static" != settings.STATIC_ROOT
