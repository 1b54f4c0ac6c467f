"""The form of a record, a section at a time: rows, finder, autosave, save, and the merge of two editors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tessera.activity.documents import set_text_state
from tessera.activity.forms import as_query, opened_document, resolution, section_form
from tessera.activity.kinds import RecordKind, frame
from tessera.activity.views.refusals import place_refusals
from tessera.core.drafts import discard_draft, draft_of, keep_draft
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.web.kept_text import keeps_text, kept_text_of, posted
from tessera.web.sections import Section, SectionForm, field_name, row_action

# Fields that steer the form and are no answers.
STEERING = frozenset({"do", "version", "their-version", "csrfmiddlewaretoken"})


class EditPages:
    """The pages ``<key>/edit/<section>/`` and ``<key>/draft/<section>/`` of one kind of record."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind

    def urls(self) -> list[URLPattern]:
        name = self.kind.name
        return [
            path("<slug:key>/edit/<slug:section>/", self._view(self.edit, keep=True), name=f"{name}_edit"),
            path("<slug:key>/draft/<slug:section>/", require_POST(self._view(self.draft)), name=f"{name}_draft"),
        ]

    def edit(self, request: HttpRequest, key: str, section: str) -> HttpResponse:
        """Show the section, or do what its buttons say."""
        obj, part = self._asked(request, key, section)
        if request.method != "POST":
            return self._show(request, obj, part)
        data: QueryDict = request.POST
        version = _number(data.get("version"), obj.version)
        do = data.get("do", "save")
        document = opened_document(self.kind, obj, version)
        moved = row_action(data, do)
        if moved or do.startswith("find:"):
            data, focus = moved or (data, do.removeprefix("find:") + "-find")
            form = section_form(self.kind, part, obj, document, data, user=request.user, focus=focus, quiet=True)
            return self.page(request, obj, part, form, version=version)
        form = section_form(self.kind, part, obj, document, data, user=request.user)
        if not form.is_valid():
            return self.page(request, obj, part, form, version=version, status=422)
        return self._save(request, obj, part, form, version, do)

    def draft(self, request: HttpRequest, key: str, section: str) -> HttpResponse:
        """Keep what is typed so far (asked by the script), or discard it (asked by a button)."""
        obj, part = self._asked(request, key, section)
        name = draft_name(self.kind, key, section)
        if request.POST.get("do") == "discard":
            discard_draft(request.user, name)
            messages.success(request, _("The unsaved text was discarded."))
            return redirect(self.kind.address("edit", key, part.key))
        version = _number(request.POST.get("version"), obj.version)
        draft = keep_draft(request.user, name, posted(request), version=version, at=timezone.now())
        if draft is None:
            return JsonResponse({"kept": False}, status=413)
        return JsonResponse({"kept": True, "at": draft.saved_at.isoformat()})

    def _asked(self, request: HttpRequest, key: str, section: str) -> tuple[Any, Section]:
        obj = self.kind.get(request.user, key)
        self.kind.require(request.user, self.kind.edit_permission, obj)
        part = self.kind.section(section)
        if part is None:
            raise Http404
        return obj, part

    def _show(self, request: HttpRequest, obj: Any, part: Section) -> HttpResponse:
        name = draft_name(self.kind, obj.natural_code, part.key)
        kept = kept_text_of(request)
        if kept:
            version = _number(kept.get("version", [""])[0], obj.version)
            keep_draft(request.user, name, kept, version=version, at=timezone.now())
        draft = draft_of(request.user, name)
        if draft and request.GET.get("draft") == "take":
            document = opened_document(self.kind, obj, draft.version)
            form = section_form(self.kind, part, obj, document, as_query(draft.data), user=request.user, quiet=True)
            return self.page(request, obj, part, form, version=draft.version, taken=True)
        form = section_form(self.kind, part, obj, self.kind.document(obj), user=request.user)
        return self.page(request, obj, part, form, version=obj.version, draft=draft)

    def page(
        self, request: HttpRequest, obj: Any, part: Section, form: SectionForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        """The page of a section with its form, as the form is."""
        key = obj.natural_code
        page = {
            **frame(self.kind, request.user, obj),
            "section_now": part,
            "form": form,
            "here": self.kind.address("edit", key, part.key),
            "draft_address": self.kind.address("draft", key, part.key),
            "draft_name": draft_name(self.kind, key, part.key),
            "take_address": self.kind.address("edit", key, part.key) + "?draft=take",
            "version_now": obj.version,
            "saved": request.GET.get("saved") == "1",
            **more,
        }
        return render(request, "activity/edit.html", page, status=status)

    def _save(
        self, request: HttpRequest, obj: Any, part: Section, form: SectionForm, version: int, do: str
    ) -> HttpResponse:
        now = timezone.now()
        marked = None
        try:
            with transaction.atomic():
                for creation in form.creations:
                    slug = self.kind.creators[creation.kind](
                        creation.name, creation.type, beside=obj, by=request.user, at=now
                    )
                    form.cleaned_data[creation.field] = slug
                mine = form.patched()
                try:
                    saved = self.kind.save(mine, by=request.user, at=now, expected_version=version)
                except StaleVersion as stale:
                    decided = resolution(self.kind, stale, request.POST)
                    if do != "resolve" or not decided.is_decided:
                        raise
                    saved = self.kind.save(decided.merged, by=request.user, at=now, expected_version=decided.version)
                place = _marked(do)
                if place:
                    marked = set_text_state(saved.obj, *place, by=request.user, at=now)
        except StaleVersion as stale:
            return self._conflict(request, obj, part, stale)
        except InvalidDocument as refused:
            place_refusals(form, self.kind, refused.errors, obj.natural_code)
            return self.page(request, obj, part, form, version=version, status=422)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page(request, obj, part, form, version=version, status=422)
        key = saved.obj.natural_code
        discard_draft(request.user, draft_name(self.kind, obj.natural_code, part.key))
        self._say(request, saved, marked)
        place = _marked(do)
        anchor = f"#f-{field_name(place[0])}" if place else ""
        return redirect(self.kind.address("edit", key, part.key) + "?saved=1" + anchor)

    def _say(self, request: HttpRequest, saved: Any, marked: bool | None) -> None:
        if saved.merged:
            messages.info(
                request, _("Saved. Someone else had saved in the meantime; their changes and yours are both in.")
            )
        elif saved.changed or marked:
            messages.success(request, _("Saved."))
        else:
            messages.info(request, _("Nothing was changed, so nothing was saved."))

    def _conflict(self, request: HttpRequest, obj: Any, part: Section, stale: StaleVersion) -> HttpResponse:
        obj.refresh_from_db()
        decided = resolution(self.kind, stale, request.POST)
        last = self._last_change(obj)
        page = {
            **frame(self.kind, request.user, obj),
            "section_now": part,
            "refusal": stale,
            "resolution": decided,
            "undecided": request.POST.get("do") == "resolve",
            "last": last,
            "here": self.kind.address("edit", obj.natural_code, part.key),
            "version": request.POST.get("version"),
            "fields": _answers(request.POST),
        }
        return render(request, "activity/conflict.html", page, status=409)

    def _last_change(self, obj: Any) -> Any:
        from tessera.activity.queries import activity_of

        return activity_of(obj).first()

    def _view(self, method: Callable[..., HttpResponse], *, keep: bool = False) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, key: str, section: str) -> HttpResponse:
            return method(request, key, section)

        return keeps_text(view) if keep else view


def draft_name(kind: RecordKind, key: str, section: str) -> str:
    """The name under which a draft of this form is kept."""
    return f"{kind.name}:{key}:{section}"


def _marked(do: str) -> tuple[str, str, str] | None:
    """(field, language, state) that the button ``mark:<field>.<language>:<state>`` names."""
    parts = do.split(":")
    if len(parts) == 3 and parts[0] == "mark" and parts[2] in ("draft", "reviewed", "current"):
        field, _dot, language = parts[1].rpartition(".")
        return field, language, parts[2]
    return None


def _answers(data: QueryDict) -> list[tuple[str, str]]:
    """Everything that was answered, to be posted again with the decisions."""
    own = ("choose-", "conflict-", "text-")
    return [
        (name, value)
        for name, values in data.lists()
        if name not in STEERING and not name.startswith(own)
        for value in values
    ]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default
