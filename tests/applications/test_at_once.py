"""Two people at once, or one who clicks twice: what only a database that lets writers run side by side can show."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from tessera.applications.models import Application, LateCode, LateUse, Member, MemberList, Request
from tessera.applications.services import late, members
from tessera.applications.services import requests as asking
from tests.applications.test_requests import FORM, application_naming, host_of
from tests.factories.accounts import OfficeUserFactory, UserFactory
from tests.factories.applications import LateCodeFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]


def at_once(*acts):
    """Run each in a thread of its own, all from the same moment on; what each raised, or None."""
    ready, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        try:
            ready.wait(10)
            act()
        except Exception as refusal:
            raised[n] = type(refusal).__name__
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.mark.parametrize("there", [False, True])
def test_a_list_that_is_confirmed_twice_at_once_is_there_once(there):
    office = OfficeUserFactory()
    plan = members.Plan([members.Row(n, str(n), f"Member {n}") for n in range(2, 500)])
    if there:
        members.replace_members(None, plan, by=office, at=NOW)

    raised = at_once(*[lambda: members.replace_members(None, plan, by=office, at=NOW)] * 4)

    assert raised == [None] * 4
    assert (MemberList.objects.count(), Member.objects.count()) == (1, 498)


def test_a_code_is_never_used_more_often_than_it_says():
    call = CallFactory(status="closed")
    code = LateCodeFactory(call=call, uses=2, expires_at=CLOSES_AT + timedelta(days=3))
    people, strand = UserFactory.create_batch(6), call.strands.get().key

    def enter(user):
        at = CLOSES_AT + timedelta(hours=5)
        return lambda: late.enter_late(call, code.code, strand=strand, by=user, language="en", at=at)

    raised = at_once(*map(enter, people))

    assert sorted(filter(None, raised)) == ["CodeRefused"] * 4
    assert (Application.objects.count(), LateUse.objects.count(), LateCode.objects.get().uses) == (2, 2, 2)


def test_one_person_who_enters_twice_at_once_uses_a_code_once():
    call = CallFactory(status="closed")
    code = LateCodeFactory(call=call, uses=1, expires_at=CLOSES_AT + timedelta(days=3))
    user, strand = UserFactory(), call.strands.get().key
    at = CLOSES_AT + timedelta(hours=5)

    raised = at_once(*[lambda: late.enter_late(call, code.code, strand=strand, by=user, language="en", at=at)] * 3)

    assert raised == [None] * 3
    assert (Application.objects.count(), LateUse.objects.count()) == (1, 1)


def test_an_endorser_gives_a_rank_once_though_several_pages_are_sent_at_once():
    call = CallFactory(form=FORM, channel="transmitted")
    host_of("SN", email="comite@example.org")
    asked = [
        asking.ask(application_naming(call, submitted=True, name=name), "endorsement", by=None, at=NOW)
        for name in ("Awa", "Kossi", "Moussa", "Aya", "Ibra", "Fatou")
    ]

    def give(request):
        return lambda: asking.give(request, opinion="full", text="", rank=1, by=None, at=NOW)

    raised = at_once(*map(give, asked))

    assert sorted(raised, key=str) == [None, *["RankTaken"] * 5]
    assert sorted(Request.objects.values_list("state", "rank"), key=str) == [*[("asked", None)] * 5, ("given", 1)]
