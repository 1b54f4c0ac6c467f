"""Administrators look after accounts and roles."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from tessera.accounts import scopes, services
from tessera.accounts.models import RoleGrant, User
from tessera.activity.models import Activity
from tessera.messaging.models import Message
from tests.accounts.conftest import link_in
from tests.factories.accounts import AdminUserFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = AdminUserFactory()
    client.force_login(user)
    return user


def page(name, *args):
    return reverse(f"accounts:{name}", args=args)


def deeds(user):
    rows = Activity.objects.filter(object_type="user", object_key=str(user.pk)).order_by("pk")
    return [(row.verb, row.before, row.after, row.reason, row.by_id) for row in rows]


def test_invitation_makes_an_account_and_signs_in(client, admin, mails):
    data = {"email": " Nadege.Basalte@example.org ", "language": "fr", "role": "office", "reason": "New colleague"}

    client.post(page("invite"), data)

    user = User.objects.get(email="Nadege.Basalte@example.org")
    assert (user.language, user.has_usable_password(), user.held) == ("fr", False, {("office", "all", "")})
    assert deeds(user) == [
        ("user.invited", "", "", "New colleague", admin.pk),
        ("user.role_granted", "", "office all", "New colleague", admin.pk),
    ]
    mail = mails(user.email)[0]
    browser = type(client)()
    answer = browser.post(link_in(mail))
    assert answer.url == "/fr/account/welcome/"
    assert browser.get(answer.url).url == "/fr/account/security/set-up/"


def test_invitation_works_for_seven_days(client, admin, mails, later):
    client.post(page("invite"), {"email": "x@example.org", "language": "en", "reason": "Host"})
    path = link_in(mails("x@example.org")[0])
    later(days=6, hours=23)
    assert type(client)().get(path).status_code == 200
    later(hours=2)

    assert type(client)().get(path).status_code == 410


def test_invitation_of_a_known_address_is_refused(client, admin):
    known = UserFactory()

    answer = client.post(page("invite"), {"email": known.email.upper(), "language": "en", "reason": "Again"})

    assert answer.status_code == 422
    assert "There is already an account with this address." in answer.content.decode()
    assert (User.objects.count(), Message.objects.count()) == (2, 0)


@pytest.mark.parametrize("missing", ["email", "language", "reason"])
def test_invitation_needs_its_fields(client, admin, missing):
    data = {"email": "x@example.org", "language": "en", "reason": "Host"} | {missing: ""}

    assert client.post(page("invite"), data).status_code == 422
    assert User.objects.count() == 1


def test_role_is_given_after_a_confirmation(client, admin):
    user = UserFactory()
    data = {"role": "host", "scope_kind": "country", "scope_key": "am", "reason": "Hosts in 2027"}

    first = client.post(page("grant", user.pk), data)
    assert (first.status_code, user.grants.count()) == (200, 0)
    assert "will be: host or national coordinator, Armenia." in first.content.decode()
    client.post(page("grant", user.pk), data | {"scope_key": "AM", "confirmed": "1"})

    assert [str(grant) for grant in user.grants.all()] == ["host country AM"]
    assert deeds(user) == [("user.role_granted", "", "host country AM", "Hosts in 2027", admin.pk)]
    assert "Hosts in 2027" in client.get(page("user", user.pk)).content.decode()


@pytest.mark.parametrize("data", [
    {"role": "host", "scope_kind": "country", "scope_key": "ZZ", "reason": "x"},
    {"role": "host", "scope_kind": "country", "scope_key": "", "reason": "x"},
    {"role": "office", "scope_kind": "country", "scope_key": "AM", "reason": "x"},
    {"role": "host", "scope_kind": "all", "scope_key": "", "reason": ""},
    {"role": "king", "scope_kind": "all", "scope_key": "", "reason": "x"},
])  # fmt: skip
def test_role_is_refused(client, admin, data):
    user = UserFactory()

    answer = client.post(page("grant", user.pk), data | {"confirmed": "1"})

    assert (answer.status_code, user.grants.count(), deeds(user)) == (422, 0, [])


def test_scope_declared_by_another_app_is_checked():
    user = UserFactory()
    known = dict(scopes._labels)
    scopes.declare("training", {"yerevan": "Yerevan 2019"}.get)
    try:
        services.grant_role(user, "host", by=None, at=timezone.now(), scope_kind="training", scope_key="yerevan")
        with pytest.raises(services.UnknownScope):
            services.grant_role(user, "host", by=None, at=timezone.now(), scope_kind="training", scope_key="atlantis")
    finally:
        scopes._labels.clear()
        scopes._labels.update(known)

    assert user.grants.count() == 1


def test_same_role_twice_is_one_grant():
    user = UserFactory()
    for _ in range(2):
        services.grant_role(user, "trainer", by=None, at=timezone.now())

    assert user.grants.count() == 1
    assert len(deeds(user)) == 1


def test_role_is_taken_away_with_a_reason(client, admin):
    grant = RoleGrantFactory(role="host")

    assert client.post(page("revoke", grant.user_id, grant.pk), {"reason": ""}).status_code == 422
    assert RoleGrant.objects.filter(pk=grant.pk).exists()
    client.post(page("revoke", grant.user_id, grant.pk), {"reason": "Left"})

    assert not RoleGrant.objects.filter(pk=grant.pk).exists()
    assert deeds(grant.user) == [("user.role_revoked", "host all", "", "Left", admin.pk)]


def test_grant_of_somebody_else_is_not_found(client, admin):
    grant = RoleGrantFactory(role="host")

    assert client.post(page("revoke", admin.pk, grant.pk), {"reason": "x"}).status_code == 404
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_last_administrator_stays(client, admin):
    grant = admin.grants.get()

    client.post(page("revoke", admin.pk, grant.pk), {"reason": "Tired"})
    client.post(page("change_state", admin.pk), {"reason": "Tired"})

    admin.refresh_from_db()
    assert (admin.is_active, admin.grants.count(), deeds(admin)) == (True, 1, [])
    html = client.get(page("user", admin.pk)).content.decode()
    assert "This is the last active administrator." in html
    AdminUserFactory()
    client.post(page("revoke", admin.pk, grant.pk), {"reason": "Tired"})
    assert admin.grants.count() == 0


def test_closed_account_is_signed_out_and_opened_again(client, admin):
    user = UserFactory(secret="nine stones in a row")
    browser = type(client)()
    browser.post(reverse("accounts:sign_in"), {"email": user.email, "password": "nine stones in a row"})
    assert browser.get(page("home")).status_code == 200

    client.post(page("change_state", user.pk), {"reason": "Left the museum"})
    assert browser.get(page("home")).status_code == 302
    client.post(page("change_state", user.pk), {"reason": "Is back"})

    user.refresh_from_db()
    assert user.is_active
    assert deeds(user) == [
        ("user.deactivated", "active", "inactive", "Left the museum", admin.pk),
        ("user.activated", "inactive", "active", "Is back", admin.pk),
    ]


def test_second_factor_is_forgotten_and_told(client, admin, mails):
    user = UserFactory(second_factor=True)

    client.post(page("reset_second_factor", user.pk), {"reason": "Phone lost, spoke by telephone"})

    assert Authenticator.objects.filter(user=user).count() == 0
    assert "An administrator removed your passkeys" in mails(user.email)[0].body
    assert deeds(user)[0][0] == "user.second_factor_reset"


def test_users_are_narrowed(client, admin):
    granito, basalte = UserFactory(email="hugo@granito.example"), UserFactory(email="nadege@basalte.example")
    RoleGrantFactory(user=granito, role="host")
    basalte.is_active = False
    basalte.save()

    def shown(**query):
        html = client.get(page("users"), query).content.decode()
        return [u.email for u in (granito, basalte) if u.email in html]

    assert shown() == [granito.email, basalte.email]
    assert shown(text="BASALTE") == [basalte.email]
    assert shown(text="nadege@basalte.example") == [basalte.email]
    assert shown(role="host") == [granito.email]
    assert shown(state="inactive") == [basalte.email]
    assert shown(text="zzz") == []
    assert "No account matches" in client.get(page("users"), {"text": "zzz"}).content.decode()
