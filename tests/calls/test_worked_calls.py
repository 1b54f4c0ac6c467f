"""Three calls as offices have written them: whether each person may apply, and why."""

from datetime import date

from tessera.calls.eligibility import (
    Language,
    Profile,
    World,
    audience_differences,
    blocking,
    for_person,
    is_eligible,
    judge,
    profile,
    read_rules,
)
from tessera.calls.questions import default_form
from tessera.grants.conditions import Applicant, applying
from tessera.grants.reading import category_of, read_categories, read_packages
from tessera.places import datafiles

ON = date(2023, 7, 20)


def test_a_regional_call_with_an_age_at_a_day_and_membership_or_a_promise_to_join():
    rules = read_rules(
        {
            "rules": [
                {"key": "region", "kind": "country_of_work", "weight": "hard", "params": {"regions": ["LAC"]}},
                {"key": "age", "kind": "age_at", "weight": "hard", "params": {"on": "2023-12-31", "max": 45}},
                {
                    "key": "member", "kind": "membership", "weight": "hard",
                    "params": {"years": [2023], "or_new_member": True, "or_commits_by": "2023-10-01"},
                },
                {"key": "post", "kind": "post_level", "weight": "hard", "params": {"levels": ["middle"]}},
                {"key": "first", "kind": "prior_participation", "weight": "priority", "params": {"last": 3}},
            ]
        }
    )  # fmt: skip
    answers = {
        "country_of_work": "PE", "birth_date": "1978-01-01", "membership": "will_join", "post_level": "middle",
    }  # fmt: skip
    form = default_form(2023)

    fits = judge(rules, profile(form, answers, prior_editions=frozenset()), on=ON)
    assert [str(row.outcome) for row in fits] == ["met"] * 5
    assert is_eligible(fits)
    assert blocking(fits) == []

    older = judge(rules, profile(form, answers | {"birth_date": "1977-12-31"}), on=ON)
    assert [row.rule for row in blocking(older)] == ["age"]
    assert str(blocking(older)[0].sentence) == "Aged 46 on 31 December 2023; at most 45 is allowed."
    elsewhere = judge(rules, profile(form, answers | {"country_of_work": "ES", "post_level": "head"}), on=ON)
    assert [row.rule for row in blocking(elsewhere)] == ["region", "post"]

    texts = {"es": "Para profesionales de América Latina con 45 años o menos el 31 de diciembre."}
    audience = datafiles.region_countries()["LAC"]
    assert audience_differences(rules, audience=audience, texts=texts) == []


def test_a_closed_list_of_countries_and_two_packages_by_city_of_residence():
    rules = read_rules(
        {
            "rules": [
                {"key": "where", "kind": "country_of_work", "params": {"countries": ["CD", "CG", "CM", "GA"]}},
                {
                    "key": "french",
                    "kind": "language_level",
                    "params": {"language": "fr", "spoken": "B2", "written": "B1"},
                },
            ]
        }
    )
    packages = read_packages(
        {
            "packages": [
                {
                    "key": "resident", "name": {"fr": "Sur place"},
                    "components": [{"kind": "meals", "covered": True, "books": "host"}],
                    "condition": {"cities": ["Kinshasa", "Brazzaville"]},
                },
                {
                    "key": "traveller", "name": {"fr": "Voyage"},
                    "components": [
                        {"kind": "travel", "covered": True, "books": "office", "ceiling": {"minor": 45_000_000, "currency": "XAF"}},
                        {"kind": "lodging", "covered": True, "books": "host"},
                    ],
                    "condition": {"not_cities": ["Kinshasa", "Brazzaville"]},
                },
            ]
        }
    )  # fmt: skip
    person = Profile(country_of_work="CM", languages={"fr": Language("native", "C2")})
    assert is_eligible(judge(rules, person, on=ON))
    assert not is_eligible(judge(rules, Profile(country_of_work="TD", languages=person.languages), on=ON))
    assert [row.key for row in applying(packages, Applicant("CD", "KINSHASA"))] == ["resident"]
    assert [row.key for row in applying(packages, Applicant("CM", "Yaoundé"))] == ["traveller"]


def test_two_strands_an_endorsement_with_fallback_and_grants_by_category_of_country():
    endorsed = {"key": "aval", "kind": "endorsement", "params": {"channel": "national_committee", "fallback": True}}
    world = World(tables={"income": category_of(read_categories(TABLE))})
    regional = read_rules(
        {
            "rules": [
                endorsed,
                {"key": "low", "kind": "country_of_work", "params": {"table": "income", "categories": ["A", "B"]}},
                {"key": "law", "kind": "nationality", "weight": "person", "params": {"flagged": ["CU"]}},
            ]
        }
    )
    packages = read_packages(
        {
            "packages": [
                {
                    "key": "full",
                    "name": {"en": "Full"},
                    "condition": {"table": "income", "categories": ["A"], "strands": ["regional"]},
                },
                {
                    "key": "part",
                    "name": {"en": "Part"},
                    "condition": {"table": "income", "categories": ["B"], "strands": ["regional"]},
                },
                {"key": "host", "name": {"en": "Hosts"}, "condition": {"strands": ["host"]}},
            ]
        }
    )

    def verdicts(**facts):
        return judge(
            regional, Profile(country_of_work="NE", nationality=frozenset({"NE"}), **facts), on=ON, world=world
        )

    assert is_eligible(verdicts(endorsement="given"))
    assert blocking(verdicts(endorsement="asked")) == []
    assert blocking(verdicts()) == []
    assert [row.rule for row in blocking(verdicts(endorsement="refused"))] == ["aval"]
    assert [row.rule for row in for_person(verdicts(endorsement="no_channel"))] == ["aval"]
    flagged = judge(
        regional, Profile(country_of_work="PE", nationality=frozenset({"CU"}), endorsement="given"), on=ON, world=world
    )
    assert is_eligible(flagged)
    assert [row.rule for row in for_person(flagged)] == ["law"]
    found = {
        country: [row.key for row in applying(packages, Applicant(country, None, strand), world.tables)]
        for country, strand in (("NE", "regional"), ("PE", "regional"), ("FR", "regional"), ("MX", "host"))
    }
    assert found == {"NE": ["full"], "PE": ["part"], "FR": [], "MX": ["host"]}


TABLE = {
    "categories": [
        {"code": "A", "name": {"en": "Low income"}, "countries": ["BF", "NE"]},
        {"code": "B", "name": {"en": "Middle income"}, "countries": ["PE", "MX"]},
    ]
}
