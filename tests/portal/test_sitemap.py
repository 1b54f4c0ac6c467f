"""Sitemap and robots."""

from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import translation

from tessera.core.versions import bump_content_version
from tessera.portal.addresses import SECTIONS, page_path
from tessera.portal.sitemap import PAGES
from tests.portal import published

pytestmark = pytest.mark.django_db
S, X = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.w3.org/1999/xhtml}"


def places_in(client, address):
    return [loc.text for loc in ET.fromstring(client.get(address).content).iter(f"{S}loc")]


def test_index_names_a_map_for_each_language(client):
    assert places_in(client, "/sitemap.xml") == [f"http://testserver/sitemap-{code}.xml" for code in ("en", "fr", "es")]


def test_map_holds_every_real_public_record_and_no_other(client):
    published.surroundings()
    published.training()
    published.training("rehearsed", rehearsal=True)
    published.person("nobody", "Ona Onyx", rehearsal=True)
    found = places_in(client, "/sitemap-fr.xml")
    records = [f"http://testserver/fr/{path}/" for path in (
        "organisations/basalt", "organisations/slate", "people/celia", "people/hugo", "topics/ethics",
        "trainings/granite-2023",
    )]  # fmt: skip
    assert [
        address for address in found if address in records or "rehears" in address or "nobody" in address
    ] == records
    assert "http://testserver/fr/regions/lac/" in found
    assert found[: len(PAGES)] == [f"http://testserver/fr/{page}" for page in PAGES]


def test_each_page_names_its_other_languages(client):
    published.training()
    root = ET.fromstring(client.get("/sitemap-es.xml").content)
    (page,) = [url for url in root if "granite" in (url.findtext(f"{S}loc") or "")]
    assert page.findtext(f"{S}lastmod") == "2024-03-05T09:30:00+00:00"
    assert [(link.get("hreflang"), link.get("href")) for link in page.findall(f"{X}link")] == [
        ("en", "http://testserver/en/trainings/granite-2023/"),
        ("fr", "http://testserver/fr/trainings/granite-2023/"),
        ("es", "http://testserver/es/trainings/granite-2023/"),
        ("x-default", "http://testserver/en/trainings/granite-2023/"),
    ]


def test_addresses_are_those_of_the_pages():
    for language in ("en", "fr", "es"):
        with translation.override(language):
            for kind in SECTIONS:
                assert page_path(kind, "some-slug", language) == reverse(f"portal:{kind}", args=["some-slug"])


def test_standing_pages_answer(client):
    assert [page for page in PAGES if client.get(f"/en/{page}").status_code != 200] == []


def test_map_of_an_unknown_language_is_not_found(client):
    assert client.get("/sitemap-xx.xml").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_query_count_of_the_map_does_not_grow(client, django_assert_num_queries, n):
    client.get("/sitemap-fr.xml")
    for number in range(n):
        published.training(f"stone-{number}")
    bump_content_version()
    with django_assert_num_queries(2):  # versions with the scheme of the programme, addresses
        client.get("/sitemap-en.xml")


def test_robots_are_welcome_on_public_pages_and_led_to_the_map(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert {line for line in lines if line.startswith("Disallow")} == {
        f"Disallow: /{code}/{path}/" for code in ("en", "fr", "es") for path in ("account", "desk", "mail")
    }
