"""What holds of every rule and every person."""

from dataclasses import fields, replace
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.calls.eligibility import (
    Language,
    Outcome,
    Profile,
    Rule,
    World,
    blocking,
    facts_of,
    is_eligible,
    judge,
    read_rules,
    to_document,
)
from tessera.calls.eligibility.loosening import shutting_out
from tessera.calls.questions.model import LEVELS

ON = date(2027, 3, 15)
WORLD = World(tables={"dac": {"NE": "A", "PE": "B", "FR": "D"}})
LANGUAGES = ("en", "fr", "es")
COUNTRIES = ("NE", "PE", "FR", "CU", "QA")
KEYS = ("head", "middle", "assistant")

days = st.dates(min_value=date(1930, 1, 1), max_value=date(2030, 12, 31))
subsets = st.frozensets(st.sampled_from(KEYS), max_size=3)
some_keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)
levels = st.sampled_from(["", *LEVELS, "native"])

profiles = st.builds(
    Profile,
    birth_date=st.none() | days,
    country_of_work=st.none() | st.sampled_from(COUNTRIES),
    nationality=st.none() | st.frozensets(st.sampled_from(COUNTRIES), min_size=1, max_size=2),
    membership=st.none() | st.sampled_from(["member", "new_member", "will_join", "none"]),
    dues_years=st.none() | st.frozensets(st.integers(2024, 2027)),
    post_level=st.none() | st.sampled_from(KEYS),
    employer_kind=st.none() | st.sampled_from(KEYS),
    languages=st.none() | st.dictionaries(st.sampled_from(["fr", "es"]), st.builds(Language, levels, levels)),
    years_of_experience=st.none() | st.integers(0, 60),
    earlier_grant_on=st.none() | st.just("never") | days,
    certificates=st.none() | subsets,
    team=st.none() | st.lists(st.sampled_from(KEYS), max_size=5).map(tuple),
    prior_editions=st.none() | st.frozensets(st.integers(1, 6), max_size=3),
    sister_applications=st.none() | subsets,
    endorsement=st.none() | st.sampled_from(["asked", "given", "refused", "expired", "no_channel", "odd"]),
)


def _rule(kind: str, **params: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(params).map(lambda found: {"kind": kind, "params": found})


bounds = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)
isodays = days.map(str)
KINDS_OF_RULES = [
    st.tuples(bounds, isodays).map(
        lambda x: {"kind": "age_at", "params": {"min": x[0][0], "max": max(x[0][1], 1), "on": x[1]}}
    ),
    st.tuples(bounds).map(lambda x: {"kind": "experience", "params": {"min": x[0][0], "max": max(x[0][1], 1)}}),
    _rule("membership", years=st.lists(st.integers(2025, 2027), min_size=1, max_size=2), or_new_member=st.booleans()),
    _rule("membership", or_commits_by=isodays),
    _rule("post_level", levels=some_keys),
    _rule("employer_kind", kinds=some_keys),
    _rule("country_of_work", countries=st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=3)),
    _rule("country_of_work", regions=st.sampled_from([["LAC"], ["AFR", "ENA"]])),
    _rule("country_of_work", table=st.just("dac"), categories=st.sampled_from([["A"], ["A", "B"]])),
    _rule("nationality", flagged=st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2)),
    _rule("language_level", language=st.sampled_from(["fr", "es"]), spoken=st.sampled_from(LEVELS)),
    _rule("language_level", language=st.just("fr"), spoken=st.sampled_from(LEVELS), written=st.sampled_from(LEVELS)),
    _rule("grant_pause", years=st.integers(1, 5), on=isodays),
    _rule("sister_call", calls=some_keys, most=st.integers(0, 1)),
    _rule("certificate", certificates=some_keys, at_least=st.just(1)),
    _rule("certificate", certificates=some_keys),
    _rule("team", functions=some_keys, min=st.integers(0, 3)),
    _rule("endorsement", fallback=st.booleans()),
    _rule("prior_participation", last=st.integers(1, 5), most=st.integers(0, 2)),
    st.just({"kind": "by_person", "reason": {"en": "Look.", "fr": "À voir.", "es": "Por ver."}}),
]
plain = st.one_of(*KINDS_OF_RULES)
nested = st.recursive(
    plain,
    lambda inner: st.builds(
        lambda kind, parts: {"kind": kind, "rules": parts},
        st.sampled_from(["all_of", "any_of"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


def keyed(documents: list[dict], weights: list[str]) -> tuple[Rule, ...]:
    count = 0

    def named(document: dict) -> dict:
        nonlocal count
        count += 1
        return (
            {"key": f"r{count}"}
            | document
            | ({"rules": [named(part) for part in document["rules"]]} if "rules" in document else {})
        )

    made = []
    for document, weight in zip(documents, weights, strict=False):
        if document["kind"] in ("nationality", "by_person"):
            weight = "person"
        made.append(named(document) | {"weight": weight})
    return read_rules({"rules": made})


weights = st.lists(st.sampled_from(["hard", "hard", "priority", "person"]), min_size=4, max_size=4)
rule_sets = st.builds(keyed, st.lists(nested, max_size=4), weights)
hard = st.builds(lambda document: keyed([document], ["hard"]), nested)


@given(rule_sets, profiles)
@settings(max_examples=25, deadline=None)
def test_each_verdict_has_a_sentence_in_each_language_and_names_its_rule(rules, person):
    verdicts = judge(rules, person, on=ON, world=WORLD)

    assert [row.rule for row in verdicts] == [rule.key for rule in rules]
    for rule, verdict in zip(rules, verdicts, strict=True):
        assert verdict.outcome in Outcome
        kept = verdict.sentence.by_language(LANGUAGES)
        assert all(text.strip() and "%(" not in text and "None" not in text for text in kept.values()), kept
        assert set(verdict.facts) == set(facts_of(rule))
        assert set(verdict.missing) <= set(verdict.facts)
        assert bool(verdict.missing) or verdict.outcome is not Outcome.UNKNOWN


@given(rule_sets)
@settings(max_examples=25, deadline=None)
def test_nothing_is_met_by_somebody_of_whom_nothing_is_known(rules):
    for verdict in judge(rules, Profile(), on=ON, world=WORLD):
        assert verdict.outcome in (Outcome.UNKNOWN, Outcome.PERSON)


@given(hard, profiles, st.data())
@settings(max_examples=30, deadline=None)
def test_knowing_less_never_makes_a_rule_met(rules, person, data):
    forgotten = data.draw(st.sets(st.sampled_from([field.name for field in fields(Profile)])))
    less = replace(person, **dict.fromkeys(forgotten))

    if judge(rules, person, on=ON, world=WORLD)[0].outcome in (Outcome.NOT_MET, Outcome.UNKNOWN):
        assert judge(rules, less, on=ON, world=WORLD)[0].outcome is not Outcome.MET


def gains(person: Profile, draw) -> Profile:
    """The same person with more of what rules ask for: levels, years, certificates, dues, an endorsement; fewer sister files."""

    def more(language: Language) -> Language:
        return Language(*(draw(st.sampled_from(levels_from(level))) for level in (language.spoken, language.written)))

    return replace(
        person,
        dues_years=None
        if person.dues_years is None
        else person.dues_years | draw(st.frozensets(st.integers(2024, 2027))),
        languages=None if person.languages is None else {code: more(known) for code, known in person.languages.items()},
        certificates=None if person.certificates is None else person.certificates | draw(subsets),
        team=None if person.team is None else person.team + tuple(draw(st.lists(st.sampled_from(KEYS), max_size=2))),
        prior_editions=None if person.prior_editions is None else frozenset(sorted(person.prior_editions)[1:]),
        sister_applications=None if person.sister_applications is None else frozenset(),
        endorsement="given" if person.endorsement in ("asked", "given") else person.endorsement,
        earlier_grant_on=person.earlier_grant_on and "never",
    )


def levels_from(level: str) -> list[str]:
    order = ["", *LEVELS, "native"]
    return order[order.index(level) :]


@given(hard, profiles, st.data())
@settings(max_examples=25, deadline=None)
def test_whoever_gains_what_a_rule_wants_never_loses_it(rules, person, data):
    better = gains(person, data.draw)
    order = list(Outcome)

    before, after = (judge(rules, who, on=ON, world=WORLD)[0].outcome for who in (person, better))

    assert order.index(after) >= order.index(before)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_more_years_never_fall_below_a_least_and_fewer_never_rise_above_a_most(limit, years, other):
    low, high = sorted((years, other))
    least = keyed([{"kind": "experience", "params": {"min": max(limit, 1)}}], ["hard"])
    most = keyed([{"kind": "experience", "params": {"max": max(limit, 1)}}], ["hard"])

    def met(rules, count):
        return is_eligible(judge(rules, Profile(years_of_experience=count), on=ON))

    assert met(least, high) or not met(least, low)
    assert met(most, low) or not met(most, high)


@given(days, days, st.integers(1, 99), isodays)
@settings(max_examples=25, deadline=None)
def test_the_younger_is_within_a_greatest_age_where_the_older_is(one, other, limit, on):
    older, younger = sorted((one, other))
    rules = keyed([{"kind": "age_at", "params": {"max": limit, "on": on}}], ["hard"])
    if younger <= date.fromisoformat(on) and is_eligible(judge(rules, Profile(birth_date=older), on=ON)):
        assert is_eligible(judge(rules, Profile(birth_date=younger), on=ON))


@given(rule_sets, nested, st.lists(profiles, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_a_hard_rule_more_never_makes_more_people_eligible(rules, extra, people):
    (one,) = keyed([extra], ["hard"])
    more = (*rules, replace(one, key="extra"))
    for person in people:
        before, after = (judge(found, person, on=ON, world=WORLD) for found in (rules, more))
        assert not is_eligible(after) or is_eligible(before)
        assert {row.rule for row in blocking(before)} <= {row.rule for row in blocking(after)}


def groups_of(leaves):
    return leaves | st.builds(
        lambda kind, parts: {"kind": kind, "rules": parts},
        st.sampled_from(["all_of", "any_of"]),
        st.lists(leaves, min_size=1, max_size=2),
    )


two_of_a_kind = st.sampled_from(KINDS_OF_RULES).flatmap(lambda leaves: st.tuples(groups_of(leaves), groups_of(leaves)))


@given(two_of_a_kind | st.tuples(nested, nested), st.lists(profiles, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_nobody_fares_worse_under_a_change_that_is_said_to_shut_out_nobody(pair, people):
    (old,), (new,) = (keyed([document], ["hard"]) for document in pair)
    assume(not list(shutting_out([old], new)))
    order = list(Outcome)

    for person in people:
        before, after = (judge([replace(rule, weight="hard")], person, on=ON, world=WORLD) for rule in (old, new))
        assert order.index(after[0].outcome) >= order.index(before[0].outcome)
        assert not blocking(after) or blocking(before)


@given(hard)
@settings(max_examples=25, deadline=None)
def test_a_rule_that_stays_shuts_out_nobody(rules):
    assert list(shutting_out(rules, rules[0])) == []


@given(rule_sets, profiles)
@settings(max_examples=25, deadline=None)
def test_waiving_every_hard_rule_lets_everybody_in_and_changes_no_outcome(rules, person):
    waived = judge(rules, person, on=ON, world=WORLD, waived={rule.key for rule in rules})
    assert is_eligible(waived)
    assert [row.outcome for row in waived] == [row.outcome for row in judge(rules, person, on=ON, world=WORLD)]


@given(rule_sets)
@settings(max_examples=25, deadline=None)
def test_rules_go_round_through_their_document(rules):
    assert read_rules(to_document(rules)) == rules
