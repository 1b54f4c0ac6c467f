"""``tessera backup``: everything the site knows, in one file."""

from __future__ import annotations

import argparse
import io
import json
import os
import secrets
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json
from tessera.commands.failure import CommandFailed

MANIFEST = "tessera.json"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "backup",
        help="write everything into one file",
        description="Write database and files into one compressed file while the site goes on working. "
        "The file holds personal data; only its owner can read it.",
    )
    parser.add_argument("file", metavar="FILE", help="where to, for example tessera-backup.tar.gz")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from django.conf import settings
    from django.db import connection

    target = Path(arguments.file)
    if target.exists():
        sentence = f"“{target}” is there already: name a new file."
        raise CommandFailed(sentence)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        database = Path(work) / ("database.sqlite3" if connection.vendor == "sqlite" else "database.dump")
        dump_database(database)
        manifest = {"schema": "tessera-backup", "version": 1, "database": connection.vendor}
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
                _add_text(archive, MANIFEST, json.dumps(manifest))
                archive.add(database, arcname=database.name)
                if Path(settings.MEDIA_ROOT).is_dir():
                    archive.add(settings.MEDIA_ROOT, arcname="files")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    size = target.stat().st_size
    if arguments.json:
        print_json({"ok": True, "file": str(target), "bytes": size, "database": connection.vendor})
    else:
        print(f"Written to {target} ({size // 1024 + 1} kB).")
    return 0


def dump_database(target: Path) -> None:
    """A consistent copy of the database in ``target``, taken while others write."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the site's database."""
    from django.db import connection

    environment = {**os.environ, **postgres_environment(connection.settings_dict)}
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        sentence = f"{program} was not found: install PostgreSQL's client programs."
        raise CommandFailed(sentence) from None
    if done.returncode:
        sentence = f"{program} failed: {' '.join(done.stderr.split())}"
        raise CommandFailed(sentence)


def postgres_environment(wanted: Mapping[str, Any]) -> dict[str, str]:
    """The variables by which PostgreSQL's own programs find the database of Django's settings, with its options."""
    from psycopg import pq

    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    found = {names[key]: str(wanted[key]) for key in names if wanted.get(key)}
    options = {one.keyword.decode(): one.envvar for one in pq.Conninfo.get_defaults()}
    for key, value in wanted.get("OPTIONS", {}).items():
        if variable := options.get(key):
            found[variable.decode()] = str(value)
    return found


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
