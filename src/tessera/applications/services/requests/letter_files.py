"""The letter of a referee as a file: looked into like every other file, and never among what the applicant may open."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.files import store
from tessera.applications.files.checking import Checked, check_file, too_large
from tessera.applications.models import Letter, Request
from tessera.applications.services.files import FileRefused, forget_letters
from tessera.applications.services.requests.answering import to_answer
from tessera.applications.services.requests.letters import question_of, takes
from tessera.calls.questions.reading.settings import FORMATS
from tessera.core.errors import DomainError
from tessera.core.filenames import harmless_name

MOST_MB, MOST_PAGES = 5, 20


class NoLetterAsked(DomainError):
    message = gettext_lazy("Here a text is asked for, and no file.")


def take_letter(request: Request, file: UploadedFile[Any], *, by: User | None, at: datetime) -> Letter:
    """Keep a letter beside a request that waits, in the place of an earlier one; it counts once the request is given.

    FileRefused says why a file is not taken, and what was there before stays; CannotAnswer where the request is over.
    """
    question = question_of(request)
    if question is None or takes(request) == "text":
        raise NoLetterAsked
    slot = replace(question, accepts=FORMATS, max_mb=MOST_MB, max_pages=MOST_PAGES)
    name, size = harmless_name(file.name or ""), file.size or 0
    if size > MOST_MB * 1_000_000:
        raise FileRefused(too_large(name, size, slot))
    relative, kept = store.new_path("uploads"), store.new_path("applications")
    source, target = store.place(relative), store.place(kept)
    try:
        with source.open("wb") as written:
            for piece in file.chunks():
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
        checked = check_file(source, target, slot, name)
        if checked.refusal:
            raise FileRefused(checked.refusal)
        if not checked.rewritten:
            source.replace(target)
        return _write(request, name, kept, checked, by=by, at=at)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        source.unlink(missing_ok=True)


@transaction.atomic
def _write(request: Request, name: str, kept: str, checked: Checked, *, by: User | None, at: datetime) -> Letter:
    row = to_answer(request, by, at)
    forget_letters(Letter.objects.filter(request=row))
    path = store.place(kept)
    made = Letter.objects.create(
        request=row, name=harmless_name(name, checked.kind), kind=checked.kind, size=path.stat().st_size,
        pages=checked.pages, sha256=store.sha256_of(path), path=kept, uploaded_at=at,
    )  # fmt: skip
    record(
        "application.letter_received", row.application, by=by, actor="" if by else row.name[:200], at=at,
        reason=row.question, public=False,
    )  # fmt: skip
    return made


@transaction.atomic
def remove_letter(request: Request, *, by: User | None, at: datetime) -> None:
    """Take a letter back before the request is given; a second time changes nothing."""
    row = to_answer(request, by, at)
    if forget_letters(Letter.objects.filter(request=row)):
        record(
            "application.letter_removed", row.application, by=by, actor="" if by else row.name[:200], at=at,
            reason=row.question, public=False,
        )  # fmt: skip


def open_letter(letter: Letter, *, by: User, at: datetime) -> BinaryIO:
    """The bytes of a letter that ``by`` may read, noted in the history; FileNotFoundError where they are gone."""
    opened = store.place(letter.path).open("rb")
    application = letter.request.application
    record("application.letter_read", application, by=by, at=at, reason=letter.request.question, public=False)
    return opened
