"""The versions of the questions and of the rules, each with what it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tessera.calls.forms.differences import PartChange, form_differences, rules_differences
from tessera.calls.forms.rules import Choices
from tessera.calls.queries import form_of, versions_of
from tessera.calls.views.rules import sisters_of
from tessera.calls.views.versions import FORM, RULES, Document, Opened

type Told = Callable[[Document, Document], list[PartChange]]


@require_safe
def form_history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the questions, the latest first."""
    return _history(request, FORM.opened(request, key), form_differences, _("Questions"))


@require_safe
def rules_history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the rules, the latest first."""
    held = RULES.opened(request, key)
    choices = Choices(form_of(held.call), sisters_of(held.call, request.user))
    return _history(request, held, lambda old, new: rules_differences(old, new, choices), _("Rules"))


def _history(request: HttpRequest, held: Opened, told: Told, words: str) -> HttpResponse:
    rows = versions_of(held.kind.rows, held.call)
    found: list[dict[str, Any]] = []
    for n, row in enumerate(rows):
        before = rows[n + 1] if n + 1 < len(rows) else None
        found.append(
            {"row": row, "first": before is None, "parts": told(before.document, row.document) if before else []}
        )
    page = held.page(request, versions=found, of_form=held.kind is FORM, back=held.home, back_words=words)
    return render(request, "calls/versions.html", page)
