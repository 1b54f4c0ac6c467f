"""Published records: they come back as they were, and whoever changes one is found out."""

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.documents import digest_of
from tessera.solvers.cohort.faults import DataFault
from tessera.solvers.cohort.model import AllOf, AnyOf, Applicant, Is, Pool, Quota, Rules
from tessera.solvers.cohort.record import digest_told, read, record, verify
from tessera.solvers.cohort.selection import select
from tessera.solvers.proof import canonical, sha256
from tests.solvers import nine
from tests.solvers.cohort import brute

POOL, RULES = nine.pool(), nine.rules()


def in_order(rules):
    """Rules of a kind by their names: that is how a record keeps them."""
    by_name = {kind: tuple(sorted(getattr(rules, kind), key=lambda rule: rule.name)) for kind in ("quotas", "shares")}
    return replace(rules, **by_name)


def in_no_time(selection):
    return replace(selection, proof=replace(selection.proof, seconds=0.0))


@settings(max_examples=15, deadline=None)
@given(brute.people(), brute.rules(), st.integers(1, 3))
def test_a_record_comes_back_and_holds(pool, given_rules, k):
    selection = select(pool, given_rules, k, seed="s")
    assume(selection.found)
    text = record(pool, given_rules, selection)

    assert read(text) == (pool, in_order(given_rules), in_no_time(selection))
    assert verify(text) == ()
    assert digest_told(text) == sha256(json.loads(text)["body"])


@pytest.fixture(scope="module")
def published():
    """Of a selection that has everything: soft rules missed, somebody pinned without a score, people set aside."""
    people = [
        replace(one, score=None) if one.id in ("A8", "A9") else replace(one, cost=None) if one.id == "A5" else one
        for one in POOL.applicants
    ]
    soft = Quota("soft", AnyOf((Is("region", ("ASP",)), Is("language", ("EN",)))), 4, weight=2)
    rules = replace(RULES, quotas=(*RULES.quotas, soft), include=frozenset({"A9"}), exclude=frozenset({"A2"}))
    pool = Pool(tuple(people))
    selection = select(pool, rules, 4, seed="s")
    assert (selection.found, bool(selection.shortfalls), selection.unscored) == (True, True, ("A9",))
    assert [one.applicant for one in selection.set_aside] == ["A5", "A8"]
    return record(pool, rules, selection)


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for key, inner in enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def changed(text, path, value):
    told = json.loads(text)
    at = told
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return canonical(told)


def others_than(value):
    """Values that look like it, and values of every other type."""
    near = [value + 1, float(value)] if type(value) is int else [value + "x"] if isinstance(value, str) else []
    return [*near, *(one for one in (None, True, 7, 1.5, "word", [], {}, [1], {"a": 1}) if one != value)]


def refused(text):
    """Whether a text is found out: by what `verify` tells, or as no record at all."""
    try:
        return bool(verify(text))
    except ValueError:
        return True


def test_no_field_can_be_changed_unseen(published):
    assert verify(published) == ()
    paths = list(leaves(json.loads(published)))

    assert len(paths) > 150
    unseen = [
        (path, other)
        for path, value in paths
        for other in others_than(value)
        if not refused(changed(published, path, other))
    ]
    assert unseen == []


def test_no_field_can_be_left_out_or_added(published):
    told = json.loads(published)
    body, selection = told["body"], told["body"]["selection"]
    for part in (told, body, body["rules"], body["pool"][0], selection, selection["proof"], selection["shortfalls"][0]):
        for name in list(part):
            kept = part.pop(name)
            assert refused(canonical(told))
            part[name] = kept
        part["more"] = 1
        assert refused(canonical(told))
        del part["more"]
    assert not refused(canonical(told))


@pytest.mark.parametrize(
    ("path", "value", "codes"),
    [
        (("selection", "members", 0), "A4", {"order", "value", "bound", "upper", "lower"}),
        (("selection", "value"), 360, {"value"}),
        (("selection", "proof", "bound"), 358, {"bound"}),
        (("selection", "proof", "bound"), 400, {"bound"}),
        (("selection", "penalty"), 1, {"penalty"}),
        (("selection", "penalty_bound"), 0, {"bound"}),
        (("selection", "shortfalls", 0, "by"), 3, {"shortfalls"}),
        (("selection", "shortfalls"), [], {"shortfalls"}),
        (("selection", "unscored"), [], {"unscored"}),
        (("selection", "set_aside"), [], {"set-aside"}),
        (("selection", "set_aside", 0, "why"), "score-low", {"set-aside"}),
        (("pool", 1, "score"), 70, {"input"}),
        (("rules", "budget", "at_most"), 3500, {"input"}),
    ],
)
def test_a_false_record_is_seen_even_with_its_own_digest(published, path, value, codes):
    told = json.loads(changed(published, ("body", *path), value))
    told["sha256"] = sha256(told["body"])

    assert {one.code for one in verify(canonical(told))} == codes


def test_one_of_two_conditions_is_not_both_of_them():
    """Where both keep the cohort, only the digest of the input tells them apart."""
    both = (Is("region", ("AFR",)), Is("gender", ("f",)))
    one_of, all_of = (Rules((Quota("who", kind(both), at_most=4),)) for kind in (AnyOf, AllOf))
    text = record(POOL, one_of, select(POOL, one_of, 2))
    told = json.loads(text)
    told["body"]["rules"]["quotas"][0]["when"] = {"all": told["body"]["rules"]["quotas"][0]["when"]["any"]}
    told["sha256"] = sha256(told["body"])

    assert digest_of(POOL, one_of, 2) != digest_of(POOL, all_of, 2)
    assert [one.code for one in verify(canonical(told))] == ["input"]


def test_a_record_does_not_hang_on_the_clock_or_on_the_order_of_the_rules():
    other = replace(RULES, quotas=RULES.quotas[::-1])

    assert record(POOL, RULES, select(POOL, RULES, 4)) == record(POOL, other, select(POOL, other, 4))


def test_what_is_no_record_is_refused():
    for text in (
        "{}", "[]", "null", '{"format":"other"}', "no", '{"format":NaN}', '{"body":{},"sha256":""}',
        '{"body":{},"body":{},"sha256":""}', '{"body":null,"sha256":""}', '{"body":[],"sha256":[]}',
    ):  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 - the text differs with the fault
            verify(text)


def test_somebody_who_stands_twice_in_a_record_is_named():
    text = record(POOL, RULES, select(POOL, RULES, 4))

    with pytest.raises(DataFault, match="duplicate"):
        verify(changed(text, ("body", "pool", 1, "id"), "A1"))


def test_a_selection_of_people_alone_is_a_record():
    pool = Pool((Applicant("A", 1), Applicant("B", 2)))

    assert verify(record(pool, Rules(), select(pool, Rules(), 1))) == ()
