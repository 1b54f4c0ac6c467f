"""Every component of the design, once, with its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.web.pages import public_page
from tessera.web.views import specimens
from tessera.web.views.section_specimens import section_specimens


class SpecimenForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As you write it yourself."))
    answer = forms.ChoiceField(label=_("Answer"), choices=[("1", _("Yes")), ("0", _("No"))], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=_("I have read this"))


@public_page
def styleguide(request: HttpRequest) -> HttpResponse:
    """The components with invented contents."""
    page: dict[str, Any] = {
        "form": SpecimenForm(),
        "wrong": SpecimenForm({"name": ""}, prefix="wrong"),
        "page": Paginator(range(90), 30).get_page(2),
        "kinds": [("done", _("Done")), ("part", _("In progress")), ("due", _("Due")), ("late", _("Late")),
                  ("info", pgettext_lazy("state of a task", "Open")), ("", _("Not begun"))],
        "figures": [(pgettext_lazy("of a training", "Places"), "30"), (_("Countries"), "14"), (_("Left out where empty"), None)],
        "sections": section_specimens(),
        "elsewhere": {"es": "Un texto que solo existe en español."},
        "map": specimens.map_specimen(),
        "clock": specimens.clock_specimen(),
        "strip": specimens.strip_specimen(),
        "phases": specimens.phases_specimen(),
        "dates": specimens.DATES,
    }  # fmt: skip
    return render(request, "web/styleguide.html", page)
