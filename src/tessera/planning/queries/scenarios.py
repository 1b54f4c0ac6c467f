"""Reads of scenarios: the list, one plan in words, several side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tessera.planning.models import AcceptedLine, Proposal, Scenario
from tessera.planning.queries import telling
from tessera.planning.queries.names import area_name, region_name
from tessera.programmes.models import Topic, Training
from tessera.web import dates
from tessera.web.punctuation import labelled

KINDS = {"waiting": "due", "running": "part", "done": "done", "failed": "late", "cancelled": ""}
MOST_COMPARED = 4


@dataclass(frozen=True)
class PlanLine:
    """A line of a plan in words. ``margin`` is its date large and small; ``accepted`` the row that made a training."""

    number: int
    margin: tuple[str, str]
    heading: str
    language: str
    reasons: tuple[str, ...]
    offer: str
    proposal: Proposal | None
    training: Training | None
    topic: str
    trainers: str
    money: str
    accepted: AcceptedLine | None
    may_accept: bool


@dataclass(frozen=True)
class NeedRow:
    """The need of a working area, part by part, and how many trainings of the plan serve it."""

    area: str
    weight: int
    years: int
    never: bool
    language_gap: bool
    wishes: int
    trainings: int


@dataclass(frozen=True)
class PlanInWords:
    """A computed plan, ready for its page."""

    proven: bool
    impossible: bool
    summary: str
    lines: tuple[PlanLine, ...]
    levels: tuple[tuple[str, bool], ...]
    facts: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str, str], ...]
    core: tuple[str, ...]
    counts: tuple[str, ...]
    relaxations: tuple[str, ...]
    overdue: str
    left_out: tuple[str, ...]
    faults: tuple[str, ...]
    waiting: str
    needs: tuple[NeedRow, ...]


@dataclass(frozen=True)
class Compared:
    """A row of the comparison: its name and a cell for each scenario, as (words, done, of) or (words, None, None)."""

    name: str
    cells: tuple[tuple[str, int | None, int | None], ...]


def scenarios(user: Any) -> models.QuerySet[Scenario]:
    """Every scenario, the latest first; without what the computation read and found."""
    return (
        Scenario.objects.visible_to(user)
        .select_related("asked_by__person", "base")
        .defer("problem", "result", "base__problem", "base__result")
        .order_by("-asked_at", "-pk")
    )


def limits_in_words(limits: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was asked, as pairs of a name and a value; limits that are open are left out."""
    currency = limits.get("currency") or "EUR"
    said: list[tuple[str, Any]] = [
        (_("As of"), dates.in_words(date.fromisoformat(limits["on"]))),
        (_("Years planned"), limits["years"]),
        (_("Trainings a year, at most"), limits.get("per_year")),
        (_("Trainings a quarter, at most"), limits.get("per_quarter")),
        (_("Budget of a year"), telling.money(limits["budget"], currency) if limits.get("budget") is not None else None),
        (_("Cost of a training without a host yet"),
         telling.money(limits["open_cost"], currency) if limits.get("open_cost") is not None else None),
        (_("Shared by two areas, at most"), limits.get("shared")),
        (_("Trainings for one country"), _("count for that country only (strict)")
         if limits["rule"] == "strict" else _("count for its region (lenient)")),
        (_("Proposals taken in"), telling.listed(limits.get("proposals") or []) or _("none")),
        (_("Trainers taken in"), telling.listed(limits.get("trainers") or []) or _("none")),
        (_("Trainers for each training"), (limits.get("trainers_each") or 2) if limits.get("trainers") else None),
        (_("Funders"), telling.listed([_funder(row, currency) for row in limits.get("funders") or []])),
        (_("At least in each language"), telling.listed(
            [labelled(telling.language_name(code), n) for code, n in sorted((limits.get("languages") or {}).items())])),
    ]  # fmt: skip
    return [(name, str(value)) for name, value in said if value not in (None, "")]


def plan_in_words(scenario: Scenario) -> PlanInWords:
    """The plan of a computed scenario; four queries."""
    result: dict[str, Any] = scenario.result or {}
    first, ends = date.fromisoformat(result["first"]), date.fromisoformat(result["ends"])
    currency = scenario.limits.get("currency") or "EUR"
    found, conflict = result["clock"], result.get("conflict") or {}
    facts = [
        (_("On time at the end"), _("%(n)s of %(of)s regions") % {"n": found["on_time"], "of": found["regions"]}),
        (_("All on time together from"),
         dates.in_words(date.fromisoformat(found["all_from"])) if found["all_from"] else _("not in these years")),
        (_("Days missed"), number_format(found["missed_days"], use_l10n=True, force_grouping=True)),
        (_("If one training is cancelled, at worst"),
         _("%(n)s of %(of)s regions") % {"n": found["worst"], "of": found["regions"]}),
        (_("Cost less grants"), telling.money(result["cost"] - result["grants"], currency)),
    ]  # fmt: skip
    return PlanInWords(
        proven=result["status"] == "optimal",
        impossible=result["status"] == "infeasible",
        summary=_summary(result, first, ends),
        lines=_lines(scenario, result, currency),
        levels=tuple((telling.level(one, currency), one["proven"]) for one in result["levels"]),
        facts=tuple(facts),
        missed=tuple(
            (region_name(code), dates.in_words(f"{start}/{end}"), _days(start, end))
            for code, start, end in found["missed"]
        ),
        core=tuple(telling.rule(one, first, currency) for one in conflict.get("core", [])),
        counts=tuple(telling.count(one, first) for one in conflict.get("counts", [])),
        relaxations=tuple(telling.relaxation(one, first, currency) for one in conflict.get("relaxations", [])),
        overdue=telling.listed([region_name(code) for code in conflict.get("overdue", [])]),
        left_out=tuple(_left_out(code, why) for code, why in result.get("left_out", [])),
        faults=tuple(result.get("faults", [])),
        waiting=_waiting(found),
        needs=_needs(result),
    )


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
        (_("Days missed"), [_plain(number_format(r["clock"]["missed_days"], use_l10n=True, force_grouping=True)) for _s, r in told]),
        (_("Longest wait of an area at the end"), [_plain(_waiting(r["clock"])) for _s, r in told]),
        (_("Languages"), [_plain(_languages(r)) for _s, r in told]),
        (_("Cost less grants"), [_plain(telling.money(r["cost"] - r["grants"], s.limits.get("currency") or "EUR")) for s, r in told]),
        (_("Proven best"), [_plain(_("yes") if r["status"] == "optimal" else _("no")) for _s, r in told]),
    ]  # fmt: skip
    return [Compared(name, tuple(cells)) for name, cells in rows]


def limits_compared(found: Sequence[Scenario]) -> list[Compared]:
    """The limits in which scenarios differ, row by row."""
    told = [dict(limits_in_words(scenario.limits)) for scenario in found]
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
    """(name, before, after) of each limit that differs, and the figures that follow. Both are computed."""
    old, new = dict(limits_in_words(base.limits)), dict(limits_in_words(changed.limits))
    limits = [
        (name, old.get(name, _("open")), new.get(name, _("open")))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
    one, other = base.result or {}, changed.result or {}
    currency = changed.limits.get("currency") or "EUR"
    figures: list[tuple[str, int, int, int, Callable[[int], str]]] = [
        (_("Trainings"), len(one["lines"]), len(other["lines"]), 0, str),
        (_("Regions on time at the end"), one["clock"]["on_time"], other["clock"]["on_time"], 1, str),
        (_("Days missed"), one["clock"]["missed_days"], other["clock"]["missed_days"], -1, str),
        (_("Working areas reached"), one["clock"]["areas"], other["clock"]["areas"], 1, str),
        (_("Cost less grants"), one["cost"] - one["grants"], other["cost"] - other["grants"], -1,
         lambda n: telling.money(n, currency)),
    ]  # fmt: skip
    told = []
    for name, before, after, better, words in figures:
        sign = (after > before) - (after < before)
        told.append(Price(name, words(before), words(after), {1: "done", -1: "late"}.get(sign * better, "")))
    return limits, told


def moved_lines(base: Scenario, changed: Scenario) -> tuple[int, int, int]:
    """How many lines stay as they are, are new, and are gone, from one computed plan to the other."""
    one, other = (Counter(_identity(line) for line in (s.result or {})["lines"]) for s in (base, changed))
    kept = sum((one & other).values())
    return kept, sum(other.values()) - kept, sum(one.values()) - kept


def _identity(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return line["edtf"], line["training"], line["proposal"], tuple(line["areas"]), tuple(line["regions"])


def _summary(result: Mapping[str, Any], first: date, ends: date) -> str:
    n, found = len([line for line in result["lines"] if not line["training"]]), result["clock"]
    said = {"n": n, "first": dates.month_year(first), "ends": dates.month_year(ends)}
    text = ngettext(
        "%(n)s new training from %(first)s to %(ends)s.", "%(n)s new trainings from %(first)s to %(ends)s.", n
    ) % said  # fmt: skip
    if found["all_from"]:
        day = dates.in_words(date.fromisoformat(found["all_from"]))
        together = _("All regions are on time together from %(day)s on.") % {"day": day}
    else:
        together = _("The regions are never all on time together in these years.")
    return f"{text} {together}"


def _lines(scenario: Scenario, result: Mapping[str, Any], currency: str) -> tuple[PlanLine, ...]:
    rows = result["lines"]
    offers = Proposal.objects.select_related("country").in_bulk(
        [line["proposal"] for line in rows if line["proposal"]], field_name="code"
    )
    trainings = Training.objects.in_bulk([line["training"] for line in rows if line["training"]], field_name="slug")
    accepted = {row.line: row for row in scenario.accepted.filter(undone_at=None).select_related("training")}
    themes = {
        topic.slug: str(topic) for topic in Topic.objects.filter(slug__in=[r["theme"] for r in rows if r["theme"]])
    }
    found = []
    for number, line in enumerate(rows):
        proposal = offers.get(line["proposal"])
        is_guess = not line["proposal"] and scenario.limits.get("open_cost") is None
        said = telling.money(line["cost"], currency) if line["cost"] and not is_guess else ""
        if line["grants"]:
            given = telling.listed([f"{name} {telling.money(amount, currency)}" for name, amount in line["grants"]])
            said = _("%(cost)s, of which %(grants)s") % {"cost": said, "grants": given}
        found.append(
            PlanLine(
                number=number,
                margin=dates.margin(line["edtf"]),
                heading=telling.served(line["regions"], line["areas"]),
                language=_language_of(line, trainings.get(line["training"])),
                reasons=tuple(telling.reason(*one) for one in line["reasons"]),
                offer=f"{proposal.organisation}, {proposal.country}" if proposal else "",
                proposal=proposal,
                training=trainings.get(line["training"]),
                topic=themes.get(line["theme"], "") if line["theme"] else "",
                trainers=telling.listed(line["trainers"]),
                money=said,
                accepted=accepted.get(number),
                may_accept=not line["training"]
                and number not in accepted
                and (not line["proposal"] or (proposal is not None and proposal.training_id is None)),
            )
        )
    return tuple(found)


def _language_of(line: Mapping[str, Any], training: Training | None) -> str:
    """That of the plan; those of the record where the training is there already."""
    codes = [row["code"] for row in training.languages] if training else [line["language"]]
    return telling.listed([telling.language_name(code) for code in codes if code])


def _needs(result: Mapping[str, Any]) -> tuple[NeedRow, ...]:
    """The areas, the neediest first; empty for plans that were made before needs were kept."""
    served = Counter(area for line in result["lines"] for area in line["areas"])
    rows = sorted(result.get("needs") or [], key=lambda row: -row["weight"])
    return tuple(
        NeedRow(
            area_name(row["area"]), row["weight"], row["years"], row["never"], row["language_gap"], row["wishes"],
            served[row["area"]],
        )
        for row in rows
    )  # fmt: skip


def _left_out(code: str, why: str) -> str:
    said = {"code": code}
    if why == "outside":
        return _("%(code)s: its country lies outside the regions.") % said
    if why == "dates":
        return _("%(code)s: its dates lie outside the years planned.") % said
    return _("%(code)s: its budget is in another currency and was not counted.") % said


def _waiting(found: Mapping[str, Any]) -> str:
    if not found["longest"]:
        return "–"
    code, since, never = found["longest"]
    if never:
        return _("%(area)s, no training on record") % {"area": area_name(code)}
    return _("%(area)s, since %(month)s") % {
        "area": area_name(code),
        "month": dates.month_year(date.fromisoformat(since)),
    }


def _languages(result: Mapping[str, Any]) -> str:
    held = Counter(line["language"] for line in result["lines"])
    said = [f"{telling.language_name(code)} {n}" for code, n in sorted(held.items(), key=lambda p: p[0] or "") if code]
    if held[None]:
        said.append(_("open %(n)s") % {"n": held[None]})
    return ", ".join(said)


def _funder(row: Mapping[str, Any], currency: str) -> str:
    said = _("%(name)s: %(sum)s each") % {"name": row["name"], "sum": telling.money(row["amount"], currency)}
    more = []
    if row.get("cap") is not None:
        more.append(_("%(sum)s in all") % {"sum": telling.money(row["cap"], currency)})
    if row.get("minimum"):
        n = row["minimum"]
        more.append(ngettext("for at least %(n)s training", "for at least %(n)s trainings", n) % {"n": n})
    if row.get("region"):
        more.append(region_name(row["region"]))
    if row.get("language"):
        more.append(telling.language_name(row["language"]))
    if row.get("year"):
        more.append(str(row["year"]))
    return f"{said} ({', '.join(more)})" if more else said


def _days(start: str, end: str) -> str:
    n = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": number_format(n, use_l10n=True, force_grouping=True)}


def _plain(words: Any) -> tuple[str, None, None]:
    return str(words), None, None


def _pips(done: int, of: int) -> tuple[str, int, int]:
    return str(done), done, of
