"""Where files lie: under the private folder of data, by random names that say nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction


def place(relative: str) -> Path:
    """The file at ``relative``; a path that leaves the folder is refused."""
    root = Path(settings.MEDIA_ROOT).resolve()
    found = (root / relative).resolve()
    if root not in found.parents:
        raise ValueError(relative)
    return found


def new_path(folder: str) -> str:
    """A relative path that nobody has: "applications/3f/3f2b…"."""
    name = uuid.uuid4().hex
    relative = str(PurePosixPath(folder, name[:2], name))
    place(relative).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return relative


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def also_at(source: Path, target: Path) -> None:
    """The same bytes at a second place: under a second name, copied only where the disk knows no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb") as copied:
            os.fsync(copied.fileno())


def lying(folder: str, *, before: datetime) -> Iterator[str]:
    """The relative paths of the files in ``folder`` that were last written before ``before``, by name."""
    root = Path(settings.MEDIA_ROOT).resolve()
    for path in sorted((root / folder).glob("*/*")):
        if path.is_file() and path.stat().st_mtime < before.timestamp():
            yield path.relative_to(root).as_posix()


def forget(relative: str) -> None:
    """Delete the file once the transaction is written; it may be gone already."""
    if relative:
        transaction.on_commit(lambda: place(relative).unlink(missing_ok=True))


def write_at(relative: str, offset: int, data: bytes) -> None:
    """Write ``data`` at ``offset`` and see it on the disk before anybody is told so."""
    path = place(relative)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        done = 0
        while done < len(data):  # a disk may take a part at a time
            done += os.pwrite(handle, data[done:], offset + done)
        os.ftruncate(handle, offset + len(data))
        os.fsync(handle)
    finally:
        os.close(handle)
