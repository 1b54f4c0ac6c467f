"""Rules of a call put to a person: the world they look things up in, and verdicts as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tessera.calls.eligibility import World, blocking, option_names, usual_option_names
from tessera.calls.eligibility.model import Outcome, Rule, Verdict
from tessera.calls.questions.model import Form
from tessera.core.translated import best

# The look of a verdict (see ``status``), by outcome; one that excludes nobody is never "late".
LOOKS = {Outcome.MET: "done", Outcome.NOT_MET: "late", Outcome.UNKNOWN: "", Outcome.PERSON: "part"}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One rule's verdict: its mark, its sentence, what the office says of it, and those inside a group."""

    key: str
    mark: str
    look: str
    sentence: str
    reason: str
    blocks: bool
    weight: str
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
        parts=tuple(_line(part, False) for part in verdict.parts),
    )


def sister_codes(rules: Iterable[Rule]) -> list[str]:
    """The calls that rules name as sisters."""
    found: list[str] = []
    for rule in rules:
        found += rule.params.get("calls", ()) if rule.kind == "sister_call" else ()
        found += sister_codes(rule.rules)
    return list(dict.fromkeys(found))
