"""Hostile files, sent whole and sent in pieces: a clear answer each, and nothing left of what is not taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tessera.applications import services
from tessera.applications.files import store
from tessera.applications.files.checking import SENTENCES, refusal_sentence
from tessera.applications.models import Answer, Document, Upload
from tests.applications.asking import WIDE
from tests.applications.hostile import HOSTILE, NAMES, Hostile
from tests.applications.papers import pdf, sent
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "clock_stands")]


@pytest.fixture
def mine(client: Any) -> Any:
    call = CallFactory(form=WIDE, code="sea")
    row = services.start_application(call, call.strands.get().key, by=UserFactory(), language="en", at=NOW)
    client.force_login(row.applicant)
    return row


def lying() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def whole(client: Any, file: Hostile) -> tuple[int, str]:
    """Sent with the form of its step, beside a text; what the page then says of the slot."""
    data = {"q-cv": sent(file.name, file.data), "was-letter": "x", "q-letter": "Kept.", "do": "next"}
    answer = client.post("/en/apply/sea/step/why/", data)
    assert answer.status_code == 302
    return answer.status_code, client.get("/en/apply/sea/step/why/").content.decode()


def in_pieces(client: Any, file: Hostile) -> tuple[int, str]:
    """Begun, sent piece by piece, ended; the last answer."""
    data, size = file.data, len(file.data)
    answer = client.post("/en/apply/sea/upload/", {"question": "cv", "name": file.name, "size": str(size)})
    if answer.status_code == 201:
        url = answer.json()["url"]
        for at in range(0, size, services.LARGEST_PIECE):
            piece = data[at : at + services.LARGEST_PIECE]
            put = client.put(url, piece, "application/octet-stream", headers={"Upload-Offset": str(at)})
            assert (put.status_code, put.json()) == (200, {"received": at + len(piece)})
        answer = client.post(url)
    return answer.status_code, answer.json().get("error", "")


@pytest.mark.parametrize("way", [whole, in_pieces])
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gets_its_answer_and_leaves_nothing(
    mine: Any, client: Any, kind: str, way: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = HOSTILE[kind]

    with django_capture_on_commit_callbacks(execute=True):
        status, said = way(client, file)

    if not file.refusal:
        assert status in (200, 302)
        document = Document.objects.get()
        assert lying() == [store.place(document.path)]
        kept = store.place(document.path).read_bytes()
        assert b"PK\x05\x06" not in kept
        assert b"<script>" not in kept
        return
    assert status == {whole: 302, in_pieces: 409 if file.refusal in ("empty", "too_large") else 422}[way]
    # Sent whole, an empty file is no file: browsers send that where none was chosen.
    if not (way is whole and file.refusal == "empty"):
        sentence = str(SENTENCES[file.refusal]).partition("%(name)s”")[2].partition("%")[0]
        assert sentence in said
    assert [row.refusal["key"] for row in Document.objects.all()] in ([], [file.refusal])
    assert (Document.objects.current().count(), lying()) == (0, [])
    assert Answer.objects.filter(question="cv").exists() is False
    if way is whole:
        assert Answer.objects.get(question="letter").value == "Kept."


@pytest.mark.parametrize("given", NAMES)
def test_a_name_is_shown_harmless_wherever_it_goes(mine: Any, client: Any, given: str) -> None:
    data = pdf(1)
    begun = client.post("/en/apply/sea/upload/", {"question": "cv", "name": given, "size": str(len(data))}).json()
    client.put(begun["url"], data, "application/octet-stream", headers={"Upload-Offset": "0"})
    answer = client.post(begun["url"])

    assert (answer.status_code, answer.json()["name"]) == (200, NAMES[given])
    document = Document.objects.get()
    assert document.name == NAMES[given]
    assert store.place(document.path).parent.parent == Path(settings.MEDIA_ROOT) / "applications"
    head = client.get(f"/en/apply/file/{document.key}/")["Content-Disposition"]
    assert head.startswith("attachment; filename")
    assert not {"\r", "\n", "\0"} & set(head)
    page = client.get("/en/apply/sea/step/why/").content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page


OFFSETS = {
    "-1": 400, "": 400, "x": 400, "1.0": 400, "0x1": 400, "1e3": 400, " 5": 400, "²": 400,
    "9" * 9: 409, "9" * 10: 400, "9" * 5000: 400, "100": 409, "1": 409,
}  # fmt: skip


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_piece_at_an_odd_place_is_refused_and_nothing_of_it_is_kept(mine: Any, client: Any, offset: str) -> None:
    data = pdf(1)
    begun = client.post("/en/apply/sea/upload/", {"question": "cv", "name": "cv.pdf", "size": str(len(data))}).json()

    answer = client.put(begun["url"], b"x" * 10, "application/octet-stream", headers={"Upload-Offset": offset})

    assert answer.status_code == OFFSETS[offset]
    assert answer.json()["received"] == 0
    assert (Upload.objects.get().received, lying()) == (0, [])


def test_pieces_come_twice_out_of_turn_overlapping_and_too_large(mine: Any, client: Any) -> None:
    data = pdf(1)
    begun = client.post("/en/apply/sea/upload/", {"question": "cv", "name": "cv.pdf", "size": str(len(data))}).json()

    def put(at: int, piece: bytes) -> tuple[int, int]:
        answer = client.put(begun["url"], piece, "application/octet-stream", headers={"Upload-Offset": str(at)})
        return answer.status_code, answer.json()["received"]

    assert put(100, data[100:200]) == (409, 0)
    assert put(0, data[:100]) == (200, 100)
    assert put(0, data[:100]) == (200, 100)  # twice
    assert put(50, data[50:150]) == (409, 100)  # overlapping
    assert put(20, data[20:60]) == (200, 100)  # here already
    assert put(100, b"") == (200, 100)
    assert put(100, data[100:] + b"x") == (409, 100)  # more than was said
    assert put(100, b"x" * (services.LARGEST_PIECE + 1)) == (400, 100)
    assert client.post(begun["url"]).status_code == 409
    assert put(100, data[100:]) == (200, len(data))
    assert [client.post(begun["url"]).status_code for _n in range(2)] == [200, 200]
    assert store.place(Document.objects.get().path).read_bytes() == data


def test_an_upload_of_somebody_else_is_not_there(mine: Any, client: Any) -> None:
    upload = services.begin_upload(mine, "cv", "cv.pdf", 100, by=mine.applicant, at=NOW)
    other = UserFactory()
    services.start_application(mine.call, mine.strand, by=other, language="en", at=NOW)
    client.force_login(other)
    path = f"/en/apply/upload/{upload.pk}/"

    found = [
        client.get(path), client.post(path),
        client.put(path, b"x" * 10, "application/octet-stream", headers={"Upload-Offset": "0"}),
    ]  # fmt: skip

    assert [answer.status_code for answer in found] == [404, 404, 404]
    upload.refresh_from_db()
    assert (upload.received, upload.done_at, lying()) == (0, None, [])


def test_no_piece_is_taken_once_the_application_is_away(mine: Any, client: Any) -> None:
    upload = services.begin_upload(mine, "cv", "cv.pdf", 100, by=mine.applicant, at=NOW)
    services.withdraw_application(mine, by=mine.applicant, at=NOW)

    answer = client.put(
        f"/en/apply/upload/{upload.pk}/", b"x" * 10, "application/octet-stream", headers={"Upload-Offset": "0"}
    )

    assert answer.status_code == 422
    assert answer.json() == {"error": "This application cannot be changed any more: it is “Withdrawn”."}
    upload.refresh_from_db()
    assert (upload.received, lying()) == (0, [])


def test_every_refusal_is_a_sentence() -> None:
    for key in SENTENCES:
        facts = {"key": key, "name": "cv.pdf", "size": "9", "most": 5, "accepts": ["PDF"], "kind": "PNG", "pages": 3}
        assert "%(" not in str(refusal_sentence(facts))
