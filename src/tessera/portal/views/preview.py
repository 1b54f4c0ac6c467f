"""A record as the public would see it, before it is saved or published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tessera.activity.documents import stores
from tessera.activity.forms import opened_document, section_form
from tessera.activity.kinds import RecordKind
from tessera.activity.views.editing import EditPages
from tessera.activity.views.refusals import place_refusals
from tessera.calls.forms.kinds import CALL
from tessera.core.errors import DomainError, InvalidDocument
from tessera.organisations.forms import ORGANISATION, PERSON
from tessera.portal.views import records, training
from tessera.portal.views.calls import page_of
from tessera.programmes.forms.kinds import TOPIC, TRAINING
from tessera.publications.models import PublicRecord
from tessera.publications.stores import PublicStore
from tessera.web.kept_text import keeps_text

type Page = Callable[[HttpRequest, PublicRecord, str], HttpResponse]


def preview(kind: RecordKind, page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
    """The view that shows records of ``kind`` as the public would see them, made into a page by ``page``."""

    @keeps_text
    def view(request: HttpRequest, key: str) -> HttpResponse:
        obj = kind.get(request.user, key)
        kind.require(request.user, kind.preview_permission or kind.edit_permission, obj)
        return _previewed(request, kind, obj, page)

    return view


def _previewed(request: HttpRequest, kind: RecordKind, obj: Any, page: Page) -> HttpResponse:
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
    form = section_form(kind, section, obj, document, request.POST, user=request.user)
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
        place_refusals(form, kind, refused.errors, key)
        return pages.page(request, obj, section, form, version=opened, status=422)
    except DomainError as refused:
        form.add_error(None, str(refused))
        return pages.page(request, obj, section, form, version=opened, status=422)
    return page(request, record, section.key)


def _record(kind: RecordKind, key: str) -> PublicRecord:
    """The public record that the record at ``key`` would have, not written."""
    store = stores[kind.name]
    if not isinstance(store, PublicStore):
        raise Http404
    made = store.publication(store.whole().get(**{store.key: key}))
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


def _shown(
    request: HttpRequest, kind: RecordKind, record: PublicRecord, unsaved: str, template: str, page: dict[str, Any]
) -> HttpResponse:
    back = kind.address("edit", record.slug, unsaved) if unsaved else kind.address("", record.slug)
    return render(request, template, {**page, "ics": False, "unsaved": bool(unsaved), "back": back})


def _training(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    page = training.page_of(record, timezone.now().date())
    return _shown(request, TRAINING, record, unsaved, "portal/training_preview.html", page)


def _call(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    return _shown(request, CALL, record, unsaved, "portal/call_preview.html", page_of(request, record))


def _person(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    page = {**records.person_page(record), "public_template": "portal/person.html"}
    return _shown(request, PERSON, record, unsaved, "portal/record_preview.html", page)


def _organisation(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    page = {**records.organisation_page(record), "public_template": "portal/organisation.html"}
    return _shown(request, ORGANISATION, record, unsaved, "portal/record_preview.html", page)


def _topic(request: HttpRequest, record: PublicRecord, unsaved: str) -> HttpResponse:
    page = {**records.topic_page(record), "public_template": "portal/topic.html"}
    return _shown(request, TOPIC, record, unsaved, "portal/record_preview.html", page)


training_preview = preview(TRAINING, _training)
call_preview = preview(CALL, _call)
person_preview = preview(PERSON, _person)
organisation_preview = preview(ORGANISATION, _organisation)
topic_preview = preview(TOPIC, _topic)
