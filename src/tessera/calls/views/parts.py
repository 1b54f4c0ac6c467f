"""The page of one part of a versioned document: a question, a step, a rule. Kept while it is written, saved, merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.activity.forms import as_query
from tessera.activity.history import Change
from tessera.calls.services import ChangesRefused
from tessera.calls.views.versions import Document, Opened
from tessera.core.drafts import discard_draft, draft_of, keep_draft
from tessera.core.errors import DomainError, InvalidDocument, StaleVersion
from tessera.core.models import Draft
from tessera.web.kept_text import kept_text_of, posted
from tessera.web.sections import SectionForm, row_action

type Errors = Mapping[str, list[Any]]


class PartPage:
    """What is the same for every part; a subclass says what the part is.

    ``was`` is its key, "" of a new one. ``number`` is the version that its editor opened, ``opened`` the document then.
    """

    template: ClassVar[str]

    def __init__(
        self, request: HttpRequest, held: Opened, name: str, was: str = "", query: Mapping[str, str] | None = None
    ) -> None:
        """``name`` is that of its draft within the call; ``query`` belongs to its address."""
        self.request, self.held, self.name, self.was = request, held, name, was
        self.here = request.path + (f"?{urlencode(query)}" if query else "")
        self.draft, self.taken = self._draft() if request.method != "POST" else (None, False)
        posted_number = request.POST.get("version")
        self.number = self.draft.version if self.draft and self.taken else held.asked(posted_number)
        self.opened = held.at(self.number) if was else held.document

    def in_document(self, document: Mapping[str, Any]) -> Document | None:
        """The part as it stands in a document, compared where two saved; None where it has none."""
        raise NotImplementedError

    def shape(self, data: QueryDict | None = None, *, focus: str = "", quiet: bool = False) -> SectionForm:
        """Its form."""
        raise NotImplementedError

    def page(self) -> dict[str, Any]:
        """What its page shows beside the form."""
        raise NotImplementedError

    def put(self, patched: Document, do: str) -> tuple[Document, str]:
        """(the whole document with what was written, where it stands on the page of the document)."""
        raise NotImplementedError

    def own(self, errors: Errors, document: Document, anchor: str) -> Errors:
        """Refusals of the document by the places of this page."""
        raise NotImplementedError

    def told(self, before: Document, after: Document) -> list[Change]:
        """What somebody else changed of it."""
        raise NotImplementedError

    def looked(self, shape: SectionForm) -> dict[str, Any]:
        """What the page shows of the part as it is written now."""
        return {}

    def respond(self) -> HttpResponse:
        """Show the page, or do what was posted."""
        if self.request.method != "POST":
            taken = as_query(self.draft.data) if self.draft and self.taken else None
            return self._answer(self.shape(taken, quiet=True) if taken is not None else self.shape())
        data, do = self.request.POST, self.request.POST.get("do", "save")
        if "keep" in self.request.GET:
            return self._keep(do)
        moved = row_action(data, do)
        if moved:
            return self._answer(self.shape(moved[0], focus=moved[1], quiet=True))
        if do.startswith("look:") and do != "look:preview":
            return self._answer(self.shape(data, quiet=True))
        shape = self.shape(data)
        if not shape.is_valid():
            return self._answer(shape, 422)
        return self._answer(shape) if do == "look:preview" else self._save(shape, do)

    def _save(self, shape: SectionForm, do: str) -> HttpResponse:
        base, theirs = self.in_document(self.opened), self.in_document(self.held.document)
        if self.was and theirs != base and self.request.POST.get("over") != str(self.held.number):
            shape.add_error(None, str(StaleVersion.message))
            changed = self.told(base, theirs) if base and theirs else []
            return self._answer(shape, 409, over=self.held.number, gone=theirs is None, theirs=changed)
        document, anchor = self.put(shape.patched(), do)
        try:
            saved = self.held.save(self.request, document)
        except InvalidDocument as refused:
            shape.place_errors(self.own(refused.errors, document, anchor))
            return self._answer(shape, 422)
        except ChangesRefused as refused:
            shape.place_errors(self.own(refused.by_path, document, anchor))
            return self._answer(shape, 422)
        except DomainError as refused:
            shape.add_error(None, str(refused))
            return self._answer(shape, 409 if isinstance(refused, StaleVersion) else 422)
        discard_draft(self.request.user, self._draft_name)
        if saved.number == self.held.number:
            messages.info(self.request, _("Nothing was changed, so nothing was saved."))
        else:
            messages.success(self.request, _("Saved."))
        return redirect(f"{self.held.home}?{urlencode({'saved': self.name})}#{anchor}")

    def _answer(self, shape: SectionForm, status: int = 200, **more: Any) -> HttpResponse:
        page = {
            "form": shape,
            "version": self.number,
            "version_now": self.held.number,
            "reason": (self.request.POST.get("reason") or "")[:1000],
            "here": self.here,
            "draft": None if self.taken else self.draft,
            "taken": self.taken,
            "draft_name": self._draft_name,
            "draft_address": _with(self.here, "keep=1"),
            "take_address": _with(self.here, "draft=take"),
            **self.page(),
            **self.looked(shape),
            **more,
        }
        return render(self.request, self.template, self.held.page(self.request, **page), status=status)

    @property
    def _draft_name(self) -> str:
        return f"call:{self.held.call.code}:{self.name}"[:200]

    def _draft(self) -> tuple[Draft | None, bool]:
        """(what was kept of this form, whether it is shown in the place of what is saved)."""
        kept = kept_text_of(self.request)
        if kept:
            version = self.held.asked(kept.get("version", [""])[0])
            keep_draft(self.request.user, self._draft_name, kept, version=version, at=timezone.now())
        draft = draft_of(self.request.user, self._draft_name)
        return draft, draft is not None and (bool(kept) or self.request.GET.get("draft") == "take")

    def _keep(self, do: str) -> HttpResponse:
        if do == "discard":
            discard_draft(self.request.user, self._draft_name)
            messages.success(self.request, _("The unsaved text was discarded."))
            return redirect(self.here)
        draft = keep_draft(
            self.request.user, self._draft_name, posted(self.request), version=self.number, at=timezone.now()
        )
        if draft is None:
            return JsonResponse({"kept": False}, status=413)
        return JsonResponse({"kept": True, "at": draft.saved_at.isoformat()})


def _with(address: str, more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{more}"
