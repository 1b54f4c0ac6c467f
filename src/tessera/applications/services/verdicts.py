"""What the rules say of an application, kept row by row: judged when it is submitted, and anew when a fact comes in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from tessera.applications.models import Application, Request, Verdict
from tessera.applications.reading import answers_of, form_of, rule_version_of
from tessera.applications.services.endorsers import has_no_channel
from tessera.calls.eligibility import Verdict as Found
from tessera.calls.eligibility import World, judge, option_names, profile, read_rules
from tessera.calls.models import Call, RuleVersion
from tessera.calls.moments import AOE
from tessera.calls.queries import sister_calls
from tessera.grants.queries import tables


def judged(application: Application, *, at: datetime) -> tuple[RuleVersion | None, list[Found]]:
    """The version of the rules that holds and what each rule says on the day of ``at``; nothing is written."""
    version = rule_version_of(application)
    if version is None:
        return None, []
    form, answers = form_of(application), answers_of(application)
    rules = read_rules(version.rules_of(application.strand))
    known = profile(form, answers, **records_of(application))
    world = World(tables=tables() if _asks_tables(version) else {}, names=_names(form, application.call))
    waived = application.waivers.filter(rule_version=version).values_list("rule", flat=True)
    day = at.astimezone(ZoneInfo(application.call.deadline_zone or AOE)).date()
    return version, judge(rules, known, on=day, world=world, waived=frozenset(waived))


@transaction.atomic
def judge_again(application: Application, *, at: datetime) -> list[Found]:
    """Keep what the rules say now; safe to repeat. The day of judgement stays that of the submission."""
    version, verdicts = judged(application, at=application.submitted_at or at)
    if version is None:
        return []
    Verdict.objects.bulk_create(
        [
            Verdict(
                application=application, rule_version=version, rule=verdict.rule, outcome=verdict.outcome.value,
                document=verdict_document(verdict), at=at,
            )
            for verdict in verdicts
        ],
        update_conflicts=True,
        unique_fields=["application", "rule_version", "rule"],
        update_fields=["outcome", "document", "at"],
    )  # fmt: skip
    return verdicts


def records_of(application: Application) -> dict[str, Any]:
    """What only the records know of an applicant, as `calls.eligibility.Profile` has it; None where nothing is known."""
    state = endorsement_state(application.requests.all())
    if state is None and has_no_channel(application, form_of(application), answers_of(application)):
        state = "no_channel"
    return {"endorsement": state, "sister_applications": _sisters(application)}


def endorsement_state(requests: Iterable[Request]) -> str | None:
    """The state of the endorsement that stands; None before any was asked for."""
    standing = [row for row in requests if row.is_endorsement() and row.is_current()]
    if not standing:
        return None
    return str(max(standing, key=lambda row: row.pk).state)


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


def _asks_tables(version: RuleVersion) -> bool:
    return '"table"' in str(version.document).replace("'", '"')


def _names(form: Any, call: Call) -> dict[str, Any]:
    names: dict[str, Any] = option_names(form)
    if call.sister_group:
        names["sister_applications"] = {one.code: one.title for one in sister_calls(call)}
    return names
