"""A training or a call as the public would see it, before it is saved or published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from tessera.accounts.permissions import require
from tessera.activity.forms import opened_document, section_form
from tessera.activity.kinds import RecordKind
from tessera.activity.views.editing import EditPages
from tessera.calls.forms.kinds import CALL
from tessera.calls.publishing import call_publication
from tessera.calls.queries import calls_whole
from tessera.core.errors import DomainError, InvalidDocument
from tessera.places.queries import reference
from tessera.portal import training_page
from tessera.portal.naming import Names
from tessera.portal.views.calls import page_of
from tessera.programmes.forms.kinds import TRAINING
from tessera.programmes.models import Training
from tessera.programmes.publishing import training_publication
from tessera.programmes.queries import trainings_whole
from tessera.publications import queries
from tessera.publications.models import PublicRecord
from tessera.web.kept_text import keeps_text


@keeps_text
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The public page of a training; see ``_previewed``."""
    obj: Training = TRAINING.get(request.user, key)
    require(request.user, "portal.preview_record", obj)
    return _previewed(request, TRAINING, obj, _page)


@keeps_text
def call_preview(request: HttpRequest, key: str) -> HttpResponse:
    """The public page of a call; see ``_previewed``."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.preview_call", obj)
    return _previewed(request, CALL, obj, _call_page)


def _previewed(
    request: HttpRequest, kind: RecordKind, obj: Any, page: Callable[[HttpRequest, PublicRecord, str], HttpResponse]
) -> HttpResponse:
    """The public page from the saved facts or, posted from a section's form, from what is typed there.

    What is typed is written and read inside a transaction that is then rolled back: the page is exactly what saving
    would give, and nothing is saved.
    """
    key = obj.natural_code
    if request.method != "POST":
        return page(request, _record(kind, key), "")
    section = kind.section(request.GET.get("section", ""))
    if section is None:
        raise Http404
    version = request.POST.get("version", "")
    opened = int(version) if version.isdecimal() and len(version) < 10 else obj.version
    document = opened_document(kind, obj, opened)
    form = section_form(kind, section, obj, document, request.POST)
    pages = EditPages(kind)
    if not form.is_valid():
        return pages.page(request, obj, section, form, version=opened, status=422)
    try:
        with transaction.atomic():
            now = timezone.now()
            for creation in form.creations:
                make = kind.creators[creation.kind]
                slug = make(creation.name, creation.type, beside=obj, by=request.user, at=now)
                form.cleaned_data[creation.field] = slug
            kind.save(form.patched(), by=request.user, at=now)
            record = _record(kind, key)
            transaction.set_rollback(True)
    except InvalidDocument as refused:
        form.place_errors(refused.errors)
        return pages.page(request, obj, section, form, version=opened, status=422)
    except DomainError as refused:
        form.add_error(None, str(refused))
        return pages.page(request, obj, section, form, version=opened, status=422)
    return page(request, record, section.key)


def _record(kind: RecordKind, key: str) -> PublicRecord:
    """The public record that the training or call would have, not written."""
    if kind is CALL:
        made = call_publication(calls_whole().get(code=key))
    else:
        made = training_publication(trainings_whole().get(slug=key))
    return PublicRecord(
        kind=made.kind,
        slug=made.slug,
        rehearsal=made.rehearsal,
        card=dict(made.card),
        facts=dict(made.facts),
        sort_on=made.sort_on,
        sort_name=made.sort_name,
        changed_at=timezone.now(),
    )


def _page(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    language = get_language() or settings.MAIN_LANGUAGE
    cards = queries.cards(training_page.referred(record))
    names = Names(reference(), language, cards)
    back = TRAINING.address("edit", record.slug, unsaved) if unsaved else TRAINING.address("", record.slug)
    page = {
        "record": record,
        "names": cards,
        "places": names.places,
        "t": training_page.training_page(record, names, timezone.now().date()),
        "ics": False,
        "unsaved": bool(unsaved),
        "back": back,
    }
    return render(request, "portal/training_preview.html", page)


def _call_page(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    back = CALL.address("edit", record.slug, unsaved) if unsaved else CALL.address("", record.slug)
    page = {**page_of(request, record), "ics": False, "unsaved": bool(unsaved), "back": back}
    return render(request, "portal/call_preview.html", page)
