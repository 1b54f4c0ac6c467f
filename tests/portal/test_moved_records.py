"""Old addresses of merged records lead to the new ones."""

import pytest

from tessera.organisations.models import Organisation
from tests.portal import published

pytestmark = pytest.mark.django_db


def organisation(slug: str, **more) -> Organisation:
    return Organisation.objects.create(slug=slug, name={"en": slug.title()}, **more)


def test_a_merged_organisation_leads_to_the_one_that_stayed(client):
    kept = organisation("basalt")
    organisation("old-basalt", merged_into=kept)
    published.organisation("basalt", "Museum of Basalt")
    answer = client.get("/fr/organisations/old-basalt/")
    assert (answer.status_code, answer["Location"]) == (301, "/fr/organisations/basalt/")


def test_a_merged_organisation_that_is_not_public_is_not_found(client):
    kept = organisation("basalt")
    organisation("old-basalt", merged_into=kept)
    assert client.get("/fr/organisations/old-basalt/").status_code == 404
