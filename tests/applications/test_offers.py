"""A place is offered again after a postponement: accepted, declined, reminded of, let pass."""

from datetime import date, timedelta

import pytest
import time_machine

from tessera.activity.models import Activity
from tessera.applications.models import Application
from tessera.applications.services import offers
from tessera.calls import services as calls
from tessera.calls.models import DateChange
from tessera.messaging.models import Message
from tessera.programmes.services import set_status
from tests.factories.accounts import OfficeUserFactory, UserFactory
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
    reminder = Message.objects.get(template="offer_reminder")
    assert reminder.subject.startswith("Viendrez-vous ? Votre place est gardée jusqu’au mercredi 1er avril 2026")
    assert "mercredi 1er avril 2026" in reminder.text
    assert not any(word in reminder.subject + reminder.text for word in ("Three", "Trois", "trois"))
    with pytest.raises(offers.OfferOver):
        offers.answer_offer(mine, accept=True, by=mine.applicant, at=END)
    assert state(mine) == "offered"

    told = [offers.follow_offers(at=END + late) for late in (timedelta(), DAY)]
    assert (told, mails(), state(mine)) == ([1, 0], [*before, "offer_reminder", "offer_expired"], "expired")
    assert Activity.objects.get(verb="application.expired").after == "expired"


def test_nobody_is_reminded_on_the_day_of_the_offer(mine):
    Application.objects.update(status_at=END - 2 * DAY)
    DateChange.objects.update(at=END - 2 * DAY)
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


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_page_shows_no_form_where_the_answer_would_be_refused(mine, client, language):
    client.force_login(mine.applicant)
    heading = {"en": "The day is over", "fr": "La date est passée", "es": "La fecha ya pasó"}[language]
    asked = f'action="/{language}/apply/sea-2026/offer/"'
    told = {}
    for name, at in {"in time": END - timedelta(seconds=1), "over": END}.items():
        with time_machine.travel(at, tick=False):
            page = client.get(f"/{language}/apply/sea-2026/status/")
            listed = client.get(f"/{language}/apply/").content.decode()
        told[name] = (heading in page.content.decode(), asked in page.content.decode(), page.context["said"] in listed)
    assert told == {"in time": (False, True, True), "over": (True, False, True)}
    assert (f"mailto:{mine.call.contact}?subject={mine.number}" in page.content.decode()) is bool(mine.call.contact)

    mine.call.status = "archived"
    mine.call.save(update_fields=["status"])
    with time_machine.travel(NOW + DAY, tick=False):
        page = client.get(f"/{language}/apply/sea-2026/status/").content.decode()
    assert (heading in page, asked in page, state(mine)) == (True, False, "offered")


def test_a_call_is_not_put_away_while_somebody_has_to_answer(mine, client):
    refused = calls.not_yet(mine.call)
    with pytest.raises(calls.StepRefused) as refusal:
        calls.archive_call(mine.call, by=None, at=NOW)
    client.force_login(OfficeUserFactory())
    page = client.get("/en/desk/calls/sea-2026/steps/")

    assert str(refusal.value) == refused
    assert refused == (
        "It cannot be archived yet: a place is offered to 1 person who has not answered. Write to them, or wait until"
        " the day of the offer is over."
    )
    assert (refused in page.content.decode(), page.context["form"].steps) == (True, ["cancelled"])
    mine.call.refresh_from_db()
    assert mine.call.status == "decided"

    offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    assert calls.archive_call(mine.call, by=None, at=NOW).status == "archived"


def test_a_call_that_is_cancelled_is_put_away_with_offers_in_it(mine):
    for act in (calls.cancel_call, calls.archive_call):
        call = act(mine.call, by=None, at=NOW, reason="War.")
    assert (call.status, state(mine)) == ("archived", "offered")


def test_the_day_of_an_earlier_postponement_ends_no_later_offer(mine):
    late = ApplicationFactory(call=mine.call, submitted=True, status="offered", status_at=END + DAY)
    offers.follow_offers(at=END + 2 * DAY)

    assert (state(mine), state(late)) == ("expired", "offered")
    offers.answer_offer(late, accept=True, by=late.applicant, at=END + 2 * DAY)
    assert state(late) == "accepted"


def test_a_second_postponement_keeps_the_place_until_its_own_day(mine):
    offers.answer_offer(mine, accept=True, by=mine.applicant, at=NOW)
    call = mine.call
    set_status(call.training, "postponed", by=None, at=NOW + DAY, reason="Flood.", dates="2027-02-01/2027-02-05")
    calls.postpone_call(call, calls.Postponement("Flood.", accept_by=date(2026, 5, 1)), by=None, at=NOW + DAY)

    assert state(mine) == "offered"
    assert offers.follow_offers(at=END) == 0
    offers.answer_offer(mine, accept=True, by=mine.applicant, at=END)
    assert state(mine) == "accepted"
