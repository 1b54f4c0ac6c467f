"""Problems that make no sense are refused with every fault; strange ones are answered."""

import math
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from tessera.solvers.coverage import explain_plan, plan
from tessera.solvers.coverage.model import (
    Area,
    Dates,
    Fixed,
    Funder,
    Host,
    InputError,
    LevelKey,
    Limits,
    PlanProblem,
    Region,
    RuleKind,
    Trainer,
)
from tessera.solvers.proof import Status
from tests.solvers.coverage.cases import FIRST, example

A = (Region("A"),)


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"regions": ()}, "There is no region to plan for."),
        ({"first": date(2026, 2, 1)}, "The first day 2026-02-01 does not begin a quarter."),
        ({"quarters": 0}, "The number of quarters is 0, not between 1 and 400."),
        ({"window": math.nan}, "The window is nan, not a whole number."),
        ({"regions": (*A, *A)}, "Region A stands 2 times."),
        ({"hosts": (Host("h", regions=("Z",)),)}, "Host h names Z, which is not there."),
        ({"hosts": (Host("h"),)}, "Host h serves no region."),
        ({"hosts": (Host("h", regions=("A",), cost=-1),)}, "The cost of h is -1, not between 0 and 1000000000000."),
        ({"hosts": (Host("h", regions=("A",), cost=1.5),)}, "The cost of h is 1.5, not a whole number."),
        ({"hosts": (Host("h", regions=("A",), quarters=(1, 1)),)}, "Host h: quarter 1 stands 2 times."),
        (
            {"hosts": (Host("h", regions=("A",), dates=(Dates(date(2026, 2, 2), date(2026, 2, 1)),)),)},
            "Host h ends 2026-02-01, before it starts.",
        ),
        ({"areas": (Area("a", "A", need=-1),)}, "The need of a is -1, not between 0 and 1000000."),
        ({"areas": (Area("a", "Z"),)}, "Area a names Z, which is not there."),
        ({"trainers": (Trainer("t", ()),)}, "Trainer t has no language."),
        ({"funders": (Funder("f", 1, 10**13),)}, "The cap of f is 10000000000000, not between 0 and 1000000000000."),
        ({"limits": Limits(per_year=True)}, "Trainings a year is True, not a whole number."),
        (
            {"areas": (Area("a", "A", languages=("fr",)),), "limits": Limits(languages=(("xx", 1),))},
            "Nobody offers the language xx, of which 1 trainings are asked for.",
        ),
        (
            {"hosts": (Host("h", regions=("A",), languages=("fr",)),), "limits": Limits(languages=(("xx", 1),))},
            "Nobody offers the language xx, of which 1 trainings are asked for.",
        ),
        ({"levels": (LevelKey.CHANGES,)}, "Level changes is not one of a plan."),
    ],
)  # fmt: skip
def test_a_fault_is_named(parts, fault):
    with pytest.raises(InputError) as refusal:
        PlanProblem(**{"first": FIRST, "quarters": 4, "regions": A, **parts})

    assert refusal.value.faults == (fault,)


def test_every_fault_is_named_at_once():
    with pytest.raises(InputError) as refusal:
        PlanProblem(FIRST, 4, (*A, *A), hosts=(Host("h", regions=("Z",)),), trainers=(Trainer("t", ()),))

    assert len(refusal.value.faults) == 3


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (Fixed(99, "A"), "Fixed quarter 99 is not planned."),
        (Fixed(0, "Z"), "Fixed host Z is not there."),
        (Fixed(0, None), "Fixed training in quarter 0 serves nobody who is there."),
        (Fixed(0, "A", trainers=("x",)), "Fixed trainer x is not there."),
    ],
)
def test_what_is_fixed_must_be_there(line, fault):
    with pytest.raises(InputError) as refusal:
        plan(example(), fixed=(line,))

    assert refusal.value.faults == (fault,)


def test_hosts_who_are_never_free_leave_every_region_waiting():
    problem = PlanProblem(FIRST, 4, (Region("A", last_quarter=-1, window=2),), hosts=(Host("h", regions=("A",)),))

    found, conflict = plan(problem), explain_plan(problem)

    assert (found.status, found.lines) == (Status.OPTIMAL, ())
    assert found.level(LevelKey.WINDOWS).value == 3
    assert [(rule.kind, rule.subject) for rule in conflict.core] == [(RuleKind.WINDOW, "A")]
    assert conflict.relaxations


def test_huge_costs_stay_exact():
    big = 10**12
    hosts = (
        Host("x", regions=("A",), quarters=(0,), cost=big),
        Host("y", regions=("A",), quarters=(0,), cost=big - 1),
    )

    found = plan(PlanProblem(FIRST, 1, A, hosts=hosts))

    assert [line.host for line in found.lines] == ["y"]
    assert found.level(LevelKey.COST).value == big - 1


def test_many_equal_regions_and_no_room_at_all():
    regions = tuple(Region(f"R{number:02}", last_quarter=-1) for number in range(30))

    found = plan(PlanProblem(FIRST, 4, regions, limits=Limits(per_quarter=0), window=2))

    assert found.lines == ()
    assert found.level(LevelKey.WINDOWS).value == 30 * 3


def test_the_same_plan_in_another_process():
    code = (
        "from tests.solvers.coverage.cases import example; from tessera.solvers.coverage import plan;"
        "print(plan(example(last=(-3, -3, -3), per_quarter=2)).lines)"
    )

    done = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]

    assert done[0].strip() == done[1].strip() == str(plan(example(last=(-3, -3, -3), per_quarter=2)).lines)


def test_renaming_a_region_changes_no_value():
    problem = example()
    renamed = replace(
        problem,
        regions=tuple(replace(region, key=f"z{region.key}") for region in problem.regions),
        hosts=tuple(replace(host, regions=tuple(f"z{key}" for key in host.regions)) for host in problem.hosts),
    )

    assert plan(renamed).levels == plan(problem).levels


def test_a_least_number_in_a_language_is_met_where_any_language_will_do():
    areas = (Area("a", "A", languages=("fr",)), Area("b", "A"))
    problem = PlanProblem(FIRST, 4, A, areas, limits=Limits(per_year=4, languages=(("ar", 2),)))
    problem = replace(problem, areas=(areas[0], replace(areas[1], need=3)))
    lines = plan(problem).lines
    assert [line.areas for line in lines if line.language == "ar"] == [("b",)] * 2
    assert {line.language for line in lines if line.areas == ("b",)} == {"ar", None}


def test_a_language_that_nobody_named_brings_no_grant_that_asks_for_one():
    money = (Funder("f", 40, 400, languages=("fr",)),)
    areas = (Area("a", "A", languages=("fr",)), Area("b", "A"))
    limits = Limits(per_year=4, languages=(("fr", 3),))
    problem = PlanProblem(FIRST, 4, A, areas, funders=money, limits=limits, open_cost=50)
    lines = plan(problem).lines
    assert sum(line.language == "fr" for line in lines) == 3
    assert {line.areas: bool(line.grants) for line in lines} == {("a",): True, ("b",): False}


def test_a_fixed_training_keeps_its_days_where_no_language_serves_all_its_areas():
    areas = (Area("a", "A", languages=("fr",)), Area("b", "A", languages=("en",)))
    days = Dates(date(2026, 1, 5), date(2026, 1, 9))
    host = Host("h", regions=("A",), areas=("a", "b"), dates=(days,))
    problem = PlanProblem(FIRST, 4, A, areas, (host,), limits=Limits(per_year=1), open_hosts=True)
    found = plan(problem, fixed=(Fixed(0, host="h"),))
    assert [(line.host, line.dates) for line in found.lines] == [("h", days)]
