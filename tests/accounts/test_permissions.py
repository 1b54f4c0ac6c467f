"""The table of permissions, cell by cell, and the rows each role sees."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.template import Context, Template

from tessera.accounts.models import Person, Role, User
from tessera.accounts.permissions import SignInRequired, has_perm, require
from tessera.accounts.rules import TABLE
from tests.factories.accounts import PersonFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = ["anonymous", "nobody", *Role.values]
OFFICE, ADMIN, BOTH, ALL = {"office"}, {"admin"}, {"office", "admin"}, set(ROLES)

# DOMAIN §5, for an object that is public, in no scope, and belongs to nobody who asks.
EXPECTED = {
    "accounts.view_person": ALL,
    "accounts.add_person": OFFICE,
    "accounts.edit_person": OFFICE,
    "accounts.publish_person": OFFICE,
    "accounts.merge_persons": OFFICE,
    "accounts.view_user": ADMIN,
    "accounts.manage_users": ADMIN,
    "accounts.manage_roles": ADMIN,
    "accounts.decide_privacy_request": ADMIN,
    "accounts.cancel_privacy_request": set(),
    "accounts.download_export": set(),
    "organisations.view_organisation": ALL,
    "organisations.add_organisation": OFFICE,
    "organisations.edit_organisation": OFFICE,
    "organisations.publish_organisation": OFFICE,
    "organisations.merge_organisations": OFFICE,
    "programmes.view_training": ALL,
    "programmes.add_training": OFFICE,
    "programmes.edit_training": OFFICE,
    "programmes.publish_training": OFFICE,
    "programmes.change_status": OFFICE,
    "programmes.postpone_training": OFFICE,
    "programmes.cancel_training": OFFICE,
    "programmes.edit_topic": OFFICE,
    "programmes.publish_topic": OFFICE,
    "programmes.edit_series": OFFICE,
    "programmes.edit_source": OFFICE,
    "programmes.edit_programme": OFFICE,
    "portal.use_desk": OFFICE,
    "portal.enter_desk": {"host", *BOTH},
    "portal.see_drafts": {"host", *OFFICE},
    "portal.preview_record": OFFICE,
    "planning.view_planning": OFFICE,
    "planning.view_proposal": OFFICE,
    "planning.add_proposal": OFFICE,
    "planning.decide_proposal": OFFICE,
    "planning.edit_roster": OFFICE,
    "planning.view_scenario": OFFICE,
    "planning.run_scenario": OFFICE,
    "planning.accept_line": OFFICE,
    "grants.edit_categories": OFFICE,
    "calls.view_call": ALL,
    "calls.add_call": OFFICE,
    "calls.edit_call": OFFICE,
    "calls.preview_call": OFFICE,
    "calls.publish_call": OFFICE,
    "calls.change_status": OFFICE,
    "calls.extend_call": OFFICE,
    "calls.postpone_call": OFFICE,
    "calls.cancel_call": OFFICE,
    "applications.view_application": OFFICE,
    "applications.add_application": ALL - {"anonymous"},
    "applications.write_application": set(),
    "applications.submit_application": set(),
    "applications.withdraw_application": set(),
    "applications.answer_offer": set(),
    "applications.endorse_application": set(),
    "applications.list_endorsements": {"host"},
    "applications.list_applications": OFFICE,
    "applications.screen_application": OFFICE,
    "applications.waive_rule": OFFICE,
    "applications.export_applications": OFFICE,
    "applications.import_applications": OFFICE,
    "applications.merge_applications": OFFICE,
    "applications.make_late_codes": OFFICE,
    "applications.manage_members": OFFICE,
    "applications.set_retention": ADMIN,
    "messaging.view_outbox": BOTH,
    "messaging.approve_batch": OFFICE,
    "messaging.manage_outbox": BOTH,
    "places.view_scheme": BOTH,
    "places.edit_scheme": ADMIN,
    "activity.view_log": ADMIN,
    "activity.view_history": BOTH,
    "activity.restore_revision": OFFICE,
}


def user_with(role: str):
    if role == "anonymous":
        return AnonymousUser()
    if role == "nobody":
        return UserFactory()
    user = UserFactory()
    # A host of somewhere else, an office of everywhere.
    scope = {} if role in ("office", "admin") else {"scope_kind": "country", "scope_key": "AQ"}
    RoleGrantFactory(user=user, role=role, **scope)
    return user


def training(**facts):
    return SimpleNamespace(
        pk=-1,
        user_id=-1,
        published=True,
        is_handed_in=lambda: True,
        role_scopes=lambda: [("training", "yerevan"), ("country", "AM")],
        **facts,
    )


def test_table_expects_every_permission():
    assert set(EXPECTED) == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_table_of_role(role):
    user, thing = user_with(role), training()

    allowed = {perm for perm in TABLE if has_perm(user, perm, thing)}

    assert allowed == {perm for perm, roles in EXPECTED.items() if role in roles}


@pytest.mark.parametrize("scope", [("all", ""), ("training", "yerevan"), ("country", "AM")])
def test_host_edits_drafts_in_scope_only(scope):
    user = UserFactory()
    RoleGrantFactory(user=user, role=Role.HOST, scope_kind=scope[0], scope_key=scope[1])
    public, draft = training(), training()
    draft.published = False

    assert [has_perm(user, "programmes.edit_training", t) for t in (public, draft)] == [False, True]
    assert has_perm(user, "programmes.publish_training", draft) is False


def test_host_of_another_country_edits_nothing():
    user = UserFactory()
    RoleGrantFactory(user=user, role=Role.HOST, scope_kind="country", scope_key="FR")
    draft = training()
    draft.published = False

    assert has_perm(user, "programmes.edit_training", draft) is False
    assert has_perm(user, "programmes.view_training", draft) is False


def test_inactive_administrator_holds_nothing():
    user = UserFactory(roles=["admin", "office"], is_active=False)

    assert [perm for perm in TABLE if has_perm(user, perm)] == []


def test_superuser_flag_opens_nothing():
    user = UserFactory(is_superuser=True)

    assert has_perm(user, "accounts.manage_users") is False


def test_unknown_permission_is_an_error():
    with pytest.raises(KeyError):
        require(UserFactory(), "accounts.fly")


def test_require_sends_anonymous_to_sign_in_and_refuses_others():
    with pytest.raises(SignInRequired):
        require(AnonymousUser(), "accounts.manage_users")
    with pytest.raises(PermissionDenied) as refusal:
        require(UserFactory(), "accounts.manage_users")

    assert not isinstance(refusal.value, SignInRequired)


def test_has_perm_tag_shows_what_the_reader_may_do():
    page = Template('{% load access %}{% has_perm "accounts.manage_users" as may %}{{ may }}')

    assert page.render(Context({"user": UserFactory(roles=["admin"])})) == "True"
    assert page.render(Context({"user": AnonymousUser()})) == "False"
    assert page.render(Context()) == "False"


@pytest.mark.parametrize("role", ROLES)
def test_visible_persons_are_those_the_view_permission_allows(role):
    user = user_with(role)
    PersonFactory(slug="public"), PersonFactory(slug="draft", published=False)
    own = PersonFactory(slug="own", published=False)
    PersonFactory(slug="merged", published=False, merged_into=own)
    if role != "anonymous":
        user.person = own
        user.save()

    visible = set(Person.objects.visible_to(user).values_list("slug", flat=True))

    assert visible == {p.slug for p in Person.objects.all() if has_perm(user, "accounts.view_person", p)}


@pytest.mark.parametrize("role", ROLES)
def test_visible_users_are_those_the_view_permission_allows(role):
    user = user_with(role)
    UserFactory(), UserFactory(is_active=False)

    visible = set(User.objects.visible_to(user))

    assert visible == {u for u in User.objects.all() if has_perm(user, "accounts.view_user", u)}


def test_roles_are_read_once():
    user = UserFactory(roles=["office"])
    user = User.objects.get(pk=user.pk)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        for perm in TABLE:
            has_perm(user, perm, training())

    assert len(queries) == 1  # the grants
