"""Sister calls: one person has one application to all of them, whichever way it is begun or taken up again."""

from datetime import timedelta

import pytest
import time_machine

from tessera.applications import services
from tessera.applications.services import late
from tests.applications.asking import WIDE
from tests.factories.accounts import UserFactory
from tests.factories.applications import LateCodeFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved():
    """Withdrawn from one call, begun in its sister."""
    one, other = (CallFactory(sister_group="sisters", form=WIDE, code=code) for code in ("sea", "land"))
    user = UserFactory(language="en")
    first = services.start_application(one, one.strands.get().key, by=user, language="en", at=NOW)
    services.withdraw_application(first, by=user, at=NOW)
    return first, services.start_application(other, other.strands.get().key, by=user, language="en", at=NOW)


def test_what_was_withdrawn_is_not_taken_up_beside_a_sister(client, moved):
    first, second = moved
    client.force_login(first.applicant)

    with time_machine.travel(NOW, tick=False):
        answer = client.post("/en/apply/sea/again/", follow=True)

    assert answer.redirect_chain == [("/en/apply/land/status/", 302)]
    assert "You have an application to" in answer.content.decode()
    first.refresh_from_db()
    assert first.status == "withdrawn"

    services.withdraw_application(second, by=second.applicant, at=NOW)
    assert services.take_up_again(first, by=first.applicant, at=NOW).status == "draft"


def test_a_code_for_late_entry_opens_nothing_beside_a_sister(moved):
    first, second = moved
    code = LateCodeFactory(call=first.call, expires_at=CLOSES_AT + timedelta(days=3))

    with pytest.raises(services.SisterApplication) as refusal:
        late.enter_late(
            first.call, code.code, strand=first.strand, by=first.applicant, language="en",
            at=CLOSES_AT + timedelta(hours=5),
        )  # fmt: skip

    assert refusal.value.application == second
    first.refresh_from_db()
    assert (first.status, first.late_until, code.used.count()) == ("withdrawn", None, 0)
