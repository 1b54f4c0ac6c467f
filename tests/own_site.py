"""A site of its own for tests that start the ``tessera`` command: data folder, database, port, environment."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
UNWANTED = {"PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"}  # many starts are quicker with what the first compiled


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def own_database():
    """Settings that name a PostgreSQL database of its own where the tests run on PostgreSQL; none on SQLite."""
    url = os.environ.get("TESSERA_DATABASE_URL")
    if not url:
        yield {}
        return
    import psycopg

    name = f"tessera_own_{os.getpid()}_{free_port()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield {"TESSERA_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def own_environment(folder, **settings):
    """The environment of a site whose data are in ``folder`` and that nobody else uses."""
    with own_database() as database:
        yield {
            **{name: value for name, value in os.environ.items() if name not in UNWANTED and name[:8] != "TESSERA_"},
            "PORT": str(free_port()),
            "TESSERA_DATA": str(folder),
            "TESSERA_SECRET_KEY": "the-key-of-a-site-that-only-a-test-starts-0123456789",
            **database,
            **settings,
        }


def command(*arguments):
    return [sys.executable, "-m", "tessera.commands", *arguments]


def tessera(environment, *arguments, text=None, timeout=120):
    """Run one subcommand to its end; returns what ``subprocess.run`` does, with its output as text."""
    return subprocess.run(  # noqa: PLW1510  the caller looks at the exit status
        command(*arguments), env=environment, cwd=ROOT, input=text, capture_output=True, text=True, timeout=timeout
    )
