"""What keeps a scheme from being activated, and how an audience becomes countries."""

import pytest

from tessera.places import datafiles
from tessera.places.audiences import Audience, Resolved, resolve_audience
from tessera.places.schemes import MESSAGES, AssignmentRow, Region, RegionRow, Scheme, scheme_errors

KNOWN = {"BR", "CL", "FR", "NG"}
REGIONS = [RegionRow(1, "LAC"), RegionRow(2, "ENA"), RegionRow(3, "AFR")]
PLACED = [
    AssignmentRow(4, "BR", "LAC"),
    AssignmentRow(5, "CL", "LAC"),
    AssignmentRow(6, "FR", "ENA"),
    AssignmentRow(7, "NG", "AFR"),
]


def errors(regions=REGIONS, placed=PLACED, **options):
    found = scheme_errors(regions, placed, **{"countries": KNOWN, "required": KNOWN, **options})
    return [(error.row, error.code, error.problem, str(error)) for error in found]


def test_scheme_errors_of_a_partition_are_none():
    assert errors() == []


@pytest.mark.parametrize("code", ["unesco", "unesco_split", "working_areas", "m49_subregions"])
def test_scheme_errors_of_the_shipped_schemes_are_none(code):
    holdings = datafiles.region_countries(code)
    regions = [RegionRow(n, region) for n, region in enumerate(holdings, start=1)]
    placed = [AssignmentRow(0, country, region) for region, countries in holdings.items() for country in countries]

    known = datafiles.read("countries")["countries"]
    assert scheme_errors(regions, placed, countries=known, required=datafiles.read("tilegrid")) == []


def test_scheme_errors_name_countries_without_region():
    assert errors(placed=PLACED[1:]) == [(None, "BR", "country_without_region", "BR is in no region.")]
    assert errors(placed=PLACED[1:], partition=False) == []


def test_scheme_errors_name_a_country_in_two_regions():
    twice = [*PLACED, AssignmentRow(8, "BR", "ENA")]

    assert errors(placed=twice) == [(8, "BR", "country_twice", "BR is in ENA and also in LAC (row 4).")]
    assert errors(placed=twice, partition=False) == []


def test_scheme_errors_name_a_repeated_assignment_in_any_scheme():
    twice = [*PLACED, AssignmentRow(8, "BR", "LAC")]

    assert [error[:3] for error in errors(placed=twice, partition=False)] == [(8, "BR", "country_twice")]


def test_scheme_errors_name_unknown_codes():
    found = errors(placed=[*PLACED, AssignmentRow(8, "ZZ", "LAC"), AssignmentRow(9, "BR", "MARS")], partition=False)

    assert found == [
        (8, "ZZ", "unknown_country", "ZZ is not the code of a country or territory."),
        (9, "BR", "unknown_region", "BR is put in the region MARS, which this scheme does not have."),
    ]


def test_scheme_errors_name_a_region_listed_twice():
    assert errors(regions=[*REGIONS, RegionRow(9, "LAC")]) == [
        (9, "LAC", "region_twice", "The region LAC is listed twice (also in row 1).")
    ]


def test_scheme_errors_name_cycles_and_unknown_parents():
    regions = [RegionRow(1, "LAC", "ENA"), RegionRow(2, "ENA", "AFR"), RegionRow(3, "AFR", "ENA")]
    assert errors(regions=regions) == [
        (2, "ENA", "cycle", "ENA lies inside itself: ENA > AFR > ENA."),
        (3, "AFR", "cycle", "AFR lies inside itself: AFR > ENA > AFR."),
    ]

    regions = [RegionRow(1, "LAC", "LAC"), RegionRow(2, "ENA", "WORLD"), RegionRow(3, "AFR")]
    assert errors(regions=regions) == [
        (1, "LAC", "cycle", "LAC lies inside itself: LAC > LAC."),
        (2, "ENA", "unknown_parent", "ENA lies in WORLD, which this scheme does not have."),
    ]


def test_scheme_errors_name_empty_regions_but_not_parents():
    regions = [RegionRow(0, "WORLD"), *(RegionRow(r.row, r.code, "WORLD") for r in REGIONS), RegionRow(9, "APA")]

    assert errors(regions=regions) == [(9, "APA", "empty_region", "The region APA holds no country.")]


def test_scheme_errors_of_nothing_say_so():
    assert [error[1:3] for error in errors(regions=[], placed=[])] == [
        *((code, "country_without_region") for code in sorted(KNOWN)),
        ("", "no_regions"),
    ]


def test_messages_have_a_sentence_for_every_problem():
    assert all(message.endswith(".") for message in MESSAGES.values())


def test_region_of_finds_the_holder():
    scheme = Scheme("s", (Region("A", frozenset({"BR"})), Region("B", frozenset({"FR"}))))

    assert [scheme.region_of(country) for country in ("BR", "FR", "NG")] == ["A", "B", None]


AREAS = {"005": frozenset({"BR", "CL"})}
HOLDINGS = {"LAC": frozenset({"BR", "CL", "MQ"}), "AFR": frozenset({"NG"})}


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (
            Audience("regional", frozenset({"BR"}), frozenset({"005"}), frozenset({"LAC"})),
            Resolved(frozenset({"BR"}), "countries"),
        ),
        (
            Audience("regional", areas=frozenset({"005"}), regions=frozenset({"LAC"})),
            Resolved(frozenset({"BR", "CL"}), "areas"),
        ),
        (
            Audience("interregional", regions=frozenset({"LAC", "AFR"})),
            Resolved(frozenset({"BR", "CL", "MQ", "NG"}), "regions"),
        ),
        (
            Audience("regional", areas=frozenset({"999"}), regions=frozenset({"AFR"})),
            Resolved(frozenset({"NG"}), "regions"),
        ),
        (Audience("regional"), Resolved(frozenset(), "none")),
    ],
)
def test_resolve_audience_takes_the_narrowest_statement(audience, expected):
    assert resolve_audience(audience, areas=AREAS, regions=HOLDINGS) == expected
