"""Conflicts and relaxations, against every cohort there is."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.answers import Kind, Limit, Side
from tessera.solvers.cohort.claims import check_conflict
from tessera.solvers.cohort.counts import counts
from tessera.solvers.cohort.diagnosing import diagnose
from tessera.solvers.cohort.model import Applicant, Budget, Cap, Is, Pool, Quota, Rules, Share
from tessera.solvers.cohort.moves import moved, without
from tessera.solvers.cohort.rows import rows_of
from tessera.solvers.proof import Status
from tests.solvers.cohort import brute
from tests.solvers.cohort.test_explain import all_limits

FEW = settings(max_examples=10, deadline=None)


@FEW
@given(brute.people(at_most=7), brute.rules(soft=False), st.integers(2, 4))
def test_a_conflict_is_irreducible_and_every_relaxation_is_minimal(pool, rules, k):
    assume(brute.best(pool, rules, k) is None)
    assume(not rows_of(pool, rules, k).doubtful)  # there a pin is a leave too, and dropping it is no relaxation

    told = diagnose(pool, rules, k)

    assert told.proof.status == Status.INFEASIBLE
    assert told.minimal
    core = set(told.core)
    only = without(rules, [one for one in all_limits(rules) if one not in core])
    assert brute.best(pool, only, k) is None
    if core != {Limit(Kind.SIZE)}:
        for one in core:
            assert brute.best(pool, without(only, [one]), k) is not None
    for relaxation in told.relaxations:
        assert brute.judged(pool, moved(rules, relaxation.moves), relaxation.members) is not None
        for size in range(len(relaxation.moves)):
            for part in combinations(relaxation.moves, size):
                assert brute.best(pool, moved(rules, part), k) is None
    if told.complete:
        for limit in all_limits(rules):  # a single limit that would do alone is among them
            if brute.best(pool, without(rules, [limit]), k) is not None:
                assert any([move.limit for move in one.moves] == [limit] for one in told.relaxations)


def test_a_possible_problem_has_no_conflict():
    told = diagnose(Pool((Applicant("A", 1), Applicant("B", 1))), Rules(), 1)

    assert (told.core, told.relaxations, told.proof.status) == ((), (), Status.OPTIMAL)


def test_the_core_alone_is_found_without_a_way_out():
    tight = Rules(quotas=(region("A", 3), region("B", 3)))

    whole, core = diagnose(POOL, tight, 5), diagnose(POOL, tight, 5, sets_at_most=0)

    assert whole.relaxations
    assert (core.core, core.relaxations, core.complete) == (whole.core, (), False)
    assert diagnose(POOL, Rules(), 5, sets_at_most=0).complete


def region(name, low=None, high=None):
    return Quota(name, Is("region", (name,)), low, high)


POOL = Pool(tuple(Applicant(f"P{at}", at, 10, {"region": "AB"[at % 2], "house": "H"}) for at in range(6)))


@pytest.mark.parametrize(
    ("rules", "k", "codes"),
    [
        (Rules(), 7, ["too-few-people"]),
        (Rules((region("C", 1),)), 2, ["too-few-with"]),
        (Rules((region("A", 2, 1),)), 3, ["crossed"]),
        (Rules((region("A", 2), region("B", 2))), 3, ["minima-above-seats"]),
        (Rules((region("A", None, 1), region("B", None, 1))), 3, ["maxima-below-seats"]),
        (Rules(include=frozenset({"P1"}), exclude=frozenset({"P1"})), 1, ["included-and-excluded"]),
        (Rules(include=frozenset({"P1", "P2"})), 1, ["too-many-included"]),
        (Rules(caps=(Cap("house", "house", 1),), include=frozenset({"P1", "P2"})), 2, ["included-break"]),
        (Rules(budget=Budget(19)), 2, ["too-costly"]),
        (Rules((region("A", 1),), exclude=frozenset({"P0", "P2", "P4"})), 2, ["too-few-with"]),
    ],
)
def test_counting_names_the_conflict_before_any_solve(rules, k, codes):
    assert [one.code for one in counts(POOL, rules, k)] == codes
    assert brute.best(POOL, rules, k) is None
    assert [one.code for one in diagnose(POOL, rules, k).counts] == codes


MIXED = Pool(
    tuple(
        Applicant(f"P{at}", at, 10, {"region": "A" if at < 4 else "B", "house": "H" if at else "J"}) for at in range(5)
    )
)
OTHERS = (Quota("any", Is("region", ("A", "B")), 0, 5), Quota("few", Is("house", ("J",)), None, 3))


@pytest.mark.parametrize(
    ("rules", "k", "limits"),
    [
        (Rules(quotas=(region("B", 2),)), 3, [Limit(Kind.QUOTA, "B", Side.LOWER)]),
        (Rules(quotas=(region("A", None, 1),)), 3, [Limit(Kind.QUOTA, "A")]),
        (Rules(shares=(Share("B", Is("region", ("B",)), 50),)), 3, [Limit(Kind.SHARE, "B", Side.LOWER)]),
        (Rules(shares=(Share("A", Is("region", ("A",)), None, 40),)), 3, [Limit(Kind.SHARE, "A")]),
        (Rules(caps=(Cap("house", "house", 1),)), 3, [Limit(Kind.CAP, "house")]),
        (Rules(budget=Budget(29)), 3, [Limit(Kind.BUDGET)]),
        (Rules(include=frozenset({"P1", "P2"})), 1,
         [Limit(Kind.INCLUDE, "P1", Side.LOWER), Limit(Kind.INCLUDE, "P2", Side.LOWER)]),
        (Rules(exclude=frozenset({"P1"})), 5, [Limit(Kind.EXCLUDE, "P1")]),
        (Rules(), 6, [Limit(Kind.SIZE)]),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_kept_by_itself_is_named_whatever_its_kind(rules, k, limits):
    among = replace(rules, quotas=(*rules.quotas, *OTHERS))

    assert brute.best(MIXED, rules, k) is None
    for asked in (rules, among):
        told = diagnose(MIXED, asked, k)
        assert (sorted(told.core), told.minimal) == (limits, True)
        assert check_conflict(MIXED, asked, k, told) == ()


def test_soft_rules_are_no_part_of_a_conflict():
    rules = Rules((replace(region("C", 2), weight=5), region("A", 3), region("B", None, 1)), budget=Budget(10_000))

    told = diagnose(POOL, rules, 5)

    assert set(told.core) == {Limit(Kind.QUOTA, "B", Side.UPPER)}
