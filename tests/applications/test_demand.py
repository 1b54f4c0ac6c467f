"""Demand of past calls: on the planning board, and as wishes of countries in the need of a plan."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from tessera.applications.demand import turned_away
from tessera.planning.queries.demand import unmet_demand
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CLOSES_AT, CallFactory, StrandFactory
from tests.sweep.markup import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_stands")]


def applied(call, status, country="SN", **facts):
    return ApplicationFactory(call=call, submitted=True, status=status, country_id=country, **facts)


def test_eligible_people_without_a_place_are_wishes_once_the_call_is_decided():
    decided, running = CallFactory(status="decided"), CallFactory(status="in_review")
    for status in ("eligible", "reserve", "not_selected", "accepted", "declined", "ineligible", "withdrawn"):
        applied(decided, status)
    applied(decided, "reserve", "FJ")
    applied(decided, "reserve", None)
    applied(decided, "reserve", "ML", rehearsal=True)
    applied(running, "eligible", "BF")

    assert turned_away(False) == {"SN": 3, "FJ": 1}
    assert turned_away(True) == {"ML": 1}
    assert unmet_demand() == {"SN": 3, "FJ": 1}


def test_a_wish_is_forgotten_after_two_years():
    applied(CallFactory(status="archived"), "not_selected")

    with time_machine.travel(CLOSES_AT + timedelta(days=730) - timedelta(seconds=1), tick=False):
        assert turned_away(False) == {"SN": 1}
    with time_machine.travel(CLOSES_AT + timedelta(days=730), tick=False):
        assert turned_away(False) == {}


@pytest.fixture
def office(client):
    client.force_login(OfficeUserFactory())
    return client


def rows_of(client):
    section = next(node for node in parse(client.get(reverse("portal:board")).content).all("section")
                   if node.get("aria-labelledby") == "demand-h")  # fmt: skip
    return [[cell.text for cell in row.all("th", "td")] for row in section.all("tr")][1:], section.text


def test_the_board_shows_the_demand_of_each_call_beside_its_places(office):
    call = CallFactory(status="decided", title={"en": "Call of the sea"}, strands=[])
    StrandFactory(call=call, key="a", places_min=20, places_max=25)
    StrandFactory(call=call, key="b", places_min=5, places_max=5)
    applied(call, "eligible", strand="a")
    applied(call, "not_selected", "FJ", strand="a")
    applied(call, "ineligible", strand="b")
    ApplicationFactory(call=call, strand="a")
    CallFactory(status="draft", title={"en": "Nobody could apply"})

    rows, text = rows_of(office)

    assert rows == [["Call of the sea Decided", "Africa; Asia and the Pacific", "3", "2", "25–30"]]
    assert "No call for applications has been held" not in text


def test_without_a_call_the_board_says_so(office):
    rows, text = rows_of(office)

    assert rows == []
    assert "No call for applications has been held on this site yet" in text


def test_more_calls_ask_no_more_of_the_database(office, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            office.get(reverse("portal:board"))
        return len(queries)

    applied(CallFactory(status="decided"), "eligible")
    asked()
    one = asked()
    for _n in range(2):
        applied(CallFactory(status="decided"), "eligible", "FJ")
    asked()  # as before the first count: what is kept for all pages is read anew once
    assert asked() == one
