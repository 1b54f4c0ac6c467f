"""The list of calls, a new one, a copy, the steps of its life, its timeline."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import has_perm, me, require
from tessera.activity.kinds import frame
from tessera.activity.views.lists import record_list
from tessera.calls import queries, services
from tessera.calls.announcing import readers_of
from tessera.calls.documents import new_call_document
from tessera.calls.forms.acts import CallListForm, NewCallForm, StepForm
from tessera.calls.forms.kinds import CALL
from tessera.calls.models import Call, Status
from tessera.calls.questions.bank import default_document
from tessera.calls.schedule import Timeline, timeline_of, with_usual_days
from tessera.core.errors import DomainError, InvalidDocument

# What takes each step of the page of steps.
ACTS = {
    Status.OPEN: services.open_call,
    Status.CLOSED: services.close_call,
    Status.IN_REVIEW: services.begin_review,
    Status.DECIDED: services.mark_decided,
    Status.ARCHIVED: services.archive_call,
    Status.CANCELLED: services.cancel_call,
}


def calls(request: HttpRequest) -> HttpResponse:
    """All calls for the office; for a host the drafts that they may work on. The latest first."""
    rows: models.QuerySet[Call] = Call.objects.visible_to(request.user)
    if not has_perm(request.user, "portal.use_desk"):
        if not any(role == "host" for role, _kind, _key in request.user.held):  # type: ignore[union-attr]
            raise PermissionDenied
        rows = rows.filter(status=Status.DRAFT)
    form = CallListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("status"):
        rows = rows.filter(status=asked["status"])
    if asked.get("rehearsal"):
        rows = rows.filter(rehearsal=asked["rehearsal"] == "only")
    for word in asked.get("q", "").split():
        found = models.Q(code__icontains=word)
        for code in settings.CONTENT_LANGUAGES:
            found |= models.Q(**{f"title__{code}__icontains": word})
        rows = rows.filter(found)
    rows = rows.select_related("training").order_by(models.F("last_closes_at").desc(nulls_first=True), "-pk")
    return record_list(request, CALL, form, rows, "calls/calls.html")


def new(request: HttpRequest) -> HttpResponse:
    """Begin a call: a title, its training and its language; the rest comes section by section."""
    require(request.user, "calls.add_call")
    asked = {"training": request.GET.get("training", ""), "main_language": settings.MAIN_LANGUAGE, "usual": True}
    form = NewCallForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        document = new_call_document(data["training"], main_language=data["main_language"]) | {"title": data["names"]}
        try:
            with transaction.atomic():
                saved = services.save_call(document, by=request.user, at=now, expected_version=0)
                if data["usual"]:
                    year = (saved.obj.training.starts_on or now.date()).year
                    services.save_form(saved.obj, default_document(year), by=request.user, at=now)
        except InvalidDocument as refused:
            for texts in refused.errors.values():
                for text in texts:
                    form.add_error(None, str(text))
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("A draft was made. Nobody but the office sees it until it is published."))
            return redirect(CALL.address("edit", saved.obj.code, "texts"))
    return render(request, "calls/new.html", {"kind": CALL, "form": form}, status=422 if form.errors else 200)


def steps(request: HttpRequest, key: str) -> HttpResponse:
    """Where the call stands, and the steps it may take now."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.change_status", obj)
    now = timezone.now()
    form = StepForm(request.POST if request.method == "POST" else None, call=obj, at=now)
    if request.method == "POST" and form.is_valid():
        status = Status(form.cleaned_data["status"])
        require(request.user, "calls.cancel_call" if status == Status.CANCELLED else "calls.change_status", obj)
        try:
            obj = ACTS[status](obj, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except DomainError as refused:
            form.add_error("status", str(refused))
        else:
            messages.success(
                request, _("“%(call)s” is now: %(status)s.") % {"call": obj, "status": obj.get_status_display()}
            )
            return redirect(CALL.address("", obj.code))
    page: dict[str, Any] = {
        **frame(CALL, request.user, obj),
        "form": form,
        "waiting": services.not_yet(obj),
        "told": len(readers_of(obj, "everybody")) if Status.CANCELLED in form.steps else 0,
    }
    return render(request, "calls/steps.html", page, status=422 if form.errors else 200)


def timeline(request: HttpRequest, key: str) -> HttpResponse:
    """The days of the call beside the usual ones, with warnings; posted, the usual days are taken."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.edit_call", obj)
    now = timezone.now()
    if request.method == "POST":
        document = with_usual_days(CALL.document(obj), obj.training, every=request.POST.get("do") == "all")
        try:
            saved = services.save_call(document, by=request.user, at=now, expected_version=obj.version)
        except InvalidDocument as refused:
            for texts in refused.errors.values():
                for text in texts:
                    messages.error(request, str(text))
        except DomainError as refused:
            messages.error(request, str(refused))
        else:
            if saved.changed:
                messages.success(request, _("The usual days are in. Change what does not fit."))
            else:
                messages.info(request, _("Nothing was changed, so nothing was saved."))
        return redirect("calls:call_timeline", key=obj.code)
    found: Timeline = timeline_of(queries.calls_whole().get(pk=obj.pk), at=now, zone=me(request).time_zone)
    page = {
        **frame(CALL, request.user, obj),
        "timeline": found,
        "dates_address": CALL.address("edit", obj.code, "dates"),
    }
    return render(request, "calls/timeline.html", page)
