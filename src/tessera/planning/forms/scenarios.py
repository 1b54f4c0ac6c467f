"""The limits of a plan, as fields of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import InvalidOperation
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tessera.core.folding import clean
from tessera.places.queries import HOME_SCHEME, WORKING_SCHEME, language_choices, reference, region_choices
from tessera.planning import clock
from tessera.planning.models import Proposal
from tessera.planning.queries.names import area_name
from tessera.planning.queries.roster import roster_people
from tessera.programmes.forms.choices import common_languages
from tessera.programmes.queries import kept_scheme, topic_choices
from tessera.web.choices import choice_field
from tessera.web.money import currency_choices, in_words, major_units, minor_units
from tessera.web.sections.fields import AmountField
from tessera.web.sections.form import row_count

MOST_ROWS = 12
MOST_YEARS = 6
MOST_TRAININGS = 24 * MOST_YEARS
LARGEST = 10**9


class ScenarioForm(forms.Form):
    """``limits`` is what `Scenario.limits` keeps.

    Least numbers of a language and funders are rows, added and removed by buttons (`web.sections.row_action`).
    ``quiet`` shows what was posted without judging it; ``focus`` is the row that was just added.
    """

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("How you will tell it from others."))
    on = forms.CharField(label=_("As of"), max_length=10, help_text=_("A day, for example 2023-10-31"))
    years = forms.IntegerField(label=_("Years planned"), min_value=1, max_value=MOST_YEARS)
    per_year = forms.IntegerField(label=_("Trainings a year, at most"), min_value=0, max_value=24)
    per_quarter = forms.IntegerField(
        label=_("Trainings a quarter, at most"),
        min_value=0,
        max_value=12,
        required=False,
        help_text=_("Empty: no limit."),
    )
    rule = forms.ChoiceField(
        label=_("Trainings for one country"), widget=forms.RadioSelect,
        choices=[("strict", _("count for that country only (strict)")), ("lenient", _("count for its region (lenient)"))],
    )  # fmt: skip
    proposals = forms.MultipleChoiceField(
        label=_("Proposals to take in"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Where none fits, a training whose host is still to be found is planned."),
    )  # fmt: skip
    keep_dates = forms.BooleanField(label=_("Keep the dates that proposals wish for"), required=False)
    only_proposed = forms.BooleanField(
        label=_("Only with a host that has proposed"), required=False,
        help_text=_("Nothing is planned whose host is still to be found; where and by when one is needed is said."),
    )  # fmt: skip
    trainers = forms.MultipleChoiceField(
        label=_("Trainers to take in"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("With any, each training needs some of them who are free and share its language."),
    )  # fmt: skip
    trainers_each = forms.IntegerField(
        label=_("Trainers for each training"), min_value=1, max_value=20, required=False, help_text=_("Empty: two.")
    )
    currency = forms.ChoiceField(label=_("Currency"))
    budget = AmountField(label=_("Budget of a year"), max_value=10**9, required=False, help_text=_("Empty: no limit."))
    open_cost = AmountField(
        label=_("Cost of a training without a host yet"), max_value=10**9, required=False,
        help_text=_("Empty: a tenth more than the dearest proposal taken in, so that offers come first."),
    )  # fmt: skip
    shared = forms.IntegerField(
        label=_("Shared by two areas, at most"), min_value=0, max_value=24, required=False,
        help_text=_("Areas that shared a training before. Empty or 0: each training serves one area."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, rehearsal: bool = False, quiet: bool = False, focus: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.quiet = quiet
        offers = list(
            Proposal.objects.confirmed().open().filter(rehearsal=rehearsal).select_related("country")
            .order_by("country__code", "code")
        )  # fmt: skip
        found: dict[str, list[tuple[str, Any]]] = {
            "proposals": [
                (row.code, f"{row.organisation}, {row.country} ({in_words(row.budget, row.currency) or '–'})")
                for row in offers
            ],
            "trainers": [
                (person.slug, person.display)
                for person in roster_people().filter(trainer_profile__isnull=False, rehearsal=rehearsal)
            ],
            "currency": currency_choices(),
        }
        for name, choices in found.items():
            choice_field(self, name).choices = choices
            if name != "currency" and not choices:
                del self.fields[name]
        for name, needed in (
            ("keep_dates", "proposals"), ("only_proposed", "proposals"), ("trainers_each", "trainers"),
        ):  # fmt: skip
            if needed not in self.fields:
                del self.fields[name]
        spoken = {code for row in offers for code in row.languages}
        spoken |= {value for name, value in self.initial.items() if name.endswith("-language") and value}
        languages = _languages(spoken)
        for n in range(self.count("languages")):
            self.fields |= _language_row(n, languages)
        topics = topic_choices() if self.count("funders") else []
        for n in range(self.count("funders")):
            self.fields |= _funder_row(n, languages, topics)
        self.gone = self._keep_what_is_gone()
        if focus.startswith(("languages-", "funders-")):
            first = f"{focus}-{LANGUAGE_PARTS[0] if focus.startswith('languages-') else FUNDER_PARTS[0]}"
            if first in self.fields:
                self.fields[first].widget.attrs["autofocus"] = True

    def _keep_what_is_gone(self) -> set[str]:
        """What money was kept for and is no longer there stays to be seen: left out, the money would be for everything."""
        gone = set()
        for name, value in self.initial.items():
            field = self.fields.get(name) if name.startswith("funders-") else None
            if value and isinstance(field, forms.ChoiceField) and not field.valid_value(value):
                field.choices = [*cast("list[Any]", field.choices), (value, value)]
                gone.add(str(value))
        return gone

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.quiet else super().errors

    def count(self, name: str) -> int:
        """How many rows of a list there are."""
        return min(row_count(self.data if self.is_bound else self.initial, name), MOST_ROWS)

    @property
    def main_fields(self) -> list[Any]:
        return [field for field in self if "-" not in field.name]

    @property
    def language_rows(self) -> list[list[Any]]:
        return [[self[f"languages-{n}-{part}"] for part in LANGUAGE_PARTS] for n in range(self.count("languages"))]

    @property
    def funder_rows(self) -> list[list[Any]]:
        return [[self[f"funders-{n}-{part}"] for part in FUNDER_PARTS] for n in range(self.count("funders"))]

    def clean_on(self) -> str:
        try:
            day = date.fromisoformat(self.cleaned_data["on"].strip())
        except ValueError:
            raise ValidationError(_("Write a day, for example 2023-10-31.")) from None
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Write a day between 2000 and 2100."))
        return day.isoformat()

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"], lines=False)
        if not name:
            raise ValidationError(_("Nothing readable is left of this: write it in words."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sums = [f"funders-{n}-{part}" for n in range(self.count("funders")) for part in ("amount", "cap")]
        for name in ("budget", "open_cost", *sums):
            if data.get("currency") and data.get(name) is not None:
                try:
                    data[name] = minor_units(data[name], data["currency"])
                except InvalidOperation:
                    self.add_error(name, _("This is finer than the smallest coin of the currency."))
        self._clean_languages(data)
        self._clean_funders(data)
        return data

    def _clean_languages(self, data: dict[str, Any]) -> None:
        seen = set()
        for n in range(self.count("languages")):
            language, least = (data.get(f"languages-{n}-{part}") for part in LANGUAGE_PARTS)
            if language in seen:
                self.add_error(f"languages-{n}-language", _("This language is there already."))
            if language and least is None and f"languages-{n}-least" not in self.errors:
                self.add_error(f"languages-{n}-least", _("Write how many trainings it should be."))
            if least and not language and f"languages-{n}-language" not in self.errors:
                self.add_error(f"languages-{n}-language", _("Choose the language."))
            seen |= {language} - {"", None}

    def _clean_funders(self, data: dict[str, Any]) -> None:
        names, planned = set(), self._planned(data)
        for n in range(self.count("funders")):
            row = {part: data.get(f"funders-{n}-{part}") for part in FUNDER_PARTS}
            if not any(value not in (None, "") for value in row.values()):
                continue
            if not row["name"] and f"funders-{n}-name" not in self.errors:
                self.add_error(f"funders-{n}-name", _("Write who gives it."))
            if row["amount"] is None and f"funders-{n}-amount" not in self.errors:
                self.add_error(f"funders-{n}-amount", _("Write what this funder gives for each training."))
            if row["name"] and row["name"] in names:
                self.add_error(f"funders-{n}-name", _("This funder is there already."))
            if row["year"] and planned and row["year"] not in planned:
                said = {"first": planned[0], "last": planned[-1]}
                self.add_error(
                    f"funders-{n}-year",
                    ValidationError(_("The years planned are %(first)s to %(last)s."), params=said),
                )
            if row["region"] and row["area"] and not _lies_in(row["area"], row["region"]):
                self.add_error(f"funders-{n}-area", _("This area lies in another region."))
            for part in ("region", "area", "topic"):
                if row[part] in self.gone:
                    self.add_error(f"funders-{n}-{part}", _("This is no longer there: choose something else."))
            names.add(row["name"])

    def _planned(self, data: Mapping[str, Any]) -> range:
        """The calendar years of the plan; none where its days are not known."""
        if not data.get("on") or not data.get("years"):
            return range(0)
        first = clock.quarter_after(date.fromisoformat(data["on"]))
        return range(first.year, clock.add_months(first, 12 * data["years"] - 1).year + 1)

    @property
    def limits(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in (
                "on", "years", "per_year", "per_quarter", "rule", "currency", "budget", "open_cost", "shared")},
            "proposals": sorted(data.get("proposals") or []),
            "keep_dates": data.get("keep_dates", True),
            "only_proposed": data.get("only_proposed", False),
            "trainers": sorted(data.get("trainers") or []),
            "trainers_each": data.get("trainers_each"),
            "languages": dict(sorted(self._asked_languages())),
            "funders": [
                {part: data[f"funders-{n}-{part}"] for part in FUNDER_PARTS}
                for n in range(self.count("funders")) if data[f"funders-{n}-name"]
            ],
        }  # fmt: skip

    def _asked_languages(self) -> Iterator[tuple[str, int]]:
        for n in range(self.count("languages")):
            language, least = (self.cleaned_data[f"languages-{n}-{part}"] for part in LANGUAGE_PARTS)
            if language and least:
                yield language, least


LANGUAGE_PARTS = ("language", "least")
FUNDER_PARTS = ("name", "amount", "cap", "minimum", "region", "area", "topic", "language", "year")


def _lies_in(area: str, region: str) -> bool:
    return any(one.code == area and one.within == region for one in reference().regions(WORKING_SCHEME))


def _languages(more: set[str]) -> list[tuple[str, str]]:
    """The common languages and those that a proposal or the limits name, by name."""
    offered = {code for code, _name in common_languages()} | more
    return [(code, name) for code, name in language_choices() if code in offered]


def _language_row(n: int, languages: list[tuple[str, str]]) -> dict[str, forms.Field]:
    choose = ("", pgettext_lazy("a language", "Choose"))
    return {
        f"languages-{n}-language": forms.ChoiceField(
            label=_("Language"), required=False, choices=[choose, *languages]),
        f"languages-{n}-least": forms.IntegerField(
            label=_("Trainings in it, at least"), min_value=0, max_value=MOST_TRAININGS, required=False),
    }  # fmt: skip


def _scheme_code() -> str:
    return kept_scheme(reference()).code


def _area_choices() -> list[tuple[str, str]]:
    """The working areas with their regions, by region; none under a scheme of other regions, where no plan is for them."""
    if _scheme_code() != HOME_SCHEME:
        return []
    return [(one.code, area_name(one.code)) for one in reference().regions(WORKING_SCHEME)]


def _funder_row(n: int, languages: list[tuple[str, str]], topics: list[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        f"funders-{n}-name": forms.CharField(label=_("Funder"), max_length=120, required=False),
        f"funders-{n}-amount": AmountField(
            label=_("Gives for each training"), max_value=LARGEST, required=False),
        f"funders-{n}-cap": AmountField(
            label=_("Gives in all, at most"), max_value=LARGEST, required=False),
        f"funders-{n}-minimum": forms.IntegerField(
            label=_("For so many trainings, at least"), min_value=0, max_value=MOST_TRAININGS, required=False,
            help_text=_("With fewer that fit, nothing is given.")),
        f"funders-{n}-region": forms.ChoiceField(
            label=_("Only for"), required=False, choices=[("", _("every region")), *region_choices(_scheme_code())]),
        f"funders-{n}-area": forms.ChoiceField(
            label=_("Only for the area"), required=False, choices=[("", _("every area")), *_area_choices()]),
        f"funders-{n}-topic": forms.ChoiceField(
            label=_("Only on the topic"), required=False, choices=[("", _("every topic")), *topics]),
        f"funders-{n}-language": forms.ChoiceField(
            label=_("Only in"), required=False, choices=[("", _("every language")), *languages]),
        f"funders-{n}-year": forms.IntegerField(
            label=_("Only in the year"), min_value=2000, max_value=2110, required=False),
    }  # fmt: skip


def initial_of(limits: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of stored limits."""
    currency = limits.get("currency") or "EUR"
    found = {**limits, **{name: major_units(limits.get(name), currency) for name in ("budget", "open_cost")}}
    languages, funders = sorted((limits.get("languages") or {}).items()), limits.get("funders") or []
    found |= {"languages-rows": str(len(languages)), "funders-rows": str(len(funders))}
    for n, (language, least) in enumerate(languages):
        found |= {f"languages-{n}-language": language, f"languages-{n}-least": least}
    for n, row in enumerate(funders):
        found |= {f"funders-{n}-{part}": row.get(part) for part in FUNDER_PARTS}
        found |= {f"funders-{n}-{part}": major_units(row.get(part), currency) for part in ("amount", "cap")}
    return found


def default_limits(today: date, proposals: list[str]) -> dict[str, Any]:
    """What a new scenario begins with: four trainings a year for two years, every open proposal."""
    return {
        "on": today.isoformat(), "years": 2, "per_year": 4, "per_quarter": None, "rule": "strict", "currency": "EUR",
        "budget": None, "open_cost": None, "shared": None, "proposals": proposals, "keep_dates": True,
        "only_proposed": False, "trainers": [], "trainers_each": None, "languages": {}, "funders": [],
    }  # fmt: skip
