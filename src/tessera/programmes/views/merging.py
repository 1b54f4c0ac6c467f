"""Two records of one: looking for the duplicate, seeing what would follow, merging, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tessera.accounts import services as accounts
from tessera.accounts.models import MergeRecord, Person
from tessera.accounts.permissions import require
from tessera.activity.history import Change, changes_named
from tessera.activity.kinds import RecordKind, frame
from tessera.activity.views.refusals import add_refusal_elsewhere
from tessera.core.errors import DomainError, InvalidDocument
from tessera.organisations.forms import ORGANISATION, PERSON, finders
from tessera.organisations.models import Organisation, OrganisationMerge
from tessera.programmes import services
from tessera.programmes.forms.acts import ReasonForm
from tessera.programmes.models import Training
from tessera.web.sections import label_of, shown_at
from tessera.web.sections.paths import is_empty, value_at


@dataclass(frozen=True)
class Merging:
    """How records of one kind are merged."""

    kind: RecordKind
    permission: str
    present: Callable[[], models.QuerySet[Any]]
    merge: Callable[..., Any]
    undo: Callable[..., Any]
    records: type[models.Model]
    trainings: Callable[[Any], models.QuerySet[Training]]


PEOPLE = Merging(
    PERSON,
    "accounts.merge_persons",
    lambda: Person.objects.present(),
    accounts.merge_persons,
    accounts.undo_merge,
    MergeRecord,
    lambda person: Training.objects.filter(engagements__person=person).distinct(),
)
ORGANISATIONS = Merging(
    ORGANISATION,
    "organisations.merge_organisations",
    lambda: Organisation.objects.present(),
    services.merge_organisations,
    services.undo_organisation_merge,
    OrganisationMerge,
    lambda organisation: Training.objects.filter(credits__organisation=organisation).distinct(),
)


def merge_person(request: HttpRequest, key: str) -> HttpResponse:
    """Merge another person into this one."""
    return _merge(request, PEOPLE, key)


def merge_organisation(request: HttpRequest, key: str) -> HttpResponse:
    """Merge another organisation into this one."""
    return _merge(request, ORGANISATIONS, key)


def undo_person_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two people of one again."""
    return _undo(request, PEOPLE, pk)


def undo_organisation_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two organisations of one again."""
    return _undo(request, ORGANISATIONS, pk)


def _merge(request: HttpRequest, how: Merging, key: str) -> HttpResponse:
    obj = how.kind.get(request.user, key)
    require(request.user, how.permission, obj)
    text = request.GET.get("name", "") or ("" if request.GET.get("other") else str(obj))
    other = how.present().filter(slug=request.GET.get("other", "")).exclude(pk=obj.pk).first()
    if request.GET.get("other") and other is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and other and form.is_valid():
        try:
            merge = how.merge(obj, other, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except InvalidDocument as refused:
            add_refusal_elsewhere(form, refused, request.user)
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("“%(other)s” is now the same record as “%(kept)s”.") % {"other": other, "kept": obj},
                    reverse(f"programmes:{how.kind.name}_unmerge", args=[merge.pk]),
                    _("Undo"),
                ),
            )
            return redirect(how.kind.address("", obj.slug))
    page = {
        **frame(how.kind, request.user, obj),
        "form": form,
        "other": other,
        "asked": text,
        "matches": [m for m in finders()[how.kind.name].similar(text) if m.slug != obj.slug] if not other else [],
        "differences": _differences(how.kind, obj, other) if other else [],
        "trainings": how.trainings(other).order_by("slug") if other else [],
        "merges": how.records.objects.filter(kept=obj, undone_at=None).select_related("merged").order_by("-at"),  # type: ignore[attr-defined]
        "unmerge": f"programmes:{how.kind.name}_unmerge",
    }
    return render(request, "programmes/merge.html", page, status=422 if form.errors else 200)


def _undo(request: HttpRequest, how: Merging, pk: int) -> HttpResponse:
    merge: Any = get_object_or_404(
        how.records.objects.select_related("kept", "merged"),  # type: ignore[attr-defined]
        pk=pk,
        undone_at=None,
    )
    require(request.user, how.permission, merge.kept)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            parted = how.undo(merge, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except InvalidDocument as refused:
            add_refusal_elsewhere(form, refused, request.user)
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("“%(other)s” is a record of its own again.") % {"other": parted})
            return redirect(how.kind.address("", parted.slug))
    page = {**frame(how.kind, request.user, merge.kept), "form": form, "merge": merge}
    return render(request, "programmes/unmerge.html", page, status=422 if form.errors else 200)


def _differences(kind: RecordKind, kept: Any, other: Any) -> list[Change]:
    """What the two records say at each place where they differ."""
    one, two = kind.document(kept), kind.document(other)
    found = []
    for section in kind.sections:
        for item in section.items:
            mine, theirs = value_at(one, item.path), value_at(two, item.path)
            if mine != theirs and not (is_empty(mine) and is_empty(theirs)):
                label = label_of(kind.sections, item.path)
                shown = [shown_at(kind.sections, item.path, value) for value in (mine, theirs)]
                found.append(Change(label, shown[0], shown[1], is_text=False))
    return changes_named(found, kind.finders())
