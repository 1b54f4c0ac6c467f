"""Items that only forms of calls have: sums with their currency, what a package covers, keys of the call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tessera.core.translated import best
from tessera.grants.reading import COMPONENTS
from tessera.web import money
from tessera.web.punctuation import labelled
from tessera.web.sections import Item, Key, Picks, SectionForm
from tessera.web.sections.fields import AmountField
from tessera.web.sections.items import Block
from tessera.web.sections.paths import Json

KINDS = {
    "travel": gettext_lazy("Travel"),
    "local_transport": gettext_lazy("Local transport"),
    "lodging": gettext_lazy("Lodging"),
    "meals": gettext_lazy("Meals"),
    "material": gettext_lazy("Material"),
    "interpretation": gettext_lazy("Interpretation"),
    "visa": gettext_lazy("Visa"),
    "insurance": gettext_lazy("Insurance"),
    "fee": pgettext_lazy("for participants", "Fee"),
}
# What can be said of a part: not said, covered and by whom it is booked, or not covered.
COVERAGE = {
    "": gettext_lazy("not said"),
    "office": gettext_lazy("covered, booked by the programme office"),
    "host": gettext_lazy("covered, booked by the host"),
    "participant": gettext_lazy("covered, booked by the participant and paid back"),
    "no": gettext_lazy("not covered"),
}


def add_sum(form: SectionForm, name: str, value: Json, label: Any, help_text: Any = "") -> None:
    """The two fields of a sum: its amount and its currency."""
    told = value or {}
    currency = told.get("currency", "")
    choices = money.currency_choices()
    if currency and currency not in dict(choices):
        choices.append((currency, currency))
    amount = money.major_units(told.get("minor"), currency)
    form.fields[f"{name}--minor"] = AmountField(
        label=label,
        help_text=help_text,
        required=False,
        max_digits=14,
        initial=amount,
        validators=[_no_finer_than_a_coin],
    )
    form.fields[f"{name}--currency"] = forms.ChoiceField(
        label=_("%(label)s: currency") % {"label": label},
        required=False,
        choices=[("", _("Not said")), *choices],
        initial=currency,
    )


def sum_in(form: SectionForm, name: str) -> Json:
    """{"minor": n, "currency": "EUR"} as it was written; None where no amount was."""
    amount, currency = (form.cleaned_data.get(f"{name}--{part}") for part in ("minor", "currency"))
    if amount is None:
        return None
    # Nothing is as much in every currency: whoever writes 0 need not choose one.
    currency = currency or ("" if amount else "EUR")
    try:
        return {"minor": money.minor_units(amount, currency or "EUR"), "currency": currency}
    except InvalidOperation:
        return {"minor": int(amount), "currency": currency}


@dataclass(frozen=True)
class Sum(Item):
    """A sum of money: {"minor": n, "currency": "EUR"}."""

    template: ClassVar[str] = "calls/sum.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        add_sum(form, name, value, self.label, self.help)

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        return sum_in(form, name)

    def block(self, form: SectionForm, name: str) -> Block:
        return Block(
            self.template, self, name, {"amount": form[f"{name}--minor"], "currency": form[f"{name}--currency"]}
        )

    def field_at(self, form: SectionForm, name: str, rest: str) -> str:
        return f"{name}--currency" if rest == ".currency" else f"{name}--minor"

    def shown(self, value: Json) -> Json:
        if isinstance(value, Mapping) and value.get("minor") is not None:
            return money.in_words(value["minor"], value.get("currency") or "EUR")
        return value


def _no_finer_than_a_coin(amount: Decimal) -> None:
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        raise ValidationError(_("At most two digits after the point."))


@dataclass(frozen=True)
class Coverage(Item):
    """What a package covers, part by part: a list of {"kind", "covered", "books", "ceiling"}."""

    template: ClassVar[str] = "calls/coverage.html"

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        held = {row["kind"]: row for row in value or ()}
        for kind in COMPONENTS:
            row = held.get(kind)
            form.fields[f"{name}--{kind}"] = forms.ChoiceField(
                label=KINDS[kind],
                required=False,
                choices=list(COVERAGE.items()),
                initial="" if row is None else row["books"] if row["covered"] else "no",
            )
            label = _("%(part)s, at most") % {"part": KINDS[kind]}
            add_sum(form, f"{name}--{kind}-most", (row or {}).get("ceiling"), label)

    def read(self, form: SectionForm, name: str, before: Json) -> Json:
        found = []
        for kind in self._said(form, name):
            said = form.cleaned_data[f"{name}--{kind}"]
            covered = said != "no"
            ceiling = sum_in(form, f"{name}--{kind}-most")
            books = said if covered else "participant"
            found.append({"kind": kind, "covered": covered, "books": books, "ceiling": ceiling})
        return found

    def _said(self, form: SectionForm, name: str) -> list[str]:
        """The parts of which it is said whether they are covered, in order."""
        return [kind for kind in COMPONENTS if form.cleaned_data.get(f"{name}--{kind}")]

    def block(self, form: SectionForm, name: str) -> Block:
        parts = [
            {"said": form[f"{name}--{kind}"], "amount": form[f"{name}--{kind}-most--minor"],
             "currency": form[f"{name}--{kind}-most--currency"]}
            for kind in COMPONENTS
        ]  # fmt: skip
        ceilings = any(part["amount"].value() or part["amount"].errors for part in parts)
        return Block(self.template, self, name, {"parts": parts, "ceilings": ceilings})

    def field_at(self, form: SectionForm, name: str, rest: str) -> str:
        match = re.match(r"\[(\d+)\]\.?(.*)", rest)
        said = self._said(form, name)
        kind = said[int(match[1])] if match and int(match[1]) < len(said) else COMPONENTS[0]
        below = match[2] if match else ""
        if below.startswith("ceiling"):
            return f"{name}--{kind}-most--{'currency' if below == 'ceiling.currency' else 'minor'}"
        return f"{name}--{kind}"

    def shown(self, value: Json) -> Json:
        if not isinstance(value, list):
            return value
        return [labelled(KINDS.get(row["kind"], row["kind"]), _coverage_words(row)) for row in value]


def _coverage_words(row: Mapping[str, Any]) -> str:
    words = str(COVERAGE[row["books"] if row["covered"] else "no"])
    if not row.get("ceiling"):
        return words
    most = money.in_words(row["ceiling"]["minor"], row["ceiling"].get("currency") or "EUR")
    return _("%(words)s, at most %(sum)s") % {"words": words, "sum": most}


@dataclass(frozen=True)
class KeysHere(Picks):
    """Some of the strands or packages of this call; ``among`` says which."""

    among: str = ""

    def add_to(self, form: SectionForm, name: str, value: Json) -> None:
        rows = form.document.get(self.among) or []
        known = {
            row["key"]: best(row.get("name"))[0] or _("Without a name, %(n)s") % {"n": n}
            for n, row in enumerate(rows, start=1)
            if row.get("key")
        }
        known |= {key: key for key in value or () if key not in known}
        form.fields[name] = forms.MultipleChoiceField(
            label=self.label,
            help_text=self.help,
            required=False,
            choices=list(known.items()),
            initial=list(value or ()),
            widget=forms.CheckboxSelectMultiple,
        )

    def shown(self, value: Json) -> Json:
        return [Key(key) for key in value] if isinstance(value, list) else value
