"""The steps of a call's life (DOMAIN §3.1), each with its conditions; dates move in ``dates``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tessera.activity import documents
from tessera.activity.models import Activity
from tessera.activity.services import record
from tessera.calls.announcing import readers_of, waiting_in
from tessera.calls.eligibility import editing
from tessera.calls.models import Call, Channel, Status
from tessera.calls.publishing import call_texts
from tessera.calls.queries import latest_form, latest_rules
from tessera.calls.questions import Type
from tessera.calls.services.records import calls, found_call, words_of
from tessera.calls.services.telling import tell
from tessera.core.documents import changes
from tessera.core.errors import DomainError
from tessera.core.models import TranslationState
from tessera.organisations.services import InUse, Lacking

S = Status
STEPS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.PUBLISHED,),
    S.PUBLISHED: (S.OPEN, S.DRAFT, S.CANCELLED),
    S.OPEN: (S.CLOSED, S.CANCELLED),
    S.CLOSED: (S.IN_REVIEW, S.CANCELLED),
    S.IN_REVIEW: (S.DECIDED, S.CANCELLED),
    S.DECIDED: (S.ARCHIVED, S.CANCELLED),
    S.CANCELLED: (S.ARCHIVED,),
    S.ARCHIVED: (),
}


_UNSET = {
    ("age_at", "on"): gettext_lazy("Set the day on which ages count, in the rule “%(key)s”: a copy leaves it out."),
    ("membership", "years"): gettext_lazy("Set the years of dues, in the rule “%(key)s”: a copy leaves them out."),
    ("membership", "or_commits_by"): gettext_lazy(
        "Set the day by which people promise to join, in the rule “%(key)s”: a copy leaves it out."
    ),
    ("grant_pause", "on"): gettext_lazy(
        "Set the day on which the pause since a grant is counted, in the rule “%(key)s”: a copy leaves it out."
    ),
}


TRAINING_OFF = gettext_lazy("The training was called off: nobody can apply for it any more.")


class StepRefused(DomainError):
    """Why a call may not take a step; a sentence."""

    message = gettext_lazy("This step is not possible.")


def next_steps(call: Call, at: datetime) -> list[str]:
    """The steps that may be taken at ``at``, in the order of a call's life."""
    return [status for status in STEPS[call.status] if not why_not(call, status, at)]


def lacking(call: Call, at: datetime) -> list[str]:
    """What a call still needs before readers may see it at ``at``: whole sentences, none where nothing is lacking."""
    document = calls.read(call)
    shown, _stale = documents.public_texts("call", call.code, call_texts(document))
    said: list[str] = []
    ready = [language for language, title in shown["title"].items() if title and shown.get("summary", {}).get(language)]
    if not ready:
        said.append(_("Title and summary are not ready in any one language: write both and take them out of draft."))
    elif call.main_language not in ready:
        said.append(
            _("The title or the summary is missing in the main language of the call (%(language)s).")
            % {"language": words_of([call.main_language])}
        )
    if call.training_is_off:
        said.append(str(TRAINING_OFF))
    if not call.training.published:
        said.append(_("The training “%(title)s” is not public: publish it first.") % {"title": call.training})
    if call.first_opens_at is None:
        said.append(_("Say when it opens."))
    if call.last_closes_at is None:
        said.append(_("Say when it closes: the deadline is missing."))
    elif call.last_closes_at <= at:
        said.append(_("Its deadline is over: write a later one."))
    else:
        said += [
            _("The deadline of strand %(n)s is over: write a later one.") % {"n": strand.order + 1}
            for strand in sorted(call.strands.all(), key=lambda strand: strand.order)
            if strand.closes_at is not None and strand.closes_at <= at
        ]
    form = latest_form(call)
    if form is None or not any(step["questions"] for step in form.document["steps"]):
        said.append(_("It asks nothing yet: write its questions, or begin with those of a regional training."))
    elif call.channel != Channel.INDIVIDUAL and not any(
        question["type"] == Type.ENDORSEMENT and question.get("stage") != "after_selection"
        for step in form.document["steps"]
        for question in step["questions"]
    ):
        said.append(
            _("People apply with an endorsement, and no question asks for one: add it, or let people apply themselves.")
        )
    rules = latest_rules(call)
    said += [
        _UNSET[rule["kind"], name] % {"key": rule["key"]}
        for rule, name in editing.left_to_set(rules.document if rules else {})
    ]
    if not any(audience for audience in (shown.get("audience"), *_audiences(shown))):
        said.append(_("Say for whom it is."))
    return said + _nameless(document, shown)


@transaction.atomic
def publish_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Show a call to the public; `Lacking` says what is missing. One whose opening has come opens at once."""
    row = found_call(call)
    if row.published:
        return row
    missing = lacking(row, at)
    if missing:
        raise Lacking(missing)
    row = _set(row, S.PUBLISHED, "call.published", by=by, at=at, reason=reason)
    if row.first_opens_at is not None and row.first_opens_at <= at:
        row = _set(row, S.OPEN, "call.opened", by=by, at=at, reason="")
    return row


@transaction.atomic
def unpublish_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Take a call that has not opened from the public; StepRefused once it has opened."""
    row = found_call(call)
    if row.status == S.DRAFT:
        return row
    if row.status != S.PUBLISHED:
        raise StepRefused(_("It has opened: people may be writing. It can be cancelled, and stays readable."))
    return _set(row, S.DRAFT, "call.unpublished", by=by, at=at, reason=reason)


@transaction.atomic
def open_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Let people apply. Before its moment only a person opens it, and the opening then moves to ``at``."""
    row = found_call(call)
    if row.status == S.OPEN:
        return row
    _ask(row, S.OPEN, at)
    early = row.first_opens_at is not None and at < row.first_opens_at
    if early and by is None:
        raise StepRefused(_("Its opening has not come yet."))
    before = row.first_opens_at
    if early:
        minute = at.replace(second=0, microsecond=0)
        row.opens_at, row.first_opens_at = (minute, minute)
        row.strands.filter(opens_at__gt=at).update(opens_at=None)
        row.save(update_fields=["opens_at", "first_opens_at"])
        row = found_call(row)
    return _set(row, S.OPEN, "call.opened", by=by, at=at, reason=reason, moved={"opens": before} if early else None)


@transaction.atomic
def close_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Say that the deadline is over; before it StepRefused, because a deadline is never shortened."""
    row = found_call(call)
    if row.status == S.CLOSED:
        return row
    _ask(row, S.CLOSED, at)
    return _set(row, S.CLOSED, "call.closed", by=by, at=at, reason=reason)


@transaction.atomic
def begin_review(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Let reviewers begin. What is not submitted by now stays out."""
    return _step(call, S.IN_REVIEW, "call.review_begun", by=by, at=at, reason=reason)


@transaction.atomic
def mark_decided(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Say that who is selected is decided."""
    return _step(call, S.DECIDED, "call.decided", by=by, at=at, reason=reason)


@transaction.atomic
def archive_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Put a decided or cancelled call away; nothing follows. Its page stays."""
    return _step(call, S.ARCHIVED, "call.archived", by=by, at=at, reason=reason)


@transaction.atomic
def cancel_call(call: Call, *, by: Any, at: datetime, reason: str = "") -> Call:
    """Call it off for good and tell everybody who applied; a reason is needed. A second time changes nothing."""
    row = found_call(call)
    if row.status == S.CANCELLED:
        return row
    _ask(row, S.CANCELLED, at)
    if not reason.strip():
        raise StepRefused(_("Give the reason: those who applied will ask."))
    row = _set(row, S.CANCELLED, "call.cancelled", by=by, at=at, reason=reason)
    tell("call_cancelled", row, "everybody", key=f"call_cancelled:{row.pk}", by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def delete_draft(call: Call, *, by: Any, at: datetime, reason: str = "") -> None:
    """Delete a call that never was public; `InUse` otherwise."""
    row = found_call(call)
    seen = Activity.objects.filter(object_type="call", object_key=row.code, verb="call.published").exists()
    if row.published or seen or readers_of(row, "everybody"):
        raise InUse
    record("call.deleted", row, by=by, at=at, reason=reason)
    TranslationState.objects.filter(object_type="call", object_key=row.code).delete()
    row.delete()


def follow_clock(at: datetime) -> int:
    """Open and close the calls whose moment has come; returns how many. Safe to repeat; one that fails stops none."""
    done = 0
    for rows, act in ((Call.objects.due_to_open(at), open_call), (Call.objects.due_to_close(at), close_call)):
        for call in rows.order_by("pk"):
            try:
                act(call, by=None, at=at)
            except DomainError:
                continue
            done += 1
    return done


def why_not(call: Call, status: str, at: datetime) -> str:
    """The sentence that refuses a step, "" where nothing does."""
    if status == call.status or status not in STEPS[call.status]:
        return _("A call that is “%(now)s” cannot become “%(then)s”.") % {
            "now": call.get_status_display(),
            "then": dict(Status.choices).get(Status(status), status),
        }
    if status == S.CLOSED and call.last_closes_at is not None and at < call.last_closes_at:
        return _("Its deadline has not come: a deadline is never shortened.")
    if status == S.OPEN and call.training_is_off:
        return str(TRAINING_OFF)
    if status == S.OPEN and call.last_closes_at is not None and call.last_closes_at <= at:
        return _("Its deadline is over.")
    return not_yet(call) if status == S.ARCHIVED else ""


def not_yet(call: Call) -> str:
    """Why a decided call cannot be put away yet: somebody has still to answer. "" for every other call."""
    return waiting_in(call) if call.status == S.DECIDED else ""


def _step(call: Call, status: str, verb: str, *, by: Any, at: datetime, reason: str) -> Call:
    row = found_call(call)
    if row.status == status:
        return row
    _ask(row, status, at)
    return _set(row, status, verb, by=by, at=at, reason=reason)


def _ask(row: Call, status: str, at: datetime) -> None:
    problem = why_not(row, status, at)
    if problem:
        raise StepRefused(problem)


def _set(
    row: Call, status: str, verb: str, *, by: Any, at: datetime, reason: str, moved: dict[str, Any] | None = None
) -> Call:
    """Write the status. Where a date moved with it, the document is a new version."""
    before, row.status, row.changed_at = row.status, Status(status), at
    kept: dict[str, Any] = {}
    if moved is not None:
        row.version += 1
        document = calls.read(row)
        old = {**document, "opens": moved["opens"].isoformat() if moved["opens"] else None}
        kept = {"changes": changes(old, document), "document": document, "version": row.version}
    row.save(update_fields=["status", "version", "changed_at"])
    record(verb, row, by=by, at=at, before=before, after=status, reason=reason, **kept)
    calls.refresh(row, at=at)
    return row


def _nameless(document: Any, shown: dict[str, dict[str, str]]) -> list[str]:
    """What readers could not tell apart: strands, where there are several, and packages without a name that is ready."""
    strands = len(document["strands"]) if len(document["strands"]) > 1 else 0
    return [
        *(
            _("Strand %(n)s has no name that is ready: write it and take it out of draft.") % {"n": n + 1}
            for n in range(strands) if not shown.get(f"strands[{n}].name")
        ),
        *(
            _("Package %(n)s has no name that is ready: write it and take it out of draft.") % {"n": n + 1}
            for n in range(len(document.get("packages", []))) if not shown.get(f"packages[{n}].name")
        ),
    ]  # fmt: skip


def _audiences(shown: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [texts for path, texts in shown.items() if path.endswith("].audience")]
