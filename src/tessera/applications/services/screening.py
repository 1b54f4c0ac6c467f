"""What the office decides about a file: waive, mark eligible or not, note, keep apart or merge two of one person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.applications.keeping import OVER
from tessera.applications.models import Application, Note, Status, Verdict, Waiver
from tessera.applications.reading import rule_version_of
from tessera.applications.sending import tell_applicant
from tessera.applications.services.verdicts import judge_again
from tessera.applications.transmission import Standing, standing_of
from tessera.applications.wording import rules_named
from tessera.calls.models import Status as CallStatus
from tessera.core.errors import DomainError
from tessera.core.folding import clean
from tessera.core.translated import best

# What the office still decides on; later a committee does.
SCREENED = (Status.SUBMITTED, Status.ELIGIBLE, Status.INELIGIBLE)
# In a call that is decided nobody goes on to the selection any more, while what was forgotten can still be answered.
SELECTED = (CallStatus.DECIDED, *OVER)


class NotNow(DomainError):
    message = gettext_lazy("An application that is “%(status)s” is not screened any more.")


class CallOver(DomainError):
    message = gettext_lazy("The call is “%(status)s”: nothing is screened in it any more. Nothing was changed.")


class OwnApplication(DomainError):
    message = gettext_lazy("Somebody else decides on your own application.")


class ReasonMissing(DomainError):
    message = gettext_lazy("Write the reason: the applicant reads it.")


class NoSuchRule(DomainError):
    message = gettext_lazy("The call has no such condition.")


class NotMet(DomainError):
    message = gettext_lazy(
        "A condition is not met: %(said)s Waive it with a reason first, or mark the application not eligible."
    )


class NotKnown(DomainError):
    message = gettext_lazy(
        "A condition cannot be judged yet: %(said)s Return the application for completion, or waive the condition."
    )


class NotTransmitted(DomainError):
    message = gettext_lazy(
        "It does not count yet. %(said)s Wait, ask somebody else to transmit it, or let it count with a written reason."
    )


class TakingBack(DomainError):
    message = gettext_lazy("It was found not eligible, and its writer was told: take that back with a written reason.")


class TextMissing(DomainError):
    message = gettext_lazy("Write something first.")


@transaction.atomic
def waive_rule(application: Application, rule: str, *, reason: str, by: Any, at: datetime) -> Waiver:
    """Do not hold one condition of its version of the rules against an applicant, and tell them why.

    A second time changes nothing. What was not eligible becomes eligible with the last condition that stood against it.
    """
    row = to_screen(application, by=by)
    version = rule_version_of(row)
    known = [one["key"] for one in version.rules_of(row.strand)["rules"]] if version else []
    if version is None or rule not in known:
        raise NoSuchRule
    standing = Waiver.objects.filter(application=row, rule_version=version, rule=rule).first()
    if standing is not None:
        return standing
    words = clean(reason)
    if not words:
        raise ReasonMissing
    made = Waiver.objects.create(application=row, rule_version=version, rule=rule, reason=words, at=at, by=by)
    record("application.rule_waived", row, by=by, at=at, after=rule[:200], reason=words, public=False)
    verdict = Verdict.objects.filter(application=row, rule_version=version, rule=rule).first()
    tell_applicant(
        "rule_waived", row, key=f"rule_waived:{made.pk}", at=at,
        context={
            "rule": lambda: said(verdict) or rule, "why": made.reason, "by": lambda: rules_named(version.number),
        },
    )  # fmt: skip
    let_pass(row, by=by, at=at, reason=words)
    return made


@transaction.atomic
def mark_eligible(application: Application, *, by: Any, at: datetime, reason: str = "") -> Application:
    """Let a submitted file go on. NotMet and NotKnown name the hard conditions against it; a second time does nothing.

    NotTransmitted where an endorser transmits the applications of its call, and has not. What was found not eligible,
    by mistake, goes on with a ``reason``, which its writer reads; TakingBack without one.
    """
    row = to_screen(application, by=by)
    if row.status == Status.ELIGIBLE:
        return row
    if not row.verdicts.filter(rule_version=row.rule_version_id).exists():
        judge_again(row, at=at)
    refuse_against(row)
    words = clean(reason) if row.status == Status.INELIGIBLE else ""
    if row.status == Status.INELIGIBLE and not words:
        raise TakingBack
    _move(row, Status.ELIGIBLE, by=by, at=at, reason=words)
    _tell_eligible(row, at, why=words)
    return row


@transaction.atomic
def mark_ineligible(application: Application, *, reason: str, by: Any, at: datetime) -> Application:
    """Take a file out of the selection; the applicant reads the reason and the conditions that are not met."""
    row = to_screen(application, by=by, over=OVER)
    if row.status == Status.INELIGIBLE:
        return row
    words = clean(reason)
    if not words:
        raise ReasonMissing
    _move(row, Status.INELIGIBLE, by=by, at=at, reason=words)
    failed = [verdict for verdict in standing_verdicts(row) if verdict.outcome == "not_met"]
    tell_applicant(
        "application_ineligible", row, key=f"application_ineligible:{row.pk}:{at.timestamp():.0f}", at=at,
        context={
            "why": words, "rules": lambda: [said(verdict) for verdict in failed if said(verdict)],
            "by": lambda: rules_named(row.rule_version.number if row.rule_version else None),
        },
    )  # fmt: skip
    return row


@transaction.atomic
def add_note(application: Application, *, text: str, visibility: str, by: Any, at: datetime) -> Note:
    """Write something on a file, for those whom ``visibility`` names."""
    words = clean(text)
    if not words:
        raise TextMissing
    if visibility not in Note.Visibility.values:
        visibility = Note.Visibility.OFFICE
    made = Note.objects.create(application=application, text=words, visibility=visibility, by=by, at=at)
    record("application.noted", application, by=by, at=at, after=visibility, public=False)
    return made


def standing_verdicts(application: Application) -> list[Verdict]:
    """The verdicts of the version that holds, without what was waived; none are read where both are loaded."""
    version = application.rule_version_id
    waived = {row.rule for row in application.waivers.all() if row.rule_version_id == version}
    rows = sorted(application.verdicts.all(), key=lambda row: row.pk)
    return [row for row in rows if row.rule_version_id == version and row.rule not in waived]


def said(verdict: Verdict | None) -> str:
    """What a kept verdict says, in the active language; what the office says about the rule stands after it."""
    if verdict is None:
        return ""
    parts = [best(verdict.document.get(name) or {})[0] for name in ("sentence", "reason")]
    return " ".join(part for part in parts if part)


def refuse_against(row: Application) -> None:
    """Raise NotMet, NotKnown or NotTransmitted where something stands against it."""
    failed, unknown = _against(row)
    if failed:
        raise NotMet(said=" ".join(failed))
    if unknown:
        raise NotKnown(said=" ".join(unknown))
    standing = _untransmitted(row)
    if standing is not None:
        raise NotTransmitted(said=standing.sentence)


def stands_against(row: Application) -> bool:
    """Whether something does: then it becomes eligible by a waiver, else by its reason alone."""
    try:
        refuse_against(row)
    except DomainError:
        return True
    return False


def let_pass(row: Application, *, by: Any, at: datetime, reason: str) -> None:
    """What was not eligible becomes eligible with the last thing that stood against it, in the caller's transaction."""
    if row.status == Status.INELIGIBLE and not _against(row)[0] and _untransmitted(row) is None:
        _move(row, Status.ELIGIBLE, by=by, at=at, reason=reason)
        _tell_eligible(row, at)


def _against(row: Application) -> tuple[list[str], list[str]]:
    """What the hard rules say that are not met, and those that are not known. What a person decides is decided here."""
    hard = [one for one in standing_verdicts(row) if one.document.get("weight") == "hard"]
    return (
        [_sentence(one) for one in hard if one.outcome == Verdict.Outcome.NOT_MET],
        [_sentence(one) for one in hard if one.outcome == Verdict.Outcome.UNKNOWN],
    )


def _untransmitted(row: Application) -> Standing | None:
    """How far it is, where it does not count yet."""
    standing = standing_of(row, row.requests.all(), at=None)
    return standing if standing is not None and not standing.counts else None


def _sentence(verdict: Verdict) -> str:
    return best(verdict.document.get("sentence") or {})[0] or verdict.rule


def to_screen(application: Application, *, by: Any, over: Collection[str] = SELECTED) -> Application:
    """The row, locked; NotNow, CallOver and OwnApplication as `ensure_screened` has them."""
    row = Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)
    ensure_screened(row, by=by, over=over)
    return row


def ensure_screened(row: Application, *, by: Any, over: Collection[str] = SELECTED) -> None:
    """NotNow where it is not for the office to decide on, CallOver where its call is ``over``, OwnApplication of ``by``."""
    if row.status not in SCREENED:
        raise NotNow(status=row.get_status_display())
    ensure_decided_on(row, by=by, over=over)


def ensure_decided_on(row: Application, *, by: Any, over: Collection[str] = OVER) -> None:
    """CallOver where its call is ``over``; OwnApplication where it is that of ``by``: nobody decides on their own."""
    if row.call.status in over:
        raise CallOver(status=row.call.get_status_display())
    if row.is_of(by):
        raise OwnApplication


def _move(row: Application, status: Status, *, by: Any, at: datetime, reason: str = "") -> None:
    before, row.status, row.status_at, row.status_reason = row.status, status, at, reason
    row.save(update_fields=["status", "status_at", "status_reason"])
    record(f"application.{status}", row, by=by, at=at, before=before, after=status, reason=reason, public=False)


def _tell_eligible(row: Application, at: datetime, *, why: str = "") -> None:
    tell_applicant(
        "application_eligible", row, key=f"application_eligible:{row.pk}:{at.timestamp():.0f}", at=at,
        context={"why": why},
    )  # fmt: skip
