"""Calls on the public site: the list, the page, the questions, the calendar of deadlines."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from tessera.calls import services
from tessera.calls.documents import call_document
from tessera.calls.models import Call
from tessera.calls.queries import calls_whole
from tessera.core.models import TranslationState
from tests.factories.accounts import UserFactory
from tests.factories.calls import CLOSES_AT, make_call
from tests.factories.grants import make_table
from tests.factories.moments import NOW
from tests.factories.programmes import make_training

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def html(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_a_draft_has_no_page_no_questions_and_no_calendar(client):
    make_call(id="draft")

    for path in ("calls/draft/", "calls/draft/questions/", "calls/draft/call.ics"):
        html(client, f"/en/{path}", 404)
    assert "calls/draft" not in html(client, "/en/calls/")
    assert "calls/draft" not in html(client, "/sitemap-en.xml")


def test_the_page_shows_the_deadline_on_every_clock_and_the_time_left(client):
    make_call(id="heat", status="open")

    page = html(client, "/en/calls/heat/?zone=America/Lima")

    assert "Sunday 15 March 2026, 23:59</time>, anywhere on Earth (UTC−12)" in page
    assert "Monday 16 March 2026, 06:59</time>, Lima time (UTC−5)" in page
    assert "Monday 16 March 2026, 11:59</time>, universal time (UTC)" in page
    assert "14 days left" in page
    assert "Lima" not in html(client, "/en/calls/heat/")
    assert "Lima time (" not in html(client, "/en/calls/heat/?zone=Lima%20time")
    client.force_login(UserFactory(time_zone="America/Lima"))
    assert "Lima time (UTC−5)" in html(client, "/en/calls/heat/")


def test_the_page_follows_the_clock_before_the_machine_does(client):
    make_call(id="heat", status="open")

    with time_machine.travel(CLOSES_AT - timedelta(seconds=1), tick=False):
        assert "less than a minute left" in html(client, "/en/calls/heat/")
    with time_machine.travel(CLOSES_AT, tick=False):
        page = html(client, "/en/calls/heat/")
    assert Call.objects.get().status == "open"
    assert '<span class="st part">Closed</span>' in page


def test_an_open_call_leads_to_the_application_and_no_other_does(client):
    make_call(id="heat", status="open", title={"en": "Heat"})
    way_in = 'href="/en/apply/heat/">Apply or go on</a>'

    assert way_in in html(client, "/en/calls/heat/")
    assert way_in in html(client, "/en/calls/heat/check/")
    answer = client.post("/en/calls/heat/check/", {"birth_date": "1990-01-01"})
    assert way_in in " ".join(answer.content.decode().split())
    assert client.get("/en/apply/heat/").status_code == 200
    with time_machine.travel(CLOSES_AT, tick=False):
        assert way_in not in html(client, "/en/calls/heat/")
        assert way_in not in html(client, "/en/calls/heat/check/")
        # Whoever has a late code goes on there.
        assert html(client, "/en/calls/heat/").count('href="/en/apply/heat/"') == 1
    make_call(id="soon", status="published", title={"en": "Soon"})
    with time_machine.travel(NOW - timedelta(days=60), tick=False):
        assert "/en/apply/soon/" not in html(client, "/en/calls/soon/")


def test_the_page_tells_strands_packages_fee_limits_and_changes(client):
    make_table()
    strands = [
        {"key": "hosts", "name": {"en": "Hosts"}, "places": {"min": 4, "max": 6}},
        {"key": "guests", "name": {"en": "Guests"}, "packages": ["full"]},
    ]
    package = {
        "key": "full", "name": {"en": "Full <grant>"}, "ceiling": {"minor": 150_000, "currency": "EUR"},
        "components": [{"kind": "travel", "covered": True, "books": "office", "ceiling": {"minor": 90_000, "currency": "EUR"}},
                       {"kind": "visa", "covered": False}],
        "condition": {"table": "dues", "categories": ["four"], "cities": ["Dakar"]},
    }  # fmt: skip
    call = make_call(
        id="heat", status="open", strands=strands, packages=[package], fee={"minor": 0, "currency": "EUR"},
        limits={"accepted_per_country": 4}, timeline={"offers": "2026-06-01"}, contact="office@example.org",
    )  # fmt: skip
    services.extend_call(call, "2026-03-22", "23:59", "Etc/GMT+12", by=None, at=NOW)

    page = html(client, "/en/calls/heat/")

    for told in (
        "Hosts", "4 to 6 places", "Full &lt;grant&gt;", "Travel (booked by the programme office), at most €900",
        "Visa", "€1,500",
        "For people who live in: Dakar", "For people who work in a country of “Category four”: Armenia, Senegal",
        "Taking part costs nothing.", "At most 4 people from one country are accepted.", "1 June 2026",
        "mailto:office@example.org", "Extended on 2 March 2026; the deadline was 15 March 2026.",
    ):  # fmt: skip
        assert told in page


def test_the_page_says_when_grants_limits_or_places_were_changed(client):
    package = {
        "key": "full",
        "name": {"en": "Full"},
        "components": [{"kind": "travel", "covered": True, "books": "office"}],
    }
    opens = {"day": "2026-03-10", "time": "09:00"}
    make_call(id="heat", status="published", opens=opens, packages=[package], limits={"accepted_per_country": 4})

    def change(**parts):
        return services.save_call({**call_document(calls_whole().get()), **parts}, by=None, at=NOW)

    change(packages=[package | {"name": {"en": "Whole"}}], offer={"en": "Better words."})
    assert "was changed on" not in html(client, "/en/calls/heat/")

    change(packages=[package | {"components": [{"kind": "travel", "covered": False}]}])
    change(limits={"accepted_per_country": 2})
    change(limits={"accepted_per_country": 1})

    page = html(client, "/en/calls/heat/")
    assert page.count("What is offered and covered was changed on 2 March 2026.") == 1
    assert page.count("How many people of one country or institution are taken was changed on 2 March 2026.") == 1
    assert "of a strand were changed" not in page
    assert "a été modifié le 2 mars 2026" in html(client, "/fr/calls/heat/")


def test_a_translation_in_draft_is_hidden_and_another_language_is_said(client):
    make_call(id="heat", status="open", title={"en": "Heat", "fr": "Chaleur"}, offer={"en": "A week."})
    TranslationState.objects.filter(object_key="heat", field="title", language="fr").update(state="draft")
    services.save_call({**call_document(calls_whole().get()), "process": {"en": "We read."}}, by=None, at=NOW)

    page = html(client, "/fr/calls/heat/")

    assert "Chaleur" not in page
    assert '<span lang="en">Heat</span>' in page
    assert "Pas encore traduit" in page


def test_questions_are_printed_with_what_each_asks(client):
    make_call(id="heat", status="open")

    page = html(client, "/fr/calls/heat/questions/")

    assert "Pourquoi vous" in page
    assert "au plus 300 mots" in page
    assert "lu par le bureau seulement" in page
    assert "obligatoire" in page


def test_the_list_begins_with_the_nearest_deadline_of_what_is_open(client):
    make_call(id="later", status="open", deadline={"day": "2026-03-20", "time": "23:59", "zone": "Etc/GMT+12"})
    make_call(id="sooner", status="open")
    make_call(id="coming", status="published", opens={"day": "2026-03-05", "time": "09:00"})
    make_call(id="over", status="decided")
    make_call(id="gone", status="cancelled")
    play = make_training(rehearsal=True, dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    make_call(id="play", training=play.slug, status="open")

    def found(query=""):
        page = html(client, f"/en/calls/{query}")
        places = {
            code: page.find(f"/en/calls/{code}/") for code in ("later", "sooner", "coming", "over", "gone", "play")
        }
        return [code for code, place in sorted(places.items(), key=lambda pair: pair[1]) if place >= 0]

    assert found()[:3] == ["sooner", "later", "coming"]
    assert set(found()[3:]) == {"over", "gone"}
    assert set(found("?rehearsal=1")) == {*found(), "play"}
    assert found("?q=convocatoria") == found()
    assert found("?q=zzzz") == []


@pytest.mark.parametrize("n", [1, 3])
def test_list_and_page_query_counts_do_not_grow(client, n, django_assert_num_queries):
    codes = [make_call(status="open").code for _ in range(n)]
    client.get("/en/calls/")

    # content version; calls, cards of their trainings
    with django_assert_num_queries(3):
        page = client.get("/en/calls/").content.decode()
    assert [code for code in codes if f"/en/calls/{code}/" in page] == codes
    # content version; the call, the card of its training
    with django_assert_num_queries(3):
        client.get(f"/en/calls/{codes[0]}/")


@pytest.mark.parametrize(
    ("language", "said", "spoken"), [("en", "Come.", "en"), ("fr", "Venez.", "fr"), ("es", "Come.", "en")]
)
def test_calendar_says_in_which_language_its_description_is(client, language, said, spoken):
    make_call(id="heat", status="open", title={"en": "Heat", "es": "Calor"}, summary={"en": "Come.", "fr": "Venez."})

    (event,) = Calendar.from_ical(client.get(f"/{language}/calls.ics").content).walk("VEVENT")

    assert (str(event["description"]), event["description"].params["LANGUAGE"]) == (said, spoken)


def test_calendar_has_each_deadline_in_utc_and_strikes_out_what_is_cancelled(client):
    strands = [
        {"key": "hosts", "name": {"en": "Hosts"}},
        {"key": "guests", "name": {"en": "Guests"}, "deadline": {"day": "2026-03-20", "time": "17:59", "zone": "Africa/Dakar"}},
    ]  # fmt: skip
    call = make_call(id="heat", status="open", title={"en": "Heat"}, strands=strands)
    play = make_training(rehearsal=True, dates={"edtf": "2026-09-07/2026-09-11"}, phases=[])
    make_call(id="play", training=play.slug, status="open")

    def events(path="/en/calls.ics"):
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        return list(Calendar.from_ical(answer.content).walk("VEVENT"))

    hosts, guests = events()
    assert [str(event["summary"]) for event in (hosts, guests)] == ["Deadline: Heat (Hosts)", "Deadline: Heat (Guests)"]
    assert [event.decoded("dtend") for event in (hosts, guests)] == [CLOSES_AT, datetime(2026, 3, 20, 18, tzinfo=UTC)]
    assert str(hosts["url"]) == "http://testserver/en/calls/heat/"
    assert [event["uid"] for event in events("/en/calls/heat/call.ics")] == [hosts["uid"], guests["uid"]]
    assert client.get("/en/calls/play/call.ics").status_code == 404
    services.cancel_call(call, by=None, at=NOW, reason="Rain.")
    assert {str(event["status"]) for event in events()} == {"CANCELLED"}
    assert {event["sequence"] for event in events()} == {1}


def test_sitemap_names_the_calls_and_the_training_links_to_its_own(client):
    call = make_call(id="heat", status="open", title={"en": "Heat"})
    make_call(id="draft", training=call.training.slug)

    sitemap = html(client, "/sitemap-en.xml")
    assert "<loc>http://testserver/en/calls/</loc>" in sitemap
    assert "<loc>http://testserver/en/calls/heat/</loc>" in sitemap
    page = html(client, f"/en/trainings/{call.training.slug}/")
    assert '<a href="/en/calls/heat/">Heat</a>' in page
    assert "/en/calls/draft/" not in page
