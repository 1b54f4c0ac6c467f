"""Every explanation is a claim: it is applied, solved again, and must come true."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tessera.solvers.cohort.answers import Conflict, Kind, Limit, Move, Reason, Side, Why
from tessera.solvers.cohort.claims import check_reason
from tessera.solvers.cohort.cores import check_core
from tessera.solvers.cohort.explaining import Explainer, explain
from tessera.solvers.cohort.model import SCORE_MOST, Applicant, Budget, Is, Not, Pool, Quota, Rules
from tessera.solvers.cohort.moves import moved, without
from tessera.solvers.cohort.rows import rows_of
from tessera.solvers.cohort.selection import select
from tessera.solvers.proof import Proof, Status
from tessera.solvers.watch import Watch
from tests.solvers import nine
from tests.solvers.cohort import brute

FEW = settings(max_examples=6, deadline=None)


def with_score(pool, who, score):
    return Pool(tuple(replace(one, score=score) if one.id == who else one for one in pool.applicants))


def rank(there, keep):
    ranks = [(penalty, -value) for members, (penalty, value) in there.items() if keep(members)]
    return min(ranks) if ranks else None


@FEW
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4))
def test_why_not_comes_true(pool, rules, k):
    selection = select(pool, rules, k, seed="s")
    assume(selection.found)
    there = brute.cohorts(pool, rules, k)
    explainer = Explainer(pool, rules, selection)
    for who in sorted(set(pool.ids) - set(selection.members)):
        told = explainer.of(who)
        within = rank(there, lambda members, who=who: who in members)
        score = next(one.score for one in pool.applicants if one.id == who)
        if told.reason == Reason.SET_ASIDE:
            assert told.set_aside in (Kind.SCORE_MISSING, Kind.SCORE_LOW)
            assert_score_wanted(pool, rules, k, told)
        elif told.reason == Reason.EXCLUDED:
            assert who in rules.exclude
        elif told.reason == Reason.IMPOSSIBLE:
            assert within is None
            assert_core(pool, replace(rules, include=rules.include | {who}), k, told.conflict.core, who)
        else:
            assert (told.penalty + selection.penalty, -told.value) == within
            assert told.cost == selection.value - told.value
            assert set(told.members) == (set(selection.members) - set(told.leave)) | set(told.join) | {who}
            assert told.reason == (Reason.SOFT if told.penalty else Reason.OUTSCORED if told.cost else Reason.TIED)
            if told.reason == Reason.OUTSCORED:
                assert told.ties_at == score + told.cost
                assert is_in(with_score(pool, who, told.certain_above + 1), rules, k, who) == "certain"
                assert is_in(with_score(pool, who, told.ties_at), rules, k, who) == "tied"
                assert is_in(with_score(pool, who, told.ties_at - 1), rules, k, who) == "out"
        for change in told.changes:
            after = moved(rules, [change.move])
            assert is_in(pool, after, k, who) == ("certain" if change.certain else "tied")
            assert brute.best(pool, after, k)[1] == change.value
        for member in told.for_whom:
            swapped = tuple(sorted((set(selection.members) - {member}) | {who}))
            free = replace(rules, include=rules.include - {member})
            assert brute.judged(pool, free, swapped)[0] <= selection.penalty


def assert_score_wanted(pool, rules, k, told):
    """What is said of the score holds for every score from the entry on; only one that was looked for is missing."""
    entry = -3 if rules.score_at_least is None else rules.score_at_least
    who = told.applicant
    within = {score: is_in(with_score(pool, who, score), rules, k, who) for score in range(entry - 2, 31)}
    if told.ties_at is None:
        assert told.penalty < 0 or set(within.values()) == {"out"}
        return
    assert is_in(with_score(pool, who, told.certain_above + 1), rules, k, who) == "certain"
    for score, place in within.items():
        assert (place == "out") == (score < told.ties_at)
        assert (place == "certain") == (score > told.certain_above)
    if told.set_aside == Kind.SCORE_LOW:
        score = next(one.score for one in pool.applicants if one.id == who)
        lower = is_in(pool, replace(rules, score_at_least=score), k, who)
        assert [change.certain for change in told.changes] == {"out": [], "tied": [False], "certain": [True]}[lower]


@settings(max_examples=60, deadline=None)
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4), st.integers(1, 9))
def test_what_would_bring_in_somebody_below_the_entry_comes_true(pool, rules, k, entry):
    rules = replace(rules, score_at_least=entry)
    selection = select(pool, rules, k, seed="s")
    if not selection.found:
        return
    explainer = Explainer(pool, rules, selection)
    for who in [one.applicant for one in selection.set_aside if one.applicant not in rules.exclude][:3]:
        told = explainer.of(who)
        assert told.reason == Reason.SET_ASIDE
        assert check_reason(pool, rules, selection, told) == ()
        assert_score_wanted(pool, rules, k, told)


def test_nothing_is_said_of_the_score_where_something_else_is_in_the_way():
    pool = Pool((Applicant("A", 9, 5), Applicant("B", 3, None), Applicant("C", 2, 1), Applicant("D", 1, 1)))
    rules = Rules(budget=Budget(9), score_at_least=4, exclude=frozenset({"C"}))
    explainer = Explainer(pool, rules, select(pool, rules, 1))

    assert [(explainer.of(who).ties_at, explainer.of(who).changes) for who in "BC"] == [(None, ()), (None, ())]
    told = explainer.of("D")
    assert (told.ties_at, told.certain_above, told.leave, told.changes) == (9, 9, ("A",), ())


def test_somebody_set_aside_who_would_ease_a_soft_rule_is_told_so():
    people = (Applicant("P3", None, 0, {"house": "H"}), Applicant("P4", 0, 0), Applicant("P5", -1, 0, {"house": "H"}))
    soft = Quota("others", Not(Is("house", ("H",))), None, 0, weight=1, unknown_counts=True)
    selection = select(Pool(people), Rules((soft,)), 2)

    told = explain(Pool(people), Rules((soft,)), selection, "P3")

    assert (selection.members, told.penalty, told.members, told.ties_at) == (("P4", "P5"), -1, ("P3", "P5"), None)


def is_in(pool, rules, k, who):
    best = brute.best(pool, rules, k)[2]
    inside = [who in members for members in best]
    return "certain" if all(inside) else "tied" if any(inside) else "out"


def assert_core(pool, rules, k, core, who):
    """With only these limits (and who may not be selected at all) there is no cohort; without any one of them there is."""
    hard = replace(
        rules,
        quotas=tuple(one for one in rules.quotas if one.weight is None),
        shares=tuple(one for one in rules.shares if one.weight is None),
        caps=tuple(one for one in rules.caps if one.weight is None),
    )
    everything = {limit for limit in all_limits(hard) if limit not in core}
    kept = without(hard, [one for one in everything if one.kind not in (Kind.INCLUDE, Kind.EXCLUDE)])
    assert brute.best(pool, kept, k) is None
    for pin in (Limit(Kind.INCLUDE, who, Side.LOWER), Limit(Kind.EXCLUDE, who)):
        pinned = who in (rules.include if pin.kind == Kind.INCLUDE else rules.exclude)
        if pinned:
            proof = Proof(Status.INFEASIBLE, None, None, "", "", 0.0, "")
            broken = check_core(pool, rules, k, Conflict((*core, pin), (), proof, minimal=True))
            assert [one for one in broken if one.limit != pin] == []  # whom only a pin lets in is not kept out by one


def all_limits(rules):
    told = []
    for kind, of_kind in ((Kind.QUOTA, rules.quotas), (Kind.SHARE, rules.shares)):
        for one in of_kind:
            told += [Limit(kind, one.name, Side.LOWER)] * (one.at_least is not None)
            told += [Limit(kind, one.name, Side.UPPER)] * (one.at_most is not None)
    told += [Limit(Kind.CAP, one.name) for one in rules.caps]
    told += [Limit(Kind.BUDGET)] * (rules.budget is not None)
    told += [Limit(Kind.INCLUDE, one, Side.LOWER) for one in rules.include]
    return told + [Limit(Kind.EXCLUDE, one) for one in rules.exclude]


@FEW
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4))
def test_every_single_change_that_would_bring_somebody_in_is_found(pool, rules, k):
    selection = select(pool, rules, k, seed="s")
    if not selection.found:
        return
    explainer = Explainer(pool, rules, selection)
    rows = rows_of(pool, rules, k)
    for who in sorted(set(pool.ids) - set(selection.members))[:2]:
        told = explainer.of(who)
        if told.reason not in (Reason.OUTSCORED, Reason.SOFT, Reason.IMPOSSIBLE):
            continue
        found = {(change.move.limit.kind, change.move.limit.name, change.move.limit.side) for change in told.changes}
        for term in range(1, len(rows.terms)):  # every limit of a quota, a share, a cap and the budget
            limit, written = rows.terms[term].limit, rows.terms[term].written
            after = rows.after(term, 1)
            if after == written:
                continue
            looser = moved(rules, [Move(limit, written, after, 1)])
            assert (is_in(pool, looser, k, who) != "out") == ((limit.kind, limit.name, limit.side) in found)


@FEW
@given(brute.people(at_most=7, scored=True), brute.rules(), st.integers(2, 4), st.integers(1, 2))
def test_so_many_changes_are_the_cheapest_and_there_is_one_where_there_is_any(pool, rules, k, at_most):
    selection = select(pool, rules, k, seed="s")
    assume(selection.found)
    explainer = Explainer(pool, rules, selection)
    for who in sorted(set(pool.ids) - set(selection.members))[:3]:
        every, some = explainer.of(who).changes, explainer.of(who, at_most=at_most).changes
        assert set(some) <= set(every)
        assert [one.price for one in some] == [one.price for one in every][:at_most]


@FEW
@given(brute.people(at_most=7), brute.rules(), st.integers(2, 4))
def test_why_comes_true(pool, rules, k):
    selection = select(pool, rules, k, seed="s")
    assume(selection.found)
    explainer = Explainer(pool, rules, selection)
    for who in selection.members:
        told = explainer.of(who)
        assert isinstance(told, Why)
        there = brute.cohorts(pool, replace(rules, include=rules.include - {who}), k)
        without_them = rank(there, lambda members, who=who: who not in members)
        if without_them is None:
            assert told.cost is None
            without_who = replace(rules, include=rules.include - {who}, exclude=rules.exclude | {who})
            assert_core(pool, without_who, k, told.needed_for, who)
            assert check_reason(pool, rules, selection, told) == ()
            continue
        assert (told.penalty + selection.penalty, -told.value) == without_them
        assert told.cost == selection.value - told.value
        assert set(told.members) == (set(selection.members) - set(told.leave) - {who}) | set(told.join)


def test_a_member_is_needed_for_the_rule_that_nobody_else_meets():
    pool = Pool(tuple(Applicant(f"P{at}", at, 0, {"l": "fr" if at == 0 else "en"}) for at in range(5)))
    rules = Rules((Quota("French", Is("l", ("fr",)), 1),))

    told = explain(pool, rules, select(pool, rules, 2), "P0")

    assert told.cost is None
    assert [(one.kind.value, one.name, one.side.value) for one in told.needed_for] == [("quota", "French", "lower")]


def test_an_unknown_person_and_an_empty_cohort_are_refused():
    pool = Pool((Applicant("A", 1), Applicant("B", 2)))
    selection = select(pool, Rules(), 1)

    with pytest.raises(KeyError):
        explain(pool, Rules(), selection, "X")
    with pytest.raises(ValueError, match="no cohort"):
        explain(pool, Rules(), select(pool, Rules(), 3), "A")


def test_a_pin_that_costs_a_soft_rule_is_told_of_the_pinned_person():
    pool = Pool(tuple(Applicant(f"P{at}", 9 - at, 0, {"l": "fr" if at in (1, 3) else "en"}) for at in range(5)))
    french = Quota("French", Is("l", ("fr",)), 1, weight=2)
    held = Rules((french,), include=frozenset({"P2"}))
    barred = Rules((french,), exclude=frozenset({"P1", "P3"}))

    why = explain(pool, held, select(pool, held, 1), "P2")
    why_not = explain(pool, barred, select(pool, barred, 1), "P3")

    assert (why.penalty, why.cost, why.members) == (-2, -1, ("P1",))
    assert (why_not.reason, why_not.penalty, why_not.cost, why_not.members) == (Reason.EXCLUDED, -2, 3, ("P3",))


@pytest.mark.parametrize("who", ["A1", "A4"])
def test_what_is_not_proven_is_not_told_as_a_difference(who):
    """The clock cut the search for the cohort, so another one may be better than it by any sum."""
    selection = select(nine.pool(), nine.rules(), 4)
    cut = replace(selection, proof=replace(selection.proof, status=Status.FEASIBLE, bound=400))

    told = explain(nine.pool(), nine.rules(), cut, who)

    assert (told.cost, told.value, told.members) == (None, None, ())
    assert isinstance(told, Why) or (told.reason, told.ties_at, told.changes) == (Reason.UNKNOWN, None, ())


def test_a_cohort_that_the_clock_cut_is_not_called_the_best_of_those_with_somebody():
    watch = Watch(time_limit=0.0)
    explainer = Explainer(nine.pool(), nine.rules(), select(nine.pool(), nine.rules(), 4), watch=watch)

    told = [explainer.of(who) for who in nine.pool().ids]

    assert [one.cost for one in told if one.proof.status != Status.OPTIMAL] == [None] * sum(
        one.proof.status != Status.OPTIMAL for one in told
    )


@pytest.mark.parametrize(("best", "ties"), [(SCORE_MOST // 2, SCORE_MOST), (SCORE_MOST // 2 + 1, None)])
def test_a_score_that_nobody_can_have_is_not_offered(best, ties):
    """With X nobody of the best two may be in: the place costs what both have together."""
    people = (("A", best, "y", "n"), ("B", best, "n", "y"), ("X", 0, "y", "y"), ("Y", 0, "n", "n"))
    pool = Pool(tuple(Applicant(one, score, 0, {"l": left, "r": right}) for one, score, left, right in people))
    rules = Rules((Quota("left", Is("l", ("y",)), None, 1), Quota("right", Is("r", ("y",)), None, 1)))
    selection = select(pool, rules, 2)

    told = explain(pool, rules, selection, "X")

    assert (told.reason, told.cost) == (Reason.OUTSCORED, 2 * best)
    assert (told.ties_at, told.certain_above) == (ties, None)  # no score is higher
    assert check_reason(pool, rules, selection, told) == ()


def test_an_empty_or_a_wrong_core_of_a_reason_is_found_out():
    pool = Pool(tuple(Applicant(f"P{at}", at, 0, {"l": "fr" if at == 0 else "en"}) for at in range(5)))
    rules = Rules((Quota("French", Is("l", ("fr",)), 1), Quota("English", Is("l", ("en",)), None, 2)))
    selection = select(pool, rules, 2)
    needed = explain(pool, rules, selection, "P0")
    only = replace(rules, quotas=(*rules.quotas, Quota("not P1", Is("l", ("en",)), None, 0)))
    barred = explain(pool, only, select(pool, only, 1), "P1")

    english = Limit(Kind.QUOTA, "English", Side.UPPER)
    for core, codes in ((needed.needed_for, []), ((), ["core-kept"]), ((english,), ["core-kept"])):
        told = replace(needed, needed_for=core)
        assert [one.code for one in check_reason(pool, rules, selection, told)] == codes
    for core, codes in ((barred.conflict.core, []), ((), ["core-kept"]), ((english,), ["core-kept"])):
        told = replace(barred, conflict=replace(barred.conflict, core=core))
        assert [one.code for one in check_reason(pool, only, select(pool, only, 1), told)] == codes
