"""Counts that no plan gets around: most of what is impossible shows here at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from tessera.solvers.coverage.model import Count, CountKind, Fixed, PlanProblem
from tessera.solvers.coverage.options import Option, options
from tessera.solvers.coverage.quarters import trainings_of, window_of, years
from tessera.solvers.coverage.windows import Window, windows


def failing_counts(problem: PlanProblem, fixed: Sequence[Fixed] = ()) -> tuple[Count, ...]:
    """The earliest deadline check, the sum of 1/window, and the least number for each region, where they fail.

    Windows of a region that share no quarter need a training each, so as many trainings are needed by the last quarter
    of the last of them. None of these counts looks at money or trainers.
    """
    offered = options(problem, fixed)
    apart = _apart([_widened(window, offered) for window in windows(problem, offered) if not window.overdue])
    return (*_due_by(problem, offered, apart), *_density(problem, offered), *_floors(problem, offered, apart))


def _widened(window: Window, offered: Sequence[Option]) -> Window:
    """With the quarter of its own too, where exact dates there still come in time."""
    quarters = [offered[number].quarter for need in window.needs for number in need]
    return replace(window, first=min([window.first, *quarters]), last=max([window.last, *quarters]))


def _apart(asked: Sequence[Window]) -> list[Window]:
    """As many windows of each region as share no quarter (those that end first)."""
    kept: dict[str, list[Window]] = {}
    for window in sorted(asked, key=lambda one: (one.last, one.region)):
        own = kept.setdefault(window.region, [])
        if not own or own[-1].last < window.first:
            own.append(window)
    return [window for own in kept.values() for window in own]


def _room(problem: PlanProblem, until: int) -> int | None:
    """So many trainings fit the quarters 0 to ``until``; None: any number."""
    special = dict(problem.limits.quarters)
    total = 0
    for year, inside in years(problem).items():
        slots = [special.get(quarter, problem.limits.per_quarter) for quarter in inside if quarter <= until]
        most = trainings_of(problem, year)
        known = [slot for slot in slots if slot is not None]
        if len(known) < len(slots):
            if most is None:
                return None
            total += most
        else:
            total += sum(known) if most is None else min(sum(known), most)
    return total


def _breadth(offered: Sequence[Option]) -> int:
    return max((len(option.regions) for option in offered), default=1)


def _due_by(problem: PlanProblem, offered: Sequence[Option], apart: Sequence[Window]) -> list[Count]:
    """The first quarter by which more trainings are needed than fit."""
    for quarter in range(problem.quarters):
        due = [window for window in apart if window.last <= quarter]
        room = _room(problem, quarter)
        if room is not None and len(due) > room * _breadth(offered):
            regions = tuple(sorted({window.region for window in due}))
            return [Count(CountKind.DUE_BY, regions, len(due), room * _breadth(offered), quarter)]
    return []


def _density(problem: PlanProblem, offered: Sequence[Option]) -> list[Count]:
    limits = problem.limits
    rates = [Fraction(limits.per_quarter)] if limits.per_quarter is not None else []
    rates += [Fraction(limits.per_year, 4)] if limits.per_year is not None else []
    asked = sum((Fraction(1, window_of(problem, region)) for region in problem.regions), Fraction(0))
    if rates and asked > min(rates) * _breadth(offered):
        regions = tuple(sorted(region.key for region in problem.regions))
        return [Count(CountKind.DENSITY, regions, asked, min(rates) * _breadth(offered))]
    return []


def _floors(problem: PlanProblem, offered: Sequence[Option], apart: Sequence[Window]) -> list[Count]:
    found = []
    uses = {host.key: host.max_uses for host in problem.hosts}
    for region in sorted(problem.regions, key=lambda one: one.key):
        needed = sum(window.region == region.key for window in apart)
        times: dict[str | None, set[int]] = {}
        for option in offered:
            if region.key in option.regions:
                times.setdefault(option.host, set()).add(option.quarter)
        allowed = 0
        for host, quarters in times.items():
            most = None if host is None else uses[host]
            allowed += len(quarters) if most is None else min(len(quarters), most)
        if needed > allowed:
            found.append(Count(CountKind.FLOOR, (region.key,), needed, allowed))
    return found


def holds_forever(lengths: Sequence[int], slots: int = 1, *, most_states: int = 200_000) -> bool | None:
    """Can regions with these windows (in quarters) be kept on time for ever with so many trainings a quarter?

    None where more than ``most_states`` states would have to be looked at. False where sum 1/W > slots; for equal
    windows n <= slots * W decides; with one slot, sum 1/W <= 5/6 suffices (Kawamura, STOC 2024). Otherwise some
    schedule goes on for ever exactly if the states (quarters left for each region) hold a cycle.
    """
    if any(length < 1 for length in lengths) or slots < 0:
        raise ValueError("Windows are at least one quarter long.")
    density = sum((Fraction(1, length) for length in lengths), Fraction(0))
    if density > slots:
        return False
    if len(set(lengths)) <= 1 or len(lengths) <= slots or (slots == 1 and density <= Fraction(5, 6)):
        return True
    return _cycle(tuple(sorted(lengths)), min(slots, len(lengths)), most_states)


def _cycle(lengths: tuple[int, ...], slots: int, most_states: int) -> bool | None:
    """Depth first from "all just held", the best state of all; a state met again on the way is a cycle."""
    full = tuple(zip(lengths, lengths, strict=True))
    on_way, dead = {full}, set()
    way = [(full, _next(full, slots))]
    while way:
        state, following = way[-1]
        step = next(following, None)
        if step is None:
            on_way.discard(state)
            dead.add(state)
            way.pop()
        elif step in on_way:
            return True
        elif step not in dead:
            if len(dead) + len(on_way) >= most_states:
                return None
            on_way.add(step)
            way.append((step, _next(step, slots)))
    return False


def _next(state: tuple[tuple[int, int], ...], slots: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """States after one quarter; (window, quarters left) sorted, so that equal regions are one."""
    order = sorted(range(len(state)), key=lambda number: state[number][1])
    seen = set()
    for held in combinations(order, slots):
        step = tuple(
            sorted((length, length if number in held else left - 1) for number, (length, left) in enumerate(state))
        )
        if step not in seen and all(left > 0 for _length, left in step):
            seen.add(step)
            yield step
