"""Forms of the public pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AlertForm(forms.Form):
    """Where to write. The list is in the form's own address."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We mail you a link first; nothing starts before you follow it."),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()
