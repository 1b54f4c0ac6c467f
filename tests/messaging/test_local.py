"""The local mail page."""

import pytest
from django.test import override_settings
from django.urls import reverse

from tessera.messaging.backends import file_name
from tessera.messaging.services import deliver_message
from tests.factories.messaging import NOON, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _embedded(settings):
    """As on SQLite, whichever database the tests run on."""
    settings.EMBEDDED = True


@pytest.fixture
def sent():
    message = MessageFactory(
        subject="Votre lien", language="fr", text="Ouvrez https://example.org/a?b=1 <b>vite\n", html="<p>Ouvrez"
    )
    deliver_message(message.pk, at=NOON)
    return file_name(message.message_id).removesuffix(".eml")


def test_folder_lists_the_mails_and_shows_them_with_links(client, sent, html_errors):
    listed = client.get(reverse("mail:folder"))
    shown = client.get(reverse("mail:mail", args=[sent]))

    assert reverse("mail:mail", args=[sent]) in listed.content.decode()
    assert 'lang="fr">Votre lien' in listed.content.decode()
    assert '<a href="https://example.org/a?b=1" rel="nofollow">' in shown.content.decode()
    assert "&lt;b&gt;vite" in shown.content.decode()
    assert html_errors(listed.content) == html_errors(shown.content) == []


def test_folder_without_mail_says_what_will_be_there(client):
    assert "No mail yet" in client.get(reverse("mail:folder")).content.decode()


def test_html_part_is_locked_in(client, sent):
    response = client.get(reverse("mail:mail_html", args=[sent]))

    assert response.content == b"<p>Ouvrez\n"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["mail:folder", "mail:mail", "mail:mail_html"])
@pytest.mark.parametrize(
    "stranger",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_page_does_not_exist_for_other_machines(client, sent, name, stranger):
    address = reverse(name, args=[] if name == "mail:folder" else [sent])

    assert client.get(address, **stranger).status_code == 404


def test_page_does_not_exist_on_a_public_site(client, sent):
    with override_settings(EMBEDDED=False):
        assert client.get(reverse("mail:folder")).status_code == 404


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "..%2f..%2fsecret-key", "a%00b"])
def test_mail_of_no_such_name_is_not_found(client, sent, name):
    assert client.get(f"/en/mail/{name}/").status_code == 404
