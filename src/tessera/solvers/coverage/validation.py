"""What is wrong with a planning problem, all of it at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tessera.solvers.coverage.model import LARGEST, LEVELS, LONGEST, Area, Host, LevelKey, PlanProblem
from tessera.solvers.coverage.quarters import quarter_of


def faults(problem: PlanProblem) -> tuple[str, ...]:
    """Sentences, each about one fault; empty where the problem makes sense."""
    found = list(_plain_faults(problem))
    if not found:
        found = [
            *_key_faults(problem),
            *_reference_faults(problem),
            *_time_faults(problem),
            *_limit_faults(problem),
        ]
    return tuple(found)


def _whole(what: str, value: Any, low: int, high: int, *, optional: bool = False) -> Iterator[str]:
    if optional and value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        yield f"{what} is {value!r}, not a whole number."
    elif not low <= value <= high:
        yield f"{what} is {value}, not between {low} and {high}."


def _plain_faults(problem: PlanProblem) -> Iterator[str]:
    if problem.first.day != 1 or problem.first.month % 3 != 1:
        yield f"The first day {problem.first} does not begin a quarter."
    elif not 1900 <= problem.first.year <= 2900:
        yield f"The first day {problem.first} is out of range."
    yield from _whole("The number of quarters", problem.quarters, 1, LONGEST)
    yield from _whole("The window", problem.window, 1, LONGEST)
    yield from _whole("The age at the end", problem.end_age, 0, LONGEST, optional=True)
    yield from _whole("The trainers of a training", problem.trainers_each, 1, 20)
    yield from _whole("The cost of a training without host", problem.open_cost, 0, LARGEST)
    for region in problem.regions:
        yield from _whole(f"The window of {region.key}", region.window, 1, LONGEST, optional=True)
        yield from _whole(f"The last quarter of {region.key}", region.last_quarter, -LONGEST, LONGEST, optional=True)
    for area in problem.areas:
        yield from _whole(f"The need of {area.key}", area.need, 0, 10**6)
    for host in problem.hosts:
        yield from _whole(f"The cost of {host.key}", host.cost, 0, LARGEST)
        yield from _whole(f"The uses of {host.key}", host.max_uses, 0, LONGEST, optional=True)
        for quarter, cost in host.costs:
            yield from _whole(f"A quarter with its own cost of {host.key}", quarter, -LONGEST, LONGEST)
            yield from _whole(f"The cost of {host.key} in quarter {quarter}", cost, 0, LARGEST)
        for quarter in host.quarters:
            yield from _whole(f"A quarter of {host.key}", quarter, -LONGEST, 2 * LONGEST)
    for trainer in problem.trainers:
        yield from _whole(f"The fee of {trainer.key}", trainer.fee, 0, LARGEST)
        yield from _whole(f"The travel of {trainer.key}", trainer.travel, 0, LARGEST)
        yield from _whole(f"The yearly number of {trainer.key}", trainer.max_a_year, 0, LONGEST, optional=True)
        for year, most in trainer.max_in:
            yield from _whole(f"A year of {trainer.key}", year, 1, 9999)
            yield from _whole(f"The number of {trainer.key} in {year}", most, 0, LONGEST)
        for region_key, cost in trainer.travel_to:
            yield from _whole(f"The travel of {trainer.key} to {region_key}", cost, 0, LARGEST)
    for funder in problem.funders:
        yield from _whole(f"The amount of {funder.key}", funder.amount, 0, LARGEST)
        yield from _whole(f"The cap of {funder.key}", funder.cap, 0, LARGEST)
        yield from _whole(f"The minimum of {funder.key}", funder.minimum, 0, LONGEST)
    yield from _plain_limits(problem)


def _plain_limits(problem: PlanProblem) -> Iterator[str]:
    limits = problem.limits
    yield from _whole("Trainings a quarter", limits.per_quarter, 0, 1000, optional=True)
    yield from _whole("Trainings a year", limits.per_year, 0, 1000, optional=True)
    yield from _whole("The budget of a year", limits.budget, 0, LARGEST, optional=True)
    yield from _whole("Shared trainings", limits.shared, 0, 1000, optional=True)
    for year in limits.years:
        yield from _whole("A year", year.year, 1, 9999)
        yield from _whole(f"Trainings in {year.year}", year.trainings, 0, 1000, optional=True)
        yield from _whole(f"The budget of {year.year}", year.budget, 0, LARGEST, optional=True)
    for quarter, count in limits.quarters:
        yield from _whole(f"Trainings in quarter {quarter}", count, 0, 1000)
    for language, count in limits.languages:
        yield from _whole(f"Trainings in {language}", count, 0, 1000)


def _doubled(what: str, keys: Iterable[Any]) -> Iterator[str]:
    for key, count in sorted(Counter(keys).items(), key=lambda item: str(item[0])):
        if count > 1:
            yield f"{what} {key} stands {count} times."


def _key_faults(problem: PlanProblem) -> Iterator[str]:
    if not problem.regions:
        yield "There is no region to plan for."
    kinds: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("Region", problem.regions),
        ("Area", problem.areas),
        ("Host", problem.hosts),
        ("Trainer", problem.trainers),
        ("Funder", problem.funders),
    )
    for what, things in kinds:
        yield from _doubled(what, (thing.key for thing in things))
        if any(not isinstance(thing.key, str) or not thing.key for thing in things):
            yield f"{what} without a key."
    regions = {region.key for region in problem.regions}
    for area in problem.areas:
        if area.key in regions and area.region != area.key:
            yield f"Area {area.key} has the key of another region."
    yield from _doubled("Year", (year.year for year in problem.limits.years))
    yield from _doubled("Quarter limit", (quarter for quarter, _count in problem.limits.quarters))
    yield from _doubled("Language limit", (language for language, _count in problem.limits.languages))
    yield from _doubled("Level", problem.levels)
    for level in problem.levels:
        if level not in (*LEVELS, LevelKey.REACHED):
            yield f"Level {level} is not one of a plan."
    for host in problem.hosts:
        yield from _doubled(f"Host {host.key}: quarter", host.quarters)
        yield from _doubled(f"Host {host.key}: cost of quarter", (quarter for quarter, _cost in host.costs))
        if not host.regions and not host.areas:
            yield f"Host {host.key} serves no region."


def _unknown(what: str, keys: Iterable[str], known: set[str]) -> Iterator[str]:
    for key in sorted(set(keys) - known):
        yield f"{what} names {key}, which is not there."


def _reference_faults(problem: PlanProblem) -> Iterator[str]:
    regions = {region.key for region in problem.regions}
    areas = {area.key for area in problem.areas}
    for area in problem.areas:
        yield from _unknown(f"Area {area.key}", [area.region], regions)
    for host in problem.hosts:
        yield from _unknown(f"Host {host.key}", host.regions, regions)
        yield from _unknown(f"Host {host.key}", host.areas, areas)
        yield from _language_faults(problem.areas, host)
        if problem.themes:
            yield from _unknown(f"Host {host.key}", host.themes, set(problem.themes))
    for trainer in problem.trainers:
        yield from _unknown(f"Trainer {trainer.key}", (region for region, _cost in trainer.travel_to), regions)
        if not trainer.languages:
            yield f"Trainer {trainer.key} has no language."
    for funder in problem.funders:
        yield from _unknown(f"Funder {funder.key}", funder.regions, regions)
        yield from _unknown(f"Funder {funder.key}", funder.areas, areas)
        if problem.themes:
            yield from _unknown(f"Funder {funder.key}", funder.themes, set(problem.themes))
    for share in problem.shares:
        yield from _unknown("A shared training", share, areas | regions)
        if len(set(share)) < 2:
            yield f"A shared training of {', '.join(share) or 'nobody'} serves fewer than two."
    yield from _unknown("A waived window", (region for region, _quarter in problem.waived), regions)


def _language_faults(areas: tuple[Area, ...], host: Host) -> Iterator[str]:
    """A host that offers no language of an area it names could never hold its training."""
    if host.languages:
        for area in areas:
            if area.key in host.areas and area.languages and not set(area.languages) & set(host.languages):
                yield f"Host {host.key} offers no language of area {area.key}."


def _time_faults(problem: PlanProblem) -> Iterator[str]:
    for host in problem.hosts:
        for dates in host.dates:
            if dates.end_on < dates.start_on and not dates.rough:
                yield f"Host {host.key} ends {dates.end_on}, before it starts."
        taken = [quarter_of(problem.first, dates.start_on) for dates in host.dates]
        for quarter in sorted(set(taken) & set(host.quarters)):
            yield f"Host {host.key} has quarter {quarter} both with dates and without."
        yield from _doubled(f"Host {host.key}: dates", ((dates.start_on, dates.end_on) for dates in host.dates))
    for region in problem.regions:
        if region.last_on and region.due_on and region.due_on < region.last_on:
            yield f"Region {region.key} is due {region.due_on}, before its last training."


def _limit_faults(problem: PlanProblem) -> Iterator[str]:
    """Where every host or area names its languages, a least number in another one can never be reached."""
    offered = {language for host in problem.hosts for language in host.languages}
    offered |= {language for area in problem.areas for language in area.languages}
    if _any_language_will_do(problem):
        return
    for language, count in problem.limits.languages:
        if count and language not in offered:
            yield f"Nobody offers the language {language}, of which {count} trainings are asked for."


def _any_language_will_do(problem: PlanProblem) -> bool:
    """Whether some training could be held in whatever language is asked for."""
    named = {area.key for area in problem.areas if area.languages}
    if any(not host.languages and not named & set(host.areas) for host in problem.hosts):
        return True
    if problem.hosts and not problem.open_hosts:
        return False
    with_areas = {area.region for area in problem.areas}
    return any(not area.languages for area in problem.areas) or any(
        region.key not in with_areas for region in problem.regions
    )
