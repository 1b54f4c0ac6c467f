"""Codes for late entry: what the office says of one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tessera.applications.services.late import MOST_USES, ReasonMissing


class LateCodeForm(forms.Form):
    """Why, for how many, until when."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The office alone reads it, also in the history. Name nobody: it stays when an application is deleted."),
        error_messages={"required": ReasonMissing.message},
    )  # fmt: skip
    uses = forms.IntegerField(
        label=_("How many people may use it"), min_value=1, max_value=MOST_USES, initial=1,
        error_messages={"required": _("Say for how many people it is.")},
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A day on the clock of the call, for example 2027-03-15."),
        error_messages={"invalid": _("Write a day, for example 2027-03-15."), "required": _("Say until when.")},
    )  # fmt: skip
