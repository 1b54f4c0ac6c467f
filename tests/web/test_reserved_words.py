"""A record's address never is one of a page: words that addresses use are kept from codes."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import override

from tessera.calls.services.records import calls
from tessera.core.codes import RESERVED, free_slug
from tessera.grants.services import tables
from tessera.organisations.services.organisation import organisations
from tessera.organisations.services.person import persons
from tessera.programmes.services.records import series, topics, trainings

FREE = re.compile(r"<(?:slug|str):[^>]+>")


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every address of the site as its pattern is written."""
    for part in resolver.url_patterns:
        route = before + str(part.pattern)
        if isinstance(part, URLPattern):
            yield route
        else:
            yield from routes(part, route)


def words_beside_codes() -> set[str]:
    """The words that stand in an address where another address, alike up to there, has a code made of a text."""
    random = ("en/account/", "en/alerts/", "en/requests/")  # there it is a token, or the number of an application
    with override("en"):
        found = [route.split("/") for route in routes(get_resolver()) if not route.startswith(random)]
    coded = {tuple(parts[:n]) for parts in found for n, part in enumerate(parts) if FREE.fullmatch(part)}
    return {
        part
        for parts in found
        for n, part in enumerate(parts)
        if re.fullmatch(r"[a-z0-9-]+", part) and tuple(parts[:n]) in coded
    }


def test_words_that_addresses_use_are_reserved():
    assert words_beside_codes() == RESERVED


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_code_is_one_of_them(word):
    assert free_slug(word.title(), lambda _slug: False, fallback="record") == f"{word}-2"
    assert free_slug("…", lambda _slug: False, fallback=word) == f"{word}-2"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("store", "document"),
    [
        (calls, {"title": {"en": "New"}}),
        (trainings, {"title": {"en": "New"}}),
        (topics, {"name": {"en": "New"}}),
        (series, {"name": {"en": "New"}}),
        (organisations, {"name": {"en": "New"}}),
        (persons, {"name": {"display": "New"}}),
        (tables, {"name": {"en": "New"}}),
    ],
)
def test_no_new_record_has_the_address_of_the_form_for_a_new_one(store, document):
    assert store.new_key(document) not in RESERVED
