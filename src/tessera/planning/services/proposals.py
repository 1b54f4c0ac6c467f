"""Proposals: sent, confirmed, decided, taken back; each step once, with who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tessera.accounts.models import Person, Role, User
from tessera.accounts.services import grant_role, invite_user
from tessera.accounts.tokens import hash_of, link_token, new_token, row_of_link
from tessera.activity.services import record
from tessera.core.codes import new_code
from tessera.core.errors import DomainError
from tessera.messaging.rendering import site_url
from tessera.messaging.services import queue_message
from tessera.planning.models import Proposal

CONFIRM_DAYS = 7
SALT = "planning.proposal"
# What somebody who proposes may say; everything else follows from what is done with it.
FACTS = (
    "name", "email", "organisation", "capacity", "country_id", "city", "need", "topic_id", "topic_words", "dates",
    "languages", "budget", "currency",
)  # fmt: skip
ROLES = {"host": Role.HOST, "committee": Role.COMMITTEE}


class AlreadyDecided(DomainError):
    message = gettext_lazy("Somebody has decided on this proposal already, or it was taken back. Nothing was changed.")


class ReasonMissing(DomainError):
    message = gettext_lazy("Write the reason: the proposer will read it.")


class CannotWithdraw(DomainError):
    message = gettext_lazy("This proposal cannot be taken back any more: a training was made of it, or it is decided.")


@transaction.atomic
def send_proposal(facts: Mapping[str, Any], *, language: str, at: datetime) -> Proposal:
    """Keep what a stranger typed, unread, and mail a link that works once, within seven days.

    What the reader sees does not depend on the address. ``facts`` are those of `FACTS`.
    """
    token = new_token()
    proposal = _new(facts, language, at, token_hash=hash_of(token))
    with override(language):
        queue_message(
            "proposal_confirm",
            to=proposal.email,
            context={
                "link": site_url(f"/{language}/propose/confirm/{token}/"),
                "organisation": proposal.organisation,
                "days": CONFIRM_DAYS,
            },
            language=language,
            reason=_("You get this message because somebody typed your address on our page for proposals."),
            confidential=True,
            at=at,
        )
    return proposal


@transaction.atomic
def add_proposal(facts: Mapping[str, Any], *, language: str, by: User, at: datetime) -> Proposal:
    """Write down a proposal that reached the office another way: it is received at once, and its sender is told."""
    proposal = _new(facts, language, at, state=Proposal.State.RECEIVED, confirmed_at=at)
    record("proposal.received", proposal, by=by, at=at, after=proposal.state, public=False)
    _tell(proposal, "proposal_received", at)
    return proposal


def proposal_to_confirm(token: str, *, at: datetime) -> Proposal | None:
    """The draft that a link confirms; None where it is used up, too old or not ours."""
    waiting = Proposal.objects.filter(
        state=Proposal.State.DRAFT, token_hash=hash_of(token), sent_at__gt=at - timedelta(days=CONFIRM_DAYS)
    )
    return waiting.first()


@transaction.atomic
def confirm_proposal(token: str, *, at: datetime) -> Proposal | None:
    """Hand the proposal to the office and tell its sender; None (and nothing done) where the link does not work.

    The token works once: of two that come at the same time one finds nothing.
    """
    waiting = proposal_to_confirm(token, at=at)
    proposal = Proposal.objects.select_for_update().filter(pk=waiting.pk).first() if waiting else None
    if proposal is None or proposal.token_hash is None:
        return None
    proposal.state, proposal.confirmed_at, proposal.token_hash = Proposal.State.RECEIVED, at, None
    proposal.version += 1
    proposal.save(update_fields=["state", "confirmed_at", "token_hash", "version"])
    record(
        "proposal.received", proposal, by=None, actor=proposal.organisation[:200], at=at,
        before=Proposal.State.DRAFT, after=proposal.state, public=False,
    )  # fmt: skip
    _tell(proposal, "proposal_received", at)
    return proposal


@transaction.atomic
def accept_proposal(proposal: Proposal, *, by: User, at: datetime, role: str = "", reason: str = "") -> Proposal:
    """Accept a proposal and tell its sender; ``role`` "host" or "committee" makes them one for its country.

    Somebody without an account is invited; AlreadyDecided changes nothing. A rehearsal proposal gives no role to a
    real account.
    """
    fresh = _to_decide(proposal)
    if role:
        _give_role(fresh, ROLES[role], by=by, at=at)
    return _decide(fresh, Proposal.State.ACCEPTED, "proposal_accepted", by=by, at=at, reason=reason)


@transaction.atomic
def decline_proposal(proposal: Proposal, *, by: User, at: datetime, reason: str) -> Proposal:
    """Decline a proposal, with a reason that its sender reads."""
    if not reason.strip():
        raise ReasonMissing
    return _decide(_to_decide(proposal), Proposal.State.DECLINED, "proposal_declined", by=by, at=at, reason=reason)


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: User | None, at: datetime, reason: str = "") -> Proposal:
    """Take a proposal back: its sender by link (``by`` None), or the office. A second time changes nothing."""
    fresh = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if fresh.state == Proposal.State.WITHDRAWN:
        return fresh
    if not fresh.may_be_withdrawn():
        raise CannotWithdraw
    before, fresh.state = fresh.state, Proposal.State.WITHDRAWN
    fresh.decided_at, fresh.decided_by, fresh.reason = at, by, reason.strip()
    fresh.version += 1
    fresh.save(update_fields=["state", "decided_at", "decided_by", "reason", "version"])
    actor = "" if by is not None else fresh.organisation[:200]
    record(
        "proposal.withdrawn", fresh, by=by, actor=actor, at=at,
        before=before, after=fresh.state, reason=fresh.reason, public=False,
    )  # fmt: skip
    return fresh


def tidy_proposals(*, at: datetime) -> int:
    """Forget what nobody confirmed within seven days; returns how many."""
    return Proposal.objects.unconfirmed_before(at - timedelta(days=CONFIRM_DAYS)).delete()[0]


@transaction.atomic
def forget_proposals(address: str, *, at: datetime) -> int:
    """Take the person out of the proposals of an address: what was never decided goes, the rest stays without a name."""
    rows = Proposal.objects.select_for_update().of_address(address)
    gone = rows.filter(training=None).exclude(state__in=(Proposal.State.ACCEPTED, Proposal.State.DECLINED))
    count = gone.delete()[0]
    for row in Proposal.objects.select_for_update().of_address(address):
        row.name, row.email, row.seed = "–", f"erased-{row.code.lower()}@invalid.example", new_code(16)
        row.save(update_fields=["name", "email", "seed"])
        count += 1
    return count


def proposer_path(proposal: Proposal) -> str:
    """The proposer's own page: where the proposal stands, and how to take it back."""
    return f"/{proposal.language}/propose/mine/{link_token(proposal, SALT)}/"


def proposal_of(token: str) -> Proposal | None:
    """The proposal of a proposer's own link; None where it is gone or the link is not ours."""
    return row_of_link(token, Proposal.objects.confirmed().select_related("country"), SALT)


def _new(facts: Mapping[str, Any], language: str, at: datetime, **more: Any) -> Proposal:
    given = {name: facts[name] for name in FACTS if name in facts}
    given["email"] = given["email"].strip().lower()
    return Proposal.objects.create(**given, language=language, code=new_code(8), seed=new_code(16), sent_at=at, **more)


def _to_decide(proposal: Proposal) -> Proposal:
    fresh = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not fresh.may_be_decided():
        raise AlreadyDecided
    return fresh


def _decide(proposal: Proposal, state: str, template: str, *, by: User, at: datetime, reason: str) -> Proposal:
    before, proposal.state = proposal.state, state
    proposal.decided_at, proposal.decided_by, proposal.reason = at, by, reason.strip()
    proposal.version += 1
    proposal.save(update_fields=["state", "decided_at", "decided_by", "reason", "version"])
    record(
        f"proposal.{state}", proposal, by=by, at=at, before=before, after=state, reason=proposal.reason, public=False
    )
    _tell(proposal, template, at)
    return proposal


def _give_role(proposal: Proposal, role: str, *, by: User, at: datetime) -> None:
    user = User.objects.filter(email__iexact=proposal.email).first()
    scope = {"scope_kind": "country", "scope_key": proposal.country_id}
    why = _("From the proposal %(code)s.") % {"code": proposal.code}
    if user is None:
        invite_user(
            proposal.email, language=proposal.language, by=by, at=at, person=_person_named(proposal),
            roles=[(role, scope["scope_kind"], scope["scope_key"])], reason=why, rehearsal=proposal.rehearsal,
        )  # fmt: skip
    elif user.rehearsal == proposal.rehearsal:
        grant_role(user, role, by=by, at=at, reason=why, **scope)


def _person_named(proposal: Proposal) -> Person | None:
    """The one person on record with exactly this name who has no account; nobody where that is not certain."""
    named = Person.objects.present().filter(display=proposal.name, rehearsal=proposal.rehearsal, user=None)[:2]
    return named[0] if len(named) == 1 else None


def _tell(proposal: Proposal, template: str, at: datetime) -> None:
    with override(proposal.language):
        context = {
            "code": proposal.code,
            "organisation": proposal.organisation,
            "country": str(proposal.country),
            "answer": proposal.reason,
            "link": site_url(proposer_path(proposal)),
        }
        if not proposal.reason:
            del context["answer"]
        queue_message(
            template,
            to=proposal.email,
            context=context,
            language=proposal.language,
            reason=_("You get this message because you proposed a training."),
            key=f"{template}:{proposal.code}",
            confidential=True,
            rehearsal=proposal.rehearsal,
            at=at,
        )
