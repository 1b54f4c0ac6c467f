"""Files: whole or in pieces, looked into, kept privately; what is wrong is said and loses nothing else."""

import hashlib
import io
import os
import socket
import struct
import threading
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from PIL import Image

from tessera.applications import services
from tessera.applications.files import store
from tessera.applications.files.inspection import kind_of
from tessera.applications.models import Answer, Document, Upload
from tessera.core.filenames import harmless_name
from tests.applications.asking import WIDE
from tests.applications.papers import pdf, pdf_bomb, picture, png_bomb, sent, zipped
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine():
    return ApplicationFactory(call=CallFactory(form=WIDE))


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def take(mine, name, data, question="cv", at=NOW):
    return services.take_file(mine, question, sent(name, data), by=mine.applicant, at=at)


def lying():
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_a_pdf_is_kept_as_it_is_under_a_name_that_says_nothing(mine, django_capture_on_commit_callbacks):
    data = pdf(3)

    with django_capture_on_commit_callbacks(execute=True):
        document = take(mine, "Mon CV.PDF", data)

    assert (document.name, document.kind, document.pages, document.size) == ("Mon CV.pdf", "pdf", 3, len(data))
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    (path,) = lying()
    assert path == store.place(document.path)
    assert path.read_bytes() == data
    assert "cv" not in str(path.relative_to(settings.MEDIA_ROOT)).lower()
    assert Answer.objects.get(question="cv").value == {"document": str(document.key), "name": "Mon CV.pdf"}


def test_a_photo_is_written_anew_without_what_the_camera_adds(mine):
    data = picture(size=(4000, 3000)) + b"<script>alert(1)</script>PK\x05\x06"

    document = take(mine, "lettre.jpeg", data)

    kept = store.place(document.path).read_bytes()
    assert (document.kind, document.name, document.pages) == ("jpeg", "lettre.jpg", 1)
    assert b"script" not in kept
    assert b"camera" not in kept
    assert max(Image.open(io.BytesIO(kept)).size) <= 3000


def test_a_new_file_takes_the_place_of_the_old_whose_bytes_go(mine, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = take(mine, "a.pdf", pdf(1))
    with django_capture_on_commit_callbacks(execute=True):
        second = take(mine, "b.pdf", pdf(2))

    first.refresh_from_db()
    assert (first.state, first.path, first.replaced_at) == ("deleted", "", NOW)
    assert [store.place(second.path)] == lying()
    with django_capture_on_commit_callbacks(execute=True):
        for _n in (1, 2):
            services.remove_file(mine, "cv", by=mine.applicant, at=NOW)
    assert lying() == []
    assert Answer.objects.get(question="cv").value is None


TAKEN = "(PDF, JPEG and PNG are taken)."
AS_PDF = f"is a document of a word processor, or a ZIP file. Save it as PDF and choose that {TAKEN}"
BROKEN = "cannot be opened: it is damaged or did not arrive whole. Save it anew and choose it again."
MIXED = "holds something else besides the document. Save it anew as PDF."
REFUSED = {
    "empty": ("cv.pdf", b"", "is empty: nothing is in it. Choose the file again."),
    "encrypted": (
        "cv.pdf", pdf(1, password="x"), "is protected by a password. Save it without one, so that it can be read."
    ),
    "word": ("cv.docx", zipped(), AS_PDF),
    "word called pdf": ("cv.pdf", zipped(), AS_PDF),
    "web page": ("cv.pdf", b"<html><script>alert(1)</script>", "is not what it should be: PDF, JPEG and PNG are taken."),
    "heic": (
        "photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 90,
        f"is a photo in the HEIC format. Save or send it as JPEG {TAKEN}",
    ),
    "gif": ("photo.gif", b"GIF89a" + b"\0" * 90, f"is a picture of another kind. Save it as JPEG {TAKEN}"),
    "cut off": ("cv.pdf", pdf(2)[:200], BROKEN),
    "cut photo": ("photo.jpg", picture(size=(900, 900))[:300], BROKEN),
    "pdf and zip": ("cv.pdf", pdf(1) + zipped("evil.exe", b"x" * 5000), MIXED),
    "pdf and script": ("cv.pdf", pdf(1) + b"<script>" * 500, MIXED),
    "200 pages": ("cv.pdf", pdf(200), "has 200 pages; at most 20 are taken."),
    "40 MB": (
        "cv.pdf", pdf(1) + b"\0" * 40_000_000,
        "has 40.0 MB; at most 5 MB fit. A photo of the page, or fewer pages, is smaller.",
    ),
    "many pixels": ("photo.png", png_bomb(), "is a picture of far too many pixels. Save it smaller."),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_taken_is_said_by_its_reason_and_what_was_there_stays(
    mine, kind, django_capture_on_commit_callbacks
):
    name, data, sentence = REFUSED[kind]
    good = take(mine, "good.pdf", pdf(1))
    before = lying()

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(services.FileRefused) as refusal:
        take(mine, name, data)

    assert str(refusal.value) == f"“{name}” {sentence}"
    assert Document.objects.current().get(application=mine, question="cv") == good
    assert Answer.objects.get(question="cv").value["document"] == str(good.key)
    assert lying() == before


@pytest.mark.slow
def test_a_pdf_that_grows_to_gigabytes_is_refused_in_its_own_process(mine):
    data = pdf_bomb()
    assert len(data) < 5_000_000

    with pytest.raises(services.FileRefused) as refusal:
        take(mine, "cv.pdf", data)

    assert refusal.value.refusal["key"] in ("bomb", "broken")
    assert lying() == []


def test_only_what_the_question_accepts_is_taken(mine):
    with pytest.raises(services.FileRefused) as refusal:
        take(mine, "photo.png", picture("PNG"), question="work_sample")

    assert str(refusal.value) == "“photo.png” is PNG; here only PDF and JPEG are taken."


@pytest.mark.parametrize("question", ["letter", "nothing", "../../etc"])
def test_a_file_without_a_place_is_refused(mine, question):
    with pytest.raises(services.NoSuchSlot):
        take(mine, "cv.pdf", pdf(1), question=question)

    assert (Document.objects.count(), lying()) == (0, [])


def test_after_submission_no_file_is_replaced():
    mine = ApplicationFactory(call=CallFactory(form=WIDE), submitted=True)

    for act in (
        lambda: take(mine, "cv.pdf", pdf(1)),
        lambda: services.remove_file(mine, "cv", by=mine.applicant, at=NOW),
        lambda: services.begin_upload(mine, "cv", "cv.pdf", 1000, by=mine.applicant, at=NOW),
    ):
        with pytest.raises(services.NotWritable):
            act()
    assert (Document.objects.count(), Upload.objects.count(), lying()) == (0, 0, [])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\awa\\cv.docx", "cv.docx"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ('<img src=x onerror="1">.pdf', "_img src=x onerror=_1__.pdf"),
        ("\0\n\t", "file"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
        (".htaccess", "htaccess"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ("Curriculum vitæ – Awa Grès.pdf", "Curriculum vitæ – Awa Grès.pdf"),
    ],
)
def test_names_are_shown_harmless(given, shown):
    assert harmless_name(given) == shown


def test_no_path_leaves_the_folder():
    with pytest.raises(ValueError, match="outside"):
        store.place("../outside")


def pieces(data, size=1000):
    return [(at, data[at : at + size]) for at in range(0, len(data), size)]


def begin(mine, data, name="cv.pdf", at=NOW):
    return services.begin_upload(mine, "cv", name, len(data), by=mine.applicant, at=at)


def test_a_disk_that_takes_a_part_at_a_time_gets_all_of_a_piece(monkeypatch):
    """As the system says of ``pwrite``: it may write less than it was given, and the caller goes on."""
    relative, whole = store.new_path("uploads"), os.pwrite
    store.write_at(relative, 0, b"0123456789 and what was there before")
    asked = []

    def seven_at_most(handle, data, offset):
        asked.append((len(data), offset))
        return whole(handle, data[:7], offset)

    monkeypatch.setattr(os, "pwrite", seven_at_most)
    store.write_at(relative, 10, b"abcdefghijklmnopq")

    assert asked == [(17, 10), (10, 17), (3, 24)]
    assert store.place(relative).read_bytes() == b"0123456789abcdefghijklmnopq"


def test_pieces_make_the_file_also_when_they_come_twice_or_out_of_turn(mine):
    data = pdf(40)
    upload = begin(mine, data)

    for at, piece in pieces(data):
        with pytest.raises(services.WrongOffset) as refusal:
            services.take_piece(upload, at + 7, piece, at=NOW)
        assert refusal.value.received == at
        for _n in (1, 2):
            upload = services.take_piece(upload, at, piece, at=NOW)
        assert upload.received == at + len(piece)
    with pytest.raises(services.FileRefused):  # 40 pages, 20 fit
        services.finish_upload(upload, by=mine.applicant, at=NOW)
    with pytest.raises(services.FileRefused):
        services.finish_upload(upload, by=mine.applicant, at=NOW)
    assert Document.objects.filter(state="refused").count() == 1


def test_an_upload_goes_on_where_it_broke_and_ends_once(mine):
    data = pdf(3)
    first = begin(mine, data)
    services.take_piece(first, 0, data[:600], at=NOW)

    again = begin(mine, data, at=NOW + timedelta(hours=3))
    assert (again.pk, again.received) == (first.pk, 600)
    with pytest.raises(services.WrongOffset):
        services.finish_upload(again, by=mine.applicant, at=NOW)
    services.take_piece(again, 600, data[600:], at=NOW)
    one = services.finish_upload(again, by=mine.applicant, at=NOW)
    two = services.finish_upload(again, by=mine.applicant, at=NOW + timedelta(seconds=5))

    assert one == two
    assert store.place(one.path).read_bytes() == data


def test_more_bytes_than_said_are_not_taken(mine):
    upload = begin(mine, b"x" * 100)

    with pytest.raises(services.WrongOffset):
        services.take_piece(upload, 0, b"x" * 101, at=NOW)

    upload.refresh_from_db()
    assert upload.received == 0


@pytest.mark.parametrize(
    ("size", "key"), [(0, "empty"), (-4, "empty"), (5_000_001, "too_large"), (40_000_000, "too_large")]
)
def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(mine, size, key):
    with pytest.raises(services.FileRefused) as refusal:
        services.begin_upload(mine, "cv", "cv.pdf", size, by=mine.applicant, at=NOW)

    assert (refusal.value.refusal["key"], Upload.objects.count()) == (key, 0)


def test_a_person_cannot_begin_files_without_end(mine):
    for n in range(12):
        begin(mine, b"x" * 100, name=f"{n}.pdf")

    with pytest.raises(services.TooManyUploads):
        begin(mine, b"x" * 100, name="more.pdf")

    assert Upload.objects.count() == 12


def test_what_nobody_goes_on_with_is_forgotten(mine):
    data = pdf(1)
    upload = begin(mine, data)
    services.take_piece(upload, 0, data[:50], at=NOW)

    assert services.tidy_uploads(at=NOW + timedelta(hours=47)) == 0
    assert services.tidy_uploads(at=NOW + timedelta(hours=49)) == 1
    assert (lying(), Upload.objects.count()) == ([], 0)


def test_an_upload_that_arrives_after_the_deadline_is_too_late(mine):
    data = pdf(1)
    upload = begin(mine, data)
    services.take_piece(upload, 0, data, at=NOW)

    with pytest.raises(services.TooLate):
        services.finish_upload(upload, by=mine.applicant, at=CLOSES_AT + timedelta(hours=1))

    assert Document.objects.count() == 0


def test_uploads_are_one_s_own(mine):
    upload = begin(mine, b"x" * 100)

    assert services.upload_of(mine.applicant, upload.pk) == upload
    assert services.upload_of(UserFactory(), upload.pk) is None


@pytest.fixture
def clamd(settings):
    """A scanner that finds the word EICAR, at an address of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    seen = []

    def serve():
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    data += stream.read(size)
                seen.append(data)
                link.sendall(b"stream: Eicar-Test FOUND\0" if b"EICAR" in data else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    yield seen
    server.close()


def test_the_scanner_sees_every_file_and_stops_what_it_finds(mine, clamd):
    good = pdf(1)
    take(mine, "cv.pdf", good)

    with pytest.raises(services.FileRefused) as refusal:
        take(mine, "cv.pdf", pdf(1, extra=b"%EICAR"))

    assert clamd[0] == good
    assert str(refusal.value) == "“cv.pdf” was refused by the virus scanner. Send it from another device."


def test_a_scanner_that_does_not_answer_lets_nothing_through(mine, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:9"

    with pytest.raises(services.FileRefused) as refusal:
        take(mine, "cv.pdf", pdf(1))

    assert refusal.value.refusal["key"] == "not_checked"


@pytest.mark.parametrize(
    ("head", "kind"), [(b"%PDF-1.4", "pdf"), (b" %PDF-1.4", "other"), (b"\xff\xd8\xff\xe0", "jpeg"), (b"", "other")]
)
def test_the_first_bytes_say_what_it_is(head, kind):
    assert kind_of(head) == kind


def test_pages_are_counted_without_reading_what_is_in_them():
    assert len(pikepdf.open(io.BytesIO(pdf(7))).pages) == 7
