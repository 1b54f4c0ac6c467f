"""What the privacy page says, held against what the site does."""

import re

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "nine stones in a row"


def test_privacy_page_names_every_cookie_that_is_set(client):
    user = UserFactory(secret=SECRET, language="en")
    answers = [
        client.get("/de/about/"),  # the notice of the nearest language
        client.get(reverse("accounts:sign_in")),
        client.post(reverse("web:display"), {"theme": "dark", "no_map": "on"}),
        client.post(reverse("accounts:sign_in"), {"email": user.email, "password": SECRET}),
        client.post(
            reverse("accounts:home"), {"theme": "light", "language": "fr", "time_zone": "UTC", "hide_map": "on"}
        ),
        client.get(reverse("accounts:home")),
        client.post(reverse("accounts:sign_out")),
    ]
    set_here = {name for answer in answers for name in answer.cookies}

    pages = {code: client.get(f"/{code}/privacy/").content.decode() for code in ("en", "fr", "es")}

    assert set_here == {"sessionid", "csrftoken", "messages", "django_language", "theme", "map"}
    for html in pages.values():
        table = html[html.index('id="cookies"') :]
        assert set(re.findall(r"<th scope=\"row\"><code>(\w+)</code></th>", table)) == set_here
