"""What the office writes down of a trainer."""

from __future__ import annotations

from datetime import date
from decimal import InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.core.folding import clean
from tessera.planning.models import Availability, TrainerProfile
from tessera.programmes.forms.choices import common_languages
from tessera.programmes.queries import topic_choices
from tessera.web.choices import choice_field
from tessera.web.money import currency_choices, major_units, minor_units
from tessera.web.sections.fields import AmountField

KINDS = {"+": Availability.Kind.CAN, "-": Availability.Kind.CANNOT}


class ProfileForm(forms.Form):
    """Languages, themes, terms and periods. ``version`` is the one that the writer saw."""

    languages = forms.MultipleChoiceField(label=_("Teaches in"), widget=forms.CheckboxSelectMultiple, required=False)
    topics = forms.MultipleChoiceField(label=_("Themes"), widget=forms.CheckboxSelectMultiple, required=False)
    periods = forms.CharField(
        label=_("Availability"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One period a line: + can, - cannot, then both days and, if you like, a word. "
            "For example: - 2027-06-01/2027-08-31 field work. Without any line: always available."
        ),
    )  # fmt: skip
    most_a_year = forms.IntegerField(label=_("Trainings a year, at most"), min_value=1, max_value=50, required=False)
    fee = AmountField(label=_("Fee for a training"), max_value=10**9, required=False)
    travel = AmountField(label=_("Travel to a training"), max_value=10**9, required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person can ask to read it."),
    )  # fmt: skip
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (
            ("languages", common_languages()), ("topics", topic_choices()),
            ("currency", [("", pgettext_lazy("a currency", "Choose")), *currency_choices()]),
        ):  # fmt: skip
            choice_field(self, name).choices = found

    def clean_periods(self) -> list[tuple[str, date, date, str]]:
        found, wrong = [], []
        for number, line in enumerate(clean(self.cleaned_data["periods"]).split("\n"), 1):
            if not line.strip():
                continue
            sign, _space, rest = line.strip().partition(" ")
            span, _space, note = rest.strip().partition(" ")
            first, _slash, last = span.partition("/")
            try:
                start, end = date.fromisoformat(first), date.fromisoformat(last or first)
                if sign not in KINDS or end < start:
                    raise ValueError(line)
            except ValueError:
                wrong.append(
                    ValidationError(
                        _(
                            "Line %(n)s, “%(line)s”: write + or -, a space, and two days in order, as 2027-06-01/2027-08-31."
                        ),
                        params={"n": number, "line": line[:60]},
                    )
                )
            else:
                found.append((KINDS[sign].value, start, end, note.strip()[:200]))
        if wrong:
            raise ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sums = [name for name in ("fee", "travel") if data.get(name) is not None]
        if sums and not data.get("currency"):
            self.add_error("currency", _("Choose the currency of the sum."))
            return data
        for name in sums:
            try:
                data[name] = minor_units(data[name], data["currency"])
            except InvalidOperation:
                self.add_error(name, _("This is finer than the smallest coin of the currency."))
        if not sums:
            data["currency"] = ""
        data["note"] = clean(data.get("note", ""))
        return data


def initial_of(profile: TrainerProfile | None, periods: tuple[Availability, ...]) -> dict[str, Any]:
    """What the form shows of a profile."""
    if profile is None:
        return {"version": 0}
    sign = {kind: sign for sign, kind in KINDS.items()}
    lines = [f"{sign[Availability.Kind(p.kind)]} {p.start_on}/{p.end_on} {p.note}".rstrip() for p in periods]
    return {
        "languages": profile.languages,
        "topics": [topic.slug for topic in profile.topics.all()],
        "periods": "\n".join(lines),
        "most_a_year": profile.most_a_year,
        "fee": major_units(profile.fee, profile.currency),
        "travel": major_units(profile.travel, profile.currency),
        "currency": profile.currency,
        "note": profile.note,
        "version": profile.version,
    }
