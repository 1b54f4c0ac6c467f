"""A programme whose regions bear codes that UNESCO's have too, and mean others."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from tessera.activity.models import Activity
from tessera.places.models import RegionScheme
from tessera.places.queries import reference
from tessera.places.services import scheme_document, tile_codes
from tessera.planning.models import AcceptedLine
from tessera.planning.outcomes import earlier_plan
from tessera.planning.problems import world
from tessera.planning.queries.names import area_name, region_name
from tessera.planning.services.acceptance import RegionsReplaced, accept_line, audience_of
from tessera.portal.board import board_ground
from tessera.programmes import services
from tessera.programmes.documents import programme_document
from tessera.programmes.models import Training
from tessera.programmes.queries import programme
from tessera.programmes.services.schemes import activate_scheme
from tests.factories.accounts import OfficeUserFactory
from tests.factories.moments import NOW
from tests.factories.places import make_scheme
from tests.factories.planning import ask, computed, limits
from tests.factories.programmes import make_programme

pytestmark = pytest.mark.django_db
WEST, EAST = ["CI", "ML", "SN"], ["KE", "TZ", "UG"]


@pytest.fixture
def _own():
    tiles = set(tile_codes())
    home = reference().home_regions
    regions = [
        {"code": "AFR", "name": {"en": "West", "fr": "Ouest"}, "countries": WEST},
        {"code": "LAC", "name": {"en": "Latin America"}, "countries": sorted(home["LAC"])},
        {"code": "REST", "name": {"en": "Elsewhere"}, "countries": sorted(tiles - {*WEST} - home["LAC"])},
    ]
    activate_scheme(make_scheme(code="own", regions=regions), by=None, at=NOW)
    make_programme(coverage={"scheme": "own"})


@pytest.mark.usefixtures("_own")
def test_an_audience_of_regions_is_that_of_the_programmes_own():
    assert audience_of([], ["AFR"]) == {"scope": "regional", "countries": WEST, "unesco_regions": []}
    assert audience_of([], ["AFR", "REST"])["scope"] == "interregional"
    assert audience_of([], [], country="AO")["countries"] == sorted(
        next(r.countries for r in reference().regions("working_areas") if "AO" in r.countries)
    )


@pytest.mark.usefixtures("_own")
def test_an_audience_keeps_the_name_of_a_region_that_is_the_same_in_both():
    found = audience_of([], ["LAC"])

    assert found == {"scope": "regional", "countries": [], "unesco_regions": ["LAC"]}


@pytest.mark.usefixtures("_own")
def test_a_region_is_called_as_the_programme_calls_it_and_a_working_area_by_where_it_lies():
    with override("fr"):
        assert region_name("AFR") == "Ouest"
    with override("en"):
        assert region_name("ENA") == "Europe and North America"
        assert area_name("LAC-CAR") == "Latin America and the Caribbean: Caribbean"


@pytest.mark.usefixtures("_own")
def test_a_line_of_a_plan_stands_on_the_board_for_the_countries_of_its_region():
    line = {
        "training": "",
        "areas": [],
        "regions": ["AFR"],
        "starts": "2026-09-07",
        "ends": "2026-09-11",
        "edtf": "2026-09-07/2026-09-11",
    }
    plan = ask()
    plan.result = {"lines": [line]}

    found = board_ground(NOW.date(), reference(), plan)

    assert [sorted(laid.clock.countries) for laid in found.trainings.values()] == [WEST]


def _computed_for_the_west():
    """A plan of the programme's own regions whose one line is for that which UNESCO's scheme has a code for too."""
    plan = computed(years=1)
    line = next(line for line in plan.result["lines"] if line["regions"] == ["AFR"])
    plan.result = {**plan.result, "lines": [line]}
    plan.save(update_fields=["result"])
    return plan


def _count_by_unesco():
    services.save_programme({**programme_document(programme()), "coverage": {"scheme": "unesco"}}, by=None, at=NOW)


def _replace_the_west():
    """A new version in which the code is that of another part of the world."""
    document = scheme_document(RegionScheme.objects.get(code="own"))
    west, latin, rest = document["regions"]
    regions = [{**west, "name": {"en": "East"}, "countries": EAST}, latin,
               {**rest, "countries": sorted({*rest["countries"], *WEST} - {*EAST})}]  # fmt: skip
    activate_scheme(make_scheme(code="own", regions=regions), by=None, at=NOW)


@pytest.mark.usefixtures("_own")
def test_a_plan_keeps_the_scheme_whose_regions_it_is_for():
    assert _computed_for_the_west().result["scheme"] == {"code": "own", "version": 1}


@pytest.mark.usefixtures("_own")
def test_a_line_is_accepted_for_the_countries_it_was_planned_for_whatever_the_programme_counts_by_now(client):
    plan = _computed_for_the_west()
    _count_by_unesco()

    made = accept_line(plan, 0, by=OfficeUserFactory(), at=NOW).training

    assert made.audience["countries"] == WEST
    assert made.audience["unesco_regions"] == []
    assert made.title["fr"] == "Formation pour : Ouest"
    client.force_login(OfficeUserFactory())
    page = unescape(client.get(reverse("planning:scenario", args=[plan.code])).content.decode())
    assert "<h3>West" in page
    assert "West: no training on record in the whole region" in page
    assert "This plan is for the regions of “Halves”; the programme counts by others now." in page
    board = unescape(client.get(reverse("portal:board") + f"?plan={plan.code}").content.decode())
    assert re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)', board)[:3] == ["West", "Latin America", "Elsewhere"]


@pytest.mark.usefixtures("_own")
def test_a_plan_for_regions_that_are_no_longer_in_force_is_read_as_it_was_and_not_accepted(client):
    plan = _computed_for_the_west()
    _replace_the_west()
    before = Activity.objects.count()

    with pytest.raises(RegionsReplaced) as refused:
        accept_line(plan, 0, by=OfficeUserFactory(), at=NOW)

    assert str(refused.value) == (
        "The regions that this plan was made for are no longer in force: no line of it is accepted. Ask for a new plan."
    )
    assert (Training.objects.count(), AcceptedLine.objects.count(), Activity.objects.count()) == (0, 0, before)
    assert [
        sorted(laid.clock.countries) for laid in board_ground(NOW.date(), reference(), plan).trainings.values()
    ] == [WEST]
    client.force_login(OfficeUserFactory())
    page = unescape(client.get(reverse("planning:scenario", args=[plan.code])).content.decode())
    assert "<h3>West" in page
    assert "The regions that this plan was made for (“Halves”) are no longer in force." in page
    assert reverse("planning:line_accept", args=[plan.code, 0]) not in page


@pytest.mark.usefixtures("_own")
def test_what_if_starts_from_no_plan_of_other_regions():
    plan = _computed_for_the_west()
    assert earlier_plan(world(limits(years=1)), plan.result) is not None

    _count_by_unesco()

    assert earlier_plan(world(limits(years=1)), plan.result) is None
    assert earlier_plan(world(limits(years=1)), {**plan.result, "scheme": {"code": "unesco", "version": 1}}) is not None
