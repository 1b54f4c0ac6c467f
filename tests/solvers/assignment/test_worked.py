"""The worked example of the formulation, and one calculated by hand on the page in docs."""

from dataclasses import replace

import pytest

from tessera.solvers.assignment import (
    Application,
    Loads,
    Objective,
    Offer,
    Reviewer,
    Shortage,
    Side,
    assign,
    greedy,
    solve,
    verify,
)
from tessera.solvers.proof import Status
from tests.solvers.assignment.small import all_assignments, pairs_of, worked, worth


def test_the_worked_example_has_930_assignments():
    assert sum(1 for _pairs in all_assignments(worked())) == 930


@pytest.mark.parametrize(
    ("objective", "pairs", "value", "figures"),
    [
        (Objective.TOTAL, pairs_of("45", "12", "13", "23"), 49, (49, 2, 5)),
        (Objective.WEAKEST_PAIR, pairs_of("15", "12", "23", "35"), 3, (42, 3, 6)),
        (Objective.WEAKEST_APPLICATION, pairs_of("15", "24", "13", "23"), 6, (48, 2, 6)),
    ],
)
def test_each_optimum_of_the_worked_example_is_the_only_one(objective, pairs, value, figures):
    best = max(worth(worked(), objective, every) for every in all_assignments(worked()))

    found = solve(worked(), objective=objective)

    assert found.pairs == pairs
    assert [every for every in all_assignments(worked()) if worth(worked(), objective, every) == best] == [pairs]
    assert (found.proof.status, found.proof.value, found.proof.bound) == (Status.OPTIMAL, value, value)
    assert (found.total, found.weakest_pair, found.weakest_sum) == figures
    assert found.total_bound == found.total
    assert verify(worked(), found) == ()


def test_the_weakest_pair_says_what_stands_in_the_way_of_the_next_floor():
    found = solve(worked())

    assert found.shortages == (Shortage(Side.APPLICATIONS, ("P1",), 2, (), 0, floor=4),)


def test_the_best_pair_first_falls_short_of_the_best_assignment():
    baseline = greedy(worked())

    assert (baseline.total, baseline.missing) == (49, ())
    assert greedy(replace(worked(), loads=Loads(2, 2))).total == 49
    uneven = replace(
        worked(), affinity={("P1", "R1"): 3, ("P1", "R2"): 2, ("P2", "R1"): 2}, applications=(
            Application("P1", 1), Application("P2", 1)), reviewers=(Reviewer("R1"), Reviewer("R2")), loads=Loads(0, 1),
    )  # fmt: skip
    assert greedy(uneven).missing == (("P2", 1),)
    assert solve(uneven).pairs == (("P1", "R2"), ("P2", "R1"))


def test_the_spanish_files_are_named_with_what_their_readers_can_give():
    files = [Application(f"S{n:02}", 3, "es") for n in range(14)] + [Application(f"E{n}", 2, "en") for n in range(4)]
    spanish = [Reviewer(f"R{n}", frozenset({"es", "en"}), Loads(0, 12)) for n in range(3)]
    others = [Reviewer(f"X{n}", frozenset({"en"})) for n in range(3)]
    affinity = {(file.id, one.id): 500 for file in files for one in [*spanish, *others]}

    found = assign(files, [*spanish, *others], affinity, loads=Loads(0, 10))

    assert found.proof.status == Status.INFEASIBLE
    assert found.pairs == ()
    assert found.shortages == (
        Shortage(
            Side.APPLICATIONS,
            tuple(f"S{n:02}" for n in range(14)),
            42,
            (Offer("R0", 12, True), Offer("R1", 12, True), Offer("R2", 12, True)),
            36,
            "es",
        ),
    )
    assert found.shortages[0].missing == 6


def test_two_shortages_that_share_nobody_are_told_apart():
    files = [Application("A1", 2, "es"), Application("B1", 2, "fr"), Application("B2", 2, "fr")]
    people = [Reviewer("R1", frozenset({"es"})), Reviewer("R2", frozenset({"fr"})), Reviewer("R3", frozenset({"fr"}))]
    affinity = {(file.id, one.id): 1 for file in files for one in people}

    found = assign(files, people, affinity, loads=Loads(0, 1))

    assert [(one.short, one.need, one.offer, one.language) for one in found.shortages] == [
        (("B1", "B2"), 4, 2, "fr"),
        (("A1",), 2, 1, "es"),
    ]


def test_more_promised_than_there_is_to_read_is_a_shortage_of_the_reviewers():
    people = [Reviewer("R1", loads=Loads(2, 3)), Reviewer("R2", loads=Loads(2, 3))]
    affinity = {("P1", "R1"): 1, ("P1", "R2"): 1, ("P2", "R1"): 1}

    found = assign([Application("P1", 1), Application("P2", 1)], people, affinity)

    assert found.proof.status == Status.INFEASIBLE
    assert found.shortages == (
        Shortage(Side.REVIEWERS, ("R1", "R2"), 4, (Offer("P1", 1), Offer("P2", 1)), 2),
    )  # fmt: skip
    assert verify_holds(found, people, affinity)


def verify_holds(found, people, affinity):
    from tessera.solvers.assignment import Problem

    return verify(Problem((Application("P1", 1), Application("P2", 1)), tuple(people), affinity), found) == ()
