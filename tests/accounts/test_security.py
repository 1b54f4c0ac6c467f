"""Second factors, passwords, addresses, sessions."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from tessera.accounts import services
from tessera.accounts.models import EmailChange, User
from tessera.activity.models import Activity
from tests.accounts.conftest import link_in
from tests.accounts.test_pages import recently_proven
from tests.factories.accounts import (
    TOTP_SECRET,
    AdminUserFactory,
    OfficeUserFactory,
    UserFactory,
    add_authenticator,
    totp_code,
)

pytestmark = pytest.mark.django_db
SET_UP = "/en/account/security/set-up/"


# The second factor of those who need one


@pytest.mark.parametrize("role", ["office", "admin"])
def test_office_and_administrators_without_second_factor_reach_the_set_up_only(client, role):
    client.force_login(UserFactory(roles=[role], second_factor=False))

    for name in ("accounts:home", "accounts:security", "accounts:users", "accounts:privacy"):
        assert client.get(reverse(name)).url == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    assert client.post(reverse("accounts:sign_out")).status_code == 302


def test_public_pages_show_no_desk_to_an_office_without_second_factor(client):
    user = UserFactory(roles=["office"], second_factor=False)
    client.force_login(user)

    page = client.get(reverse("web:display"))

    assert page.status_code == 200
    assert page.context["user"].held == frozenset()


def test_other_roles_need_no_second_factor(client):
    client.force_login(UserFactory(roles=["host", "reviewer", "committee"]))

    assert client.get(reverse("accounts:home")).status_code == 200


@pytest.mark.django_db(transaction=True)  # the session is told once the factor is written
def test_setting_up_an_app_opens_the_way(client):
    user = UserFactory(roles=["admin"], second_factor=False)
    client.force_login(user)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert (wrong.status_code, Authenticator.objects.filter(user=user).count()) == (422, 0)
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    done = client.post(reverse("mfa_activate_totp"), {"code": code})

    assert done.url == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("accounts:users")).status_code == 200
    assert set(Authenticator.objects.filter(user=user).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    codes = client.get(done.url).content.decode()
    assert codes.count("<code>") == 10


def test_a_session_that_began_before_the_factor_has_to_show_it(client):
    user = UserFactory(roles=["office"], second_factor=False, secret="nine stones in a row")
    client.force_login(user)
    add_authenticator(user)  # in another session
    proving = reverse("mfa_reauthenticate")

    for name in ("accounts:home", "accounts:security", "mfa_add_webauthn", "mfa_view_recovery_codes"):
        assert client.get(reverse(name)).url == f"{proving}?next={reverse(name)}", name
    assert client.get(reverse("web:display")).context["user"].held == frozenset()
    assert client.get(SET_UP).url.startswith(proving)
    recently_proven(client)  # by the password alone
    assert client.post(reverse("mfa_deactivate_totp")).url.startswith(proving)
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert client.get(proving).status_code == 200
    assert client.post(proving, {"code": "000000"}).status_code == 422
    assert client.get(reverse("accounts:home")).url.startswith(proving)

    shown = client.post(f"{proving}?next={reverse('accounts:home')}", {"code": totp_code()})

    assert shown.url == reverse("accounts:home")
    assert client.get(reverse("accounts:home")).status_code == 200


def test_a_session_that_began_before_a_passkey_is_asked_for_the_passkey(client):
    user = UserFactory(roles=["office"], second_factor=False)
    client.force_login(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})

    asked = client.get(client.get(reverse("accounts:home")).url)

    assert asked.url == f"{reverse('mfa_reauthenticate_webauthn')}?{urlencode({'next': reverse('accounts:home')})}"


def test_removing_one_of_two_factors_leaves_the_way_open(client):
    user = AdminUserFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(user)
    recently_proven(client)

    client.post(reverse("mfa_deactivate_totp"))

    assert "webauthn" in Authenticator.objects.filter(user=user).values_list("type", flat=True)
    assert client.get(reverse("accounts:users")).status_code == 200


def test_totp_page_shows_the_square_without_anything_from_elsewhere(client):
    client.force_login(UserFactory())

    html = client.get(reverse("mfa_activate_totp")).content.decode()

    assert "<svg" in html
    assert "data:" not in html


def test_removing_the_last_factor_closes_the_way_again(client):
    user = AdminUserFactory()
    client.force_login(user)
    recently_proven(client)

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=user).count() == 0
    assert client.get(reverse("accounts:users")).url == SET_UP


def test_role_given_to_somebody_signed_in_asks_for_the_factor_at_once(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("accounts:home")).status_code == 200

    services.grant_role(user, "office", by=None, at=timezone.now())

    assert client.get(reverse("accounts:home")).url == SET_UP


def test_factor_asks_who_you_are_before_it_changes(client):
    user = UserFactory(second_factor=True, secret="nine stones in a row")
    client.force_login(user)

    away = client.post(reverse("mfa_deactivate_totp"))

    assert away.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    wrong = client.post(away.url, {"password": "wrong"})
    assert wrong.status_code == 422
    right = client.post(away.url, {"password": "nine stones in a row"})
    assert right.status_code == 302
    assert not Authenticator.objects.filter(user=user, type="totp").exists()


def test_change_of_factor_is_told_by_mail(client, mails):
    user = UserFactory(second_factor=True)
    client.force_login(user)
    recently_proven(client)

    client.post(reverse("mfa_deactivate_totp"))

    assert ["The authenticator app was removed from your account." in mail.body for mail in mails(user.email)] == [True]


def test_one_code_opens_once(client):
    user = OfficeUserFactory(secret="nine stones in a row")
    code = totp_code()
    data = {"email": user.email, "password": "nine stones in a row"}
    client.post(reverse("accounts:sign_in"), data)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    client.logout()

    client.post(reverse("accounts:sign_in"), data)

    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422
    assert TOTP_SECRET not in client.get(reverse("mfa_authenticate")).content.decode()


def test_require_on_a_page_leads_strangers_to_sign_in_and_back(client, rf):
    from tessera.accounts.middleware import AccountMiddleware
    from tessera.accounts.permissions import SignInRequired

    middleware = AccountMiddleware(lambda request: None)

    answer = middleware.process_exception(rf.get("/en/desk/x/?a=1"), SignInRequired())

    assert answer.url == "/en/account/sign-in/?next=/en/desk/x/%3Fa%3D1"
    assert middleware.process_exception(rf.get("/"), PermissionDenied()) is None


# Password


def test_password_is_set_after_the_link_and_changed_after_the_old_one(client, mails):
    user = UserFactory()
    other = type(client)()
    other.force_login(user)
    client.force_login(user)
    path = reverse("accounts:password")

    assert client.post(path, {"password": "nine stones in a row"}).url == reverse("accounts:security")
    user.refresh_from_db()
    assert user.check_password("nine stones in a row")
    assert client.get(reverse("accounts:home")).status_code == 200
    assert other.get(reverse("accounts:home")).status_code == 302
    assert client.get(path).url.startswith(reverse("account_reauthenticate"))
    assert len(mails(user.email)) == 1


@pytest.mark.parametrize("bad", ["short", "0123456789", "password1234", "hugo.granito@example.org"])
def test_weak_password_is_refused(client, bad):
    user = UserFactory(email="hugo.granito@example.org")
    client.force_login(user)

    page = client.post(reverse("accounts:password"), {"password": bad})

    user.refresh_from_db()
    assert (page.status_code, user.has_usable_password()) == (422, False)


# Address


def change(client, user, new="new@example.org"):
    client.force_login(user)
    return client.post(reverse("accounts:address"), {"email": new})


@pytest.mark.parametrize("first", ["old", "new"])
def test_address_changes_when_both_mailboxes_confirm(client, mails, first):
    user = UserFactory(email="old@example.org")
    change(client, user)
    client.logout()
    links = {side: link_in(mails(f"{side}@example.org")[0]) for side in ("old", "new")}
    second = "new" if first == "old" else "old"

    assert client.get(links[first]).status_code == 200
    user.refresh_from_db()
    assert user.email == "old@example.org"
    client.post(links[first])
    user.refresh_from_db()
    assert user.email == "old@example.org"
    client.post(links[second])

    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert client.post(links[second]).status_code == 410
    assert [m.subject for side in ("old", "new") for m in mails(f"{side}@example.org")[1:]] == [
        "The safety of your account"
    ] * 2
    assert Activity.objects.filter(verb="user.address_changed").count() == 1


def test_address_change_can_be_stopped_from_the_old_mailbox(client, mails):
    user = UserFactory(email="old@example.org")
    change(client, user)
    old, new = (link_in(mails(address)[0]) for address in ("old@example.org", "new@example.org"))

    client.post(old, {"stop": "1"})

    assert client.post(new).status_code == 410
    user.refresh_from_db()
    assert user.email == "old@example.org"


def test_address_change_expires(client, mails, later):
    user = UserFactory(email="old@example.org")
    change(client, user)
    links = [link_in(mails(address)[0]) for address in ("old@example.org", "new@example.org")]
    later(hours=25)

    assert [client.post(link).status_code for link in links] == [410, 410]
    user.refresh_from_db()
    assert user.email == "old@example.org"


def test_address_of_another_account_is_told_to_that_address_only(client, mails):
    user, owner = UserFactory(email="old@example.org"), UserFactory(email="new@example.org")

    taken = change(client, user, "NEW@example.org")
    free = change(type(client)(), user, "free@example.org")

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert [mail.subject for mail in mails("NEW@example.org")] == ["This address has an account already"]
    first = link_in(mails("old@example.org")[0])
    client.post(first)
    assert User.objects.get(pk=user.pk).email == "old@example.org"
    assert User.objects.get(pk=owner.pk).email == "new@example.org"


def test_second_address_change_ends_the_first(client, mails):
    user = UserFactory(email="old@example.org")
    change(client, user)
    first = link_in(mails("old@example.org")[0])
    change(client, user, "other@example.org")

    assert client.post(first).status_code == 410
    assert EmailChange.objects.filter(ended_at=None).get().new_email == "other@example.org"


def test_address_change_to_the_same_address_is_refused(client):
    user = UserFactory(email="old@example.org")

    page = change(client, user, "OLD@example.org")

    assert (page.status_code, EmailChange.objects.count()) == (422, 0)


def test_address_changes_are_limited(client):
    user = UserFactory()
    codes = [change(client, user, f"stone{n}@example.org").status_code for n in range(21)]

    assert codes == [302] * 20 + [429]


def test_address_change_race_lost_leaves_the_address(client, mails):
    user = UserFactory(email="old@example.org")
    change(client, user)
    links = [link_in(mails(address)[0]) for address in ("old@example.org", "new@example.org")]
    UserFactory(email="new@example.org")

    for link in links:
        client.post(link)

    user.refresh_from_db()
    assert user.email == "old@example.org"


# Sessions


def sign_in(client, user, agent):
    client.post(
        reverse("accounts:sign_in"), {"email": user.email, "password": "nine stones in a row"}, HTTP_USER_AGENT=agent
    )


def test_sessions_are_listed_and_ended(client):
    user = UserFactory(secret="nine stones in a row")
    other, stranger = type(client)(), UserFactory(secret="nine stones in a row")
    sign_in(client, user, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    sign_in(other, user, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
    elsewhere = type(client)()
    sign_in(elsewhere, stranger, "x")

    html = client.get(reverse("accounts:sessions")).content.decode()
    assert html.index("Firefox, Linux") < html.index("Safari, iPhone")
    foreign = UserSession.objects.get(user=stranger)
    assert client.post(reverse("accounts:end_session", args=[foreign.pk])).status_code == 404
    theirs = UserSession.objects.get(user=user, session_key=other.session.session_key)
    client.post(reverse("accounts:end_session", args=[theirs.pk]))

    assert other.get(reverse("accounts:home")).status_code == 302
    assert client.get(reverse("accounts:home")).status_code == 200
    assert elsewhere.get(reverse("accounts:home")).status_code == 200


def test_sign_out_everywhere_else_keeps_this_one(client):
    user = UserFactory(secret="nine stones in a row")
    others = [type(client)() for _ in range(2)]
    for browser in (client, *others):
        sign_in(browser, user, "x")

    client.post(reverse("accounts:end_other_sessions"))

    assert [b.get(reverse("accounts:home")).status_code for b in (client, *others)] == [200, 302, 302]


def test_last_visit_is_noted_every_ten_minutes(client, later):
    user = UserFactory(secret="nine stones in a row")
    sign_in(client, user, "x")
    first = UserSession.objects.get().last_seen_at

    later(minutes=5)
    client.get(reverse("accounts:home"))
    assert UserSession.objects.get().last_seen_at == first
    later(minutes=6)
    client.get(reverse("accounts:home"))

    assert UserSession.objects.get().last_seen_at - first >= timedelta(minutes=10)


def test_pages_speak_of_moments_in_the_zone_of_the_reader(client):
    client.force_login(UserFactory(time_zone="America/Mexico_City"))

    html = client.get(reverse("accounts:sessions")).content.decode()
    assert client.get(reverse("accounts:home")).status_code == 200
    client.force_login(UserFactory(time_zone="Nowhere/Atlantis"))

    assert client.get(reverse("accounts:home")).status_code == 200
    assert html
