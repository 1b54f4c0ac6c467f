"""The history of a record, with restore; and the log of everything."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.activity.forms import ReasonForm
from tessera.activity.history import changes_named, changes_shown, entries, entries_named
from tessera.activity.kinds import RecordKind, frame
from tessera.activity.models import Revision
from tessera.activity.queries import activity_of
from tessera.activity.views.refusals import add_refusals
from tessera.core.documents import changes
from tessera.core.errors import DomainError, InvalidDocument

PAGE = 30


class HistoryPages:
    """The pages ``<key>/history/`` and ``<key>/history/<version>/`` of one kind of record."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind

    def urls(self) -> list[URLPattern]:
        name = self.kind.name
        return [
            path("<slug:key>/history/", self.history, name=f"{name}_history"),
            path("<slug:key>/history/<int:version>/", self.version, name=f"{name}_version"),
        ]

    def history(self, request: HttpRequest, key: str) -> HttpResponse:
        """What was done to the record, newest first, with the difference at each place."""
        obj = self._asked(request, key)
        page = Paginator(activity_of(obj), PAGE).get_page(request.GET.get("page"))
        found = {
            **frame(self.kind, request.user, obj),
            "page": page,
            "entries": entries_named(entries(page.object_list)),
        }
        return render(request, "activity/history.html", found)

    def version(self, request: HttpRequest, key: str, version: int) -> HttpResponse:
        """An earlier version beside the present one; posted, that version comes back."""
        obj = self._asked(request, key)
        revision = get_object_or_404(
            Revision.objects.select_related("activity").order_by("-pk"),
            activity__object_type=self.kind.name,
            activity__object_key=obj.natural_code,
            version=version,
        )
        form = ReasonForm(request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST":
            self.kind.require(request.user, "activity.restore_revision", obj)
            if form.is_valid():
                try:
                    return self._restore(request, obj, revision, form.cleaned_data["reason"])
                except InvalidDocument as refused:
                    form.add_error(None, str(refused))
                    add_refusals(form, self.kind, refused.errors)
                except DomainError as refused:
                    form.add_error(None, str(refused))
            status = 422
        found = {
            **frame(self.kind, request.user, obj),
            "revision": revision,
            "form": form,
            "changes": changes_named(
                changes_shown(self.kind.name, changes(self.kind.document(obj), revision.document)), self.kind.finders()
            ),
            "is_present": revision.version == obj.version,
        }
        return render(request, "activity/version.html", found, status=status)

    def _restore(self, request: HttpRequest, obj: Any, revision: Revision, reason: str) -> HttpResponse:
        before = obj.version
        self.kind.restore(revision, by=request.user, at=timezone.now(), reason=reason)
        messages.success(
            request,
            _("Version %(old)s is back. To undo this, bring version %(now)s back.")
            % {"old": revision.version, "now": before},
        )
        return redirect(self.kind.address("history", obj.natural_code))

    def _asked(self, request: HttpRequest, key: str) -> Any:
        obj = self.kind.get(request.user, key)
        self.kind.require(request.user, "activity.view_history", obj)
        return obj
