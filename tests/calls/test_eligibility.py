"""Rules and verdicts: the numbers and the sentences, kind by kind."""

from datetime import date

import pytest
from django.utils import translation

from tessera.calls.eligibility import (
    KINDS,
    Language,
    Outcome,
    Profile,
    World,
    age_on,
    audience_differences,
    blocking,
    for_person,
    form_differences,
    is_eligible,
    judge,
    option_names,
    priorities,
    profile,
    read_rules,
    reason_gaps,
    to_document,
)
from tessera.calls.eligibility.loosening import shutting_out, undeclared
from tessera.calls.questions import default_form, read_form
from tessera.core.errors import InvalidDocument

ON = date(2027, 3, 15)
WORLD = World(
    tables={"dac": {"NE": "A", "PE": "B", "FR": "D"}},
    names={
        "post_level": {
            "head": {"en": "head of the institution", "fr": "direction"},
            "middle": {"en": "middle management"},
        }
    },
)


def rule(kind: str, key: str = "rule", weight: str | None = None, **params) -> dict:
    usual = "person" if kind in ("nationality", "by_person") else "hard"
    return {"key": key, "kind": kind, "weight": weight or usual, "params": params}


def group(kind: str, *rules: dict, key: str = "group", weight: str = "hard") -> dict:
    members = [{name: value for name, value in row.items() if name != "weight"} for row in rules]
    return {"key": key, "kind": kind, "weight": weight, "rules": members}


def rules(*documents: dict):
    return read_rules({"rules": list(documents)})


def said(document: dict, person: Profile, on: date = ON) -> tuple[str, str]:
    (verdict,) = judge(rules(document), person, on=on, world=WORLD)
    return str(verdict.outcome), str(verdict.sentence)


AGE = rule("age_at", on="2023-12-31", max=45)
DUES = rule("membership", years=[2026, 2027], or_new_member=True, or_commits_by="2027-06-30")
CLOSED = rule("country_of_work", countries=["CM", "CG", "GA"])
LEVEL = rule("language_level", language="fr", spoken="B2", written="B1")


@pytest.mark.parametrize(
    ("document", "person", "outcome", "sentence"),
    [
        (AGE, Profile(birth_date=date(1978, 12, 31)), "met", "Aged 45 on 31 December 2023: within the limit of 45."),
        (AGE, Profile(birth_date=date(1977, 12, 31)), "not_met", "Aged 46 on 31 December 2023; at most 45 is allowed."),
        (AGE, Profile(birth_date=date(1978, 1, 1)), "met", "Aged 45 on 31 December 2023: within the limit of 45."),
        (AGE, Profile(), "unknown", "Not known yet: date of birth."),
        (
            AGE,
            Profile(birth_date=date(2024, 1, 1)),
            "not_met",
            "The birth date 1 January 2024 is after 31 December 2023.",
        ),
        (
            rule("age_at", on="2023-12-31", min=25),
            Profile(birth_date=date(1999, 1, 1)),
            "not_met",
            "Aged 24 on 31 December 2023; at least 25 is needed.",
        ),
        (
            DUES,
            Profile(membership="member", dues_years=frozenset({2025, 2026, 2027})),
            "met",
            "Member with dues paid for 2026 and 2027.",
        ),
        (
            DUES,
            Profile(membership="member", dues_years=frozenset({2027})),
            "not_met",
            "Dues are needed for 2026 and 2027; not paid: 2026.",
        ),
        (DUES, Profile(membership="member"), "unknown", "Not known yet: years of dues paid."),
        (DUES, Profile(membership="new_member"), "met", "New member: no dues of earlier years are asked for."),
        (DUES, Profile(membership="will_join"), "met", "Commits to join by 30 June 2027."),
        (DUES, Profile(membership="none"), "not_met", "Dues are needed for 2026 and 2027; not paid: 2026 and 2027."),
        (DUES, Profile(), "unknown", "Not known yet: membership."),
        (
            rule("membership", or_commits_by="2027-06-30"),
            Profile(membership="none"),
            "not_met",
            "Membership is needed, or a commitment to join by 30 June 2027.",
        ),
        (rule("membership", or_commits_by="2027-06-30"), Profile(membership="member"), "met", "Member already."),
        (
            rule("membership", or_commits_by="2027-03-14"),
            Profile(membership="will_join"),
            "not_met",
            "A commitment to join counted until 14 March 2027; that day is past.",
        ),
        (
            rule("post_level", levels=["middle", "head"]),
            Profile(post_level="assistant"),
            "not_met",
            "Level of post: assistant; the call is for middle management or head of the institution.",
        ),
        (
            rule("post_level", levels=["middle"]),
            Profile(post_level="middle"),
            "met",
            "Level of post: middle management.",
        ),
        (
            rule("employer_kind", kinds=["museum"]),
            Profile(employer_kind="university"),
            "not_met",
            "Employer: university; the call is for people employed by museum.",
        ),
        (CLOSED, Profile(country_of_work="CM"), "met", "Works in Cameroon, one of the 3 countries of this call."),
        (
            CLOSED,
            Profile(country_of_work="FR"),
            "not_met",
            "Works in France; the call is for people who work in Cameroon, Congo or Gabon.",
        ),
        (
            rule("country_of_work", regions=["LAC"]),
            Profile(country_of_work="FR"),
            "not_met",
            "Works in France, which is not among the 50 countries of this call.",
        ),
        (
            rule("country_of_work", areas=["013"], table="dac", categories=["A"]),
            Profile(country_of_work="NE"),
            "met",
            "Works in Niger, one of the 9 countries of this call.",
        ),
        (
            rule("nationality", flagged=["CU", "IR"]),
            Profile(nationality=frozenset({"CU", "ES"})),
            "person",
            "Nationality Cuba: the law of a funder asks for a look at this file. A person decides.",
        ),
        (
            rule("nationality", flagged=["CU"]),
            Profile(nationality=frozenset({"ES"})),
            "met",
            "Nationality Spain: nothing to look at.",
        ),
        (
            LEVEL,
            Profile(languages={"fr": Language("B2", "C1")}),
            "met",
            "French: spoken B2, written C1; needed: B2 and B1.",
        ),
        (
            LEVEL,
            Profile(languages={"fr": Language("native", "native")}),
            "met",
            "French: spoken native, written native; needed: B2 and B1.",
        ),
        (
            LEVEL,
            Profile(languages={"fr": Language("B1", "C1")}),
            "not_met",
            "Not enough French: spoken B1, written C1; needed: B2 and B1.",
        ),
        (LEVEL, Profile(languages={}), "not_met", "Not enough French: spoken –, written –; needed: B2 and B1."),
        (LEVEL, Profile(), "unknown", "Not known yet: languages."),
        (
            rule("experience", min=3, max=15),
            Profile(years_of_experience=2),
            "not_met",
            "2 years of experience; at least 3 are needed.",
        ),
        (
            rule("experience", min=3),
            Profile(years_of_experience=1),
            "not_met",
            "1 year of experience; at least 3 are needed.",
        ),
        (
            rule("experience", min=3, max=15),
            Profile(years_of_experience=16),
            "not_met",
            "16 years of experience; at most 15 are allowed.",
        ),
        (
            rule("experience", min=3, max=15),
            Profile(years_of_experience=15),
            "met",
            "15 years of experience, as asked for.",
        ),
        (rule("grant_pause", years=3, on="2027-10-04"), Profile(earlier_grant_on="never"), "met", "No earlier grant."),
        (
            rule("grant_pause", years=3, on="2027-10-04"),
            Profile(earlier_grant_on=date(2024, 10, 5)),
            "not_met",
            "Last grant on 5 October 2024, 2 full years before 4 October 2027; 3 have to pass.",
        ),
        (
            rule("grant_pause", years=3, on="2027-10-04"),
            Profile(earlier_grant_on=date(2024, 10, 4)),
            "met",
            "Last grant on 4 October 2024, 3 years before 4 October 2027; 3 are needed.",
        ),
        (
            rule("sister_call", calls=["A1", "B2"]),
            Profile(sister_applications=frozenset({"B2", "C3"})),
            "not_met",
            "There is 1 application in another call of this group already (B2); allowed beside it: 0.",
        ),
        (
            rule("sister_call", calls=["A1"]),
            Profile(sister_applications=frozenset()),
            "met",
            "No application in another call of this group.",
        ),
        (
            rule("certificate", certificates=["basic", "online"]),
            Profile(certificates=frozenset({"basic"})),
            "not_met",
            "Holds 1 of 2 certificates needed before this training: basic and online.",
        ),
        (
            rule("certificate", certificates=["basic", "online"], at_least=1),
            Profile(certificates=frozenset({"basic"})),
            "met",
            "Holds 1 of 1 certificates needed: basic.",
        ),
        (
            rule("team", functions=["director", "educator"], min=2),
            Profile(team=("director", "curator")),
            "not_met",
            "A team of 2 people; nobody in it as educator.",
        ),
        (
            rule("team", functions=["director"], min=2),
            Profile(team=("director",)),
            "not_met",
            "A team of 1 person; at least 2 are needed.",
        ),
        (
            rule("team", functions=["director", "educator"], min=2, max=3),
            Profile(team=("director", "educator", "educator")),
            "met",
            "A team of 3 people with every function asked for.",
        ),
        (rule("endorsement"), Profile(endorsement="given"), "met", "The endorsement is given."),
        (
            rule("endorsement"),
            Profile(endorsement="asked"),
            "unknown",
            "The endorsement is asked for and not answered yet.",
        ),
        (rule("endorsement"), Profile(endorsement="refused"), "not_met", "The endorsement is refused."),
        (
            rule("endorsement", fallback=True),
            Profile(endorsement="no_channel"),
            "person",
            "Nobody in the country can endorse: a person of the office decides instead.",
        ),
        (
            rule("endorsement"),
            Profile(endorsement="no_channel"),
            "not_met",
            "Nobody in the country can endorse, and this call has no other way.",
        ),
        (
            rule("endorsement", channel="national_committee"),
            Profile(endorsement={"national_committee": "refused", "employer": "given"}),
            "not_met",
            "The endorsement is refused.",
        ),
        (
            rule("endorsement", channel="national_committee"),
            Profile(endorsement={"employer": "given"}),
            "unknown",
            "The endorsement is not asked for yet.",
        ),
        (
            rule("endorsement"),
            Profile(endorsement={"national_committee": "refused", "employer": "given"}),
            "met",
            "The endorsement is given.",
        ),
        (
            rule("endorsement", channel="national_committee"),
            Profile(endorsement={"national_committee": "in_place"}),
            "person",
            "Somebody else endorsed in the place of the national committee: a person of the office decides whether that counts.",
        ),
        (
            rule("endorsement", channel="national_committee", fallback=True),
            Profile(endorsement={"national_committee": "in_place"}),
            "met",
            "The endorsement is given.",
        ),
        (
            rule("prior_participation", last=3),
            Profile(prior_editions=frozenset({2, 5})),
            "not_met",
            "Took part in 1 of the last 3 editions; at most 0 is allowed.",
        ),
        (
            rule("prior_participation", last=3),
            Profile(prior_editions=frozenset({4})),
            "met",
            "Took part in 0 of the last 3 editions; allowed: 0.",
        ),
    ],
)
def test_a_verdict_says_the_numbers_it_was_found_by(document, person, outcome, sentence):
    with translation.override("en"):
        assert said(document, person) == (outcome, sentence)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 2, 29), date(2023, 2, 28), 22),
        (date(2000, 2, 29), date(2023, 3, 1), 23),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
        (date(2000, 5, 5), date(2023, 5, 4), 22),
        (date(2000, 5, 5), date(2023, 5, 5), 23),
    ],
)
def test_age_is_counted_in_whole_years(born, on, age):
    assert age_on(born, on) == age


def test_groups_are_as_good_as_their_best_or_as_bad_as_their_worst():
    old, french = Profile(birth_date=date(1970, 1, 1), languages={"fr": Language("C1", "C1")}), "French"
    either, both = (
        group("any_of", AGE | {"key": "a"}, LEVEL | {"key": "b"}),
        group("all_of", AGE | {"key": "a"}, LEVEL | {"key": "b"}),
    )

    assert said(either, old) == (
        "met",
        "Of 2 conditions one is enough; met: 1. French: spoken C1, written C1; needed: B2 and B1.",
    )
    assert said(both, old) == (
        "not_met",
        "All 2 conditions have to be met; not met: 1. Aged 53 on 31 December 2023; at most 45 is allowed.",
    )
    assert french in said(both, Profile(birth_date=date(1980, 1, 1), languages={}))[1]
    assert said(both, Profile(birth_date=date(1980, 1, 1)))[0] == "unknown"
    assert said(either, Profile(birth_date=date(1980, 1, 1)))[0] == "met"
    assert said(either, Profile(birth_date=date(1970, 1, 1)))[0] == "unknown"


def test_hard_rules_block_and_priorities_do_not_and_waivers_let_pass():
    made = rules(
        AGE | {"key": "age"},
        rule("experience", "years", "priority", min=10),
        rule("post_level", "post", "priority", levels=["middle"]),
        rule("by_person", "look") | {"reason": {"en": "Works with communities."}},
        rule("endorsement", "aval"),
    )
    person = Profile(birth_date=date(1970, 1, 1), years_of_experience=3, post_level="middle")

    verdicts = judge(made, person, on=ON)
    assert [row.rule for row in blocking(verdicts)] == ["age"]  # an endorsement to come blocks nothing
    assert not is_eligible(verdicts)
    assert priorities(verdicts) == (False, True)
    assert [row.rule for row in for_person(verdicts)] == ["look"]

    waived = judge(made, person, on=ON, waived={"age"})
    assert waived[0].outcome is Outcome.NOT_MET
    assert waived[0].waived
    assert blocking(waived) == []
    assert not is_eligible(waived)
    assert is_eligible(judge(made, person, on=ON, waived={"age", "aval"}))


def test_an_answer_that_is_missing_blocks():
    assert [row.rule for row in blocking(judge(rules(AGE), Profile(), on=ON))] == ["rule"]


ENDORSED = {"key": "aval", "kind": "endorsement", "params": {}}
SENIOR = {"key": "years", "kind": "experience", "params": {"min": 5}}


@pytest.mark.parametrize(
    ("group", "years", "blocks"),
    [
        ({"kind": "any_of", "rules": [ENDORSED]}, None, False),
        ({"kind": "any_of", "rules": [ENDORSED, SENIOR]}, None, False),  # wider than the one above
        ({"kind": "any_of", "rules": [ENDORSED, SENIOR]}, 2, False),
        ({"kind": "any_of", "rules": [SENIOR]}, None, True),
        ({"kind": "all_of", "rules": [ENDORSED, SENIOR]}, None, True),
        ({"kind": "all_of", "rules": [ENDORSED, SENIOR]}, 7, False),
        ({"kind": "all_of", "rules": [{"key": "one", "kind": "any_of", "rules": [ENDORSED, SENIOR]}]}, None, False),
        ({"kind": "any_of", "rules": [{"key": "both", "kind": "all_of", "rules": [ENDORSED, SENIOR]}]}, None, True),
    ],
)
def test_what_an_endorser_can_still_settle_blocks_nobody(group, years, blocks):
    rules = read_rules({"rules": [{"key": "group", "weight": "hard"} | group]})

    found = judge(rules, Profile(years_of_experience=years, endorsement="asked"), on=date(2027, 3, 15))

    assert [row.outcome for row in found] == [Outcome.UNKNOWN]
    assert [row.rule for row in blocking(found)] == (["group"] if blocks else [])


def test_a_verdict_is_kept_in_every_language():
    (verdict,) = judge(rules(AGE), Profile(birth_date=date(1977, 1, 1)), on=ON)
    kept = verdict.sentence.by_language(["en", "fr", "es"])
    assert kept == {
        "en": "Aged 46 on 31 December 2023; at most 45 is allowed.",
        "fr": "46 ans au 31 décembre 2023\u00a0; l’âge maximal est de 45 ans.",
        "es": "46 años el 31 de diciembre de 2023; la edad máxima es de 45 años.",
    }


# ---------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"key": "a", "kind": "shoe_size"}, "kind"),
        (rule("age_at", on="2023-12-31"), "params"),
        (rule("age_at", max=45), "params.on"),
        (rule("age_at", max=45, on="31/12/2023"), "params.on"),
        (rule("age_at", max=20, min=30, on="2023-12-31"), "params.max"),
        (rule("age_at", max=45, on="2023-12-31", sex="f"), "params.sex"),
        (rule("age_at", max="45", on="2023-12-31"), "params.max"),
        (rule("membership"), "params"),
        (rule("country_of_work"), "params"),
        (rule("country_of_work", countries=["ZZ"]), "params.countries[0]"),
        (rule("country_of_work", areas=["999"]), "params.areas[0]"),
        (rule("country_of_work", table="dac"), "params"),
        (rule("nationality", weight="hard", flagged=["CU"]), "weight"),
        (rule("language_level", language="fr"), "params"),
        (rule("language_level", language="fr", spoken="B3"), "params.spoken"),
        (rule("certificate", certificates=["a"], at_least=2), "params.at_least"),
        (rule("by_person"), "reason"),
        (rule("by_person", key="Rule 1") | {"reason": {"en": "?"}}, "key"),
        (AGE | {"weight": "sometimes"}, "weight"),
        (AGE | {"rules": []}, "rules"),
        ({"key": "g", "kind": "any_of", "weight": "hard", "rules": []}, "rules"),
        ("text", ""),
    ],
)
def test_a_rule_that_is_not_sound_is_refused_by_path(document, path):
    with pytest.raises(InvalidDocument) as found:
        read_rules({"rules": [document]})
    assert ("rules[0]" + (f".{path}" if path else "")) in found.value.errors, found.value.errors


def test_rules_go_round_through_their_document():
    made = rules(
        AGE | {"key": "age", "reason": {"en": "Young.", "fr": "Jeune."}},
        DUES | {"key": "dues"},
        group(
            "any_of",
            LEVEL | {"key": "a"},
            group("all_of", CLOSED | {"key": "b"}, rule("team", "c", functions=["x"]), key="h"),
        ),
        rule("nationality", "flag", flagged=["IR", "CU"]),
    )
    assert read_rules(to_document(made)) == made
    assert made[2].rules[1].rules[0].weight == "hard"


def test_keys_of_rules_are_used_once_also_inside_groups():
    with pytest.raises(InvalidDocument) as found:
        rules(AGE | {"key": "a"}, group("any_of", LEVEL | {"key": "a"}))
    assert list(found.value.errors) == ["rules[1].rules[0].key"]


def test_every_kind_of_the_domain_is_there():
    assert set(KINDS) == {
        "age_at", "membership", "post_level", "employer_kind", "country_of_work", "nationality", "language_level",
        "experience", "grant_pause", "sister_call", "certificate", "team", "endorsement", "prior_participation",
        "by_person", "all_of", "any_of",
    }  # fmt: skip


# ---------------------------------------------------------------- from answers


def test_a_profile_is_made_of_the_answers_that_are_asked_for():
    form = default_form(2027)
    answers = {
        "birth_date": "1985-07-03",
        "country_of_work": "Perú",
        "nationality": ["PE", "ES"],
        "city": "Lima",
        "post_level": "middle",
        "employer_kind": "museum",
        "years_of_experience": "7,5",
        "languages": [{"language": "es", "spoken": "native"}, {"language": "fr", "spoken": "B1", "written": "A2"}],
        "membership": "will_join",
        "prior_editions": ["none"],
    }
    assert profile(form, answers, endorsement="asked") == Profile(
        birth_date=date(1985, 7, 3),
        country_of_work="PE",
        nationality=frozenset({"PE", "ES"}),
        city="Lima",
        post_level="middle",
        employer_kind="museum",
        years_of_experience=7,
        languages={"es": Language("native"), "fr": Language("B1", "A2")},
        membership="will_join",
        prior_editions=frozenset(),
        endorsement="asked",
    )
    assert option_names(form)["post_level"]["middle"]["fr"] == "Encadrement intermédiaire"


def test_what_cannot_be_read_is_no_fact():
    answers = {
        "birth_date": "1985-02-30",
        "country_of_work": "Atlantis",
        "post_level": "king",
        "years_of_experience": "many",
    }
    assert profile(default_form(2027), answers) == Profile()


def test_an_answer_behind_a_hidden_question_is_no_fact_and_no_grant_is_never():
    yes_no = [{"key": "yes", "label": {"en": "Yes"}}, {"key": "no", "label": {"en": "No"}}]
    form = read_form(
        {
            "steps": [
                {
                    "key": "s",
                    "title": {"en": "S"},
                    "questions": [
                        {"key": "had", "type": "choice", "label": {"en": "Had?"}, "options": yes_no, "fact": "earlier_grant"},
                        {
                            "key": "when", "type": "date", "label": {"en": "When?"}, "fact": "earlier_grant_on",
                            "show_if": {"question": "had", "op": "is", "values": ["yes"]},
                        },
                    ],
                }
            ]
        }
    )  # fmt: skip
    assert profile(form, {"had": "yes", "when": "2020-01-01"}).earlier_grant_on == date(2020, 1, 1)
    assert profile(form, {"had": "no", "when": "2020-01-01"}).earlier_grant_on == "never"
    assert profile(form, {"when": "2020-01-01"}).earlier_grant_on is None


# ---------------------------------------------------------------- differences between texts, audience and rules


def test_the_editor_is_warned_where_audience_and_rule_differ():
    made = rules(CLOSED)
    found = audience_differences(made, audience={"CM", "CG", "TD"})
    assert [(row.code, row.rule, str(row.sentence)) for row in found] == [
        ("turned_away", "rule", "This rule turns away 1 country of the training: Chad."),
        ("let_in", "rule", "This rule lets in 1 country that the training is not for: Gabon."),
    ]
    assert audience_differences(made, audience={"CM", "CG", "GA"}) == []
    assert audience_differences(made) == []
    assert [row.code for row in audience_differences(rules(AGE), audience={"CM"})] == ["no_country_rule"]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "For professionals aged 45 or under at 31 December 2023.", []),
        ("en", "For professionals under 46 years of age.", []),
        (
            "en",
            "For professionals aged 40 or under, with 5 years of experience.",
            ["other_number", "experience_without_rule"],
        ),
        ("fr", "Être âgé·e de 40 ans au plus.", ["other_number"]),
        ("fr", "Âge : 45 ans au plus.", []),
        ("es", "Tener 50 años o menos el 31 de diciembre.", ["other_number"]),
        ("es", "De 25 a 30 plazas.", []),
        ("en", "Open to Cameroon, Gabon and Guinea-Bissau.", ["named_but_turned_away"]),
        ("fr", "Ouvert au Cameroun et au Gabon.", []),
        ("es", "Abierto a Camerún, Perú y México.", ["named_but_turned_away"]),
    ],
)
def test_the_editor_is_warned_where_text_and_rule_differ(language, text, found):
    made = rules(AGE | {"key": "age"}, CLOSED | {"key": "where"})
    assert [row.code for row in audience_differences(made, texts={language: text})] == found


def test_a_country_inside_the_name_of_another_is_not_taken_for_it():
    made = rules(rule("country_of_work", countries=["GW"]))
    assert audience_differences(made, texts={"en": "Only Guinea-Bissau."}) == []


def test_rules_that_no_question_can_answer_are_named():
    form = default_form(2027)
    made = rules(
        AGE | {"key": "age"},
        rule("certificate", "course", certificates=["x"]),
        rule("post_level", "post", levels=["middle", "king"]),
        rule("membership", "member", or_commits_by="2027-06-30"),
        rule("endorsement", "aval"),
    )
    assert [(row.code, row.rule) for row in form_differences(made, form)] == [
        ("never_asked", "course"),
        ("no_option", "post"),
    ]


def test_an_endorsement_that_no_question_asks_for_is_named():
    form = read_form({
        "steps": [{
            "key": "step", "title": {"en": "Step"},
            "questions": [{"key": "boss", "type": "endorsement", "label": {"en": "Who?"}, "channel": "employer"}],
        }]
    })  # fmt: skip
    made = rules(
        rule("endorsement", "any"),
        rule("endorsement", "employer", channel="employer"),
        rule("endorsement", "committee", channel="national_committee"),
    )

    assert [(row.code, row.rule, str(row.sentence)) for row in form_differences(made, form)] == [
        (
            "never_asked",
            "committee",
            "No question of the form asks for this endorsement: the national committee. The rule can never be met.",
        )
    ]


def test_what_is_asked_after_the_selection_answers_no_rule():
    later = {"stage": "after_selection", "label": {"en": "Later?"}}
    form = read_form({
        "steps": [{
            "key": "step", "title": {"en": "Step"},
            "questions": [
                {"key": "boss", "type": "endorsement", "channel": "employer"} | later,
                {"key": "born", "type": "date", "fact": "birth_date"} | later,
            ],
        }]
    })  # fmt: skip
    made = rules(AGE | {"key": "age"}, rule("endorsement", "employer", channel="employer"))

    assert [(row.code, row.rule) for row in form_differences(made, form)] == [
        ("never_asked", "age"),
        ("never_asked", "employer"),
    ]


def test_reasons_that_miss_a_language_are_named():
    made = rules(AGE | {"reason": {"en": "Young.", "es": "Joven."}}, CLOSED | {"key": "where"})
    assert [(row.rule, row.language) for row in reason_gaps(made, ["en", "fr", "es"])] == [("rule", "fr")]


NORTH = {"regions": ["x.NAM"], "region_countries": {"x.NAM": ["CA", "US"]}}


@pytest.mark.parametrize(
    ("kind", "before", "after", "shut"),
    [
        ("age_at", {"on": "2026-09-01", "max": 45}, {"on": "2026-09-01", "max": 46}, False),
        ("age_at", {"on": "2026-09-01", "max": 45}, {"on": "2026-09-01", "max": 45, "min": 18}, True),
        ("age_at", {"on": "2026-09-01", "max": 45}, {"on": "2026-08-01", "max": 45}, True),
        ("membership", {"years": [2025, 2026]}, {"years": [2026]}, False),
        ("membership", {"years": [2026]}, {"years": [2025, 2026]}, True),
        ("membership", {"years": [2026], "or_new_member": True}, {"years": [2026]}, True),
        ("membership", {"years": [2026]}, {"or_new_member": True}, True),
        ("membership", {"or_commits_by": "2026-06-30"}, {"or_commits_by": "2026-07-31"}, False),
        ("membership", {"or_commits_by": "2026-06-30"}, {"or_commits_by": "2026-05-31"}, True),
        ("post_level", {"levels": ["middle"]}, {"levels": ["middle", "head"]}, False),
        ("employer_kind", {"kinds": ["museum", "school"]}, {"kinds": ["museum"]}, True),
        ("country_of_work", {"countries": ["PE"]}, {"regions": ["LAC"]}, False),
        ("country_of_work", {"regions": ["LAC"]}, {"countries": ["PE"]}, True),
        ("country_of_work", {"regions": ["ENA"]}, NORTH, True),
        ("country_of_work", NORTH, {"regions": ["ENA"]}, False),
        ("country_of_work", NORTH, NORTH | {"regions": ["x.NAM", "LAC"]}, False),
        (
            "country_of_work",
            {"table": "dac", "categories": ["A"]},
            {"table": "dac", "categories": ["A", "B"], "countries": ["FR"]},
            False,
        ),
        ("country_of_work", {"table": "dac", "categories": ["A"]}, {"table": "who", "categories": ["A"]}, True),
        ("language_level", {"language": "fr", "spoken": "B2"}, {"language": "fr", "spoken": "B1"}, False),
        ("language_level", {"language": "fr", "spoken": "B2"}, {"language": "es", "spoken": "B2"}, True),
        (
            "language_level",
            {"language": "fr", "spoken": "B2"},
            {"language": "fr", "spoken": "B2", "written": "A1"},
            True,
        ),
        ("experience", {"min": 5}, {"min": 4}, False),
        ("experience", {"min": 5}, {"min": 5, "max": 20}, True),
        ("grant_pause", {"years": 3, "on": "2026-09-01"}, {"years": 2, "on": "2026-10-01"}, False),
        ("grant_pause", {"years": 3, "on": "2026-09-01"}, {"years": 3, "on": "2026-08-01"}, True),
        ("sister_call", {"calls": ["a", "b"]}, {"calls": ["a"], "most": 1}, False),
        ("sister_call", {"calls": ["a"], "most": 1}, {"calls": ["a"]}, True),
        ("certificate", {"certificates": ["a", "b"]}, {"certificates": ["a", "c"], "at_least": 1}, False),
        ("certificate", {"certificates": ["a", "b"], "at_least": 1}, {"certificates": ["a"]}, True),
        ("team", {"functions": ["head", "guard"], "min": 2}, {"functions": ["head"]}, False),
        ("team", {"functions": ["head"], "max": 3}, {"functions": ["head"], "max": 2}, True),
        ("endorsement", {"channel": "employer"}, {"channel": "employer", "fallback": True}, False),
        ("endorsement", {"channel": "employer"}, {"channel": "national_committee"}, True),
        ("prior_participation", {"last": 3}, {"last": 2, "most": 1}, False),
        ("prior_participation", {"last": 3, "most": 1}, {"last": 3}, True),
    ],
)
def test_a_change_of_a_setting_shuts_somebody_out_or_nobody(kind, before, after, shut):
    (old,), (new,) = (rules(rule(kind, **params)) for params in (before, after))
    assert list(shutting_out([old], new, "rules[0]")) == (["rules[0].params"] if shut else [])


def test_every_setting_has_a_direction():
    assert undeclared() == []
