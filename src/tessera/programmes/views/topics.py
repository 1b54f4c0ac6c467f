"""The desk's pages of topics and of the programme."""

from __future__ import annotations

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tessera.accounts.permissions import require
from tessera.activity.views.refusals import add_refusals
from tessera.core.errors import InvalidDocument
from tessera.programmes import services
from tessera.programmes.forms.acts import NewTopicForm
from tessera.programmes.forms.kinds import PROGRAMME, TOPIC
from tessera.programmes.models import Topic
from tessera.programmes.queries import programme as the_programme


def topics(request: HttpRequest) -> HttpResponse:
    """Every topic in its place, with how many trainings have it."""
    require(request.user, "activity.view_history")
    rows = Topic.objects.annotate(trainings=models.Count("training_links")).order_by("order", "slug")
    return render(request, "programmes/topics.html", {"kind": TOPIC, "topics": rows})


def new_topic(request: HttpRequest) -> HttpResponse:
    """A topic by its names; it is not public before somebody says so."""
    require(request.user, "programmes.edit_topic")
    form = NewTopicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = {"id": "", "name": form.cleaned_data["names"], "order": services.next_topic_order()}
        try:
            saved = services.save_topic(
                document, by=request.user, at=timezone.now(), expected_version=0, published=False
            )
        except InvalidDocument as refused:
            add_refusals(form, TOPIC, refused.errors)
        else:
            messages.success(request, _("A draft was made. Nobody but the office sees it until it is published."))
            return redirect(TOPIC.address("edit", saved.obj.slug, "texts"))
    page = {"kind": TOPIC, "form": form}
    return render(request, "programmes/new.html", page, status=422 if form.errors else 200)


def programmes(request: HttpRequest) -> HttpResponse:
    """The one programme of this deployment."""
    require(request.user, "activity.view_history")
    found = the_programme()
    if found is None:
        raise Http404
    return redirect(PROGRAMME.address("", found.slug))
