"""What one reader alone is shown goes out compressed, files as they are."""

import gzip

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.applications.papers import pdf
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import ApplicationFactory, DocumentFactory

pytestmark = pytest.mark.django_db
ZIPPED = {"Accept-Encoding": "gzip, deflate, br, zstd"}


@pytest.fixture
def office(client):
    user = OfficeUserFactory(language="en")
    client.force_login(user)
    return user


def test_a_page_behind_sign_in_is_compressed_for_who_takes_it_so(client, office):
    plain, zipped = client.get("/en/desk/"), client.get("/en/desk/", headers=ZIPPED)

    assert [one.headers.get("Content-Encoding") for one in (plain, zipped)] == [None, "gzip"]
    assert {"Accept-Encoding", "Cookie"} <= set(zipped["Vary"].split(", "))
    assert zipped["Content-Length"] == str(len(zipped.content))
    assert len(zipped.content) < len(plain.content) / 2
    assert b"</html>" in gzip.decompress(zipped.content)


def test_its_length_tells_nothing_to_who_listens(client, office):
    """The padding against BREACH: the same page has many lengths."""
    sizes = {len(client.get("/en/account/", headers=ZIPPED).content) for _n in range(12)}

    assert len(sizes) > 3


def test_forms_that_come_back_and_sign_in_are_compressed_too(client):
    page = client.get("/fr/account/sign-in/", headers=ZIPPED)
    refused = client.post("/fr/account/sign-in/", {"email": "nobody"}, headers=ZIPPED)

    assert [page.headers.get("Content-Encoding"), refused.headers.get("Content-Encoding")] == ["gzip", "gzip"]


def test_a_file_goes_out_as_it_is_with_its_length(client, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = pdf(2)
    kept = default_storage.save("papers/cv.pdf", ContentFile(data))
    paper = DocumentFactory(application=ApplicationFactory(submitted=True), path=kept, size=len(data))

    answer = client.get(f"/en/apply/file/{paper.key}/", headers=ZIPPED)

    assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, None)
    assert b"".join(answer.streaming_content) == data
