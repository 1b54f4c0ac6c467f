"""A programme that counts by another scheme of regions: its pages, lists, interface and map of addresses agree."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from tessera.applications.demand import beside_coverage, demand_of_calls
from tessera.places.models import Region, RegionScheme
from tessera.places.queries import forget_reference, reference
from tessera.places.services import places_changed
from tessera.planning.queries.demand import demand
from tessera.portal.ground import ground
from tessera.programmes.documents import programme_document
from tessera.programmes.forms.choices import countries_by_region
from tessera.programmes.models import Programme, Training
from tessera.programmes.queries import kept_scheme, programme, scheme_of
from tessera.programmes.services import save_programme
from tessera.publications.models import PublicRecord
from tests.factories.accounts import OfficeUserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.calls import CallFactory
from tests.factories.moments import NOW

LAC = "Latin America and the Caribbean"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archive")]


@pytest.fixture
def split():
    document = {**programme_document(programme()), "coverage": {"scheme": "unesco_split"}}
    save_programme(document, by=None, at=NOW)


def test_programme_scheme_is_the_one_that_was_chosen(split):
    held = kept_scheme(reference())
    assert held.code == "unesco_split"
    assert {region.code for region in held.regions} == {"AFR", "ARB", "APA", "EUR", "NAM", "LAC"}
    assert scheme_of(programme(), reference()) == held
    assert ground(NOW.date()).scheme == held


def test_programme_scheme_is_the_first_one_where_there_is_no_programme():
    assert scheme_of(None, reference()).code == "unesco"
    Programme.objects.update(slug="other")
    assert kept_scheme(reference()).code == "unesco"


def test_programme_scheme_is_the_first_one_where_its_own_is_not_in_force(split):
    RegionScheme.objects.filter(code="unesco_split").update(active=False)
    forget_reference()
    assert kept_scheme(reference()).code == "unesco"
    assert ground(NOW.date()).scheme.code == "unesco"


def test_filters_and_interface_know_the_regions_of_the_programme(client, split):
    shown = client.get("/en/trainings/").content.decode()
    choice = re.search(r'<select id="f-region".*?</select>', shown, re.DOTALL)[0]
    assert set(re.findall(r'value="(\w+)"', choice)) == {"AFR", "ARB", "APA", "EUR", "NAM", "LAC"}
    for path in ("/en/trainings/?region={}", "/en/trainings.json?region={}", "/en/alerts/new/?region={}"):
        assert [client.get(path.format(code)).status_code for code in ("EUR", "ENA")] == [200, 400], path
    known = client.get("/api/v1/trainings?region=EUR")
    assert (known.status_code, known.json()["count"] > 0) == (200, True)
    refused = client.get("/api/v1/trainings?region=ENA")
    assert (refused.status_code, "EUR" in refused.content.decode()) == (422, True)


def test_sitemap_holds_the_regions_of_the_programme_and_each_has_a_page(client, split):
    found = [loc.text or "" for loc in ET.fromstring(client.get("/sitemap-en.xml").content).iter() if "}loc" in loc.tag]
    pages = [address for address in found if "/regions/" in address and not address.endswith("/regions/")]
    assert {address.rsplit("/", 2)[1] for address in pages} == {"afr", "arb", "apa", "eur", "nam", "lac"}
    assert [client.get(address).status_code for address in pages] == [200] * 6


def test_a_training_is_found_by_the_name_of_its_region(client, split):
    html = client.get("/en/trainings/", {"q": "North America"}).content.decode()
    assert re.findall(r'class="as3"><a href="/en/trainings/([a-z0-9-]+)/">', html) == ["washington-2023"]


@pytest.mark.parametrize(
    ("asked", "audience"),
    [("EUR", ("regional", [], 58)), ("AFR", ("regional", ["AFR"], 0)), ("ENA", ("regional", [], 0))],
)
def test_new_training_begins_for_a_region_of_the_programme(client, split, asked, audience):
    client.force_login(OfficeUserFactory())
    client.post(f"{reverse('programmes:training_new')}?region={asked}", {"name_en": "Stone", "format": "online"})
    made = Training.objects.get(slug="stone").audience
    assert (made["scope"], made["unesco_regions"], len(made["countries"])) == audience
    if asked == "EUR":
        assert set(made["countries"]) == reference().scheme("unesco_split").by_code["EUR"].countries


def test_demand_stands_beside_the_regions_of_the_programme(client, split):
    call = CallFactory(training=Training.objects.get(slug="washington-2023"), status="decided")
    for country in ("FR", "FR", "US", "SN"):
        ApplicationFactory(call=call, submitted=True, status="eligible", country_id=country)

    found = demand_of_calls([call])[call.pk]

    assert [(part.code, part.name, part.submitted) for part in found.regions] == [
        ("EUR", "Europe", 2), ("AFR", "Africa", 1), ("NAM", "North America", 1),
    ]  # fmt: skip
    beside = beside_coverage(found, NOW.date())
    assert [row.part.code for row in beside] == ["EUR", "AFR", "NAM", "ARB", "APA", "LAC"]
    assert "–" not in {row.clock for row in beside}
    came = {row.training.slug: row.regions for row in demand()}
    assert came["armenia-2022"] == ("EUR",)


def test_countries_are_chosen_by_the_regions_of_the_programme(split):
    found = {name: {code for code, _words in choices} for name, choices in countries_by_region()}
    assert list(found)[:6] == ["Africa", "Arab States", "Asia and the Pacific", "Europe", "North America", LAC]
    assert found["North America"] == {"BM", "CA", "GL", "PM", "US"}
    assert (sum(map(len, found.values())), len(found)) == (len(reference().countries), 7)


@pytest.fixture
def other_names(split):
    """The programme's scheme has a region of its own under a code of UNESCO's."""
    Region.objects.filter(scheme__code="unesco_split", code="AFR").update(
        name={"en": "The continent", "fr": "Le continent"}
    )
    places_changed()


def test_public_pages_call_a_region_as_the_scheme_of_the_programme_does(client, other_names):
    slug = next(row.slug for row in PublicRecord.objects.filter(kind="training") if row.card["regions"] == ["AFR"])
    for path in (
        "/en/regions/",
        "/en/regions/afr/",
        "/en/next/",
        f"/en/trainings/{slug}/",
        "/en/trainings/?region=AFR",
    ):
        assert "The continent" in client.get(path).content.decode(), path
    told = client.get(f"/api/v1/trainings/{slug}").json()
    assert [row["name"]["en"] for row in told["regions"]] == ["The continent"]
    default = client.get("/en/coverage/?scheme=unesco").content.decode()
    assert ("The continent" in default, "Africa" in default) == (False, True)
