"""What an endorser or a referee answers, and asking for a link again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tessera.applications.services.requests import MOST_MB, MOST_TEXT, OPINIONS, LetterMissing, RankMissing
from tessera.web.choices import choice_field


class RequestForm(forms.Form):
    """An opinion, words and, of several files of one country, a rank."""

    opinion = forms.ChoiceField(
        label=_("Your opinion"), widget=forms.RadioSelect, error_messages={"required": _("Choose one.")}
    )
    rank = forms.IntegerField(
        label=_("Rank among the applications of your country"), required=False, min_value=1, max_value=500,
        help_text=_("1 is the one you would send first. Leave it empty if you do not rank."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your words"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Read by the programme office and the selection committee, never by the applicant."),
        error_messages={"required": _("Write the recommendation: a few sentences are enough.")},
    )  # fmt: skip

    letter = forms.FileField(
        label=_("Your letter as a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": LetterMissing.message},
    )
    field_order = ("opinion", "rank", "letter", "text")

    def __init__(
        self, *args: Any, endorsement: bool, transmits: bool = False, ranked: bool = False,
        takes: str = "text", has_letter: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        say = _("I endorse this application %(how)s") if endorsement else _("I recommend this person %(how)s")
        if transmits:
            say = _("I transmit this application %(how)s")
        choice_field(self, "opinion").choices = [(key, say % {"how": how}) for key, how in OPINIONS.items()]
        if endorsement:
            self.fields["text"].required = False
            self.fields["text"].label = _("Your reasons")
            if ranked:
                self.fields["rank"].required = True
                self.fields["rank"].help_text = _("1 is the one you would send first.")
                self.fields["rank"].error_messages["required"] = RankMissing.message
        else:
            del self.fields["rank"]
        if takes == "text":
            del self.fields["letter"]
            return
        self.fields["text"].required = False
        self.fields["letter"].help_text = _(
            "PDF, JPEG or PNG, at most %(most)s MB. A photo of the signed page is fine."
        ) % {"most": MOST_MB}
        self.fields["letter"].required = takes == "file" and not has_letter
        if takes == "file":
            self.fields["text"].label = _("A few words with it, if you like")


class RankForm(forms.Form):
    """Another rank for what was endorsed already."""

    rank = forms.IntegerField(
        label=_("Rank among the applications of your country"), min_value=1, max_value=500,
        help_text=_("1 is the one you would send first. An application that has this rank gets the former one of this."),
        error_messages={"required": RankMissing.message},
    )  # fmt: skip


class RefusalForm(forms.Form):
    """Saying no."""

    reason = forms.CharField(
        label=_("Why, if you like to say it"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The office alone reads it."),
    )  # fmt: skip


class NewLinkForm(forms.Form):
    """The address at which somebody was asked."""

    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The one at which you were asked."),
    )  # fmt: skip
