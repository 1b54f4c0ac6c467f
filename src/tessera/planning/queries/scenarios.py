"""Reads of scenarios: the list, one plan in words, several side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tessera.accounts.models import Person
from tessera.places.queries import SchemeInfo, reference
from tessera.planning.models import AcceptedLine, Proposal, Scenario
from tessera.planning.queries import telling
from tessera.planning.queries.names import area_name, is_outdated, region_name, scheme_of_plan
from tessera.programmes.models import Topic, Training
from tessera.programmes.queries import kept_scheme
from tessera.web import dates, locales
from tessera.web.punctuation import labelled

KINDS = {"waiting": "due", "running": "part", "done": "done", "failed": "late", "cancelled": ""}


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
    """A computed plan, ready for its page. ``levels`` are what was decided, whether it is proved, and else what may be.

    ``regions`` is the name of its scheme where the programme counts by other regions now; ``outdated``: those of the plan
    are no longer in force.
    """

    proven: bool
    impossible: bool
    unknown: bool
    summary: str
    lines: tuple[PlanLine, ...]
    levels: tuple[tuple[str, bool, str], ...]
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
    regions: str
    outdated: bool


def scenarios(user: Any) -> models.QuerySet[Scenario]:
    """Every scenario, the latest first; without what the computation read and found."""
    return (
        Scenario.objects.visible_to(user)
        .select_related("asked_by__person", "base")
        .defer("problem", "result", "base__problem", "base__result")
        .order_by("-asked_at", "-pk")
    )


def limits_in_words(limits: Mapping[str, Any], result: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """What was asked, as pairs of a name and a value; limits that are open are left out.

    Regions are those of the ``result``, where there is one.
    """
    scheme = scheme_of_plan(result or {}, reference())
    currency = limits.get("currency") or "EUR"
    slugs = {row["topic"] for row in limits.get("funders") or [] if row.get("topic")}
    topics = {topic.slug: str(topic) for topic in Topic.objects.filter(slug__in=slugs)} if slugs else {}
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
        (_("Only with a host that has proposed"), _("yes") if limits.get("only_proposed") else None),
        (_("Trainers taken in"), telling.listed(list(_people(limits.get("trainers") or []).values())) or _("none")),
        (_("Trainers for each training"), (limits.get("trainers_each") or 2) if limits.get("trainers") else None),
        (_("Funders"), telling.listed([_funder(row, currency, topics, scheme) for row in limits.get("funders") or []])),
        (_("At least in each language"), telling.listed(
            [labelled(telling.language_name(code), n) for code, n in sorted((limits.get("languages") or {}).items())])),
    ]  # fmt: skip
    return [(name, str(value)) for name, value in said if value not in (None, "")]


def plan_in_words(scenario: Scenario) -> PlanInWords:
    """The plan of a computed scenario; three queries, and one more for the names of trainers and of themes each.

    Where its regions are no longer in force, three more.
    """
    result: dict[str, Any] = scenario.result or {}
    places = reference()
    scheme, outdated = scheme_of_plan(result, places), is_outdated(result, places)
    first, ends = date.fromisoformat(result["first"]), date.fromisoformat(result["ends"])
    currency = scenario.limits.get("currency") or "EUR"
    found, conflict = result["clock"], result.get("conflict") or {}
    trainings = Training.objects.in_bulk(
        [line["training"] for line in result["lines"] if line["training"]], field_name="slug"
    )
    names = _names(scenario, trainings, scheme)
    facts = [
        (_("On time at the end"), _("%(n)s of %(of)s regions") % {"n": found["on_time"], "of": found["regions"]}),
        (_("All on time together from"),
         dates.in_words(date.fromisoformat(found["all_from"])) if found["all_from"] else _("not in these years")),
        (_("Days missed"), locales.number(found["missed_days"])),
        (_("If one training is cancelled, at worst"),
         _("%(n)s of %(of)s regions") % {"n": found["worst"], "of": found["regions"]}),
        (_("Cost less grants"), telling.money(result["cost"] - result["grants"], currency)),
    ]  # fmt: skip
    return PlanInWords(
        proven=result["status"] == "optimal" and not result.get("faults"),
        impossible=result["status"] == "infeasible",
        unknown=result["status"] == "unknown",
        summary=_summary(result, first, ends) if result["status"] in ("optimal", "feasible") else "",
        lines=_lines(scenario, result, currency, trainings, names, scheme, outdated=outdated),
        levels=tuple(
            (telling.level(one, currency), one["proven"], telling.beyond(one, currency)) for one in result["levels"]
        ),
        facts=tuple(facts),
        missed=tuple(
            (region_name(code, scheme), dates.in_words(f"{start}/{end}"), _days(start, end))
            for code, start, end in found["missed"]
        ),
        core=tuple(telling.rule(one, first, currency, names) for one in conflict.get("core", [])),
        counts=tuple(telling.count(one, first, scheme) for one in conflict.get("counts", [])),
        relaxations=tuple(telling.relaxation(one, first, currency, names) for one in conflict.get("relaxations", [])),
        overdue=telling.listed([region_name(code, scheme) for code in conflict.get("overdue", [])]),
        left_out=tuple(_left_out(names.get(code, code), why) for code, why in result.get("left_out", [])),
        faults=tuple(result.get("faults", [])),
        waiting=waiting(found),
        needs=_needs(result),
        regions=scheme.name.best(get_language())[0] if outdated or scheme != kept_scheme(places) else "",
        outdated=outdated,
    )


def _people(slugs: Sequence[str]) -> dict[str, str]:
    """Names of people by slug, in the order given; whoever is gone stays a slug. No query for nobody."""
    known = dict(Person.objects.filter(slug__in=slugs).values_list("slug", "display")) if slugs else {}
    return {slug: known.get(slug, slug) for slug in slugs}


def _names(scenario: Scenario, trainings: Mapping[str, Training], scheme: SchemeInfo) -> dict[str, str]:
    """What the solver's keys of regions, of trainers, of trainings on record and of themes ("theme:...") are called."""
    result: dict[str, Any] = scenario.result or {}
    slugs = {slug for line in result["lines"] for slug in line["trainers"]} | set(scenario.limits.get("trainers") or [])
    ways = (result.get("conflict") or {}).get("relaxations", [])
    themes = {line["theme"] for line in result["lines"]} | {one.get("theme") for way in ways for one in way["easings"]}
    topics = Topic.objects.filter(slug__in=themes - {None}) if themes - {None} else ()
    return {
        **{code: region_name(code, scheme) for code in scheme.by_code},
        **_people(sorted(slugs)),
        **{f"training:{slug}": str(training) for slug, training in trainings.items()},
        **{f"theme:{topic.slug}": str(topic) for topic in topics},
    }


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


def _lines(
    scenario: Scenario,
    result: Mapping[str, Any],
    currency: str,
    trainings: Mapping[str, Training],
    names: Mapping[str, str],
    scheme: SchemeInfo,
    *,
    outdated: bool,
) -> tuple[PlanLine, ...]:
    rows = result["lines"]
    offers = Proposal.objects.select_related("country").in_bulk(
        [line["proposal"] for line in rows if line["proposal"]], field_name="code"
    )
    accepted = {row.line: row for row in scenario.accepted.filter(undone_at=None).select_related("training")}
    found = []
    for number, line in enumerate(rows):
        proposal = offers.get(line["proposal"])
        is_guess = not line["proposal"] and scenario.limits.get("open_cost") is None
        said = telling.money(line["cost"], currency) if line["cost"] and not is_guess else ""
        if line["grants"]:
            given = telling.listed([f"{name} {telling.money(amount, currency)}" for name, amount in line["grants"]])
            said = _("%(cost)s, of which %(grants)s") % {"cost": telling.money(line["cost"], currency), "grants": given}
        found.append(
            PlanLine(
                number=number,
                margin=dates.margin(line["edtf"]),
                heading=telling.served(line["regions"], line["areas"], scheme),
                language=_language_of(line, trainings.get(line["training"])),
                reasons=tuple(telling.reason(*one, scheme=scheme) for one in line["reasons"]),
                offer=f"{proposal.organisation}, {proposal.country}" if proposal else "",
                proposal=proposal,
                training=trainings.get(line["training"]),
                topic=names.get(f"theme:{line['theme']}", "") if line["theme"] else "",
                trainers=telling.listed([names.get(slug, slug) for slug in line["trainers"]]),
                money=said,
                accepted=accepted.get(number),
                may_accept=not result.get("faults")
                and not outdated
                and not line["training"]
                and number not in accepted
                and (not line["proposal"] or (proposal is not None and proposal.is_open())),
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


def _left_out(who: str, why: str) -> str:
    """Why a proposal (by its code) or a trainer (by name) is not taken in, or not wholly."""
    said = {"code": who, "name": who}
    if why == "outside":
        return _("%(code)s: its country lies outside the regions.") % said
    if why == "dates":
        return _("%(code)s: its dates lie outside the years planned.") % said
    if why == "no_budget":
        return _("%(code)s: it names no budget, so no cost was counted.") % said
    if why == "no_language":
        return _("%(name)s: no language is recorded, so this trainer was not taken in.") % said
    if why == "no_fee":
        return _("%(name)s: no fee is recorded, so none was counted.") % said
    if why == "fee_currency":
        return _("%(name)s: fee and travel are in another currency and were not counted.") % said
    return _("%(code)s: its budget is in another currency and was not counted.") % said


def waiting(found: Mapping[str, Any]) -> str:
    if not found["longest"]:
        return "–"
    code, since, never = found["longest"]
    if never:
        return _("%(area)s, no training on record") % {"area": area_name(code)}
    return _("%(area)s, since %(month)s") % {
        "area": area_name(code),
        "month": dates.month_year(date.fromisoformat(since)),
    }


def languages(result: Mapping[str, Any]) -> str:
    held = Counter(line["language"] for line in result["lines"])
    said = [f"{telling.language_name(code)} {n}" for code, n in sorted(held.items(), key=lambda p: p[0] or "") if code]
    if held[None]:
        said.append(_("open %(n)s") % {"n": held[None]})
    return ", ".join(said)


def _funder(row: Mapping[str, Any], currency: str, topics: Mapping[str, str], scheme: SchemeInfo) -> str:
    said = _("%(name)s: %(sum)s each") % {"name": row["name"], "sum": telling.money(row["amount"], currency)}
    more = []
    if row.get("cap") is not None:
        more.append(_("%(sum)s in all") % {"sum": telling.money(row["cap"], currency)})
    if row.get("minimum"):
        n = row["minimum"]
        more.append(ngettext("for at least %(n)s training", "for at least %(n)s trainings", n) % {"n": n})
    if row.get("region"):
        more.append(region_name(row["region"], scheme))
    if row.get("area"):
        more.append(area_name(row["area"]))
    if row.get("topic"):
        more.append(topics.get(row["topic"], row["topic"]))
    if row.get("language"):
        more.append(telling.language_name(row["language"]))
    if row.get("year"):
        more.append(str(row["year"]))
    return f"{said} ({', '.join(more)})" if more else said


def _days(start: str, end: str) -> str:
    n = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": locales.number(n)}
