"""What people type about messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tessera.messaging.models import Message
from tessera.web.choices import choice_field


class OutboxFilter(forms.Form):
    """Filters of the outbox; what cannot be understood filters nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    template = forms.ChoiceField(label=_("Kind of message"), required=False)
    address = forms.CharField(label=_("Address contains"), required=False, max_length=254)

    def __init__(self, *args: Any, templates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "state").choices = [("", _("Any state")), *Message.State.choices]
        choice_field(self, "template").choices = [("", _("Any kind")), *templates]
        self.fields["address"].widget = forms.TextInput(attrs={"type": "search"})

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class MessageForm(forms.Form):
    """Address and words of one message."""

    address = forms.EmailField(label=_("Address"), max_length=254)
    subject = forms.CharField(label=_("Subject"), max_length=300)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 18}))
    why = forms.CharField(label=_("Why you change it"), required=False, max_length=500)


class ReasonForm(forms.Form):
    """Why somebody cancels, or how a mail came back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
