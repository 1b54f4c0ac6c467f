"""Waiting lists against every list there is; withdrawals."""

from dataclasses import replace
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.model import Applicant, Is, Pool, Quota, Rules, Share
from tessera.solvers.cohort.selection import select
from tessera.solvers.cohort.waiting import refill, waitlist
from tests.solvers.cohort import brute

FEW = settings(max_examples=6, deadline=None)


@FEW
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4), st.integers(0, 4))
def test_the_list_covers_most_then_scores_best_and_covers_every_single_withdrawal(pool, rules, k, size):
    selection = select(pool, rules, k, seed="s")
    assume(selection.found)
    members = selection.members
    outside = [one for one in pool.ids if one not in members]
    able = {i: {j for j in outside if swapped(pool, rules, members, i, j) <= selection.penalty} for i in members}
    able = {i: {j for j in some if keeps_soft(pool, rules, members, i, j)} for i, some in able.items()}
    score = {one.id: one.score or 0 for one in pool.applicants}
    people = sorted(set().union(*able.values()))
    size = min(size, len(people))

    told = waitlist(pool, rules, selection, size)

    def worth(some):
        lack = sum(max(0, min(2, len(able[i])) - len(set(some) & able[i])) for i in members)
        return -lack, sum(score[j] for j in some)

    assert worth(told.order) == max(map(worth, combinations(people, size)))
    assert [score[j] for j in told.order] == sorted((score[j] for j in told.order), reverse=True)
    assert {one.applicant: set(one.steps_in_for) for one in told.reserves} == {
        j: {i for i in members if j in able[i]} for j in told.order
    }
    assert [one.member for one in told.irreplaceable] == [i for i in members if not able[i]]
    for gone in members:
        after = refill(pool, rules, set(members) - {gone}, told, [gone])
        expected = next((j for j in told.order if j in able[gone]), None)
        if expected is not None:
            assert (after.from_list, after.joined) == (True, (expected,))
        assert set(members) - {gone} <= set(after.members) or not after.members
        assert gone not in after.members


def swapped(pool, rules, members, i, j):
    """The penalty with j in the place of i, whose pin is gone; above everything where a hard rule breaks."""
    free = replace(rules, include=rules.include - {i})
    found = brute.judged(pool, free, tuple(sorted((set(members) - {i}) | {j})))
    return 10**9 if found is None else found[0]


def keeps_soft(pool, rules, members, i, j):
    """No soft limit is missed by more than before."""
    people = {one.id: one for one in pool.applicants}

    def missed(some):
        return {
            limit: short
            for limit, weight, _want, _found, short in brute.measured(
                pool, rules, [people[one] for one in sorted(some)]
            )
            if weight is not None
        }

    before, after = missed(members), missed((set(members) - {i}) | {j})
    return all(short <= before.get(limit, 0) for limit, short in after.items())


def test_several_withdrawals_are_filled_by_the_best_cohort_with_those_who_stay():
    pool = Pool(tuple(Applicant(f"P{at}", at, 0, {"l": "fr" if at % 3 else "en"}) for at in range(9)))
    rules = Rules((Quota("English", Is("l", ("en",)), 2),))
    selection = select(pool, rules, 4)
    assert selection.members == ("P3", "P6", "P7", "P8")
    told = waitlist(pool, rules, selection, 2)

    after = refill(pool, rules, ["P7", "P8"], told, ["P3", "P6"])

    assert (after.members, after.relaxation) == (("P0", "P5", "P7", "P8"), None) or after.relaxation is not None
    assert {move.limit.name: (move.before, move.after) for move in after.relaxation.moves} == {"English": (2, 1)}
    assert after.members == ("P0", "P5", "P7", "P8")


def test_a_cohort_after_withdrawals_is_found_however_many_limits_must_move():
    best = [Applicant(f"P{one}", 9, 0, {"l": one}) for one in "abcde"]
    pool = Pool((*best, *(Applicant(f"Q{at}", at, 0, {"l": "a"}) for at in range(5))))
    rules = Rules(tuple(Quota(one, Is("l", (one,)), 1) for one in "abcde"))
    selection = select(pool, rules, 5)
    assert selection.members == ("Pa", "Pb", "Pc", "Pd", "Pe")

    after = refill(pool, rules, ["Pa"], waitlist(pool, rules, selection, 2), ["Pb", "Pc", "Pd", "Pe"])

    assert after.relaxation is not None
    assert {move.limit.name: (move.before, move.after) for move in after.relaxation.moves} == dict.fromkeys(
        "bcde", (1, 0)
    )
    assert (after.members, after.proof.status) == (("Pa", "Q1", "Q2", "Q3", "Q4"), "optimal")


def test_a_pinned_member_who_withdraws_is_pinned_no_more():
    pool = Pool(tuple(Applicant(f"P{at}", at, 0) for at in range(4)))
    rules = Rules(include=frozenset({"P0"}))
    selection = select(pool, rules, 2)

    after = refill(pool, rules, ["P3"], waitlist(pool, rules, selection, 1), ["P0"])

    assert (selection.members, after.members) == (("P0", "P3"), ("P2", "P3"))


def test_a_soft_share_that_is_missed_anyway_lets_everybody_in_who_misses_it_by_no_more_people():
    genders = [None, None, None, None, "m", "m"]
    pool = Pool(
        tuple(
            Applicant(f"P{n}", None if n < 2 else 0, None, {} if gender is None else {"gender": gender})
            for n, gender in enumerate(genders)
        )
    )
    rules = Rules(shares=(Share("women", Is("gender", ("f",)), at_least=1, weight=1),))
    selection = select(pool, rules, 3, seed="s")

    told = waitlist(pool, rules, selection, 1)

    outside = set(pool.ids[2:]) - set(selection.members)
    able = {
        member
        for member in selection.members
        if any(
            swapped(pool, rules, selection.members, member, one) <= selection.penalty
            and keeps_soft(pool, rules, selection.members, member, one)
            for one in outside
        )
    }
    assert set(selection.members) - {one.member for one in told.irreplaceable} == able
    assert {member for one in told.reserves for member in one.steps_in_for} == able
