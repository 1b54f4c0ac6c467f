"""What the rules say of an application, kept row by row: judged when it is submitted, and anew when a fact comes in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from tessera.applications.models import Application, Request, Status, Verdict, Waiver
from tessera.applications.reading import answers_of, form_of, rule_version_of
from tessera.applications.services.endorsers import has_no_channel
from tessera.applications.sheets import rules_from
from tessera.calls.eligibility import Profile, Rule, World, judge, option_names, priorities, profile
from tessera.calls.eligibility import Verdict as Found
from tessera.calls.eligibility.loosening import implies
from tessera.calls.models import RuleVersion
from tessera.calls.moments import AOE
from tessera.calls.queries import sister_calls
from tessera.calls.questions import Form
from tessera.calls.questions.model import Answers
from tessera.grants.queries import tables
from tessera.programmes.models import Status as TrainingStatus
from tessera.programmes.models import Training

HELD = (
    TrainingStatus.ANNOUNCED,  # held, and nobody has said so yet
    TrainingStatus.IN_DELIVERY,
    TrainingStatus.DELIVERED,
    TrainingStatus.FOLLOWED_UP,
    TrainingStatus.CLOSED,
)
MOST_EDITIONS = 50


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was judged: under which version of the rules, on which facts, and what each rule says.

    ``tables`` are the categories of countries that it was judged by, where a rule asks for one.
    """

    version: RuleVersion | None
    known: Profile
    verdicts: list[Found]
    waivers: list[Waiver] = field(default_factory=list)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def judged(
    application: Application,
    version: RuleVersion | None,
    form: Form,
    answers: Answers,
    *,
    at: datetime,
) -> Judgement:
    """What is known of the applicant, and what each rule of ``version`` says on the day of ``at``; nothing is written.

    Of one that was handed in the country has the categories that it had then, also while it is returned.
    """
    rules = rules_from(version, application.strand)
    known = profile(form, answers, **(records_of(application, version, form) if version and rules else {}))
    if version is None or not rules:
        return Judgement(version, known, [])
    waivers = waivers_under(application, version)
    day = at.astimezone(ZoneInfo(application.call.deadline_zone or AOE)).date()
    world = _world(application, version, form)
    if application.is_handed_in():
        world = replace(world, tables=_as_handed_in(application, known, world.tables))
    waived = frozenset(waiver.rule for waiver in waivers)
    return Judgement(version, known, judge(rules, known, on=day, world=world, waived=waived), waivers, world.tables)


def waivers_under(application: Application, version: RuleVersion) -> list[Waiver]:
    """The waivers that hold under ``version``: given under it, or unsaved ones, each the copy of an earlier one.

    One given under another version holds for the rule that demands the same or less, also under another key and as one
    member of an "all of" group, whose other members are judged.
    """
    given = list(application.waivers.select_related("rule_version").order_by("pk"))
    held = {one.rule: one for one in given if one.rule_version_id == version.pk}
    elsewhere: dict[int, list[Waiver]] = {}
    for one in given:
        if one.rule_version_id != version.pk:
            elsewhere.setdefault(one.rule_version_id, []).append(one)
    rules = rules_from(version, application.strand) if elsewhere else ()
    for waivers in elsewhere.values():
        before = rules_from(waivers[0].rule_version, application.strand)
        by_key = {one.rule: one for one in waivers}
        for rule in rules:
            _carry(rule, before, by_key, held, version)
    return list(held.values())


def _carry(
    rule: Rule, before: Sequence[Rule], given: Mapping[str, Waiver], held: dict[str, Waiver], version: RuleVersion
) -> Waiver | None:
    """The waiver that ``held`` has for ``rule``, if need be a copy put there of one ``given`` for its place in ``before``.

    Where no rule took the place of a whole group, its members are looked at one by one. A priority is none the more met
    for a waiver: its members are let be.
    """
    if rule.key in held:
        return held[rule.key]
    places = _earlier(rule, before)
    found = [given.get(one.key) for one in places]
    if not places and rule.weight != "priority":
        members = [_carry(one, before, given, held, version) for one in rule.rules]
        found = members if rule.kind == "all_of" else [one for one in members if one is not None]
    if not found or (first := found[0]) is None or None in found:
        return None
    held[rule.key] = Waiver(
        application_id=first.application_id, rule_version=version, rule=rule.key, reason=first.reason, at=first.at,
        by_id=first.by_id,
    )  # fmt: skip
    return held[rule.key]


def _earlier(rule: Rule, before: Sequence[Rule]) -> list[Rule]:
    """Whose place ``rule`` takes: the one with its key, else each hard one; of those that demanded as much at least."""
    strict = [one for one in before if implies(one, rule)]
    same = [one for one in strict if one.key == rule.key]
    return same or [one for one in strict if one.weight == "hard" == rule.weight]


def keep_judgement(application: Application, judgement: Judgement, *, at: datetime) -> None:
    """Keep what each rule said, one row each, and the waivers that hold; a second time brings them up to date.

    ``priorities`` of the application are set, and saved by the caller with what else it changes.
    """
    application.priorities = "".join("01"[met] for met in priorities(judgement.verdicts))
    if judgement.version is None or not judgement.verdicts:
        return
    Waiver.objects.bulk_create([one for one in judgement.waivers if not one.pk], ignore_conflicts=True)
    Verdict.objects.bulk_create(
        [
            Verdict(
                application=application, rule_version=judgement.version, rule=verdict.rule,
                outcome=verdict.outcome.value, document=verdict_document(verdict), at=at,
            )
            for verdict in judgement.verdicts
        ],
        update_conflicts=True,
        unique_fields=["application", "rule_version", "rule"],
        update_fields=["outcome", "document", "at"],
    )  # fmt: skip


@transaction.atomic
def judge_again(application: Application, *, at: datetime) -> list[Found]:
    """Keep what the rules say now; safe to repeat. Day of judgement and categories stay those of the submission."""
    version, form, answers = rule_version_of(application), form_of(application), answers_of(application)
    judgement = judged(application, version, form, answers, at=application.submitted_at or at)
    before = application.priorities
    keep_judgement(application, judgement, at=at)
    if application.priorities != before:
        application.save(update_fields=["priorities"])
    return judgement.verdicts


def records_of(application: Application, version: RuleVersion, form: Form) -> dict[str, Any]:
    """What only the records know of an applicant, as `calls.eligibility.Profile` has it; None where nothing is known."""
    states = endorsement_states(application, form, application.requests.all())
    if "national_committee" not in states and has_no_channel(
        application, form_of(application), answers_of(application)
    ):
        states["national_committee"] = "no_channel"
    return {
        "endorsement": states or None,
        "sister_applications": _sisters(application),
        "prior_editions": _editions(application, form) if _has(version, "prior_participation") else None,
    }


def _has(version: RuleVersion, kind: str) -> bool:
    return f'"{kind}"' in json.dumps(version.document)


def _editions(application: Application, form: Form) -> frozenset[int] | None:
    """How many editions ago the applicant had a place: 1 is the training before this one.

    Editions are those of the series, where the training has one, else all that were held. None where no place in one of
    them is on record and the applicant is asked: earlier editions may not be in the records.
    """
    training = application.call.training
    held = Training.objects.filter(status__in=HELD, rehearsal=application.rehearsal, starts_on__isnull=False)
    if training.series_id:
        held = held.filter(series=training.series_id)
    if training.starts_on:
        held = held.filter(starts_on__lt=training.starts_on)
    mine = Application.objects.filter(status=Status.ACCEPTED, applicant=application.applicant_id).exclude(
        applicant=None
    )
    had = set(mine.exclude(call=application.call).values_list("call__training", flat=True))
    asked = any(question.fact == "prior_editions" for question in form.questions)
    if had:
        places = enumerate(held.order_by("-starts_on", "-pk").values_list("pk", flat=True)[:MOST_EDITIONS], start=1)
        found = frozenset(n for n, pk in places if pk in had)
    else:
        found = frozenset()
    return found or (None if asked else found)


def endorsement_states(application: Application, form: Form, requests: Iterable[Request]) -> dict[str, str]:
    """The state of the newest endorsement that stands, for each channel in which one was asked for.

    What the committee of another country said, or somebody in its place, is nothing once the country of work is another.
    """
    channels = {question.key: question.channel for question in form.questions}
    found: dict[str, str] = {}
    for row in sorted(requests, key=lambda row: row.pk):
        if row.is_endorsement() and row.is_current() and not row.is_elsewhere(application.country_id):
            given_in_place = row.fallback and row.state == Request.State.GIVEN
            usual = "national_committee" if row.committee or row.fallback else "other"
            found[channels.get(row.question) or usual] = "in_place" if given_in_place else str(row.state)
    return found


def kept_facts(judgement: Judgement) -> dict[str, Any]:
    """`facts_of` what was judged, with the category of the country in each table: tables change, and have no versions."""
    found, country = facts_of(judgement.known), judgement.known.country_of_work
    if judgement.tables and country is not None:
        found["categories"] = {code: table.get(country) for code, table in judgement.tables.items()}
    return found


def _as_handed_in(
    application: Application, known: Profile, now: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The tables with the categories that the country had then; as they are now where it is another country, or new."""
    country, kept = known.country_of_work, application.profile.get("categories")
    found = {code: dict(table) for code, table in now.items()}
    if kept is None or country is None or application.profile.get("country_of_work") != country:
        return found
    for code, category in kept.items():
        table = found.setdefault(code, {})
        table.pop(country, None)
        if category is not None:
            table[country] = category
    return found


def facts_of(known: Profile) -> dict[str, Any]:
    """The facts by name as JSON; what is not known is left out."""
    return {name: _plain(value) for name, value in asdict(known).items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def verdict_document(verdict: Found) -> dict[str, Any]:
    """A verdict as it is kept, with its sentence in every language."""
    return {
        "rule": verdict.rule,
        "weight": verdict.weight,
        "outcome": verdict.outcome.value,
        "sentence": verdict.sentence.by_language(),
        "reason": dict(verdict.reason),
        "facts": list(verdict.facts),
        "missing": list(verdict.missing),
        "parts": [verdict_document(part) for part in verdict.parts],
    }


def _sisters(application: Application) -> frozenset[str] | None:
    if not application.call.sister_group:
        return None
    if application.applicant_id is None:
        return frozenset()
    others = Application.objects.handed_in().exclude(status="withdrawn").filter(
        call__in=sister_calls(application.call), applicant=application.applicant_id
    )  # fmt: skip
    return frozenset(others.values_list("call__code", flat=True))


def _world(application: Application, version: RuleVersion, form: Form) -> World:
    """What the sentences of verdicts name: categories of countries where a rule asks for them, options, sister calls."""
    names: dict[str, Any] = dict(option_names(form))
    if application.call.sister_group:
        names["sister_applications"] = {one.code: one.title for one in sister_calls(application.call)}
    return World(tables=tables() if _has(version, "table") else {}, names=names)
