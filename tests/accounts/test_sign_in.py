"""Signing in by link, code and password: once, in time, and without saying who has an account."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_ox.models import OxTask

from tessera.accounts import services
from tessera.accounts.models import SignInLink
from tessera.accounts.tokens import hash_of
from tessera.messaging.models import Message
from tests.accounts.conftest import code_in, link_in
from tests.factories.accounts import OfficeUserFactory, UserFactory, totp_code

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/account/sign-in/"


def ask(client, address, **more):
    return client.post(SIGN_IN, {"email": address, **more})


def test_link_signs_in_once(client, mails):
    user = UserFactory()
    assert ask(client, user.email.upper()).url == reverse("accounts:link_sent")
    path = link_in(mails(user.email)[0])

    page = client.get(path)
    assert (page.status_code, "_auth_user_id" in client.session) == (200, False)
    answer = client.post(path)

    assert answer.url == "/en/account/"
    assert client.session["_auth_user_id"] == str(user.pk)
    client.logout()
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert "_auth_user_id" not in client.session


def test_link_page_opened_by_a_mail_program_uses_nothing_up(client, mails):
    user = UserFactory()
    ask(client, user.email)
    path = link_in(mails(user.email)[0])

    for _ in range(3):
        client.get(path)

    assert SignInLink.objects.get().used_at is None


def test_link_token_is_not_kept(client, mails):
    user = UserFactory()
    ask(client, user.email)
    token = link_in(mails(user.email)[0]).rstrip("/").rpartition("/")[2]

    link = SignInLink.objects.get()

    assert link.token_hash == hash_of(token)
    assert token not in str(link.__dict__)
    assert Message.objects.get().confidential is True


def test_link_expires_after_an_hour(client, mails, later):
    user = UserFactory()
    ask(client, user.email)
    path = link_in(mails(user.email)[0])

    later(minutes=59)
    assert client.get(path).status_code == 200
    later(minutes=2)
    page = client.post(path)

    assert page.status_code == 410
    assert "_auth_user_id" not in client.session
    assert SignInLink.objects.get().used_at is None


def test_forged_token_gets_the_same_page_as_a_used_one(client, mails):
    user = UserFactory()
    ask(client, user.email)
    path = link_in(mails(user.email)[0])
    client.post(path)
    client.logout()

    used = client.get(path).content.decode()
    forged = client.get(reverse("accounts:link", args=["x" * 43])).content.decode()

    def bare(html):
        # The weight of the page follows how well the typed token compresses.
        return re.sub(r'value="[^"]+"|/account/link/[^/"]+/|\d+ kB', "", html)

    assert bare(used) == bare(forged)
    assert "Send me a new link" in forged


def test_one_used_link_ends_the_others(client, mails):
    user = UserFactory()
    ask(client, user.email)
    ask(client, user.email)
    first, second = map(link_in, mails(user.email))

    client.post(first)
    client.logout()

    assert client.post(second).status_code == 410


def test_code_signs_in_in_the_browser_that_asked(client, mails):
    user = UserFactory()
    ask(client, user.email)
    code = code_in(mails(user.email)[0])

    answer = client.post(reverse("accounts:link_sent"), {"code": code})

    assert answer.url == "/en/account/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_code_is_worth_nothing_in_another_browser(client, mails):
    user = UserFactory()
    ask(client, user.email)
    code = code_in(mails(user.email)[0])
    other = type(client)()
    ask(other, "nobody@example.org")

    answer = other.post(reverse("accounts:link_sent"), {"code": code})

    assert answer.status_code == 422
    assert "_auth_user_id" not in other.session


def test_five_wrong_codes_end_the_code_but_not_the_link(client, mails):
    user = UserFactory()
    ask(client, user.email)
    mail = mails(user.email)[0]
    code = code_in(mail).replace(" ", "")
    wrong = "000000" if code != "000000" else "111111"

    for _ in range(5):
        assert client.post(reverse("accounts:link_sent"), {"code": wrong}).status_code == 422

    assert client.post(reverse("accounts:link_sent"), {"code": code}).status_code == 422
    assert "_auth_user_id" not in client.session
    assert client.post(link_in(mail)).status_code == 302


def test_answers_do_not_tell_known_from_unknown(client, mails):
    user = UserFactory()
    UserFactory(email="closed@example.org", is_active=False)
    answers = []
    for address in (user.email, "nobody@example.org", "closed@example.org"):
        browser = type(client)()
        before = OxTask.objects.count()
        first = ask(browser, address)
        page = browser.get(first.url)
        html = re.sub(r'value="[^"]{20,}"', "", page.content.decode())
        answers.append((first.status_code, first.url, page.status_code, html, OxTask.objects.count() - before))
    mails(user.email)

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][4] == 1
    assert list(Message.objects.values_list("to", flat=True)) == [user.pk]


def test_wrong_password_and_unknown_address_get_the_same_answer(client):
    user = UserFactory(secret="nine stones in a row")
    pages = [
        ask(type(client)(), address, password="wrong").content.decode() for address in (user.email, "x@example.org")
    ]

    assert re.sub(r'value="[^"]+"', "", pages[0]) == re.sub(r'value="[^"]+"', "", pages[1])
    assert "Address and password do not belong together." in pages[0]


def test_unknown_address_costs_a_password_hash_too(client, monkeypatch):
    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    original = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *a, **kw: hashed.append(1) or original(self, *a, **kw)
    )

    ask(client, "nobody@example.org", password="nine stones in a row")

    assert len(hashed) == 1


def test_password_signs_in(client):
    user = UserFactory(secret="nine stones in a row")

    answer = ask(client, f" {user.email.upper()} ", password="nine stones in a row", next="/fr/account/privacy/")

    assert answer.url == "/fr/account/privacy/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_password_of_a_closed_account_leads_to_its_page(client):
    user = UserFactory(secret="nine stones in a row", is_active=False)

    answer = ask(client, user.email, password="nine stones in a row")

    assert answer.url == reverse("account_inactive")
    assert client.get(answer.url).status_code == 403
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_next_leads_nowhere_else(client, away):
    user = UserFactory(secret="nine stones in a row")

    assert ask(client, user.email, password="nine stones in a row", next=away).url == "/en/account/"


@pytest.mark.parametrize(("data", "sentence"), [
    ({"email": ""}, "Write your e-mail address."),
    ({"email": "nobody"}, "This is not an e-mail address."),
])  # fmt: skip
def test_sign_in_refuses_what_is_no_address(client, data, sentence):
    page = client.post(SIGN_IN, data)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert OxTask.objects.count() == 0


def test_second_factor_is_asked_after_the_link(client, mails):
    user = OfficeUserFactory()
    ask(client, user.email)
    mail = mails(user.email)[0]

    answer = client.post(link_in(mail))

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    refused = client.post(answer.url, {"code": "000000"})
    assert refused.status_code == 422
    assert "_auth_user_id" not in client.session
    answer = client.post(answer.url, {"code": totp_code()})
    assert answer.url == "/en/desk/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_recovery_code_opens_once(client, mails):
    user = OfficeUserFactory(secret="nine stones in a row")
    second = reverse("mfa_authenticate")
    ask(client, user.email, password="nine stones in a row")

    assert client.post(second, {"code": "11112222"}).status_code == 302
    client.logout()
    ask(client, user.email, password="nine stones in a row")

    assert client.post(second, {"code": "11112222"}).status_code == 422
    assert "_auth_user_id" not in client.session


def test_links_are_limited_per_address_known_or_not(client):
    for address in (UserFactory().email, "nobody@example.org"):
        browser = type(client)()
        codes = [browser.post(SIGN_IN, {"email": address}).status_code for _ in range(5)]
        assert codes == [302, 302, 302, 302, 429]
    assert OxTask.objects.count() == 8


def test_links_are_limited_per_reader(client):
    codes = [ask(client, f"stone{n}@example.org").status_code for n in range(21)]

    assert codes == [302] * 20 + [429]
    assert client.post(SIGN_IN, {"email": "stone99@example.org"}, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_limit_ends_with_its_window(client, later):
    for _ in range(5):
        last = ask(client, "stone@example.org")
    later(minutes=16)

    assert (last.status_code, ask(client, "stone@example.org").status_code) == (429, 302)


def test_passwords_are_limited_per_address(client):
    user = UserFactory(secret="nine stones in a row")
    for _ in range(5):
        ask(client, user.email, password="wrong")

    page = ask(client, user.email, password="nine stones in a row")

    assert page.status_code == 422
    assert "Too many attempts." in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_tokens_cannot_be_tried_without_end(client):
    codes = [client.get(reverse("accounts:link", args=[f"{n:043d}"])).status_code for n in range(31)]

    assert codes == [410] * 30 + [429]


def test_sign_out_needs_post(client):
    client.force_login(UserFactory())

    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert "_auth_user_id" in client.session
    client.post(reverse("accounts:sign_out"))
    assert "_auth_user_id" not in client.session


def test_sign_up_does_not_exist(client):
    for path in ("signup/", "sign-up/", "password/reset/", "confirm-email/", "email/"):
        assert client.get(f"/en/account/{path}").status_code == 404
        assert client.post(f"/en/account/{path}").status_code == 404


def test_sign_in_remembers_the_choices_of_the_account(client):
    user = UserFactory(secret="nine stones in a row", language="fr", theme="dark", hide_map=True)

    answer = ask(client, user.email, password="nine stones in a row")

    assert answer.url == "/fr/account/"
    assert {name: answer.cookies[name].value for name in (settings.LANGUAGE_COOKIE_NAME, "theme", "map")} == {
        settings.LANGUAGE_COOKIE_NAME: "fr",
        "theme": "dark",
        "map": "no",
    }


def test_link_mail_is_in_the_language_of_the_account_or_of_the_page(client, mails):
    spanish, unsaid = UserFactory(language="es"), UserFactory(language="")
    for user in (spanish, unsaid):
        client.post("/fr/account/sign-in/", {"email": user.email})

    mails(spanish.email)
    assert dict(Message.objects.values_list("to", "language")) == {spanish.pk: "es", unsaid.pk: "fr"}


def test_send_sign_in_link_twice_writes_one_mail():
    user = UserFactory()
    key = "0b1fd4a2-0b3c-4a6e-9f64-3a6a9a54e7c1"

    for _ in range(2):
        services.send_sign_in_link.func(key, user.email, "en")

    assert Message.objects.filter(to=user).count() == 1
    assert SignInLink.objects.count() == 1


def test_link_of_a_user_closed_since_is_of_no_use(client, mails):
    user = UserFactory()
    ask(client, user.email)
    path = link_in(mails(user.email)[0])
    services.deactivate_user(user, by=None, at=timezone.now())

    assert client.post(path).status_code == 410
