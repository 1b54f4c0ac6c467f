"""Waiving a condition for somebody whom it keeps from submitting, and who wrote to the office with the number.

A draft is its writer's alone: the office names it by its number and reads nothing of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.models import Answer, Application, Verdict, Waiver
from tessera.applications.reading import rule_version_of
from tessera.applications.sending import tell_applicant
from tessera.applications.services.screening import NoSuchRule, OwnApplication, ReasonMissing, said
from tessera.applications.services.verdicts import judged, verdict_document, waivers_under
from tessera.applications.sheets import form_now
from tessera.applications.wording import rules_named
from tessera.calls.models import Call
from tessera.core.errors import DomainError
from tessera.core.folding import clean


class NoSuchDraft(DomainError):
    message = gettext_lazy("Nobody writes an application to this call under this number.")


@transaction.atomic
def waive_beforehand(call: Call, number: str, rule: str, *, reason: str, by: Any, at: datetime) -> Waiver:
    """Do not hold a condition against whoever still writes, and tell them why; a second time changes nothing."""
    rows = Application.objects.writable().select_for_update(of=("self",)).select_related("call", "applicant")
    row = rows.filter(call=call, number=number.strip().upper()).first()
    if row is None:
        raise NoSuchDraft
    if row.is_of(by):
        raise OwnApplication
    version = rule_version_of(row)
    if version is None or rule not in [one["key"] for one in version.rules_of(row.strand)["rules"]]:
        raise NoSuchRule
    standing = next((one for one in waivers_under(row, version) if one.rule == rule), None)
    if standing is not None:
        return standing
    words = clean(reason)
    if not words:
        raise ReasonMissing
    answers = dict(Answer.objects.filter(application=row).values_list("question", "value"))
    found = judged(row, version, form_now(row.call_id), answers, at=at).verdicts
    verdict = next((Verdict(document=verdict_document(one)) for one in found if one.rule == rule), None)
    made = Waiver.objects.create(application=row, rule_version=version, rule=rule, reason=words, at=at, by=by)
    record("application.rule_waived", row, by=by, at=at, after=rule[:200], reason=words, public=False)
    tell_applicant(
        "rule_waived", row, key=f"rule_waived:{made.pk}", at=at,
        context={
            "rule": lambda: said(verdict) or rule, "why": made.reason, "by": lambda: rules_named(version.number),
        },
    )  # fmt: skip
    return made
