"""A list of members that the office sends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class MembersForm(forms.Form):
    file = forms.FileField(
        label=_("Table"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV in UTF-8 or XLSX, one row for each member. You see what is wrong before anything is written."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )  # fmt: skip
