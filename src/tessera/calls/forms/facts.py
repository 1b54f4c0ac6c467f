"""An imagined or real person's facts as a form: only those that some rules or packages ask for. Nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tessera.calls.eligibility.kinds import FACT_NAMES
from tessera.calls.eligibility.model import TO_SET, Language, Profile, Rule
from tessera.calls.eligibility.profiles import option_names, usual_option_names
from tessera.calls.eligibility.reading import GROUPS, facts_of
from tessera.calls.questions.cleaning import NATIVE
from tessera.calls.questions.model import LEVELS, Form
from tessera.calls.questions.problems import EARLIEST
from tessera.core.translated import best
from tessera.places.queries import country_choices
from tessera.places.wording import Day
from tessera.places.wording import Language as LanguageName

MOST_PEOPLE = 50


class FactsForm(forms.Form):
    """The facts that ``rules`` look at; ``facts`` adds more by name. A fact left empty is not known.

    ``records`` are asked too where ``bench`` is true: what an applicant cannot say, such as the answer of an endorser.
    """

    use_required_attribute = False

    def __init__(
        self,
        rules: Sequence[Rule],
        form: Form | None,
        data: Any = None,
        *,
        facts: Collection[str] = (),
        calls: Mapping[str, str] | None = None,
        bench: bool = False,
    ) -> None:
        super().__init__(data)
        self.flat = list(_flat(rules))
        wanted = dict.fromkeys([*(fact for rule in rules for fact in facts_of(rule)), *facts])
        self.names = {fact: dict(names) for fact, names in usual_option_names().items()}
        self.names |= {fact: dict(names) for fact, names in option_names(form).items()} if form else {}
        self.wanted = [fact for fact in FACT_NAMES if fact in wanted]
        if "dues_years" in self.wanted and not self._params("years", "membership"):
            self.wanted.remove("dues_years")
        if not bench and "endorsement" in self.wanted:
            self.wanted.remove("endorsement")
        for fact in self.wanted:
            self._add(fact, calls or {})

    def profile(self) -> Profile:
        """What was said; only after ``is_valid()``."""
        said = {fact: value for fact in self.wanted if (value := self._read(fact)) is not None}
        return Profile(**said)

    def _params(self, name: str, *kinds: str) -> list[Any]:
        """Every value of a setting of the rules of these kinds, none twice, in order."""
        found: dict[Any, None] = {}
        for rule in self.flat:
            if rule.kind in kinds:
                value = rule.params.get(name, ())
                if value == TO_SET:
                    continue
                found |= dict.fromkeys(value if isinstance(value, tuple | list) else [value])
        return list(found)

    def _options(self, fact: str, keys: Iterable[Any]) -> list[tuple[str, str]]:
        names = self.names.get(fact, {})
        known = [str(key) for key in dict.fromkeys([*names, *map(str, keys)])]
        return [(key, best(names[key])[0] or key if key in names else key) for key in known]

    def _add(self, fact: str, calls: Mapping[str, str]) -> None:
        label = str(FACT_NAMES[fact])
        label = label[:1].upper() + label[1:]
        several = getattr(self, f"_add_{fact}", None)
        if several:
            several(label, calls)
        elif fact == "birth_date":
            self._day(fact, label)
        elif fact == "country_of_work":
            self._choice(fact, label, country_choices())
        elif fact == "city":
            self.fields[fact] = forms.CharField(label=label, required=False, max_length=120)
        elif fact == "years_of_experience":
            self.fields[fact] = forms.IntegerField(label=label, required=False, min_value=0, max_value=99)
        else:
            keys = self._params({"post_level": "levels", "employer_kind": "kinds"}.get(fact, ""), fact)
            self._choice(fact, label, self._options(fact, keys))

    def _add_earlier_grant_on(self, label: str, calls: Mapping[str, str]) -> None:
        self._choice("earlier_grant", _("An earlier grant"), [("no", _("none")), ("yes", _("there was one"))])
        self._day("earlier_grant_on", _("Day of the last grant"))

    def _add_nationality(self, label: str, calls: Mapping[str, str]) -> None:
        self._choice("nationality", label, country_choices())
        self._choice("second_nationality", _("A second nationality"), country_choices())

    def _add_dues_years(self, label: str, calls: Mapping[str, str]) -> None:
        self._choices("dues_years", label, [(str(year), str(year)) for year in self._params("years", "membership")])

    def _add_languages(self, label: str, calls: Mapping[str, str]) -> None:
        levels = [*((level, level) for level in LEVELS), (NATIVE, pgettext("level of a language", "native"))]
        for code in self._params("language", "language_level"):
            name = str(LanguageName(code))
            for part, words in (("spoken", _("%(language)s, spoken")), ("written", _("%(language)s, written"))):
                self._choice(f"{part}-{code}", words % {"language": name[:1].upper() + name[1:]}, levels)

    def _add_certificates(self, label: str, calls: Mapping[str, str]) -> None:
        keys = self._params("certificates", "certificate")
        self._choices("certificates", label, self._options("certificates", keys))
        self._flag("no_certificates", _("No such certificate"))

    def _add_team(self, label: str, calls: Mapping[str, str]) -> None:
        for key, words in self._options("team", self._params("functions", "team")):
            self.fields[f"team-{key}"] = forms.IntegerField(
                label=_("In the team as: %(function)s") % {"function": words},
                required=False, min_value=0, max_value=MOST_PEOPLE,
            )  # fmt: skip

    def _add_prior_editions(self, label: str, calls: Mapping[str, str]) -> None:
        last = min(max(self._params("last", "prior_participation"), default=1), 20)
        self._choices("prior_editions", _("Took part before"), [(str(n), _edition(n)) for n in range(1, last + 1)])
        self._flag("no_editions", _("Never took part"))

    def _add_sister_applications(self, label: str, calls: Mapping[str, str]) -> None:
        codes = [str(code) for code in self._params("calls", "sister_call")]
        self._choices("sister_applications", label, [(code, calls.get(code, code)) for code in codes])
        self._flag("no_sisters", _("No application in those"))

    def _add_endorsement(self, label: str, calls: Mapping[str, str]) -> None:
        states = [
            ("asked", _("asked for, not answered yet")),
            ("given", pgettext("state of a request", "given")), ("refused", pgettext("state of a request", "refused")),
            ("expired", _("not given in time")), ("no_channel", _("nobody in the country can endorse")),
        ]  # fmt: skip
        self._choice("endorsement", label, states)

    def _day(self, name: str, label: str) -> None:
        self.fields[name] = forms.DateField(
            label=label, required=False, input_formats=["%Y-%m-%d"], validators=[_likely],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("This is not a day of the calendar: write for example 2026-10-07.")},
        )  # fmt: skip

    def _choice(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", _("Not said")), *choices])

    def _choices(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
        )

    def _flag(self, name: str, label: str) -> None:
        self.fields[name] = forms.BooleanField(label=label, required=False)

    def _read(self, fact: str) -> Any:
        said = self.cleaned_data
        if fact == "earlier_grant_on":
            return "never" if said.get("earlier_grant") == "no" else said.get(fact)
        if fact == "nationality":
            return frozenset(filter(None, [said.get(fact), said.get("second_nationality")])) or None
        if fact == "dues_years":
            return frozenset(map(int, said.get(fact) or ())) if said.get("membership") else None
        if fact == "languages":
            codes = self._params("language", "language_level")
            found = {code: Language(said.get(f"spoken-{code}", ""), said.get(f"written-{code}", "")) for code in codes}
            return found if any(row != Language() for row in found.values()) else None
        if fact == "certificates":
            return self._several(fact, "no_certificates")
        if fact == "sister_applications":
            return self._several(fact, "no_sisters")
        if fact == "prior_editions":
            found_editions = self._several(fact, "no_editions")
            return None if found_editions is None else frozenset(map(int, found_editions))
        if fact == "team":
            counts = {name.removeprefix("team-"): n for name, n in said.items() if name.startswith("team-")}
            if all(n is None for n in counts.values()):
                return None
            return tuple(key for key, n in counts.items() for _one in range(n or 0))
        value = said.get(fact)
        return None if value in ("", None) else value

    def _several(self, name: str, none: str) -> frozenset[str] | None:
        chosen = frozenset(self.cleaned_data.get(name) or ())
        return chosen if chosen or self.cleaned_data.get(none) else None


def _likely(day: date) -> None:
    if day < EARLIEST:
        raise ValidationError(_("Is this date right? It is before %(day)s."), params={"day": Day(EARLIEST)})


def _edition(n: int) -> str:
    if n == 1:
        return _("in the last edition")
    return _("%(n)s editions ago") % {"n": n}


def _flat(rules: Iterable[Rule]) -> Iterable[Rule]:
    for rule in rules:
        if rule.kind in GROUPS:
            yield from _flat(rule.rules)
        else:
            yield rule
