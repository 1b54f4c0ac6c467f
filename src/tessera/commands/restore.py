"""``tessera restore``: back to what a backup holds."""

from __future__ import annotations

import argparse
import json
import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from tessera.commands import site
from tessera.commands.arguments import print_json, readable_file
from tessera.commands.backup import MANIFEST, postgres
from tessera.commands.failure import CommandFailed
from tessera.commands.preparation import prepare_database


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "restore",
        help="bring a backup back",
        description="Put database and files of a backup in place and bring the tables up to date. The site must be "
        "stopped. What is here now is replaced only with --replace.",
    )
    parser.add_argument("file", metavar="FILE", type=readable_file)
    parser.add_argument("--replace", action="store_true", help="replace a database that already holds records")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    site.start()
    from django.conf import settings
    from django.db import connection

    if time.time() - _seen(Path(settings.WORKER_HEARTBEAT)) < 10:
        sentence = "A worker is still at work on this database: stop the site first."
        raise CommandFailed(sentence)
    if _holds_records() and not arguments.replace:
        sentence = "The database here already holds records: say --replace to lose them."
        raise CommandFailed(sentence)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        work = Path(folder)
        manifest = _unpack(arguments.file, work)
        if manifest["database"] != connection.vendor:
            sentence = f"The backup is of a {manifest['database']} database, and this one is {connection.vendor}."
            raise CommandFailed(sentence)
        _restore_database(work)
        if (work / "files").is_dir():
            shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
            (work / "files").replace(settings.MEDIA_ROOT)
    applied = prepare_database()
    if arguments.json:
        print_json({"ok": True, "file": str(arguments.file), "migrations": applied})
    else:
        print(f"Restored from {arguments.file}; {applied} newer migrations applied.")
    return 0


def _seen(heartbeat: Path) -> float:
    return heartbeat.stat().st_mtime if heartbeat.exists() else 0.0


def _holds_records() -> bool:
    from django.db import connection

    from tessera.activity.models import Activity

    return Activity._meta.db_table in connection.introspection.table_names() and Activity.objects.exists()


def _unpack(file: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(work, filter="data")
        manifest = json.loads((work / MANIFEST).read_text())
        if manifest["schema"] == "tessera-backup" and manifest["version"] == 1:
            return manifest
    except (tarfile.TarError, OSError, ValueError, KeyError, EOFError):
        pass
    sentence = f"“{file}” is not a backup of Tessera."
    raise CommandFailed(sentence)


def _restore_database(work: Path) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        connection.close()
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        (work / "database.sqlite3").replace(target)
        return
    connection.close()
    postgres(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}", str(work / "database.dump"),
    )  # fmt: skip
