"""What the public pages hold about people: e-mail alerts, by the address they go to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tessera.accounts.holdings import declare
from tessera.accounts.models import User
from tessera.portal.models import Alert
from tessera.portal.services import end_alerts, wish


def declare_all() -> None:
    """Declare them to the privacy page."""
    declare(
        "portal.alerts", _alerts, label=_("Your e-mail alerts"),
        names={"about": _("About"), "asked_at": _("Asked for"), "confirmed_at": _("Started"), "mails": _("Mails sent")},
        why=_("So that we can write to you when a training is announced"), seen_by=_("You"),
        kept=_("Until you end them; 7 days where you never confirm them"),
        count=lambda user: Alert.objects.of_address(user.email).count(), erase=_erase,
    )  # fmt: skip


def _alerts(user: User) -> list[dict[str, Any]]:
    return [
        {
            "about": wish(alert.query, alert.language),
            "asked_at": alert.asked_at.isoformat(),
            "confirmed_at": alert.confirmed_at.isoformat() if alert.confirmed_at else None,
            "mails": alert.mails,
        }
        for alert in Alert.objects.of_address(user.email).order_by("asked_at", "pk")
    ]


def _erase(user: User, at: datetime) -> None:
    end_alerts(user.email)
