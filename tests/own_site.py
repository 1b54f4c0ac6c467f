"""A site of its own for tests that start the ``tessera`` command: data folder, database, port, environment."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.prepared import FILE, copy_database

ROOT = Path(__file__).resolve().parents[1]
UNWANTED = {"PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"}  # many starts are quicker with what the first compiled


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def own_database(template):
    """Settings that name a PostgreSQL database of its own where the tests run on PostgreSQL; none on SQLite."""
    url = os.environ.get("TESSERA_DATABASE_URL")
    if not url:
        yield {}
        return
    import psycopg

    name = f"tessera_own_{os.getpid()}_{free_port()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield address_of(name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def own_environment(folder, *, begun="", **settings):
    """The environment of a site whose data are in ``folder`` and that nobody else uses.

    ``begun``: the database that it begins with a copy of, as ``tests.prepared`` makes them; an empty one without.
    """
    with own_database(begun or "template0") as database:
        if begun and not database:
            copy_database(begun, f"{folder}/{FILE}")
        yield environment_of(folder, **database, **settings)


def environment_of(folder, **settings):
    return {
        **{name: value for name, value in os.environ.items() if name not in UNWANTED and name[:8] != "TESSERA_"},
        "PORT": str(free_port()),
        "TESSERA_DATA": str(folder),
        "TESSERA_SECRET_KEY": "the-key-of-a-site-that-only-a-test-starts-0123456789",
        **settings,
    }


def address_of(database):
    """The settings that name a database of PostgreSQL by its name; none on SQLite, where it lies in the data folder."""
    url = os.environ.get("TESSERA_DATABASE_URL")
    return {"TESSERA_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{database}"))} if url else {}


def command(*arguments):
    return [sys.executable, "-m", "tessera.commands", *arguments]


def tessera(environment, *arguments, text=None, timeout=120):
    """Run one subcommand to its end; returns what ``subprocess.run`` does, with its output as text."""
    return subprocess.run(  # noqa: PLW1510  the caller looks at the exit status
        command(*arguments), env=environment, cwd=ROOT, input=text, capture_output=True, text=True, timeout=timeout
    )
