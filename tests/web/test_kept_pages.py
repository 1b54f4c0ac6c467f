"""Public pages kept whole."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tessera.core.versions import bump_content_version, content_version
from tessera.web.middleware import PublicPageMiddleware
from tessera.web.pages import public_page

pytestmark = pytest.mark.django_db


class Site:
    """A site of one page that counts how often it is rendered."""

    def __init__(self, *, public: bool = True) -> None:
        self.rendered = 0

        def view(request: HttpRequest) -> HttpResponse:
            self.rendered += 1
            return HttpResponse(f"<p>{self.rendered}</p>" * 50, content_type="text/html; charset=utf-8")

        self.middleware = PublicPageMiddleware(public_page(view) if public else view)

    def get(self, path="/en/", **headers):
        request = RequestFactory().get(path, **headers)
        request.COOKIES.update(headers.get("cookies", {}))
        return self.middleware(request)


def test_a_page_is_rendered_once_while_nothing_changes():
    site = Site()
    first, second = site.get(), site.get()
    assert (site.rendered, first.content == second.content) == (1, True)


def test_a_change_shows_on_the_next_request():
    site = Site()
    before = site.get().content
    bump_content_version()
    assert site.get().content != before
    assert site.rendered == 2


def test_another_day_theme_or_address_is_another_page():
    site = Site()
    with time_machine.travel(datetime(2026, 11, 22, 23, 59, tzinfo=UTC), tick=False):
        site.get()
        site.get("/en/?q=a")
        site.get(cookies={"theme": "dark"})
    with time_machine.travel(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), tick=False):
        site.get()
    assert site.rendered == 4


def test_signed_in_readers_and_unmarked_views_get_fresh_pages():
    site, private = Site(), Site(public=False)
    for _ in range(2):
        site.get(cookies={"sessionid": "x"})
        private.get()
    assert (site.rendered, private.rendered) == (2, 2)


def test_a_conditional_request_is_answered_without_a_body():
    site = Site()
    etag = site.get()["ETag"]
    answer = site.get(HTTP_IF_NONE_MATCH=etag)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_the_body_is_compressed_as_the_reader_accepts():
    site = Site()
    plain, zipped, best = site.get(), site.get(HTTP_ACCEPT_ENCODING="gzip"), site.get(HTTP_ACCEPT_ENCODING="gzip, br")
    assert [r.headers.get("Content-Encoding") for r in (plain, zipped, best)] == [None, "gzip", "br"]
    assert len(zipped.content) < len(plain.content)
    assert plain["Vary"] == "Accept-Encoding, Cookie"


def test_content_version_grows_by_one_and_is_read_in_one_query(django_assert_num_queries):
    before = content_version()
    bump_content_version()
    with django_assert_num_queries(1):
        assert content_version() == before + 1


@pytest.mark.parametrize("cookies", [{}, {"sessionid": "somebody"}])
def test_a_page_is_as_long_as_it_says(client, cookies):
    client.cookies.load(cookies)
    for path in ("/en/display/", "/en/nothing-here/"):
        response = client.get(path)
        assert response.headers["Content-Length"] == str(len(response.content))
