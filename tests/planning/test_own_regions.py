"""A programme whose regions bear codes that UNESCO's have too, and mean others."""

import pytest
from django.utils.translation import override

from tessera.places.queries import reference
from tessera.places.services import tile_codes
from tessera.planning.queries.names import area_name, region_name
from tessera.planning.services.acceptance import audience_of
from tessera.portal.board import board_ground
from tessera.programmes.services.schemes import activate_scheme
from tests.factories.moments import NOW
from tests.factories.places import make_scheme
from tests.factories.planning import ask
from tests.factories.programmes import make_programme

pytestmark = pytest.mark.django_db
WEST = ["CI", "ML", "SN"]


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
