"""What the committee of one country was asked is no more its own once the applicant works in another."""

from datetime import timedelta

import pytest

from tessera.accounts.permissions import has_perm
from tessera.applications import listing
from tessera.applications.models import Application, Request
from tessera.applications.reading import reader_of
from tessera.applications.services import requests as services
from tessera.applications.services import submit_application
from tessera.applications.services.requests.following import remind
from tessera.messaging.models import Message
from tests.applications.test_requests import FORM, REFEREE, host_of, link_in
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import AnswerFactory, ApplicationFactory, write_answers
from tests.factories.calls import CLOSES_AT, CallFactory
from tests.factories.moments import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]
SECRET = "Our stores are full of basalt."
COUNTRY = {"key": "country", "type": "country", "label": {"en": "Country"}, "fact": "country_of_work"}
WITH_COUNTRY = {"steps": [FORM["steps"][0] | {"questions": [*FORM["steps"][0]["questions"], COUNTRY]}]}


@pytest.fixture
def moved():
    """A file handed in from France, where nobody is known, whose draft asked the committee of Senegal."""
    call = CallFactory(form=WITH_COUNTRY)
    host = host_of("SN")
    mine = ApplicationFactory(call=call, country_id=None)
    write_answers(mine, {"country": "SN", "letter": SECRET})
    mine.refresh_from_db()
    made = services.ask(mine, "endorsement", by=mine.applicant, at=NOW)
    write_answers(mine, {"country": "FR"})
    submit_application(mine, by=mine.applicant, at=NOW)
    mine.refresh_from_db()
    assert (mine.country_id, mine.status) == ("FR", "submitted")
    return host, mine, made


def test_a_committee_reads_no_file_of_another_country(client, moved):
    host, mine, made = moved
    link = link_in(Message.objects.get(template="endorsement_request"))

    by_link = client.get(link)
    client.force_login(host)
    listed = client.get("/en/requests/country/").content.decode()
    opened = client.get(f"/en/requests/country/{made.pk}/")

    assert (by_link.status_code, SECRET in by_link.content.decode()) == (410, False)
    assert f"/requests/country/{made.pk}/" not in listed
    assert (opened.status_code, SECRET in opened.content.decode()) == (404, False)
    assert not Application.objects.visible_to(host).exists()
    assert (has_perm(host, "applications.view_application", mine), reader_of(host, mine)) == (False, None)


def test_what_was_asked_of_another_country_is_shown_as_living_to_nobody(client, moved):
    _host, mine, _made = moved
    client.force_login(mine.applicant)
    own = client.get(f"/en/requests/of/{mine.number}/").content.decode()
    client.force_login(OfficeUserFactory())
    page = client.get(f"/en/desk/applications/files/{mine.number}/").content.decode()
    (row,) = listing.applications(OfficeUserFactory(), mine.call)

    assert "Ask again: your country changed since, and this counts no more." in own
    assert "Asked to answer until" not in own
    assert "The applicant works in another country now: it counts no more." in page
    assert row.endorsement is None

    write = Application.objects.filter(pk=mine.pk).update
    write(country="SN")
    (row,) = listing.applications(OfficeUserFactory(), mine.call)
    client.force_login(mine.applicant)
    own = client.get(f"/en/requests/of/{mine.number}/").content.decode()
    assert (row.endorsement, "Asked to answer until" in own, "your country changed" in own) == ("asked", True, False)


def test_what_was_asked_of_another_country_is_replaced_where_nobody_new_can_be_asked(moved):
    _host, mine, made = moved

    with pytest.raises(services.NobodyToEndorse):
        services.ask(mine, "endorsement", by=mine.applicant, at=NOW)

    made.refresh_from_db()
    assert (made.replaced_at, made.token_hash, made.state) == (NOW, None, "asked")
    assert Request.objects.count() == 1


def test_a_committee_of_another_country_neither_answers_nor_is_written_to(moved):
    host, mine, made = moved
    mails = Message.objects.count()

    for act in (
        lambda: services.give(made, opinion="full", text="", rank=None, by=host, at=NOW),
        lambda: services.refuse(made, text="No.", by=None, at=NOW),
    ):
        with pytest.raises(services.CannotAnswer):
            act()
    assert services.new_links(made.email, at=NOW) == 0
    nearly = made.due_at - timedelta(days=1)
    assert remind(at=nearly) == 0
    made.refresh_from_db()
    assert (made.state, Message.objects.count()) == ("asked", mails)

    Application.objects.filter(pk=mine.pk).update(country="SN")
    assert (remind(at=nearly), services.new_links(made.email, at=NOW)) == (1, 1)


def test_an_employer_answers_whatever_the_country_is(client):
    form = {"steps": [FORM["steps"][0] | {"questions": [COUNTRY, {
        "key": "boss", "type": "endorsement", "label": {"en": "Who?"}, "channel": "employer",
    }]}]}  # fmt: skip
    mine = ApplicationFactory(call=CallFactory(form=form), submitted=True)
    AnswerFactory(application=mine, question="boss", value=REFEREE)
    made = services.ask(mine, "boss", by=mine.applicant, at=NOW)

    Application.objects.filter(pk=mine.pk).update(country="FR")

    assert client.get(link_in(Message.objects.get(template="endorsement_request"))).status_code == 200
    assert services.new_links(made.email, at=NOW) == 1
    assert CLOSES_AT > NOW
