"""Addresses that begin with a language the site does not speak."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/de/about/?a=1", "/fr/about/?a=1"),
        ("/pt-BR/", "/fr/"),
        ("/EN/about/", "/en/about/"),
        ("/es-MX/about/", "/es/about/"),
    ],
)
def test_an_unknown_language_leads_to_the_nearest_one(client, path, leads_to):
    answer = client.get(path, headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("path", ["/de/no-such-page/", "/api/about/", "/desk-/about/", "/de//evil.example/"])
def test_an_address_that_leads_nowhere_in_any_language_is_not_found(client, path):
    assert client.get(path, headers={"Accept-Language": "en"}).status_code == 404


def test_the_page_says_once_why_it_is_in_another_language(client):
    notice = "There is no page in the language of that address"
    client.get("/en/about/")  # kept from here on, without the notice
    assert notice in client.get("/de/about/", headers={"Accept-Language": "en"}, follow=True).content.decode()
    assert notice not in client.get("/en/about/").content.decode()


def test_a_region_code_in_capitals_leads_to_its_page(client):
    answer = client.get("/en/regions/AFR/")
    assert (answer.status_code, answer["Location"]) == (301, "/en/regions/afr/")
