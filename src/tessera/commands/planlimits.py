"""The limits of a plan, as far as they can be read before any table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tessera.commands import plancells as cells
from tessera.commands.tables import kinds
from tessera.commands.tables.faults import Faults, meant
from tessera.commands.tables.kinds import NotSo, shown
from tessera.commands.tables.rules import Keys

if TYPE_CHECKING:
    from tessera.places.schemes import Scheme
    from tessera.planning.clock_types import ClockSettings
    from tessera.solvers.coverage.model import Area, Limits

MONEY_MOST = 10**12
QUARTERS_MOST = 80


@dataclass(frozen=True, slots=True)
class Ground:
    """What the limits say before any table is read."""

    first: date
    quarters: int
    scheme: Scheme
    areas: tuple[Area, ...]
    area_countries: dict[str, frozenset[str]]
    settings: ClockSettings
    limits: Limits
    trainers_each: int
    open_hosts: bool | None
    open_cost: int
    shares: tuple[tuple[str, ...], ...]
    themes: tuple[str, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(region.code for region in self.scheme.regions)

    @property
    def area_keys(self) -> tuple[str, ...]:
        return tuple(area.key for area in self.areas)


class LimitsReader:
    def __init__(self, keys: Keys, faults: Faults) -> None:
        self._keys = keys
        self._faults = faults

    def ground(self) -> Ground | None:
        keys = self._keys
        first = keys.get("from", cells.first_of_quarter, needed=True)
        quarters = keys.get("quarters", kinds.whole(1, QUARTERS_MOST))
        years = keys.get("years", kinds.whole(1, QUARTERS_MOST // 4))
        if ("quarters" in keys) == ("years" in keys):
            keys.fault("either “quarters” or “years” says how far to plan.")
        scheme = self._scheme()
        areas, countries = self._areas(scheme)
        settings = self._settings()
        limits = self._limits(first, quarters or 4 * (years or 1))
        ground = Ground(
            first or date(2000, 1, 1),
            quarters or 4 * (years or 1),
            scheme,
            areas,
            countries,
            settings,
            limits,
            keys.get("trainers_each", kinds.whole(1, 20), 2),
            keys.get("trainings_without_host", kinds.yes_no),
            keys.get("cost_without_host", kinds.money(MONEY_MOST), 0),
            tuple(self._share(one, scheme, areas) for one in keys.tables("share")),
            keys.several("themes", kinds.identifier),
        )
        keys.done()
        return None if self._faults.found else ground

    def _scheme(self) -> Scheme:
        from tessera.places import datafiles
        from tessera.places.schemes import Region, Scheme

        own = self._keys.tables("region")
        code = self._keys.get("scheme", kinds.one_of("unesco", "unesco_split", "m49_subregions"), "unesco")
        if not own:
            return datafiles.scheme(code)
        regions = []
        for one in own:
            region = one.get("code", kinds.identifier, needed=True)
            countries = one.several("countries", cells.country, needed=True)
            one.done()
            if region is not None:
                regions.append(Region(region, frozenset(countries)))
        seen: dict[str, str] = {}
        for region in regions:
            for country in sorted(region.countries):
                if country in seen:
                    self._keys.fault(f"{country} is in {seen[country]} and also in {region.code}.", "region")
                seen[country] = region.code
        if len({region.code for region in regions}) < len(regions):
            self._keys.fault("two regions have the same code.", "region")
        return Scheme("own", tuple(regions))

    def _areas(self, scheme: Scheme) -> tuple[tuple[Area, ...], dict[str, frozenset[str]]]:
        """Working areas, where the limits ask for them, and how much need each has."""
        from tessera.places import datafiles
        from tessera.solvers.coverage.model import Area

        wanted = self._keys.get("working_areas", kinds.yes_no, False)
        needs = self._keys.table("need")
        if not wanted:
            if needs is not None:
                self._keys.fault("need is given by working area: set “working_areas = true” too.", "need")
            return (), {}
        if scheme.code != "unesco":
            self._keys.fault("working areas lie inside the regions of the scheme “unesco”.", "working_areas")
        areas = []
        for one in datafiles.read("working_areas")["regions"]:
            need = needs.get(one["code"], kinds.whole(0, 10**6), 1) if needs is not None else 1
            areas.append(Area(one["code"], one["region"], need, tuple(one["languages"])))
        if needs is not None:
            needs.done()
        return tuple(areas), datafiles.region_countries("working_areas")

    def _settings(self) -> ClockSettings:
        from tessera.planning.clock_types import ClockSettings

        keys, plain = self._keys, ClockSettings()
        months = keys.get("months", kinds.whole(3, 240), plain.months)
        if months % 3:
            keys.fault(f"{months} months are no whole number of quarters.", "months")
        return ClockSettings(
            first_record=keys.get("first_record", kinds.day, plain.first_record),
            months=months,
            rule=keys.get("rule", kinds.one_of("strict", "lenient"), "strict"),
            reading=keys.get("reading", kinds.one_of("kind", "harsh"), "kind"),
        )

    def _limits(self, first: date | None, quarters: int) -> Limits:
        from tessera.solvers.coverage.model import Limits, YearLimit

        keys = self._keys
        count, amount = kinds.whole(0, 1000), kinds.money(MONEY_MOST)
        years = []
        for one in keys.tables("year"):
            year = one.get("year", kinds.whole(1900, 2900), needed=True)
            years.append(YearLimit(year or 1900, one.get("trainings", count), one.get("budget", amount)))
            one.done()
        for number in sorted({one.year for one in years if [other.year for other in years].count(one.year) > 1}):
            keys.fault(f"{number} stands twice.", "year")
        by_quarter = []
        table = keys.table("quarter_limits")
        for name in table.names if table is not None else ():
            most = table.get(name, count) if table is not None else None
            try:
                by_quarter.append((cells.quarter_number(first or date(2000, 1, 1), cells.quarter(name)), most or 0))
            except NotSo as problem:
                keys.fault(str(problem), "quarter_limits")
        languages = keys.table("trainings_in")
        wanted: list[tuple[str, int]] = []
        for name in languages.names if languages is not None else ():
            least = languages.get(name, count, 0) if languages is not None else 0
            code = kinds.language(name)
            if code in dict(wanted):
                keys.fault(f"{shown(name)} stands twice.", "trainings_in")
            wanted.append((code, least))
        return Limits(
            per_quarter=keys.get("trainings_a_quarter", count),
            per_year=keys.get("trainings_a_year", count),
            budget=keys.get("budget_a_year", amount),
            years=tuple(years),
            quarters=tuple(by_quarter),
            shared=keys.get("shared_trainings", count),
            languages=tuple(wanted),
        )

    def _share(self, keys: Keys, scheme: Scheme, areas: tuple[Area, ...]) -> tuple[str, ...]:
        known = [area.key for area in areas] or [region.code for region in scheme.regions]
        found = keys.several("between", kinds.identifier, needed=True)
        for one in found:
            if one not in known:
                keys.fault(f"{shown(one)} is not among them; {meant(one, known)}", "between")
        keys.done()
        return tuple(found)
