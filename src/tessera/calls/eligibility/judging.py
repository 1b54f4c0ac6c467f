"""Rules applied to a person: a verdict each, never silent, never met for want of knowledge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from tessera.calls.eligibility.kinds import FACT_NAMES, FINDERS, Case, World
from tessera.calls.eligibility.model import OWN_RECORDS, Outcome, Profile, Rule, Verdict
from tessera.calls.eligibility.reading import FACTS, GROUPS, to_set
from tessera.core.sentences import Joined, Listed, Sentence

_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


def judge(
    rules: Iterable[Rule], profile: Profile, *, on: date, world: World | None = None, waived: Collection[str] = ()
) -> list[Verdict]:
    """One verdict for each rule, in their order.

    ``on`` is the day of judgement (a commitment to join may be past); ages count on the day that their rule names.
    ``waived`` are keys of rules that a person let pass for this applicant; a group is judged by its other members.
    """
    place = world or World()
    return [_verdict(rule, profile, on, place, waived) for rule in rules]


def blocking(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that keep an application from being submitted: hard and not met, or not to be judged for want of an answer.

    What only the records or an endorser can tell blocks nothing before it is known, and no group that it can still meet.
    """
    return [verdict for verdict in verdicts if verdict.weight == "hard" and not verdict.waived and _blocks(verdict)]


def _blocks(verdict: Verdict) -> bool:
    if verdict.outcome is Outcome.UNKNOWN and verdict.parts:
        return (all if verdict.any_of else any)(map(_blocks, _counted(verdict.parts)))
    return verdict.outcome is Outcome.NOT_MET or (
        verdict.outcome is Outcome.UNKNOWN and any(fact not in OWN_RECORDS for fact in verdict.missing)
    )


def is_eligible(verdicts: Iterable[Verdict]) -> bool:
    """Whether every hard rule is met or waived. Not known, or left to a person, is not met."""
    return all(v.outcome is Outcome.MET or v.waived for v in verdicts if v.weight == "hard")


def for_person(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that a person has to look at: whatever a person decides and is not plainly met."""
    return [
        v for v in verdicts
        if not v.waived and (v.outcome is Outcome.PERSON or (v.weight == "person" and v.outcome is not Outcome.MET))
    ]  # fmt: skip


def priorities(verdicts: Iterable[Verdict]) -> tuple[bool, ...]:
    """Which priorities are met, the first rule first: sorting by it in reverse puts the preferred people first."""
    return tuple(v.outcome is Outcome.MET for v in verdicts if v.weight == "priority")


def _verdict(rule: Rule, profile: Profile, on: date, world: World, waived: Collection[str]) -> Verdict:
    if rule.kind in GROUPS:
        found = _group(rule, [_verdict(part, profile, on, world, waived) for part in rule.rules])
    else:
        found = _single(rule, profile, on, world)
    return replace(found, waived=rule.key in waived)


def _single(rule: Rule, profile: Profile, on: date, world: World) -> Verdict:
    facts = FACTS[rule.kind]
    if to_set(rule):
        unset = Sentence(_("Nobody can be judged by this yet: its day or its years are still to be set."))
        return Verdict(rule.key, rule.weight, Outcome.UNKNOWN, unset, facts, facts, reason=rule.reason)
    missing = _missing(rule, profile)
    if missing:
        text = _("Not known yet: %(facts)s.")
        sentence = Sentence(text, {"facts": Listed(tuple(FACT_NAMES[fact] for fact in missing))})
        outcome = Outcome.UNKNOWN
    else:
        outcome, sentence = FINDERS[rule.kind](Case(rule.params, profile, on, world))
        if outcome is Outcome.UNKNOWN:
            missing = facts
    return Verdict(rule.key, rule.weight, outcome, sentence, facts, missing, reason=rule.reason)


def _missing(rule: Rule, profile: Profile) -> tuple[str, ...]:
    if rule.kind == "membership":
        return _missing_membership(rule, profile)
    return tuple(fact for fact in FACTS[rule.kind] if getattr(profile, fact) is None)


def _missing_membership(rule: Rule, profile: Profile) -> tuple[str, ...]:
    """Years of dues are needed only of a member, where years are asked for and nothing else settles it."""
    years = set(rule.params.get("years", ()))
    if years and profile.dues_years is not None and years <= profile.dues_years:
        return ()
    if profile.membership is None:
        return ("membership",)
    settled = (
        profile.membership in ("none", "will_join")
        or (profile.membership == "new_member" and rule.params.get("or_new_member"))
        or not years
    )
    return () if settled or profile.dues_years is not None else ("dues_years",)


def _counted(parts: Sequence[Verdict]) -> Sequence[Verdict]:
    """Those by which a group is judged: the ones that nobody let pass, if there are any."""
    return [part for part in parts if not part.waived] or parts


def _group(rule: Rule, parts: Sequence[Verdict]) -> Verdict:
    counted = _counted(parts)
    pick = min if rule.kind == "all_of" else max
    outcome = pick((part.outcome for part in counted), key=_ORDER.__getitem__)
    deciding = [part for part in counted if part.outcome is outcome]
    return Verdict(
        rule.key,
        rule.weight,
        outcome,
        _said(rule.kind, outcome, deciding, counted),
        tuple(dict.fromkeys(fact for part in parts for fact in part.facts)),
        tuple(dict.fromkeys(fact for part in counted for fact in part.missing)) if outcome is Outcome.UNKNOWN else (),
        tuple(parts),
        rule.reason,
        any_of=rule.kind == "any_of",
    )


def _said(kind: str, outcome: Outcome, deciding: Sequence[Verdict], parts: Sequence[Verdict]) -> Sentence:
    if len(parts) == 1:
        return parts[0].sentence
    params = {"count": len(deciding), "total": len(parts), "found": Joined(tuple(part.sentence for part in deciding))}
    if kind == "all_of":
        texts = {
            Outcome.MET: _("All %(total)s conditions are met. %(found)s"),
            Outcome.PERSON: _("All %(total)s conditions have to be met; left to a person: %(count)s. %(found)s"),
            Outcome.UNKNOWN: _("All %(total)s conditions have to be met; not known yet: %(count)s. %(found)s"),
            Outcome.NOT_MET: _("All %(total)s conditions have to be met; not met: %(count)s. %(found)s"),
        }
    else:
        texts = {
            Outcome.MET: _("Of %(total)s conditions one is enough; met: %(count)s. %(found)s"),
            Outcome.PERSON: _("Of %(total)s conditions one is enough; left to a person: %(count)s. %(found)s"),
            Outcome.UNKNOWN: _("Of %(total)s conditions one is enough; not known yet: %(count)s. %(found)s"),
            Outcome.NOT_MET: _("Of %(total)s conditions one is enough, and none is met. %(found)s"),
        }
    return Sentence(texts[outcome], params)
