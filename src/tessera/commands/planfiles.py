"""A planning problem from files: trainings held and announced, limits, and, where there are any, hosts, trainers, funders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.commands import plancells as cells
from tessera.commands.planlimits import MONEY_MOST, Ground, LimitsReader
from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, meant
from tessera.commands.tables.kinds import shown
from tessera.commands.tables.reading import Column, Row, Table, read_table
from tessera.commands.tables.rules import Keys, read_rules

if TYPE_CHECKING:
    from tessera.planning.clock_types import ClockTraining, Coverage
    from tessera.solvers.coverage.model import Dates, Fixed, Funder, Host, Limits, PlanProblem, Trainer

STATUSES = ("planned", "announced", "in_delivery", "delivered", "followed_up", "closed", "postponed", "cancelled")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the tables of a plan lie; only the first two must be there."""

    trainings: Path
    limits: Path
    hosts: Path | None = None
    trainers: Path | None = None
    funders: Path | None = None

    @property
    def all(self) -> list[Path]:
        return [path for path in (self.trainings, self.limits, self.hosts, self.trainers, self.funders) if path]


@dataclass(frozen=True, slots=True)
class PlanTask:
    """The problem, what is announced already, and what a person should know about the files."""

    problem: PlanProblem
    fixed: tuple[Fixed, ...]
    coverage: Coverage
    names: dict[str, str]
    notes: tuple[str, ...]
    ground: Ground
    trainings: tuple[ClockTraining, ...]


def read_plan(files: Files, faults: Faults, *, ignore: Sequence[str] = ()) -> PlanTask | None:
    """Read every file; None where they cannot be used, and then ``faults`` says why."""
    keys = read_rules(files.limits, faults)
    if keys is None:
        return None
    limits = LimitsReader(keys, faults)
    ground = limits.ground()
    if ground is None:
        return None
    tables = _Tables(ground, faults, ignore)
    trainings = tables.trainings(files.trainings)
    hosts = tables.hosts(files.hosts) if files.hosts else ()
    trainers = tables.trainers(files.trainers) if files.trainers else ()
    funders = tables.funders(files.funders) if files.funders else ()
    if faults.found:
        return None
    return _task(ground, trainings, hosts, trainers, funders, tables.names, keys, faults)


@dataclass(frozen=True, slots=True)
class Training:
    """A row of the trainings, as far as the clock and the plan want it; rough ``dates`` as the clock reads them."""

    clock: ClockTraining
    regions: tuple[str, ...]
    areas: tuple[str, ...]
    dates: Dates
    staffed: bool

    @property
    def start(self) -> date:
        return self.dates.start_on


class _Tables:
    """Reads the tables of a plan; ``names`` are titles and people's names by key."""

    def __init__(self, ground: Ground, faults: Faults, ignore: Sequence[str]) -> None:
        self._ground = ground
        self._faults = faults
        self._ignore = ignore
        self.names: dict[str, str] = {}
        self._announced: set[str] = set()

    def _table(self, path: Path, *columns: Column) -> tuple[Table | None, Iterator[Row]]:
        table = read_table(
            path,
            (
                Column("id", kinds.identifier, needed=True, filled=True, unique=True),
                Column("name", kinds.text),
                *columns,
            ),
            self._faults,
            ignore=self._ignore,
        )
        if table is not None:
            self.names.update({row["id"]: row["name"] for row in table if row["name"]})
        return table, iter(table.rows if table is not None else ())

    def trainings(self, path: Path) -> tuple[Training, ...]:
        from tessera.places.audiences import Audience, resolve_audience
        from tessera.places.datafiles import area_countries
        from tessera.planning.clock import EXPECTED
        from tessera.planning.clock_types import ClockPhase, ClockTraining
        from tessera.solvers.coverage.model import Dates

        table, rows = self._table(
            path,
            Column("dates", cells.dates, needed=True, filled=True),
            Column("status", kinds.one_of(*STATUSES)),
            Column("scope", kinds.one_of("national", "regional", "interregional"), default="regional"),
            Column("countries", cells.countries, default=()),
            Column("regions", kinds.codes, default=()),
            Column("mode", kinds.one_of("in_person", "online", "hybrid"), default="in_person"),
            Column("staffed", kinds.yes_no, default=False),
        )
        by_region = {region.code: region.countries for region in self._ground.scheme.regions}
        found = []
        for row in rows:
            line, dates = row.line, row["dates"]
            if dates is None:
                continue
            self._known(table, line, "regions", row["regions"], self._ground.regions)
            if not row["countries"] and not row["regions"]:
                self._faults.add(path.name, "has neither countries nor regions.", line=line)
            audience = Audience(row["scope"], frozenset(row["countries"]), regions=frozenset(row["regions"]))
            countries = resolve_audience(audience, areas=area_countries(), regions=by_region).countries
            status = row["status"] or ("announced" if dates.latest_end >= self._ground.first else "delivered")
            stated = {self._ground.scheme.code: frozenset(row["regions"])}
            training = ClockTraining(
                row["id"], status, row["scope"], countries, (ClockPhase(dates, row["mode"]),), stated
            )
            regions = tuple(code for code, inside in by_region.items() if inside & countries)
            areas = tuple(code for code, inside in self._ground.area_countries.items() if inside & countries)
            harsh = self._ground.settings.reading == "harsh"
            start = dates.latest_start if harsh else dates.earliest_start
            end = dates.earliest_end if harsh else dates.latest_end
            if status in EXPECTED and start is not None and start >= self._ground.first:
                self._announced.add(row["id"])
            if start is not None and end is not None:
                found.append(Training(training, regions, areas, Dates(start, end, dates.is_rough), row["staffed"]))
        return tuple(found)

    def hosts(self, path: Path) -> tuple[Host, ...]:
        from tessera.solvers.coverage.model import Dates, Host

        table, rows = self._table(
            path,
            Column("regions", kinds.codes, default=()),
            Column("areas", kinds.codes, default=()),
            Column("languages", kinds.languages, default=()),
            Column("themes", kinds.names, default=()),
            Column("quarters", cells.quarters, default=()),
            Column("dates", cells.dates),
            Column("cost", kinds.money(MONEY_MOST), default=0),
            Column("max_uses", kinds.whole(0, 400), default=1),
        )
        found = []
        for row in rows:
            self._known(table, row.line, "regions", row["regions"], self._ground.regions)
            self._known(table, row.line, "areas", row["areas"], self._ground.area_keys)
            if not row["regions"] and not row["areas"]:
                self._faults.add(path.name, "serves neither a region nor an area.", line=row.line)
            exact = row["dates"]
            if exact is not None and exact.is_rough:
                self._faults.add(path.name, "is not exact to the day.", line=row.line, column="dates")
            self._host_faults(path.name, row)
            quarters = tuple(cells.quarter_number(self._ground.first, one) for one in row["quarters"])
            days = (Dates(exact.earliest_start, exact.latest_end),) if exact is not None else ()
            if not quarters and not days:
                quarters = tuple(range(self._ground.quarters))
            found.append(
                Host(
                    row["id"], row["regions"], row["areas"], row["languages"], row["themes"], quarters, days,
                    row["cost"], max_uses=row["max_uses"],
                )
            )  # fmt: skip
        return tuple(found)

    def _host_faults(self, file: str, row: Row) -> None:
        """What the solver would refuse of a host, told where it stands."""
        ground, exact = self._ground, row["dates"]
        if row["id"] in self._announced:
            self._faults.add(file, "is the id of an announced training too.", line=row.line, column="id")
        if exact is not None and not exact.is_rough:
            quarters = {cells.quarter_number(ground.first, one) for one in row["quarters"]}
            if cells.quarter_number(ground.first, exact.earliest_start) in quarters:
                said = "holds the quarter of the dates too: leave it to them."
                self._faults.add(file, said, line=row.line, column="quarters")
        for area in ground.areas:
            understood = not area.languages or not row["languages"] or set(area.languages) & set(row["languages"])
            if area.key in row["areas"] and not understood:
                said = f"holds no language of {area.key} ({', '.join(area.languages)})."
                self._faults.add(file, said, line=row.line, column="languages")
        if ground.themes:
            for theme in row["themes"]:
                if theme not in ground.themes:
                    said = f"{shown(theme)} is unknown; {meant(theme, ground.themes)}"
                    self._faults.add(file, said, line=row.line, column="themes")

    def trainers(self, path: Path) -> tuple[Trainer, ...]:
        from tessera.solvers.coverage.model import Trainer

        _table, rows = self._table(
            path,
            Column("languages", kinds.languages, needed=True, filled=True),
            Column("themes", kinds.names, default=()),
            Column("quarters", cells.quarters),
            Column("fee", kinds.money(MONEY_MOST), default=0),
            Column("travel", kinds.money(MONEY_MOST), default=0),
            Column("max_a_year", kinds.whole(0, 400)),
        )
        found = []
        for row in rows:
            quarters = row["quarters"]
            numbers = (
                None if quarters is None else tuple(cells.quarter_number(self._ground.first, one) for one in quarters)
            )
            found.append(
                Trainer(
                    row["id"], row["languages"] or ("?",), row["themes"], numbers, row["fee"], row["travel"],
                    max_a_year=row["max_a_year"],
                )
            )  # fmt: skip
        return tuple(found)

    def funders(self, path: Path) -> tuple[Funder, ...]:
        from tessera.solvers.coverage.model import Funder

        table, rows = self._table(
            path,
            Column("amount", kinds.money(MONEY_MOST), needed=True, filled=True, default=0),
            Column("cap", kinds.money(MONEY_MOST), default=MONEY_MOST),
            Column("minimum", kinds.whole(0, 400), default=0),
            Column("regions", kinds.codes, default=()),
            Column("areas", kinds.codes, default=()),
            Column("languages", kinds.languages, default=()),
            Column("themes", kinds.names, default=()),
            Column("years", cells.years, default=()),
        )
        found = []
        for row in rows:
            self._known(table, row.line, "regions", row["regions"], self._ground.regions)
            self._known(table, row.line, "areas", row["areas"], self._ground.area_keys)
            if self._ground.themes:
                self._known(table, row.line, "themes", row["themes"], self._ground.themes)
            found.append(
                Funder(
                    row["id"], row["amount"], row["cap"], row["minimum"], row["regions"], row["areas"],
                    row["languages"], row["themes"], row["years"],
                )
            )  # fmt: skip
        return tuple(found)

    def _known(self, table: Table | None, line: int, column: str, given: Sequence[str], known: Sequence[str]) -> None:
        for one in given:
            if one not in known and table is not None:
                self._faults.add(table.file, f"{shown(one)} is unknown; {meant(one, known)}", line=line, column=column)


def _without_held(ground: Ground, held: dict[int, int]) -> Limits:
    """The limits with the places of each year that are taken already given away."""
    from tessera.solvers.coverage.model import YearLimit

    own = {one.year: one for one in ground.limits.years}
    for year, count in held.items():
        one = own.get(year) or YearLimit(year)
        most = ground.limits.per_year if one.trainings is None else one.trainings
        if most is not None and year >= ground.first.year:
            own[year] = replace(one, trainings=max(most - count, 0))
    return replace(ground.limits, years=tuple(own[year] for year in sorted(own)))


def _task(
    ground: Ground,
    trainings: tuple[Training, ...],
    hosts: tuple[Host, ...],
    trainers: tuple[Trainer, ...],
    funders: tuple[Funder, ...],
    names: dict[str, str],
    keys: Keys,
    faults: Faults,
) -> PlanTask | None:
    from tessera.planning.clock import EXPECTED, add_months, coverage
    from tessera.solvers.coverage.model import Fixed, Host, InputError, PlanProblem, Region

    clock = coverage([one.clock for one in trainings], ground.scheme, ground.first - _DAY, ground.settings)
    regions = tuple(Region(one.code, due_on=one.due) for one in clock.regions)
    fixed, announced, notes = [], [], []
    held: dict[int, int] = {}
    last = add_months(ground.first, 3 * ground.quarters) - _DAY
    for one in trainings:
        if one.clock.status not in EXPECTED:
            continue
        if one.start < ground.first:
            held[one.start.year] = held.get(one.start.year, 0) + 1
            continue
        national = one.clock.scope == "national" and ground.settings.rule == "strict"
        if one.start > last or national or not one.regions:
            why = "starts after the plan and is left out."
            if one.start <= last:
                held[one.start.year] = held.get(one.start.year, 0) + 1
                why = "reaches no region by itself; it takes a place of its year."
            notes.append(f"{one.clock.key} {why}")
            continue
        served = one.areas if ground.areas else ()
        announced.append(Host(one.clock.key, one.regions, served, dates=(one.dates,), staffed=one.staffed))
        fixed.append(Fixed(cells.quarter_number(ground.first, one.start), host=one.clock.key))
    try:
        problem = PlanProblem(
            first=ground.first,
            quarters=ground.quarters,
            regions=regions,
            areas=ground.areas,
            hosts=(*hosts, *announced),
            trainers=trainers,
            funders=funders,
            limits=_without_held(ground, held),
            themes=ground.themes,
            window=ground.settings.months // 3,
            trainers_each=ground.trainers_each,
            open_hosts=ground.open_hosts if ground.open_hosts is not None else not hosts,
            open_cost=ground.open_cost,
            shares=ground.shares,
        )
    except InputError as error:
        for sentence in error.faults:
            keys.fault(sentence)
        return None
    taken = {one.host for one in fixed}
    record = tuple(replace(t.clock, status="announced") if t.clock.key in taken else t.clock for t in trainings)
    return None if faults.found else PlanTask(problem, tuple(fixed), clock, names, tuple(notes), ground, record)
