"""Marks of calls: where one stands, and its deadline on every clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tessera.calls.models import Call, Status
from tessera.calls.moments import Clock
from tessera.web.templatetags.ui import status

register = template.Library()

LOOKS = {
    Status.DRAFT: "", Status.PUBLISHED: "info", Status.OPEN: "done", Status.CLOSED: "part", Status.IN_REVIEW: "part",
    Status.DECIDED: "part", Status.ARCHIVED: "", Status.CANCELLED: "late",
}  # fmt: skip


@register.simple_tag
def call_status(call: Call) -> SafeString:
    """The state of a call, marked."""
    return status(call.get_status_display(), LOOKS[Status(call.status)])


@register.filter
def last_minute(closes_at: datetime | None) -> datetime | None:
    """The minute that readers are told of a deadline, whose instant is the first one after it."""
    return closes_at - timedelta(minutes=1) if closes_at else None


@register.simple_tag
def on_clocks(shown: Iterable[Clock]) -> SafeString:
    """A deadline as each clock shows it, one a line."""
    lines = [
        (clock.local.isoformat(timespec="minutes"), f"{clock.day}, {clock.time}", str(clock.place)) for clock in shown
    ]
    return format_html_join(SafeString("<br>"), '<time datetime="{}">{}</time>, {}', lines) or format_html("")
