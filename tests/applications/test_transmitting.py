"""Calls whose applications an endorser transmits: what counts, what waits, and what the office decides on."""

import copy
from datetime import timedelta

import pytest
import time_machine

from tessera.activity.models import Activity
from tessera.applications import listing
from tessera.applications.demand import demand_of_calls
from tessera.applications.models import Application, Request, TransmissionWaiver
from tessera.applications.services import requests as asking
from tessera.applications.services import screening, several
from tessera.applications.services import transmitting as services
from tessera.applications.services.erasing import erase_application
from tessera.applications.transmission import counted, standing_of, with_transmission
from tessera.messaging.models import Message
from tests.applications.test_requests import FORM, application_naming, host_of, link_in
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
DUE = CLOSES_AT - timedelta(days=7)
NAMED = {"name": "Musée Théodore", "email": "direction@example.org"}
REASON = "Le comité ne s’est pas réuni."


@pytest.fixture
def call():
    return CallFactory(form=FORM, channel="transmitted")


@pytest.fixture
def committee():
    return host_of("SN", email="comite@example.org", language="es")


@pytest.fixture
def office():
    return OfficeUserFactory(language="en")


def asked(call, **facts):
    """A submitted file whose committee was asked to transmit it."""
    mine = application_naming(call, submitted=True, **facts)
    return mine, asking.ask(mine, "endorsement", by=mine.applicant, at=NOW)


def state(application, at=NOW):
    application.refresh_from_db()
    return standing_of(application, application.requests.all(), at=at).state


def templates(since=0):
    return [(m.template, m.address, m.language) for m in Message.objects.order_by("pk")[since:]]


def in_state(call, name):
    """A submitted file in one of the states."""
    mine, request = asked(call, name=f"Awa {name}")
    if name in ("transmitted", "waived"):
        if name == "transmitted":
            asking.give(request, opinion="full", text="", rank=None, by=None, at=NOW)
        else:
            services.waive_transmission(mine, reason=REASON, by=None, at=NOW)
    elif name == "refused":
        asking.refuse(request, text="No.", by=None, at=NOW)
    elif name == "late":
        Request.objects.filter(pk=request.pk).update(due_at=NOW)
    elif name == "not_asked":
        request.delete()
    mine.refresh_from_db()
    return mine


STATES = ("waiting", "transmitted", "late", "refused", "not_asked", "waived")


def test_nobody_is_asked_before_it_is_handed_in(call, committee):
    mine = application_naming(call)

    with pytest.raises(asking.NotHandedIn, match="transmitted once you submit it"):
        asking.ask(mine, "endorsement", by=mine.applicant, at=NOW)

    assert (Request.objects.count(), Message.objects.count()) == (0, 0)


def test_the_committee_of_the_country_is_asked_until_the_internal_deadline(call, committee):
    host_of("TG", email="togo@example.org")
    mine, request = asked(call)

    assert (request.transmits, request.email, request.country_id, request.due_at) == (
        True, "comite@example.org", "SN", DUE,
    )  # fmt: skip
    assert templates() == [
        ("endorsement_request", "comite@example.org", "es"), ("request_asked", mine.applicant.email, "fr"),
    ]  # fmt: skip
    assert "transmita" in Message.objects.get(template="endorsement_request").text
    assert "attend d’être transmise" in Message.objects.get(template="request_asked").text
    assert standing_of(mine, mine.requests.all(), at=NOW).sentence.startswith("Waiting to be transmitted by")


def test_a_committee_transmits_its_own_country_only(call, committee, office):
    host_of("TG", email="togo@example.org", language="fr")
    mine, request = asked(call)
    asking.give(request, opinion="full", text="", rank=None, by=None, at=NOW)
    assert state(mine) == "transmitted"

    Application.objects.filter(pk=mine.pk).update(country="TG")

    assert state(mine) == "not_asked"
    assert [one.transmission for one in with_transmission(Application.objects.all(), NOW)] == ["not_asked"]
    assert not Application.objects.filter(counted()).exists()
    again = asking.ask(mine, "endorsement", by=mine.applicant, at=NOW)
    assert (again.email, again.country_id, again.transmits) == ("togo@example.org", "TG", True)
    assert state(mine) == "waiting"
    request.refresh_from_db()
    assert (request.state, request.replaced_at) == ("given", NOW)
    assert asking.ask(mine, "endorsement", by=mine.applicant, at=NOW) == again


def test_an_endorsement_in_another_kind_of_call_transmits_nothing(committee):
    mine, request = asked(CallFactory(form=FORM, channel="endorsed"))

    assert request.transmits is False
    assert standing_of(mine, mine.requests.all(), at=NOW) is None
    assert screening.mark_eligible(mine, by=None, at=NOW).status == "eligible"


@pytest.mark.parametrize("name", STATES)
def test_only_what_is_transmitted_or_let_pass_can_be_found_eligible(call, committee, name):
    mine = in_state(call, name)
    counts = name in ("transmitted", "waived")

    assert (state(mine), [one.done for one in several.foresee([mine], "eligible", by=None)]) == (name, [counts])
    if counts:
        assert screening.mark_eligible(mine, by=None, at=NOW).status == "eligible"
    else:
        before = Message.objects.count()
        with pytest.raises(screening.NotTransmitted, match="It does not count yet"):
            screening.mark_eligible(mine, by=None, at=NOW)
        mine.refresh_from_db()
        assert (mine.status, Message.objects.count()) == ("submitted", before)


def test_the_list_says_it_and_is_narrowed_by_it_and_demand_counts_what_counts(call, committee, office):
    rows = {name: in_state(call, name) for name in STATES}
    application_naming(call)  # a draft

    found = {name: [row.name for row in listing.applications(office, call, transmission=name)] for name in STATES}
    demand = demand_of_calls([call])[call.pk]

    assert found == {name: [row.name] for name, row in rows.items()}
    assert (demand.total.begun, demand.total.submitted, demand.total.waiting) == (7, 2, 4)
    assert [(part.code, part.submitted, part.waiting) for part in demand.countries] == [("SN", 2, 4)]
    others = listing.untransmitted(office, call)
    assert others.total == 3
    assert {row.name for row, _words in others.rows} == {"Awa late", "Awa refused", "Awa not_asked"}
    assert listing.untransmitted(office, CallFactory()) is None


def test_the_internal_deadline_ends_the_link_and_tells_the_applicant_that_nothing_is_refused(client, call, committee):
    mine, request = asked(call)
    link = link_in(Message.objects.get(template="endorsement_request"))
    sent = Message.objects.count()

    assert asking.expire(at=DUE - timedelta(seconds=1)) == 0
    with time_machine.travel(DUE, tick=False):
        assert client.get(link).status_code == 410
        with pytest.raises(asking.CannotAnswer):
            asking.give(request, opinion="full", text="", rank=None, by=None, at=DUE)
        assert state(mine, DUE) == "late"
        assert [asking.expire(at=DUE), asking.expire(at=DUE)] == [1, 0]

    assert (state(mine, DUE), mine.status) == ("late", "submitted")
    assert templates(sent) == [("transmission_over", mine.applicant.email, "fr")]
    assert asking.new_links("comite@example.org", at=DUE) == 0
    with pytest.raises(asking.TransmissionOver):
        asking.ask(mine, "endorsement", by=mine.applicant, at=DUE)
    assert Request.objects.count() == 1


def test_the_office_asks_the_committee_again_with_more_time(call, committee, office):
    mine, request = asked(call)
    asking.expire(at=CLOSES_AT)

    again = asking.ask(mine, "endorsement", by=office, at=CLOSES_AT)

    request.refresh_from_db()
    assert (again.email, again.due_at, request.replaced_at) == (
        "comite@example.org", CLOSES_AT + timedelta(days=7), CLOSES_AT,
    )  # fmt: skip
    assert state(mine, CLOSES_AT) == "waiting"


def test_the_office_asks_somebody_named_in_the_place_of_a_committee(client, call, committee, office):
    mine, request = asked(call)
    client.force_login(office)
    path = f"/en/desk/applications/files/{mine.number}/requests/endorsement/"

    client.post(path, {"in_place": "1"})
    assert Request.objects.count() == 1  # nobody is named

    AnswerFactory(application=mine, question="endorsement", value=NAMED)
    client.post(path, {"in_place": "1"})

    standing = Request.objects.get(replaced_at=None)
    assert (standing.email, standing.fallback, standing.transmits) == ("direction@example.org", True, True)
    assert client.post(path, {"in_place": "1"}).status_code == 302
    assert Request.objects.count() == 2
    page = client.get(f"/en/requests/{asking.token_of(standing)}/").content.decode()
    assert "which is not known to us or has not answered" in page
    asking.give(standing, opinion="full", text="", rank=None, by=None, at=NOW)
    assert state(mine) == "transmitted"


def test_without_a_committee_whoever_is_named_transmits_it(call):
    mine, request = asked(call, endorser=NAMED)

    assert (request.email, request.fallback, request.transmits) == ("direction@example.org", True, True)
    assert state(mine) == "waiting"


def test_letting_it_count_needs_a_reason_and_tells_the_applicant_once(client, call, committee, office):
    mine, request = asked(call)
    asking.expire(at=DUE)
    client.force_login(office)
    path = f"/en/desk/applications/files/{mine.number}/transmission/waive/"
    sent = Message.objects.count()

    assert client.post(path, {"pass-reason": "  "}).status_code == 422
    assert TransmissionWaiver.objects.count() == 0
    with time_machine.travel(DUE, tick=False):
        for _ in range(2):
            assert client.post(path, {"pass-reason": REASON}).status_code == 302

    assert state(mine, DUE) == "waived"
    assert TransmissionWaiver.objects.get().by == office
    assert templates(sent) == [("transmission_waived", mine.applicant.email, "fr")]
    mail = Message.objects.get(template="transmission_waived").text
    assert [words for words in (REASON, "N’a pas été transmise par") if words in mail] == [
        REASON, "N’a pas été transmise par",
    ]  # fmt: skip
    assert Activity.objects.filter(verb="application.transmission_waived").count() == 1
    erase_application(mine, by=None, at=DUE)
    assert TransmissionWaiver.objects.count() == 0


@pytest.mark.parametrize("name", ["transmitted", "other"])
def test_there_is_nothing_to_let_pass_where_it_counts(call, committee, name):
    if name == "other":
        mine, refusal = ApplicationFactory(call=CallFactory(), submitted=True), services.NothingToTransmit
    else:
        mine, refusal = in_state(call, "transmitted"), services.IsTransmitted

    with pytest.raises(refusal):
        services.waive_transmission(mine, reason=REASON, by=None, at=NOW)

    assert TransmissionWaiver.objects.count() == 0


def test_what_was_found_not_eligible_for_it_becomes_eligible_by_letting_it_count(call, committee, office):
    mine = in_state(call, "refused")
    screening.mark_ineligible(mine, reason="Not transmitted.", by=office, at=NOW)

    services.waive_transmission(mine, reason=REASON, by=office, at=NOW)

    mine.refresh_from_db()
    assert mine.status == "eligible"


@pytest.mark.parametrize("name", STATES)
def test_pages_say_how_far_it_is(client, call, committee, office, name):
    mine = in_state(call, name)
    says = {
        "waiting": "Waiting to be transmitted by", "transmitted": "Transmitted by", "late": "Not transmitted by",
        "refused": "does not transmit it.", "not_asked": "Nobody is asked yet to transmit it.",
        "waived": "It counts without being transmitted",
    }  # fmt: skip

    client.force_login(mine.applicant)
    own = client.get(f"/en/apply/{call.code}/status/").content.decode()
    client.force_login(office)
    desk = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    table = client.get(f"/en/desk/applications/calls/{call.code}/?transmission={name}").content.decode()
    sheet = client.get(f"/en/desk/applications/calls/{call.code}/export.csv").content.decode()

    assert [page for page in (own, desk) if says[name] not in page] == []
    assert ("It counts once it is transmitted." in own) == (name not in ("transmitted", "waived"))
    assert REASON not in own
    assert "No." not in own
    assert ("Let it count without being transmitted" in desk) == (name not in ("transmitted", "waived"))
    assert ("It does not count as it is" in desk) == (name in ("late", "refused", "not_asked"))
    assert f"Awa {name}" in table
    assert "Transmission" in sheet.splitlines()[0]
    reason = desk[desk.index('name="no-reason"') :].partition("</textarea>")[0]
    assert ("transm" in reason) == (name in ("late", "refused", "not_asked"))


def test_a_call_of_another_kind_shows_nothing_of_it(client, committee, office):
    call = CallFactory(form=FORM, channel="endorsed")
    mine, _request = asked(call)
    client.force_login(office)

    pages = [
        client.get(f"/en/desk/applications/{path}").content.decode()
        for path in (f"calls/{call.code}/", f"files/{mine.number}/", f"calls/{call.code}/demand/")
    ]

    assert [page for page in pages if "ransmi" in page] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("waiting", "It counts once it is transmitted."),
        ("transmitted", "After the deadline the programme office checks the conditions."),
    ],
)
def test_the_list_of_one_s_own_says_it_like_its_page(client, call, committee, name, said):
    mine = in_state(call, name)
    client.force_login(mine.applicant)

    for address in ("/en/apply/", f"/en/apply/{call.code}/status/"):
        assert f"Your application has arrived whole. {said}" in client.get(address).content.decode()


def test_the_page_of_the_endorser_transmits(client, call, committee):
    mine, _request = asked(call, name="Awa Grès")
    link = link_in(Message.objects.get(template="endorsement_request")).replace("/es/", "/en/")

    page = client.get(link).content.decode()

    assert [words for words in ("waits to be transmitted by you", "Transmit until", ">Transmit</button>") if words in page] == [
        "waits to be transmitted by you", "Transmit until", ">Transmit</button>",
    ]  # fmt: skip
    client.force_login(committee)
    assert "waiting to be transmitted" in client.get("/en/requests/country/").content.decode()
    sent = Message.objects.count()
    assert client.post(link, {"opinion": "full", "text": ""}).status_code == 302
    assert templates(sent) == [
        ("request_thanks", "comite@example.org", "es"), ("request_given", mine.applicant.email, "fr"),
    ]  # fmt: skip
    assert "elle compte désormais" in Message.objects.get(template="request_given").text


def test_the_applicant_sees_why_nobody_can_be_asked_yet(client, call, committee):
    mine = application_naming(call)
    client.force_login(mine.applicant)

    page = client.get(f"/en/requests/of/{mine.number}/").content.decode()

    assert "In this call your application is transmitted once you submit it" in page
    assert "/ask/endorsement/" not in page


def test_where_a_rank_is_asked_for_none_is_transmitted_without(client, committee):
    form = copy.deepcopy(FORM)
    form["steps"][0]["questions"][3]["ranked"] = True
    call = CallFactory(form=form, channel="transmitted")
    mine, request = asked(call)
    link = link_in(Message.objects.get(template="endorsement_request")).replace("/es/", "/en/")

    answer = client.post(link, {"opinion": "full", "text": "Yes."})
    with pytest.raises(asking.RankMissing):
        asking.give(request, opinion="full", text="", rank=None, by=None, at=NOW)

    assert (answer.status_code, "Say which rank you give it" in answer.content.decode()) == (422, True)
    assert state(mine) == "waiting"
    assert client.post(link, {"opinion": "full", "text": "Yes.", "rank": "1"}).status_code == 302
    assert state(mine) == "transmitted"


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_every_number_of_files(call, committee, office, n, django_assert_num_queries):
    for name in STATES[:n]:
        in_state(call, name)

    with django_assert_num_queries(1):
        rows = list(listing.applications(office, call))

    assert len(rows) == n
    assert [listing.row_of(row, ("transmission",), {}, call).cells[0].kind for row in rows].count("due") == 1
