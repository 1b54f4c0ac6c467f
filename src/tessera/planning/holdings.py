"""What planning holds about people: proposals by their address, and what the roster says of a trainer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tessera.accounts.holdings import declare
from tessera.accounts.models import User
from tessera.planning.models import Proposal, TrainerProfile
from tessera.planning.services import proposals


def declare_all() -> None:
    """Declare them to the privacy page."""
    declare(
        "planning.proposals", _proposals, label=_("Trainings you proposed"),
        names={
            "code": _("Number"), "state": _("State"), "name": _("Name"), "organisation": _("Organisation"),
            "country": _("Country"), "need": _("Need"), "dates": _("Dates"), "sent_at": _("Sent"),
            "confirmed_at": _("Confirmed"), "decided_at": _("Decided"), "reason": _("Reason"),
        },
        say={"state": lambda code: dict(Proposal.State.choices).get(code, code)},
        why=_("To decide where the next trainings are held, and to answer you"), seen_by=_("You and the programme office"),
        kept=_("7 days where you never confirm; your name is taken out on request"),
        count=lambda user: Proposal.objects.of_address(user.email).count(), erase=_forget,
    )  # fmt: skip
    declare(
        "planning.roster", _roster, label=_("What the roster of trainers says of you"),
        names={
            "languages": _("Languages"), "topics": _("Topics"), "fee": _("Fee"), "travel": _("Travel"),
            "currency": _("Currency"), "most_a_year": _("Trainings a year"), "note": _("Note"), "periods": _("Availability"),
        },
        why=_("To ask you for trainings that fit you"), seen_by=_("You and the programme office"),
        kept=_("Corrected or removed on request"), erase=_forget_roster,
    )  # fmt: skip


def _proposals(user: User) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "state": row.state,
            "name": row.name,
            "organisation": row.organisation,
            "country": row.country_id,
            "need": row.need,
            "dates": row.dates,
            "sent_at": row.sent_at.isoformat(),
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
            "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            "reason": row.reason,
        }
        for row in Proposal.objects.of_address(user.email).order_by("sent_at", "pk")
    ]


def _roster(user: User) -> list[dict[str, Any]]:
    rows = TrainerProfile.objects.filter(person=user.person_id) if user.person_id else TrainerProfile.objects.none()
    return [
        {
            "languages": row.languages,
            "topics": [topic.slug for topic in row.topics.order_by("slug")],
            "fee": row.fee,
            "travel": row.travel,
            "currency": row.currency,
            "most_a_year": row.most_a_year,
            "note": row.note,
            "periods": [
                {"kind": period.kind, "start_on": period.start_on.isoformat(), "end_on": period.end_on.isoformat()}
                for period in row.periods.order_by("start_on", "pk")
            ],
        }
        for row in rows
    ]


def _forget(user: User, at: datetime) -> None:
    proposals.forget_proposals(user.email, at=at)


def _forget_roster(user: User, at: datetime) -> None:
    if user.person_id:
        TrainerProfile.objects.filter(person=user.person_id).delete()
