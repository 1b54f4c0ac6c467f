"""Everything that was done, newest first."""

from __future__ import annotations

from typing import Any

import rules
from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tessera.activity.history import entries, entries_named, within_reach
from tessera.activity.kinds import kinds
from tessera.activity.queries import latest_activity
from tessera.web.choices import choice_field

PAGE = 30
SCHEMES = "regionscheme"


class LogForm(forms.Form):
    """What narrows the log."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    who = forms.CharField(label=_("By whom"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, editorial: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("All")),
            *((name, kind.plural) for name, kind in kinds.items()),
            (SCHEMES, _("Region schemes")),
        ]
        if not editorial:
            choices.append(("other", _("Accounts and everything else")))
        choice_field(self, "kind").choices = choices


def log(request: HttpRequest) -> HttpResponse:
    """What was done to the records of the desk; administrators see also what was done to accounts and mails."""
    if not rules.has_perm("activity.view_history", request.user):
        raise PermissionDenied
    editorial = not rules.has_perm("activity.view_log", request.user)
    form = LogForm(request.GET, editorial=editorial)
    asked = form.cleaned_data if form.is_valid() else {}
    own = [*kinds, SCHEMES]
    rows = latest_activity().select_related("revision")
    if editorial:
        rows = rows.filter(object_type__in=own)
    if asked.get("kind") == "other":
        rows = rows.exclude(object_type__in=own)
    elif asked.get("kind"):
        rows = rows.filter(object_type=asked["kind"])
    if asked.get("who"):
        rows = rows.filter(actor__icontains=asked["who"])
    if asked.get("since"):
        rows = rows.filter(at__date__gte=asked["since"])
    if asked.get("until"):
        rows = rows.filter(at__date__lte=asked["until"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "activity/log.html",
        {
            "form": form,
            "page": page,
            "entries": within_reach(entries_named(entries(page.object_list)), request.user),
            "narrowed": any(asked.values()),
        },
    )
