"""Inputs that cannot be meant, inputs at the edge, tampered answers, clocks and processes."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from tessera.solvers.assignment import (
    Affinity,
    Application,
    InvalidProblem,
    Loads,
    Objective,
    Problem,
    Reviewer,
    Rules,
    assign,
    faults,
    repair,
    solve,
    verify,
)
from tessera.solvers.assignment.model import LARGEST_VALUE
from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled, Watch
from tests.solvers.assignment.small import worked


def test_every_fault_is_listed_at_once():
    with pytest.raises(InvalidProblem) as refused:
        assign(
            [Application("P1"), Application("P1"), Application("P2", 0), Application("P3", 1.5)],
            [Reviewer("R1", loads=Loads(3, 2)), Reviewer("R2"), Reviewer("R3", "en", Loads(0, True))],
            {("P1", "R1"): 0.5, ("P2", "R1"): math.nan, ("P3", "R9"): 3, ("P3", "R2"): True, ("P3", "R3"): 10**12},
            conflicts=[("P7", "R1")],
            rules=Rules(experts=-1, per_institution=0),
        )

    assert [(fault.subject, fault.message.split()[0]) for fault in refused.value.faults] == [
        ("applications", "the"),
        ("P2", "reviews"),
        ("P3", "reviews"),
        ("R1", "loads"),
        ("R2", "has"),
        ("R3", "languages"),
        ("R3", "loads"),
        ("rules", "experts"),
        ("rules", "per_institution"),
    ]


def test_every_fault_of_pairs_is_listed_at_once():
    with pytest.raises(InvalidProblem) as refused:
        assign(
            [Application("P1"), Application("P2")],
            [Reviewer("R1")],
            {
                ("P1", "R1"): 0.5,
                ("P2", "R1"): math.nan,
                ("P3", "R1"): 3,
                ("P1", "R9"): 1,
                "P1": 4,
                ("P9", "R9"): 10**12,
            },
            loads=Loads(0, 5),
            conflicts=[("P7", "R1")],
        )

    assert len(refused.value.faults) == 9
    assert {fault.subject for fault in refused.value.faults} == {"affinity", "conflicts"}


@pytest.mark.parametrize(
    "affinity",
    [
        Affinity(np.ones((4, 5))),
        Affinity(np.ones((5, 4), dtype=int)),
        Affinity(np.full((4, 5), LARGEST_VALUE + 1)),
        Affinity(np.ones((4, 5), dtype=int), np.ones((4, 4), dtype=bool)),
        Affinity(np.ones((4, 5), dtype=int), np.ones((4, 5), dtype=int)),
    ],
)
def test_arrays_of_floats_of_other_shapes_or_too_large_are_refused(affinity):
    with pytest.raises(InvalidProblem):
        solve(replace(worked(), affinity=affinity))


@pytest.mark.parametrize("objective", Objective)
def test_the_edges_have_answers(objective):
    nobody = assign([Application("P1")], [], {}, objective=objective)
    nothing = assign([], [Reviewer("R1", loads=Loads(0, 2))], {}, objective=objective)
    idle = assign([], [Reviewer("R1", loads=Loads(1, 2))], {}, objective=objective)
    unknown = assign([Application("P1", 1)], [Reviewer("R1", loads=Loads(0, 2))], {}, objective=objective)
    many = assign(
        [Application("P1", 10**6)], [Reviewer("R1", loads=Loads(0, 2))], {("P1", "R1"): 1}, objective=objective
    )

    assert [one.proof.status for one in (nobody, idle, unknown, many)] == [Status.INFEASIBLE] * 4
    assert [one.shortages[0].missing for one in (nobody, idle, unknown, many)] == [2, 1, 1, 10**6 - 1]
    assert (nothing.proof.status, nothing.pairs) == (Status.OPTIMAL, ())
    assert verify(Problem((Application("P1"),), (), {}), nobody) == ()
    assert verify(Problem((), (Reviewer("R1", loads=Loads(0, 2)),), {}), nothing) == ()


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("value", [0, -LARGEST_VALUE, LARGEST_VALUE])
def test_all_equal_negative_and_huge_affinities(objective, value):
    files = [Application(f"P{n}") for n in range(5)]
    people = [Reviewer(f"R{n}") for n in range(4)]
    affinity = {(file.id, one.id): value for file in files for one in people}

    found = assign(files, people, affinity, objective=objective, loads=Loads(2, 3))

    assert (found.proof.status, found.total) == (Status.OPTIMAL, 10 * value)
    assert found.parts == (("R0", "R1", "R2", "R3"),)
    assert verify(Problem(tuple(files), tuple(people), affinity, Loads(2, 3)), found) == ()


def test_own_house_other_languages_and_conflicts_are_never_given():
    files = (Application("P1", 1, "es", "Museo"), Application("P2", 1, "fr"))
    people = (
        Reviewer("R1", frozenset({"es"}), institution="Museo"),
        Reviewer("R2", frozenset({"fr", "es"})),
        Reviewer("R3", frozenset({"fr"})),
        Reviewer("R4", frozenset({"es"})),
    )
    affinity = {(file.id, one.id): 9 - n for file in files for n, one in enumerate(people)}
    problem = Problem(files, people, affinity, Loads(0, 1), frozenset({("P1", "R2")}))

    assert solve(problem).pairs == (("P1", "R4"), ("P2", "R2"))


def test_a_tampered_answer_is_found_out():
    good = solve(worked(), objective=Objective.TOTAL)
    swapped = (("P1", "R1"), *good.pairs[1:])

    assert verify(worked(), good) == ()
    assert verify(worked(), replace(good, pairs=swapped))
    assert verify(worked(), replace(good, pairs=good.pairs[:-1]))
    assert verify(worked(), replace(good, pairs=(*good.pairs, good.pairs[0])))
    assert verify(worked(), replace(good, total=50))
    assert verify(worked(), replace(good, total_bound=48))
    assert verify(worked(), replace(good, proof=replace(good.proof, bound=50)))
    assert verify(worked(), replace(good, proof=replace(good.proof, value=48)))
    assert verify(worked(), replace(good, parts=(("R1",),)))
    fair = solve(worked())
    assert verify(worked(), replace(fair, shortages=()))
    assert verify(worked(), replace(fair, shortages=(replace(fair.shortages[0], short=("P2",)),)))
    assert verify(worked(), replace(fair, proof=replace(fair.proof, status=Status.INFEASIBLE)))
    assert [fault.subject for fault in faults(worked(), [("P9", "R1")])] == ["P9", "P1", "P2", "P3", "P4"]


def larger(files: int = 60, people: int = 12, seed: int = 3) -> Problem:
    random = np.random.default_rng(seed)
    values = random.integers(0, 1000, (files, people))
    return Problem(
        tuple(Application(f"P{n:03}", 3) for n in range(files)),
        tuple(Reviewer(f"R{n:02}") for n in range(people)),
        Affinity(values),
        Loads(10, 16),
    )


@pytest.mark.parametrize("objective", Objective)
def test_cancelling_ends_the_search(objective):
    with pytest.raises(Cancelled):
        solve(larger(), objective=objective, watch=Watch(cancelled=lambda: True))


@pytest.mark.parametrize("objective", Objective)
def test_a_clock_that_is_over_gives_what_was_found_with_its_gap(objective):
    found = solve(larger(), objective=objective, watch=Watch(time_limit=0.01))

    assert found.proof.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert found.proof.value <= found.proof.bound
    assert verify(larger(), found) == ()


def test_a_repair_that_the_clock_cut_is_not_called_impossible():
    crossing = replace(larger(), rules=Rules(2, 990, 1), loads=Loads(10, 12))

    cut = repair(crossing, watch=Watch(time_limit=0))

    assert cut.proof.status in (Status.UNKNOWN, Status.FEASIBLE, Status.OPTIMAL)
    assert cut.proof.value is None or cut.proof.bound <= cut.proof.value


def test_sixty_files_for_the_worst_served_are_bounded_by_prices():
    found = solve(larger(40, 10), objective=Objective.WEAKEST_APPLICATION, watch=Watch(time_limit=5))

    assert found.limit is not None
    assert found.proof.value <= found.proof.bound
    assert verify(larger(40, 10), found) == ()


def test_the_answer_is_the_same_in_another_process():
    code = (
        "from tests.solvers.assignment.test_hostile import larger\n"
        "from tessera.solvers.assignment import solve\n"
        "found = solve(larger())\n"
        "print(found.pairs, found.proof.input_sha256, found.certificate)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": "."},
    )  # fmt: skip

    found = solve(larger())
    assert done.stdout.strip() == f"{found.pairs} {found.proof.input_sha256} {found.certificate}"


class Counted(dict[tuple[str, str], int]):
    """Affinities that count how often somebody goes through them."""

    rounds = 0

    def items(self):
        self.rounds += 1
        return super().items()


def test_the_check_reads_the_affinities_once_however_much_is_claimed():
    few = replace(worked(), loads=Loads(0, 1))
    affinity = Counted(few.affinity)
    problem = replace(few, affinity=affinity)
    short = solve(problem, objective=Objective.TOTAL)
    fair = solve(replace(problem, loads=Loads(0, 2)))
    assert (len(short.shortages) > 0, fair.certificate is not None, len(fair.shortages)) == (True, True, 1)
    for claim, asked in ((short, problem), (fair, replace(problem, loads=Loads(0, 2)))):
        affinity.rounds = 0
        assert verify(asked, claim) == ()
        assert affinity.rounds == 1


def test_a_shortage_of_somebody_who_is_not_there_is_refused():
    found = solve(replace(worked(), loads=Loads(0, 1)), objective=Objective.TOTAL)
    claim = replace(found.shortages[0], short=(*found.shortages[0].short, "P99"))
    assert [
        fault.subject for fault in verify(replace(worked(), loads=Loads(0, 1)), replace(found, shortages=(claim,)))
    ] == ["shortages"]
