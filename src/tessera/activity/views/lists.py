"""Lists of records on the desk: narrowed by the address, in pages, with the same number of queries for any length."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tessera.activity.kinds import RecordKind

PAGE = 30


def record_list(
    request: HttpRequest,
    kind: RecordKind,
    form: forms.Form,
    rows: models.QuerySet[Any],
    template: str,
    **more: Any,
) -> HttpResponse:
    """A page of ``rows``; the rows come in order and with what the template shows of them.

    An empty list speaks to those who make such records (they are those who may copy one) otherwise than to readers.
    """
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    narrowed = any(request.GET.get(name) for name in form.fields)
    makes = kind.copying is None or kind.may(request.user, kind.copying.permission, None)
    told = {"kind": kind, "form": form, "page": page, "narrowed": narrowed, "makes": makes}
    return render(request, template, {**told, **more})


def narrowed_by_state(rows: models.QuerySet[Any], asked: dict[str, Any]) -> models.QuerySet[Any]:
    """The filters that every list has: public or not, merged, rehearsal."""
    state = asked.get("state")
    if state == "merged":
        rows = rows.exclude(merged_into=None)
    elif hasattr(rows.model, "merged_into"):
        rows = rows.filter(merged_into=None)
    if state in ("public", "draft"):
        rows = rows.filter(published=state == "public")
    if asked.get("rehearsal"):
        rows = rows.filter(rehearsal=asked["rehearsal"] == "only")
    return rows
