"""Rules of a call put to a person and beside its texts: the world they look things up in, verdicts and warnings as shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.documents import strands_of
from tessera.calls.eligibility import (
    Difference,
    World,
    audience_differences,
    blocking,
    editing,
    form_differences,
    option_names,
    read_rules,
    reason_gaps,
    usual_option_names,
)
from tessera.calls.eligibility.editing import EVERYBODY
from tessera.calls.eligibility.model import Outcome, Rule, Verdict
from tessera.calls.models import Call
from tessera.calls.questions.model import Form
from tessera.core.translated import best
from tessera.grants.queries import tables
from tessera.places.audiences import Audience, resolve_audience
from tessera.places.queries import reference
from tessera.web.sections.translations import language_words

# The look of a verdict (see ``status``), by outcome; one that excludes nobody is never "late".
LOOKS = {Outcome.MET: "done", Outcome.NOT_MET: "late", Outcome.UNKNOWN: "", Outcome.PERSON: "part"}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One rule's verdict: its mark, its sentence, what the office says of it, and those inside a group.

    ``blocks``: it keeps from submitting, as it is not met or, where it is ``unknown``, until it is known.
    """

    key: str
    mark: str
    look: str
    sentence: str
    reason: str
    blocks: bool
    weight: str
    unknown: bool = False
    parts: tuple[VerdictLine, ...] = ()


def world_of(
    form: Form | None, tables: Mapping[str, Mapping[str, str]], calls: Mapping[str, Mapping[str, str]] | None = None
) -> World:
    """What the sentences of the rules name things by: the options of the form, country tables, titles of sister calls."""
    names: dict[str, Any] = dict(usual_option_names())
    names |= option_names(form) if form else {}
    return World(tables=tables, names=names | {"sister_applications": dict(calls or {})})


def verdict_lines(verdicts: Sequence[Verdict]) -> list[VerdictLine]:
    """The verdicts as a page lists them."""
    stops = {verdict.rule for verdict in blocking(verdicts)}
    return [_line(verdict, verdict.rule in stops) for verdict in verdicts]


def _line(verdict: Verdict, blocks: bool) -> VerdictLine:
    marks = {
        Outcome.MET: _("met"),
        Outcome.NOT_MET: _("not met"),
        Outcome.UNKNOWN: _("not known yet"),
        Outcome.PERSON: _("a person decides"),
    }
    soft = verdict.weight != "hard" and verdict.outcome is Outcome.NOT_MET
    return VerdictLine(
        key=verdict.rule,
        mark=marks[verdict.outcome],
        look="part" if soft else LOOKS[verdict.outcome],
        sentence=str(verdict.sentence),
        reason=best(verdict.reason)[0] if verdict.reason else "",
        blocks=blocks,
        weight=verdict.weight,
        unknown=verdict.outcome is Outcome.UNKNOWN,
        parts=tuple(_line(part, False) for part in verdict.parts),
    )


def warnings_of(
    call: Call, document: Mapping[str, Any], form: Form | None, parts: Iterable[str]
) -> list[dict[str, Any]]:
    """Where the rules of ``document``, audience, texts and questions differ; each names its part and its rule."""
    found: list[dict[str, Any]] = []
    shared = read_rules({"rules": editing.rules_in(document, EVERYBODY)})
    world = world_of(form, tables())
    strands = {strand.key: strand for strand in strands_of(call)}
    for part in parts:
        own = shared if part == EVERYBODY else read_rules({"rules": editing.rules_in(document, part)})
        rows: list[Difference] = []
        if part == EVERYBODY:
            texts = dict(call.audience) if len(strands) == 1 or shared else {}
            alone = len(strands) == 1 or any(rule.kind == "country_of_work" for rule in shared)
            rows += audience_differences(shared, audience=_audience(call) if alone else None, texts=texts, world=world)
        else:
            told = dict(strands[part].audience)
            compared = audience_differences((*shared, *own), audience=_audience(call), texts=told, world=world)
            rows += [row for row in compared if _is_of_strand(row, own)]
        rows += form_differences(own, form) if form else []
        rows += reason_gaps(own, [call.main_language])
        for row in rows:
            language = language_words(row.language) if row.language else ""
            found.append({"part": part, "rule": row.rule, "sentence": str(row.sentence), "language": language})
    return found


def _is_of_strand(difference: Difference, own: Iterable[Rule]) -> bool:
    """Whether a strand is to be warned: it may be for fewer countries than the training, and shared rules say it once."""
    if difference.code == "turned_away":
        return False
    return difference.code != "let_in" or difference.rule in {rule.key for rule in own}


def _audience(call: Call) -> frozenset[str] | None:
    """The countries of the training's audience; None where it names none."""
    told = call.training.audience or {}
    places = reference()
    resolved = resolve_audience(
        Audience(
            told.get("scope", "regional"),
            frozenset(told.get("countries", ())),
            frozenset(told.get("m49_subregions", ())),
            frozenset(told.get("unesco_regions", ())),
        ),
        areas=places.area_countries,
        regions=places.home_regions,
    )
    return resolved.countries or None


def sister_codes(rules: Iterable[Rule]) -> list[str]:
    """The calls that rules name as sisters."""
    found: list[str] = []
    for rule in rules:
        found += rule.params.get("calls", ()) if rule.kind == "sister_call" else ()
        found += sister_codes(rule.rules)
    return list(dict.fromkeys(found))
