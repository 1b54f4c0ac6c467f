"""Extending and postponing: what will happen is shown first, then confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tessera.accounts.permissions import require
from tessera.activity.kinds import frame
from tessera.calls import services
from tessera.calls.announcing import Whom, readers_of
from tessera.calls.forms.acts import ExtendForm, PostponeForm
from tessera.calls.forms.kinds import CALL
from tessera.calls.models import Status
from tessera.calls.moments import clocks, read_deadline


def extend(request: HttpRequest, key: str) -> HttpResponse:
    """A later deadline. The first time it is only shown on every clock, with the number of people who are told."""
    obj = CALL.get(request.user, key)
    require(request.user, "calls.extend_call", obj)
    now = timezone.now()
    form = ExtendForm(request.POST if request.method == "POST" else None, call=obj)
    told = len(readers_of(obj, "drafts"))
    shown: Any = ()
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        moment, strand = (data["day"], data["time"], data["zone"]), data.get("strand", "")
        with form.told():
            old, new = services.extension(obj, *moment, at=now, strand=strand)
            shown = clocks(new)
            told = len(readers_of(obj, "drafts", services.moved_for(obj, strand, new).strands))
            same = (old.closes_at, old.zone) == (new.closes_at, new.zone)
            confirmed = request.POST.get("do") == "confirm"
            if same and not (confirmed and services.was_just_extended(obj)):
                form.add_error("day", _("This is the deadline that it has already: write a later one."))
            elif confirmed:
                done = services.extend_call(obj, *moment, by=request.user, at=now, strand=strand, reason=data["reason"])
                _say_extended(request, done)
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
    asked: tuple[Whom, ...] = ("chosen", "reserve") if obj.status == Status.DECIDED else ("everybody",)
    told = sum(len(readers_of(obj, whom)) for whom in asked)
    shown: Any = ()
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        now = timezone.now()
        wanted = services.Postponement(
            reason=data["reason"], day=data.get("day", ""), clock=data.get("time", ""), zone=data.get("zone", ""),
            opens_day=data.get("opens_day", ""), accept_by=data.get("accept_by"),
        )  # fmt: skip
        with form.told():
            services.postponement(obj, wanted, at=now)
            shown = clocks(read_deadline(data["day"], data["time"], data["zone"])) if data.get("day") else ()
            if request.POST.get("do") == "confirm":
                _say_postponed(request, services.postpone_call(obj, wanted, by=request.user, at=now))
                return redirect(CALL.address("", obj.code))
    page = {
        **frame(CALL, request.user, obj),
        "form": form,
        "clocks": () if form.errors else shown,
        "told": told,
        "ready": form.is_bound and not form.errors,
        "may": services.may_be_postponed(obj),
        "asks_again": obj.status == Status.DECIDED,
    }
    return render(request, "calls/postpone.html", page, status=422 if form.errors else 200)


def _say_extended(request: HttpRequest, done: services.DateMove) -> None:
    if done.told is None:
        messages.info(request, _("The deadline was extended to this moment already: nobody was told again."))
        return
    said = ngettext(
        "The deadline is extended; %(n)s person was told.",
        "The deadline is extended; %(n)s people were told.",
        done.told,
    )
    messages.success(request, said % {"n": done.told})


def _say_postponed(request: HttpRequest, done: services.DateMove) -> None:
    if done.told is None:
        messages.info(request, _("It was postponed in the same words already: nobody was told again."))
        return
    said = ngettext("It is postponed; %(n)s person was told.", "It is postponed; %(n)s people were told.", done.told)
    messages.success(request, said % {"n": done.told})
