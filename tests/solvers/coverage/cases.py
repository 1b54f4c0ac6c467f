"""Small planning problems, and every plan of them."""

import random
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies as st

from tessera.solvers.coverage import check_plan
from tessera.solvers.coverage.model import (
    Area,
    Dates,
    Fixed,
    Funder,
    Host,
    Limits,
    Line,
    PlanProblem,
    Region,
    Trainer,
)

FIRST = date(2026, 1, 1)

OFFERS = {
    "A": {0: 11, 1: 10, 3: 12, 4: 7, 6: 9},
    "B": {0: 8, 2: 6, 3: 9, 5: 8, 6: 5},
    "C": {1: 7, 2: 6, 4: 5, 5: 8, 7: 4},
}


def example(last=(-2, -3, -1), per_quarter=1, per_year=4) -> PlanProblem:
    """The worked example: three regions with a host each, eight quarters, windows of four."""
    return PlanProblem(
        FIRST,
        8,
        tuple(Region(key, last_quarter=quarter) for key, quarter in zip("ABC", last, strict=True)),
        hosts=tuple(
            Host(key, regions=(key,), quarters=tuple(offer), costs=tuple(offer.items()), max_uses=None)
            for key, offer in OFFERS.items()
        ),
        limits=Limits(per_quarter=per_quarter, per_year=per_year),
        window=4,
    )


def large() -> PlanProblem:
    """Twelve regions with forty proposals in six years: a second or two of work for either solver, so a clock can cut it."""
    dice = random.Random(4)  # noqa: S311 - figures for a test, no secret
    keys = [f"R{number:02}" for number in range(12)]
    return PlanProblem(
        FIRST,
        24,
        tuple(Region(key, last_quarter=-1 - number % 7) for number, key in enumerate(keys)),
        hosts=tuple(
            Host(
                f"H{number:02}",
                regions=(keys[number % 12],),
                quarters=tuple(sorted(dice.sample(range(24), 12))),
                cost=dice.randrange(80, 300) * 100,
                max_uses=2,
            )
            for number in range(40)
        ),
        limits=Limits(per_quarter=2, per_year=8),
    )


def example_costs(last=(-2, -3, -1), per_quarter=1, per_year=4) -> list[int]:
    """What each plan of the example without a missed window costs, counted from the windows alone."""
    years = []
    for inside in (range(4), range(4, 8)):
        slots = [(key, quarter) for key, offer in OFFERS.items() for quarter in offer if quarter in inside]
        years.append(
            [
                chosen
                for size in range(per_year + 1)
                for chosen in combinations(slots, size)
                if all(sum(when == quarter for _key, when in chosen) <= per_quarter for quarter in inside)
            ]
        )
    costs = []
    for one, other in product(*years):
        chosen = set(one + other)
        if all(
            any((key, quarter) in chosen for quarter in range(start, start + 4))
            for key, before in zip("ABC", last, strict=True)
            for start in range(before + 1, 5)
        ):
            costs.append(sum(OFFERS[key][quarter] for key, quarter in chosen))
    return sorted(costs)


def held(lines) -> str:
    return " ".join(f"{line.host}{line.quarter}" for line in lines)


def possible_lines(problem: PlanProblem, fixed: tuple[Fixed, ...] = ()) -> list[Line]:
    """Every training that could be held, with every language, theme and team, written down from the proposals."""
    regions = {area.key: area.region for area in problem.areas}
    teams = list(combinations(sorted(trainer.key for trainer in problem.trainers), problem.trainers_each))
    found = []
    for host in problem.hosts:
        served = tuple(sorted({*host.regions, *(regions[key] for key in host.areas)}))
        times: list[tuple[int, Dates | None]] = [(quarter, None) for quarter in host.quarters]
        for dates in host.dates:
            months = (dates.start_on.year - FIRST.year) * 12 + dates.start_on.month - 1
            times.append((months // 3, dates))
        asked = (host.themes or problem.themes or (None,), teams or [()])
        themes, people = ((None,), [()]) if host.staffed else asked
        for (quarter, dates), language, theme, team in product(times, host.languages or (None,), themes, people):
            if not 0 <= quarter < problem.quarters:
                continue
            line = Line(
                quarter, host.key, served, tuple(sorted(host.areas)), language, theme, team,
                cost=dict(host.costs).get(quarter, host.cost) + sum(_fee(problem, key, served) for key in team),
                dates=dates,
            )  # fmt: skip
            if not check_plan(problem, [line]).faults:
                found.append(line)
    return found


def _fee(problem: PlanProblem, key: str, regions: tuple[str, ...]) -> int:
    trainer = next(one for one in problem.trainers if one.key == key)
    return trainer.fee + max(dict(trainer.travel_to).get(region, trainer.travel) for region in regions)


def all_plans(problem: PlanProblem) -> Iterator[tuple[tuple[Line, ...], tuple]]:
    """Every plan that keeps the rules, with what it is worth at each level, smaller being better."""
    lines = possible_lines(problem)

    def grown(chosen: tuple[Line, ...], place: int) -> Iterator[tuple[Line, ...]]:
        yield chosen
        for number in range(place, len(lines)):
            more = (*chosen, lines[number])
            if not check_plan(problem, more).faults:  # what breaks a limit breaks it with more trainings too
                yield from grown(more, number + 1)

    for chosen in grown((), 0):
        found = check_plan(problem, chosen)
        need = Fraction(0) if found.need is None else -found.need
        yield chosen, (len(found.unmet), found.days, need, found.cost - most_grants(problem, chosen), found.early)


def most_grants(problem: PlanProblem, lines: tuple[Line, ...]) -> int:
    total = 0
    for funder in problem.funders:
        matching = sum(
            (not funder.regions or bool(set(funder.regions) & set(line.regions)))
            and (not funder.languages or line.language in funder.languages)
            and (not funder.themes or line.theme in funder.themes)
            for line in lines
        )
        if matching >= funder.minimum:
            total += min(funder.cap, funder.amount * matching)
    return min(total, sum(line.cost for line in lines))


@st.composite
def problems(draw, *, with_trainers: bool = False) -> PlanProblem:
    """Few regions, hosts and quarters: all plans can be listed."""
    quarters = draw(st.integers(2, 4 if with_trainers else 6))
    keys = "ABC"[: draw(st.integers(1, 2 if with_trainers else 3))]
    regions = tuple(
        Region(
            key,
            last_quarter=draw(st.none() | st.integers(-4, -1)),
            due_on=draw(st.none() | st.none() | st.dates(date(2025, 11, 1), date(2026, 9, 30))),
            window=draw(st.none() | st.integers(1, 4)),
        )
        for key in keys
    )
    areas = tuple(Area(key.lower(), key, need=draw(st.integers(0, 3))) for key in keys if draw(st.booleans()))
    named = {area.region: area.key for area in areas}
    languages, themes = ("en", "fr"), ("t", "u")
    hosts = []
    for number in range(draw(st.integers(1, 2 if with_trainers else 3))):
        served = draw(st.sets(st.sampled_from(keys), min_size=1, max_size=2))
        dates = draw(st.none() | st.none() | st.dates(FIRST, date(2026, 12, 31)))
        free = draw(st.sets(st.integers(0, quarters - 1), min_size=1, max_size=2 if with_trainers else 3))
        if dates is not None:
            free -= {(dates.month - 1) // 3}
        hosts.append(
            Host(
                f"h{number}",
                regions=tuple(sorted(served)),
                areas=tuple(sorted(named[key] for key in served if key in named)),
                languages=tuple(draw(st.sets(st.sampled_from(languages), min_size=1))) if with_trainers else (),
                themes=tuple(draw(st.sets(st.sampled_from(themes), min_size=1))) if with_trainers else (),
                quarters=tuple(sorted(free)),
                dates=(Dates(dates, dates),) if dates is not None else (),
                cost=draw(st.integers(0, 9)) * 10,
                max_uses=draw(st.none() | st.integers(1, 2)),
                staffed=with_trainers and draw(st.integers(0, 4)) == 0,
            )
        )
    trainers = ()
    if with_trainers:
        trainers = tuple(
            Trainer(
                f"t{number}",
                tuple(sorted(draw(st.sets(st.sampled_from(languages), min_size=1)))),
                tuple(sorted(draw(st.sets(st.sampled_from(themes))))),
                quarters=draw(st.none() | st.just((0, 1)) | st.just((1, 2))),
                fee=draw(st.integers(0, 3)) * 10,
                travel=10,
                travel_to=((keys[0], 30),) if draw(st.booleans()) else (),
                max_a_year=draw(st.none() | st.just(1)),
                max_in=draw(st.just(()) | st.integers(0, 2).map(lambda most: ((2026, most),))),
            )
            for number in range(draw(st.integers(2, 3)))
        )
    funders = ()
    if draw(st.booleans()):
        funders = (
            Funder(
                "f",
                amount=draw(st.integers(1, 4)) * 10,
                cap=draw(st.integers(0, 8)) * 10,
                minimum=draw(st.integers(0, 2)),
                regions=draw(st.sampled_from([(), (keys[0],)])),
                languages=("fr",) if with_trainers and draw(st.booleans()) else (),
            ),
        )
    return PlanProblem(
        FIRST,
        quarters,
        regions,
        areas,
        tuple(hosts),
        trainers,
        funders,
        Limits(
            per_quarter=draw(st.none() | st.just(1)),
            per_year=draw(st.none() | st.integers(1, 3)),
            budget=draw(st.none() | st.integers(0, 20).map(lambda tens: tens * 10)),
            shared=draw(st.none() | st.just(1)),
        ),
        themes=themes if with_trainers else (),
        window=draw(st.integers(2, 4)),
        end_age=draw(st.none() | st.integers(0, 4)),
        trainers_each=draw(st.integers(1, 2)) if with_trainers else 2,
    )
