"""In a real browser: a passkey, an authenticator app, the link, and all of it without scripts."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django_ox.testing import run_tasks

from tests.accounts.conftest import code_in, link_in
from tests.checkers.axe import axe_violations
from tests.factories.accounts import AdminUserFactory, OfficeUserFactory, UserFactory, add_authenticator, totp_code
from tests.sweep.visits import SIDEWAYS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server):
    """The live server by the one name for which browsers let passkeys work without TLS."""
    return live_server.url.replace("127.0.0.1", "localhost")


def authenticator_of(page, **more):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options | more})
    return session


def sign_in_by_code(page, site, user, mailoutbox):
    page.goto(f"{site}/en/account/sign-in/")
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a link").click()
    page.get_by_role("heading", name="Look in your mailbox").wait_for()
    run_tasks(raise_failures=True)
    page.get_by_label("The code in the message").fill(code_in(mailoutbox[-1]))
    page.get_by_role("button", name="Sign in").click()


def test_passkey_is_added_and_signs_in(page, site, mailoutbox):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    user = UserFactory(roles=["office"], second_factor=False)
    authenticator_of(page)

    sign_in_by_code(page, site, user, mailoutbox)
    page.get_by_role("heading", name="A second factor is needed").wait_for()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("Blue key").first.wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/en/account/sign-in/?next=/en/account/privacy/")
    page.get_by_role("button", name="Use a passkey").click()

    page.get_by_role("heading", name="What we hold about you").wait_for()
    assert page.url == f"{site}/en/account/privacy/"
    assert list(Authenticator.objects.filter(user=user).values_list("type", flat=True).order_by("type")) == [
        "recovery_codes", "webauthn",
    ]  # fmt: skip
    assert complaints == []


def test_passkey_is_the_second_factor_after_a_password(page, site, mailoutbox):
    user = UserFactory(secret="nine stones in a row")
    authenticator_of(page)
    sign_in_by_code(page, site, user, mailoutbox)
    page.goto(f"{site}{reverse('mfa_add_webauthn')}")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto(f"{site}/en/account/")
    page.get_by_role("button", name="Sign out").click()

    page.goto(f"{site}/en/account/sign-in/")
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_text("Use a password instead").click()
    page.get_by_label("Password", exact=True).fill("nine stones in a row")
    page.get_by_role("button", name="Sign in with the password").click()
    page.get_by_role("heading", name="One thing more").wait_for()
    page.get_by_role("button", name="Use a passkey").click()

    page.get_by_role("heading", name="Your account").wait_for()


def test_device_without_passkey_says_so_and_nothing_happens(page, site):
    authenticator_of(page, isUserVerified=False)
    page.goto(f"{site}/en/account/sign-in/")

    page.get_by_role("button", name="Use a passkey").click()

    page.get_by_role("alert").wait_for()
    assert "Nothing happened" in page.get_by_role("alert").inner_text()
    assert page.url.endswith("/en/account/sign-in/")


def test_password_typed_and_enter_pressed_signs_in(page, site):
    user = UserFactory(secret="nine stones in a row")
    page.goto(f"{site}/en/account/sign-in/")
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_text("Use a password instead").click()
    page.get_by_label("Password", exact=True).fill("nine stones in a row")

    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Your account").wait_for()


def test_everything_but_passkeys_works_without_scripts(new_context, site, mailoutbox):
    page = new_context(java_script_enabled=False).new_page()
    user = UserFactory(roles=["admin"], second_factor=False)
    page.goto(f"{site}/en/account/sign-in/")
    assert page.get_by_role("button", name="Use a passkey").count() == 0
    page.get_by_label("Your e-mail address").fill(user.email)
    page.get_by_role("button", name="Send me a link").click()
    run_tasks(raise_failures=True)
    page.goto(site + link_in(mailoutbox[-1]))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="A second factor is needed").wait_for()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_text("Passkeys need a browser with scripts").wait_for()
    page.get_by_role("link", name="Set up an app").click()
    add_authenticator(user)  # as in another session
    page.goto(f"{site}/en/account/users/")
    page.get_by_label("Code", exact=True).fill(totp_code())
    page.get_by_role("button", name="Go on", exact=True).click()

    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill("nadege.basalte@example.org")
    page.get_by_label("Reason").fill("Hosts in 2027")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("nadege.basalte@example.org is invited.").wait_for()
    page.get_by_role("button", name="Sign out").click()

    page.wait_for_url(f"{site}/en/")


def test_app_code_opens_after_the_link(page, site, mailoutbox):
    user = OfficeUserFactory()
    sign_in_by_code(page, site, user, mailoutbox)
    page.get_by_role("heading", name="One thing more").wait_for()
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Go on with the code").click()
    page.get_by_role("alert").first.wait_for()

    page.get_by_label("Code", exact=True).fill(totp_code())
    page.get_by_role("button", name="Go on with the code").click()

    page.wait_for_url(f"{site}/en/desk/")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible(page, site, mailoutbox, width):
    page.set_viewport_size({"width": width, "height": 900})
    admin = AdminUserFactory(secret="nine stones in a row")
    found = {}
    for path in ("sign-in/", "sign-in/sent/", f"link/{'x' * 43}/"):
        page.goto(f"{site}/en/account/{path}")
        found[path] = axe_violations(page)
    page.goto(f"{site}/en/account/sign-in/")
    page.get_by_label("Your e-mail address").fill(admin.email)
    page.get_by_text("Use a password instead").click()
    page.get_by_label("Password", exact=True).fill("nine stones in a row")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One thing more").wait_for()
    found["second-factor"] = axe_violations(page)
    page.get_by_label("Code", exact=True).fill(totp_code())
    page.get_by_role("button", name="Go on with the code").click()
    page.get_by_role("heading", name="Your account").wait_for()
    paths = [
        "", "security/", "sessions/", "privacy/", "privacy/correction/", "privacy/erasure/", "welcome/", "users/",
        "users/invite/", f"users/{admin.pk}/", f"users/{admin.pk}/roles/", f"users/{admin.pk}/state/", "requests/",
    ]  # fmt: skip
    for path in paths:
        page.goto(f"{site}/en/account/{path}")
        found[path] = axe_violations(page)
        assert page.evaluate(SIDEWAYS) == [], path

    assert {path: errors for path, errors in found.items() if errors} == {}
