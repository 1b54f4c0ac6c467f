"""Who sees a call."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tessera.accounts.models import Role
from tessera.accounts.permissions import has_perm
from tessera.calls.models import Call, Status
from tests.factories.accounts import RoleGrantFactory, UserFactory
from tests.factories.calls import CallFactory, DateChangeFactory
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["anonymous", "nobody", *Role.values, "host of Mexico", "host of the training"])
def test_visible_calls_are_those_the_view_permission_allows(role):
    training = make_training(places=[{"country": "MX", "city": "Oaxaca"}])
    elsewhere = make_training(places=[{"country": "AM", "city": "Yerevan"}])
    for status in Status.values:
        CallFactory(code=status, training=training, status=status)
    CallFactory(code="elsewhere", training=elsewhere, status="draft")
    user = AnonymousUser() if role == "anonymous" else UserFactory()
    if role == "host of Mexico":
        RoleGrantFactory(user=user, role="host", scope_kind="country", scope_key="MX")
    elif role == "host of the training":
        RoleGrantFactory(user=user, role="host", scope_kind="training", scope_key=training.slug)
    elif role in Role.values:
        RoleGrantFactory(user=user, role=role)

    visible = set(Call.objects.visible_to(user).values_list("code", flat=True))

    assert visible == {call.code for call in Call.objects.all() if has_perm(user, "calls.view_call", call)}
    public = set(Status.values) - {"draft"}
    drafts = {"office": {"draft", "elsewhere"}, "host": {"draft", "elsewhere"}}
    assert visible == public | drafts.get(role, {"draft"} if role.startswith("host of") else set())


def test_host_edits_drafts_of_own_trainings_only():
    call = CallFactory(training=make_training(places=[{"country": "MX"}]), draft=True)
    host = UserFactory()
    RoleGrantFactory(user=host, role="host", scope_kind="country", scope_key="MX")

    assert has_perm(host, "calls.edit_call", call) is True
    assert [has_perm(host, f"calls.{act}", call) for act in ("publish_call", "extend_call", "cancel_call")] == [
        False
    ] * 3
    call.status = "published"
    assert has_perm(host, "calls.edit_call", call) is False


def test_call_is_open_from_its_opening_until_just_before_it_closes():
    call = CallFactory()
    strand = call.strands.get()
    second = call.closes_at.resolution * 1_000_000

    moments = [call.opens_at - second, call.opens_at, call.closes_at - second, call.closes_at]

    assert [call.is_open(at) for at in moments] == [False, True, True, False]
    assert [strand.is_open(at) for at in moments] == [False, True, True, False]
    call.status = "closed"
    assert call.is_open(call.opens_at) is False


def test_rules_of_a_strand_are_everybodys_and_its_own():
    call = CallFactory(rules=[{"key": "age"}])
    version = call.rule_versions.get()
    version.document["strands"] = {"host": {"rules": [{"key": "country"}]}}

    assert version.rules_of("host") == {"rules": [{"key": "age"}, {"key": "country"}]}
    assert version.rules_of("guests") == {"rules": [{"key": "age"}]}


def test_change_of_dates_names_its_call():
    change = DateChangeFactory()

    assert list(change.call.date_changes.all()) == [change]
