"""The copy of what is held about an applicant: the files they sent are in it, byte by byte, and nobody else's."""

import io
import json
import zipfile

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from tessera.accounts import services
from tessera.accounts.models import DataExport
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, DocumentFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
TEXTS = ["data.json", "what-we-hold.html", "what-we-hold.txt"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def file_of(application, name, data, **facts):
    path = default_storage.save("applications/test/kept", ContentFile(data))
    facts = {"question": f"q-{path[-7:]}", **facts}
    return DocumentFactory(application=application, name=name, path=path, size=len(data), **facts)


def copy_of(user):
    export = services.request_export(user, language="en", at=NOW)
    with export.file.open("rb") as kept:
        return zipfile.ZipFile(io.BytesIO(kept.read()))


def test_a_copy_holds_the_files_themselves_under_harmless_names_of_their_own():
    user = UserFactory()
    one = ApplicationFactory(applicant=user, number="AAAA")
    two = ApplicationFactory(applicant=user, number="BBBB")
    file_of(one, "cv.pdf", b"%PDF the first")
    file_of(one, "CV.pdf", b"%PDF the second")
    file_of(one, "../../../etc/passwd", b"not there")
    file_of(one, "NUL.pdf", b"no device")
    file_of(two, "lettre – Grès.pdf", b"\x00\x01" * 100_000)

    copy = copy_of(user)

    files = {name: copy.read(name) for name in copy.namelist() if name not in TEXTS}
    assert files == {
        "files/AAAA/cv.pdf": b"%PDF the first",
        "files/AAAA/CV (2).pdf": b"%PDF the second",
        "files/AAAA/passwd": b"not there",
        "files/AAAA/_NUL.pdf": b"no device",
        "files/BBBB/lettre – Grès.pdf": b"\x00\x01" * 100_000,
    }
    listed = json.loads(copy.read("data.json"))["files"]
    assert [one["path"] for one in listed] == list(files)
    assert {(one["holding"], one["of"]) for one in listed} == {
        ("applications.mine", "AAAA"), ("applications.mine", "BBBB"),
    }  # fmt: skip
    text, page = copy.read("what-we-hold.txt").decode(), copy.read("what-we-hold.html").decode()
    assert text.endswith("\n".join(["Your files", "==========", "", *files, ""]))
    assert [path in page for path in files] == [True] * 5
    assert 'href="files/AAAA/CV%20%282%29.pdf"' in page


def test_a_copy_says_which_file_is_gone():
    user = UserFactory()
    mine = ApplicationFactory(applicant=user, number="AAAA")
    file_of(mine, "cv.pdf", b"here")
    default_storage.delete(file_of(mine, "letter.pdf", b"gone").path)

    copy = copy_of(user)

    assert sorted(copy.namelist()) == sorted([*TEXTS, "files/AAAA/cv.pdf"])
    assert [(one["name"], one["path"]) for one in json.loads(copy.read("data.json"))["files"]] == [
        ("cv.pdf", "files/AAAA/cv.pdf"), ("letter.pdf", ""),
    ]  # fmt: skip
    said = "letter.pdf: its bytes are gone, so it is not in this copy"
    assert [said in copy.read(name).decode() for name in TEXTS[1:]] == [True, True]


def test_the_page_of_a_copy_with_files_is_valid_html(html_errors):
    user = UserFactory()
    mine = ApplicationFactory(applicant=user)
    file_of(mine, "<cv> & “letter”.pdf", b"here")
    default_storage.delete(file_of(mine, "letter.pdf", b"gone").path)

    assert html_errors(copy_of(user).read("what-we-hold.html")) == []


def test_a_copy_holds_no_file_of_others_and_none_that_was_replaced_or_refused():
    user = UserFactory()
    mine = ApplicationFactory(applicant=user)
    file_of(mine, "old.pdf", b"old", replaced_at=NOW)
    file_of(mine, "refused.pdf", b"refused", state="refused")
    file_of(ApplicationFactory(call=mine.call, name="Kossi"), "cv.pdf", b"of somebody else")

    assert sorted(copy_of(user).namelist()) == TEXTS


def test_a_heavy_copy_is_made_by_the_worker(client):
    user = UserFactory()
    file_of(ApplicationFactory(applicant=user), "cv.pdf", b"small")
    DocumentFactory(application=ApplicationFactory(applicant=user), size=20_000_001)
    client.force_login(user)

    client.post(reverse("accounts:export"))

    assert DataExport.objects.get().ready_at is None
