"""Every training that could be held: a proposal, or a host to be found, in a quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tessera.solvers.coverage.model import Dates, Fixed, Host, InputError, Line, PlanProblem
from tessera.solvers.coverage.quarters import due_after, last_day, quarter_of, window_of


@dataclass(frozen=True, slots=True)
class Option:
    """A training that could be held. ``languages`` and ``themes`` are what it may be held in; empty: does not matter.

    ``any_language``: any would do, and ``languages`` are those that somebody asks for; it may be left open.
    ``staffed``: no trainer is assigned. ``start_on`` and ``end_on`` are exact, or the last day of the quarter where there are no dates.
    """

    host: str | None
    quarter: int
    regions: tuple[str, ...]
    areas: tuple[str, ...]
    languages: tuple[str, ...]
    themes: tuple[str, ...]
    cost: int
    start_on: date
    end_on: date
    dates: Dates | None = None
    any_language: bool = False
    staffed: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """One for each option, whatever the order of the input."""
        return (str(self.quarter).zfill(4), self.host or "", *self.serves, self.start_on.isoformat())

    @property
    def serves(self) -> tuple[str, ...]:
        return self.areas or self.regions

    @property
    def shared(self) -> bool:
        return len(self.serves) > 1

    def fits(self, fixed: Fixed) -> bool:
        if fixed.quarter != self.quarter or fixed.host != self.host:
            return False
        return self.host is not None or set(fixed.serves) == set(self.serves)

    def is_of(self, line: Line) -> bool:
        """Is this the training of a line, language, theme and trainers left aside?"""
        if (self.quarter, self.host) != (line.quarter, line.host) or self.dates != line.dates:
            return False
        return self.host is not None or set(self.serves) == set(line.areas or line.regions)


def options(problem: PlanProblem, fixed: Sequence[Fixed] = ()) -> list[Option]:
    """All options inside the quarters planned, sorted by time and keys. What is fixed is always among them.

    `InputError` where a fixed line names what is not there.
    """
    _check_fixed(problem, fixed)
    found = [option for host in problem.hosts for option in _of_host(problem, host)]
    if problem.open_hosts or (problem.open_hosts is None and not problem.hosts):
        served = _served_alone(problem) + [tuple(sorted(set(share))) for share in sorted(problem.shares)]
        for serves in dict.fromkeys(served):
            found += _open(problem, serves, range(problem.quarters))
    hosts = {host.key: host for host in problem.hosts}
    for line in fixed:
        if any(option.fits(line) for option in found):
            continue
        if line.host is None:
            found += _open(problem, tuple(sorted(line.serves)), [line.quarter], line.language)
        else:
            host = hosts[line.host]
            dates = next((d for d in host.dates if quarter_of(problem.first, d.start_on) == line.quarter), None)
            found.append(_option(problem, host, line.quarter, dates, line.language))
    return sorted(found, key=lambda option: option.key)


def due_of(problem: PlanProblem, option: Option, region: str) -> date:
    """By when the next training of a region has to start once this one is over."""
    window = next(window_of(problem, one) for one in problem.regions if one.key == region)
    return due_after(option.end_on, window)


def new_host_options(problem: PlanProblem) -> list[Option]:
    """One option for each area (region without areas), language and quarter: hosts that nobody has proposed yet."""
    found = [option for serves in _served_alone(problem) for option in _open(problem, serves, range(problem.quarters))]
    return sorted(found, key=lambda option: option.key)


def _served_alone(problem: PlanProblem) -> list[tuple[str, ...]]:
    """Each area alone, and each region that has no areas."""
    held = {area.region for area in problem.areas}
    areas = [(area.key,) for area in problem.areas]
    return sorted(areas + [(region.key,) for region in problem.regions if region.key not in held])


def _of_host(problem: PlanProblem, host: Host) -> Iterable[Option]:
    common = _common_languages(problem, _areas(problem, host.areas), host.languages)
    if common is None:
        return
    for quarter in host.quarters:
        if 0 <= quarter < problem.quarters:
            yield _option(problem, host, quarter, None)
    for dates in host.dates:
        quarter = quarter_of(problem.first, dates.start_on)
        if 0 <= quarter < problem.quarters:
            yield _option(problem, host, quarter, dates)


def _option(problem: PlanProblem, host: Host, quarter: int, dates: Dates | None, language: str | None = None) -> Option:
    areas = _areas(problem, host.areas)
    languages = _common_languages(problem, areas, host.languages) or ()
    if language is not None and language not in languages:
        languages = (language,)
    return Option(
        host=host.key,
        quarter=quarter,
        regions=_regions(problem, host.regions, areas),
        areas=areas,
        languages=_spoken(problem, languages),
        themes=() if host.staffed else _themes(problem, host.themes),
        cost=dict(host.costs).get(quarter, host.cost),
        start_on=dates.start_on if dates else last_day(problem.first, quarter),
        end_on=dates.end_on if dates else last_day(problem.first, quarter),
        dates=dates,
        any_language=not languages,
        staffed=host.staffed,
    )


def _open(
    problem: PlanProblem, serves: tuple[str, ...], quarters: Iterable[int], language: str | None = None
) -> list[Option]:
    areas = _areas(problem, serves)
    regions = _regions(problem, tuple(key for key in serves if key not in areas), areas)
    common = _common_languages(problem, areas, ())
    if common is None:
        if language is None:
            return []
        common = (language,)
    languages, any_language = _spoken(problem, common), not common
    if language is not None and language not in languages:
        languages = (language,)
    return [
        Option(
            host=None,
            quarter=quarter,
            regions=regions,
            areas=areas,
            languages=languages,
            themes=_themes(problem, ()),
            cost=problem.open_cost,
            start_on=last_day(problem.first, quarter),
            end_on=last_day(problem.first, quarter),
            any_language=any_language,
        )
        for quarter in quarters
    ]


def _areas(problem: PlanProblem, keys: Iterable[str]) -> tuple[str, ...]:
    known = {area.key for area in problem.areas}
    return tuple(sorted(set(keys) & known))


def _regions(problem: PlanProblem, keys: Iterable[str], areas: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(keys) | {area.region for area in problem.areas if area.key in areas}))


def _common_languages(problem: PlanProblem, areas: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...] | None:
    """Those offered that serve every area, sorted; empty where any will do; None where none does."""
    common = set(offered) or None
    for area in problem.areas:
        if area.key in areas and area.languages:
            common = set(area.languages) if common is None else common & set(area.languages)
    if common is None:
        return ()
    return tuple(sorted(common)) or None


def _spoken(problem: PlanProblem, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Where any language will do, those of the trainers and of the least numbers asked for."""
    if languages:
        return languages
    wanted = {language for trainer in problem.trainers for language in trainer.languages}
    wanted |= {language for language, _least in problem.limits.languages}
    return tuple(sorted(wanted))


def _themes(problem: PlanProblem, offered: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(offered or problem.themes)))


def _check_fixed(problem: PlanProblem, fixed: Sequence[Fixed]) -> None:
    hosts = {host.key for host in problem.hosts}
    served = {area.key for area in problem.areas} | {region.key for region in problem.regions}
    trainers = {trainer.key for trainer in problem.trainers}
    faults = []
    for line in fixed:
        if not 0 <= line.quarter < problem.quarters:
            faults.append(f"Fixed quarter {line.quarter} is not planned.")
        if line.host is not None and line.host not in hosts:
            faults.append(f"Fixed host {line.host} is not there.")
        if line.host is None and (not line.serves or set(line.serves) - served):
            faults.append(f"Fixed training in quarter {line.quarter} serves nobody who is there.")
        faults += [f"Fixed trainer {key} is not there." for key in sorted(set(line.trainers) - trainers)]
    if faults:
        raise InputError(tuple(faults))
