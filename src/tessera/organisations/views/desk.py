"""Lists of people and organisations, and making one after looking whether it is there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models.functions import Coalesce, Lower, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tessera.accounts.models import Person
from tessera.accounts.permissions import require
from tessera.activity.kinds import RecordKind
from tessera.activity.views.lists import narrowed_by_state, record_list
from tessera.core.errors import InvalidDocument
from tessera.core.folding import words
from tessera.organisations.forms import (
    ORGANISATION,
    PERSON,
    ListForm,
    NewForm,
    NewOrganisationForm,
    OrganisationListForm,
    finders,
    make_organisation,
    make_person,
)
from tessera.organisations.models import NameEntry, Organisation


def people(request: HttpRequest) -> HttpResponse:
    """Every person, in the order of names."""
    require(request.user, "activity.view_history")
    form = ListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = narrowed_by_state(Person.objects.visible_to(request.user), asked)
    for word in words(asked.get("q", "")):
        rows = rows.filter(names_folded__contains=f" {word}")
    rows = rows.select_related("work_country", "merged_into").order_by(Lower("sort_name"), "pk")
    return record_list(request, PERSON, form, rows, "organisations/people.html")


def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation, in the order of names in the reader's language."""
    require(request.user, "activity.view_history")
    form = OrganisationListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = narrowed_by_state(Organisation.objects.visible_to(request.user), asked)
    if asked.get("type"):
        rows = rows.filter(type=asked["type"])
    for word in words(asked.get("q", "")):
        rows = rows.filter(
            pk__in=NameEntry.objects.filter(organisation__isnull=False, padded__contains=f" {word}").values(
                "organisation_id"
            )
        )
    rows = rows.select_related("country", "parent", "merged_into").order_by(_by_name("name"), "pk")
    return record_list(request, ORGANISATION, form, rows, "organisations/organisations.html")


def new_person(request: HttpRequest) -> HttpResponse:
    """Look for the person first; then make one."""
    require(request.user, "accounts.add_person")
    return _new(request, PERSON, NewForm)


def new_organisation(request: HttpRequest) -> HttpResponse:
    """Look for the organisation first; then make one."""
    require(request.user, "organisations.add_organisation")
    return _new(request, ORGANISATION, NewOrganisationForm)


def _new(request: HttpRequest, kind: RecordKind, form_class: type[NewForm]) -> HttpResponse:
    asked = str(request.POST.get("name") or request.GET.get("name") or "").strip()
    posted = request.method == "POST"
    form = form_class(request.POST if posted else None, initial={"name": asked})
    if posted and form.is_valid():
        make = make_person if kind is PERSON else make_organisation
        data = form.cleaned_data
        try:
            slug = make(data["name"], data.get("type", ""), beside=None, by=request.user, at=timezone.now())
        except InvalidDocument as refused:
            for texts in refused.errors.values():
                for text in texts:
                    form.add_error("name", text)
        else:
            messages.success(request, _("A draft was made. Nobody but the office sees it until it is published."))
            return redirect(kind.address("edit", slug, kind.sections[0].key))
    page: dict[str, Any] = {
        "kind": kind,
        "form": form,
        "asked": asked,
        "matches": finders()[kind.name].similar(asked) if asked else [],
    }
    return render(request, "activity/new.html", page, status=422 if form.errors else 200)


def _by_name(field: str) -> Any:
    """Order by a translated name: in the reader's language, else in any that has one."""
    from django.conf import settings
    from django.db.models.fields.json import KeyTextTransform

    languages = dict.fromkeys([get_language() or settings.MAIN_LANGUAGE, *settings.CONTENT_LANGUAGES])
    texts = [NullIf(KeyTextTransform(code, field), models.Value("")) for code in languages]
    return Lower(Coalesce(*texts, models.Value("")))
