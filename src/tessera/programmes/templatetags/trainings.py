"""How trainings are shown on the desk."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

STATUS_KIND = {
    "planned": "part",
    "announced": "info",
    "in_delivery": "part",
    "delivered": "done",
    "followed_up": "done",
    "closed": "done",
    "postponed": "due",
    "cancelled": "late",
}


@register.simple_tag
def training_status(training: Any, today: date | None = None) -> SafeString:
    """Where a training stands: a tile and its words; one that is over and not closed is marked."""
    day = today or timezone.now().date()
    over = training.ends_on is not None and training.ends_on < day
    if over and training.status in ("planned", "announced", "in_delivery"):
        words = _("%(status)s, dates over") % {"status": training.get_status_display()}
        return format_html('<span class="st due">{}</span>', words)
    return format_html(
        '<span class="{}">{}</span>',
        f"st {STATUS_KIND.get(training.status, '')}".strip(),
        training.get_status_display(),
    )
