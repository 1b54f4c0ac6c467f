"""Packages: which apply to whom, and sums in minor units."""

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.core.errors import InvalidDocument
from tessera.core.translated import Translated
from tessera.grants.conditions import Answer, Applicant, Condition, Money, Package, applying, packages_for, same_city
from tessera.grants.reading import (
    categories_document,
    category_of,
    packages_document,
    read_categories,
    read_packages,
)

TABLES = {"income": {"NE": "low", "PE": "middle", "FR": "high"}}


def package(key: str = "p", **condition) -> Package:
    return Package(key, Translated({"en": key}), condition=Condition(**condition))


LOCAL = package("local", cities=("Brazzaville",))
TRAVEL = package("travel", not_cities=("Brazzaville",))
FULL = package("full", table="income", categories=frozenset({"low", "middle"}))
PARTIAL = package("partial", table="income", categories=frozenset({"high"}))
HOSTS = package("hosts", strands=frozenset({"national"}))


@pytest.mark.parametrize(
    ("applicant", "keys"),
    [
        (Applicant("CG", "brazzaville "), ["local"]),
        (Applicant("CG", "BRAZZAVILLE"), ["local"]),
        (Applicant("CG", "Pointe-Noire"), ["travel"]),
        (Applicant("NE", "Niamey"), ["travel", "full"]),
        (Applicant("FR", "Paris", "national"), ["travel", "partial", "hosts"]),
        (Applicant(), []),
    ],
)
def test_the_packages_that_apply_follow_from_city_country_and_strand(applicant, keys):
    assert [row.key for row in applying([LOCAL, TRAVEL, FULL, PARTIAL, HOSTS], applicant, TABLES)] == keys


@pytest.mark.parametrize(
    ("offered", "applicant", "answer", "sentence", "missing"),
    [
        (package(), Applicant(), "yes", "For everybody in this call.", ()),
        (LOCAL, Applicant(), "unknown", "It depends on the city of residence, which is not known yet.", ("city",)),
        (LOCAL, Applicant("CG", "–"), "unknown", "It depends on the city of residence, which is not known yet.", ("city",)),
        (LOCAL, Applicant("CG", "Lima"), "no", "Lives in Lima; this is for people who live in Brazzaville.", ()),
        (TRAVEL, Applicant("CG", "Brazzaville"), "no", "Lives in Brazzaville; this is for people who live outside Brazzaville.", ()),
        (FULL, Applicant("FR"), "no", "France is in category high; this is for category low or middle.", ()),
        (FULL, Applicant("NE"), "yes", "Niger is in category low.", ()),
        (FULL, Applicant("XK"), "no", "Kosovo is in no category of the table; this is for category low or middle.", ()),
        (FULL, Applicant(), "unknown", "It depends on the country of work, which is not known yet.", ("country",)),
        (HOSTS, Applicant(strand="abroad"), "no", "Not for this strand.", ()),
        (
            package(strands=frozenset({"a"}), cities=("Lima",)),
            Applicant("PE", "lima", "a"),
            "yes",
            "For this strand. Lives in lima.",
            (),
        ),
        (
            package(strands=frozenset({"a"}), table="income", categories=frozenset({"low"})),
            Applicant("FR"),
            "no",
            "France is in category high; this is for category low.",
            (),
        ),
    ],
)  # fmt: skip
def test_a_finding_says_why(offered, applicant, answer, sentence, missing):
    (found,) = packages_for([offered], applicant, TABLES)
    assert (str(found.answer), str(found.sentence), found.missing) == (answer, sentence, missing)


def test_a_city_is_the_same_in_other_letters_and_languages():
    assert same_city("Pointe-Noire", "pointe noire")
    assert same_city("Marrakesh", "MARRAKECH", "MA")
    assert same_city("Téhéran", "Tehran", "IR")
    assert same_city("São Paulo", "SAO PAULO")
    assert not same_city("Paris", "")
    assert not same_city("Guadalajara", "Guadalupe")


@pytest.mark.parametrize(
    ("sum_", "english"),
    [
        (Money(120_000, "EUR"), "€1,200"),
        (Money(120_050, "EUR"), "€1,200.50"),
        (Money(1200, "JPY"), "¥1,200"),
        (Money(1500, "TND"), "TND1.500"),
        (Money(0, "EUR"), "€0"),
    ],
)
def test_sums_are_in_the_smallest_coin_of_their_currency(sum_, english):
    with translation.override("en"):
        assert str(sum_).replace("\xa0", "") == english


DOCUMENT = {
    "packages": [
        {
            "key": "full",
            "name": {"en": "Full grant", "fr": "Bourse complète"},
            "components": [
                {"kind": "travel", "covered": True, "books": "office", "ceiling": {"minor": 90_000, "currency": "EUR"}},
                {"kind": "visa", "covered": False, "books": "participant", "ceiling": None},
            ],
            "ceiling": {"minor": 150_000, "currency": "EUR"},
            "fee": None,
            "condition": {"table": "income", "categories": ["low"], "cities": ["Lima"], "strands": ["a"]},
        }
    ]
}


def test_packages_go_round_through_their_document():
    assert packages_document(read_packages(DOCUMENT)) == DOCUMENT


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": "Full grant"}, "key"),
        ({"name": {}}, "name"),
        ({"ceiling": {"minor": 12.5, "currency": "EUR"}}, "ceiling.minor"),
        ({"ceiling": {"minor": -1, "currency": "EUR"}}, "ceiling.minor"),
        ({"ceiling": {"minor": 100, "currency": "euro"}}, "ceiling.currency"),
        ({"ceiling": {"minor": 100}}, "ceiling.currency"),
        ({"ceiling": {"minor": 100, "currency": "EUR"}}, "ceiling"),
        ({"components": [{"kind": "yacht", "covered": True}]}, "components[0].kind"),
        ({"components": [{"kind": "visa", "covered": False, "ceiling": {"minor": 1, "currency": "EUR"}}]}, "components[0].ceiling"),
        ({"components": [{"kind": "visa"}, {"kind": "visa"}]}, "components[1].kind"),
        ({"condition": {"table": "income"}}, "condition"),
        ({"condition": {"moon": "full"}}, "condition.moon"),
    ],
)  # fmt: skip
def test_a_package_that_is_not_sound_is_refused_by_path(change, path):
    with pytest.raises(InvalidDocument) as found:
        read_packages({"packages": [DOCUMENT["packages"][0] | change]})
    assert f"packages[0].{path}" in found.value.errors, found.value.errors


def test_a_country_is_in_one_category_at_most():
    table = {
        "categories": [
            {"code": "A", "name": {"en": "Low"}, "countries": ["BF", "NE"]},
            {"code": "B", "name": {"en": "High"}, "countries": ["FR"]},
        ]
    }
    read = read_categories(table)
    assert categories_document(read) == table
    assert category_of(read) == {"BF": "A", "NE": "A", "FR": "B"}
    table["categories"][1]["countries"] = ["FR", "NE", "ZZ"]
    with pytest.raises(InvalidDocument) as found:
        read_categories(table)
    assert list(found.value.errors) == ["categories[1].countries[1]", "categories[1].countries[2]"]


conditions = st.builds(
    Condition,
    table=st.just("income"),
    categories=st.frozensets(st.sampled_from(["low", "middle", "high"]), min_size=1),
    cities=st.lists(st.sampled_from(["Lima", "Paris"]), max_size=2).map(tuple),
    not_cities=st.lists(st.sampled_from(["Niamey"]), max_size=1).map(tuple),
    strands=st.frozensets(st.sampled_from(["a", "b"])),
)
applicants = st.builds(
    Applicant,
    st.none() | st.sampled_from(["NE", "PE", "FR", "XK"]),
    st.none() | st.sampled_from(["lima", "PARIS", "Niamey", " \u202e"]),
    st.none() | st.sampled_from(["a", "b", "c"]),
)


@given(conditions, applicants)
@settings(max_examples=60, deadline=None)
def test_every_finding_has_a_sentence_in_each_language_and_knowing_more_never_contradicts(condition, applicant):
    offered = Package("p", Translated({"en": "P"}), condition=condition)
    (found,) = packages_for([offered], applicant, TABLES)
    kept = found.sentence.by_language(["en", "fr", "es"])
    assert all(text.strip() and "%(" not in text for text in kept.values())
    assert (found.answer is Answer.UNKNOWN) == bool(found.missing)
    # What is settled while something is not known stays settled.
    whole = Applicant(applicant.country or "NE", applicant.city or "lima", applicant.strand or "a")
    if found.answer is not Answer.UNKNOWN:
        assert packages_for([offered], whole, TABLES)[0].answer is found.answer
