"""Whether a file is taken: what is inside, not what its name says. Each refusal is a sentence for its sender."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tessera.applications.files import clamd
from tessera.calls.questions import Question
from tessera.core.sentences import Listed, Sentence

log = structlog.get_logger(__name__)

TIME_LIMIT_S = 30
MB = 1_000_000
# A file is never longer than any question allows, and a document never has more pages than somebody reads.
MOST_PAGES = 100
NAMES = {"pdf": "PDF", "jpeg": "JPEG", "png": "PNG"}

SENTENCES: dict[str, str | Promise] = {
    "empty": _("“%(name)s” is empty: nothing is in it. Choose the file again."),
    "too_large": _(
        "“%(name)s” has %(size)s MB; at most %(most)s MB fit. A photo of the page, or fewer pages, is smaller."
    ),
    "type_office": _(
        "“%(name)s” is a document of a word processor, or a ZIP file. Save it as PDF and choose that (%(accepts)s are taken)."
    ),
    "type_heic": _("“%(name)s” is a photo in the HEIC format. Save or send it as JPEG (%(accepts)s are taken)."),
    "type_picture": _("“%(name)s” is a picture of another kind. Save it as JPEG (%(accepts)s are taken)."),
    "type_other": _("“%(name)s” is not what it should be: %(accepts)s are taken."),
    "not_here": _("“%(name)s” is %(kind)s; here only %(accepts)s are taken."),
    "encrypted": _("“%(name)s” is protected by a password. Save it without one, so that it can be read."),
    "broken": _(
        "“%(name)s” cannot be opened: it is damaged or did not arrive whole. Save it anew and choose it again."
    ),
    "mixed": _("“%(name)s” holds something else besides the document. Save it anew as PDF."),
    "pixels": _("“%(name)s” is a picture of far too many pixels. Save it smaller."),
    "bomb": _("“%(name)s” grows far too large when it is opened. Save it anew."),
    "pages": _("“%(name)s” has %(pages)s pages; at most %(most)s are taken."),
    "virus": _("“%(name)s” was refused by the virus scanner. Send it from another device."),
    "not_checked": _("“%(name)s” could not be checked just now. Choose it again in a few minutes."),
}


@dataclass(frozen=True)
class Checked:
    """A file that was taken (``kind``, ``pages``) or not (``refusal``: its key and what fills the sentence)."""

    kind: str = ""
    pages: int | None = None
    rewritten: bool = False
    refusal: dict[str, Any] | None = None


def refusal_sentence(refusal: dict[str, Any]) -> Sentence:
    """Why a file was not taken, in words."""
    params = {name: value for name, value in refusal.items() if name != "key"}
    if "accepts" in params:
        params["accepts"] = Listed(tuple(params["accepts"]))
    return Sentence(SENTENCES[refusal["key"]], params)


def check_file(path: Path, place: Path, question: Question, name: str) -> Checked:
    """Look into the file at ``path`` for ``question``; a picture is written anew to ``place`` (``rewritten``)."""
    size = path.stat().st_size
    accepts = [NAMES[one] for one in question.accepts]
    known: dict[str, Any] = {"name": name}
    if not size:
        return Checked(refusal={"key": "empty", **known})
    if size > question.max_mb * MB:
        return Checked(refusal=too_large(name, size, question))
    infected = clamd.scan(path) if settings.CLAMD_ADDRESS else ""
    if infected:
        return Checked(refusal={"key": "virus" if infected != clamd.NOT_REACHED else "not_checked", **known})
    found = _inspected(path, place)
    refused = found.get("refusal", "")
    if refused:
        return Checked(
            refusal={"key": refused, **known} | ({"accepts": accepts} if refused.startswith("type_") else {})
        )
    if found["kind"] not in question.accepts:
        return Checked(refusal={"key": "not_here", **known, "kind": NAMES[found["kind"]], "accepts": accepts})
    most = question.max_pages or MOST_PAGES
    if found["pages"] > most:
        return Checked(refusal={"key": "pages", **known, "pages": found["pages"], "most": most})
    return Checked(found["kind"], found["pages"], bool(found.get("rewritten")))


def too_large(name: str, size: int, question: Question) -> dict[str, Any]:
    """The refusal of a file of ``size`` bytes, known before it arrives."""
    return {"key": "too_large", "name": name, "size": f"{size / MB:.1f}", "most": question.max_mb}


def _inspected(path: Path, place: Path) -> dict[str, Any]:
    """What the inspection finds; a process that dies or takes too long says that the file is a bomb."""
    command = [sys.executable, "-m", "tessera.applications.files.inspection", str(path), str(place)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return {"refusal": "bomb"}
    if done.returncode:
        log.warning("file_inspection_failed", code=done.returncode, error=done.stderr.decode(errors="replace")[-500:])
        return {"refusal": "bomb" if done.returncode < 0 or b"MemoryError" in done.stderr else "broken"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found
