"""The desk's own pages: today, the worklist of texts, missing facts, the preview of a training."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from tessera.accounts.forms import LanguageSelect
from tessera.accounts.permissions import has_perm, require
from tessera.portal import today as queries
from tessera.portal.worklist import STATES, kind_choices, missing_facts, worklist
from tessera.programmes.models import Training
from tessera.web.choices import choice_field
from tessera.web.sections.translations import STATES as STATE_WORDS

PAGE = 30


def dashboard(request: HttpRequest) -> HttpResponse:
    """What needs the office today. A host is led to the drafts they may work on, an administrator to the log."""
    require(request.user, "portal.enter_desk")
    if not has_perm(request.user, "portal.use_desk"):
        return redirect("programmes:trainings" if has_perm(request.user, "portal.see_drafts") else "activity:log")
    now = timezone.localtime()
    person = getattr(request.user, "person", None)
    return render(
        request,
        "portal/desk.html",
        {
            "today": queries.today(now.date()),
            "now": now,
            "name": (person.given or person.display) if person else "",
            "stages": queries.STAGES,
        },
    )


class WorklistForm(forms.Form):
    """What narrows the worklist."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, widget=LanguageSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    rehearsal = forms.ChoiceField(
        label=gettext_lazy("Rehearsal"),
        required=False,
        choices=[("", gettext_lazy("With rehearsal")), ("no", gettext_lazy("Without rehearsal"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {code: STATE_WORDS[code][0] for code in STATES}
        languages = [(code, get_language_info(code)["name_local"].capitalize()) for code in settings.CONTENT_LANGUAGES]
        choice_field(self, "state").choices = [("", _("All but reviewed")), *words.items()]
        choice_field(self, "language").choices = [("", _("All")), *languages]
        choice_field(self, "kind").choices = [("", _("All")), *kind_choices()]


def texts(request: HttpRequest) -> HttpResponse:
    """Texts that are out of date, missing or not yet reviewed, over all records."""
    require(request.user, "portal.use_desk")
    form = WorklistForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    lines = worklist(
        language=asked.get("language", ""),
        kind=asked.get("kind", ""),
        state=asked.get("state", ""),
        rehearsal=asked.get("rehearsal") != "no",
    )
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    narrowed = any(asked.values())
    return render(request, "portal/worklist.html", {"form": form, "page": page, "narrowed": narrowed})


def facts(request: HttpRequest) -> HttpResponse:
    """Trainings of the public record with facts missing or contradicting each other."""
    require(request.user, "portal.use_desk")
    rows = Training.objects.real().filter(published=True)
    found = missing_facts(rows.order_by(models.F("starts_on").desc(nulls_last=True), "-pk"))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/missing_facts.html", {"page": page})
