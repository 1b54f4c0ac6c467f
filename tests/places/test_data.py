"""The place data that ships with the project."""

import json
from importlib import resources

import pytest

from tessera.places import datafiles
from tessera.places.cities import city_name, city_names

ARCHIVE = json.loads(resources.files("tessera.programmes").joinpath("data/archive.json").read_text("utf-8"))
TILES = set(datafiles.read("tilegrid"))
COUNTRIES = datafiles.read("countries")["countries"]
OUTSIDE = {"AQ", "BV", "GS", "HM", "IO", "TF", "UM"}


def held(code: str, key: str = "countries") -> dict[str, list[str]]:
    return {region["code"]: region[key] for region in datafiles.read(code)["regions"]}


def test_tilegrid_has_a_square_for_each_of_208():
    squares = [tuple(square) for square in datafiles.read("tilegrid").values()]

    assert len(squares) == len(set(squares)) == 208


@pytest.mark.parametrize("code", ["unesco", "unesco_split", "working_areas"])
def test_regions_are_a_partition_of_the_tiles(code):
    placed = [country for countries in held(code).values() for country in countries]

    assert sorted(placed) == sorted(TILES)


def test_unesco_counts_of_the_table():
    assert {code: len(countries) for code, countries in held("unesco").items()} == {
        "AFR": 47,
        "ARB": 19,
        "APA": 49,
        "ENA": 54,
        "LAC": 39,
    }


def test_unesco_places_every_territory_once_or_names_it_outside():
    everywhere = [c for key in ("countries", "territories") for codes in held("unesco", key).values() for c in codes]

    assert set(datafiles.read("unesco")["outside"]) == OUTSIDE
    assert sorted([*everywhere, *OUTSIDE]) == sorted(COUNTRIES)


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("MQ", "LAC"),
        ("AM", "ENA"),
        ("MA", "ARB"),
        ("QA", "ARB"),
        ("IR", "APA"),
        ("GL", "ENA"),
        ("XK", "ENA"),
        ("RE", "AFR"),
        ("HK", "APA"),
        ("BM", "ENA"),
        ("FK", "LAC"),
        ("EH", "ARB"),
        ("IO", None),
        ("AQ", None),
    ],
)
def test_unesco_region_follows_geography(country, region):
    assert datafiles.scheme("unesco").region_of(country) == region


def test_unesco_split_divides_only_europe_and_north_america():
    whole, split = datafiles.region_countries("unesco"), datafiles.region_countries("unesco_split")

    assert list(split) == ["AFR", "ARB", "APA", "EUR", "NAM", "LAC"]
    assert split["NAM"] == {"BM", "CA", "GL", "PM", "US"}
    assert split["EUR"] | split["NAM"] == whole["ENA"]
    assert {code: split[code] for code in ("AFR", "ARB", "APA", "LAC")} == {
        code: whole[code] for code in ("AFR", "ARB", "APA", "LAC")
    }


def test_working_areas_partition_each_region() -> None:
    unesco = held("unesco")
    found: dict[str, list[str]] = {code: [] for code in unesco}
    for area in datafiles.read("working_areas")["regions"]:
        found[area["region"]] += area["countries"]

    assert {code: sorted(countries) for code, countries in found.items()} == unesco


def test_working_areas_hold_what_they_are_defined_by():
    areas = held("working_areas")

    assert {code: len(countries) for code, countries in areas.items()} == {
        "AFR-FR": 20,
        "AFR-PT": 6,
        "AFR-EN": 21,
        "ARB-MAG": 5,
        "ARB-MAS": 14,
        "APA-SEA": 11,
        "APA-PAC": 18,
        "APA-EAS": 6,
        "APA-CEN": 6,
        "APA-SOU": 8,
        "LAC-CAR": 18,
        "LAC-LAT": 21,
        "ENA-NAM": 3,
        "ENA-CAU": 4,
        "ENA-CEE": 20,
        "ENA-WNS": 27,
    }
    assert areas["APA-CEN"] == ["IR", "KG", "KZ", "TJ", "TM", "UZ"]
    assert areas["ENA-NAM"] == ["CA", "GL", "US"]
    assert "IL" in areas["ENA-WNS"]


def test_m49_subregions_are_a_partition_of_all_but_antarctica():
    placed = [country for countries in datafiles.region_countries("m49_subregions").values() for country in countries]

    assert len(datafiles.region_countries("m49_subregions")) == 22
    assert sorted(placed) == sorted(COUNTRIES.keys() - {"AQ"})


def test_m49_areas_contain_each_other():
    areas = datafiles.area_countries()

    assert len(areas) == 30
    assert areas["001"] == COUNTRIES.keys() - {"AQ"}
    assert areas["019"] == areas["021"] | areas["005"] | areas["013"] | areas["029"]
    assert areas["419"] == areas["019"] - areas["021"]
    assert areas["202"] == areas["002"] - areas["015"]


def test_countries_are_iso_3166_and_xk():
    assert len(COUNTRIES) == 250
    assert COUNTRIES.keys() >= TILES | OUTSIDE
    assert len({row["alpha3"] for row in COUNTRIES.values()}) == 250
    assert {code for code, row in COUNTRIES.items() if row["m49"] is None} == {"XK"}
    assert len({row["m49"] for row in COUNTRIES.values()}) == 250
    assert {code for code, row in COUNTRIES.items() if row["subregion"] is None} == {"AQ"}


def test_countries_of_the_archive_are_as_stated_there():
    schemes = datafiles.scheme("unesco")
    for code, fact in ARCHIVE["countries"].items():
        row = COUNTRIES[code]
        assert (row["alpha3"], row["m49"], row["subregion"], row["name"]) == (
            fact["alpha3"],
            fact["m49"],
            fact["m49_subregion"],
            fact["name"],
        )
        assert schemes.region_of(code) == fact["unesco_region"]


def test_regions_and_areas_of_the_archive_have_its_names():
    unesco = {region["code"]: region["name"] for region in datafiles.read("unesco")["regions"]}
    m49 = {area["code"]: area["name"] for area in datafiles.read("m49")["areas"]}

    assert unesco == ARCHIVE["region_schemes"]["unesco"]["regions"]
    stated = ARCHIVE["region_schemes"]["m49_subregions"]["regions"]
    assert {code: m49[code] for code in stated} == stated


def test_every_name_is_there_in_three_languages():
    rows = [
        *COUNTRIES.values(),
        *datafiles.read("languages")["languages"].values(),
        *datafiles.read("m49")["areas"],
        *(region for code in ("unesco", "unesco_split", "working_areas") for region in datafiles.read(code)["regions"]),
    ]

    assert [
        row for row in rows if not all(row["name"].get(language, "").strip() for language in ("en", "fr", "es"))
    ] == []


def test_languages_write_in_the_right_direction():
    languages = datafiles.read("languages")["languages"]

    assert 100 <= len(languages) <= 190
    assert {code for code, row in languages.items() if row["dir"] == "rtl"} == {
        "ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi",
    }  # fmt: skip
    assert {code: languages[code]["endonym"] for code in ("en", "fr", "es", "ar")} == {
        "en": "English",
        "fr": "français",
        "es": "español",
        "ar": "العربية",
    }


def test_labels_of_regions_stand_on_the_map():
    for code in ("unesco", "unesco_split"):
        for region in datafiles.read(code)["regions"]:
            column, row, anchor = region["label"]
            assert 0 <= column <= 37, region["code"]
            assert 0 <= row <= 18, region["code"]
            assert anchor in ("start", "end"), region["code"]


def test_scheme_of_unknown_code_is_refused():
    with pytest.raises(KeyError):
        datafiles.scheme("continents")


@pytest.mark.parametrize("written", ["Cape Town", "Le Cap", "CIUDAD DEL CABO"])
def test_a_city_is_called_as_the_reader_calls_it_whichever_name_was_written(written):
    assert [city_name(written, "ZA", code) for code in ("en", "fr", "es")] == ["Cape Town", "Le Cap", "Ciudad del Cabo"]
    assert "Ciudad del Cabo" in city_names(written, "ZA")


def test_a_city_nobody_listed_and_one_of_another_country_stay_as_written():
    assert city_name("Gyumri", "AM", "fr") == "Gyumri"
    assert city_name("Cape Town", "US", "fr") == "Cape Town"
    assert city_name("", None, "fr") == ""
    assert city_names("Gyumri", "AM") == ["Gyumri"]
