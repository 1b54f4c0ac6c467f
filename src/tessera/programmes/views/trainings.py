"""The desk's pages of trainings: the list, a new one, the steps of its life."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import has_perm, require
from tessera.activity.kinds import frame
from tessera.activity.views.lists import narrowed_by_state, record_list
from tessera.activity.views.refusals import add_refusals
from tessera.core.errors import DomainError, InvalidDocument
from tessera.core.folding import words
from tessera.places.queries import reference
from tessera.programmes import services
from tessera.programmes.documents import new_training_document
from tessera.programmes.forms.acts import NewTrainingForm, StatusForm, TrainingListForm
from tessera.programmes.forms.kinds import TRAINING
from tessera.programmes.models import Status, Training
from tessera.programmes.queries import kept_scheme
from tessera.publications.models import PublicRecord


def trainings(request: HttpRequest) -> HttpResponse:
    """All trainings for the office; for a host those drafts that they may work on. Newest first."""
    rows: models.QuerySet[Training] = Training.objects.visible_to(request.user)
    if not has_perm(request.user, "portal.use_desk"):
        if not any(role == "host" for role, _kind, _key in request.user.held):  # type: ignore[union-attr]
            raise PermissionDenied
        rows = rows.filter(published=False)
    form = TrainingListForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = narrowed_by_state(rows, asked)
    today = timezone.now().date()
    groups = {"past": Training.objects.past(today), "unclosed": Training.objects.unclosed(today)}
    status = asked.get("status")
    if status in groups:
        rows &= groups[status]
    elif status:
        rows = rows.filter(status=status)
    for word in asked.get("q", "").split():
        rows = rows.filter(_holds(word))
    rows = rows.prefetch_related("venues__country").order_by(models.F("starts_on").desc(nulls_first=True), "-pk")
    return record_list(request, TRAINING, form, rows, "programmes/trainings.html", today=today)


def new(request: HttpRequest) -> HttpResponse:
    """Begin a training: a title and a format; the rest comes section by section.

    ``?region=APA`` begins one for that region of the programme; a code that none has is ignored.
    """
    require(request.user, "programmes.add_training")
    form = NewTrainingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        document = {**new_training_document(), "title": data["names"], "format": {"value": data["format"]}}
        document["audience"] |= _reaching(request.GET.get("region", ""))
        try:
            saved = services.save_training(
                document, by=request.user, at=timezone.now(), expected_version=0, rehearsal=data["rehearsal"]
            )
        except InvalidDocument as refused:
            add_refusals(form, TRAINING, refused.errors)
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("A draft was made. Nobody but the office sees it until it is published."))
            return redirect(TRAINING.address("edit", saved.obj.slug, "texts"))
    page = {"kind": TRAINING, "form": form}
    return render(request, "programmes/new.html", page, status=422 if form.errors else 200)


def status(request: HttpRequest, key: str) -> HttpResponse:
    """Where the training stands, and the steps it may take now."""
    obj = TRAINING.get(request.user, key)
    require(request.user, "programmes.change_status", obj)
    now = timezone.now()
    form = StatusForm(request.POST if request.method == "POST" else None, training=obj, on=now.date())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = {Status.POSTPONED: "programmes.postpone_training", Status.CANCELLED: "programmes.cancel_training"}
        require(request.user, asked.get(data["status"], "programmes.change_status"), obj)
        try:
            obj = services.set_status(
                obj,
                data["status"],
                by=request.user,
                at=now,
                reason=data["reason"],
                language=data.get("language", ""),
                dates=data.get("dates", ""),
            )
        except InvalidDocument as refused:
            add_refusals(form, TRAINING, refused.errors, obj.slug)
        except DomainError as refused:
            form.add_error("status", str(refused))
        else:
            messages.success(
                request,
                _("“%(training)s” is now: %(status)s.") % {"training": obj, "status": obj.get_status_display()},
            )
            return redirect(TRAINING.address("", obj.slug))
    page: dict[str, Any] = {**frame(TRAINING, request.user, obj), "form": form}
    return render(request, "programmes/status.html", page, status=422 if form.errors else 200)


def _holds(typed: str) -> models.Q:
    """Trainings with a word in their public names or address (accents do not count) or, as typed, in title or city."""
    found = models.Q(venues__city__icontains=typed)
    for code in settings.CONTENT_LANGUAGES:
        found |= models.Q(**{f"title__{code}__icontains": typed})
    for word in words(typed):
        known = PublicRecord.objects.filter(kind="training", names_folded__contains=word).values("slug")
        found |= models.Q(slug__contains=word) | models.Q(slug__in=known)
    return models.Q(pk__in=Training.objects.filter(found).values("pk"))


def _reaching(code: str) -> dict[str, list[str]]:
    """The part of an audience that says a region of the programme: by its name where audiences have it, else by its
    countries."""
    places = reference()
    region = kept_scheme(places).by_code.get(code)
    if region is None:
        return {}
    if places.home_regions.get(code) == region.countries:
        return {"unesco_regions": [code]}
    return {"countries": sorted(region.countries)}
