"""Versions of a call's form and rules: checked as plain data, added, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity.services import record
from tessera.calls.eligibility.loosening import shutting_out
from tessera.calls.eligibility.reading import read_rules
from tessera.calls.eligibility.reading import to_document as rules_document
from tessera.calls.models import Call, FormVersion, RuleVersion, Status
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions.changes import changes_allowed, promises_kept
from tessera.calls.questions.model import Refusal
from tessera.calls.questions.reading import read_form
from tessera.calls.questions.reading import to_document as form_document
from tessera.calls.services.records import calls, found_call
from tessera.core.checks import Checked
from tessera.core.documents import changes
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion

# Until it opens nobody has answered: the form and the rules are free.
FREE = (Status.DRAFT, Status.PUBLISHED)
OVER = (Status.DECIDED, Status.ARCHIVED, Status.CANCELLED)


class NotAnyMore(DomainError):
    message = gettext_lazy("This call is over: its questions and rules do not change any more.")


class ChangesRefused(DomainError):
    """Changes that an open call does not take; ``refusals`` say where and why."""

    message = gettext_lazy("The call is open, and people have answered: %(why)s")

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        super().__init__(why=" ".join(str(refusal.sentence) for refusal in refusals))

    @property
    def by_path(self) -> dict[str, list[str]]:
        """The sentences by the place that they are about."""
        found: dict[str, list[str]] = {}
        for refusal in self.refusals:
            found.setdefault(refusal.path, []).append(str(refusal.sentence))
        return found


@transaction.atomic
def save_form(
    call: Call,
    document: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    expected_number: int | None = None,
    reason: str = "",
) -> FormVersion:
    """Add a version of the questions, or return the latest where nothing differs.

    InvalidDocument names each path that cannot be taken, StaleVersion says that somebody else saved since version
    ``expected_number`` (0: none before), ChangesRefused what an open call does not take. Nothing is written then.
    """
    row = _locked(call)
    before = latest_form(row)
    form = read_form(document)
    canonical = form_document(form)
    _expect(before, expected_number, canonical)
    if before is not None and before.document == canonical:
        return before
    held = read_form(before.document) if before is not None else None
    unkept = promises_kept(held, form)
    if unkept:
        raise InvalidDocument(unkept)
    if held is not None and row.status not in FREE:
        refused = changes_allowed(held, form)
        if refused:
            raise ChangesRefused(refused)
    made = FormVersion.objects.create(
        call=row, number=_next(before), document=canonical, at=at, by=by, reason=reason.strip()
    )
    _told("call.form_saved", "questions", row, before, made, by=by, at=at, reason=reason)
    return made


@transaction.atomic
def save_rules(
    call: Call,
    document: Mapping[str, Any],
    *,
    by: Any,
    at: datetime,
    expected_number: int | None = None,
    reason: str = "",
) -> RuleVersion:
    """Add a version of the rules, or return the latest where nothing differs; refused as `save_form` is.

    ``document`` has ``rules`` for everybody and, under ``strands`` by key, more for one strand each. Once the call is
    open a change needs a ``reason``, and no hard rule may shut out anybody who met those of before, by becoming hard, as
    a new one, or by demanding more: somebody may have submitted. A call without a version was published without rules.
    """
    row = _locked(call)
    before = latest_rules(row)
    canonical = checked_rules(document, [strand.key for strand in row.strands.all()])
    _expect(before, expected_number, canonical)
    if before is not None and before.document == canonical:
        return before
    if row.status not in FREE and (before is not None or canonical["rules"] or canonical.get("strands")):
        _refuse_stricter(before.document if before is not None else {}, canonical, reason)
    made = RuleVersion.objects.create(
        call=row, number=_next(before), document=canonical, at=at, by=by, reason=reason.strip()
    )
    _told("call.rules_saved", "rules", row, before, made, by=by, at=at, reason=reason)
    return made


def checked_rules(document: Mapping[str, Any], strands: list[str]) -> dict[str, Any]:
    """The rules of everybody and of each strand in canonical form; InvalidDocument names what cannot be taken."""
    see = Checked()
    given = see.mapping(document, "", ("rules", "strands"))
    found: dict[str, Any] = {"rules": _read(see, given.get("rules"), "")}
    keys = [rule["key"] for rule in found["rules"]]
    more = {}
    for key, part in see.mapping(given.get("strands"), "strands").items():
        see.known(key, f"strands.{key}", strands, _("There is no strand “%(given)s”."))
        own = see.mapping(part, f"strands.{key}", ("rules",))
        rules = _read(see, own.get("rules"), f"strands.{key}.")
        for n, rule in enumerate(rules):
            if rule["key"] in keys:
                see.wrong(f"strands.{key}.rules[{n}].key", _("This key is there twice."))
        if rules:
            more[key] = {"rules": rules}
    if see.errors:
        raise InvalidDocument(see.errors)
    return found | ({"strands": more} if more else {})


def _read(see: Checked, rules: Any, path: str) -> list[dict[str, Any]]:
    try:
        return rules_document(read_rules({"rules": rules or []}))["rules"]
    except InvalidDocument as refused:
        for place, texts in refused.errors.items():
            for text in texts:
                see.wrong(path + place, str(text))
    return []


def _refuse_stricter(before: Mapping[str, Any], after: Mapping[str, Any], reason: str) -> None:
    see = Checked()
    if not reason.strip():
        see.wrong("reason", _("The call is open: say why the rules change. Applicants may ask."))
    for path, old, new in _parts(before, after):
        known = {rule["key"]: rule for rule in old}
        everybody = before.get("rules", []) if path else []
        held = [rule for rule in read_rules({"rules": [*everybody, *old]}) if rule.weight == "hard"]
        for n, rule in enumerate(read_rules({"rules": new})):
            was = known.get(rule.key)
            places = list(shutting_out(held, rule, f"{path}rules[{n}]")) if rule.weight == "hard" else []
            if not places:
                continue
            if was is None or was["weight"] != "hard":
                see.wrong(
                    f"{path}rules[{n}].weight",
                    _("The call is open, and somebody may have submitted: a rule cannot begin to exclude people now."),
                )
                continue
            for place in places:
                see.wrong(
                    place,
                    _(
                        "The call is open, and somebody may have submitted who met this condition as it was: "
                        "it can be made wider now, not narrower."
                    ),
                )
    if see.errors:
        raise InvalidDocument(see.errors)


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, list[Any], list[Any]]]:
    parts = [("", before.get("rules", []), after.get("rules", []))]
    for key, part in after.get("strands", {}).items():
        old = before.get("strands", {}).get(key, {}).get("rules", [])
        parts.append((f"strands.{key}.", old, part["rules"]))
    return parts


def _locked(call: Call) -> Call:
    row = found_call(call)
    if row.status in OVER:
        raise NotAnyMore
    return row


def _next(before: FormVersion | RuleVersion | None) -> int:
    return before.number + 1 if before else 1


def _expect(before: FormVersion | RuleVersion | None, expected: int | None, mine: Any) -> None:
    number = before.number if before else 0
    if expected is not None and expected != number:
        theirs = before.document if before else {}
        if mine != theirs:
            raise StaleVersion(conflicts=[], base={}, mine=mine, theirs=theirs, version=number)


def _told(
    verb: str,
    what: str,
    call: Call,
    before: Any,
    made: FormVersion | RuleVersion,
    *,
    by: Any,
    at: datetime,
    reason: str,
) -> None:
    """Record the change; its places begin with ``what``, beside those of the call's own document."""
    record(
        verb,
        call,
        by=by,
        at=at,
        reason=reason,
        before=str(before.number) if before else "",
        after=str(made.number),
        changes=changes({what: before.document}, {what: made.document}) if before else {},
    )
    calls.refresh(call, at=at)
