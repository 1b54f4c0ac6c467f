"""How long plans, reasons and ways out take at the size of the programme: 12 regions, 24 quarters, 40 hosts, 60 trainers."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench._figures import Figure, arguments, report  # noqa: E402
from tessera.solvers.coverage import check_plan, explain_plan, plan  # noqa: E402
from tessera.solvers.coverage.model import (  # noqa: E402
    Area,
    Funder,
    Host,
    LevelKey,
    Limits,
    PlanProblem,
    Region,
    Trainer,
    YearLimit,
)

LANGUAGES = ("en", "es", "fr")
THEMES = ("collections", "communication", "management", "safety")


def problem(seed: int = 4, per_year: int = 8) -> PlanProblem:
    """The reference case, from a seed: every region can be kept on time, with little to spare."""
    dice = random.Random(seed)  # noqa: S311 - figures for a bench, no secret
    regions = [f"R{number:02}" for number in range(12)]
    spoken = {region: tuple(sorted(dice.sample(LANGUAGES, dice.choice((1, 1, 2))))) for region in regions}
    hosts = []
    for number in range(40):
        region = regions[number % 12]
        hosts.append(
            Host(
                key=f"H{number:02}",
                areas=(region,),
                languages=spoken[region],
                themes=tuple(sorted(dice.sample(THEMES, 2))),
                quarters=tuple(sorted(dice.sample(range(24), 12))),
                cost=dice.randrange(8_000, 30_000) * 100,
                max_uses=2,
            )
        )
    trainers = tuple(
        Trainer(
            key=f"T{number:02}",
            languages=tuple(sorted(dice.sample(LANGUAGES, dice.choice((1, 2, 2))))),
            themes=tuple(sorted(dice.sample(THEMES, 2))),
            quarters=tuple(sorted(dice.sample(range(24), 16))),
            fee=dice.randrange(20, 60) * 5_000,
            travel=dice.randrange(4, 18) * 10_000,
            max_a_year=2,
        )
        for number in range(60)
    )
    return PlanProblem(
        first=date(2026, 1, 1),
        quarters=24,
        regions=tuple(Region(region, last_quarter=-1 - number % 7) for number, region in enumerate(regions)),
        areas=tuple(
            Area(region, region, need=dice.choice((1, 1, 2, 2, 3)), languages=spoken[region]) for region in regions
        ),
        hosts=tuple(hosts),
        trainers=trainers,
        funders=(
            Funder("F1", amount=600_000, cap=3_000_000, minimum=2, languages=("fr",)),
            Funder("F2", amount=400_000, cap=2_000_000, regions=tuple(regions[:4])),
            Funder("F3", amount=500_000, cap=1_500_000, themes=("safety",)),
        ),
        limits=Limits(per_quarter=2, per_year=per_year, budget=25_000_000),
        themes=THEMES,
    )


def crowded() -> PlanProblem:
    """The reference case with one training too few in its first year for the regions that fall due in it."""
    whole = problem()
    return replace(whole, limits=replace(whole.limits, years=(YearLimit(2026, trainings=3),)))


SHORT_S = 10.0
ROUNDS = 3


def figures(*, quick: bool = False) -> list[Figure]:
    """The reference case by HiGHS and, unless ``quick``, by CP-SAT; reasons and the least way out of the crowded one.

    What takes less than ten seconds is run three times and its median told, the rest once; each line says which.
    """
    case = problem()
    found, seconds, runs = _timed(lambda: plan(case, time_limit=600))
    told = [
        Figure(f"planner, 12 regions x 24 quarters, HiGHS: all levels, {runs}", seconds, "s", 90),
        Figure("planner, HiGHS: levels not proven", sum(not level.proven for level in found.levels), "", 0),
        Figure("planner, HiGHS: faults found by the check", len(check_plan(case, found.lines).faults), "", 0),
    ]
    if not quick:
        other, seconds, runs = _timed(lambda: plan(case, engine="cpsat", time_limit=900))
        differing = sum(one.value != two.value for one, two in zip(found.levels, other.levels, strict=True))
        told += [
            Figure(f"planner, CP-SAT: all levels, {runs}", seconds, "s"),
            Figure("planner, CP-SAT: levels not proven", sum(not level.proven for level in other.levels), "", 0),
            Figure("planner: levels whose value differs between the solvers", differing, "", 0),
        ]
    clash = crowded()
    reasons, seconds, runs = _timed(lambda: explain_plan(clash, most=0))
    told += [
        Figure(f"planner, crowded first year: irreducible reasons, {runs}", seconds, "s", 1),
        Figure("planner, reasons not shown to be irreducible", int(reasons.feasible or not reasons.minimal), "", 0),
    ]
    ways, seconds, runs = _timed(lambda: explain_plan(clash, most=1))
    told += [
        Figure(f"planner, crowded first year: least relaxation, {runs}", seconds, "s", 10),
        Figure("planner, relaxations not proven", sum(not way.proven for way in ways.relaxations), "", 0),
        Figure("planner, crowded first year: no relaxation found", int(not ways.relaxations), "", 0),
    ]
    cost = found.level(LevelKey.COST)
    return [*told, Figure("planner: cost less grants", 0 if cost is None else float(cost.value) / 100, "EUR")]


def _timed(work: Callable[[], Any]) -> tuple[Any, float, str]:
    """The result, its seconds, and of how many runs these are the median."""
    seen: list[float] = []
    while not seen or (len(seen) < ROUNDS and seen[0] < SHORT_S):
        begun = time.perf_counter()
        done = work()
        seen.append(time.perf_counter() - begun)
    return done, statistics.median(seen), "one run" if len(seen) == 1 else f"median of {len(seen)} runs"


def main() -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave CP-SAT out")
    asked = parser.parse_args()
    return report(figures(quick=asked.quick), as_json=asked.json)


if __name__ == "__main__":
    sys.exit(main())
