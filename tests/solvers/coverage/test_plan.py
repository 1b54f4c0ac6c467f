"""Plans as an office asks for them: with and without hosts, with dates, with what is announced, cut short."""

import random
import threading
import time
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tessera.solvers.coverage import check_plan, plan, plan_greedily
from tessera.solvers.coverage.build import build
from tessera.solvers.coverage.engines import run
from tessera.solvers.coverage.ilp import lines_of
from tessera.solvers.coverage.levels import Search
from tessera.solvers.coverage.model import (
    Area,
    Dates,
    Fixed,
    Funder,
    Host,
    LevelKey,
    Limits,
    Missed,
    PlanProblem,
    Region,
    Trainer,
)
from tessera.solvers.coverage.program import Program
from tessera.solvers.proof import Status
from tessera.solvers.watch import Cancelled, Progress, Watch
from tests.solvers.coverage.cases import FIRST, example, held, large


def values(found) -> dict[LevelKey, object]:
    return {level.key: level.value for level in found.levels}


def five_overdue() -> PlanProblem:
    """The five regions of the record as they stand at the end of 2026: each is late."""
    due = {
        "AFR": date(2025, 5, 5), "APA": date(2020, 9, 1), "ARB": date(2021, 6, 30),
        "ENA": date(2025, 5, 5), "LAC": date(2025, 10, 20),
    }  # fmt: skip
    regions = tuple(Region(key, due_on=day) for key, day in due.items())
    return PlanProblem(date(2027, 1, 1), 12, regions, limits=Limits(per_year=4))


def test_with_every_region_overdue_coverage_is_repaired_soonest():
    found = plan(five_overdue())

    assert found.status == Status.OPTIMAL
    assert [line.quarter for line in found.lines][:5] == [0, 0, 0, 0, 4]
    assert len({line.regions for line in found.lines[:4]}) == 4
    assert {line.host for line in found.lines} == {None}
    # Four are reached on 31 March 2027, 89 days in; the fifth a year later.
    assert values(found)[LevelKey.DAYS] == 4 * 89 + 365 + 90
    assert found.all_from == date(2028, 3, 31)
    assert [gap.days for gap in found.missed].count(89) == 4


def test_a_region_never_trained_in_the_plan_is_missed_to_its_end():
    problem = PlanProblem(FIRST, 2, (Region("A", due_on=date(2026, 2, 10)),), limits=Limits(per_year=0))

    found = plan(problem)

    assert found.missed == (Missed("A", date(2026, 2, 11), date(2026, 6, 30), open=True),)
    assert found.missed[0].days == 140 == values(found)[LevelKey.DAYS]
    assert found.all_from is None


@pytest.mark.parametrize(
    ("due", "quarter"), [(date(2026, 9, 30), 2), (date(2026, 9, 29), 1), (date(2026, 6, 30), 1), (date(2026, 6, 29), 0)]
)
def test_a_quarter_meets_a_due_day_only_if_it_ends_by_then(due, quarter):
    hosts = (Host("h", regions=("A",), quarters=tuple(range(4)), costs=((0, 40), (1, 30), (2, 20), (3, 10))),)
    problem = PlanProblem(FIRST, 4, (Region("A", due_on=due),), hosts=hosts)

    assert held(plan(problem).lines) == f"h{quarter}"


def test_a_proposal_with_dates_uses_them():
    hosts = (
        Host("late", regions=("A",), dates=(Dates(date(2026, 5, 11), date(2026, 5, 15)),)),
        Host("early", regions=("A",), dates=(Dates(date(2026, 5, 9), date(2026, 5, 10)),), cost=500),
    )
    problem = PlanProblem(FIRST, 4, (Region("A", last_on=date(2024, 5, 10)),), hosts=hosts)

    found = plan(problem)

    assert held(found.lines) == "early1"
    assert found.lines[0].dates == Dates(date(2026, 5, 9), date(2026, 5, 10))
    assert found.missed == ()
    assert check_plan(problem, found.lines).certain


def test_history_counts_and_the_next_plan_inherits_no_debt():
    region = Region("A", last_quarter=-1)
    problem = PlanProblem(FIRST, 4, (region,), window=8)

    assert plan(problem).lines == ()
    assert [line.quarter for line in plan(replace(problem, end_age=2)).lines] == [2]
    assert plan(replace(problem, end_age=0, quarters=7)).lines == ()


def test_only_hosts_to_be_found_serve_areas_and_shared_trainings_serve_two():
    areas = (Area("a", "A", need=1, languages=("fr",)), Area("b", "B", need=1, languages=("fr", "en")))
    problem = PlanProblem(FIRST, 4, (Region("A"), Region("B")), areas, limits=Limits(per_year=1), shares=(("a", "b"),))

    shared, alone = plan(problem), plan(replace(problem, limits=Limits(per_year=1, shared=0)))

    assert [(line.areas, line.regions, line.language) for line in shared.lines] == [(("a", "b"), ("A", "B"), "fr")]
    assert values(shared)[LevelKey.NEED] == 1
    assert len(alone.lines) == 1
    assert values(alone)[LevelKey.NEED] == Fraction(0)


def test_need_is_shared_out_by_weight():
    areas = (Area("a", "A", need=3), Area("b", "A", need=1))
    problem = PlanProblem(FIRST, 4, (Region("A"),), areas, limits=Limits(per_quarter=1))

    found = plan(problem)

    assert sorted(line.areas for line in found.lines) == [("a",), ("a",), ("a",), ("b",)]
    assert values(found)[LevelKey.NEED] == 1


def test_most_need_reached_is_a_level_for_those_who_ask():
    areas = (Area("a", "A", need=5), Area("b", "A", need=1), Area("c", "A", need=2))
    problem = PlanProblem(FIRST, 4, (Region("A"),), areas, limits=Limits(per_year=2), levels=(
        LevelKey.WINDOWS, LevelKey.DAYS, LevelKey.NEED, LevelKey.REACHED, LevelKey.EARLY,
    ))  # fmt: skip

    found = plan(problem)

    assert {line.areas for line in found.lines} == {("a",), ("c",)}
    assert values(found)[LevelKey.REACHED] == 7


def test_grants_are_taken_where_their_minimum_can_be_met():
    hosts = tuple(Host(key, regions=("A",), quarters=(0,), cost=100) for key in "xy")
    funder = Funder("f", amount=80, cap=200, minimum=2)
    region = (Region("A"),)

    one = plan(PlanProblem(FIRST, 4, region, hosts=hosts, funders=(funder,), limits=Limits(per_year=1)))
    two = plan(PlanProblem(FIRST, 4, region, hosts=hosts, funders=(funder,), limits=Limits(per_year=2)))

    assert (held(one.lines), one.cost, one.grants) == ("x0", 100, 0) or (held(one.lines), one.grants) == ("y0", 0)
    assert (held(two.lines), two.cost, two.grants) == ("x0 y0", 200, 160)
    assert [line.grants for line in two.lines] == [(("f", 80),), (("f", 80),)]


def test_trainers_share_the_language_know_the_theme_and_travel():
    trainers = (
        Trainer("ana", ("es",), ("safety",), fee=10),
        Trainer("bob", ("en", "es"), fee=10, travel=5, travel_to=(("A", 1),)),
        Trainer("cem", ("en",), ("safety",), fee=1),
    )
    host = Host("h", regions=("A",), languages=("es",), themes=("safety",), quarters=(0,), cost=100)
    problem = PlanProblem(FIRST, 1, (Region("A"),), hosts=(host,), trainers=trainers, themes=("safety",))

    line = plan(problem).lines[0]

    assert (line.language, line.theme, line.trainers, line.cost) == ("es", "safety", ("ana", "bob"), 121)


def test_what_is_fixed_stays_even_where_nobody_offers_it():
    found = plan(example(), fixed=(Fixed(7, "A"), Fixed(6, None, ("C",))))

    assert {(line.host, line.quarter, line.regions) for line in found.lines} >= {("A", 7, ("A",)), (None, 6, ("C",))}
    assert found.status == Status.OPTIMAL


def test_fixed_trainings_beyond_a_limit_leave_no_plan():
    problem = replace(example(), limits=Limits(per_quarter=0))

    found = plan(problem, fixed=(Fixed(0, "A"),))

    assert (found.status, found.lines, found.proof.proven) == (Status.INFEASIBLE, (), True)


def test_least_numbers_of_languages_are_kept():
    problem = replace(
        example(),
        hosts=tuple(replace(host, languages=("en", "fr")) for host in example().hosts),
        limits=Limits(per_quarter=1, per_year=4, languages=(("fr", 3),)),
    )

    found = plan(problem)

    assert sum(line.language == "fr" for line in found.lines) >= 3
    assert values(found)[LevelKey.COST] == 53


def test_greedy_keeps_the_rules_and_is_never_better():
    for problem in (example(), example(per_year=3), five_overdue()):
        lines = plan_greedily(problem)
        found = check_plan(problem, lines)

        assert found.faults == ()
        best = values(plan(problem))
        assert (best[LevelKey.WINDOWS], best[LevelKey.DAYS]) <= (len(found.unmet), found.days)


def test_without_time_the_plain_plan_is_told_with_nothing_proven():
    found = plan(large(), time_limit=0.0)

    judged = check_plan(large(), plan_greedily(large()))
    assert found.status == Status.FEASIBLE
    assert found.lines == plan_greedily(large())
    assert [(level.key, level.value, level.bound, level.proven) for level in found.levels] == [
        (LevelKey.WINDOWS, len(judged.unmet), None, False),
        (LevelKey.DAYS, judged.days, None, False),
        (LevelKey.COST, judged.cost, None, False),
        (LevelKey.EARLY, judged.early, None, False),
    ]
    assert (found.proof.status, found.proof.value, found.proof.bound, found.proof.gap) == (
        Status.FEASIBLE, len(judged.unmet), None, None,
    )  # fmt: skip


@pytest.mark.parametrize(("engine", "seconds"), [("highs", 0.2), ("cpsat", 2.0)])
def test_a_level_that_the_clock_cuts_short_is_told_with_its_bound_and_gap(engine, seconds):
    best = [level.value for level in plan(large()).levels]

    found = plan(large(), engine=engine, time_limit=seconds)

    assert check_plan(large(), found.lines).faults == ()
    assert found.status == Status.FEASIBLE  # by itself HiGHS takes five times as long, CP-SAT fifteen times
    cut = next(number for number, level in enumerate(found.levels) if not level.proven)
    assert [level.value for level in found.levels[:cut]] == best[:cut]
    level = found.levels[cut]
    assert level.value >= best[cut]
    assert level.bound is None or level.bound <= best[cut]
    assert [later.bound for later in found.levels[cut + 1 :]] == [None] * (len(best) - cut - 1)
    assert (found.proof.value, found.proof.bound) == (level.value, level.bound)
    assert found.proof.gap == (None if level.bound is None else level.value - level.bound)
    assert not found.proof.proven


def test_a_search_that_is_cut_says_how_far_its_best_may_be_from_the_best():
    model = build(large())
    search = Search(model, "highs", Watch(), 0)
    search.solve([LevelKey.WINDOWS, LevelKey.DAYS], choice=False)
    begun = search.x
    search.watch = Watch(0.0)  # HiGHS looks at the clock once its first linear program is there

    search.solve([LevelKey.COST], choice=False)

    level = search.levels[-1]
    assert search.cut
    assert check_plan(large(), lines_of(model, search.x)).faults == ()
    assert level.value <= sum(line.cost for line in lines_of(model, begun))
    assert level.value == sum(line.cost for line in lines_of(model, search.x))
    assert (level.proven, level.bound is None or level.bound < level.value) == (False, True)


def test_a_hint_is_where_the_search_begins():
    first = plan(example())

    again = plan(example(), hint=first)

    assert (again.lines, again.levels) == (first.lines, first.levels)


def test_progress_names_each_level_and_cancelling_ends_the_search():
    told: list[Progress] = []

    plan(example(), watch=Watch(report=told.append))
    with pytest.raises(Cancelled):
        plan(example(), watch=Watch(cancelled=lambda: True))
    with pytest.raises(Cancelled):
        plan(example(), engine="cpsat", watch=Watch(cancelled=lambda: len(told) > 0))
    assert list(dict.fromkeys(one.step for one in told)) == ["model", "windows", "days", "need", "cost", "early"]


@pytest.mark.parametrize("engine", ["highs", "cpsat"])
def test_a_search_is_ended_in_its_midst_from_the_thread_that_began_it(engine):
    dice = random.Random(3)  # noqa: S311 - figures for a test, no secret
    program, asked, begun = Program(), [], time.monotonic()
    columns = [program.column() for _ in range(60)]
    for _row in range(12):
        program.row({column: dice.randrange(20, 90) for column in columns}, high=900)

    def later() -> bool:
        asked.append(threading.get_ident())
        return len(asked) > 3

    with pytest.raises(Cancelled):  # uninterrupted it takes far longer
        run(
            program,
            {column: -dice.randrange(50, 100) for column in columns},
            engine=engine,
            watch=Watch(120, cancelled=later),
        )
    assert set(asked) == {threading.get_ident()}
    assert time.monotonic() - begun < 100  # a second or two where nothing else runs


def covering(columns: int, rows: int) -> tuple[Program, dict[int, int]]:
    """Half of several sums of weights at least cost: small, and slow to prove."""
    chance, program = random.Random(1), Program()  # noqa: S311 - figures for a test, no secret
    numbers = [program.column() for _each in range(columns)]
    for _row in range(rows):
        weights = {column: chance.randint(40, 99) for column in numbers}
        program.row(weights, low=sum(weights.values()) // 2)
    return program, {column: chance.randint(40, 99) for column in numbers}


@pytest.mark.parametrize(("engine", "columns"), [("highs", 40), ("cpsat", 34)])
def test_what_is_found_and_bounded_is_told_while_the_solver_searches(engine, columns):
    seen: list[Progress] = []
    program, cost = covering(columns, 5)
    watch = Watch(60, seen.append)
    watch.say("cost")

    answer = run(program, cost, engine=engine, watch=watch, told=lambda value: 100 * value + 7)

    told = [(one.value, one.bound) for one in seen[1:]]
    assert answer.status == Status.OPTIMAL
    assert {one.step for one in seen} == {"cost"}
    assert told
    assert all(value is None or value >= 100 * answer.value + 7 - 1e-6 for value, _bound in told)
    assert all(bound is None or bound <= 100 * answer.value + 7 + 1e-6 for _value, bound in told)
    assert any(value is not None and bound is not None for value, bound in told)
