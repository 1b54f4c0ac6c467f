"""The planning board: the coverage clock over every training on record, public or not, and the lines of one plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tessera.core import edtf
from tessera.places.queries import WORKING_SCHEME, Reference, SchemeInfo
from tessera.planning import clock
from tessera.planning.clock_types import ClockPhase, ClockTraining, Rule
from tessera.planning.models import Scenario
from tessera.planning.queries import clock_settings, clock_trainings
from tessera.planning.queries.names import scheme_of_plan
from tessera.portal.ground import Ground, Laid, working_areas
from tessera.portal.naming import Names
from tessera.programmes.models import Training
from tessera.programmes.queries import programme, scheme_of
from tessera.web import dates
from tessera.web.punctuation import listed

LINE = "plan-line-"


@dataclass(frozen=True)
class BoardRow:
    """A region in the table beside the clock: what is announced, planned, and proposed by the plan shown."""

    code: str
    announced: str
    planned: str
    proposed: str


def board_ground(on: date, places: Reference, plan: Scenario | None = None, rule: Rule = "strict") -> Ground:
    """The clock on the day ``on`` over all real trainings; the new lines of ``plan`` stand as planned ones.

    The regions are the programme's, with a plan those for which it was computed.
    """
    own = programme()
    settings = clock_settings(own, rule=rule)
    scheme = scheme_of_plan(plan.result or {}, places) if plan else scheme_of(own, places)
    rows = {row.slug: row for row in Training.objects.real().prefetch_related("venues")}
    laid = {
        found.key: Laid(found, found.key, rows[found.key].title, rows[found.key].dates, _places(rows[found.key]))
        for found in clock_trainings(places, on)
        if found.phases and found.key in rows
    }
    laid |= {line.slug: line for line in _lines(plan, places, scheme)}
    clocked = [one.clock for one in laid.values()]
    return Ground(
        on=on,
        places=places,
        scheme=scheme,
        settings=settings,
        trainings=laid,
        coverage=clock.coverage(clocked, scheme.pure, on, settings),
        ages=clock.ages(clocked, scheme.pure, on, settings),
        areas=working_areas(places, scheme, clocked, on, settings),
        best=clock.best_window(clocked, scheme.pure, on, settings),
    )


def board_rows(ground: Ground, names: Names) -> dict[str, BoardRow]:
    """What comes for each region, in words."""
    found = {}
    for region in ground.coverage.regions:
        said: dict[str, list[str]] = {"announced": [], "planned": [], "proposed": []}
        for projection in region.projections:
            is_line = projection.training.startswith(LINE)
            kind = "proposed" if is_line else "announced" if projection.status != "planned" else "planned"
            said[kind].append(dates.in_words(ground.trainings[projection.training].edtf, names.language))
        words = {kind: listed(dict.fromkeys(texts), names.language) or "–" for kind, texts in said.items()}
        found[region.code] = BoardRow(region.code, **words)
    return found


def _places(row: Training) -> list[dict[str, Any]]:
    return [{"country": venue.country_id, "city": venue.city} for venue in row.venues.all()]


def _lines(plan: Scenario | None, places: Reference, scheme: SchemeInfo) -> list[Laid]:
    """The lines of a computed plan, whose regions are those of ``scheme``, that are not trainings yet."""
    if plan is None or not plan.result:
        return []
    taken = set(plan.accepted.filter(undone_at=None).values_list("line", flat=True))
    areas = places.scheme(WORKING_SCHEME).by_code if WORKING_SCHEME in places.schemes else {}
    found = []
    lines: list[Mapping[str, Any]] = plan.result.get("lines", [])
    for number, line in enumerate(lines):
        if line["training"] or number in taken:
            continue
        held = [areas[code].countries for code in line["areas"] if code in areas]
        named = [scheme.by_code.get(code) or places.coverage_region(code, scheme.code) for code in line["regions"]]
        held = held or [region.countries for region in named if region]
        slug = f"{LINE}{number}"
        days = edtf.from_days(date.fromisoformat(line["starts"]), date.fromisoformat(line["ends"]))
        seen = ClockTraining(
            key=slug, status="planned", scope="regional", countries=frozenset[str]().union(*held),
            phases=(ClockPhase(days, "in_person"),), stated={},
        )  # fmt: skip
        found.append(Laid(seen, slug, {}, line["edtf"], []))
    return found
