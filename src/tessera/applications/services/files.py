"""Files of an application: whole in one request, or in pieces that go on where the line broke.

The protocol of pieces (docs/uploads.md): begin with name and size, send pieces from an offset, and ask how much has
arrived whenever that is not known. A file is looked into before anything is written about it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy

from tessera.accounts.models import User
from tessera.activity.services import record
from tessera.applications.files import store
from tessera.applications.files.checking import check_file, refusal_sentence, too_large
from tessera.applications.models import Answer, Application, Document, Letter, Upload
from tessera.applications.reading import form_to_write
from tessera.applications.services.papers import ENTERED_AS, ensure_from_paper
from tessera.applications.services.writing import ensure_asked, ensure_writable, locked, upsert, written
from tessera.applications.sheets import form_from
from tessera.applications.windows import UNFINISHED, strand_of
from tessera.calls.models import FormVersion, Strand
from tessera.calls.queries import latest_form
from tessera.calls.questions import Form, Question, Type
from tessera.calls.questions.model import Stage
from tessera.core.errors import DomainError
from tessera.core.filenames import harmless_name
from tessera.core.folding import clean

PIECE = 128 * 1024  # what the page sends at once: a few seconds on a slow line
LARGEST_PIECE = 1024 * 1024
LEFT_AFTER = timedelta(days=2)  # what nobody goes on with
LOOKING = timedelta(minutes=1)
MOST_UPLOADS = 12  # under way for one application


class NoSuchSlot(DomainError):
    message = gettext_lazy("This form has no place for that file.")


class FileRefused(DomainError):
    """``refusal`` is the key of the reason and what fills its sentence."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        self.refusal = refusal
        super().__init__(str(refusal_sentence(refusal)))

    def __str__(self) -> str:
        return str(refusal_sentence(self.refusal))


class WrongOffset(DomainError):
    """``received`` is where to go on."""

    message = gettext_lazy("The server has %(received)s bytes of this file: go on from there.")

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(received=received)


class StillLooking(DomainError):
    message = gettext_lazy("This file is being looked into. Ask again in a moment.")


class TooManyUploads(DomainError):
    message = gettext_lazy("Too many files are under way. Wait until one has arrived.")


def take_file(
    application: Application, question: str, file: UploadedFile[Any], *, by: User, at: datetime, paper: bool = False
) -> Document:
    """Take a file that came whole; FileRefused says why not, and then what was there before stays.

    ``paper``: the office enters it for an application that came on paper (`services.papers`).
    """
    slot = _slot(application, question, at, paper=paper)
    name = harmless_name(file.name or "")
    if (file.size or 0) > slot.max_mb * 1_000_000:
        _refuse(application, slot, name, file.size or 0, too_large(name, file.size or 0, slot), by=by, at=at)
    relative = store.new_path("uploads")
    with store.place(relative).open("wb") as kept:
        for piece in file.chunks():
            kept.write(piece)
        kept.flush()
        os.fsync(kept.fileno())
    try:
        return _take(application, slot, name, relative, by=by, at=at, paper=paper)
    except BaseException:
        store.place(relative).unlink(missing_ok=True)  # it was not said to have arrived: it is sent again
        raise


@transaction.atomic
def begin_upload(application: Application, question: str, name: str, size: int, *, by: User, at: datetime) -> Upload:
    """Say which file will come in pieces; one of the same name and size that is under way is returned, to go on with.

    What cannot be taken for its size is FileRefused before a byte is sent.
    """
    row, strand, version = locked(application)
    _form, slot, _stage = _asked(row, strand, version, question, at)
    shown = harmless_name(name)
    if size <= 0:
        raise FileRefused({"key": "empty", "name": shown})
    if size > slot.max_mb * 1_000_000:
        raise FileRefused(too_large(shown, size, slot))
    waiting = Upload.objects.filter(application=row, done_at=None)
    found = waiting.filter(question=question, name=shown, size=size).order_by("-changed_at").first()
    if found is not None:
        return found
    if waiting.count() >= MOST_UPLOADS:
        raise TooManyUploads
    return Upload.objects.create(
        application=row,
        question=question,
        name=shown,
        size=size,
        path=store.new_path("uploads"),
        started_at=at,
        changed_at=at,
    )


@transaction.atomic
def take_piece(upload: Upload, offset: int, data: bytes, *, at: datetime) -> Upload:
    """Add a piece that begins at ``offset``; a piece that is here already changes nothing, WrongOffset tells where to go on.

    The bytes are on the disk before they are counted: what the answer says to have arrived has arrived. NotWritable
    once the application is submitted or withdrawn; after that only what is asked of those selected comes in.
    """
    if upload.application.status not in UNFINISHED:
        _slot(upload.application, upload.question, at)
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    if row.done_at is not None or (offset < row.received and offset + len(data) <= row.received):
        return row
    if offset != row.received or offset + len(data) > row.size:
        raise WrongOffset(row.received)
    store.write_at(row.path, offset, data)
    row.received += len(data)
    row.changed_at = at
    row.save(update_fields=["received", "changed_at"])
    return row


def finish_upload(upload: Upload, *, by: User, at: datetime, device: str = "") -> Document:
    """Look into a file whose last piece has come, and take it; safe to repeat.

    ``device`` is the page that sent it: only others are told that its answer changed. WrongOffset where pieces are missing,
    FileRefused where it is not taken. A database that fails meanwhile loses nothing: the next try takes what arrived.
    """
    row = Upload.objects.select_related("application").get(pk=upload.pk)
    if row.done_at is None and row.received < row.size:
        raise WrongOffset(row.received)
    free = Upload.objects.filter(pk=row.pk)
    if row.done_at is None and not free.filter(done_at=None).update(done_at=at, changed_at=at):
        row.refresh_from_db()
    if row.done_at is not None:
        found = Document.objects.filter(application=row.application_id, question=row.question, uploaded_at=row.done_at)
        last = found.order_by("-pk").first()
        if last is not None and last.state == Document.State.REFUSED:
            raise FileRefused(last.refusal)
        if last is not None:
            return last
        # Whoever began may have died; then it is begun again.
        if row.done_at > at - LOOKING or not free.filter(done_at=row.done_at).update(done_at=at, changed_at=at):
            raise StillLooking
    try:
        slot = _slot(row.application, row.question, at)
        return _take(row.application, slot, row.name, row.path, by=by, at=at, device=device)
    except DatabaseError:
        with suppress(DatabaseError):  # else it is free once LOOKING is over
            free.filter(done_at=at).update(done_at=None)
        raise


@transaction.atomic
def remove_file(application: Application, question: str, *, by: User, at: datetime, paper: bool = False) -> None:
    """Take a file back while its question is answered; a second time changes nothing."""
    row, strand, version = locked(application)
    form, _question, stage = _asked(row, strand, version, question, at, paper=paper)
    document = Document.objects.select_for_update().current().filter(application=row, question=question).first()
    if document is None:
        return
    _replace(document, at)
    record("application.file_removed", row, by=by, at=at, reason=question, public=False)
    upsert([Answer(application=row, question=question, value=None, saved_at=at, revision=row.revision + 1)])
    written(row, strand, form, stage, before={question: {"document": str(document.key), "name": document.name}}, at=at)


def open_document(document: Document, *, by: User | None, at: datetime, actor: str = "") -> BinaryIO:
    """The bytes of a file that ``by`` may read; who opened it stands in its history. FileNotFoundError where they are gone.

    ``actor`` names whoever reads it by a link, without an account.
    """
    if not document.path:
        raise FileNotFoundError(document.key)
    opened = store.place(document.path).open("rb")
    record(
        "application.file_read", document.application, by=by, actor=actor[:200], at=at, reason=document.question,
        public=False,
    )  # fmt: skip
    return opened


def tidy_uploads(*, at: datetime) -> int:
    """Forget what nobody goes on with, and the bytes of what was taken; returns how many."""
    left = Upload.objects.filter(changed_at__lt=at - LEFT_AFTER)
    rows = list(left.order_by("pk")[:1000])
    for row in rows:
        store.place(row.path).unlink(missing_ok=True)
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def forget_files(documents: Iterable[Document], *, at: datetime) -> int:
    """Delete the bytes of ``documents``; their rows stay, without a name. In the caller's transaction."""
    rows = list(documents)
    for row in rows:
        store.forget(row.path)
        row.state, row.path, row.name, row.sha256, row.refusal = Document.State.DELETED, "", "", "", {}
        row.replaced_at = row.replaced_at or at
    Document.objects.bulk_update(rows, ["state", "path", "name", "sha256", "refusal", "replaced_at"])
    return len(rows)


def forget_letters(letters: Iterable[Letter]) -> int:
    """Delete letters of referees with their bytes, in the caller's transaction; returns how many."""
    rows = list(letters)
    for row in rows:
        store.forget(row.path)
        row.delete()
    return len(rows)


def _slot(application: Application, question: str, at: datetime, *, paper: bool = False) -> Question:
    """The question that a file answers, if its application may be written."""
    strand = strand_of(application)
    row = Application.objects.select_related("call").get(pk=application.pk)
    return _asked(row, strand, latest_form(row.call), question, at, paper=paper)[1]


def _asked(
    row: Application,
    strand: Strand | None,
    version: FormVersion | None,
    question: str,
    at: datetime,
    *,
    paper: bool = False,
) -> tuple[Form, Question, Stage]:
    """The form that is answered now, its question that a file answers, and which of its questions are answered."""
    if paper:
        ensure_from_paper(row)
        stage: Stage = "apply"
    else:
        stage = ensure_writable(row, strand, at)
    form = form_from(version) if stage == "apply" else form_to_write(row, stage)
    slot = _file_question(form, question)
    ensure_asked(slot, stage)
    return form, slot, stage


def _file_question(form: Form, key: str) -> Question:
    found = next((one for one in form.questions if one.key == key and one.type is Type.FILE), None)
    if found is None:
        raise NoSuchSlot
    return found


def _take(
    application: Application,
    slot: Question,
    name: str,
    relative: str,
    *,
    by: User,
    at: datetime,
    device: str = "",
    paper: bool = False,
) -> Document:
    """Look into the bytes at ``relative``, then write what they are; the bytes move to the place where they stay.

    They go once that is written down, or once it is written down why they are not taken. Whatever else fails leaves them
    where they came, for another try.
    """
    source, kept = store.place(relative), store.new_path("applications")
    target = store.place(kept)
    size = source.stat().st_size if source.exists() else 0
    try:
        checked = check_file(source, target, slot, name) if size else None
        if checked is None or checked.refusal:
            refusal = checked.refusal if checked and checked.refusal else {"key": "empty", "name": name}
            _refuse(application, slot, name, size, refusal, by=by, at=at)
        if not checked.rewritten:
            store.also_at(source, target)  # whoever dies before it is written down finds the bytes where they came
        document = _write(
            application, slot, name, kept, checked.kind, checked.pages, by=by, at=at, device=device, paper=paper
        )
    except FileRefused:
        target.unlink(missing_ok=True)
        source.unlink(missing_ok=True)
        raise
    except DatabaseError:
        raise  # whether it was written down may not be known: what no row names goes with `orphans`
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    source.unlink(missing_ok=True)
    return document


@transaction.atomic
def _write(
    application: Application,
    slot: Question,
    name: str,
    kept: str,
    kind: str,
    pages: int | None,
    *,
    by: User,
    at: datetime,
    device: str,
    paper: bool = False,
) -> Document:
    row, strand, version = locked(application)
    form, _question, stage = _asked(row, strand, version, slot.key, at, paper=paper)
    before = Answer.objects.filter(application=row, question=slot.key).values_list("value", flat=True).first()
    for former in Document.objects.select_for_update().current().filter(application=row, question=slot.key):
        _replace(former, at)
    path: Path = store.place(kept)
    document = Document.objects.create(
        application=row, question=slot.key, name=harmless_name(name, kind), kind=kind, size=path.stat().st_size,
        pages=pages, sha256=store.sha256_of(path), state=Document.State.READY, path=kept, uploaded_at=at, uploaded_by=by,
    )  # fmt: skip
    value = {"document": str(document.key), "name": document.name}
    upsert(
        [
            Answer(
                application=row, question=slot.key, value=value, saved_at=at, revision=row.revision + 1,
                device=clean(device, lines=False)[:32],
            )
        ]
    )  # fmt: skip
    record(ENTERED_AS if paper else "application.file_received", row, by=by, at=at, reason=slot.key, public=False)
    written(row, strand, form, stage, before={slot.key: before}, at=at)
    return document


def _replace(document: Document, at: datetime) -> None:
    """Let a file give way: its bytes go, its row stays for the history."""
    store.forget(document.path)
    document.state, document.path, document.replaced_at = Document.State.DELETED, "", at
    document.save(update_fields=["state", "path", "replaced_at"])


def _refuse(
    application: Application, slot: Question, name: str, size: int, refusal: dict[str, Any], *, by: User, at: datetime
) -> NoReturn:
    """Note the refusal beside what the slot holds, which stays, and raise it."""
    Document.objects.create(
        application=application, question=slot.key, name=name, size=size, state=Document.State.REFUSED, refusal=refusal,
        uploaded_at=at, uploaded_by=by, replaced_at=at,
    )  # fmt: skip
    raise FileRefused(refusal)


def upload_of(user: User, key: uuid.UUID) -> Upload | None:
    """An upload of one's own."""
    return Upload.objects.select_related("application").filter(pk=key, application__applicant=user).first()
