"""The page of a record on the desk: what it says, what it lacks, and what can be done with it as a whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tessera.activity.documents import languages_in, store_of, stores
from tessera.activity.forms import ReasonForm, states_of
from tessera.activity.history import entries
from tessera.activity.kinds import RecordKind, frame
from tessera.activity.models import Revision
from tessera.activity.queries import activity_of
from tessera.activity.services import was_rehearsal
from tessera.activity.views.editing import EditPages
from tessera.activity.views.history import HistoryPages
from tessera.activity.views.refusals import add_refusals
from tessera.core.checks import also_in
from tessera.core.errors import DomainError, InvalidDocument
from tessera.web.punctuation import labelled, listed
from tessera.web.sections import TextState, label_of, with_names
from tessera.web.sections.paths import is_empty, value_at

LATEST = 5


class RecordPages:
    """Every page that one kind of record has: itself, its form, publishing, copying, deleting and back, its history."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind

    def urls(self) -> list[URLPattern]:
        name = self.kind.name
        found = [path("<slug:key>/", self.show, name=name)]
        if self.kind.publish:
            found.append(path("<slug:key>/publish/", self.publish, name=f"{name}_publish"))
        if self.kind.delete:
            found.append(path("<slug:key>/delete/", self.delete, name=f"{name}_delete"))
            found.append(path("<slug:key>/bring-back/", self.bring_back, name=f"{name}_bring_back"))
        if self.kind.copying:
            found.append(path("<slug:key>/copy/", self.copy, name=f"{name}_clone"))
        return [*found, *EditPages(self.kind).urls(), *HistoryPages(self.kind).urls()]

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        """What the record says, by section, with what it lacks and what was done last."""
        obj = self._asked(request, key, self.kind.view_permission)
        document = self.kind.document(obj)
        more = self.kind.summary_context(request.user, obj, timezone.now())
        answers = [_answers(section, document, self.kind.summed_up if more else ()) for section in self.kind.sections]
        page = {
            **frame(self.kind, request.user, obj),
            **more,
            "parts": [
                (section, self.kind.address("edit", key, section.key), told)
                for section, told in zip(self.kind.sections, with_names(answers, self.kind.finders()), strict=True)
            ],
            "texts": _texts(self.kind, obj, document),
            "lacking": self.kind.lacking(obj) if self.kind.lacking and not obj.published else [],
            "entries": entries(activity_of(obj)[:LATEST]),
            "pages": [page for page in self._pages(obj) if self._may(request.user, page[2], obj)],
            "may_edit": self._may(request.user, self.kind.edit_permission, obj),
            "may_publish": bool(self.kind.publish)
            and self.kind.may_publish(obj)
            and self._may(request.user, self.kind.publish_permission, obj),
            "may_delete": bool(self.kind.delete)
            and self.kind.may_delete(obj)
            and self._may(request.user, self.kind.delete_permission, obj),
            "may_see_history": self._may(request.user, "activity.view_history", obj),
        }
        return render(request, "activity/show.html", page)

    def publish(self, request: HttpRequest, key: str) -> HttpResponse:
        """Put the record on the public site or take it away: what is lacking first, then one button."""
        obj = self._asked(request, key, self.kind.publish_permission)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        lacking: list[str] = []
        status = 200
        if request.method == "POST" and form.is_valid():
            act = self.kind.unpublish if request.POST.get("do") == "unpublish" else self.kind.publish
            if act is None:
                raise Http404
            try:
                act(obj, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            except DomainError as refused:
                form.add_error(None, str(refused))
                lacking = list(map(str, getattr(refused, "lacking", [])))
            else:
                return self._published(request, obj, act is self.kind.publish)
        if form.errors:
            status = 422
        if not lacking and self.kind.lacking and not obj.published:
            lacking = self.kind.lacking(obj)
        page = {**frame(self.kind, request.user, obj), "form": form, "lacking": lacking}
        return render(request, "activity/publish.html", page, status=status)

    def _published(self, request: HttpRequest, obj: Any, shown: bool) -> HttpResponse:
        obj.refresh_from_db()
        if shown:
            messages.success(request, _("%(record)s is on the public site.") % {"record": obj})
        else:
            messages.success(request, _("%(record)s is no longer on the public site.") % {"record": obj})
        return redirect(self.kind.address("", obj.natural_code))

    def copy(self, request: HttpRequest, key: str) -> HttpResponse:
        """A fresh draft like this one; said before what is taken over and what is not."""
        copying = self.kind.copying
        if copying is None:
            raise Http404
        obj = self._asked(request, key, copying.permission)
        if not copying.may_copy(obj):
            raise Http404
        form = copying.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                fresh = copying.copy(obj, form.cleaned_data, by=request.user, at=timezone.now())
            except InvalidDocument as refused:
                add_refusals(form, self.kind, refused.errors, obj.natural_code)
            except DomainError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, str(copying.done))
                left_out = [label_of(self.kind.sections, place) for place in getattr(fresh, "left_out", ())]
                if left_out:
                    messages.warning(
                        request, labelled(_("Left out, for it does not fit in the copy"), listed(left_out))
                    )
                return redirect(self.kind.address("", fresh.natural_code))
        page = {**frame(self.kind, request.user, obj), "form": form, "copying": copying}
        return render(request, "activity/copy.html", page, status=422 if form.errors else 200)

    def _pages(self, obj: Any) -> list[tuple[Any, str, str]]:
        """The pages that only this kind has, and the one that copies."""
        found, copying = list(self.kind.pages(obj)), self.kind.copying
        if copying and copying.may_copy(obj):
            found.append((_("Copy it"), self.kind.address("clone", obj.natural_code), copying.permission))
        return found

    def delete(self, request: HttpRequest, key: str) -> HttpResponse:
        """Delete a record that was never public; asked once more before."""
        obj = self._asked(request, key, self.kind.delete_permission)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self.kind.delete:
            name = str(obj)
            try:
                self.kind.delete(obj, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            except DomainError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request,
                    format_html(
                        '{} <a href="{}">{}</a>',
                        _("“%(record)s” was deleted.") % {"record": name},
                        self.kind.address("bring_back", key),
                        _("Bring it back"),
                    ),
                )
                return redirect(self.kind.list_address)
        page = {**frame(self.kind, request.user, obj), "form": form}
        return render(request, "activity/delete.html", page, status=422 if form.errors else 200)

    def bring_back(self, request: HttpRequest, key: str) -> HttpResponse:
        """Make a deleted record again as its last version had it."""
        self.kind.require(request.user, self.kind.delete_permission, None)
        revision = (
            Revision.objects.filter(activity__object_type=self.kind.name, activity__object_key=key)
            .select_related("activity")
            .order_by("-pk")
            .first()
        )
        if revision is None or self.kind.rows(request.user).filter(**{self.kind.key: key}).exists():
            raise Http404
        as_draft = hasattr(self.kind.rows_model, "published")
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            kept = languages_in(stores[self.kind.name].texts(revision.document))
            try:
                with also_in(kept):
                    saved = self.kind.save(
                        revision.document,
                        by=request.user,
                        at=timezone.now(),
                        expected_version=0,
                        reason=form.cleaned_data["reason"],
                        **self.kind.made_again(was_rehearsal(self.kind.name, key)),
                    )
            except InvalidDocument as refused:
                add_refusals(form, self.kind, refused.errors)
            except DomainError as refused:
                form.add_error(None, str(refused))
            else:
                said = _("“%(record)s” is back, as a draft.") if as_draft else _("“%(record)s” is back.")
                messages.success(request, said % {"record": saved.obj})
                return redirect(self.kind.address("", saved.obj.natural_code))
        page = {"kind": self.kind, "revision": revision, "form": form, "as_draft": as_draft}
        return render(request, "activity/bring_back.html", page, status=422 if form.errors else 200)

    def _asked(self, request: HttpRequest, key: str, permission: str) -> Any:
        obj = self.kind.get(request.user, key)
        self.kind.require(request.user, permission, obj)
        return obj

    def _may(self, user: Any, permission: str, obj: Any) -> bool:
        return self.kind.may(user, permission, obj)


def _answers(section: Any, document: Any, told: Collection[str] = ()) -> list[tuple[str, Any]]:
    """Label and value of what ``section`` says, without the places that are ``told`` already."""
    items = [item for item in section.items if item.path not in told]
    pairs = [(str(item.label), item.shown(value_at(document, item.path))) for item in items]
    return [(label, value) for label, value in pairs if not is_empty(value)]


def _texts(kind: RecordKind, obj: Any, document: Any) -> list[tuple[str, list[tuple[str, TextState]]]]:
    """[(label of the field, [(language, state)])] for the fields that have any text."""
    from django.conf import settings

    states = states_of(kind, obj, document)
    missing = TextState("missing")
    return [
        (
            label_of(kind.sections, field),
            [(code, states[field].get(code, missing)) for code in settings.CONTENT_LANGUAGES],
        )
        for field, texts in store_of(obj).texts(document).items()
        if field in states and any(texts.values())
    ]
