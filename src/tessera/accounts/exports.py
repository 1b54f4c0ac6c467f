"""A copy of everything held about a user: JSON for machines, a page and a plain text for people, and the files they
sent, in one ZIP."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts.holdings import HeldFile, Holding, held_files, holdings
from tessera.accounts.models import User
from tessera.core.filenames import harmless_name
from tessera.web.dates import moment_in_words
from tessera.web.punctuation import labelled, listed

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")


def held_about(user: User) -> list[tuple[Holding, list[dict[str, Any]]]]:
    """Every holding with its rows."""
    return [(holding, holding.read(user)) for holding in holdings()]


class Raw(str):
    """A value as it is stored, with its keys: a page shows it as code."""

    __slots__ = ()
    is_raw = True


def in_words(holding: Holding, rows: list[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """Rows as (name, value) for people, ``Raw`` where no words are kept; what is empty is left out."""
    return [
        [
            (str(holding.names.get(key, key)), Raw(said) if isinstance(value, dict) or key in holding.raw else said)
            for key, value in row.items()
            if (said := _said(holding.say[key](value) if key in holding.say and value else value))
        ]
        for row in rows
    ]


@dataclass(frozen=True)
class Packed:
    """A file in the copy: ``path`` is where it lies in it, empty where its bytes are gone."""

    holding: str
    of: str
    name: str
    path: str


def write_archive(target: IO[bytes], user: User, *, language: str, at: datetime) -> None:
    """Write the ZIP file: readable texts in ``language``, JSON, and every file ``user`` sent, copied piece by piece."""
    held = held_about(user)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, override(language):
        files = _pack(archive, user, at)
        parts = [(holding, in_words(holding, rows)) for holding, rows in held]
        page = {
            "user": user,
            "at": at,
            "parts": parts,
            "files": files,
            "language": language,
            "programme_name": settings.PROGRAMME_NAME,
        }
        data = {
            "about": user.email,
            "made_at": at.isoformat(),
            "holdings": {h.name: rows for h, rows in held},
            "files": [asdict(file) for file in files],
        }
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        archive.writestr(f"{_('what-we-hold')}.html", render_to_string("accounts/export.html", page))
        archive.writestr(f"{_('what-we-hold')}.txt", _text(parts, files))


def _pack(archive: zipfile.ZipFile, user: User, at: datetime) -> list[Packed]:
    """Copy the files in, each under a name that no other has, also where capitals count for nothing."""
    taken: set[str] = set()
    found = []
    for holding, file in held_files(user):
        try:
            with file.open() as source:
                path = _free_path(file, taken)
                with archive.open(zipfile.ZipInfo(path, at.timetuple()[:6]), "w") as kept:
                    shutil.copyfileobj(source, kept)
        except OSError:
            path = ""
        found.append(Packed(holding.name, file.of, file.name, path))
    return found


def _free_path(file: HeldFile, taken: set[str]) -> str:
    folder, name = harmless_name(file.of), harmless_name(file.name)
    stem, dot, ending = name.rpartition(".")
    path, n = f"files/{folder}/{name}", 1
    while _same(path) in taken:
        n += 1
        path = f"files/{folder}/{stem} ({n}).{ending}" if dot else f"files/{folder}/{name} ({n})"
    taken.add(_same(path))
    return path


def _same(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _text(parts: list[tuple[Holding, list[list[tuple[str, str]]]]], files: list[Packed]) -> str:
    lines: list[str] = []
    for holding, rows in parts:
        lines += [str(holding.label), "=" * len(str(holding.label)), ""]
        for row in rows:
            lines += [*(labelled(name, value) for name, value in row), ""]
        if not rows:
            lines += [_("Nothing."), ""]
    if files:
        lines += [_("Your files"), "=" * len(_("Your files")), ""]
        lines += [
            file.path or labelled(file.name, _("its bytes are gone, so it is not in this copy")) for file in files
        ]
        lines.append("")
    return "\n".join(lines)


def _said(value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, dict):
        return listed(labelled(key, said) for key, inner in value.items() if (said := _said(inner)))
    if isinstance(value, list):
        return ", ".join(said for inner in value if (said := _said(inner)))
    if isinstance(value, str) and _MOMENT.match(value):
        return moment_in_words(localtime(datetime.fromisoformat(value)))
    return "" if value is None else str(value)
