"""A place is offered again after a postponement: accepted, declined, reminded of, let pass."""

from datetime import date, timedelta

import pytest
import time_machine

from tessera.activity.models import Activity
from tessera.applications.models import Application
from tessera.applications.services import offers
from tessera.calls import services as calls
from tessera.messaging.models import Message
from tessera.programmes.services import set_status
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mine():
    """Accepted, and asked again until 1 April; the call's clock is anywhere on Earth."""
    call = CallFactory(code="sea-2026", status="decided")
    row = ApplicationFactory(call=call, submitted=True, status="accepted")
    set_status(call.training, "postponed", by=None, at=NOW, reason="Elections.", dates="2026-11-02/2026-11-06")
    calls.postpone_call(call, calls.Postponement("Elections.", accept_by=date(2026, 4, 1)), by=None, at=NOW)
    row.refresh_from_db()
    return row


def state(row):
    return Application.objects.get(pk=row.pk).status


def mails():
    return list(Message.objects.order_by("pk").values_list("template", flat=True))


@time_machine.travel(NOW + DAY, tick=False)
def test_the_mail_leads_to_the_page_where_the_place_is_accepted(mine, client, html_errors):
    told = Message.objects.get(template="call_accept_again").text
    path = f"/fr/apply/{mine.number}/"
    assert path in told
    client.force_login(mine.applicant)
    page = client.get(path, follow=True)

    assert page.redirect_chain == [("/fr/apply/sea-2026/status/", 302)]
    assert "Votre place est gardée jusqu’au mercredi 1er avril 2026" in page.content.decode()
    assert html_errors(page.content) == []
    answers = [client.post("/fr/apply/sea-2026/offer/", {"do": "accept"}) for _twice in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {"/fr/apply/sea-2026/status/"}
    assert state(mine) == "accepted"
    row = Activity.objects.get(verb="application.accepted")
    assert (row.by, row.before, row.after) == (mine.applicant, "offered", "accepted")
    assert "Viendrez-vous" not in client.get("/fr/apply/sea-2026/status/").content.decode()


@time_machine.travel(NOW + DAY, tick=False)
def test_a_place_that_is_declined_is_not_taken_back(mine, client):
    client.force_login(mine.applicant)
    client.post("/fr/apply/sea-2026/offer/", {"do": "decline", "reason": " Un autre poste. "})

    assert (state(mine), Application.objects.get().status_reason) == ("declined", "Un autre poste.")
    with pytest.raises(offers.NoOffer):
        offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    client.post("/fr/apply/sea-2026/offer/", {"do": "accept"})
    assert state(mine) == "declined"


@pytest.mark.parametrize("do", ["", "perhaps"])
def test_what_is_no_answer_changes_nothing(mine, client, do):
    client.force_login(mine.applicant)
    assert client.post("/fr/apply/sea-2026/offer/", {"do": do}).status_code == 404
    assert state(mine) == "offered"


def test_nobody_answers_for_somebody_else(mine, client):
    client.force_login(UserFactory())
    assert client.post("/fr/apply/sea-2026/offer/", {"do": "accept"}).status_code == 404
    assert state(mine) == "offered"


END = NOW.replace(month=4, day=2, hour=12, minute=0)  # the first of April ends here, anywhere on Earth


def test_an_offer_is_reminded_of_once_and_passes_at_its_end(mine):
    before = mails()
    told = [offers.follow_offers(at=at) for at in (NOW + DAY, END - 3 * DAY - timedelta(seconds=1))]
    assert (told, mails()) == ([0, 0], before)

    told = [offers.follow_offers(at=END - left) for left in (3 * DAY, 2 * DAY, timedelta(seconds=1))]
    assert (told, mails(), state(mine)) == ([0, 0, 0], [*before, "offer_reminder"], "offered")
    assert "mercredi 1er avril 2026" in Message.objects.get(template="offer_reminder").text
    with pytest.raises(offers.OfferOver):
        offers.answer_offer(mine, accept=True, by=mine.applicant, at=END)
    assert state(mine) == "offered"

    told = [offers.follow_offers(at=END + late) for late in (timedelta(), DAY)]
    assert (told, mails(), state(mine)) == ([1, 0], [*before, "offer_reminder", "offer_expired"], "expired")
    assert Activity.objects.get(verb="application.expired").after == "expired"


def test_nobody_is_reminded_on_the_day_of_the_offer(mine):
    Application.objects.update(status_at=END - 2 * DAY)
    offers.follow_offers(at=END - 2 * DAY + timedelta(hours=23))
    assert "offer_reminder" not in mails()
    offers.follow_offers(at=END - DAY)
    assert "offer_reminder" in mails()


@pytest.mark.parametrize("status", ["cancelled", "archived"])
def test_nothing_is_offered_in_a_call_that_is_over(mine, status):
    mine.call.status = status
    mine.call.save(update_fields=["status"])
    before = mails()
    with pytest.raises(offers.NoOffer):
        offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    assert (offers.follow_offers(at=END + DAY), state(mine), mails()) == (0, "offered", before)


def test_a_second_postponement_keeps_the_place_until_its_own_day(mine):
    offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    call = mine.call
    set_status(call.training, "postponed", by=None, at=NOW + DAY, reason="Flood.", dates="2027-02-01/2027-02-05")
    calls.postpone_call(call, calls.Postponement("Flood.", accept_by=date(2026, 5, 1)), by=None, at=NOW + DAY)

    assert state(mine) == "offered"
    assert offers.follow_offers(at=END) == 0
    offers.answer_offer(mine, accept=True, by=mine.applicant, at=END)
    assert state(mine) == "accepted"
