"""Computed scenarios side by side: figures, limits that differ, and the price of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tessera.planning.models import Scenario
from tessera.planning.queries import scenarios, telling
from tessera.web import dates, locales

MOST_COMPARED = 4


@dataclass(frozen=True)
class Compared:
    """A row of the comparison: its name and a cell for each scenario, as (words, done, of) or (words, None, None)."""

    name: str
    cells: tuple[tuple[str, int | None, int | None], ...]


def comparison(found: Sequence[Scenario]) -> list[Compared]:
    """Computed scenarios row by row, in their order."""
    told = [(scenario, scenario.result or {}) for scenario in found]
    rows: list[tuple[str, list[tuple[str, int | None, int | None]]]] = [
        (_("Trainings"), [_plain(len(r["lines"])) for _s, r in told]),
        (_("Regions on time at the end"), [_pips(r["clock"]["on_time"], r["clock"]["regions"]) for _s, r in told]),
        (_("If one training is cancelled, at worst"), [_pips(r["clock"]["worst"], r["clock"]["regions"]) for _s, r in told]),
        (_("Working areas reached"), [_pips(r["clock"]["areas"], r["clock"]["areas_of"]) for _s, r in told]),
        (_("All on time together from"), [_plain(
            dates.month_year(date.fromisoformat(r["clock"]["all_from"])) if r["clock"]["all_from"] else _("not in these years"))
            for _s, r in told]),
        (_("Days missed"), [_plain(locales.number(r["clock"]["missed_days"])) for _s, r in told]),
        (_("Longest wait of an area at the end"), [_plain(scenarios.waiting(r["clock"])) for _s, r in told]),
        (_("Languages"), [_plain(scenarios.languages(r)) for _s, r in told]),
        (_("Cost less grants"), [_plain(telling.money(r["cost"] - r["grants"], s.limits.get("currency") or "EUR")) for s, r in told]),
        (_("Proven best"), [_plain(_("yes") if r["status"] == "optimal" and not r.get("faults") else _("no")) for _s, r in told]),
    ]  # fmt: skip
    return [Compared(name, tuple(cells)) for name, cells in rows]


def limits_compared(found: Sequence[Scenario]) -> list[Compared]:
    """The limits in which scenarios differ, row by row."""
    told = [dict(scenarios.limits_in_words(scenario.limits, scenario.result)) for scenario in found]
    names = dict.fromkeys(name for one in told for name in one)
    rows = [(name, [one.get(name, _("open")) for one in told]) for name in names]
    return [Compared(name, tuple(_plain(words) for words in cells)) for name, cells in rows if len(set(cells)) > 1]


@dataclass(frozen=True)
class Price:
    """What a changed limit costs or gives: a figure before and after. ``kind``: done for better, late for worse."""

    name: str
    before: str
    after: str
    kind: str


def prices(base: Scenario, changed: Scenario) -> tuple[list[tuple[str, str, str]], list[Price]]:
    """(name, before, after) of each limit that differs, and the figures that follow: none where one has no plan.

    Both are computed.
    """
    old, new = (dict(scenarios.limits_in_words(one.limits, one.result)) for one in (base, changed))
    limits = [
        (name, old.get(name, _("open")), new.get(name, _("open")))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    one, other = base.result or {}, changed.result or {}
    if not {one["status"], other["status"]} <= {"optimal", "feasible"}:
        return limits, []
    old_currency, new_currency = (scenario.limits.get("currency") or "EUR" for scenario in (base, changed))
    figures: list[tuple[str, int, int, int]] = [
        (_("Trainings"), len(one["lines"]), len(other["lines"]), 0),
        (_("Regions on time at the end"), one["clock"]["on_time"], other["clock"]["on_time"], 1),
        (_("Windows without a training"), _windows(one), _windows(other), -1),
        (_("Days missed"), one["clock"]["missed_days"], other["clock"]["missed_days"], -1),
        (_("Working areas reached"), one["clock"]["areas"], other["clock"]["areas"], 1),
    ]
    told = []
    for name, before, after, better in figures:
        sign = (after > before) - (after < before)
        one_said, other_said = (locales.number(n) for n in (before, after))
        told.append(Price(name, one_said, other_said, {1: "done", -1: "late"}.get(sign * better, "")))
    before, after = one["cost"] - one["grants"], other["cost"] - other["grants"]
    kind = {1: "late", -1: "done"}.get((after > before) - (after < before), "")
    one_said, other_said = telling.money(before, old_currency), telling.money(after, new_currency)
    told.append(Price(_("Cost less grants"), one_said, other_said, kind if old_currency == new_currency else ""))
    return limits, told


def _windows(result: Mapping[str, Any]) -> int:
    """The quarters in which some region is not on time, counted by region."""
    return next((int(level["value"]) for level in result["levels"] if level["key"] == "windows"), 0)


def moved_lines(base: Scenario, changed: Scenario) -> tuple[int, int, int]:
    """How many lines stay as they are, are new, and are gone, from one computed plan to the other."""
    one, other = (Counter(_identity(line) for line in (s.result or {})["lines"]) for s in (base, changed))
    kept = sum((one & other).values())
    return kept, sum(other.values()) - kept, sum(one.values()) - kept


def _identity(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["edtf"], line["training"], line["proposal"], tuple(line["areas"]), tuple(line["regions"])


def _plain(words: Any) -> tuple[str, None, None]:
    return str(words), None, None


def _pips(done: int, of: int) -> tuple[str, int, int]:
    return str(done), done, of
