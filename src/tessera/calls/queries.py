"""Reads of calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from tessera.activity.models import Activity
from tessera.calls.models import Call, FormVersion, RuleVersion, Status
from tessera.calls.questions import Form, read_form


def calls_whole() -> models.QuerySet[Call]:
    """Calls with all that their documents and scopes hold, newest first; four queries for any number of rows."""
    return (
        Call.objects.select_related("training")
        .prefetch_related("strands", "training__venues", "training__credits__organisation")
        .order_by("-pk")
    )


def latest_form(call: Call) -> FormVersion | None:
    """The questions as they are asked now; None before any were saved."""
    return FormVersion.objects.filter(call=call).order_by("-number").first()


def latest_rules(call: Call) -> RuleVersion | None:
    """The rules as they hold now; None before any were saved."""
    return RuleVersion.objects.filter(call=call).order_by("-number").first()


def form_of(call: Call) -> Form | None:
    """The questions as they are asked now, read; None before any were saved."""
    row = latest_form(call)
    return read_form(row.document) if row else None


def versions_of(
    model: type[FormVersion | RuleVersion], call: Call, limit: int = 100
) -> list[FormVersion | RuleVersion]:
    """The versions of the questions or of the rules with who saved them, the latest first; one query."""
    return list(model.objects.filter(call=call).select_related("by").order_by("-number")[:limit])


def calls_with_forms(call: Call, user: Any, limit: int = 200) -> models.QuerySet[Call]:
    """Other calls that ``user`` may know of and that ask something, the latest first."""
    return (
        Call.objects.visible_to(user)
        .filter(form_versions__isnull=False)
        .exclude(pk=call.pk)
        .distinct()
        .order_by("-pk")[:limit]
    )


def called_off(calls: Iterable[Call]) -> set[int]:
    """The keys of those that were cancelled, also where they were put away since; one query where any is put away.

    So is one whose training was cancelled, before the office cancels it. Reads ``training``.
    """
    rows = list(calls)
    away = {row.natural_code: row.pk for row in rows if row.status == Status.ARCHIVED}
    told = Activity.objects.filter(verb="call.cancelled", object_type="call", object_key__in=away)
    found = {away[code] for code in told.values_list("object_key", flat=True)} if away else set()
    found |= {row.pk for row in rows if row.status not in (Status.DRAFT, Status.ARCHIVED) and row.training_is_off}
    return found | {row.pk for row in rows if row.status == Status.CANCELLED}


def calls_named(codes: list[str]) -> dict[str, dict[str, str]]:
    """The titles of calls by code; no query for none."""
    if not codes:
        return {}
    return {row.code: dict(row.title) for row in Call.objects.filter(code__in=codes).only("code", "title")}


def sister_calls(call: Call) -> models.QuerySet[Call]:
    """The other calls of its group, of which a person may apply to one only."""
    if not call.sister_group:
        return Call.objects.none()
    return Call.objects.filter(sister_group=call.sister_group).exclude(pk=call.pk).order_by("pk")
