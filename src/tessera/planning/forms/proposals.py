"""Proposals: the public form, and what the office does with one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.core.folding import clean
from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, country_choices, region_choices
from tessera.planning.models import Proposal
from tessera.programmes.forms.choices import common_languages
from tessera.programmes.models import Topic
from tessera.programmes.queries import topic_choices
from tessera.web.choices import choice_field
from tessera.web.money import currency_choices, minor_units
from tessera.web.sections.fields import AmountField
from tessera.web.sections.times import EdtfField

MOST = Decimal(10) ** 9


class ProposalForm(forms.Form):
    """What a host or a committee says. ``facts`` are ready for `services.proposals`."""

    organisation = forms.CharField(label=_("Organisation"), max_length=300)
    capacity = forms.ChoiceField(
        label=_("Who proposes"), choices=Proposal.Capacity.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    country = forms.ChoiceField(
        label=_("Country or territory"), help_text=_("Where people would meet."),
        error_messages={"required": _("Choose the country."), "invalid_choice": _("Choose a country from the list.")},
    )  # fmt: skip
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    need = forms.CharField(
        label=_("Need"), max_length=3000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Who would come, from which countries, and what they lack. At most 3,000 signs."),
    )  # fmt: skip
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    topic_words = forms.CharField(
        label=_("Topic in your own words"), max_length=300, required=False, help_text=_("Where none of the list fits.")
    )
    dates = EdtfField(
        label=_("Wished dates"), limit=60, required=False,
        help_text=_("A day, a month or a span: 2027-03-08/2027-03-12, 2027-03, 2027-03/2027-05."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages you could teach in"), widget=forms.CheckboxSelectMultiple, required=False
    )
    budget = AmountField(
        label=_("What it would cost"), max_value=MOST, required=False,
        help_text=_("An estimate of everything, in numbers. Leave it empty if you do not know."),
    )  # fmt: skip
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    name = forms.CharField(label=_("Your name"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We mail you a link first; the office reads nothing before you follow it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, Any]]] = {
            "country": [("", pgettext_lazy("a country", "Choose")), *country_choices()],
            "topic": [("", _("None of these, or not sure")), *topic_choices()],
            "languages": common_languages(),
            "currency": [("", pgettext_lazy("a currency", "Choose")), *currency_choices()],
        }
        for name, found in choices.items():
            choice_field(self, name).choices = found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("organisation", "city", "topic_words", "name"):
            data[name] = clean(data.get(name, ""), lines=False)
        data["need"] = clean(data.get("need", ""))
        for name in ("organisation", "need", "name"):
            if not data[name] and name not in self.errors:
                self.add_error(name, _("Nothing readable is left of this: write it in words."))
        if data.get("budget") is not None and not data.get("currency"):
            self.add_error("currency", _("Choose the currency of the sum."))
        elif data.get("budget") is not None:
            try:
                data["budget"] = minor_units(data["budget"], data["currency"])
            except InvalidOperation:
                self.add_error("budget", _("This is finer than the smallest coin of the currency."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        topic = Topic.objects.filter(slug=data["topic"]).first() if data["topic"] else None
        return {
            **{name: data[name] for name in (
                "name", "email", "organisation", "capacity", "city", "need", "topic_words", "dates", "languages")},
            "country_id": data["country"],
            "topic_id": topic.pk if topic else None,
            "budget": data["budget"],
            "currency": data["currency"] if data["budget"] is not None else "",
        }  # fmt: skip


class OfficeProposalForm(ProposalForm):
    """The same for a proposal that reached the office another way, with the language to answer in."""

    language = forms.ChoiceField(label=_("Language of the answer"))

    def __init__(self, *args: Any, languages: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "language").choices = languages
        self.fields["name"].label = _("Name of the person")
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("The receipt and the answer go there.")


class ProposalFilter(forms.Form):
    """What narrows the list of proposals."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    capacity = forms.ChoiceField(label=_("From"), required=False)
    rehearsal = forms.ChoiceField(
        label=_("Rehearsal"), required=False,
        choices=[("", _("With rehearsal")), ("no", _("Without rehearsal")), ("only", _("Rehearsal only"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [choice for choice in Proposal.State.choices if choice[0] != Proposal.State.DRAFT]
        regions = [*region_choices(HOME_SCHEME), *region_choices(WORKING_SCHEME)]
        for name, found in (
            ("state", states), ("region", regions), ("capacity", Proposal.Capacity.choices),
        ):  # fmt: skip
            choice_field(self, name).choices = [("", _("All")), *found]


class AcceptForm(forms.Form):
    """Accepting a proposal, and what its sender becomes by it."""

    role = forms.ChoiceField(
        label=_("The person becomes"), required=False, widget=forms.RadioSelect,
        choices=[
            ("host", _("host or national coordinator for the country")),
            ("committee", _("member of a selection committee for the country")),
            ("", _("nothing: no account and no role")),
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("A sentence for the proposer"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The proposer reads it."), error_messages={"required": _("Write the reason: the proposer will read it.")},
    )  # fmt: skip
