"""The page that signs in as an invented person exists on this machine only."""

import pytest
from django.urls import reverse

from tests.factories.accounts import OfficeUserFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/en/account/rehearsal/"


@pytest.fixture
def here(settings):
    settings.EMBEDDED = True
    return {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}


def test_rehearsal_page_lists_invented_people_by_role(client, here, html_errors):
    office = OfficeUserFactory(rehearsal=True, person=PersonFactory(display="Celia Pizarra"))
    real = UserFactory()

    answer = client.get(PATH, **here)
    html = answer.content.decode()

    assert (answer.status_code, html_errors(answer.content)) == (200, [])
    assert html.index("Programme office") < html.index("Celia Pizarra")
    assert office.email in html
    assert real.email not in html
    assert 'href="/en/trainings/?rehearsal=1"' in html
    assert 'href="/en/calls/?rehearsal=1"' in html


@pytest.mark.parametrize("second_factor", [True, False])
def test_one_click_signs_in_second_factor_included(client, here, second_factor):
    office = OfficeUserFactory(rehearsal=True, second_factor=None if second_factor else False)

    answer = client.post(PATH, {"user": office.pk, "next": "/en/account/privacy/"}, **here)

    assert answer.url == "/en/account/privacy/"
    assert client.get(reverse("accounts:home"), **here).status_code == 200
    assert client.session["_auth_user_id"] == str(office.pk)


@pytest.mark.parametrize("change", [
    {"REMOTE_ADDR": "10.0.0.7"},
    {"REMOTE_ADDR": ""},
    {"HTTP_HOST": "testserver"},
    {"HTTP_X_FORWARDED_FOR": "10.0.0.7"},
    {"HTTP_FORWARDED": "for=10.0.0.7"},
])  # fmt: skip
def test_rehearsal_does_not_exist_from_elsewhere(client, here, change):
    office = OfficeUserFactory(rehearsal=True)
    headers = here | change

    assert client.get(PATH, **headers).status_code == 404
    assert client.post(PATH, {"user": office.pk}, **headers).status_code == 404
    assert "_auth_user_id" not in client.session
    assert PATH not in client.get("/en/account/sign-in/", **headers).content.decode()


def test_rehearsal_does_not_exist_where_the_site_is_not_embedded(client, here, settings):
    office = OfficeUserFactory(rehearsal=True)
    settings.EMBEDDED = False

    assert client.get(PATH, **here).status_code == 404
    assert client.post(PATH, {"user": office.pk}, **here).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("who", ["real", "closed", "nobody", "word"])
def test_rehearsal_signs_in_no_one_else(client, here, who):
    users = {
        "real": UserFactory().pk,
        "closed": UserFactory(rehearsal=True, is_active=False).pk,
        "nobody": 0,
        "word": "x",
    }

    assert client.post(PATH, {"user": users[who]}, **here).status_code == 404
    assert "_auth_user_id" not in client.session


def test_rehearsal_session_ends_when_the_site_goes_public(client, here, settings):
    office = OfficeUserFactory(rehearsal=True)
    client.post(PATH, {"user": office.pk}, **here)
    settings.EMBEDDED = False

    answer = client.get(reverse("accounts:home"), **here)

    assert answer.url == "/en/account/sign-in/"
    assert "_auth_user_id" not in client.session


def test_sign_in_page_leads_to_the_rehearsal_page_here(client, here):
    assert PATH in client.get("/en/account/sign-in/", **here).content.decode()
