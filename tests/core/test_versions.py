"""The content version: read once in a request, anew after every change."""

import pytest

from tessera.core import versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_open():
    versions._begin()
    yield
    versions._end()


def test_outside_a_request_every_look_reads(django_assert_num_queries):
    versions.bump_content_version()
    with django_assert_num_queries(2):
        assert versions.content_version() == versions.content_version()


def test_a_request_reads_all_numbers_once(request_open, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = versions.content_version(), versions.version_number(2)
        again = versions.content_version(), versions.version_number(2)
    assert first == again


def test_a_change_is_seen_within_the_request_that_makes_it(request_open):
    before = versions.content_version()
    versions.bump_content_version()
    assert versions.content_version() == before + 1
