"""Extending and postponing: what will happen is shown first, then confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from tessera.accounts.permissions import require
from tessera.activity.kinds import frame
from tessera.calls import services
from tessera.calls.announcing import readers_of
from tessera.calls.forms.acts import ExtendForm, PostponeForm
from tessera.calls.forms.kinds import CALL
from tessera.calls.models import Call, Status
from tessera.calls.moments import MomentError, clocks, read_deadline
from tessera.core.errors import DomainError, InvalidDocument


def extend(request: HttpRequest, key: str) -> HttpResponse:
    """A later deadline. The first time it is only shown on every clock, with the number of people who are told."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.extend_call", obj)
    now = timezone.now()
    form = ExtendForm(request.POST if request.method == "POST" else None, call=obj)
    told = len(readers_of(obj, "drafts"))
    shown: Any = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        shown = _shown(form, data)
        if shown and request.POST.get("do") == "confirm":
            try:
                services.extend_call(
                    obj, data["day"], data["time"], data["zone"],
                    by=request.user, at=now, strand=data.get("strand", ""), reason=data["reason"],
                )  # fmt: skip
            except InvalidDocument as refused:
                form.place(refused.errors)
            except DomainError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request,
                    ngettext(
                        "The deadline is extended; %(n)s person was told.",
                        "The deadline is extended; %(n)s people were told.",
                        told,
                    )
                    % {"n": told},
                )
                return redirect(CALL.address("", obj.code))
    page = {
        **frame(CALL, request.user, obj),
        "form": form,
        "clocks": () if form.errors else shown,
        "told": told,
        "may": services.may_be_extended(obj, now),
    }
    return render(request, "calls/extend.html", page, status=422 if form.errors else 200)


def postpone(request: HttpRequest, key: str) -> HttpResponse:
    """Tell everybody that the training moves. Shown first, then confirmed."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.postpone_call", obj)
    form = PostponeForm(request.POST if request.method == "POST" else None, call=obj)
    told = len(readers_of(obj, "chosen" if obj.status == Status.DECIDED else "everybody"))
    ready = False
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        shown = _shown(form, data) if data.get("day") else ()
        ready = not form.errors
        if ready and request.POST.get("do") == "confirm":
            done = _postponed(request, obj, form, data)
            if done is not None:
                messages.success(
                    request,
                    ngettext(
                        "It is postponed; %(n)s person was told.", "It is postponed; %(n)s people were told.", told
                    )
                    % {"n": told},
                )
                return redirect(CALL.address("", obj.code))
            ready = False
    else:
        shown = ()
    page = {
        **frame(CALL, request.user, obj),
        "form": form,
        "clocks": shown,
        "told": told,
        "ready": ready,
        "may": services.may_be_postponed(obj),
        "asks_again": obj.status == Status.DECIDED,
    }
    return render(request, "calls/postpone.html", page, status=422 if form.errors else 200)


def _postponed(request: HttpRequest, obj: Call, form: PostponeForm, data: dict[str, Any]) -> Call | None:
    try:
        return services.postpone_call(
            obj, by=request.user, at=timezone.now(), reason=data["reason"], day=data.get("day", ""),
            clock=data.get("time", ""), zone=data.get("zone", ""), opens_day=data.get("opens_day", ""),
            accept_by=data.get("accept_by"),
        )  # fmt: skip
    except InvalidDocument as refused:
        form.place(refused.errors)
    except DomainError as refused:
        form.add_error(None, str(refused))
    return None


def _shown(form: Any, data: dict[str, Any]) -> Any:
    """The deadline on every clock; () where it cannot be read, and the form says why."""
    try:
        return clocks(read_deadline(data["day"], data["time"], data["zone"]))
    except MomentError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return ()
