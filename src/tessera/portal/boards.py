"""The map and the clock for one reader: words and drawings made from the ground, ready for the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps

from django.utils.html import format_html
from django.utils.safestring import SafeString

from tessera.places import datafiles
from tessera.places.queries import RegionInfo
from tessera.planning.clock_types import Reach, RegionClock
from tessera.portal import sentences
from tessera.portal.addresses import page_path
from tessera.portal.ground import Ground, Laid
from tessera.portal.naming import Names, shown
from tessera.portal.wording import joined, say, text
from tessera.programmes.queries import kept_scheme
from tessera.web import dates, lanes, tilemap
from tessera.web.punctuation import listed

_DAY = timedelta(days=1)
KEYS = ("held", "national", "announced", "unconfirmed", "proposed", "derived", "covered", "due", "overdue")


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region in words, for the map's table, the clock and the lists. ``kind`` is the tile of its state.

    ``href`` is "" for a region that only another scheme has: it has no page.
    """

    code: str
    name: str
    href: str
    countries: str
    state: str
    kind: str
    said: str
    last: str
    last_where: str
    months: str
    bar: SafeString
    due: str
    missed: str
    windows: tuple[str, ...]
    upcoming: tuple[SafeString, ...]
    national: str
    certain: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class MapView:
    """The map: its sentence, its drawing, its legend, and its table by age."""

    description: str
    reached: int
    total: int
    svg: SafeString
    legend: tuple[tuple[SafeString, str], ...]
    rows: tuple[RegionRow, ...]
    national: str


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A region's lane of the clock, and those of its working areas below it."""

    region: RegionRow
    lane: SafeString
    areas: tuple[tuple[str, SafeString], ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    head: SafeString
    rows: tuple[ClockRow, ...]
    legend: tuple[tuple[SafeString, str], ...]


def _kept_for[View](make: Callable[[Ground, Names], View]) -> Callable[[Ground, Names], View]:
    """Make the view of a ground once in each process for each language: it follows from the ground alone."""

    @wraps(make)
    def found(ground: Ground, names: Names) -> View:
        key = (make.__name__, names.language)
        if key not in ground.views:
            ground.views[key] = make(ground, names)
        view: View = ground.views[key]
        return view

    return found


@_kept_for
def region_rows(ground: Ground, names: Names) -> dict[str, RegionRow]:
    """Every region of the scheme in words, by code, in the order of the scheme."""
    return {region.code: region_row(ground, names, region) for region in ground.scheme.regions}


def region_row(ground: Ground, names: Names, region: RegionInfo) -> RegionRow:
    language = names.language
    found, age = ground.coverage.region(region.code), ground.age(region.code)
    last = _last(ground, found)
    open_window = next((w for w in found.missed if w.open), None)
    national = listed((_national(laid, names) for laid, _start in ground.national(region.code)), language)
    months = calendar_months(age.last, ground.on)
    kinds = {"on_time": "done", "due_soon": "due", "overdue": "late"}
    tiles = len(region.countries & datafiles.read("tilegrid").keys())
    last_edtf = _last_edtf(last, found) if last else None
    return RegionRow(
        code=region.code,
        name=region.name.best(language)[0],
        href=_page_of(region, names),
        countries=say("count.territories", language, n=tiles),
        state=text(f"state.{found.state}", language),
        kind=kinds[found.state],
        said=sentences.region_state(
            state=found.state,
            last=last_edtf,
            due=found.due,
            missed_from=open_window.start if open_window else None,
            running=found.running,
            confirmed=found.confirmed,
            national=national,
            language=language,
        ),
        last=dates.in_words(last_edtf, language) if last_edtf else say("ago.none", language),
        last_where=_where(last, names) if last else "",
        months=str(months) if months is not None else "–",
        bar=lanes.bar(months, band_of(months, ground.settings.months), goal=ground.settings.months),
        due=dates.in_words(found.due, language),
        missed=sentences.missed(found.missed_days, is_open=open_window is not None, language=language),
        windows=tuple(
            f"{sentences.window(w.start, w.end, is_open=w.open, language=language)}"
            f" ({sentences.missed(w.days, is_open=w.open, language=language)})"
            for w in found.missed
        ),
        upcoming=tuple(_upcoming(ground, found, names)),
        national=national,
        certain=found.certain,
        confirmed=found.confirmed,
    )


def _page_of(region: RegionInfo, names: Names) -> str:
    own = kept_scheme(names.places).by_code.get(region.code)
    has_page = own is not None and own.countries == region.countries
    return page_path("region", region.code.lower(), names.language) if has_page else ""


@_kept_for
def map_view(ground: Ground, names: Names) -> MapView:
    """The map on the day of the ground. Regions never reached are named in its sentence."""
    rows = region_rows(ground, names)
    language, grid = names.language, datafiles.read("tilegrid")
    groups, none = [], []
    for region in ground.scheme.regions:
        age, clock = ground.age(region.code), ground.coverage.region(region.code)
        if age.last is None:
            none.append(rows[region.code].name)
        ringed = ground.announced(region.code) if clock.state == "overdue" else frozenset()
        tiles = tuple(
            _tile(code, grid[code], ground, ringed=code in ringed) for code in sorted(region.countries & grid.keys())
        )
        label = tuple(region.label) if len(region.label) == 3 else None
        months = calendar_months(age.last, ground.on)
        said = sentences.ago(months, language)
        groups.append(tilemap.TileGroup(rows[region.code].name, said, months, label, tiles))  # type: ignore[arg-type]
    total, reached = len(ground.scheme.regions), ground.coverage.on_time
    description = sentences.map_description(reached, total, ground.settings.months, none, language)
    half, goal, twice = ground.settings.months // 2, ground.settings.months, ground.settings.months * 2
    legend = [
        (tilemap.swatch("a"), say("legend.a", language, to=half)),
        (tilemap.swatch("b"), say("legend.b", language, first=half + 1, to=goal)),
        (tilemap.swatch("c"), say("legend.c", language, first=goal + 1, to=twice)),
        (tilemap.swatch("d"), say("legend.d", language, to=twice)),
        (tilemap.swatch("n"), text("legend.n", language)),
    ]
    if any(tile.ringed for group in groups for tile in group.tiles):
        legend.append((tilemap.swatch("d", ringed=True), text("legend.next", language)))
    alone = [laid for region in ground.scheme.regions for laid, _start in ground.national(region.code)]
    by_age = sorted(rows.values(), key=lambda row: (row.months == "–", int(row.months) if row.months != "–" else 0))
    return MapView(
        description=description,
        reached=reached,
        total=total,
        svg=tilemap.svg(tuple(groups), description),
        legend=tuple(legend),
        rows=tuple(by_age),
        national=listed((_national(laid, names) for laid in alone), names.language),
    )


def calendar_months(last: date | None, on: date) -> int | None:
    """Months by the calendar, as people say them: from any day of June to any day of August it is two."""
    return None if last is None else max(0, (on.year - last.year) * 12 + on.month - last.month)


def band_of(months: int | None, goal: int) -> tilemap.Band:
    """The shade for an age in calendar months; whether a tile is overdue the clock says, by exact days."""
    if months is None:
        return "n"
    return "a" if months <= goal // 2 else "b" if months <= goal else "c" if months <= goal * 2 else "d"


def _tile(code: str, place: Sequence[int], ground: Ground, *, ringed: bool) -> tilemap.Tile:
    age = ground.ages.countries[code]
    band = band_of(calendar_months(age.last, ground.on), ground.settings.months)
    return tilemap.Tile(code, place[0], place[1], band, loose=age.band in "cd", ringed=ringed)


@_kept_for
def clock_view(ground: Ground, names: Names) -> ClockView:
    """The lanes, the most urgent region first; working areas below each, smaller and never overdue."""
    rows = region_rows(ground, names)
    projected = [p.start.year for region in ground.coverage.regions for p in region.projections]
    first = ground.settings.first_record.year  # the day asked for may lie years before it
    scale = lanes.Scale(first, max([first, ground.on.year + 2, *projected]))
    order = sorted(ground.coverage.regions, key=lambda r: (r.state != "overdue", r.due, r.last is not None, r.code))
    found = []
    for region in order:
        areas = tuple(
            (_area_name(ground, area, names), lanes.clock_lane(_small_lane(ground, area), scale, ground.on))
            for area in ground.areas.get(region.code, ())
        )
        lane = lanes.clock_lane(_lane(ground, region, scale), scale, ground.on)
        found.append(ClockRow(rows[region.code], lane, areas))
    legend = tuple((lanes.key(key), text(f"key.{key}", names.language)) for key in KEYS)
    return ClockView(lanes.clock_head(scale), tuple(found), legend)


def _lane(ground: Ground, region: RegionClock, scale: lanes.Scale) -> lanes.ClockLane:
    covered = _merged((reach.start, reach.until) for reach in region.reaches)
    ahead = [(max(p.start, region.due if region.reaches else p.start), p.until) for p in region.projections]
    end = date(scale.last, 12, 31)
    waiting, held_to = [], max(region.due, ground.on)
    for projection in region.projections:
        if projection.start > held_to + _DAY:
            waiting.append((held_to, projection.start))
        held_to = max(held_to, projection.until)
    if held_to < end:
        waiting.append((held_to, end))
    due = [window.start - _DAY for window in region.missed]
    if region.state != "overdue" and region.due < end:
        due.append(region.due)
    return lanes.ClockLane(
        covered=covered,
        ahead=_merged(span for span in ahead if span[0] < span[1]),
        overdue=tuple((window.start, window.end) for window in region.missed),
        waiting=tuple(waiting),
        due=tuple(due),
        marks=_marks(ground, region, [start for _laid, start in ground.national(region.code)]),
    )


def _small_lane(ground: Ground, area: RegionClock) -> lanes.ClockLane:
    countries = next(r.countries for r in ground.places.regions("working_areas") if r.code == area.code)
    alone = [
        min(filter(None, (phase.dates.earliest_start for phase in laid.clock.phases)))
        for laid in ground.trainings.values()
        if laid.clock.scope == "national" and not laid.clock.countries.isdisjoint(countries)
    ]
    return lanes.ClockLane(
        covered=_merged((reach.start, reach.until) for reach in area.reaches),
        ahead=_merged((p.start, p.until) for p in area.projections),
        marks=_marks(ground, area, [start for start in alone if start <= ground.on]),
        small=True,
    )


def _marks(ground: Ground, region: RegionClock, national: list[date]) -> tuple[lanes.Mark, ...]:
    marks = [lanes.Mark(reach.start, _kind(reach, ground.trainings[reach.training])) for reach in region.reaches]
    drawn = {mark.on for mark in marks}
    marks += [lanes.Mark(start, "national") for start in national if start not in drawn]
    marks += [lanes.Mark(p.start, "announced" if p.status == "announced" else "proposed") for p in region.projections]
    return tuple(sorted(marks, key=lambda mark: mark.on))


def _kind(reach: Reach, laid: Laid) -> lanes.MarkKind:
    if laid.clock.scope == "national":
        return "national"
    return "derived" if reach.derived else "held" if reach.confirmed else "unconfirmed"


def _merged(spans: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    merged: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _last(ground: Ground, region: RegionClock) -> Laid | None:
    reach = max(region.reaches, key=lambda r: (r.end, r.start), default=None)
    return ground.trainings[reach.training] if reach else None


def _last_edtf(laid: Laid, region: RegionClock) -> str | None:
    """The end of the last training as precisely as it is recorded."""
    if region.last is None:
        return None
    for phase in laid.clock.phases:
        end = phase.dates.end
        if end is not None and region.last in (end.earliest, end.latest):
            return str(end)
    return region.last.isoformat()


def _where(laid: Laid, names: Names) -> str:
    return joined([names.place(place) for place in laid.places], names.language)


def _national(laid: Laid, names: Names) -> str:
    country = joined([names.country(code) for code in sorted(laid.clock.countries)], names.language)
    return f"{country}, {dates.in_words(laid.edtf, names.language)}"


def _upcoming(ground: Ground, region: RegionClock, names: Names) -> Sequence[SafeString]:
    found = []
    for projection in region.projections:
        laid = ground.trainings[projection.training]
        key = "clock.next" if projection.status == "announced" else "clock.next_planned"
        when = ", ".join(part for part in (dates.in_words(laid.edtf, names.language), _where(laid, names)) if part)
        found.append(
            format_html(
                '{} <a href="{}">{}</a>',
                say(key, names.language, when=when),
                page_path("training", laid.slug, names.language),
                shown(laid.title, names.language),
            )
        )
    return found


def _area_name(ground: Ground, area: RegionClock, names: Names) -> str:
    info = next(r for r in ground.places.regions("working_areas") if r.code == area.code)
    return info.name.best(names.language)[0]
