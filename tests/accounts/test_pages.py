"""Every page of accounts: who gets it, and that it is valid."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tessera.accounts import services
from tessera.accounts.models import SignInLink
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, PersonFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

FOR_ANYBODY = ["accounts:sign_in", "account_login"]
FOR_USERS = [
    "accounts:home", "accounts:welcome", "accounts:security", "accounts:password", "accounts:address",
    "accounts:sessions", "accounts:privacy", "accounts:correction", "accounts:erasure",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_index", "account_change_password", "usersessions_list",
]  # fmt: skip
FOR_ADMINISTRATORS = ["accounts:users", "accounts:invite", "accounts:requests"]


def recently_proven(client):
    """As if password or link had just been used."""
    import time

    session = client.session
    session["account_authentication_methods"] = [{"method": "x", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.mark.parametrize("name", FOR_ANYBODY)
def test_entrance_is_valid(client, html_errors, name):
    page = client.get(reverse(name))

    assert (page.status_code, html_errors(page.content)) == (200, [])


@pytest.mark.parametrize("name", FOR_USERS)
def test_page_of_a_user_is_valid(client, html_errors, name):
    client.force_login(UserFactory(person=PersonFactory(other_names=["<b>Celia</b>"])))

    page = client.get(reverse(name))

    assert (page.status_code, html_errors(page.content)) == (200, [])


@pytest.mark.parametrize("name", FOR_USERS)
def test_page_of_a_user_asks_strangers_to_sign_in(client, name):
    page = client.get(reverse(name))

    assert page.status_code == 302
    assert page.url.startswith(reverse("accounts:sign_in")) or page.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", FOR_ADMINISTRATORS)
def test_page_of_administrators_is_valid(client, html_errors, name):
    admin = AdminUserFactory()
    services.ask_correction(UserFactory(), "My name is <Granito>.", at=timezone.now())
    client.force_login(admin)

    page = client.get(reverse(name))

    assert (page.status_code, html_errors(page.content)) == (200, [])


@pytest.mark.parametrize("name", FOR_ADMINISTRATORS)
def test_page_of_administrators_is_closed_to_everybody_else(client, name):
    for factory in (UserFactory, OfficeUserFactory):
        client.force_login(factory())
        assert client.get(reverse(name)).status_code == 403
        assert client.post(reverse(name)).status_code in (403, 405)
    client.logout()
    assert client.get(reverse(name)).url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize(
    ("name", "extra"),
    [("user", 0), ("grant", 0), ("revoke", 1), ("change_state", 0), ("reset_second_factor", 0), ("invite_again", 0)],
)
def test_page_of_one_account_is_valid_and_for_administrators_only(client, html_errors, name, extra):
    subject = UserFactory()
    grant = RoleGrantFactory(user=subject, role="host", scope_kind="country", scope_key="AM")
    path = reverse(f"accounts:{name}", args=[subject.pk, grant.pk][: 1 + extra])
    for factory in (UserFactory, OfficeUserFactory):
        client.force_login(factory())
        assert client.get(path).status_code == 403
        assert client.post(path, {"reason": "because"}).status_code in (403, 405)
    client.force_login(AdminUserFactory())

    page = client.get(path)

    assert (page.status_code, html_errors(page.content)) == (200, [])
    subject.refresh_from_db()
    assert (subject.is_active, list(subject.grants.all())) == (True, [grant])


def test_page_of_a_request_is_valid_and_for_administrators_only(client, html_errors):
    asked = services.ask_erasure(UserFactory(), at=timezone.now())
    path = reverse("accounts:privacy_request", args=[asked.pk])
    client.force_login(OfficeUserFactory())
    assert client.get(path).status_code == 403
    assert client.post(path, {"refuse": "1", "answer": "no"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "requested"
    client.force_login(AdminUserFactory())

    page = client.get(path)

    assert (page.status_code, html_errors(page.content)) == (200, [])


def test_pages_on_the_way_in_are_valid(client, html_errors):
    user = OfficeUserFactory(secret="nine stones in a row")
    client.post(reverse("accounts:sign_in"), {"email": user.email})
    mailed = services.make_link(
        user, SignInLink._meta.pk.to_python("0b1fd4a2-0b3c-4a6e-9f64-3a6a9a54e7c1"), at=timezone.now()
    )
    paths = [
        reverse("accounts:link_sent"),
        "/en" + mailed.url.partition("/en")[2],
        reverse("accounts:link", args=["x"]),
    ]

    pages = [client.get(path) for path in paths]
    client.post(reverse("accounts:sign_in"), {"email": user.email, "password": "nine stones in a row"})
    pages.append(client.get(reverse("mfa_authenticate")))
    pages.append(client.get(reverse("account_inactive")))

    assert [(page.status_code, html_errors(page.content)) for page in pages] == [
        (200, []), (200, []), (410, []), (200, []), (403, []),
    ]  # fmt: skip


def test_pages_of_the_second_factor_are_valid(client, html_errors):
    user = UserFactory(second_factor=True, secret="nine stones in a row")
    client.force_login(user)
    paths = ["mfa_reauthenticate", "account_reauthenticate"]
    pages = [client.get(reverse(path)) for path in paths]
    recently_proven(client)
    paths = ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "accounts:security"]
    pages += [client.get(reverse(path)) for path in paths]

    assert [(page.status_code, html_errors(page.content)) for page in pages] == [(200, [])] * 6


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_account_pages_answer_in_every_language(client, language):
    client.force_login(AdminUserFactory())
    for name in ("", "security/", "sessions/", "privacy/", "users/", "requests/"):
        page = client.get(f"/{language}/account/{name}")
        assert (page.status_code, page.headers["Content-Language"]) == (200, language)


@pytest.mark.parametrize("n", [1, 3])
def test_users_query_count_does_not_grow(client, n, django_assert_num_queries):
    client.force_login(AdminUserFactory(person=PersonFactory(slug="hugo-granito")))
    for number in range(n):
        RoleGrantFactory(user=UserFactory(person=PersonFactory(slug=f"stone-{number}")), role="host")

    with django_assert_num_queries(6):  # session, user with person, roles, count, users with person, their grants
        page = client.get(reverse("accounts:users"))

    assert page.content.decode().count("host or national coordinator, everywhere") == n


@pytest.mark.parametrize("n", [1, 3])
def test_requests_query_count_does_not_grow(client, n, django_assert_num_queries):
    client.force_login(AdminUserFactory())
    for _ in range(n):
        services.ask_correction(UserFactory(), "My name.", at=timezone.now())

    with django_assert_num_queries(5):  # session, user, roles, count, requests with user and person
        page = client.get(reverse("accounts:requests"))

    assert page.content.decode().count("/account/requests/") >= n


def test_signed_in_page_carries_no_inline_script_or_style(client):
    client.force_login(AdminUserFactory())

    for name in ("accounts:home", "accounts:security", "accounts:users"):
        page = client.get(reverse(name))
        html = page.content.decode()
        assert " style=" not in html
        assert "<script>" not in html
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_pages_open_to_strangers_are_these():
    from tessera.accounts import allauth_urls, urls

    patterns = [*urls.urlpatterns, *allauth_urls.urlpatterns]
    names = {pattern.name for pattern in patterns if getattr(pattern.callback, "login_required", True) is False}

    assert names == {
        "sign_in", "link_sent", "link", "sign_out", "rehearsal", "confirm_address", "account_login", "account_logout",
        "account_inactive", "mfa_authenticate", "mfa_login_webauthn",
    }  # fmt: skip
