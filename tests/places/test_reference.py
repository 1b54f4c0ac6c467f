import pytest
from django.utils import translation

from tessera.activity.models import Activity
from tessera.core.models import LoadedRecord
from tessera.core.versions import content_version
from tessera.places import datafiles, queries, services
from tessera.places.models import Area, Country, Language, Region, RegionAssignment, RegionScheme
from tests.factories.moments import NOW
from tests.factories.places import halves_document, make_scheme

pytestmark = pytest.mark.django_db


def counts():
    return [model.objects.count() for model in (Area, Country, Language, RegionScheme, Region, RegionAssignment)]


def test_migrating_fills_the_places():
    assert counts()[:4] == [30, 250, 156, 4]
    in_force = RegionScheme.objects.filter(active=True).order_by("code").values_list("code", "kind", "version")
    assert list(in_force) == [
        ("m49_subregions", "statistics", 1),
        ("unesco", "coverage", 1),
        ("unesco_split", "coverage", 1),
        ("working_areas", "working", 1),
    ]


def test_load_reference_data_twice_changes_nothing():
    before, version = counts(), content_version()
    assert services.load_reference_data(NOW) is False
    assert (counts(), content_version()) == (before, version)


def test_load_reference_data_follows_new_files_and_keeps_notes_and_schemes():
    Country.objects.filter(code="MA").update(name={"en": "old"}, note="Kept.")
    LoadedRecord.objects.filter(source="project").update(digest="another")
    before = counts()
    assert services.load_reference_data(NOW) is True
    assert counts() == before
    morocco = Country.objects.get(code="MA")
    assert (morocco.name["en"], morocco.note) == ("Morocco", "Kept.")


@pytest.mark.parametrize("code", datafiles.SCHEMES)
def test_reference_has_the_schemes_of_the_files(code):
    found = {region.code: region.countries for region in queries.reference().regions(code)}
    assert found == datafiles.region_countries(code)
    assert list(found) == list(datafiles.region_countries(code))


def test_reference_knows_areas_regions_and_working_areas():
    reference = queries.reference()
    assert reference.area_countries == datafiles.area_countries()
    assert [reference.region_of(code) for code in ("MQ", "AM", "MA", "IR", "AQ")] == ["LAC", "ENA", "ARB", "APA", None]
    assert {r.within for r in reference.regions("working_areas")} == {"AFR", "ARB", "APA", "ENA", "LAC"}


def test_reference_is_read_once_and_again_after_a_change(django_assert_num_queries):
    queries.reference()
    with django_assert_num_queries(1):
        first = queries.reference()
    services.activate_scheme(make_scheme(), by=None, at=NOW)
    second = queries.reference()
    assert "halves" not in first.schemes
    assert [region.code for region in second.regions("halves")] == ["A-M", "N-Z"]


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [("en", "Afghanistan", "Zimbabwe"), ("fr", "Afghanistan", "Zimbabwe"), ("es", "Afganistán", "Zimbabue")],
)
def test_country_choices_are_sorted_by_name_in_the_active_language(language, first, last):
    with translation.override(language):
        names = [name for _, name in queries.country_choices()]
    assert (names[0], names[-1], len(names)) == (first, last, 250)


def test_country_choices_put_accents_where_they_belong():
    names = [name for _, name in queries.country_choices("fr")]
    assert names.index("Émirats arabes unis") < names.index("Espagne")


def test_save_scheme_makes_a_version_that_is_not_in_force():
    scheme = make_scheme()
    assert (scheme.code, scheme.version, scheme.active) == ("halves", 1, False)
    saved = services.scheme_document(scheme)
    assert [region["countries"] for region in saved["regions"]] == [
        region["countries"] for region in halves_document()["regions"]
    ]
    assert "halves" not in queries.reference().schemes


def test_save_scheme_replaces_a_version_that_never_was_in_force():
    scheme = make_scheme()
    again = services.save_scheme({**halves_document(), "version": 1, "name": {"en": "Two"}}, by=None, at=NOW)
    assert (again.pk, again.version, again.name["en"]) == (scheme.pk, 1, "Two")
    services.activate_scheme(again, by=None, at=NOW)
    later = services.save_scheme({**halves_document(), "version": 1}, by=None, at=NOW)
    assert (later.version, later.active) == (2, False)


def test_activate_scheme_puts_one_version_in_force_and_says_so():
    first, second = make_scheme(), None
    services.activate_scheme(first, by=None, at=NOW)
    second = services.save_scheme(halves_document(), by=None, at=NOW)
    services.activate_scheme(second, by=None, at=NOW)
    in_force = RegionScheme.objects.filter(code="halves", active=True).values_list("version", flat=True)
    assert list(in_force) == [2]
    last = Activity.objects.order_by("-pk")[0]
    assert (last.verb, last.object_key, last.before, last.after) == ("scheme.activated", "halves-2", "1", "2")


def test_activate_scheme_refuses_a_partition_with_gaps_and_doubles_and_lists_the_rows():
    document = halves_document()
    document["regions"][0]["countries"].remove("BE")
    document["regions"][0]["countries"].append("ZW")
    scheme = services.save_scheme(document, by=None, at=NOW)
    before, version = Activity.objects.count(), content_version()
    with pytest.raises(services.InvalidScheme) as refusal:
        services.activate_scheme(scheme, by=None, at=NOW)
    assert [(row.code, row.problem) for row in refusal.value.rows] == [
        ("ZW", "country_twice"),
        ("BE", "country_without_region"),
    ]
    assert refusal.value.sentences[1] == "BE is in no region."
    scheme.refresh_from_db()
    assert scheme.active is False
    assert (Activity.objects.count(), content_version()) == (before, version)


def test_activate_scheme_refuses_a_cycle():
    document = halves_document()
    document["regions"][0]["within"], document["regions"][1]["within"] = "N-Z", "A-M"
    scheme = services.save_scheme(document, by=None, at=NOW)
    with pytest.raises(services.InvalidScheme) as refusal:
        services.activate_scheme(scheme, by=None, at=NOW)
    assert {row.problem for row in refusal.value.rows} == {"cycle"}


def test_save_scheme_refuses_unknown_countries_by_path():
    document = halves_document()
    document["regions"][1]["countries"][0] = "QQ"
    with pytest.raises(services.InvalidDocument) as refusal:
        services.save_scheme(document, by=None, at=NOW)
    assert refusal.value.errors == {"regions[1].countries[0]": ["QQ is not the code of a country or territory."]}
    assert not RegionScheme.objects.filter(code="halves").exists()
