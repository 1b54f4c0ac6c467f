"""A copy of everything held about a user: JSON for machines, a page and a plain text for people, in one ZIP."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from tessera.accounts.holdings import Holding, holdings
from tessera.accounts.models import User
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


def archive_of(user: User, *, language: str, at: datetime) -> bytes:
    """The ZIP file, readable texts in ``language``."""
    held = held_about(user)
    with override(language):
        parts = [(holding, in_words(holding, rows)) for holding, rows in held]
        page = {
            "user": user,
            "at": at,
            "parts": parts,
            "language": language,
            "programme_name": settings.PROGRAMME_NAME,
        }
        data = {"about": user.email, "made_at": at.isoformat(), "holdings": {h.name: rows for h, rows in held}}
        files = {
            "data.json": json.dumps(data, ensure_ascii=False, indent=2, default=str),
            f"{_('what-we-hold')}.html": render_to_string("accounts/export.html", page),
            f"{_('what-we-hold')}.txt": _text(parts),
        }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _text(parts: list[tuple[Holding, list[list[tuple[str, str]]]]]) -> str:
    lines: list[str] = []
    for holding, rows in parts:
        lines += [str(holding.label), "=" * len(str(holding.label)), ""]
        for row in rows:
            lines += [*(labelled(name, value) for name, value in row), ""]
        if not rows:
            lines += [_("Nothing."), ""]
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
        return date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    return "" if value is None else str(value)
